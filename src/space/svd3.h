/* SPDX-License-Identifier: MIT */
#ifndef EAI_SPACE_SVD3_H
#define EAI_SPACE_SVD3_H

/*
 * Singular values of a 3 x 3 matrix, row-major: a = U diag(s) V', s falling, U and V orthogonal.
 * One-sided Jacobi rotations (Hestenes, "Inversion of matrices by biorthogonalization", 1958):
 * columns are turned against each other until they are orthogonal. Where s is 0 the columns of U
 * complete a right-handed frame.
 */
void eai_svd3(const double a[9], double u[9], double s[3], double v[9]);

#endif
