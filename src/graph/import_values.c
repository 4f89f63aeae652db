/* SPDX-License-Identifier: MIT */

/* Tensors of an ONNX model as values of the graph. */

#include <string.h>

#include "base/fail.h"
#include "base/text.h"
#include "graph/import.h"

enum { SHOWN_BYTES = 64 };

static const char *show(edgeai_string name, char shown[SHOWN_BYTES])
{
    return eai_printable(name.bytes, name.n_bytes, shown, SHOWN_BYTES);
}

edgeai_status eai_import_name(eai_import *import, edgeai_string name, const char *what,
                              const char **out)
{
    char shown[SHOWN_BYTES];
    for (size_t at = 0; at < name.n_bytes;) {
        uint32_t code_point;
        int n =
            eai_utf8_decode((const unsigned char *)name.bytes + at, name.n_bytes - at, &code_point);
        if (n <= 0 || code_point == 0)
            return eai_fail(EDGEAI_E_FORMAT, "%s: %s \"%s\" is no UTF-8 text", import->ir->source,
                            what, show(name, shown));
        at += (size_t)n;
    }
    *out = eai_ir_string(import->ir, name.bytes, name.n_bytes);
    return *out ? EDGEAI_OK : EDGEAI_E_MEMORY;
}

/* EDGEAI_E_UNSUPPORTED for a type that the graph does not have. */
static edgeai_status check_element(const eai_import *import, edgeai_string name, eai_onnx_type type,
                                   edgeai_element *element)
{
    char shown[SHOWN_BYTES];
    *element = (edgeai_element)type;
    if ((int)type < (int)EDGEAI_ELEMENT_TRITS && edgeai_element_bytes(*element, 1) > 0)
        return EDGEAI_OK;
    return eai_fail(EDGEAI_E_UNSUPPORTED, "%s: tensor \"%s\": type %s is not supported",
                    import->ir->source, show(name, shown), eai_onnx_type_name(type));
}

static edgeai_status check_rank(const eai_import *import, edgeai_string name, int n_dims)
{
    char shown[SHOWN_BYTES];
    if (n_dims <= EDGEAI_GRAPH_DIMS_MAX) return EDGEAI_OK;
    return eai_fail(EDGEAI_E_UNSUPPORTED,
                    "%s: tensor \"%s\" has %d dimensions, at most %d are supported",
                    import->ir->source, show(name, shown), n_dims, EDGEAI_GRAPH_DIMS_MAX);
}

static edgeai_status check_bools(const eai_import *import, edgeai_string name,
                                 const unsigned char *bytes, size_t n)
{
    char shown[SHOWN_BYTES];
    for (size_t i = 0; i < n; i++)
        if (bytes[i] > 1)
            return eai_fail(EDGEAI_E_FORMAT, "%s: tensor \"%s\": a bool is %u, expected 0 or 1",
                            import->ir->source, show(name, shown), bytes[i]);
    return EDGEAI_OK;
}

edgeai_status eai_import_tensor(eai_import *import, const eai_onnx_tensor *tensor,
                                edgeai_string name, int32_t *out)
{
    eai_value value = {.n_dims = tensor->n_dims};
    EAI_TRY(check_element(import, name, tensor->type, &value.element));
    EAI_TRY(check_rank(import, name, tensor->n_dims));
    EAI_TRY(eai_import_name(import, name, "tensor", &value.name));
    if (tensor->n_dims) memcpy(value.dims, tensor->dims, (size_t)tensor->n_dims * sizeof(int64_t));
    const size_t element_bytes = edgeai_element_bytes(value.element, 1);
    value.data_bytes = tensor->n_elements * element_bytes;
    EAI_TRY(eai_onnx_tensor_borrow(tensor, &value.data));
    /* Elements of our own order lie in the file already where they can be read directly. */
    const bool is_little = *(const unsigned char *)&(uint16_t){1} == 1;
    if (!value.data || !is_little || (uintptr_t)value.data % element_bytes != 0) {
        void *copy = eai_ir_memory(import->ir, value.data_bytes);
        if (!copy) return EDGEAI_E_MEMORY;
        EAI_TRY(eai_onnx_tensor_read(tensor, copy, value.data_bytes));
        value.data = copy;
    }
    if (value.element == EDGEAI_ELEMENT_BOOL)
        EAI_TRY(check_bools(import, name, value.data, value.data_bytes));
    return eai_ir_add_value(import->ir, &value, out);
}

/* n elements from an attribute of a Constant; n_dims 0 or 1. */
static edgeai_status add_constant(eai_import *import, edgeai_string name, edgeai_element element,
                                  const void *data, size_t n, int n_dims, int32_t *out)
{
    eai_value value = {.element = element, .n_dims = n_dims, .dims = {n_dims ? (int64_t)n : 0}};
    EAI_TRY(eai_import_name(import, name, "tensor", &value.name));
    value.data_bytes = edgeai_element_bytes(element, n);
    value.data = eai_ir_duplicate(import->ir, data, value.data_bytes);
    if (!value.data) return EDGEAI_E_MEMORY;
    return eai_ir_add_value(import->ir, &value, out);
}

edgeai_status eai_import_constant(eai_import *import, const eai_onnx_node *node, int32_t *out)
{
    char shown[SHOWN_BYTES];
    const edgeai_string name = node->outputs[0];
    const eai_onnx_attribute *a = node->n_attributes == 1 ? &node->attributes[0] : NULL;
    if (a && a->reference.n_bytes == 0) {
        if (a->type == EAI_ONNX_ATTRIBUTE_TENSOR && eai_onnx_is(a->name, "value"))
            return eai_import_tensor(import, a->t, name, out);
        if (a->type == EAI_ONNX_ATTRIBUTE_FLOAT && eai_onnx_is(a->name, "value_float"))
            return add_constant(import, name, EDGEAI_ELEMENT_F32, &a->f, 1, 0, out);
        if (a->type == EAI_ONNX_ATTRIBUTE_INT && eai_onnx_is(a->name, "value_int"))
            return add_constant(import, name, EDGEAI_ELEMENT_I64, &a->i, 1, 0, out);
        if ((a->type == EAI_ONNX_ATTRIBUTE_FLOATS || a->type == EAI_ONNX_ATTRIBUTE_NONE) &&
            eai_onnx_is(a->name, "value_floats"))
            return add_constant(import, name, EDGEAI_ELEMENT_F32, a->floats, a->n, 1, out);
        if ((a->type == EAI_ONNX_ATTRIBUTE_INTS || a->type == EAI_ONNX_ATTRIBUTE_NONE) &&
            eai_onnx_is(a->name, "value_ints"))
            return add_constant(import, name, EDGEAI_ELEMENT_I64, a->ints, a->n, 1, out);
    }
    return eai_fail(EDGEAI_E_UNSUPPORTED,
                    "%s: Constant for \"%s\" (opset %d): expected one attribute out of value, "
                    "value_float, value_floats, value_int and value_ints",
                    import->ir->source, show(name, shown), import->opset);
}

edgeai_status eai_import_type(eai_import *import, const eai_onnx_value *from, eai_value *value,
                              eai_input_symbols *symbols)
{
    char shown[SHOWN_BYTES];
    if (from->kind != EAI_ONNX_VALUE_TENSOR && from->kind != EAI_ONNX_VALUE_UNKNOWN)
        return eai_fail(EDGEAI_E_UNSUPPORTED,
                        "%s: \"%s\" is a sequence, map or optional value; only tensors are "
                        "supported",
                        import->ir->source, show(from->name, shown));
    value->element = EDGEAI_ELEMENT_NONE;
    value->n_dims = -1;
    if (from->type != EAI_ONNX_UNDEFINED)
        EAI_TRY(check_element(import, from->name, from->type, &value->element));
    if (!from->has_shape) return EDGEAI_OK;
    EAI_TRY(check_rank(import, from->name, from->n_dims));
    value->n_dims = from->n_dims;
    for (int i = 0; i < from->n_dims; i++) {
        value->dims[i] = from->dims[i].value;
        if (!symbols || from->dims[i].value >= 0 || from->dims[i].symbol.n_bytes == 0) continue;
        EAI_TRY(eai_import_name(import, from->dims[i].symbol, "dimension", &symbols->dims[i]));
    }
    return EDGEAI_OK;
}
