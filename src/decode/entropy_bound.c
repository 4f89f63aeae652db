/* SPDX-License-Identifier: MIT */
/*
 * EB-Sampler (arXiv 2505.24857): in order of confidence, as many as keep the entropy of what is
 * committed together, less the largest single one, within gamma. That bounds the mutual
 * information that committing them independently gives up.
 */
#include "decode/decoding.h"

#include "decode/ranking.h"

static void choose_prefix(edgeai_decoding *decoding, size_t pass)
{
    (void)pass;
    eai_pass_key_by_confidence(decoding);
    eai_ranking ranking =
        eai_ranking_of_all(decoding->keys, decoding->order, decoding->n_candidates);
    double sum = 0, largest = 0;
    bool is_first = true;
    while (ranking.n > 0) {
        size_t next = eai_ranking_pop(&ranking);
        double entropy = decoding->predictions[next].entropy;
        sum += entropy;
        if (entropy > largest) largest = entropy;
        if (!is_first && sum - largest > decoding->options.entropy_bound) break;
        eai_pass_choose(decoding, next);
        is_first = false;
    }
}

edgeai_status eai_decode_entropy_bound(edgeai_decoding *decoding)
{
    return eai_decode_passes(decoding, choose_prefix);
}
