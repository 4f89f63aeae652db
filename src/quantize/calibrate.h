/* SPDX-License-Identifier: MIT */
#ifndef EAI_QUANTIZE_CALIBRATE_H
#define EAI_QUANTIZE_CALIBRATE_H

/*
 * What values a tensor of activations takes, and the range to quantize. Values are counted in bins
 * over [-range, range); where one lies outside, range doubles and bins are joined in pairs. It is a
 * power of two from the start, so that counts do not depend on the order of what is seen.
 */

#include <stdint.h>

#include <edgeai/quantize.h>

enum { EAI_HISTOGRAM_BINS = 4096 }; /* half of them for negative values */

/* A zero one has seen nothing. */
typedef struct eai_histogram {
    double range;        /* 0: nothing but zeros so far */
    double low, high;    /* the least and the greatest, and 0 */
    double sum;          /* of |x| */
    uint64_t n, n_zeros; /* values; those that are 0, which are in no bin */
    uint64_t bins[EAI_HISTOGRAM_BINS];
} eai_histogram;

/* Counts n values. EDGEAI_E_FORMAT: one that is not finite. */
edgeai_status eai_histogram_add(eai_histogram *self, const float *values, size_t n);

typedef struct eai_range {
    double low, high; /* low <= 0 <= high */
} eai_range;

/*
 * The range that the method leaves. MINMAX: all that was seen. PERCENTILE: [-t, t] holds `percent`
 * of all values, cut to what was seen. KL: [-t, t] likewise, where t makes the distribution of
 * magnitudes differ least, by Kullback and Leibler's measure, from what `n_levels` steps leave of
 * it; values beyond t count as t (Migacz: 8-bit Inference with TensorRT, GTC 2017). Zeros are left
 * out there, for every scale holds them exactly.
 */
eai_range eai_calibrate(const eai_histogram *self, edgeai_calibration method, double percent);

/* Mean of |x|. */
double eai_mean_magnitude(const eai_histogram *self);
/* Mean of those |x| that are above a threshold, by the middles of bins; 0 when there are none. */
double eai_mean_magnitude_above(const eai_histogram *self, double threshold);

#endif
