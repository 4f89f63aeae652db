/* SPDX-License-Identifier: MIT */
#ifndef EAI_SPACE_TOKENS_H
#define EAI_SPACE_TOKENS_H

#include <stddef.h>

/*
 * How many tokens a text will be to a language model, from above: a token for each digit, each mark
 * other than pairs that vocabularies join, each word of up to four letters with the blank before
 * it, and each further four letters. Numbers are where vocabularies differ most: some have a token
 * for each digit, others one for up to three.
 */
int eai_estimate_tokens(const char *text, size_t n);

#endif
