/* SPDX-License-Identifier: MIT */
#ifndef EDGEAI_DECODE_H
#define EDGEAI_DECODE_H

/**
 * @file decode.h
 * Decoders: which masked positions are committed after each forward pass of a denoiser.
 *
 * A row of tokens with masks anywhere in it goes in; the same row without masks comes out. Tokens
 * that are not masked are never changed. Blocks are cut from the first mask to the last.
 */

#include <stddef.h>
#include <stdint.h>

#include <edgeai/context.h>
#include <edgeai/denoiser.h>
#include <edgeai/status.h>

#ifdef __cplusplus
extern "C" {
#endif

/** The algorithms. */
typedef enum edgeai_decoder {
    EDGEAI_DECODER_DICO = 0,       /**< Divide, conquer, finalize (arXiv 2602.23792). */
    EDGEAI_DECODER_LOW_CONFIDENCE, /**< LLaDA: a quota of the most confident in each step. */
    EDGEAI_DECODER_RANDOM,         /**< LLaDA's random remasking: a quota of random positions. */
    EDGEAI_DECODER_ORIGIN,         /**< Dream: each position with the schedule's probability. */
    EDGEAI_DECODER_MASKGIT_PLUS,   /**< Dream: by the probability of the sampled token. */
    EDGEAI_DECODER_TOPK_MARGIN,    /**< Dream: by p1 - p2. */
    EDGEAI_DECODER_ENTROPY,        /**< Dream: by negative entropy. */
    EDGEAI_DECODER_THRESHOLD,     /**< Fast-dLLM (arXiv 2505.22618): all at least this confident. */
    EDGEAI_DECODER_FACTOR,        /**< Fast-dLLM: the largest n with (n+1)(1-c_n) < f. */
    EDGEAI_DECODER_ENTROPY_BOUND, /**< EB-Sampler (arXiv 2505.24857). */
    EDGEAI_DECODER_KLASS          /**< KLASS (arXiv 2511.05664): confident and stable. */
} edgeai_decoder;

/** Number of decoders. */
#define EDGEAI_N_DECODERS 11

/** What a pass was for; the other decoders have one phase only. */
typedef enum edgeai_phase {
    EDGEAI_PHASE_STEP = 0,
    EDGEAI_PHASE_DIVIDE = 1,
    EDGEAI_PHASE_CONQUER = 2,
    EDGEAI_PHASE_FINALIZE = 3
} edgeai_phase;

/** Number of phases. */
#define EDGEAI_N_PHASES 4

/** DiCo's hyper-parameters, named as in the paper and its code; 0 is the published default. */
typedef struct edgeai_dico_options {
    int n_seeds;           /**< Most seeds of a Divide pass, N. Default 4. */
    double seed_threshold; /**< Least weighted confidence of a seed, tau_seed. Default 0.3. */
    int tolerance;         /**< Consecutive failures borne while growing, M. Default 2; -1: none. */
    int n_divide_passes;   /**< Most passes of one Divide, T_div. Default 10. */
    int regular_seeds;     /**< 1: seeds by equal segments in place of Soft-NMS. */
    double guidance_alpha; /**< Slope of trajectory guidance. Default 0.5. */
    double guidance_beta;  /**< Weight of the last position at the start. Default 0.05. */
    double guidance_max;   /**< Weight of the first masked position. Default 1. */
    int linear_guidance;   /**< 1: straight line in place of the exponential. */
    int no_guidance;       /**< 1: trajectory guidance off (all weights 1). */
    double conquer_factor; /**< f of the Conquer inequality. Default 1. */
    double conquer_fixed;  /**< > 0: commit above this confidence in place of the factor rule. */
    double low_threshold;  /**< tau_low: density, border and fallback. Default 0.6. */
    double safe_confidence;  /**< Always safe to commit. Default 0.98. */
    double advance_ratio;    /**< Relative growth that counts as advancement. Default 0.1. */
    int n_idle_passes;       /**< Passes without advancement that end Divide. Default 2. */
    double finalize_ratio;   /**< Unmasked share of a block that ends alternation. Default 0.8. */
    double margin_threshold; /**< Logit margin accepted in Finalize. Default 3. */
    int n_fallback;          /**< Positions Finalize commits when none is accepted. Default 1. */
    int safe_divide; /**< 1: Divide also commits all above safe_confidence (our addition). */
} edgeai_dico_options;

/** One forward pass, as the step callback sees it. All pointers are borrowed for the call. */
typedef struct edgeai_decode_step {
    size_t n_passes;           /**< Forward passes so far, this one included. */
    edgeai_phase phase;        /**< What the pass was for. */
    size_t block_begin;        /**< First position of the block being decoded. */
    size_t block_end;          /**< Behind its last. */
    const int32_t *row;        /**< [n_tokens] after the commits of this pass. */
    size_t n_tokens;           /**< Length of the row. */
    const int32_t *positions;  /**< [n_committed] ascending positions that were committed. */
    const double *confidences; /**< [n_committed] their confidences. */
    size_t n_committed;        /**< 0 is possible. */
    const size_t *clusters;    /**< [2 * n_clusters] begin, end of DiCo's clusters, ascending. */
    size_t n_clusters;         /**< 0 for other decoders. */
    size_t n_masked;           /**< Masks left in the row. */
} edgeai_decode_step;

/** Called after every pass. Return 0 to go on, anything else to cancel. */
typedef int (*edgeai_step_callback)(void *user, const edgeai_decode_step *step);

/** Settings of a decoding. 0 is the documented default of each field. */
typedef struct edgeai_decode_options {
    size_t struct_size;     /**< sizeof(edgeai_decode_options). */
    edgeai_decoder decoder; /**< Which algorithm. */
    size_t n_steps;         /**< Steps over all blocks (LLaDA's and Dream's decoders), at most 2^20;
                                 0: one a mask. Blocks get shares in proportion to their masks, at
                                 least one each; a step that would commit nothing is left out. */
    size_t block_tokens;    /**< Positions in a block; 0: as published, DiCo 128, LLaDA, Fast-dLLM,
                                 EB-Sampler and KLASS 32, Dream whole; SIZE_MAX: whole. */
    double temperature; /**< 0: the most likely token. LLaDA kinds: Gumbel noise; Dream: softmax. */
    double top_p;       /**< When sampling, Dream's also without: nucleus in (0, 1); 0 or 1: off. */
    int top_k;          /**< Likewise: the k most likely; 0: off. */
    uint64_t seed;      /**< Of every random choice. */
    double guidance_scale; /**< Classifier-free guidance, a second pass without prompt; 0: off. The
                                denoiser sees two rows by turns, so it must not cache. */
    size_t n_prompt;  /**< Leading tokens that guidance masks; 0: those before the first mask. */
    double threshold; /**< THRESHOLD, KLASS: least confidence. Default 0.9. */
    double factor;    /**< FACTOR: f. Default 1. */
    double entropy_bound;     /**< ENTROPY_BOUND: gamma. Default 0.1. */
    double kl_threshold;      /**< KLASS: largest divergence that counts as stable. Default 0.01. */
    int kl_history;           /**< KLASS: passes it must last, h. Default 2. */
    double eps;               /**< Dream: end of the time schedule. Default 1e-3. */
    double alg_temperature;   /**< Dream: > 0 chooses positions at random by confidence. */
    edgeai_dico_options dico; /**< Used by DICO only. */
    const int32_t *end_tokens;    /**< [n_end_tokens] Early stop: when one of these was decoded in a
                                       finished block and no given token follows, all later masks
                                       become that token. Copied. */
    size_t n_end_tokens;          /**< 0: no early stop. */
    edgeai_step_callback on_step; /**< NULL: none. */
    void *on_step_user;           /**< Handed to `on_step`. */
} edgeai_decode_options;

/** All fields at their defaults; set struct_size by this. */
#define EDGEAI_DECODE_OPTIONS_INIT EDGEAI_SIZED_INIT(edgeai_decode_options)

/** What a decoding took. */
typedef struct edgeai_decode_result {
    size_t n_passes;    /**< Forward passes (guidance's second pass counts too). */
    size_t n_committed; /**< Masks that a decoder filled in. */
    size_t n_filled;    /**< Masks that early stop filled in. */
    size_t n_blocks;    /**< Blocks decoded. */
    size_t phase_passes[EDGEAI_N_PHASES]; /**< Passes of each phase. */
    double phase_ms[EDGEAI_N_PHASES];     /**< Time of each phase, denoiser included. */
    double denoiser_ms;                   /**< Time inside the denoiser. */
} edgeai_decode_result;

/** A decoding made ready: options checked, memory allocated. Belongs to one thread at a time. */
typedef struct edgeai_decoding edgeai_decoding;

/**
 * Name of a decoder for options and tables: "dico", "low-confidence", "random", "origin",
 * "maskgit-plus", "topk-margin", "entropy", "threshold", "factor", "entropy-bound", "klass".
 * @return A static string; "?" for a value that is none.
 */
EDGEAI_API const char *edgeai_decoder_name(edgeai_decoder decoder);

/**
 * The decoder of that name.
 * @param[in]  name    Not NULL.
 * @param[out] decoder Unchanged on failure.
 * @return EDGEAI_OK; EDGEAI_E_NOT_FOUND (the text lists the names); EDGEAI_E_INVALID (NULL).
 */
EDGEAI_API edgeai_status edgeai_decoder_from_name(const char *name, edgeai_decoder *decoder);

/**
 * What a decoding with these options asks of its denoiser, for denoisers that are sized by it.
 *
 * @param[in]  options NULL for all defaults.
 * @param[out] wanted  Sum of edgeai_wanted: whole rows of logits only for KLASS, guidance, sampling
 *                     and Dream's cuts. Unchanged on failure.
 * @return EDGEAI_OK; EDGEAI_E_INVALID as edgeai_decoding_create().
 */
EDGEAI_API edgeai_status edgeai_decode_wanted(const edgeai_decode_options *options,
                                              unsigned *wanted);

/**
 * Bytes that edgeai_decoding_create() will allocate; where rows of logits are wanted, those of one
 * block make nearly all of it.
 *
 * @param[in]  context      Not NULL; its number of threads matters.
 * @param[in]  denoiser     Not NULL.
 * @param[in]  options      NULL for all defaults.
 * @param      n_tokens_max Longest row, >= 1.
 * @param[out] bytes        SIZE_MAX when no machine has that many. Unchanged on failure.
 * @return EDGEAI_OK; EDGEAI_E_INVALID as edgeai_decoding_create().
 */
EDGEAI_API edgeai_status edgeai_decoding_memory(const edgeai_context *context,
                                                const edgeai_denoiser *denoiser,
                                                const edgeai_decode_options *options,
                                                size_t n_tokens_max, size_t *bytes);

/**
 * Checks the options and allocates all that decoding rows up to n_tokens_max needs.
 *
 * @param[out] out          Yours, free with edgeai_decoding_free(). NULL on failure.
 * @param[in]  context      Not NULL; must outlive the decoding.
 * @param[in]  denoiser     Not NULL; must outlive the decoding (the struct is not copied).
 * @param[in]  options      NULL for all defaults; copied.
 * @param      n_tokens_max Longest row, >= 1.
 * @return EDGEAI_OK; EDGEAI_E_INVALID (the text names the field, its range and the value);
 *         EDGEAI_E_MEMORY.
 */
EDGEAI_API edgeai_status edgeai_decoding_create(edgeai_decoding **out, edgeai_context *context,
                                                const edgeai_denoiser *denoiser,
                                                const edgeai_decode_options *options,
                                                size_t n_tokens_max);

/** Frees it. @param decoding NULL is fine. */
EDGEAI_API void edgeai_decoding_free(edgeai_decoding *decoding);

/**
 * Fills in every mask of the row.
 *
 * Forward passes are bounded whatever the denoiser says: by the larger of n_steps and three times
 * the masks, plus the blocks (twice that with guidance).
 *
 * @param[in]     decoding Not NULL.
 * @param[in,out] row      [n_tokens]. On an error the commits made so far are in it, whole.
 * @param         n_tokens 1 .. n_tokens_max.
 * @param[out]    result   NULL is fine; filled in also on an error.
 * @return EDGEAI_OK; EDGEAI_E_CANCELLED; EDGEAI_E_INVALID; EDGEAI_E_LIMIT; or the denoiser's error.
 * Memory: allocates nothing of its own.
 */
EDGEAI_API edgeai_status edgeai_decoding_run(edgeai_decoding *decoding, int32_t *row,
                                             size_t n_tokens, edgeai_decode_result *result);

#ifdef __cplusplus
}
#endif
#endif
