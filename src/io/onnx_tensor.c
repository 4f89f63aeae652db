/* SPDX-License-Identifier: MIT */

/* TensorProto: what it is and where its elements lie; onnx_elements.c reads them. */

#include <inttypes.h>

#include "base/fail.h"
#include "base/text.h"
#include "io/onnx_parse.h"

/* Elements are at most this large, and sizes have to fit a ptrdiff_t. */
enum { ELEMENT_BYTES_MAX = 8 };

/* data_location */
enum { LOCATION_DEFAULT = 0, LOCATION_EXTERNAL = 1 };

/* What the walk over the fields has seen. */
typedef struct sight {
    size_t n_dims;
    int64_t type, data_location;
    eai_onnx_external external;
} sight;

static const char *storage_name(eai_onnx_storage storage)
{
    static const char *const names[] = {"nothing",    "raw_data",    "float_data",  "int32_data",
                                        "int64_data", "double_data", "uint64_data", "string_data"};
    return names[storage];
}

/* Empty fields store nothing: some programs write them beside the one that counts. */
static edgeai_status note_storage(const eai_protobuf_field *field, eai_onnx_storage storage,
                                  eai_onnx_tensor *tensor)
{
    if (field->body.at == field->body.end && storage != EAI_ONNX_STORED_STRINGS) return EDGEAI_OK;
    if (tensor->storage != EAI_ONNX_STORED_NOWHERE && tensor->storage != storage)
        return eai_fail(EDGEAI_E_FORMAT,
                        "byte %zu: expected the elements in one field, found %s and %s", field->at,
                        storage_name(tensor->storage), storage_name(storage));
    tensor->storage = storage;
    return EDGEAI_OK;
}

static edgeai_status see_field(const eai_protobuf_field *field, eai_onnx_tensor *tensor,
                               sight *seen)
{
    size_t n = 0;
    switch (field->number) {
    case 1:
        EAI_TRY(eai_protobuf_count(field, EAI_WIRE_VARINT, "dims", &n));
        seen->n_dims += n;
        return EDGEAI_OK;
    case 2:
        return eai_protobuf_integer(field, "data_type", &seen->type);
    case 3:
        return eai_fail(EDGEAI_E_UNSUPPORTED,
                        "byte %zu: a tensor in several segments is not supported", field->at);
    case 4:
        return note_storage(field, EAI_ONNX_STORED_FLOATS, tensor);
    case 5:
        return note_storage(field, EAI_ONNX_STORED_INT32S, tensor);
    case 6:
        return note_storage(field, EAI_ONNX_STORED_STRINGS, tensor);
    case 7:
        return note_storage(field, EAI_ONNX_STORED_INT64S, tensor);
    case 8:
        return eai_onnx_name(field, "name", &tensor->name);
    case 9:
        EAI_TRY(eai_protobuf_string(field, "raw_data", &tensor->raw));
        return note_storage(field, EAI_ONNX_STORED_RAW, tensor);
    case 10:
        return note_storage(field, EAI_ONNX_STORED_DOUBLES, tensor);
    case 11:
        return note_storage(field, EAI_ONNX_STORED_UINT64S, tensor);
    case 13:
        return eai_onnx_external_entry(field, &seen->external);
    case 14:
        return eai_protobuf_integer(field, "data_location", &seen->data_location);
    default:
        return EDGEAI_OK;
    }
}

/* Takes one dimension into the product of those that are not 0. */
static edgeai_status see_dim(int64_t dim, size_t index, uint64_t *product)
{
    if (dim < 0)
        return eai_fail(EDGEAI_E_FORMAT,
                        "dims[%zu]: expected a size that is not negative, found %" PRId64, index,
                        dim);
    if (dim == 0) return EDGEAI_OK;
    if (*product > (uint64_t)(PTRDIFF_MAX / ELEMENT_BYTES_MAX) / (uint64_t)dim)
        return eai_fail(EDGEAI_E_FORMAT, "dims[%zu]: with %" PRId64 " the product overflows", index,
                        dim);
    *product *= (uint64_t)dim;
    return EDGEAI_OK;
}

static edgeai_status fill_dims(eai_protobuf message, int64_t *dims, eai_onnx_tensor *tensor)
{
    uint64_t product = 1, value = 0;
    bool is_empty = false;
    size_t i = 0;
    while (eai_protobuf_more(&message)) {
        eai_protobuf_field field;
        EAI_TRY(eai_protobuf_next(&message, &field));
        while (field.number == 1 && eai_protobuf_more(&field.body)) {
            EAI_TRY(eai_protobuf_varint(&field.body, &value));
            EAI_TRY(see_dim((int64_t)value, i, &product));
            is_empty = is_empty || value == 0;
            if (dims) dims[i] = (int64_t)value;
            i++;
        }
    }
    tensor->n_elements = is_empty ? 0 : (size_t)product;
    return EDGEAI_OK;
}

static edgeai_status check_location(const sight *seen, eai_onnx_tensor *tensor)
{
    if (seen->data_location == LOCATION_DEFAULT) return EDGEAI_OK;
    if (seen->data_location != LOCATION_EXTERNAL)
        return eai_fail(EDGEAI_E_FORMAT, "data_location: expected 0 or 1, found %" PRId64,
                        seen->data_location);
    if (tensor->storage != EAI_ONNX_STORED_NOWHERE)
        return eai_fail(EDGEAI_E_FORMAT, "its elements are said to be external, but %s holds some",
                        storage_name(tensor->storage));
    if (seen->external.location.n_bytes == 0)
        return eai_fail(EDGEAI_E_FORMAT,
                        "external_data: expected a location, found none or an empty one");
    tensor->storage = EAI_ONNX_STORED_RAW;
    tensor->location = seen->external.location;
    return EDGEAI_OK;
}

static edgeai_status parse(eai_onnx_reader *reader, eai_protobuf message, eai_onnx_tensor *tensor)
{
    sight seen = {.external.location = EAI_ONNX_NO_STRING};
    for (eai_protobuf rest = message; eai_protobuf_more(&rest);) {
        eai_protobuf_field field;
        EAI_TRY(eai_protobuf_next(&rest, &field));
        EAI_TRY(see_field(&field, tensor, &seen));
    }
    if (seen.type <= EAI_ONNX_UNDEFINED || seen.type > INT32_MAX)
        return eai_fail(EDGEAI_E_FORMAT, "data_type: expected a positive number, found %" PRId64,
                        seen.type);
    if (seen.n_dims > EAI_ONNX_DIMS_MAX)
        return eai_fail(EDGEAI_E_LIMIT, "dims: expected at most %d, found %zu", EAI_ONNX_DIMS_MAX,
                        seen.n_dims);
    tensor->type = (eai_onnx_type)seen.type;
    tensor->n_dims = (int)seen.n_dims;
    void *dims = NULL;
    EAI_TRY(eai_onnx_take(reader, EAI_ONNX_POOL_INTS, seen.n_dims, &dims));
    tensor->dims = dims;
    EAI_TRY(fill_dims(message, dims, tensor));
    return check_location(&seen, tensor);
}

edgeai_status eai_onnx_parse_tensor(eai_onnx_reader *reader, eai_protobuf message,
                                    eai_onnx_tensor *tensor)
{
    char shown[EAI_ONNX_SHOWN_BYTES];
    *tensor = (eai_onnx_tensor){.message_at = message.at};
    tensor->name = tensor->raw = tensor->location = EAI_ONNX_NO_STRING;
    tensor->message =
        (edgeai_string){(const char *)message.bytes + message.at, message.end - message.at};
    edgeai_status status = parse(reader, message, tensor);
    if (status == EDGEAI_OK) return EDGEAI_OK;
    return eai_fail_within(
        status, "tensor '%s' at byte %zu",
        eai_printable(tensor->name.bytes, tensor->name.n_bytes, shown, sizeof shown), message.at);
}

eai_protobuf eai_onnx_tensor_message(const eai_onnx_tensor *tensor)
{
    const unsigned char *message = (const unsigned char *)tensor->message.bytes;
    return (eai_protobuf){message - tensor->message_at, tensor->message_at,
                          tensor->message_at + tensor->message.n_bytes};
}
