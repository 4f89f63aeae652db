/* SPDX-License-Identifier: MIT */

/* The elements of a tensor, from whichever field holds them. */

#include <inttypes.h>
#include <string.h>

#include "base/fail.h"
#include "base/text.h"
#include "io/onnx_parse.h"

/* A type, how it is read, and the field for those who do not use raw_data. */
typedef struct type_row {
    eai_onnx_type type;
    const char *name;
    unsigned bytes;           /* 0: not read */
    eai_onnx_storage storage; /* beside raw_data */
    int64_t least, most;      /* of a value in int32_data or uint64_data */
} type_row;

static const type_row types[] = {
    {EAI_ONNX_F32, "float32", 4, EAI_ONNX_STORED_FLOATS, 0, 0},
    {EAI_ONNX_U8, "uint8", 1, EAI_ONNX_STORED_INT32S, 0, UINT8_MAX},
    {EAI_ONNX_I8, "int8", 1, EAI_ONNX_STORED_INT32S, INT8_MIN, INT8_MAX},
    {EAI_ONNX_U16, "uint16", 2, EAI_ONNX_STORED_INT32S, 0, UINT16_MAX},
    {EAI_ONNX_I16, "int16", 2, EAI_ONNX_STORED_INT32S, INT16_MIN, INT16_MAX},
    {EAI_ONNX_I32, "int32", 4, EAI_ONNX_STORED_INT32S, INT32_MIN, INT32_MAX},
    {EAI_ONNX_I64, "int64", 8, EAI_ONNX_STORED_INT64S, INT64_MIN, INT64_MAX},
    {EAI_ONNX_STRING, "string", 0, EAI_ONNX_STORED_STRINGS, 0, 0},
    {EAI_ONNX_BOOL, "bool", 1, EAI_ONNX_STORED_INT32S, 0, 1},
    {EAI_ONNX_F16, "float16", 2, EAI_ONNX_STORED_INT32S, 0, UINT16_MAX},
    {EAI_ONNX_F64, "float64", 8, EAI_ONNX_STORED_DOUBLES, 0, 0},
    {EAI_ONNX_U32, "uint32", 4, EAI_ONNX_STORED_UINT64S, 0, UINT32_MAX},
    /* Read as int64, so that the range is every bit pattern. */
    {EAI_ONNX_U64, "uint64", 8, EAI_ONNX_STORED_UINT64S, INT64_MIN, INT64_MAX},
    {(eai_onnx_type)14, "complex64", 0, EAI_ONNX_STORED_FLOATS, 0, 0},
    {(eai_onnx_type)15, "complex128", 0, EAI_ONNX_STORED_DOUBLES, 0, 0},
    {EAI_ONNX_BF16, "bfloat16", 2, EAI_ONNX_STORED_INT32S, 0, UINT16_MAX},
    {(eai_onnx_type)17, "float8e4m3fn", 0, EAI_ONNX_STORED_INT32S, 0, 0},
    {(eai_onnx_type)18, "float8e4m3fnuz", 0, EAI_ONNX_STORED_INT32S, 0, 0},
    {(eai_onnx_type)19, "float8e5m2", 0, EAI_ONNX_STORED_INT32S, 0, 0},
    {(eai_onnx_type)20, "float8e5m2fnuz", 0, EAI_ONNX_STORED_INT32S, 0, 0},
    /* Two elements in each byte, and one byte in each int32. */
    {EAI_ONNX_U4, "uint4", 1, EAI_ONNX_STORED_INT32S, INT8_MIN, UINT8_MAX},
    {EAI_ONNX_I4, "int4", 1, EAI_ONNX_STORED_INT32S, INT8_MIN, UINT8_MAX},
    {(eai_onnx_type)23, "float4e2m1", 0, EAI_ONNX_STORED_INT32S, 0, 0},
    {(eai_onnx_type)24, "float8e8m0", 0, EAI_ONNX_STORED_INT32S, 0, 0},
    {(eai_onnx_type)25, "uint2", 0, EAI_ONNX_STORED_INT32S, 0, 0},
    {(eai_onnx_type)26, "int2", 0, EAI_ONNX_STORED_INT32S, 0, 0},
};

static const type_row *find_type(eai_onnx_type type)
{
    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++)
        if (types[i].type == type) return &types[i];
    return NULL;
}

size_t eai_onnx_element_bytes(eai_onnx_type type)
{
    const type_row *row = find_type(type);
    return row ? row->bytes : 0;
}

const char *eai_onnx_type_name(eai_onnx_type type)
{
    const type_row *row = find_type(type);
    return row ? row->name : "?";
}

static bool is_in_nibbles(eai_onnx_type type)
{
    return type == EAI_ONNX_U4 || type == EAI_ONNX_I4;
}

/* Elements as they are stored: two to a byte for those of 4 bits. */
static size_t stored_elements(const eai_onnx_tensor *tensor)
{
    if (!is_in_nibbles(tensor->type)) return tensor->n_elements;
    return tensor->n_elements / 2 + tensor->n_elements % 2;
}

/* The field of the protobuf message that is `storage`, its name and what one scalar is. */
static uint32_t storage_field(eai_onnx_storage storage, const char **name, eai_wire *wire)
{
    *wire = EAI_WIRE_VARINT;
    switch (storage) {
    case EAI_ONNX_STORED_FLOATS:
        *name = "float_data", *wire = EAI_WIRE_FIXED32;
        return 4;
    case EAI_ONNX_STORED_INT32S:
        *name = "int32_data";
        return 5;
    case EAI_ONNX_STORED_INT64S:
        *name = "int64_data";
        return 7;
    case EAI_ONNX_STORED_DOUBLES:
        *name = "double_data", *wire = EAI_WIRE_FIXED64;
        return 10;
    case EAI_ONNX_STORED_UINT64S:
        *name = "uint64_data";
        return 11;
    default:
        *name = "string_data", *wire = EAI_WIRE_BYTES;
        return 6;
    }
}

static edgeai_status take_integer(eai_protobuf *list, const type_row *type, unsigned char *out)
{
    const size_t at = list->at;
    uint64_t bits = 0;
    EAI_TRY(eai_protobuf_varint(list, &bits));
    /* Some writers leave the upper half of a negative int32 out. */
    int64_t value = type->storage == EAI_ONNX_STORED_INT32S ? (int32_t)bits : (int64_t)bits;
    if (value < type->least || value > type->most)
        return eai_fail(EDGEAI_E_FORMAT, "byte %zu: expected an element of type %s, found %" PRId64,
                        at, type->name, value);
    memcpy(out, &value, type->bytes);
    return EDGEAI_OK;
}

/* One occurrence of the field: `count` scalars to out. */
static edgeai_status take_scalars(eai_protobuf list, const type_row *type, size_t count,
                                  unsigned char *out)
{
    if (type->storage == EAI_ONNX_STORED_FLOATS || type->storage == EAI_ONNX_STORED_DOUBLES) {
        memcpy(out, list.bytes + list.at, count * type->bytes);
        return EDGEAI_OK;
    }
    for (size_t i = 0; i < count; i++)
        EAI_TRY(take_integer(&list, type, out + i * type->bytes));
    return EDGEAI_OK;
}

static edgeai_status read_fields(const eai_onnx_tensor *tensor, const type_row *type,
                                 unsigned char *out)
{
    const char *name;
    eai_wire wire;
    const uint32_t number = storage_field(tensor->storage, &name, &wire);
    if (tensor->storage != type->storage)
        return eai_fail(EDGEAI_E_FORMAT, "%s does not go with elements of type %s", name,
                        type->name);
    const size_t expected = stored_elements(tensor);
    size_t found = 0;
    for (eai_protobuf rest = eai_onnx_tensor_message(tensor); eai_protobuf_more(&rest);) {
        eai_protobuf_field field;
        size_t count = 0;
        EAI_TRY(eai_protobuf_next(&rest, &field));
        if (field.number != number) continue;
        EAI_TRY(eai_protobuf_count(&field, wire, name, &count));
        if (count > expected - found)
            return eai_fail(EDGEAI_E_FORMAT,
                            "byte %zu: %s: expected %zu elements, found %zu or more", field.at,
                            name, expected, found + count);
        if (count > 0) EAI_TRY(take_scalars(field.body, type, count, out + found * type->bytes));
        found += count;
    }
    if (found == expected) return EDGEAI_OK;
    return eai_fail(EDGEAI_E_FORMAT, "%s: expected %zu elements, found %zu", name, expected, found);
}

static edgeai_status check_raw(const eai_onnx_tensor *tensor, const type_row *type)
{
    const size_t expected = stored_elements(tensor) * type->bytes;
    const unsigned char *raw = (const unsigned char *)tensor->raw.bytes;
    if (tensor->raw.n_bytes != expected)
        return eai_fail(EDGEAI_E_FORMAT,
                        "raw data: expected %zu bytes for %zu elements of type "
                        "%s, found %zu",
                        expected, tensor->n_elements, type->name, tensor->raw.n_bytes);
    for (size_t i = 0; tensor->type == EAI_ONNX_BOOL && i < expected; i++)
        if (raw[i] > 1)
            return eai_fail(EDGEAI_E_FORMAT, "raw data, byte %zu: expected a bool, found %d", i,
                            raw[i]);
    return EDGEAI_OK;
}

/* Packed bytes stand at the end of `out`; each becomes two elements, the lower half first. */
static void spread_nibbles(unsigned char *out, size_t n, bool is_signed)
{
    const unsigned char *packed = out + n / 2;
    for (size_t i = 0; i < n; i += 2) {
        const unsigned low = packed[i / 2] & 15u, high = packed[i / 2] >> 4;
        const unsigned flip = is_signed ? 8 : 0;
        out[i] = (unsigned char)((low ^ flip) - flip);
        if (i + 1 < n) out[i + 1] = (unsigned char)((high ^ flip) - flip);
    }
}

static edgeai_status read_elements(const eai_onnx_tensor *tensor, const type_row *type,
                                   unsigned char *out)
{
    /* n - ceil(n / 2) is n / 2: see spread_nibbles(). */
    unsigned char *stored = is_in_nibbles(type->type) ? out + tensor->n_elements / 2 : out;
    if (tensor->storage == EAI_ONNX_STORED_RAW) {
        EAI_TRY(check_raw(tensor, type));
        memcpy(stored, tensor->raw.bytes, tensor->raw.n_bytes);
    } else if (tensor->storage != EAI_ONNX_STORED_NOWHERE) {
        EAI_TRY(read_fields(tensor, type, stored));
    }
    if (is_in_nibbles(type->type))
        spread_nibbles(out, tensor->n_elements, type->type == EAI_ONNX_I4);
    return EDGEAI_OK;
}

/* What goes for reading and borrowing alike. */
static edgeai_status check_readable(const eai_onnx_tensor *tensor, const type_row *type)
{
    if (!type || type->bytes == 0)
        return eai_fail(EDGEAI_E_UNSUPPORTED, "elements of type %d (%s) are not supported",
                        (int)tensor->type, type ? type->name : "unknown");
    if (tensor->storage == EAI_ONNX_STORED_NOWHERE && tensor->n_elements > 0)
        return eai_fail(EDGEAI_E_FORMAT, "expected %zu elements of type %s, found none",
                        tensor->n_elements, type->name);
    return EDGEAI_OK;
}

static edgeai_status fail_at(edgeai_status status, const eai_onnx_tensor *tensor)
{
    char shown[EAI_ONNX_SHOWN_BYTES];
    return eai_fail_within(
        status, "tensor '%s' at byte %zu",
        eai_printable(tensor->name.bytes, tensor->name.n_bytes, shown, sizeof shown),
        tensor->message_at);
}

edgeai_status eai_onnx_tensor_read(const eai_onnx_tensor *tensor, void *out, size_t out_bytes)
{
    const type_row *type = find_type(tensor->type);
    edgeai_status status = check_readable(tensor, type);
    if (status != EDGEAI_OK) return fail_at(status, tensor);
    const size_t expected = tensor->n_elements * type->bytes;
    if (out_bytes != expected || (!out && expected > 0))
        return fail_at(eai_fail(EDGEAI_E_INVALID, "expected a buffer of %zu bytes, found %zu",
                                expected, out ? out_bytes : 0),
                       tensor);
    unsigned char nothing = 0; /* to point at where there is nothing to write */
    status = read_elements(tensor, type, out ? out : &nothing);
    return status == EDGEAI_OK ? EDGEAI_OK : fail_at(status, tensor);
}

edgeai_status eai_onnx_tensor_borrow(const eai_onnx_tensor *tensor, const void **out)
{
    *out = NULL;
    const type_row *type = find_type(tensor->type);
    edgeai_status status = check_readable(tensor, type);
    if (status == EDGEAI_OK && tensor->storage == EAI_ONNX_STORED_RAW)
        status = check_raw(tensor, type);
    if (status != EDGEAI_OK) return fail_at(status, tensor);
    if (tensor->storage == EAI_ONNX_STORED_RAW && !is_in_nibbles(tensor->type))
        *out = tensor->raw.bytes;
    return EDGEAI_OK;
}
