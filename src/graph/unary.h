/* SPDX-License-Identifier: MIT */
#ifndef EAI_GRAPH_UNARY_H
#define EAI_GRAPH_UNARY_H

/* How operators of one input, element by element, are written down and run. */

#include <tgmath.h>

#include "graph/lanes.h"
#include "kernels/kernels.h"

/* n elements of one lane; a and b are the operator's two parameters. y may be x. */
typedef void (*eai_unary_loop)(const void *x, void *y, size_t n, float a, float b);

/* The same for floats, by a kernel. */
typedef void (*eai_unary_row)(const eai_kernels *kernels, const float *x, float *y, size_t n,
                              float a);

/* A loop for each lane; NULL where the operator does not have it. */
typedef struct eai_unary {
    eai_unary_loop loops[4]; /* by eai_lane */
    eai_unary_row row;       /* or NULL; in place of the loop of EAI_LANE_F32 */
    double cost;             /* of an element, in multiply-adds, to judge whether threads pay */
} eai_unary;

/* Runs over all elements of input 0 into output 0, which has the same type. */
edgeai_status eai_unary_run(const eai_call *call, const eai_unary *unary, float a, float b);
/* Type checks: F32, F64, F16, BF16; the same and signed integers; all numbers. */
edgeai_status eai_unary_infer_float(const eai_call *call);
edgeai_status eai_unary_infer_signed(const eai_call *call);
edgeai_status eai_unary_infer_number(const eai_call *call);

/* A loop: `expression` of x (of type `number`), a and b. Results go straight to their places, so
 * nothing is lost where x and y are the same. */
#define EAI_UNARY_LOOP(function, type, expression)                                                 \
    static void function(const void *from, void *to, size_t n, float a_given, float b_given)       \
    {                                                                                              \
        typedef type number;                                                                       \
        const number a = (number)a_given, b = (number)b_given;                                     \
        const number *source = from;                                                               \
        number *target = to;                                                                       \
        (void)a, (void)b;                                                                          \
        for (size_t i = 0; i < n; i++) {                                                           \
            const number x = source[i];                                                            \
            target[i] = (number)(expression);                                                      \
        }                                                                                          \
    }

/* The operator: its run() and description. Parameter names may be "" (none). */
#define EAI_UNARY_OPERATOR(identifier, onnx_name, name_a, default_a, name_b, default_b, infer_by)  \
    static edgeai_status identifier##_run(const eai_call *call)                                    \
    {                                                                                              \
        return eai_unary_run(call, &identifier##_loops,                                            \
                             eai_node_float(call->node, name_a, default_a),                        \
                             eai_node_float(call->node, name_b, default_b));                       \
    }                                                                                              \
    const eai_operator eai_op_##identifier = {                                                     \
        .domain = "",                                                                              \
        .name = onnx_name,                                                                         \
        .min_inputs = 1,                                                                           \
        .max_inputs = 1,                                                                           \
        .min_outputs = 1,                                                                          \
        .max_outputs = 1,                                                                          \
        .flags = EAI_OP_IN_PLACE | EAI_OP_ANY_LAYOUT,                                              \
        .infer = infer_by,                                                                         \
        .run = identifier##_run,                                                                   \
    };

/* One for floats. */
#define EAI_UNARY_FLOAT(identifier, onnx_name, element_cost, name_a, default_a, name_b, default_b, \
                        expression)                                                                \
    EAI_UNARY_LOOP(identifier##_f32, float, expression)                                            \
    EAI_UNARY_LOOP(identifier##_f64, double, expression)                                           \
    static const eai_unary identifier##_loops = {                                                  \
        .loops = {identifier##_f32, identifier##_f64},                                             \
        .cost = element_cost,                                                                      \
    };                                                                                             \
    EAI_UNARY_OPERATOR(identifier, onnx_name, name_a, default_a, name_b, default_b,                \
                       eai_unary_infer_float)

/* The same with a kernel for float32. */
#define EAI_UNARY_KERNEL(identifier, onnx_name, element_cost, name_a, default_a, kernel_row,       \
                         expression)                                                               \
    EAI_UNARY_LOOP(identifier##_f64, double, expression)                                           \
    static const eai_unary identifier##_loops = {                                                  \
        .loops = {NULL, identifier##_f64},                                                         \
        .row = kernel_row,                                                                         \
        .cost = element_cost,                                                                      \
    };                                                                                             \
    EAI_UNARY_OPERATOR(identifier, onnx_name, name_a, default_a, "", 0, eai_unary_infer_float)

#endif
