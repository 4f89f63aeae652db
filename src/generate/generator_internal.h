/* SPDX-License-Identifier: MIT */
#ifndef EAI_GENERATE_GENERATOR_INTERNAL_H
#define EAI_GENERATE_GENERATOR_INTERNAL_H

#include <edgeai/generate.h>

#include "base/text.h"
#include "generate/token_list.h"

/* What edgeai_generator_configure() replaces as a whole. */
typedef struct eai_generator_setup {
    edgeai_generate_options options; /* stop_texts is `stops` */
    edgeai_chat chat;                /* resolved, never AUTO */
    size_t n_row_max;
    char **stops; /* [n_stops] copies */
    size_t n_stops;
    size_t n_row_ready; /* the memory below is for rows up to this; at most n_row_max */
    edgeai_lm_denoiser *denoiser;
    edgeai_decoding *decoding;
    int32_t *kept; /* [n_row_ready] tokens of an answer without masks */
} eai_generator_setup;

struct edgeai_generator {
    edgeai_context *context;
    edgeai_model_file *file;
    edgeai_tokenizer *tokenizer;
    edgeai_lm *lm;
    edgeai_lm_info info;
    int32_t *end_tokens; /* [n_end_tokens] tokens that end an answer */
    size_t n_end_tokens;
    eai_generator_setup setup;
    eai_token_list row;  /* of the last call */
    eai_token_list gaps; /* where the last infilling's gaps begin in the row */
    eai_text text;       /* of the last call */
};

/* Frees what a setup holds; a zero one is fine. */
void eai_generator_setup_free(const edgeai_generator *generator, eai_generator_setup *setup);

/*
 * Makes the setup fit for rows of n_row (at most n_row_max) tokens. Where it is already, nothing
 * happens; on failure nothing is changed.
 */
edgeai_status eai_generator_make_room(const edgeai_generator *generator, eai_generator_setup *setup,
                                      size_t n_row);

#endif
