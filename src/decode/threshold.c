/* SPDX-License-Identifier: MIT */
/* Fast-dLLM (arXiv 2505.22618): all confident enough, by a threshold or by the factor rule. */
#include "decode/decoding.h"

#include "decode/ranking.h"

static void choose_by_threshold(edgeai_decoding *decoding, size_t pass)
{
    (void)pass;
    eai_pass_choose(decoding, eai_pass_most_confident(decoding));
    for (size_t k = 0; k < decoding->n_candidates; k++)
        if (decoding->predictions[k].confidence >= decoding->options.threshold)
            eai_pass_choose(decoding, k);
}

static void choose_by_factor(edgeai_decoding *decoding, size_t pass)
{
    (void)pass;
    eai_pass_key_by_confidence(decoding);
    eai_ranking ranking =
        eai_ranking_of_all(decoding->keys, decoding->order, decoding->n_candidates);
    size_t n = 0;
    while (ranking.n > 0) {
        size_t next = eai_ranking_pop(&ranking);
        double doubt = decoding->predictions[next].doubt;
        if (n > 0 && !eai_factor_accepts(doubt, decoding->options.factor, n + 1)) break;
        eai_pass_choose(decoding, next);
        n++;
    }
}

edgeai_status eai_decode_threshold(edgeai_decoding *decoding)
{
    return eai_decode_passes(decoding, choose_by_threshold);
}

edgeai_status eai_decode_factor(edgeai_decoding *decoding)
{
    return eai_decode_passes(decoding, choose_by_factor);
}
