/* SPDX-License-Identifier: MIT */
#ifndef EAI_GENERATE_TOKEN_LIST_H
#define EAI_GENERATE_TOKEN_LIST_H

/* A growing row of tokens. */

#include <stddef.h>
#include <stdint.h>

#include <edgeai/context.h>
#include <edgeai/tokenizer.h>

/* Zero with `allocator` set is empty. */
typedef struct eai_token_list {
    const edgeai_allocator *allocator;
    int32_t *tokens; /* [n] */
    size_t n, capacity;
} eai_token_list;

edgeai_status eai_token_list_append(eai_token_list *list, int32_t token, size_t count);

/* Encodes the bytes with the sum of edgeai_encode_flags and appends what comes out. */
edgeai_status eai_token_list_encode(eai_token_list *list, const edgeai_tokenizer *tokenizer,
                                    const char *bytes, size_t n_bytes, unsigned flags);

void eai_token_list_free(eai_token_list *list);

#endif
