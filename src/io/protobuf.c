/* SPDX-License-Identifier: MIT */
#include "io/protobuf.h"

#include <inttypes.h>
#include <string.h>

#include "base/fail.h"

#define NUMBER_MAX (((uint32_t)1 << 29) - 1)

static const char *wire_name(unsigned wire)
{
    static const char *const names[] = {"a varint",        "64 bits",       "bytes with a length",
                                        "a group's start", "a group's end", "32 bits"};
    return wire < sizeof names / sizeof names[0] ? names[wire] : "?";
}

edgeai_status eai_protobuf_varint(eai_protobuf *list, uint64_t *value)
{
    const size_t begin = list->at;
    uint64_t sum = 0;
    for (unsigned i = 0; i < EAI_VARINT_BYTES_MAX; i++) {
        if (list->at >= list->end)
            return eai_fail(EDGEAI_E_FORMAT,
                            "byte %zu: a varint is cut off after %u bytes by the end at byte %zu",
                            begin, i, list->end);
        const unsigned char byte = list->bytes[list->at++];
        /* The tenth byte has room for bit 63 alone. */
        if (i == EAI_VARINT_BYTES_MAX - 1 && byte > 1) break;
        sum |= (uint64_t)(byte & 0x7f) << (7 * i);
        if (byte < 0x80) {
            *value = sum;
            return EDGEAI_OK;
        }
    }
    return eai_fail(EDGEAI_E_FORMAT, "byte %zu: expected a varint of at most 64 bits, found more",
                    begin);
}

/* Sets the body to the next n bytes. */
static edgeai_status take_body(eai_protobuf *message, eai_protobuf_field *field, uint64_t n)
{
    const size_t left = message->end - message->at;
    if (n > left)
        return eai_fail(EDGEAI_E_FORMAT,
                        "byte %zu: field %" PRIu32 ": expected %" PRIu64 " bytes, found %zu",
                        field->at, field->number, n, left);
    field->body = (eai_protobuf){message->bytes, message->at, message->at + (size_t)n};
    message->at += (size_t)n;
    return EDGEAI_OK;
}

static edgeai_status take_key(eai_protobuf *message, eai_protobuf_field *field)
{
    uint64_t key = 0;
    field->at = message->at;
    EAI_TRY(eai_protobuf_varint(message, &key));
    if (key >> 3 == 0 || key >> 3 > NUMBER_MAX)
        return eai_fail(EDGEAI_E_FORMAT,
                        "byte %zu: expected a field number of 1 to %" PRIu32 ", found %" PRIu64,
                        field->at, NUMBER_MAX, key >> 3);
    field->number = (uint32_t)(key >> 3);
    field->wire = (eai_wire)(key & 7);
    return EDGEAI_OK;
}

edgeai_status eai_protobuf_next(eai_protobuf *message, eai_protobuf_field *field)
{
    *field = (eai_protobuf_field){0};
    EAI_TRY(take_key(message, field));
    uint64_t n = 0;
    uint32_t low = 0;
    size_t begin = message->at;
    switch (field->wire) {
    case EAI_WIRE_VARINT:
        EAI_TRY(eai_protobuf_varint(message, &field->value));
        field->body = (eai_protobuf){message->bytes, begin, message->at};
        return EDGEAI_OK;
    case EAI_WIRE_FIXED64:
        EAI_TRY(take_body(message, field, 8));
        memcpy(&field->value, field->body.bytes + field->body.at, 8);
        return EDGEAI_OK;
    case EAI_WIRE_BYTES:
        EAI_TRY(eai_protobuf_varint(message, &n));
        return take_body(message, field, n);
    case EAI_WIRE_FIXED32:
        EAI_TRY(take_body(message, field, 4));
        memcpy(&low, field->body.bytes + field->body.at, 4);
        field->value = low;
        return EDGEAI_OK;
    }
    return eai_fail(EDGEAI_E_FORMAT,
                    "byte %zu: field %" PRIu32 ": expected wire type 0, 1, 2 or 5, found %u (%s)",
                    field->at, field->number, (unsigned)field->wire, wire_name(field->wire));
}

edgeai_status eai_protobuf_want(const eai_protobuf_field *field, eai_wire wire, const char *what)
{
    if (field->wire == wire) return EDGEAI_OK;
    return eai_fail(EDGEAI_E_FORMAT, "byte %zu: %s (field %" PRIu32 "): expected %s, found %s",
                    field->at, what, field->number, wire_name(wire), wire_name(field->wire));
}

edgeai_status eai_protobuf_integer(const eai_protobuf_field *field, const char *what,
                                   int64_t *value)
{
    EAI_TRY(eai_protobuf_want(field, EAI_WIRE_VARINT, what));
    *value = (int64_t)field->value;
    return EDGEAI_OK;
}

edgeai_status eai_protobuf_float(const eai_protobuf_field *field, const char *what, float *value)
{
    EAI_TRY(eai_protobuf_want(field, EAI_WIRE_FIXED32, what));
    const uint32_t bits = (uint32_t)field->value;
    memcpy(value, &bits, sizeof *value);
    return EDGEAI_OK;
}

edgeai_status eai_protobuf_string(const eai_protobuf_field *field, const char *what,
                                  edgeai_string *value)
{
    EAI_TRY(eai_protobuf_want(field, EAI_WIRE_BYTES, what));
    *value = (edgeai_string){(const char *)field->body.bytes + field->body.at,
                             field->body.end - field->body.at};
    return EDGEAI_OK;
}

/* Every varint has one byte below 128, its last. */
static edgeai_status count_varints(const eai_protobuf_field *field, const char *what, size_t *n)
{
    const eai_protobuf *list = &field->body;
    size_t count = 0;
    for (size_t i = list->at; i < list->end; i++)
        count += list->bytes[i] < 0x80;
    *n = count;
    if (list->at == list->end || list->bytes[list->end - 1] < 0x80) return EDGEAI_OK;
    return eai_fail(EDGEAI_E_FORMAT,
                    "byte %zu: %s (field %" PRIu32 "): the last of its varints is cut off",
                    field->at, what, field->number);
}

edgeai_status eai_protobuf_count(const eai_protobuf_field *field, eai_wire wire, const char *what,
                                 size_t *n)
{
    if (field->wire != EAI_WIRE_BYTES) EAI_TRY(eai_protobuf_want(field, wire, what));
    if (wire == EAI_WIRE_VARINT) return count_varints(field, what, n);
    const size_t bytes = field->body.end - field->body.at, size = wire == EAI_WIRE_FIXED64 ? 8 : 4;
    *n = bytes / size;
    if (bytes % size == 0) return EDGEAI_OK;
    return eai_fail(EDGEAI_E_FORMAT,
                    "byte %zu: %s (field %" PRIu32 "): expected a multiple of %zu bytes, found %zu",
                    field->at, what, field->number, size, bytes);
}
