/* SPDX-License-Identifier: MIT */
#ifndef TESTS_SUPPORT_BYTE_VOCABULARY_H
#define TESTS_SUPPORT_BYTE_VOCABULARY_H

/*
 * A small vocabulary with everything in it: token i < 256 is byte i; then what the merges make,
 * parts of characters among it; then special tokens.
 */

#include "support/metadata_image.h"

enum {
    BYTE_VOCABULARY_MERGES = 24,
    BYTE_VOCABULARY_END = 256 + BYTE_VOCABULARY_MERGES, /* <|endoftext|>, control: BOS and EOS */
    BYTE_VOCABULARY_EOT,                                /* <|eot_id|>, control */
    BYTE_VOCABULARY_MASK,                               /* <|mdm_mask|>, control */
    BYTE_VOCABULARY_TOOL,                               /* <tool>, user-defined */
    BYTE_VOCABULARY_TOOL_CALL,                          /* <tool><call>, user-defined */
    BYTE_VOCABULARY_PAD,                                /* [PAD], unused */
    BYTE_VOCABULARY_TOKENS
};

/* Adds tokenizer.ggml.model, pre (unless NULL), tokens, token_type, merges, bos and eos ids. */
void byte_vocabulary_add(metadata_image *image, const char *pre);

#endif
