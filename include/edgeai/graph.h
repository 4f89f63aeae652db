/* SPDX-License-Identifier: MIT */
#ifndef EDGEAI_GRAPH_H
#define EDGEAI_GRAPH_H

/**
 * @file graph.h
 * Convolutional networks: opened from GGUF (architecture edgeai-graph) or ONNX, planned for given
 * input shapes, run without allocating.
 *
 * A graph is immutable and may be shared by threads. A session is one planned way to run it and
 * belongs to one thread at a time. Tensors at the border are contiguous and row-major in the
 * model's own dimension order (images: N, C, H, W); inside, images lie as N, H, W, C.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <edgeai/context.h>
#include <edgeai/image.h>
#include <edgeai/status.h>
#include <edgeai/tensor.h>

#ifdef __cplusplus
extern "C" {
#endif

/** Element types of graph tensors; the numbers are ONNX's TensorProto.DataType, own ones from 100.
 */
typedef enum edgeai_element {
    EDGEAI_ELEMENT_NONE = 0,
    EDGEAI_ELEMENT_F32 = 1,
    EDGEAI_ELEMENT_U8 = 2,
    EDGEAI_ELEMENT_I8 = 3,
    EDGEAI_ELEMENT_U16 = 4,
    EDGEAI_ELEMENT_I16 = 5,
    EDGEAI_ELEMENT_I32 = 6,
    EDGEAI_ELEMENT_I64 = 7,
    EDGEAI_ELEMENT_BOOL = 9,
    EDGEAI_ELEMENT_F16 = 10,
    EDGEAI_ELEMENT_F64 = 11,
    EDGEAI_ELEMENT_U32 = 12,
    EDGEAI_ELEMENT_U64 = 13,
    EDGEAI_ELEMENT_BF16 = 16,
    EDGEAI_ELEMENT_TRITS = 100, /**< -1, 0, 1 in two bits. */
    EDGEAI_ELEMENT_BITS = 101   /**< -1, 1 in one bit; weights only. */
} edgeai_element;

/** Most dimensions of a graph's tensor. */
#define EDGEAI_GRAPH_DIMS_MAX 8

/** An input or output of a graph. Strings are borrowed from it. */
typedef struct edgeai_port {
    const char *name;       /**< NUL-terminated. */
    edgeai_element element; /**< Of the elements. */
    int n_dims;             /**< 0 to EDGEAI_GRAPH_DIMS_MAX; -1: the model does not say. */
    int64_t dims[EDGEAI_GRAPH_DIMS_MAX]; /**< Outermost first; -1: the model leaves it open. */
} edgeai_port;

/** A network. Immutable; may be shared by threads. */
typedef struct edgeai_graph edgeai_graph;

/**
 * Opens a network: GGUF of architecture edgeai-graph (docs/formats/graph.md), or ONNX (opsets 6 to
 * 25), told apart by the first bytes.
 *
 * @param[out] out     Yours, free with edgeai_graph_free(). NULL on failure.
 * @param[in]  context Not NULL; must outlive the graph.
 * @param[in]  path    Not NULL. External data of an ONNX file must lie in its folder.
 * @return EDGEAI_OK; EDGEAI_E_NOT_FOUND, EDGEAI_E_IO; EDGEAI_E_FORMAT (a broken file);
 *         EDGEAI_E_VERSION (another version of GGUF or of edgeai.graph);
 *         EDGEAI_E_UNSUPPORTED (an operator, attribute, type or opset: the text is one sentence
 *         that names node, operator and opset); EDGEAI_E_LIMIT; EDGEAI_E_MEMORY; EDGEAI_E_INVALID.
 */
EDGEAI_API edgeai_status edgeai_graph_open(edgeai_graph **out, edgeai_context *context,
                                           const char *path);

/**
 * As edgeai_graph_open(), for a file's bytes in memory. External data are EDGEAI_E_UNSUPPORTED.
 *
 * @param[out] out     Yours, free with edgeai_graph_free(). NULL on failure.
 * @param[in]  context Not NULL; must outlive the graph.
 * @param[in]  data    [n_bytes], not NULL, aligned to 8 bytes; must outlive the graph.
 * @param      n_bytes At least 1.
 * @return As edgeai_graph_open().
 */
EDGEAI_API edgeai_status edgeai_graph_open_memory(edgeai_graph **out, edgeai_context *context,
                                                  const void *data, size_t n_bytes);

/** Frees it. @param graph NULL is fine. Its sessions must be freed before. */
EDGEAI_API void edgeai_graph_free(edgeai_graph *graph);

/**
 * Writes the network as GGUF (docs/formats/graph.md).
 * @param[in] graph Not NULL.
 * @param[in] path  Not NULL. Written under a temporary name and renamed.
 * @return EDGEAI_OK; EDGEAI_E_IO; EDGEAI_E_MEMORY; EDGEAI_E_INVALID (also: path is the file that
 * the graph lies in); EDGEAI_E_UNSUPPORTED (an attribute that is not a number). After an error
 *         nothing is left behind, and an older file at path is untouched.
 */
EDGEAI_API edgeai_status edgeai_graph_save(const edgeai_graph *graph, const char *path);

/** What edgeai_graph_save_as() writes in place of what the network has. */
typedef struct edgeai_graph_save_options {
    size_t struct_size;        /**< sizeof(edgeai_graph_save_options). */
    const char *name;          /**< general.name; NULL: as it is. */
    const char *const *labels; /**< [n_labels] NUL-terminated UTF-8; NULL: as they are. */
    size_t n_labels;           /**< Of them. */
    const char *preprocess;    /**< JSON as in docs/formats/graph.md, edgeai.preprocess; NULL: as it
                                    is. */
} edgeai_graph_save_options;

/** Initializer with every field at its default. */
#define EDGEAI_GRAPH_SAVE_OPTIONS_INIT EDGEAI_SIZED_INIT(edgeai_graph_save_options)

/**
 * As edgeai_graph_save(), with another name, labels or preprocessing.
 * @param[in] graph   Not NULL; stays as it is.
 * @param[in] path    Not NULL.
 * @param[in] options NULL for all defaults. Its strings are borrowed during the call.
 * @return As edgeai_graph_save(); EDGEAI_E_FORMAT and EDGEAI_E_VERSION (options->preprocess).
 */
EDGEAI_API edgeai_status edgeai_graph_save_as(const edgeai_graph *graph, const char *path,
                                              const edgeai_graph_save_options *options);

/** Number of inputs; constants do not count. */
EDGEAI_API size_t edgeai_graph_n_inputs(const edgeai_graph *graph);
/** Number of outputs. */
EDGEAI_API size_t edgeai_graph_n_outputs(const edgeai_graph *graph);
/** Input number `index`. @return EDGEAI_OK; EDGEAI_E_INVALID (index). */
EDGEAI_API edgeai_status edgeai_graph_input(const edgeai_graph *graph, size_t index,
                                            edgeai_port *port);
/** Output number `index`. @return EDGEAI_OK; EDGEAI_E_INVALID (index). */
EDGEAI_API edgeai_status edgeai_graph_output(const edgeai_graph *graph, size_t index,
                                             edgeai_port *port);
/** Number of operators in the file. */
EDGEAI_API size_t edgeai_graph_n_nodes(const edgeai_graph *graph);
/** Class labels, one for each output score; *n is 0 and the result NULL when there are none. */
EDGEAI_API const char *const *edgeai_graph_labels(const edgeai_graph *graph, size_t *n);
/** How an image becomes input 0; NULL when the file does not say. */
EDGEAI_API const edgeai_image_input_options *edgeai_graph_image_options(const edgeai_graph *graph);

/** A shape, or shape and value, for one input of a session. */
typedef struct edgeai_binding {
    const char *input;                   /**< Its name. */
    int n_dims;                          /**< 0 to EDGEAI_GRAPH_DIMS_MAX. */
    int64_t dims[EDGEAI_GRAPH_DIMS_MAX]; /**< All >= 0. */
    const void *data; /**< NULL: given before each run. Else the value for good (copied): needed for
                           inputs that decide shapes, and worth it for weights. */
} edgeai_binding;

/** Settings of edgeai_session_create(). */
typedef struct edgeai_session_options {
    size_t struct_size;             /**< sizeof(edgeai_session_options). */
    const edgeai_binding *bindings; /**< May be NULL. Open dimensions without a binding become 1. */
    size_t n_bindings;              /**< Of them. */
    bool plain;   /**< Runs the operators one by one as the file has them: no fusion, no layout
                       change; for finding differences. */
    bool profile; /**< Measures every step (edgeai_session_step()). */
    /**
     * How the weights of convolutions are kept. Those of 3 x 3 filters that move by one pixel are
     * 1.1 to 3 times as fast in a transformed form (Winograd's) that takes more memory: 4 times
     * that of float32 weights, 8 times that of int8 weights, 16 times that of ternary and binary
     * ones in two bits. EDGEAI_WEIGHTS_PACKED: the faster form, wherever it is expected to be
     * faster. EDGEAI_WEIGHTS_MAPPED: as few bytes as there are kernels for. EDGEAI_WEIGHTS_AUTO:
     * the faster form, of layers with 8-bit activations only while those forms together fit in half
     * of the memory that is free when the session is created; the first layers come first. With
     * 8-bit activations all give the same results to the bit. With float32 activations AUTO and
     * PACKED are the same, and MAPPED differs within what docs/numerics.md says of Winograd.
     */
    edgeai_weights weights;
} edgeai_session_options;

/** Initializer with every field at its default. */
#define EDGEAI_SESSION_OPTIONS_INIT EDGEAI_SIZED_INIT(edgeai_session_options)

/** A planned graph with its memory. Belongs to one thread at a time. */
typedef struct edgeai_session edgeai_session;

/**
 * Infers all shapes, folds constants, fuses operators, picks kernels, packs weights and lays out
 * the memory of all activations.
 *
 * @param[out] out     Yours, free with edgeai_session_free(). NULL on failure.
 * @param[in]  graph   Not NULL; must outlive the session.
 * @param[in]  options NULL for all defaults.
 * @return EDGEAI_OK; EDGEAI_E_SHAPE, EDGEAI_E_DTYPE (shapes or types that do not fit: the text
 * names node and operator); EDGEAI_E_UNSUPPORTED (also a shape that depends on data);
 *         EDGEAI_E_NOT_FOUND (a binding to no input); EDGEAI_E_LIMIT; EDGEAI_E_MEMORY;
 *         EDGEAI_E_INVALID (also: options->weights is none of edgeai_weights).
 */
EDGEAI_API edgeai_status edgeai_session_create(edgeai_session **out, const edgeai_graph *graph,
                                               const edgeai_session_options *options);
/** Frees it. @param session NULL is fine. */
EDGEAI_API void edgeai_session_free(edgeai_session *session);

/** What a session holds, known before it runs. */
typedef struct edgeai_session_memory_info {
    size_t arena_bytes;        /**< Activations: the plan's peak. */
    size_t scratch_bytes;      /**< What single operators need while they run; shared. */
    size_t weight_bytes;       /**< Packed weights and other constants of the session's own. */
    size_t largest_pair_bytes; /**< The most that inputs and outputs of one step take together. */
} edgeai_session_memory_info;
/** Fills *info. Neither argument may be NULL. */
EDGEAI_API void edgeai_session_memory(const edgeai_session *session,
                                      edgeai_session_memory_info *info);

/** Input number `index` (as in the graph) with its final shape; *data is where its values go, NULL
 *  when it was bound to a value. Writable until the session is freed. EDGEAI_E_INVALID (index). */
EDGEAI_API edgeai_status edgeai_session_input(edgeai_session *session, size_t index,
                                              edgeai_port *port, void **data);
/** Output number `index`; *data holds the values of the last run. A shape that depends on data (of
 *  NonMaxSuppression, say) is that of the last run. EDGEAI_E_INVALID (index). */
EDGEAI_API edgeai_status edgeai_session_output(const edgeai_session *session, size_t index,
                                               edgeai_port *port, const void **data);
/**
 * Computes the outputs from the inputs.
 * @return EDGEAI_OK; EDGEAI_E_INVALID (values an operator refuses: the text names node and
 * operator). Memory: allocates nothing. Inputs keep their values.
 */
EDGEAI_API edgeai_status edgeai_session_run(edgeai_session *session);

/** One step of a session, in the order in which they run. Strings are borrowed. */
typedef struct edgeai_step_info {
    const char *name; /**< Of the node; of the first one where several were fused. */
    const char *op;   /**< "Conv", "MaxPool", ... */
    const char
        *method; /**< How it is computed: "winograd 4x4", "table", ...; "" if there is one way. */
    edgeai_port output; /**< Its first output. */
    double macs;        /**< Multiply-adds; 0 where that means nothing. */
    double ms;          /**< Sum over all runs; 0 without options.profile. */
    uint64_t n_runs;    /**< Runs so far. */
} edgeai_step_info;
/** Number of steps. */
EDGEAI_API size_t edgeai_session_n_steps(const edgeai_session *session);
/** Step number `index`. @return EDGEAI_OK; EDGEAI_E_INVALID (index). */
EDGEAI_API edgeai_status edgeai_session_step(const edgeai_session *session, size_t index,
                                             edgeai_step_info *info);

/** "f32", "u8", "trits", ...; "?" for a value that is no type. */
EDGEAI_API const char *edgeai_element_name(edgeai_element element);
/** Bytes of n elements in a row; 0 when the type is none, or the product overflows. */
EDGEAI_API size_t edgeai_element_bytes(edgeai_element element, size_t n);

#ifdef __cplusplus
}
#endif
#endif
