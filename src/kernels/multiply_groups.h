/* SPDX-License-Identifier: MIT */
#ifndef EAI_KERNELS_MULTIPLY_GROUPS_H
#define EAI_KERNELS_MULTIPLY_GROUPS_H

/* How the variants of the products of tiles walk over groups of rows: each is written for a
 * constant number of rows and instantiated for one to six. */

#include "kernels/kernels.h"

#define INLINE static inline __attribute__((always_inline))

/*
 * Keeps sums in their registers from step to step. Without it gcc moves the additions of an
 * unrolled loop behind all of its products, which then go to the stack: a third of the speed.
 */
#if defined(__x86_64__)
#define KEEP(a, b) __asm__("" : "+x"(a), "+x"(b))
#endif

/* Where one row group's data of a stretch begin. */
typedef struct cursor {
    const char *codes;
    const float *scales, *sums;
} cursor;

/* The cursor of the row group whose first row is `first`; sums are per `sum_inputs`. */
INLINE cursor cursor_at(const eai_rows *rows, size_t first, size_t r, size_t first_input,
                        size_t code_bytes, const float *sums, size_t sum_inputs)
{
    const size_t n = rows->n_inputs;
    cursor x = {(const char *)rows->codes + code_bytes * (first * n + first_input * r), NULL, NULL};
    x.scales = rows->scales + first * (n / EAI_GROUP) + first_input / EAI_GROUP * r;
    if (sums) x.sums = sums + first * (n / sum_inputs) + first_input / sum_inputs * r;
    return x;
}

/* Runs CALL with a constant r for each row group. */
#define FOR_EACH_ROW_GROUP(CALL) FOR_ROW_GROUPS_FROM(0, CALL)
#define FOR_ROW_GROUPS_FROM(FIRST, CALL)                                                           \
    for (size_t first = FIRST; first < rows->n_rows; first += EAI_ROW_GROUP, y += 6 * y_stride)    \
        switch (rows->n_rows - first) {                                                            \
        case 1:                                                                                    \
            CALL(1);                                                                               \
            break;                                                                                 \
        case 2:                                                                                    \
            CALL(2);                                                                               \
            break;                                                                                 \
        case 3:                                                                                    \
            CALL(3);                                                                               \
            break;                                                                                 \
        case 4:                                                                                    \
            CALL(4);                                                                               \
            break;                                                                                 \
        case 5:                                                                                    \
            CALL(5);                                                                               \
            break;                                                                                 \
        default:                                                                                   \
            CALL(6);                                                                               \
            break;                                                                                 \
        }

#endif
