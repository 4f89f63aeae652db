/* SPDX-License-Identifier: MIT */
#ifndef EAI_GENERATE_INFILL_H
#define EAI_GENERATE_INFILL_H

/* Texts with gaps: "The [MASK:8] is red." */

#include <edgeai/tokenizer.h>

#include "generate/token_list.h"

/* A stretch of the text between gaps, or a gap. */
typedef struct eai_infill_part {
    const char *text; /* [n_bytes] borrowed from the text; NULL: a gap */
    size_t n_bytes;
    size_t n_masks; /* of a gap, 1 to 1024 */
} eai_infill_part;

/*
 * The next part of the text at *at, which moves on behind it. n_bytes and n_masks both 0: the end.
 * EDGEAI_E_INVALID for a gap with a number outside 1 .. 1024; anything else is text.
 */
edgeai_status eai_infill_next(const char **at, eai_infill_part *part);

/*
 * Appends the whole text as tokens: BOS where the model wants it, texts as they are, masks for
 * gaps; and to `gaps` where in `out` each gap begins. EDGEAI_E_INVALID when there is none.
 */
edgeai_status eai_infill_encode(eai_token_list *out, eai_token_list *gaps,
                                const edgeai_tokenizer *tokenizer, int32_t mask_token,
                                const char *text);

#endif
