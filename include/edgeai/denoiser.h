/* SPDX-License-Identifier: MIT */
#ifndef EDGEAI_DENOISER_H
#define EDGEAI_DENOISER_H

/**
 * @file denoiser.h
 * The meeting point of decoders and models: given a row of tokens with masks in it, a denoiser
 * predicts what stands at the positions asked for. edgeai_lm offers one; a scripted table or
 * somebody else's engine can be one as well, by filling in this struct.
 *
 * One decoding is: prepare once, then for every block begin_block, predict several times,
 * end_block. All calls of one decoding come from one thread.
 */

#include <stddef.h>
#include <stdint.h>

#include <edgeai/status.h>

#ifdef __cplusplus
extern "C" {
#endif

/** What a decoder will read of the predictions; a sum of these, declared once in prepare. */
typedef enum edgeai_wanted {
    EDGEAI_WANT_TOKEN = 1,      /**< edgeai_prediction.token; always filled in. */
    EDGEAI_WANT_CONFIDENCE = 2, /**< .confidence and .doubt. */
    EDGEAI_WANT_MARGIN = 4,     /**< .margin. */
    EDGEAI_WANT_ENTROPY = 8,    /**< .entropy. */
    EDGEAI_WANT_LOGITS = 16     /**< The whole rows, for sampling, top-p, guidance and KLASS. */
} edgeai_wanted;

/** What a denoiser says of one position. Members that were not wanted are unspecified. */
typedef struct edgeai_prediction {
    int32_t token;     /**< The most likely token, never the mask; the lowest id on a tie. */
    double confidence; /**< Its softmax probability at temperature 1, in (0, 1]. */
    double doubt;      /**< 1 - confidence, computed from the other tokens, so exact near 0. */
    double margin;     /**< Best logit minus second best, >= 0. */
    double entropy;    /**< -sum p ln p, in nats, >= 0. */
} edgeai_prediction;

/**
 * A model as decoders see it. Function pointers may be NULL where said. Each returns EDGEAI_OK or
 * an error that ends the decoding and is handed to its caller.
 */
typedef struct edgeai_denoiser {
    size_t struct_size; /**< sizeof(edgeai_denoiser). */
    void *user;         /**< Handed to every function. */
    int32_t n_vocab;    /**< Tokens are 0 .. n_vocab-1; > 0. */
    int32_t mask_token; /**< The id of MASK, 0 .. n_vocab-1. */

    /**
     * Called once before a decoding (NULL: nothing to prepare). May allocate; predict may not.
     * @param wanted   Sum of edgeai_wanted.
     * @param n_tokens Length of the row that will be decoded, >= 1.
     */
    edgeai_status (*prepare)(void *user, unsigned wanted, size_t n_tokens);

    /**
     * Decoding of positions [begin, end) starts (NULL: not interested). Positions outside it stay
     * as they are until end_block, apart from masks behind `end`. The first predict after it is
     * the warm pass of a cache: it must see the whole row.
     */
    edgeai_status (*begin_block)(void *user, size_t begin, size_t end);

    /**
     * One forward pass.
     * @param row         [n_tokens] the current tokens, masks among them.
     * @param n_tokens    As in prepare.
     * @param positions   [n_positions] ascending, each in [0, n_tokens); inside the current block
     *                    when begin_block was called.
     * @param n_positions >= 1.
     * @param predictions [n_positions] out: one for each position, in the same order.
     * @param logits      [n_positions, n_vocab] float32 out, row-major, the mask's own logit
     *                    included, ids that are no tokens far below all others (-1e30); NULL
     *                    unless EDGEAI_WANT_LOGITS was declared.
     */
    edgeai_status (*predict)(void *user, const int32_t *row, size_t n_tokens,
                             const int32_t *positions, size_t n_positions,
                             edgeai_prediction *predictions, float *logits);

    /** The block is done (NULL: not interested). */
    edgeai_status (*end_block)(void *user);
} edgeai_denoiser;

#ifdef __cplusplus
}
#endif
#endif
