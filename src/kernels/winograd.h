/* SPDX-License-Identifier: MIT */
#ifndef EAI_KERNELS_WINOGRAD_H
#define EAI_KERNELS_WINOGRAD_H

/*
 * Transforms of Winograd's minimal filtering for 3 x 3 kernels (Lavin and Gray, "Fast Algorithms
 * for Convolutional Neural Networks", 2015, arXiv 1509.09308): tiles of m x m outputs, m = 2 or 4,
 * from (m + 2) x (m + 2) inputs, by products at (m + 2)^2 places, where the points are 0, 1, -1,
 * (2, -2) and infinity.
 *
 * The integer transforms have integer matrices: B is the same; rows of G are multiplied by 1, 2, 2,
 * 1 (m = 2) or 4, -6, -6, 24, 24, 1 (m = 4), and A takes that back but for a factor of 2 for each
 * dimension (m = 2) or 24, 12, 6, 6 for outputs 0 to 3 (m = 4). Transformed inputs are at most
 * 4 * 255 or 100 * 255, transformed weights 9 * 128 or 49 * 128: they fit 16 bits. Sums of products
 * may wrap: what is divided out at the end are a 9, which has an inverse modulo 2^32, and at most
 * 2^2 (m = 2) or 2^6 (m = 4). So the result is exact where it is known to lie in [-2^29, 2^29) or
 * [-2^25, 2^25).
 */

#include <stddef.h>
#include <stdint.h>

/* Places of a tile. */
#define EAI_WINOGRAD_PLACES(m)  ((size_t)(((m) + 2) * ((m) + 2)))
#define EAI_WINOGRAD_PLACES_MAX EAI_WINOGRAD_PLACES(4)

/* out[place * out_stride + c] = (B^T d B)[place] for channels [first, first + n) of the pixels
 * [m + 2][m + 2] that the pointers name; c counts from 0. */
typedef void eai_winograd_input_fn(float *out, size_t out_stride, const void *const *pixels,
                                   size_t first, size_t n, int m);

/* The same of x - zero, bytes to int16. */
typedef void eai_winograd_input8_fn(int16_t *out, size_t out_stride, const void *const *pixels,
                                    size_t first, size_t n, int m, int zero, int is_signed);

/* out[(i * m + j) * out_stride + c] = (A^T s A)[i][j] for c < n, s[place] at
 * sums[place * sums_stride + c]. */
typedef void eai_winograd_output_fn(float *out, size_t out_stride, const float *sums,
                                    size_t sums_stride, size_t n, int m);
typedef void eai_winograd_output8_fn(int32_t *out, size_t out_stride, const int32_t *sums,
                                     size_t sums_stride, size_t n, int m);

/* out[(m + 2)^2] = G g G^T for a kernel g[3][3]; once for each, so without variants. */
void eai_winograd_weights(float *out, const float *kernel, int m);
void eai_winograd_weights8(int16_t *out, const int8_t *kernel, int m);

#endif
