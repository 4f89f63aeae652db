/* SPDX-License-Identifier: MIT */
#ifndef EAI_SPACE_PLANE_FIT_H
#define EAI_SPACE_PLANE_FIT_H

/* Scatter of points, and the plane that it lies along. */

#include <stddef.h>

typedef struct eai_scatter {
    double sum[3], squares[6], n; /* xx yy zz yz xz xy */
} eai_scatter;

void eai_scatter_add(eai_scatter *scatter, const double p[3]);

/* Mean, variances along the axes from the smallest, and the axes (axes[i] belongs to variances[i]).
 * n is above 0. */
void eai_scatter_axes(const eai_scatter *scatter, double mean[3], double variances[3],
                      double axes[3][3]);

#endif
