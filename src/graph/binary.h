/* SPDX-License-Identifier: MIT */
#ifndef EAI_GRAPH_BINARY_H
#define EAI_GRAPH_BINARY_H

/* How operators of two inputs, element by element with broadcasting, are written down and run. */

#include "graph/lanes.h"

/* n elements of one lane; steps are 0 (one element for all) or 1. `to` may be a or b. */
typedef void (*eai_binary_loop)(const void *a, size_t a_step, const void *b, size_t b_step,
                                void *to, size_t n);

/* A loop for each lane; NULL where the operator does not have it. */
typedef struct eai_binary {
    eai_binary_loop loops[4]; /* by eai_lane */
} eai_binary;

/* `out`, of the inputs' type or BOOL (then loops write uint8_t), from a and b of one type. `out`
 * may lie where a or b lies if they have its shape. Large ones are shared by threads. */
void eai_binary_apply(const edgeai_context *context, const eai_binary *binary, const eai_operand *a,
                      const eai_operand *b, const eai_operand *out);
/* The same for a call's inputs and output. */
edgeai_status eai_binary_run(const eai_call *call, const eai_binary *binary);

/* Broadcast shapes; all inputs must have the first one's type, which must be in mask. */
edgeai_status eai_binary_infer(const eai_call *call, uint32_t mask, edgeai_element out);
edgeai_status eai_binary_infer_number(const eai_call *call);

/* Vectors are safe where the target is a source: each element is read before it is written. */
#if defined(__GNUC__) && !defined(__clang__)
#define EAI_INDEPENDENT _Pragma("GCC ivdep")
#else
#define EAI_INDEPENDENT
#endif

/* A loop: `expression` of x and y. Its three forms have constant steps, which become vectors. */
#define EAI_BINARY_FORM(x_index, y_index, expression)                                              \
    EAI_INDEPENDENT for (size_t i = 0; i < n; i++)                                                 \
    {                                                                                              \
        const number x = first[x_index], y = second[y_index];                                      \
        (void)x, (void)y;                                                                          \
        target[i] = (result)(expression);                                                          \
    }

#define EAI_BINARY_LOOP(function, type, result_type, expression)                                   \
    static void function(const void *a, size_t a_step, const void *b, size_t b_step, void *to,     \
                         size_t n)                                                                 \
    {                                                                                              \
        typedef type number;                                                                       \
        typedef result_type result;                                                                \
        const number *first = a, *second = b;                                                      \
        result *target = to;                                                                       \
        if (a_step != 0 && b_step != 0)                                                            \
            EAI_BINARY_FORM(i, i, expression)                                                      \
        else if (a_step != 0) {                                                                    \
            const number second_value = *second;                                                   \
            second = &second_value;                                                                \
            EAI_BINARY_FORM(i, 0, expression)                                                      \
        } else {                                                                                   \
            const number first_value = *first;                                                     \
            first = &first_value;                                                                  \
            EAI_BINARY_FORM(0, i *b_step, expression)                                              \
        }                                                                                          \
    }

#define EAI_BINARY_OPERATOR(identifier, onnx_name, flag_bits, infer_by)                            \
    static edgeai_status identifier##_run(const eai_call *call)                                    \
    {                                                                                              \
        return eai_binary_run(call, &identifier##_loops);                                          \
    }                                                                                              \
    const eai_operator eai_op_##identifier = {                                                     \
        .domain = "",                                                                              \
        .name = onnx_name,                                                                         \
        .min_inputs = 2,                                                                           \
        .max_inputs = 2,                                                                           \
        .min_outputs = 1,                                                                          \
        .max_outputs = 1,                                                                          \
        .flags = flag_bits,                                                                        \
        .infer = infer_by,                                                                         \
        .run = identifier##_run,                                                                   \
    };

enum { EAI_BINARY_FLAGS = EAI_OP_IN_PLACE | EAI_OP_IN_PLACE_SECOND | EAI_OP_ANY_LAYOUT };

#endif
