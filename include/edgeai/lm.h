/* SPDX-License-Identifier: MIT */
#ifndef EDGEAI_LM_H
#define EDGEAI_LM_H

/**
 * @file lm.h
 * Diffusion language models (llada, dream, llada-moe, rnd1) as denoisers: a bidirectional
 * transformer over a row of tokens, read out only where a decoder asks.
 */

#include <stddef.h>
#include <stdint.h>

#include <edgeai/context.h>
#include <edgeai/denoiser.h>
#include <edgeai/model_file.h>
#include <edgeai/status.h>
#include <edgeai/tensor.h>

#ifdef __cplusplus
extern "C" {
#endif

/** Settings of edgeai_lm_load(). */
typedef struct edgeai_lm_options {
    size_t struct_size;             /**< sizeof(edgeai_lm_options). */
    edgeai_weights weights;         /**< How to keep them: see edgeai_weights. */
    edgeai_activations activations; /**< What products read: see edgeai_activations. */
} edgeai_lm_options;

/** Initializer with every field at its default. */
#define EDGEAI_LM_OPTIONS_INIT EDGEAI_SIZED_INIT(edgeai_lm_options)

/** Sizes of a model. */
typedef struct edgeai_lm_info {
    size_t struct_size;       /**< sizeof(edgeai_lm_info), set by the caller. */
    const char *architecture; /**< "llada", "dream", "llada-moe" or "rnd1"; a static string. */
    int32_t n_layers;         /**< Transformer blocks. */
    int32_t n_embd;           /**< Width of the hidden state. */
    int32_t n_heads;          /**< Query heads. */
    int32_t n_kv_heads;       /**< Key and value heads; divides n_heads. */
    int32_t head_dim;         /**< Width of a head. */
    int32_t n_ff;             /**< Width of the feed-forward, of one expert where there are some. */
    int32_t n_experts;        /**< 0: a dense model. */
    int32_t n_experts_used;   /**< For each token. */
    int32_t n_vocab;          /**< Tokens. */
    int32_t n_context;        /**< Longest row. */
    int32_t mask_token;       /**< The id of MASK. */
    uint64_t n_parameters;    /**< Elements of all tensors. */
    int shift_logits;         /**< 1: position p is predicted by the logits at p-1 (dream, rnd1). */
} edgeai_lm_info;

/** A loaded model. Immutable, so it may be shared by threads. */
typedef struct edgeai_lm edgeai_lm;

/**
 * Checks the metadata and every tensor's name, type and shape, and readies the weights.
 *
 * @param[out] out     Yours, free with edgeai_lm_free(). NULL on failure.
 * @param[in]  context Not NULL; must outlive the model.
 * @param[in]  file    Not NULL; must outlive the model, which reads embeddings, and weights that
 * are not packed, from the file's map.
 * @param[in]  options NULL for all defaults.
 * @return EDGEAI_OK; EDGEAI_E_UNSUPPORTED (architecture, attention or RoPE variant; the text names
 *         it); EDGEAI_E_NOT_FOUND, EDGEAI_E_DTYPE, EDGEAI_E_SHAPE, EDGEAI_E_FORMAT (the text names
 *         the key or tensor, expected and found); EDGEAI_E_MEMORY; EDGEAI_E_INVALID.
 */
EDGEAI_API edgeai_status edgeai_lm_load(edgeai_lm **out, edgeai_context *context,
                                        const edgeai_model_file *file,
                                        const edgeai_lm_options *options);

/** Frees the model; its denoisers must be gone. @param lm NULL is fine. */
EDGEAI_API void edgeai_lm_free(edgeai_lm *lm);

/**
 * Fills in the sizes.
 * @param[in]     lm   Not NULL.
 * @param[in,out] info struct_size set; not NULL.
 */
EDGEAI_API void edgeai_lm_get_info(const edgeai_lm *lm, edgeai_lm_info *info);

/** Which keys and values of earlier passes are reused within a block. */
typedef enum edgeai_cache {
    EDGEAI_CACHE_NONE = 0, /**< Every pass computes the whole row. */
    EDGEAI_CACHE_PREFIX =
        1,                /**< After a block's first pass, positions before the block are kept. */
    EDGEAI_CACHE_DUAL = 2 /**< After a block's first pass, all positions outside it are kept. */
} edgeai_cache;

/** Settings of edgeai_lm_denoiser_create(). */
typedef struct edgeai_lm_denoiser_options {
    size_t struct_size;  /**< sizeof(edgeai_lm_denoiser_options). */
    edgeai_cache cache;  /**< What to reuse. */
    size_t n_tokens_max; /**< Longest row; 0: the model's context length. */
    unsigned wanted;     /**< Sum of edgeai_wanted that prepare may ask for; 0: all. */
} edgeai_lm_denoiser_options;

/** Initializer with every field at its default. */
#define EDGEAI_LM_DENOISER_OPTIONS_INIT EDGEAI_SIZED_INIT(edgeai_lm_denoiser_options)

/** Working memory and caches of one row being denoised. Belongs to one thread at a time. */
typedef struct edgeai_lm_denoiser edgeai_lm_denoiser;

/** Work done so far by a denoiser. */
typedef struct edgeai_lm_counters {
    uint64_t n_passes;    /**< Calls of predict. */
    uint64_t n_positions; /**< Positions that went through the layers, all passes together. */
    uint64_t n_readouts;  /**< Positions that went through the vocabulary projection. */
} edgeai_lm_counters;

/**
 * Bytes that edgeai_lm_denoiser_create() will allocate with these options.
 * @param[in]  lm      Not NULL.
 * @param[in]  options NULL for all defaults.
 * @param[out] bytes   Not NULL.
 * @return EDGEAI_OK; EDGEAI_E_INVALID; EDGEAI_E_LIMIT (the sum overflows).
 */
EDGEAI_API edgeai_status edgeai_lm_denoiser_memory(const edgeai_lm *lm,
                                                   const edgeai_lm_denoiser_options *options,
                                                   size_t *bytes);

/**
 * Allocates everything that denoising rows up to n_tokens_max needs; predict allocates nothing.
 *
 * @param[out] out     Yours, free with edgeai_lm_denoiser_free(). NULL on failure.
 * @param[in]  lm      Not NULL; must outlive the denoiser.
 * @param[in]  options NULL for all defaults.
 * @return EDGEAI_OK; EDGEAI_E_INVALID; EDGEAI_E_LIMIT (longer than the model's context; the text
 *         gives both); EDGEAI_E_MEMORY.
 */
EDGEAI_API edgeai_status edgeai_lm_denoiser_create(edgeai_lm_denoiser **out, const edgeai_lm *lm,
                                                   const edgeai_lm_denoiser_options *options);

/** Frees it. @param denoiser NULL is fine. */
EDGEAI_API void edgeai_lm_denoiser_free(edgeai_lm_denoiser *denoiser);

/**
 * The interface that decoders take.
 *
 * Rows longer than n_tokens_max give EDGEAI_E_LIMIT, tokens outside the vocabulary
 * EDGEAI_E_INVALID. With a cache, outputs wanted outside the current block give EDGEAI_E_INVALID,
 * and so does a row that changed where the cache still holds the old tokens (masks behind the block
 * may be filled). Without begin_block every pass is a whole one. Logits that are no finite numbers
 * give EDGEAI_E_FORMAT: the weights are damaged.
 *
 * Neither MASK nor tokens that the vocabulary marks as unused are ever predicted; they do count in
 * confidence, doubt and entropy, as in the authors' softmax.
 * @return Borrowed from the denoiser.
 */
EDGEAI_API const edgeai_denoiser *edgeai_lm_denoiser_interface(edgeai_lm_denoiser *denoiser);

/**
 * Reads the counters.
 * @param[in]  denoiser Not NULL.
 * @param[out] counters Not NULL.
 */
EDGEAI_API void edgeai_lm_denoiser_get_counters(const edgeai_lm_denoiser *denoiser,
                                                edgeai_lm_counters *counters);

#ifdef __cplusplus
}
#endif
#endif
