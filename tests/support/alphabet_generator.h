/* SPDX-License-Identifier: MIT */
#ifndef TESTS_SUPPORT_ALPHABET_GENERATOR_H
#define TESTS_SUPPORT_ALPHABET_GENERATOR_H

/* A generator over the alphabet model, in a context whose memory is counted. */

#include <edgeai/generate.h>

#include "support/alphabet_model.h"
#include "support/failing_allocator.h"

typedef struct alphabet_generator {
    failing_allocator memory;
    edgeai_context *context;
    edgeai_generator *generator;
    char path[64];
} alphabet_generator;

/* Writes the model (edgeai.chat = `chat`, NULL for none) to a temporary file and opens it. */
void alphabet_generator_open(alphabet_generator *self, const char *chat);

/* Frees everything; not 0 when memory was left over. */
int alphabet_generator_close(alphabet_generator *self);

#endif
