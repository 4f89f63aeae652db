/* SPDX-License-Identifier: MIT */
#ifndef EAI_REPARAM_LINEAR_LAYER_H
#define EAI_REPARAM_LINEAR_LAYER_H

/* Nodes of a graph that are linear in one image, as kernels; and how two of them become one. */

#include <edgeai/reparam.h>

#include "graph/ir.h"
#include "reparam/kernel_algebra.h"

/* How the value that a layer reads becomes the image that its kernel reads. */
typedef enum eai_linear_head {
    EAI_HEAD_IMAGE,
    EAI_HEAD_VECTOR,  /* [N, K]: K channels of one pixel */
    EAI_HEAD_FLATTEN, /* an image that is flattened: the kernel covers it */
    EAI_HEAD_MEAN,    /* the mean of each channel of an image */
} eai_linear_head;

typedef struct eai_linear_form {
    eai_linear_head head;
    bool is_vector; /* gives [N, M] */
} eai_linear_form;

/* How second after first begins and ends; first is a kernel of this shape, with a map or not. False
 * with the reason where they do not fit. */
bool eai_forms_join(const eai_linear_form *first, const eai_kernel_shape *shape, bool has_map,
                    const eai_linear_form *second, eai_linear_form *out, const char **reason);

typedef struct eai_linear {
    eai_linear_form form;
    eai_kernel kernel;
    double *map; /* [out_channels, rows, columns] in place of kernel.bias; NULL: none */
    size_t input_size[2], output_size[2];
    int32_t input, output; /* values */
    int32_t first, last;   /* nodes */
    size_t n_nodes;        /* of the graph that it stands for */
    bool is_joint;         /* more than what was read as one */
    bool is_mean;          /* an AveragePool as it was read */
    int32_t transposed;    /* the ConvTranspose that a pointwise layer goes into, or EAI_IR_NONE */
    bool is_pointwise;     /* one number for each channel: free, next to a convolution */
    bool is_forward;     /* pads, or adds a map: pointwise, but joins a layer that reads it alone */
    bool is_dead;        /* became part of another one */
    int32_t into;        /* that one, while it is dead */
    double macs, ms;     /* of what it stands for */
    size_t weight_bytes; /* likewise */
    eai_kernel_border border; /* the worst that was merged */
} eai_linear;

/*
 * Reads node `index` of ir; known is the same graph with all shapes and constants. *is_linear tells
 * whether it is; if so *out is the caller's.
 */
edgeai_status eai_linear_read(const eai_ir *ir, const eai_ir *known, int32_t index, bool *is_linear,
                              eai_linear *out);
void eai_linear_free(eai_linear *layer);

/* A matrix product becomes one of the image that is flattened, or averaged over its rows and
 * columns, in front of it. producer, n_readers: of each value. Nodes that it takes in are in
 * taken[], *n_taken of them. */
void eai_linear_absorb(const eai_ir *ir, const eai_ir *known, const int32_t *producer,
                       const int32_t *n_readers, bool has_open_sizes, eai_linear *layer,
                       int32_t taken[2], size_t *n_taken);

/* ScatterND of constants into what a padding layer makes: where its kernel sees no input the values
 * take the place of its map. *is_done: it did, for all of them; the output stays as it was. */
edgeai_status eai_linear_scatter(const eai_ir *known, const eai_node *node, eai_linear *layer,
                                 bool *is_done);
/* The biases of a layer as a map, the caller's; NULL when memory is short. */
double *eai_linear_spread_bias(const eai_linear *layer);

/* A layer that passes on what `like` reads, of the same size. */
edgeai_status eai_linear_identity(const eai_linear *like, eai_linear *out);

/* How a pair may be merged. */
typedef struct eai_merge_rules {
    edgeai_reparam_mode mode;
    bool has_open_sizes; /* no map is possible */
} eai_merge_rules;

/* Whether second after first may become one, and why not (or why so): the text of a segment. */
bool eai_merge_allowed(const eai_merge_rules *rules, const eai_kernel_shape *first, bool has_bias,
                       const eai_kernel_shape *second, const size_t input_size[2],
                       eai_kernel_border *border, bool *needs_map, const char **reason);

/* second becomes second after first, which is then dead. */
edgeai_status eai_linear_chain(const eai_merge_rules *rules, eai_linear *first, eai_linear *second);
/* one becomes the sum of both (their difference with negate); other is then dead. */
edgeai_status eai_linear_sum(eai_linear *one, eai_linear *other, bool negate);

/* Multiply-adds of a kernel for an output of this size. */
double eai_kernel_macs(const eai_kernel_shape *shape, const size_t output_size[2]);

#endif
