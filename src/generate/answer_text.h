/* SPDX-License-Identifier: MIT */
#ifndef EAI_GENERATE_ANSWER_TEXT_H
#define EAI_GENERATE_ANSWER_TEXT_H

/* From tokens to the text that a caller gets: valid UTF-8 without NUL, cut at stop texts. */

#include <edgeai/tokenizer.h>

#include "base/text.h"

/*
 * Appends the text of the tokens, control tokens left out, bytes that are no UTF-8 and NUL
 * replaced by U+FFFD. EDGEAI_E_MEMORY.
 */
edgeai_status eai_answer_append_tokens(eai_text *out, const edgeai_tokenizer *tokenizer,
                                       const int32_t *tokens, size_t n_tokens);

/* Appends bytes, those that are no UTF-8 replaced. EDGEAI_E_MEMORY. */
edgeai_status eai_answer_append_bytes(eai_text *out, const char *bytes, size_t n_bytes);

/* Cuts the text before the first of the stop texts; whether there was one. Empty ones are none. */
bool eai_answer_cut(eai_text *text, const char *const *stops, size_t n_stops);

#endif
