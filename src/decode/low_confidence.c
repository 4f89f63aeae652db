/* SPDX-License-Identifier: MIT */
/*
 * LLaDA (arXiv 2502.09992): every step commits its quota of a block's masks, the most confident
 * ones or random ones. The quotas of S steps for m masks are m / S each, the first m % S one more.
 * With more steps than masks the last ones have nothing left and are not run.
 */
#include "decode/decoding.h"

#include "base/fail.h"

static size_t quota(const eai_block *block, size_t step)
{
    return block->n_masks / block->n_steps + (step < block->n_masks % block->n_steps);
}

static void choose_most_confident(edgeai_decoding *decoding, size_t pass)
{
    eai_pass_key_by_confidence(decoding);
    eai_pass_choose_largest(decoding, decoding->keys, quota(&decoding->block, pass));
}

edgeai_status eai_decode_low_confidence(edgeai_decoding *decoding)
{
    return eai_decode_passes(decoding, choose_most_confident);
}

/* The choice does not depend on the predictions, so only the chosen are predicted. */
edgeai_status eai_decode_random(edgeai_decoding *decoding)
{
    for (size_t step = 0; decoding->block.n_masked > 0; step++) {
        eai_pass_gather(decoding);
        for (size_t k = 0; k < decoding->n_candidates; k++)
            decoding->keys[k] = eai_rng_uniform(&decoding->rng);
        eai_pass_choose_largest(decoding, decoding->keys, quota(&decoding->block, step));
        eai_pass_narrow(decoding);
        EAI_TRY(eai_pass_predict(decoding));
        eai_pass_commit(decoding);
        EAI_TRY(eai_pass_report(decoding, EDGEAI_PHASE_STEP));
    }
    return EDGEAI_OK;
}
