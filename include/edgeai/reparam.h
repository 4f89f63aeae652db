/* SPDX-License-Identifier: MIT */
#ifndef EDGEAI_REPARAM_H
#define EDGEAI_REPARAM_H

/**
 * @file reparam.h
 * Deep to shallow: linear layers of a trained network that follow each other, or run side by side,
 * become one convolution that computes the same.
 *
 * Weights are joined in double precision and rounded once. Sources: X. Luo and W. Liu, "Double-Win
 * NAS", DAC 2024; J. Kim et al., "Efficient Latency-Aware CNN Depth Compression via Two-Stage
 * Dynamic Programming", ICML 2023; X. Ding et al., "RepVGG", CVPR 2021.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <edgeai/graph.h>

#ifdef __cplusplus
extern "C" {
#endif

/** What may change where zero padding stands between two convolutions. */
typedef enum edgeai_reparam_mode {
    EDGEAI_REPARAM_EXACT = 0, /**< Only what computes the same; a map of biases where the border
                                   differs by a constant. */
    EDGEAI_REPARAM_PAD_FIRST, /**< All padding of a segment moves to its first layer: the same for
                                   networks trained that way. */
    EDGEAI_REPARAM_APPROX /**< As exact, and merges also where outputs near the border change. */
} edgeai_reparam_mode;

/** Where the times that decide about merging come from. */
typedef enum edgeai_reparam_timing {
    EDGEAI_REPARAM_ESTIMATED = 0, /**< From multiply-adds and bytes; the same everywhere. */
    EDGEAI_REPARAM_MEASURED,      /**< Each convolution is run on this machine. */
    EDGEAI_REPARAM_ALWAYS         /**< None: everything that may be merged is. */
} edgeai_reparam_timing;

/** Settings of edgeai_reparam_create(). */
typedef struct edgeai_reparam_options {
    size_t struct_size;           /**< sizeof(edgeai_reparam_options). */
    edgeai_reparam_mode mode;     /**< What may change. */
    edgeai_reparam_timing timing; /**< How it is decided. */
    bool linearize;               /**< Drops activations that the model marks as removable
                                       (docs/formats/graph.md), where that makes layers faster. */
    double budget_ms;      /**< With linearize: drops only as many as the sum of all layers' times
                                needs to stay within this; 0: no budget. */
    double target_speedup; /**< The same with the sum before divided by this; 0: none. */
    const char *latency_table;      /**< With MEASURED: times are read from this file and written to
                                         it (docs/formats/latency-table.md). NULL: none. */
    const edgeai_binding *bindings; /**< Shapes of inputs that the model leaves open; 1 else. Their
                                         data is not read. */
    size_t n_bindings;              /**< Of them. */
} edgeai_reparam_options;

/** Initializer with every field at its default. */
#define EDGEAI_REPARAM_OPTIONS_INIT EDGEAI_SIZED_INIT(edgeai_reparam_options)

/** A network made shallow. Belongs to one thread at a time. */
typedef struct edgeai_reparam edgeai_reparam;

/**
 * Finds what can be merged, decides, and makes the shallow network.
 *
 * @param[out] out     Yours, free with edgeai_reparam_free(). NULL on failure.
 * @param[in]  graph   Not NULL; stays as it is and must outlive the result.
 * @param[in]  options NULL for all defaults.
 * @return EDGEAI_OK, also when nothing could be merged; what edgeai_session_create() fails with;
 *         EDGEAI_E_IO, EDGEAI_E_FORMAT, EDGEAI_E_VERSION (latency table); EDGEAI_E_FORMAT (a mark
 *         on a node that is no activation); EDGEAI_E_NOT_FOUND (budget_ms or target_speedup cannot
 * be met); EDGEAI_E_INVALID; EDGEAI_E_MEMORY.
 */
EDGEAI_API edgeai_status edgeai_reparam_create(edgeai_reparam **out, const edgeai_graph *graph,
                                               const edgeai_reparam_options *options);
/** Frees it. @param reparam NULL is fine. */
EDGEAI_API void edgeai_reparam_free(edgeai_reparam *reparam);

/** The shallow network, borrowed: to run, or to write with edgeai_graph_save(). */
EDGEAI_API const edgeai_graph *edgeai_reparam_graph(const edgeai_reparam *reparam);

/** What became of layers that could be one. Strings are borrowed. */
typedef struct edgeai_reparam_segment {
    const char *name;      /**< Of its first node. */
    const char *last;      /**< Of its last node. */
    bool is_merged;        /**< Else it stays as it is. */
    const char *reason;    /**< "same", "border map", "padding moved", "border changes" (merged);
                                "slower", "border would change", "sizes are open", "too large",
                                "mean between" (a mean over all pixels, behind more than 1x1). */
    size_t n_nodes_before; /**< Operators that it stands for. */
    size_t n_nodes_after;  /**< Operators that it becomes. */
    double macs_before;    /**< Multiply-adds. */
    double macs_after;     /**< Multiply-adds; of one that is not merged: as it would be. */
    double ms_before;      /**< Time as options.timing says; 0 with ALWAYS. */
    double ms_after;       /**< Time merged, even if it is not. */
    size_t weight_bytes_before; /**< Bytes of the weights. */
    size_t weight_bytes_after;  /**< Bytes of the weights after. */
    size_t kernel[2];           /**< Rows and columns of the merged kernel. */
    size_t ring[4]; /**< Rows and columns of the output, from the top, left, bottom and right, that
                         change; 0 where it is the same. */
} edgeai_reparam_segment;

/** Number of segments, in the order of the network. */
EDGEAI_API size_t edgeai_reparam_n_segments(const edgeai_reparam *reparam);
/** Segment number `index`. @return EDGEAI_OK; EDGEAI_E_INVALID (index, or segment is NULL). */
EDGEAI_API edgeai_status edgeai_reparam_get_segment(const edgeai_reparam *reparam, size_t index,
                                                    edgeai_reparam_segment *segment);

/** One way to merge: sums over convolutions and matrix products. */
typedef struct edgeai_reparam_prediction {
    size_t n_layers; /**< Of them. */
    double ms;       /**< Their times, as options.timing says. */
} edgeai_reparam_prediction;

/** What was decided, beside what else could have been. */
typedef struct edgeai_reparam_plan {
    edgeai_reparam_prediction nothing;    /**< Every layer as it was. */
    edgeai_reparam_prediction everything; /**< Everything merged that may be, all activations
                                             dropped that are marked, with linearize. */
    edgeai_reparam_prediction chosen;     /**< The network that was made. */
} edgeai_reparam_plan;

/** The plan; all zero with EDGEAI_REPARAM_ALWAYS. @return EDGEAI_OK; EDGEAI_E_INVALID (NULL). */
EDGEAI_API edgeai_status edgeai_reparam_get_plan(const edgeai_reparam *reparam,
                                                 edgeai_reparam_plan *plan);

/** A network in numbers. */
typedef struct edgeai_reparam_totals {
    size_t n_nodes;    /**< Operators of the file. */
    size_t depth;      /**< Most convolutions and matrix products on a way from input to output. */
    double macs;       /**< Multiply-adds of a run. */
    size_t peak_bytes; /**< Activations: the plan's peak. */
    double ms;         /**< Of a run, the least; 0 when it was not asked for. */
} edgeai_reparam_totals;

/**
 * The network before and after. Runs each n_runs times on random inputs, in turn; 0: does not.
 * @return EDGEAI_OK; what edgeai_session_create() and edgeai_session_run() fail with.
 */
EDGEAI_API edgeai_status edgeai_reparam_compare(const edgeai_reparam *reparam, size_t n_runs,
                                                edgeai_reparam_totals *before,
                                                edgeai_reparam_totals *after);

/**
 * Writes both networks as a drawing for Graphviz (dot -Tsvg): nodes with their operators and the
 * sizes of their kernels, before on the left, after on the right.
 * @param[in] reparam Not NULL.
 * @param[in] path    Not NULL. Written under a temporary name and renamed.
 * @return EDGEAI_OK; EDGEAI_E_IO; EDGEAI_E_MEMORY; EDGEAI_E_INVALID.
 */
EDGEAI_API edgeai_status edgeai_reparam_draw(const edgeai_reparam *reparam, const char *path);

/** How far the outputs of two networks are apart. */
typedef struct edgeai_reparam_difference {
    double max;      /**< Largest difference of an output, by the largest value of that output. */
    double mean;     /**< Mean difference, by the same. */
    size_t n_top1;   /**< Rows of output 0 whose largest element is at the same place. */
    size_t n_rows;   /**< Of so many. */
    size_t n_inputs; /**< Runs. */
} edgeai_reparam_difference;

/**
 * Runs random inputs (normal, mean 0, deviation 1) through the network that was given, without the
 * activations that were dropped, and the shallow one.
 *
 * @param[in]  reparam    Not NULL.
 * @param      n_inputs   At least 1.
 * @param      seed       Of the random numbers.
 * @param[in]  input      NULL, or values for input 0 in place of random ones: n_inputs times its
 *                        elements, float32.
 * @param[out] difference Not NULL.
 * @return EDGEAI_OK; EDGEAI_E_UNSUPPORTED (an input or output 0 that is not float32);
 *         what edgeai_session_create() and edgeai_session_run() fail with.
 */
EDGEAI_API edgeai_status edgeai_reparam_verify(const edgeai_reparam *reparam, size_t n_inputs,
                                               uint64_t seed, const float *input,
                                               edgeai_reparam_difference *difference);

/** How far the values at the end of a segment are apart. */
typedef struct edgeai_reparam_segment_difference {
    double max;  /**< Largest difference, by the largest value; NaN: the segment was not merged. */
    double mean; /**< Mean difference, by the same. */
} edgeai_reparam_segment_difference;

/**
 * As edgeai_reparam_verify(), for what each merged segment gives in both networks, with what comes
 * before it as it is in either: the place where networks that differ begin to.
 *
 * @param[in]  reparam     Not NULL.
 * @param      n_inputs    At least 1.
 * @param      seed        Of the random numbers: with the same one edgeai_reparam_verify() has the
 *                         same inputs.
 * @param[in]  input       As there.
 * @param[out] differences [edgeai_reparam_n_segments()]; may be NULL when there are none.
 * @return As edgeai_reparam_verify().
 */
EDGEAI_API edgeai_status
edgeai_reparam_verify_segments(const edgeai_reparam *reparam, size_t n_inputs, uint64_t seed,
                               const float *input, edgeai_reparam_segment_difference *differences);

#ifdef __cplusplus
}
#endif
#endif
