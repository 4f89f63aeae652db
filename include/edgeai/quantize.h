/* SPDX-License-Identifier: MIT */
#ifndef EDGEAI_QUANTIZE_H
#define EDGEAI_QUANTIZE_H

/**
 * @file quantize.h
 * Writing a model again with other weights: smaller and faster, and what that costs.
 *
 * For language models a quantizer decides first which type each tensor gets, so that types and
 * sizes can be looked at; then it converts tensor by tensor, a few MiB at a time, whatever the
 * model's size. For convolutional networks (edgeai_graph_quantizer) convolutions are replaced by
 * ternary, binary or int8 ones, after looking at pictures where activations get few values too.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <edgeai/context.h>
#include <edgeai/graph.h>
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

/** How weights or activations of a convolution are held. */
typedef enum edgeai_precision {
    EDGEAI_PRECISION_F32 = 0,
    EDGEAI_PRECISION_INT8 = 1,
    EDGEAI_PRECISION_TERNARY = 2, /**< -1, 0, 1. */
    EDGEAI_PRECISION_BINARY = 3   /**< -1, 1. */
} edgeai_precision;

/** How the range of int8 activations is found. */
typedef enum edgeai_calibration {
    /** All that was seen. */
    EDGEAI_CALIBRATION_MINMAX = 0,
    /** The least [-t, t] that holds options.percentile of the values. */
    EDGEAI_CALIBRATION_PERCENTILE = 1,
    /** The [-t, t] whose steps change the distribution of magnitudes least (Kullback-Leibler), as
     *  TensorRT's method does; zeros do not count. */
    EDGEAI_CALIBRATION_KL = 2
} edgeai_calibration;

/** What the signs of binary activations are multiplied with. */
typedef enum edgeai_input_scale {
    /** The mean magnitude of what the layer read while calibrating. */
    EDGEAI_INPUT_SCALE_CONSTANT = 0,
    /** XNOR-Net's K: at each position of the output the mean magnitude of what its window reads,
     *  computed anew for each input. Layers whose channels are in groups, but for those of one
     *  channel each, get a constant, and their note says so. */
    EDGEAI_INPUT_SCALE_MAP = 1
} edgeai_input_scale;

/** filters_per_scale for one scale in each layer. */
#define EDGEAI_SCALE_LAYER SIZE_MAX

/** Settings of edgeai_graph_quantizer_create(). */
typedef struct edgeai_graph_quantize_options {
    size_t struct_size;           /**< sizeof(edgeai_graph_quantize_options). */
    edgeai_precision weights;     /**< Ternary, binary or int8; there is no default. */
    edgeai_precision activations; /**< 0: float32. With int8 weights: float32 or int8. */
    /** Filters that share a scale: 0 is 1; EDGEAI_SCALE_LAYER. With int8 weights 0, 1 or
     *  EDGEAI_SCALE_LAYER. */
    size_t filters_per_scale;
    /** Sorts filters by their scales first, so that sharing costs less, wherever what reads the
     *  layer can be made to expect the new order; elsewhere they stay, and the layer's note says
     *  why. For 1 < filters_per_scale < EDGEAI_SCALE_LAYER only. */
    bool sort_filters;
    /** [n_keep] Layers that stay as they are: names of nodes, "first", "last". NULL: first and
     *  last; an empty list that is not NULL: none. */
    const char *const *keep;
    size_t n_keep;                  /**< Of them. */
    edgeai_calibration calibration; /**< For int8 activations. 0: minmax. */
    double percentile;              /**< For PERCENTILE: above 0, up to 100. 0: 99.99. */
    edgeai_input_scale input_scale; /**< For binary activations. 0: a constant. */
} edgeai_graph_quantize_options;

/** Initializer with every field at its default; set weights. */
#define EDGEAI_GRAPH_QUANTIZE_OPTIONS_INIT EDGEAI_SIZED_INIT(edgeai_graph_quantize_options)

/** A convolution or matrix product with constant weights. Borrowed from the quantizer. */
typedef struct edgeai_quantized_layer {
    const char *name;      /**< Of the node. */
    const char *op;        /**< "Conv", "Gemm" or "MatMul". */
    bool is_quantized;     /**< Else it stays as it is, and `note` says why. */
    bool is_sorted;        /**< Its filters have been sorted. */
    const char *note;      /**< Why it is kept, not sorted, or without a map; else "". */
    size_t n_filters;      /**< Output channels. */
    uint64_t n_weights;    /**< Of all filters. */
    uint64_t bytes_before; /**< Of the weights, in the type the graph has them in memory. */
    uint64_t bytes_after;  /**< Of codes and scales; bytes_before where it is kept. */
    double zeros;          /**< Share of the codes that are 0; NAN where it is kept. */
    /** Root mean square of the weights' errors by that of the weights; NAN where it is kept. */
    double relative_rms;
    /** The same of what comes out of it (behind a BatchNormalization that it takes up), in the
     *  whole quantized network against the given one, over all pictures compared; NAN without. */
    double output_rms;
    /** Activations: x ~ scale * (code - zero) for int8; scale * {-1, 0, 1} above `threshold` and
     *  below -threshold for ternary; scale * {-1, 1} for binary. 0 for float32 and with a map, and
     *  until the first edgeai_graph_quantizer_compare() or _write(). */
    double x_scale;
    double x_threshold; /**< See x_scale. */
    int x_zero;         /**< See x_scale. */
} edgeai_quantized_layer;

/** Sums over a network. */
typedef struct edgeai_graph_quantize_totals {
    size_t n_layers;       /**< Layers that could be. */
    size_t n_quantized;    /**< Those that are replaced. */
    uint64_t n_weights;    /**< Of all layers. */
    uint64_t bytes_before; /**< Of all constants of the network, in memory. */
    uint64_t bytes_after;  /**< And after; known from the start. */
} edgeai_graph_quantize_totals;

/** Plans and makes a quantized copy of a network. Belongs to one thread at a time. */
typedef struct edgeai_graph_quantizer edgeai_graph_quantizer;

/**
 * Decides which layers are quantized, and quantizes their weights.
 *
 * Layers are two-dimensional Conv with constant float32 weights; other Conv, and Gemm and MatMul
 * with constant weights, are layers too, but are kept. "first" and "last" are those of all layers
 * in the order in which they run.
 *
 * Ternary: -1, 0, 1 with the threshold 0.7 mean |w| of the filter (of the layer for
 * EDGEAI_SCALE_LAYER). Binary: the sign. Scales are the least-squares ones of the filters that
 * share them. A BatchNormalization behind a layer becomes a factor and a summand of each channel:
 * part of scale and bias where each filter has its own scale, a Mul and an Add otherwise. Int8:
 * symmetric, by the largest weight of each filter (of the layer), the BatchNormalization being
 * folded into the weights before; in the file DequantizeLinear stands in front of Conv.
 *
 * Activations: int8: affine. Ternary: t = mean |x| / 2, scale mean(|x| : |x| > t). Binary:
 * threshold 0, scale mean |x|; or with EDGEAI_INPUT_SCALE_MAP, for a kernel of h x w, y = a K
 * (sign(x) conv sign(w)), K = A conv box(1 / (h w)), A = mean |x| over the channels (the channel
 * where each filter reads one), in the file Abs, ReduceMean, AveragePool and Mul. Networks that
 * were not trained for few-valued activations lose most of their accuracy with the latter two.
 *
 * @param[out] out     Yours, free with edgeai_graph_quantizer_free(). NULL on failure.
 * @param[in]  graph   Not NULL; must outlive the quantizer.
 * @param[in]  options Not NULL; copied.
 * @return EDGEAI_OK; EDGEAI_E_INVALID (an option, or two that do not go together; the text says
 *         which); EDGEAI_E_NOT_FOUND (a layer to keep that is none; nothing to quantize);
 *         EDGEAI_E_UNSUPPORTED (activations to calibrate in a network of several inputs);
 *         EDGEAI_E_FORMAT (a weight that is not finite: the text names the node); EDGEAI_E_MEMORY.
 * Memory: a byte for each weight, and 33 KiB for each layer to calibrate.
 * Source: Li and others, Ternary Weight Networks; Rastegari and others, XNOR-Net; Lyu and others,
 * cross-filter compression.
 */
EDGEAI_API edgeai_status
edgeai_graph_quantizer_create(edgeai_graph_quantizer **out, const edgeai_graph *graph,
                              const edgeai_graph_quantize_options *options);

/** Frees it. @param quantizer NULL is fine. */
EDGEAI_API void edgeai_graph_quantizer_free(edgeai_graph_quantizer *quantizer);

/**
 * Lets the network see one input and counts what values the activations to quantize take. Needed
 * before edgeai_graph_quantizer_compare() and _write() unless activations are float32, when it does
 * nothing. The order of inputs does not matter.
 *
 * @param[in] quantizer Not NULL.
 * @param[in] input     [n] float32, laid out as the network's one input; open dimensions are those
 * of its pictures where it says how one becomes the input, else 1.
 * @param     n         Elements of it.
 * @return EDGEAI_OK; EDGEAI_E_SHAPE (n); EDGEAI_E_INVALID (NULL; too late: compared or written
 *         already); EDGEAI_E_FORMAT (an activation that is not finite); as edgeai_session_create()
 *         and edgeai_session_run().
 */
EDGEAI_API edgeai_status edgeai_graph_quantizer_calibrate(edgeai_graph_quantizer *quantizer,
                                                          const float *input, size_t n);

/** Gives input number `index` of some, [n]; anything but EDGEAI_OK ends the work. */
typedef edgeai_status (*edgeai_input_source)(void *user, size_t index, float *input, size_t n);

/**
 * Makes up for a part of the error: layer after layer, each channel of the output gets a factor and
 * a summand, so that its mean and standard deviation over these inputs are again what they were
 * (with int8 weights the mean alone). They become part of scales and biases; where filters share
 * scales, and no BatchNormalization stands behind the layer, a Mul and an Add.
 *
 * @param[in] quantizer Not NULL; calibrated, where activations are not float32; neither compared
 * nor written yet.
 * @param[in] n_inputs  At least 1; some ten pictures are enough where layers have many positions.
 * @param[in] source    Not NULL; asked for all inputs once for each layer.
 * @param[in] user      Handed to source.
 * @return EDGEAI_OK; EDGEAI_E_INVALID; EDGEAI_E_MEMORY; what source returned; as
 *         edgeai_session_create() and edgeai_session_run(). After an error the quantizer can only
 *         be freed.
 */
EDGEAI_API edgeai_status edgeai_graph_quantizer_correct(edgeai_graph_quantizer *quantizer,
                                                        size_t n_inputs, edgeai_input_source source,
                                                        void *user);

/**
 * Lets the network as it was and the quantized one see one input; adds to the layers' output_rms.
 *
 * @param[in] quantizer Not NULL.
 * @param[in] input     As for edgeai_graph_quantizer_calibrate().
 * @param     n         Elements of it.
 * @return As edgeai_graph_quantizer_calibrate(); EDGEAI_E_INVALID (not calibrated).
 */
EDGEAI_API edgeai_status edgeai_graph_quantizer_compare(edgeai_graph_quantizer *quantizer,
                                                        const float *input, size_t n);

/** Number of layers, quantized or kept. */
EDGEAI_API size_t edgeai_graph_quantizer_n_layers(const edgeai_graph_quantizer *quantizer);
/** Layer number `index`, in the order in which they run; NULL outside. */
EDGEAI_API const edgeai_quantized_layer *
edgeai_graph_quantizer_layer(const edgeai_graph_quantizer *quantizer, size_t index);
/** Sums over all layers and constants. Neither argument may be NULL. */
EDGEAI_API void edgeai_graph_quantizer_totals(const edgeai_graph_quantizer *quantizer,
                                              edgeai_graph_quantize_totals *totals);

/**
 * Writes the quantized network as GGUF (docs/formats/graph.md) with the name, labels and
 * preprocessing of the given one.
 *
 * @param[in] quantizer Not NULL.
 * @param[in] path      Not NULL. A file that is there is replaced, but not the one that is read.
 * @return EDGEAI_OK; EDGEAI_E_INVALID (not calibrated); otherwise as edgeai_graph_save().
 * Numerics: weights are the same bytes on every machine; what comes from calibration depends on the
 *           kernels' rounding of float32.
 */
EDGEAI_API edgeai_status edgeai_graph_quantizer_write(edgeai_graph_quantizer *quantizer,
                                                      const char *path);

#ifdef __cplusplus
}
#endif
#endif
