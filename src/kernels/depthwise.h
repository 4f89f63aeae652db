/* SPDX-License-Identifier: MIT */
#ifndef EAI_KERNELS_DEPTHWISE_H
#define EAI_KERNELS_DEPTHWISE_H

/* Sums of convolutions whose channels do not mix, for neighbouring outputs of one row. */

#include <stddef.h>
#include <stdint.h>

/* Outputs that all see the same taps of the kernel; taps in the padding are left out. */
typedef struct eai_depthwise {
    const void *const *taps;    /* each tap's pixel for the first output: float, int8 or uint8 */
    const void *const *weights; /* each tap's [n_channels]: float or int16 */
    size_t n_taps;
    size_t step; /* bytes from an output's pixels to the next one's */
    size_t n_outputs, n_channels;
    int zero;      /* bytes */
    int is_signed; /* bytes: int8, else uint8 */
} eai_depthwise;

/* sums[n_outputs, stride] = sum over the taps of x * w, or exactly of (x - zero) * w, |w| <= 128.
 */
typedef void eai_depthwise_floats_fn(float *sums, size_t stride, const eai_depthwise *d);
typedef void eai_depthwise_bytes_fn(int32_t *sums, size_t stride, const eai_depthwise *d);

/* The references from channel `first` on: what is left behind whole vectors. */
void eai_depthwise_floats_rest(float *sums, size_t stride, const eai_depthwise *d, size_t first);
void eai_depthwise_bytes_rest(int32_t *sums, size_t stride, const eai_depthwise *d, size_t first);

#endif
