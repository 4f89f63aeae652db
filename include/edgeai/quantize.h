/* SPDX-License-Identifier: MIT */
#ifndef EDGEAI_QUANTIZE_H
#define EDGEAI_QUANTIZE_H

/**
 * @file quantize.h
 * Writing a language model again with other weight types: smaller files, and what that costs.
 *
 * A quantizer decides first which type each tensor gets, so that types and sizes can be looked at;
 * then it converts tensor by tensor, a few MiB at a time, whatever the model's size.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <edgeai/context.h>
#include <edgeai/model_file.h>
#include <edgeai/status.h>
#include <edgeai/tensor.h>

#ifdef __cplusplus
extern "C" {
#endif

/** A type for the tensors whose name a pattern is found in. */
typedef struct edgeai_tensor_rule {
    const char *pattern; /**< PCRE2 expression, found anywhere in the name. */
    const char *type;    /**< Name of an element type that edgeai_quantize() writes. */
} edgeai_tensor_rule;

/** How far a quantizer has come. */
typedef struct edgeai_quantize_progress {
    const char *tensor;       /**< The one at work. */
    uint64_t n_elements;      /**< Done, of all tensors. */
    uint64_t n_elements_most; /**< Of all tensors together. */
} edgeai_quantize_progress;

/** Settings of a quantizer; all zero is the default for each. */
typedef struct edgeai_lm_quantize_options {
    size_t struct_size;         /**< sizeof(edgeai_lm_quantize_options). */
    bool pure;                  /**< Every weight matrix gets the type, none is kept better. */
    bool allow_requantize;      /**< Also matrices that are in a block format already. */
    const char *output_type;    /**< Type name for the output projection; NULL: by rule. */
    const char *embedding_type; /**< Type name for token_embd.weight; NULL: by rule. */
    const edgeai_tensor_rule *tensor_rules; /**< [n_tensor_rules] The first that matches wins, also
                                                 over the two fields above. */
    size_t n_tensor_rules;                  /**< 0: none. */
    /** Called between pieces of some MiB, on the writing thread; not 0 stops. NULL: none. */
    int (*on_progress)(void *user, const edgeai_quantize_progress *progress);
    void *user; /**< Handed to on_progress. */
} edgeai_lm_quantize_options;

/** Initializer with every field at its default. */
#define EDGEAI_LM_QUANTIZE_OPTIONS_INIT EDGEAI_SIZED_INIT(edgeai_lm_quantize_options)

/** What becomes of a tensor. Borrowed from the quantizer. */
typedef struct edgeai_quantized_tensor {
    const edgeai_tensor *tensor; /**< As it is in the file. */
    edgeai_dtype wanted;         /**< The type that rules or options gave. */
    edgeai_dtype dtype;          /**< The type it gets: `wanted`, or what its row length allows. */
    uint64_t n_bytes;            /**< Bytes in that type. */
    /** Root mean square of the error by that of the values; 0 where no value differs. NAN until
     *  the tensor was written. */
    double relative_rms;
    double max_error; /**< Largest absolute difference of a value; NAN until then. */
} edgeai_quantized_tensor;

/** Sums over all tensors. */
typedef struct edgeai_quantize_totals {
    uint64_t n_elements;   /**< Values. */
    uint64_t bytes_before; /**< Bytes of tensor data in the file. */
    uint64_t bytes_after;  /**< And in the file to be written. */
    size_t n_fallbacks;    /**< Tensors whose type is not the wanted one. */
} edgeai_quantize_totals;

/** Plans and makes a quantized copy of a language model. Belongs to one thread at a time. */
typedef struct edgeai_lm_quantizer edgeai_lm_quantizer;

/**
 * Decides the type of every tensor.
 *
 * `type` is the name, letter case ignored, of an element type that edgeai_quantize() writes; or of
 * a mixture: Q3_K_M, Q4_K_S, Q4_K_M, Q5_K_S, Q5_K_M; or COPY, which leaves every type as it is.
 *
 * Weight matrices get it: tensors of 2 or 3 dimensions called ....weight that are no norm, router
 * (ffn_gate_inp), position or token type embedding. All others keep what they have. Of the
 * matrices, unless options.pure:
 * - the output projection (output.weight; token_embd.weight where there is none) gets Q6_K instead
 *   of a block format of fewer bits;
 * - token_embd.weight gets Q4_K instead of TQ1_0 or TQ2_0;
 * - mixtures give some matrices more bits, with L layers counted from 0 ("often" means the first
 *   and last eighth of them, and each third in between):
 *   Q3_K_M: attn_v Q5_K in layers 0 and 1, else Q4_K; ffn_down Q5_K in the first L/16, else Q4_K;
 *   attn_output and attn_qkv Q4_K. Q4_K_S: attn_v Q5_K in layers 0 to 3, ffn_down Q5_K in the first
 *   L/8. Q4_K_M: attn_v and ffn_down often Q6_K; attn_qkv Q5_K. Q5_K_M: attn_v and ffn_down often
 *   Q6_K; attn_qkv Q6_K. Q5_K_S is Q5_K.
 *
 * A matrix whose rows are no whole number of the type's blocks gets another one, and one line of
 * the log (EDGEAI_LOG_WARNING) says so: Q8_0 for Q6_K, Q5_0 for Q5_K, IQ4_NL for the other formats
 * of 256, where rows are multiples of 32; else F16.
 *
 * @param[out] out     Yours, free with edgeai_lm_quantizer_free(). NULL on failure.
 * @param[in]  context Not NULL; must outlive the quantizer.
 * @param[in]  file    Not NULL; must outlive the quantizer.
 * @param[in]  type    Not NULL.
 * @param[in]  options NULL for all defaults; copied, `user` apart.
 * @return EDGEAI_OK; EDGEAI_E_INVALID (an unknown type name, a pattern that is no expression);
 *         EDGEAI_E_DTYPE (a tensor to convert is in a block format, without allow_requantize; the
 *         text names it); EDGEAI_E_NOT_FOUND (no token_embd.weight: not a language model);
 *         EDGEAI_E_UNSUPPORTED (general.architecture is edgeai-graph); EDGEAI_E_MEMORY.
 * Memory: 4 MiB, 128 KiB for each thread, and some words for each tensor.
 * Source: the mixtures and their names are llama.cpp's, as its llama-quantize documents them.
 */
EDGEAI_API edgeai_status edgeai_lm_quantizer_create(edgeai_lm_quantizer **out,
                                                    edgeai_context *context,
                                                    const edgeai_model_file *file, const char *type,
                                                    const edgeai_lm_quantize_options *options);

/** Frees it. @param quantizer NULL is fine. */
EDGEAI_API void edgeai_lm_quantizer_free(edgeai_lm_quantizer *quantizer);

/** What becomes of tensor number `index` (0 .. edgeai_model_file_n_tensors()-1, in file order);
 *  NULL outside. Borrowed. */
EDGEAI_API const edgeai_quantized_tensor *
edgeai_lm_quantizer_tensor(const edgeai_lm_quantizer *quantizer, size_t index);

/** Sums over all tensors; known before anything is written. Neither argument may be NULL. */
EDGEAI_API void edgeai_lm_quantizer_totals(const edgeai_lm_quantizer *quantizer,
                                           edgeai_quantize_totals *totals);

/**
 * Converts the tensors and writes them with the file's metadata to one GGUF file, a split set too.
 * general.file_type becomes llama.cpp's number for the type and general.quantization_version 2,
 * except for COPY. Errors are measured on the way.
 *
 * @param[in] quantizer Not NULL.
 * @param[in] path      Not NULL. A file that is there is replaced, but not the one that is read.
 * @return EDGEAI_OK; EDGEAI_E_INVALID (path is the file itself or one of its parts; a tensor name
 *         of more than 63 bytes); EDGEAI_E_FORMAT (a value that is not finite, or that the type
 *         cannot hold: the text names tensor and element); EDGEAI_E_CANCELLED (on_progress asked to
 *         stop); EDGEAI_E_IO; EDGEAI_E_MEMORY.
 *         After an error nothing is left behind, and an older file at path is untouched.
 * Numerics: the same file and type give the same bytes on every machine with any number of threads.
 */
EDGEAI_API edgeai_status edgeai_lm_quantizer_write(edgeai_lm_quantizer *quantizer,
                                                   const char *path);

#ifdef __cplusplus
}
#endif
#endif
