/* SPDX-License-Identifier: MIT */
#ifndef EAI_IO_GGUF_PARSE_H
#define EAI_IO_GGUF_PARSE_H

/*
 * The bytes of one GGUF file, checked as they are walked. Nothing here allocates, so that a count
 * in a hostile file costs nothing before the file has shown that it holds as many.
 * Source: the GGUF specification (ggml, docs/gguf.md), versions 2 and 3, little endian.
 */

#include <stdbool.h>

#include <edgeai/model_file.h>

/* Our limits; docs/formats/gguf.md. */
enum {
    EAI_GGUF_KEY_BYTES_MAX = 65535, /* the specification's */
    EAI_GGUF_NAME_BYTES_MAX = 127,  /* the specification says 64; other programs write more */
    EAI_GGUF_NESTING_MAX = 4,       /* arrays of arrays */
    EAI_GGUF_ALIGNMENT_MAX = 1 << 20,
    EAI_GGUF_PARTS_MAX = 4096
};

/* One metadata entry and where its value lies. */
typedef struct eai_gguf_entry {
    edgeai_metadata metadata;
    const unsigned char *value; /* a string's length, an array's first element, else the number */
    size_t value_bytes;
} eai_gguf_entry;

/* One tensor's description. */
typedef struct eai_gguf_tensor {
    edgeai_string name;
    edgeai_dtype dtype;
    int n_dims;
    int64_t shape[EDGEAI_MAX_DIMS];
    uint64_t offset; /* from the start of the data */
    size_t n_bytes;
} eai_gguf_tensor;

typedef struct eai_gguf_cursor {
    const unsigned char *bytes;
    size_t n_bytes;
    size_t at;
} eai_gguf_cursor;

/* One file: where its parts begin, and the entries that rule how it is read. */
typedef struct eai_gguf_part {
    const unsigned char *bytes;
    size_t n_bytes;
    int version;
    size_t n_entries, n_tensors;
    size_t entries_at, tensors_at, data_at;
    size_t alignment;
    size_t names_bytes;                            /* of all tensor names, with a NUL each */
    uint64_t split_no, split_count, split_tensors; /* 0 when the file has no such key */
} eai_gguf_part;

/* Walks all entries and tensor descriptions; `part` has bytes and n_bytes set. */
edgeai_status eai_gguf_parse(eai_gguf_part *part);

/* The next entry or description; the cursor stands behind it afterwards. */
edgeai_status eai_gguf_next_entry(eai_gguf_cursor *cursor, eai_gguf_entry *entry);
edgeai_status eai_gguf_next_tensor(eai_gguf_cursor *cursor, eai_gguf_tensor *tensor);

/* Bytes of a number or bool; 0 for STRING, ARRAY and unknown types. */
size_t eai_value_bytes(edgeai_value_type type);

/* "u32", "string" ...; "?" for an unknown one. */
const char *eai_value_type_name(edgeai_value_type type);

/* The number at `bytes` as an integer. False when it is none; *negative says how to read *value. */
bool eai_value_integer(edgeai_value_type type, const unsigned char *bytes, uint64_t *value,
                       bool *negative);

/* A string with its length in front, already checked; *bytes moves behind it. */
edgeai_string eai_value_string(const unsigned char **bytes);

#endif
