/* SPDX-License-Identifier: MIT */

/* Constants of a network in tensors of a GGUF file. */

#include <string.h>

#include "base/fail.h"
#include "base/memory.h"
#include "base/text.h"
#include "graph/graph_json.h"

edgeai_element eai_element_from_name(const char *name)
{
    for (int element = 1; element <= (int)EDGEAI_ELEMENT_BITS; element++)
        if (strcmp(edgeai_element_name((edgeai_element)element), name) == 0 && *name != '?')
            return (edgeai_element)element;
    return EDGEAI_ELEMENT_NONE;
}

/* Elements of all dimensions from `first` on. */
static bool count(const eai_value *value, int first, size_t *n)
{
    *n = 1;
    for (int i = first; i < value->n_dims; i++)
        if (value->dims[i] < 0 || !eai_size_multiply(*n, (size_t)value->dims[i], n)) return false;
    return value->n_dims >= 0;
}

static bool is_packed(edgeai_element element)
{
    return element == EDGEAI_ELEMENT_TRITS || element == EDGEAI_ELEMENT_BITS;
}

bool eai_constant_bytes(const eai_value *value, size_t *bytes)
{
    size_t n, n_slices = 1;
    if (is_packed(value->element)) {
        if (!count(value, 1, &n)) return false;
        if (value->n_dims > 0) n_slices = value->dims[0] < 0 ? SIZE_MAX : (size_t)value->dims[0];
        return eai_size_multiply(edgeai_element_bytes(value->element, n), n_slices, bytes);
    }
    if (!count(value, 0, &n)) return false;
    *bytes = edgeai_element_bytes(value->element, n);
    return n == 0 || *bytes > 0;
}

edgeai_dtype eai_constant_dtype(edgeai_element element)
{
    switch (element) {
    case EDGEAI_ELEMENT_F32:
        return EDGEAI_DTYPE_F32;
    case EDGEAI_ELEMENT_F16:
        return EDGEAI_DTYPE_F16;
    case EDGEAI_ELEMENT_BF16:
        return EDGEAI_DTYPE_BF16;
    case EDGEAI_ELEMENT_F64:
        return EDGEAI_DTYPE_F64;
    case EDGEAI_ELEMENT_I16:
    case EDGEAI_ELEMENT_U16:
        return EDGEAI_DTYPE_I16;
    case EDGEAI_ELEMENT_I32:
    case EDGEAI_ELEMENT_U32:
        return EDGEAI_DTYPE_I32;
    case EDGEAI_ELEMENT_I64:
    case EDGEAI_ELEMENT_U64:
        return EDGEAI_DTYPE_I64;
    default:
        return EDGEAI_DTYPE_I8;
    }
}

/* Trits are 0, 1 and 3; the bits behind a slice's last element are zero. */
static edgeai_status check_packed(const eai_value *value, const char *what)
{
    const unsigned char *bytes = value->data;
    const size_t per_byte = value->element == EDGEAI_ELEMENT_TRITS ? 4 : 8;
    size_t n;
    count(value, 1, &n);
    const size_t slice = (n + per_byte - 1) / per_byte, rest = n % per_byte;
    for (size_t i = 0; i < value->data_bytes; i++) {
        const unsigned byte = bytes[i];
        if (value->element == EDGEAI_ELEMENT_TRITS && (byte >> 1 & ~byte & 0x55))
            return eai_fail(EDGEAI_E_FORMAT, "%s: constant \"%s\", byte %zu: 2 is no trit", what,
                            value->name, i);
        if (rest && (i + 1) % slice == 0 && byte >> rest * (8 / per_byte))
            return eai_fail(EDGEAI_E_FORMAT,
                            "%s: constant \"%s\", byte %zu: expected zeros behind the slice", what,
                            value->name, i);
    }
    return EDGEAI_OK;
}

static edgeai_status check_bools(const eai_value *value, const char *what)
{
    const unsigned char *bytes = value->data;
    for (size_t i = 0; i < value->data_bytes; i++)
        if (bytes[i] > 1)
            return eai_fail(EDGEAI_E_FORMAT, "%s: constant \"%s\": a bool is %u, expected 0 or 1",
                            what, value->name, bytes[i]);
    return EDGEAI_OK;
}

/* Weights in smaller types become float32. */
static edgeai_status widen(eai_graph_content *content, eai_value *value,
                           const edgeai_tensor *tensor)
{
    float *wide = eai_ir_memory(content->ir, value->data_bytes);
    if (!wide) return EDGEAI_E_MEMORY;
    value->data = wide;
    return edgeai_dequantize(tensor->dtype, tensor->data, wide, value->data_bytes / sizeof *wide);
}

edgeai_status eai_read_constant_tensor(eai_graph_content *content, eai_value *value,
                                       const char *name, const char *what)
{
    char shown[80];
    eai_printable(name, strlen(name), shown, sizeof shown);
    const edgeai_tensor *tensor =
        content->file ? edgeai_model_file_find_tensor(content->file, name) : NULL;
    if (!tensor)
        return eai_fail(EDGEAI_E_FORMAT, "%s: constant \"%s\": tensor \"%s\" is absent", what,
                        value->name, shown);
    size_t elements = 1, bytes_wanted = value->data_bytes;
    for (int i = 0; i < tensor->n_dims; i++)
        elements *= (size_t)tensor->shape[i]; /* checked when the file was opened */
    const edgeai_dtype dtype = eai_constant_dtype(value->element);
    const bool is_wide = value->element == EDGEAI_ELEMENT_F32 && tensor->dtype != dtype &&
                         (tensor->dtype < EDGEAI_DTYPE_I8 || tensor->dtype > EDGEAI_DTYPE_F64);
    if (!is_wide && tensor->dtype != dtype)
        return eai_fail(EDGEAI_E_FORMAT,
                        "%s: constant \"%s\": tensor \"%s\" is %s, expected %s for %s", what,
                        value->name, shown, edgeai_dtype_name(tensor->dtype),
                        edgeai_dtype_name(dtype), edgeai_element_name(value->element));
    if (is_wide ? elements != bytes_wanted / sizeof(float) : tensor->data_bytes != bytes_wanted)
        return eai_fail(EDGEAI_E_FORMAT,
                        "%s: constant \"%s\": tensor \"%s\" has %zu elements, which the shape does "
                        "not ask for",
                        what, value->name, shown, elements);
    if (is_wide) return widen(content, value, tensor);
    value->data = tensor->data;
    size_t element_bytes = edgeai_dtype_block_bytes(dtype);
    if ((uintptr_t)tensor->data % element_bytes) {
        value->data = eai_ir_duplicate(content->ir, tensor->data, bytes_wanted);
        if (!value->data) return EDGEAI_E_MEMORY;
    }
    if (is_packed(value->element)) return check_packed(value, what);
    return value->element == EDGEAI_ELEMENT_BOOL ? check_bools(value, what) : EDGEAI_OK;
}
