/* SPDX-License-Identifier: MIT */
#ifndef EAI_GRAPH_OPERATOR_H
#define EAI_GRAPH_OPERATOR_H

/*
 * What an operator is: how to infer its outputs' types and shapes, and how to compute them. One
 * table for all (operators.inc lists every operator once); operators_*.c implement them by topic.
 */

#include "graph/ir.h"

/* A tensor as an operator sees it. data is NULL while shapes are inferred, unless constant. */
typedef struct eai_operand {
    edgeai_element element;
    int n_dims;
    int64_t dims[EDGEAI_GRAPH_DIMS_MAX];
    void *data;
    size_t n; /* elements */
} eai_operand;

/* One application of an operator. inputs[i] is NULL where the node leaves it out. */
typedef struct eai_call {
    const eai_node *node;
    const edgeai_context *context;
    size_t n_inputs, n_outputs;
    eai_operand *const *inputs;
    eai_operand *const *outputs; /* NULL where the output is not wanted */
    void *state;                 /* what prepare() made, or NULL */
    void *scratch;               /* scratch_bytes of it, aligned; NULL during inference */
} eai_call;

/* What prepare() gives back. */
typedef struct eai_prepared {
    void *state;
    size_t state_bytes;   /* of state, for the session's account (packed weights) */
    size_t scratch_bytes; /* needed while running */
    const char *method;   /* static string */
    double macs;
} eai_prepared;

enum {
    /* out[0] may lie where in[0] lies: element i of the output depends on element i of it alone. */
    EAI_OP_IN_PLACE = 1,
    /* out[0] is in[0] with another shape: no work, same memory. */
    EAI_OP_ALIAS = 2,
    /* Elementwise on all inputs that have the output's shape, so that it runs in any layout. */
    EAI_OP_ANY_LAYOUT = 4,
    /* The output's shape is an upper bound; run() sets the true dims. Graph outputs only. */
    EAI_OP_DATA_SHAPE = 8,
    /* Not computed by the session and not folded: gives a different result each time. */
    EAI_OP_RANDOM = 16,
};

typedef struct eai_operator {
    const char *domain, *name;
    int min_inputs, max_inputs, min_outputs, max_outputs; /* max -1: any number */
    unsigned flags;
    /*
     * Sets element, n_dims and dims of all outputs; refuses attributes, types and shapes that run()
     * cannot do. Inputs have complete shapes; data of constants may be read. An input that decides
     * the shape and is not constant: eai_call_needs_constant(). NULL: as input 0.
     */
    edgeai_status (*infer)(const eai_call *call);
    /* Computes. Never allocates. */
    edgeai_status (*run)(const eai_call *call);
    /* Optional: packs constants, sizes scratch. Called once, after inference; unprepare() takes
     * state back. */
    edgeai_status (*prepare)(const eai_call *call, eai_prepared *out);
    void (*unprepare)(const eai_call *call);
} eai_operator;

/* The operator, or NULL. */
const eai_operator *eai_operator_find(const char *domain, const char *name);

/* Error texts that begin with `Conv "conv1": `. */
edgeai_status eai_call_fail(const eai_call *call, edgeai_status status, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* EDGEAI_E_UNSUPPORTED: input `index` decides the output's shape and is not a constant. */
edgeai_status eai_call_needs_constant(const eai_call *call, size_t index);
/* Checks that input `index` is there and of one of the types in `mask` (1 << element). */
edgeai_status eai_call_check_type(const eai_call *call, size_t index, uint32_t mask);
/* axis (maybe negative) as 0 .. n_dims-1; EDGEAI_E_SHAPE. */
edgeai_status eai_call_axis(const eai_call *call, int64_t axis, int n_dims, int *out);
/* Integers of a constant int64 or int32 input; EDGEAI_E_LIMIT beyond max. NULL input: *n = 0. */
edgeai_status eai_call_ints(const eai_call *call, size_t index, int64_t *values, size_t max,
                            size_t *n);
/* Sets the output's type and shape; n is computed. EDGEAI_E_LIMIT when it has too many elements. */
edgeai_status eai_call_output(const eai_call *call, size_t index, edgeai_element element,
                              const int64_t *dims, int n_dims);

/* Output 0 is like input 0. */
edgeai_status eai_infer_same(const eai_call *call);
/* Numpy broadcasting of all inputs; the element of input 0. */
edgeai_status eai_infer_broadcast(const eai_call *call);
/* dims of a broadcast; false when they do not fit. */
bool eai_broadcast_dims(const eai_operand *const *operands, size_t n, int64_t *dims, int *n_dims);
/* Strides in elements of `operand` seen through `dims` (0 along broadcast dimensions). */
void eai_broadcast_strides(const eai_operand *operand, const int64_t *dims, int n_dims,
                           int64_t *strides);

#endif
