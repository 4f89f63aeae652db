/* SPDX-License-Identifier: MIT */
#ifndef EAI_SPACE_SMALL_SYMMETRIC_H
#define EAI_SPACE_SMALL_SYMMETRIC_H

/* Symmetric 6 x 6 matrices, row-major: normal equations of one rigid motion. */

#include <stdbool.h>

/* x = a^-1 b by Cholesky; false when a is not positive definite. b may be x. */
bool eai_solve6(const double a[36], const double b[6], double x[6]);

/* Eigenvalues, rising, by Jacobi's rotations. */
void eai_eigenvalues6(const double a[36], double values[6]);

#endif
