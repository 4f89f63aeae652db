/* SPDX-License-Identifier: MIT */
#include "support/alphabet_generator.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "support/check.h"

void alphabet_generator_open(alphabet_generator *self, const char *chat)
{
    *self = (alphabet_generator){.memory = {.fail_at = SIZE_MAX},
                                 .path = "/tmp/edgeai-alphabet-XXXXXX"};
    int file = mkstemp(self->path);
    assert_true(file >= 0);
    close(file);
    alphabet_model_write(self->path, chat, NULL);
    edgeai_context_options options = EDGEAI_CONTEXT_OPTIONS_INIT;
    options.allocator = failing_allocator_make(&self->memory);
    options.n_threads = 1;
    assert_ok(edgeai_context_create(&self->context, &options));
    assert_ok(edgeai_generator_create(&self->generator, self->context, self->path, NULL));
}

int alphabet_generator_close(alphabet_generator *self)
{
    edgeai_generator_free(self->generator);
    edgeai_context_free(self->context);
    remove(self->path);
    return self->memory.n_live != 0;
}
