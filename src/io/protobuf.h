/* SPDX-License-Identifier: MIT */
#ifndef EAI_IO_PROTOBUF_H
#define EAI_IO_PROTOBUF_H

/*
 * The wire format of Protocol Buffers, walked in place: fields of a message one by one, each with
 * its bytes checked to lie inside the message. Nothing allocates, nothing calls itself.
 *
 *     while (eai_protobuf_more(&message)) {
 *         eai_protobuf_field field;
 *         EAI_TRY(eai_protobuf_next(&message, &field));
 *         if (field.number == 3) EAI_TRY(eai_protobuf_string(&field, "name", &name));
 *     }
 *
 * A field that nobody asks about is skipped. Groups (wire types 3 and 4) are refused: no format
 * that is read here has them. Source: "Encoding", Protocol Buffers documentation.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <edgeai/model_file.h>

enum { EAI_VARINT_BYTES_MAX = 10 };

typedef enum eai_wire {
    EAI_WIRE_VARINT = 0,
    EAI_WIRE_FIXED64 = 1,
    EAI_WIRE_BYTES = 2, /* strings, messages and packed lists, a length in front */
    EAI_WIRE_FIXED32 = 5
} eai_wire;

/* What is left of a message, as a part of the file: positions are those that error texts name. */
typedef struct eai_protobuf {
    const unsigned char *bytes; /* the file's first */
    size_t at, end;             /* at <= end <= the file's size */
} eai_protobuf;

typedef struct eai_protobuf_field {
    uint32_t number; /* 1 to 2^29 - 1 */
    eai_wire wire;
    size_t at;         /* of its key */
    uint64_t value;    /* of a VARINT or a FIXED one */
    eai_protobuf body; /* BYTES: what the length stands in front of; else the value's own bytes, so
                        * that one scalar is a packed list of one */
} eai_protobuf_field;

/* Whether fields, or scalars of a list, are left. */
static inline bool eai_protobuf_more(const eai_protobuf *message)
{
    return message->at < message->end;
}

/* The next field; `message` stands behind it afterwards. EDGEAI_E_FORMAT names the byte. */
edgeai_status eai_protobuf_next(eai_protobuf *message, eai_protobuf_field *field);

/* The field's value where it has to be of one kind; EDGEAI_E_FORMAT names `what`, the field. */
edgeai_status eai_protobuf_want(const eai_protobuf_field *field, eai_wire wire, const char *what);
edgeai_status eai_protobuf_integer(const eai_protobuf_field *field, const char *what,
                                   int64_t *value);
edgeai_status eai_protobuf_float(const eai_protobuf_field *field, const char *what, float *value);
edgeai_status eai_protobuf_string(const eai_protobuf_field *field, const char *what,
                                  edgeai_string *value);

/*
 * How many scalars a repeated field has here, packed or alone; they are body.at to body.end. `wire`
 * is one scalar's.
 */
edgeai_status eai_protobuf_count(const eai_protobuf_field *field, eai_wire wire, const char *what,
                                 size_t *n);

/* The next scalar of a list of varints. */
edgeai_status eai_protobuf_varint(eai_protobuf *list, uint64_t *value);

#endif
