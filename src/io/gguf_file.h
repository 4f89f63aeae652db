/* SPDX-License-Identifier: MIT */
#ifndef EAI_IO_GGUF_FILE_H
#define EAI_IO_GGUF_FILE_H

/* What an open model file holds; for the files of this folder that read it, and what other modules
 * may ask of it. */

#include <edgeai/model_file.h>

#include "base/arena.h"
#include "io/gguf_parse.h"
#include "platform/mapped_file.h"

struct edgeai_model_file {
    edgeai_context *context;
    const char *path; /* in the arena; "" for one in memory */
    int version;
    uint64_t n_bytes;      /* of all parts */
    eai_mapped_file *maps; /* [n_parts]; zero structs for one in memory */
    size_t n_parts;
    eai_arena arena;         /* everything below */
    eai_gguf_entry *entries; /* [n_entries], of the first part, in file order */
    size_t *entry_order;     /* [n_entries], by key */
    size_t n_entries;
    edgeai_tensor *tensors; /* [n_tensors], of all parts, in file order */
    size_t *tensor_order;   /* [n_tensors], by name */
    size_t n_tensors;
};

/* The entry with this key of n bytes, or NULL without an error text. */
const eai_gguf_entry *eai_model_file_entry(const edgeai_model_file *file, const char *key,
                                           size_t n);

/* Lets the pages of [begin, begin + n_bytes) go where they belong to a mapped part. */
void eai_model_file_let_go(const edgeai_model_file *file, const void *begin, size_t n_bytes);

#endif
