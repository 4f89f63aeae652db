/* SPDX-License-Identifier: MIT */
#ifndef EAI_QUANTIZE_TENSOR_PATTERNS_H
#define EAI_QUANTIZE_TENSOR_PATTERNS_H

/* A user's types for tensors by name. */

#include <edgeai/quantize.h>

#include "base/pcre_memory.h"

typedef struct eai_tensor_pattern {
    pcre2_code *code;
    edgeai_dtype dtype;
} eai_tensor_pattern;

/* At a fixed address while in use. */
typedef struct eai_tensor_patterns {
    eai_pcre_memory memory;
    pcre2_general_context *general;
    pcre2_match_context *match;
    pcre2_match_data *data;
    eai_tensor_pattern *patterns; /* [n_allocated], the first n in use */
    size_t n, n_allocated;
} eai_tensor_patterns;

/* EDGEAI_E_INVALID names the rule that is none. Whatever happened, free it afterwards. */
edgeai_status eai_tensor_patterns_init(eai_tensor_patterns *self, const edgeai_allocator *allocator,
                                       const edgeai_tensor_rule *rules, size_t n);

/* A zero struct is fine. */
void eai_tensor_patterns_free(eai_tensor_patterns *self);

/* The type of the first pattern found in `name`; *dtype stays as it is when there is none. */
edgeai_status eai_tensor_patterns_find(const eai_tensor_patterns *self, const char *name,
                                       edgeai_dtype *dtype);

#endif
