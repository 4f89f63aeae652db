/* SPDX-License-Identifier: MIT */
#ifndef EAI_GRAPH_FUSION_H
#define EAI_GRAPH_FUSION_H

/*
 * A convolution that grows along its readers until nothing more fits into one "edgeai.nhwc" Conv.
 * fuse_start.c and fuse_quantized.c begin one, fuse_chain.c extends it,
 * fuse_convolutions.c writes it down.
 */

#include "conv/conv.h"
#include "graph/ir.h"

/* All of a graph with complete shapes. The fused nodes stand at its end, and read and make images
 * as N, C, H, W still: pass_nhwc.c turns them. */
edgeai_status eai_fuse_convolutions(eai_ir *ir);

/* Who makes and reads the values of a graph; for values there were when it was made. */
typedef struct eai_edges {
    int32_t *producer;    /* node, or EAI_IR_NONE */
    int32_t *n_readers;   /* a graph output is one too */
    int32_t (*reader)[2]; /* two of the nodes that read it, in order */
    size_t n_values;
} eai_edges;

/* How far along the epilogue of eai_conv it is. */
typedef enum eai_fusion_stage {
    EAI_FUSION_AFFINE,    /* scale and bias may still change */
    EAI_FUSION_ADDED,     /* a residual was added */
    EAI_FUSION_ACTIVATED, /* only a last residual and another output type may follow */
    EAI_FUSION_LAST,
    EAI_FUSION_DONE,
} eai_fusion_stage;

typedef struct eai_fusion {
    eai_ir *ir;
    const eai_edges *edges;
    int32_t first;  /* the node that it began with */
    int32_t result; /* the value that it makes so far */
    eai_fusion_stage stage;
    int32_t x, weights, residual;
    size_t n_channels;
    float *scale, *bias, *slope; /* [n_channels], the graph's memory; slope NULL without PRelu */
    const float *low_threshold, *high_threshold;
    int32_t *offset; /* NULL: none */
    int64_t strides[2], pads[4], dilations[2], group;
    eai_conv_epilogue epilogue; /* without its arrays */
    int64_t input_zero;
    edgeai_element output;
} eai_fusion;

/* Whether `node` begins a fusion; false with EDGEAI_OK: no. */
edgeai_status eai_fusion_start(eai_fusion *f, eai_ir *ir, const eai_edges *edges, int32_t node,
                               bool *starts);

/* Parts of it by kind of node; the same result. Fields that are not set are zero. */
edgeai_status eai_fusion_start_quantized(eai_fusion *f, const eai_node *node, bool *starts);
edgeai_status eai_fusion_start_dequantized(eai_fusion *f, const eai_node *node, bool *starts);

/* Takes in readers while they fit; the nodes become dead. */
edgeai_status eai_fusion_grow(eai_fusion *f);

/* scale of ones, bias of zeros; EDGEAI_E_MEMORY. */
edgeai_status eai_fusion_channels(eai_fusion *f, size_t n_channels);

/* Strides, pads, dilations and group of a Conv, auto_pad resolved; false: not two-dimensional. */
bool eai_fusion_window(eai_fusion *f, const eai_node *node, const int64_t *in_dims,
                       const int64_t *weight_dims);

/* The float32 constant at `value` as one number for each of n channels; false where it varies along
 * anything else, or is none. */
bool eai_fusion_channel_values(const eai_fusion *f, int32_t value, float *out);

/* A constant of one element. */
bool eai_constant_float(const eai_ir *ir, int32_t value, float *out);
bool eai_constant_int(const eai_ir *ir, int32_t value, int64_t *out);

/* What a DequantizeLinear per tensor of i8 or u8 reads, if `value` is made by one. */
bool eai_dequantized(const eai_ir *ir, const eai_edges *edges, int32_t value, int32_t *quantized,
                     float *scale, int64_t *zero);

#endif
