/* SPDX-License-Identifier: MIT */
#ifndef EAI_IO_ONNX_PARSE_H
#define EAI_IO_ONNX_PARSE_H

/*
 * Between the files that read ONNX: each message is walked twice by the same code, once to count
 * and check, once to fill one block that was allocated for what was counted. A hostile count costs
 * nothing that way before the file has shown that it holds as many.
 */

#include "io/onnx_wire.h"
#include "io/protobuf.h"
#include "platform/mapped_file.h"

/* Bytes of a name in an error text. */
enum { EAI_ONNX_SHOWN_BYTES = 80 };

/* Absent strings point somewhere too. */
#define EAI_ONNX_NO_STRING ((edgeai_string){"", 0})

/* What there are lists of. */
typedef enum eai_onnx_pool {
    EAI_ONNX_POOL_NODES,
    EAI_ONNX_POOL_ATTRIBUTES,
    EAI_ONNX_POOL_TENSORS,
    EAI_ONNX_POOL_VALUES,
    EAI_ONNX_POOL_STRINGS,
    EAI_ONNX_POOL_INTS,
    EAI_ONNX_POOL_FLOATS,
    EAI_ONNX_POOL_VALUE_DIMS,
    EAI_ONNX_POOL_OPSETS,
    EAI_ONNX_N_POOLS
} eai_onnx_pool;

typedef struct eai_onnx_reader {
    bool is_filling;               /* else counting */
    void *items[EAI_ONNX_N_POOLS]; /* NULL when counting */
    size_t room[EAI_ONNX_N_POOLS]; /* when filling: as many as were counted */
    size_t n[EAI_ONNX_N_POOLS];    /* taken so far */
} eai_onnx_reader;

/* Room for n more; *out is NULL when counting. EDGEAI_E_LIMIT beyond what a file may hold. */
edgeai_status eai_onnx_take(eai_onnx_reader *reader, eai_onnx_pool pool, size_t n, void **out);

/* A string field as a name: at most EAI_ONNX_NAME_BYTES_MAX bytes, no NUL among them. */
edgeai_status eai_onnx_name(const eai_protobuf_field *field, const char *what, edgeai_string *name);

/* A name of an operator set: "ai.onnx" is the long form of "". */
edgeai_status eai_onnx_domain(const eai_protobuf_field *field, edgeai_string *domain);

/* For a message that may be there once: EDGEAI_E_FORMAT when *is_there already; sets it. */
edgeai_status eai_onnx_once(const eai_protobuf_field *field, const char *what, bool *is_there);

/* The messages. */
edgeai_status eai_onnx_parse_graph(eai_onnx_reader *reader, const eai_protobuf_field *field,
                                   eai_onnx_graph *graph);
edgeai_status eai_onnx_parse_value(eai_onnx_reader *reader, const eai_protobuf_field *field,
                                   eai_onnx_value *value);
edgeai_status eai_onnx_parse_attribute(eai_onnx_reader *reader, const eai_protobuf_field *field,
                                       eai_onnx_attribute *attribute);
edgeai_status eai_onnx_parse_tensor(eai_onnx_reader *reader, eai_protobuf message,
                                    eai_onnx_tensor *tensor);

/* A graph inside an attribute, `depth` graphs deep: only that its fields are whole and that no
 * further graph lies too deep in it. */
edgeai_status eai_onnx_check_nesting(eai_protobuf graph, int depth);

/* The tensor's message once more, positions as in its file. */
eai_protobuf eai_onnx_tensor_message(const eai_onnx_tensor *tensor);

/* Where external data lie. */
typedef struct eai_onnx_external {
    edgeai_string location;
    uint64_t offset, length;
    bool has_length;
} eai_onnx_external;

/* One entry of external_data; unknown keys (checksum) are skipped. */
edgeai_status eai_onnx_external_entry(const eai_protobuf_field *field, eai_onnx_external *external);

/* A file with external data. */
typedef struct eai_onnx_external_file {
    edgeai_string location; /* as the model has it */
    eai_mapped_file map;
} eai_onnx_external_file;

typedef struct eai_onnx_externals {
    eai_onnx_external_file *files; /* [capacity], the first n in use */
    size_t n, capacity;
} eai_onnx_externals;

/*
 * Opens what the tensors with a location need, relative to the folder of model file `path` (NULL:
 * there is none, and such a tensor is EDGEAI_E_UNSUPPORTED), and sets their `raw`. On failure too,
 * what is open is for eai_onnx_externals_close().
 */
edgeai_status eai_onnx_externals_open(eai_onnx_externals *externals,
                                      const edgeai_allocator *allocator, const char *path,
                                      eai_onnx_tensor *tensors, size_t n_tensors);
void eai_onnx_externals_close(eai_onnx_externals *externals, const edgeai_allocator *allocator);

#endif
