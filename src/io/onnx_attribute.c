/* SPDX-License-Identifier: MIT */

/* AttributeProto. */

#include <inttypes.h>
#include <string.h>

#include "base/fail.h"
#include "base/text.h"
#include "io/onnx_parse.h"

static const char *const type_names[] = {
    "NONE",    "FLOAT",   "INT",    "STRING",        "TENSOR",         "GRAPH", "FLOATS", "INTS",
    "STRINGS", "TENSORS", "GRAPHS", "SPARSE_TENSOR", "SPARSE_TENSORS", "TYPE",  "TYPES",
};

enum { N_TYPES = sizeof type_names / sizeof type_names[0] };

/* What the walk over the fields has seen. */
typedef struct sight {
    int64_t type;
    bool has_type;
    bool has[N_TYPES]; /* a value of this type is there */
    size_t n[N_TYPES]; /* of a list's type: how many */
    eai_protobuf t, g;
} sight;

const char *eai_onnx_attribute_type_name(eai_onnx_attribute_type type)
{
    return (unsigned)type < N_TYPES ? type_names[type] : "?";
}

/* The type whose value a field holds; NONE for other fields. */
static eai_onnx_attribute_type type_of_field(uint32_t number)
{
    if (number >= 2 && number <= 11) return (eai_onnx_attribute_type)(number - 1);
    if (number == 22) return EAI_ONNX_ATTRIBUTE_SPARSE_TENSOR;
    if (number == 23) return EAI_ONNX_ATTRIBUTE_SPARSE_TENSORS;
    if (number == 14) return EAI_ONNX_ATTRIBUTE_TYPE;
    if (number == 15) return EAI_ONNX_ATTRIBUTE_TYPES;
    return EAI_ONNX_ATTRIBUTE_NONE;
}

/* A message that is there at most once. */
static edgeai_status see_message(const eai_protobuf_field *field, const char *what, bool is_there,
                                 eai_protobuf *message)
{
    EAI_TRY(eai_onnx_once(field, what, &is_there));
    *message = field->body;
    return EDGEAI_OK;
}

static edgeai_status see_value(const eai_protobuf_field *field, eai_onnx_attribute_type type,
                               eai_onnx_attribute *attribute, sight *seen)
{
    const bool is_again = seen->has[type];
    size_t n = 1;
    seen->has[type] = true;
    switch (type) {
    case EAI_ONNX_ATTRIBUTE_FLOAT:
        return eai_protobuf_float(field, "f", &attribute->f);
    case EAI_ONNX_ATTRIBUTE_INT:
        return eai_protobuf_integer(field, "i", &attribute->i);
    case EAI_ONNX_ATTRIBUTE_STRING:
        return eai_protobuf_string(field, "s", &attribute->s);
    case EAI_ONNX_ATTRIBUTE_TENSOR:
        return see_message(field, "t", is_again, &seen->t);
    case EAI_ONNX_ATTRIBUTE_GRAPH:
        return see_message(field, "g", is_again, &seen->g);
    case EAI_ONNX_ATTRIBUTE_FLOATS:
        EAI_TRY(eai_protobuf_count(field, EAI_WIRE_FIXED32, "floats", &n));
        break;
    case EAI_ONNX_ATTRIBUTE_INTS:
        EAI_TRY(eai_protobuf_count(field, EAI_WIRE_VARINT, "ints", &n));
        break;
    default:
        EAI_TRY(eai_protobuf_want(field, EAI_WIRE_BYTES, type_names[type]));
    }
    seen->n[type] += n;
    return EDGEAI_OK;
}

static edgeai_status see_fields(eai_protobuf message, eai_onnx_attribute *attribute, sight *seen)
{
    while (eai_protobuf_more(&message)) {
        eai_protobuf_field field;
        EAI_TRY(eai_protobuf_next(&message, &field));
        const eai_onnx_attribute_type type = type_of_field(field.number);
        if (type != EAI_ONNX_ATTRIBUTE_NONE) {
            EAI_TRY(see_value(&field, type, attribute, seen));
        } else if (field.number == 1) {
            EAI_TRY(eai_onnx_name(&field, "name", &attribute->name));
        } else if (field.number == 20) {
            EAI_TRY(eai_protobuf_integer(&field, "type", &seen->type));
            seen->has_type = seen->type != EAI_ONNX_ATTRIBUTE_NONE;
        } else if (field.number == 21) {
            EAI_TRY(eai_onnx_name(&field, "ref_attr_name", &attribute->reference));
        }
    }
    return EDGEAI_OK;
}

/* Files of ir_version 1 have no type: then it is that of the one value. */
static edgeai_status find_type(const sight *seen, eai_onnx_attribute_type *type)
{
    if (seen->has_type && (seen->type < 0 || seen->type >= N_TYPES))
        return eai_fail(EDGEAI_E_FORMAT, "type: expected 1 to %d, found %" PRId64, N_TYPES - 1,
                        seen->type);
    *type = (eai_onnx_attribute_type)seen->type;
    if (seen->has_type) return EDGEAI_OK;
    for (int i = 1; i < N_TYPES; i++) {
        if (!seen->has[i]) continue;
        if (*type != EAI_ONNX_ATTRIBUTE_NONE)
            return eai_fail(EDGEAI_E_FORMAT, "it has no type, and both a value of type %s and %s",
                            type_names[*type], type_names[i]);
        *type = (eai_onnx_attribute_type)i;
    }
    return EDGEAI_OK;
}

static edgeai_status fill_floats(const eai_protobuf_field *field, float *floats, size_t *i)
{
    const size_t bytes = field->body.end - field->body.at;
    if (floats) memcpy(floats + *i, field->body.bytes + field->body.at, bytes);
    *i += bytes / sizeof *floats;
    return EDGEAI_OK;
}

/* Walked when counting too: a varint may have more bits than fit. */
static edgeai_status fill_ints(const eai_protobuf_field *field, int64_t *ints, size_t *i)
{
    for (eai_protobuf list = field->body; eai_protobuf_more(&list); (*i)++) {
        uint64_t value = 0;
        EAI_TRY(eai_protobuf_varint(&list, &value));
        if (ints) ints[*i] = (int64_t)value;
    }
    return EDGEAI_OK;
}

static edgeai_status fill_tensor(eai_onnx_reader *reader, const eai_protobuf_field *field,
                                 eai_onnx_tensor *tensors, size_t *i)
{
    eai_onnx_tensor tensor;
    EAI_TRY(eai_onnx_parse_tensor(reader, field->body, &tensor));
    if (tensors) tensors[*i] = tensor;
    (*i)++;
    return EDGEAI_OK;
}

/* Strings, and graphs as their bytes. */
static edgeai_status fill_string(const eai_onnx_reader *reader, const eai_protobuf_field *field,
                                 bool is_graph, edgeai_string *strings, size_t *i)
{
    if (is_graph && !reader->is_filling) EAI_TRY(eai_onnx_check_nesting(field->body, 1));
    edgeai_string string;
    EAI_TRY(eai_protobuf_string(field, "strings", &string));
    if (strings) strings[*i] = string;
    (*i)++;
    return EDGEAI_OK;
}

/* Which pool the elements of a list of this type are from; EAI_ONNX_N_POOLS: this is no list. */
static eai_onnx_pool pool_of(eai_onnx_attribute_type type)
{
    switch (type) {
    case EAI_ONNX_ATTRIBUTE_FLOATS:
        return EAI_ONNX_POOL_FLOATS;
    case EAI_ONNX_ATTRIBUTE_INTS:
        return EAI_ONNX_POOL_INTS;
    case EAI_ONNX_ATTRIBUTE_STRINGS:
    case EAI_ONNX_ATTRIBUTE_GRAPHS:
        return EAI_ONNX_POOL_STRINGS;
    case EAI_ONNX_ATTRIBUTE_TENSORS:
        return EAI_ONNX_POOL_TENSORS;
    default:
        return EAI_ONNX_N_POOLS;
    }
}

/* The list of the attribute's type. */
static edgeai_status fill_list(eai_onnx_reader *reader, eai_protobuf message, size_t n,
                               eai_onnx_attribute *attribute)
{
    const eai_onnx_attribute_type type = attribute->type;
    void *list = NULL;
    EAI_TRY(eai_onnx_take(reader, pool_of(type), n, &list));
    attribute->n = n;
    if (type == EAI_ONNX_ATTRIBUTE_FLOATS) attribute->floats = list;
    if (type == EAI_ONNX_ATTRIBUTE_INTS) attribute->ints = list;
    if (type == EAI_ONNX_ATTRIBUTE_TENSORS) attribute->tensors = list;
    if (pool_of(type) == EAI_ONNX_POOL_STRINGS) attribute->strings = list;
    for (size_t i = 0; eai_protobuf_more(&message);) {
        eai_protobuf_field field;
        EAI_TRY(eai_protobuf_next(&message, &field));
        if (type_of_field(field.number) != type) continue;
        if (type == EAI_ONNX_ATTRIBUTE_FLOATS)
            EAI_TRY(fill_floats(&field, list, &i));
        else if (type == EAI_ONNX_ATTRIBUTE_INTS)
            EAI_TRY(fill_ints(&field, list, &i));
        else if (type == EAI_ONNX_ATTRIBUTE_TENSORS)
            EAI_TRY(fill_tensor(reader, &field, list, &i));
        else
            EAI_TRY(fill_string(reader, &field, type == EAI_ONNX_ATTRIBUTE_GRAPHS, list, &i));
    }
    return EDGEAI_OK;
}

static edgeai_status fill_one_tensor(eai_onnx_reader *reader, const sight *seen,
                                     eai_onnx_attribute *attribute)
{
    if (!seen->has[EAI_ONNX_ATTRIBUTE_TENSOR])
        return eai_fail(EDGEAI_E_FORMAT, "type is TENSOR, but there is no tensor");
    void *place = NULL;
    eai_onnx_tensor tensor;
    EAI_TRY(eai_onnx_take(reader, EAI_ONNX_POOL_TENSORS, 1, &place));
    EAI_TRY(eai_onnx_parse_tensor(reader, seen->t, &tensor));
    if (place) *(eai_onnx_tensor *)place = tensor;
    attribute->t = place;
    return EDGEAI_OK;
}

/* Sets what goes with the type and clears what does not. */
static edgeai_status fill_value(eai_onnx_reader *reader, eai_protobuf message, const sight *seen,
                                eai_onnx_attribute *attribute)
{
    const eai_onnx_attribute_type type = attribute->type;
    if (type != EAI_ONNX_ATTRIBUTE_FLOAT) attribute->f = 0;
    if (type != EAI_ONNX_ATTRIBUTE_INT) attribute->i = 0;
    if (type != EAI_ONNX_ATTRIBUTE_STRING) attribute->s = EAI_ONNX_NO_STRING;
    if (type == EAI_ONNX_ATTRIBUTE_TENSOR) return fill_one_tensor(reader, seen, attribute);
    if (type == EAI_ONNX_ATTRIBUTE_GRAPH && seen->has[type]) {
        attribute->s =
            (edgeai_string){(const char *)seen->g.bytes + seen->g.at, seen->g.end - seen->g.at};
        return reader->is_filling ? EDGEAI_OK : eai_onnx_check_nesting(seen->g, 1);
    }
    if (pool_of(type) == EAI_ONNX_N_POOLS) return EDGEAI_OK;
    return fill_list(reader, message, seen->n[type], attribute);
}

edgeai_status eai_onnx_parse_attribute(eai_onnx_reader *reader, const eai_protobuf_field *field,
                                       eai_onnx_attribute *attribute)
{
    sight seen = {0};
    *attribute = (eai_onnx_attribute){.name = EAI_ONNX_NO_STRING};
    attribute->s = attribute->reference = EAI_ONNX_NO_STRING;
    EAI_TRY(eai_protobuf_want(field, EAI_WIRE_BYTES, "attribute"));
    EAI_TRY(see_fields(field->body, attribute, &seen));
    if (attribute->name.n_bytes == 0)
        return eai_fail(EDGEAI_E_FORMAT, "byte %zu: expected a name, found none", field->at);
    edgeai_status status = find_type(&seen, &attribute->type);
    if (status == EDGEAI_OK) status = fill_value(reader, field->body, &seen, attribute);
    if (status == EDGEAI_OK) return EDGEAI_OK;
    char shown[EAI_ONNX_SHOWN_BYTES];
    return eai_fail_within(
        status, "'%s' at byte %zu",
        eai_printable(attribute->name.bytes, attribute->name.n_bytes, shown, sizeof shown),
        field->at);
}
