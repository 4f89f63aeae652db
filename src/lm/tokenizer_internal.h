/* SPDX-License-Identifier: MIT */
#ifndef EAI_LM_TOKENIZER_INTERNAL_H
#define EAI_LM_TOKENIZER_INTERNAL_H

#include <edgeai/tokenizer.h>

#include "lm/bpe.h"
#include "lm/pretokenizer.h"
#include "lm/special_tokens.h"
#include "lm/vocabulary.h"

#define EAI_SPECIAL_ROLES (EDGEAI_TOKEN_MASK + 1)
#define EAI_ENDS_MAX      16

struct edgeai_tokenizer {
    const edgeai_allocator *allocator; /* the context's */
    eai_vocabulary vocabulary;
    eai_bpe bpe;
    eai_pretokenizer pretokenizer;
    eai_special_set always; /* user-defined tokens: found in any text */
    eai_special_set asked;  /* these and the control tokens: found with EDGEAI_ENCODE_SPECIAL */
    int32_t special[EAI_SPECIAL_ROLES]; /* by edgeai_special_token; -1: none */
    int32_t ends[EAI_ENDS_MAX];         /* tokens that end generation */
    int n_ends;
    bool add_bos;
};

#endif
