/* SPDX-License-Identifier: MIT */
#ifndef EAI_GRAPH_OPERATOR_H
#define EAI_GRAPH_OPERATOR_H

/*
 * What an operator is: how to infer its outputs' types and shapes, and how to compute them. One
 * table for all (operators.inc lists every operator once); operators_*.c implement them by topic.
 */

#include "graph/ir.h"

/* A tensor as an operator sees it. While shapes are inferred and during prepare(), data is NULL
 * unless it is a constant; in run() it never is NULL, though n may be 0. */
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
    edgeai_weights weights;      /* how prepare() may keep weights */
    size_t room_bytes;           /* AUTO: what forms of them may take that are faster, but large */
} eai_call;

/* What prepare() gives back. */
typedef struct eai_prepared {
    void *state;
    size_t state_bytes;   /* of state, for the session's account (packed weights) */
    size_t large_bytes;   /* of them, what counts against the call's room_bytes */
    size_t scratch_bytes; /* needed while running */
    const char *method;   /* static string */
    double macs;
    uint32_t packed_inputs; /* bit i: run() does not read constant input i, so it may be freed */
} eai_prepared;

enum {
    /* out[0] may lie where in[0] lies, when both have the same shape and element size: element i of
     * the output depends on element i of it alone. */
    EAI_OP_IN_PLACE = 1,
    /* The same for in[1]. */
    EAI_OP_IN_PLACE_SECOND = 32,
    /* out[0] is in[0] with another shape: no work, same memory. run is eai_run_copy(). */
    EAI_OP_ALIAS = 2,
    /* Elementwise on all inputs that have the output's shape, so that it runs in any layout. */
    EAI_OP_ANY_LAYOUT = 4,
    /* The output's shape is an upper bound; run() sets the true dims. Graph outputs only. */
    EAI_OP_DATA_SHAPE = 8,
    /* Gives a different result each time: never folded, and refused where run is NULL. */
    EAI_OP_RANDOM = 16,
    /* The result depends on the inputs' shapes alone (Shape, Size): folded whatever they are. */
    EAI_OP_SHAPE_ONLY = 64,
    /* Folded only after the passes, which look for it (DequantizeLinear of weights). */
    EAI_OP_FOLD_LATE = 128,
};

typedef struct eai_operator {
    const char *domain, *name;
    int min_inputs, max_inputs, min_outputs, max_outputs; /* max -1: any number */
    unsigned flags;
    /*
     * Sets all outputs (eai_call_output()); refuses attributes, types and shapes that run() cannot
     * do. The numbers of inputs and outputs are right already, and the first min_inputs and
     * min_outputs are there. Inputs have complete shapes; data of constants may be read. An input
     * that decides the shape and is not constant: eai_call_needs_constant(). NULL: as input 0.
     */
    edgeai_status (*infer)(const eai_call *call);
    /* Computes. Never allocates. */
    edgeai_status (*run)(const eai_call *call);
    /* Optional: packs constants, sizes scratch. Called once, after inference (outputs have their
     * shapes); what it fails with leaves nothing behind. unprepare() takes state back. */
    edgeai_status (*prepare)(const eai_call *call, eai_prepared *out);
    void (*unprepare)(const eai_call *call);
} eai_operator;

/* The operator, or NULL. */
const eai_operator *eai_operator_find(const char *domain, const char *name);

/* Operators by element types: bits for eai_call_check_type(). */
#define EAI_TYPE(element)                                                                          \
    ((element) >= EDGEAI_ELEMENT_TRITS ? 1u << ((element)-EDGEAI_ELEMENT_TRITS + 24)               \
                                       : 1u << (element))
#define EAI_TYPES_SMALL_FLOAT (EAI_TYPE(EDGEAI_ELEMENT_F16) | EAI_TYPE(EDGEAI_ELEMENT_BF16))
#define EAI_TYPES_FLOAT                                                                            \
    (EAI_TYPE(EDGEAI_ELEMENT_F32) | EAI_TYPE(EDGEAI_ELEMENT_F64) | EAI_TYPES_SMALL_FLOAT)
#define EAI_TYPES_SIGNED                                                                           \
    (EAI_TYPE(EDGEAI_ELEMENT_I8) | EAI_TYPE(EDGEAI_ELEMENT_I16) | EAI_TYPE(EDGEAI_ELEMENT_I32) |   \
     EAI_TYPE(EDGEAI_ELEMENT_I64))
#define EAI_TYPES_UNSIGNED                                                                         \
    (EAI_TYPE(EDGEAI_ELEMENT_U8) | EAI_TYPE(EDGEAI_ELEMENT_U16) | EAI_TYPE(EDGEAI_ELEMENT_U32) |   \
     EAI_TYPE(EDGEAI_ELEMENT_U64))
#define EAI_TYPES_NUMBER (EAI_TYPES_FLOAT | EAI_TYPES_SIGNED | EAI_TYPES_UNSIGNED)
/* All with whole bytes: everything but TRITS and BITS. */
#define EAI_TYPES_WHOLE (EAI_TYPES_NUMBER | EAI_TYPE(EDGEAI_ELEMENT_BOOL))

/* Most elements of a tensor that is computed. */
#define EAI_ELEMENTS_MAX ((size_t)1 << 32)

/* Input `index`, or NULL where the node has none or leaves it out; outputs likewise. */
static inline const eai_operand *eai_call_in(const eai_call *call, size_t index)
{
    return index < call->n_inputs ? call->inputs[index] : NULL;
}
static inline eai_operand *eai_call_out(const eai_call *call, size_t index)
{
    return index < call->n_outputs ? call->outputs[index] : NULL;
}

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
/* Sets the output's type and shape; n is computed. EDGEAI_E_LIMIT when it has more elements than
 * EAI_ELEMENTS_MAX, EDGEAI_E_SHAPE for a negative dimension. An output that is not wanted: nothing
 * happens. */
edgeai_status eai_call_output(const eai_call *call, size_t index, edgeai_element element,
                              const int64_t *dims, int n_dims);

/* Output 0 is like input 0. */
edgeai_status eai_infer_same(const eai_call *call);
/* For run: output 0 gets input 0's bytes, unless it lies there already. */
edgeai_status eai_run_copy(const eai_call *call);
/* Numpy broadcasting of all inputs; the element of input 0. */
edgeai_status eai_infer_broadcast(const eai_call *call);
/* dims of a broadcast (NULL operands are passed over); false when they do not fit. */
bool eai_broadcast_dims(const eai_operand *const *operands, size_t n, int64_t *dims, int *n_dims);
/* Strides in elements of `operand` seen through `dims` (0 along broadcast dimensions). */
void eai_broadcast_strides(const eai_operand *operand, const int64_t *dims, int n_dims,
                           int64_t *strides);

#endif
