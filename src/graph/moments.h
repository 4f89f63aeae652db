/* SPDX-License-Identifier: MIT */
#ifndef EAI_GRAPH_MOMENTS_H
#define EAI_GRAPH_MOMENTS_H

/* Means, variances and normalizing of runs of elements: what normalizations share. */

#include "graph/lanes.h"

/* Of floats, gathered in double. The variance is that of the elements themselves (divided by n). */
typedef struct eai_moments {
    double sum, squares; /* squares: of the distances from the center given */
} eai_moments;

/* Adds n elements from number `first`. */
void eai_moments_add(eai_moments *moments, const eai_operand *x, size_t first, size_t n,
                     double center);
/* Mean and variance of n elements that lie together; both 0 when there are none. */
void eai_moments_of(const eai_operand *x, size_t first, size_t n, double *mean, double *variance);

/* y = (x - center) * factor + shift, for n elements from number `first` of both. */
void eai_normalize(const eai_operand *x, const eai_operand *y, size_t first, size_t n,
                   double center, double factor, double shift);

#endif
