/* SPDX-License-Identifier: MIT */

/* ValueInfoProto, with as much of TypeProto and TensorShapeProto as tensors need. */

#include <inttypes.h>

#include "base/fail.h"
#include "base/text.h"
#include "io/onnx_parse.h"

static edgeai_status parse_dim(eai_protobuf message, eai_onnx_dim *dim)
{
    *dim = (eai_onnx_dim){-1, EAI_ONNX_NO_STRING};
    while (eai_protobuf_more(&message)) {
        eai_protobuf_field field;
        EAI_TRY(eai_protobuf_next(&message, &field));
        if (field.number == 1) {
            EAI_TRY(eai_protobuf_integer(&field, "dim_value", &dim->value));
            dim->symbol = EAI_ONNX_NO_STRING;
            if (dim->value < 0) dim->value = -1;
        } else if (field.number == 2) {
            EAI_TRY(eai_onnx_name(&field, "dim_param", &dim->symbol));
            dim->value = -1;
        }
    }
    return EDGEAI_OK;
}

static edgeai_status fill_dims(eai_protobuf message, eai_onnx_dim *dims)
{
    for (size_t i = 0; eai_protobuf_more(&message);) {
        eai_protobuf_field field;
        eai_onnx_dim dim;
        EAI_TRY(eai_protobuf_next(&message, &field));
        if (field.number != 1) continue;
        EAI_TRY(parse_dim(field.body, &dim));
        if (dims) dims[i] = dim;
        i++;
    }
    return EDGEAI_OK;
}

static edgeai_status parse_shape(eai_onnx_reader *reader, eai_protobuf message,
                                 eai_onnx_value *value)
{
    size_t n = 0;
    for (eai_protobuf rest = message; eai_protobuf_more(&rest);) {
        eai_protobuf_field field;
        EAI_TRY(eai_protobuf_next(&rest, &field));
        if (field.number != 1) continue;
        EAI_TRY(eai_protobuf_want(&field, EAI_WIRE_BYTES, "dim"));
        n++;
    }
    if (n > EAI_ONNX_DIMS_MAX)
        return eai_fail(EDGEAI_E_LIMIT,
                        "byte %zu: shape: expected at most %d dimensions, found %zu", message.at,
                        EAI_ONNX_DIMS_MAX, n);
    void *dims = NULL;
    EAI_TRY(eai_onnx_take(reader, EAI_ONNX_POOL_VALUE_DIMS, n, &dims));
    value->has_shape = true;
    value->n_dims = (int)n;
    value->dims = dims;
    return fill_dims(message, dims);
}

static edgeai_status parse_tensor_type(eai_onnx_reader *reader, eai_protobuf message,
                                       eai_onnx_value *value)
{
    int64_t type = EAI_ONNX_UNDEFINED;
    while (eai_protobuf_more(&message)) {
        eai_protobuf_field field;
        EAI_TRY(eai_protobuf_next(&message, &field));
        if (field.number == 1) {
            EAI_TRY(eai_protobuf_integer(&field, "elem_type", &type));
            if (type < 0 || type > INT32_MAX)
                return eai_fail(EDGEAI_E_FORMAT,
                                "byte %zu: elem_type: expected a positive number, found %" PRId64,
                                field.at, type);
        } else if (field.number == 2) {
            EAI_TRY(eai_protobuf_want(&field, EAI_WIRE_BYTES, "shape"));
            EAI_TRY(eai_onnx_once(&field, "shape", &value->has_shape));
            EAI_TRY(parse_shape(reader, field.body, value));
        }
    }
    value->type = (eai_onnx_type)type;
    return EDGEAI_OK;
}

/* The kind that a field of TypeProto stands for; UNKNOWN for other fields. */
static eai_onnx_value_kind kind_of_field(uint32_t number)
{
    switch (number) {
    case 1:
        return EAI_ONNX_VALUE_TENSOR;
    case 4:
        return EAI_ONNX_VALUE_SEQUENCE;
    case 5:
        return EAI_ONNX_VALUE_MAP;
    case 7:
        return EAI_ONNX_VALUE_OPAQUE;
    case 8:
        return EAI_ONNX_VALUE_SPARSE_TENSOR;
    case 9:
        return EAI_ONNX_VALUE_OPTIONAL;
    default:
        return EAI_ONNX_VALUE_UNKNOWN;
    }
}

static edgeai_status parse_type(eai_onnx_reader *reader, eai_protobuf message,
                                eai_onnx_value *value)
{
    bool has_kind = false;
    while (eai_protobuf_more(&message)) {
        eai_protobuf_field field;
        EAI_TRY(eai_protobuf_next(&message, &field));
        const eai_onnx_value_kind kind = kind_of_field(field.number);
        if (kind == EAI_ONNX_VALUE_UNKNOWN) continue;
        EAI_TRY(eai_protobuf_want(&field, EAI_WIRE_BYTES, "type"));
        EAI_TRY(eai_onnx_once(&field, "a kind of type", &has_kind));
        value->kind = kind;
        if (kind == EAI_ONNX_VALUE_TENSOR) EAI_TRY(parse_tensor_type(reader, field.body, value));
    }
    return EDGEAI_OK;
}

static edgeai_status parse(eai_onnx_reader *reader, const eai_protobuf_field *value_field,
                           eai_onnx_value *value)
{
    bool has_type = false;
    EAI_TRY(eai_protobuf_want(value_field, EAI_WIRE_BYTES, "value"));
    for (eai_protobuf rest = value_field->body; eai_protobuf_more(&rest);) {
        eai_protobuf_field field;
        EAI_TRY(eai_protobuf_next(&rest, &field));
        if (field.number == 1) EAI_TRY(eai_onnx_name(&field, "name", &value->name));
        if (field.number != 2) continue;
        EAI_TRY(eai_protobuf_want(&field, EAI_WIRE_BYTES, "type"));
        EAI_TRY(eai_onnx_once(&field, "type", &has_type));
        EAI_TRY(parse_type(reader, field.body, value));
    }
    return EDGEAI_OK;
}

edgeai_status eai_onnx_parse_value(eai_onnx_reader *reader, const eai_protobuf_field *field,
                                   eai_onnx_value *value)
{
    char shown[EAI_ONNX_SHOWN_BYTES];
    *value = (eai_onnx_value){.name = EAI_ONNX_NO_STRING};
    edgeai_status status = parse(reader, field, value);
    if (status == EDGEAI_OK) return EDGEAI_OK;
    return eai_fail_within(
        status, "'%s' at byte %zu",
        eai_printable(value->name.bytes, value->name.n_bytes, shown, sizeof shown), field->at);
}
