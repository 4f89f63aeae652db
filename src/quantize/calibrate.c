/* SPDX-License-Identifier: MIT */
#include "quantize/calibrate.h"

#include <math.h>
#include <string.h>

#include "base/fail.h"

enum { HALF = EAI_HISTOGRAM_BINS / 2 };

/* Bins in pairs, from the middle outwards. */
static void widen(eai_histogram *self)
{
    self->range *= 2;
    for (size_t i = 0; i < HALF / 2; i++) {
        const size_t up = HALF + i, down = HALF - 1 - i;
        self->bins[up] = self->bins[HALF + 2 * i] + self->bins[HALF + 2 * i + 1];
        self->bins[down] = self->bins[HALF - 1 - 2 * i] + self->bins[HALF - 2 - 2 * i];
    }
    memset(self->bins, 0, HALF / 2 * sizeof self->bins[0]);
    memset(self->bins + HALF + HALF / 2, 0, HALF / 2 * sizeof self->bins[0]);
}

static void count(eai_histogram *self, double x)
{
    const double magnitude = fabs(x);
    self->n++;
    if (magnitude == 0) {
        self->n_zeros++;
        return;
    }
    if (self->range == 0) {
        int exponent;
        frexp(magnitude, &exponent);
        self->range = ldexp(1, exponent);
    }
    while (magnitude >= self->range)
        widen(self);
    const size_t i = (size_t)(magnitude / self->range * HALF);
    self->bins[x < 0 ? HALF - 1 - i : HALF + i]++;
    self->sum += magnitude;
    self->low = fmin(self->low, x);
    self->high = fmax(self->high, x);
}

edgeai_status eai_histogram_add(eai_histogram *self, const float *values, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (!isfinite(values[i]))
            return eai_fail(EDGEAI_E_FORMAT, "an activation is not finite (element %zu)", i);
        count(self, (double)values[i]);
    }
    return EDGEAI_OK;
}

static uint64_t magnitudes_in(const eai_histogram *self, size_t i)
{
    return self->bins[HALF + i] + self->bins[HALF - 1 - i];
}

static double percentile(const eai_histogram *self, double percent)
{
    const double wanted = percent / 100 * (double)self->n;
    double seen = (double)self->n_zeros;
    for (size_t i = 0; i < HALF; i++) {
        seen += (double)magnitudes_in(self, i);
        if (seen >= wanted) return (double)(i + 1) * self->range / HALF;
    }
    return self->range;
}

/*
 * Divergence of the first n bins, all beyond them counted in the last, from what n_levels steps
 * leave: each step's counts spread evenly over those of its bins that are not empty.
 */
static double divergence(const uint64_t *bins, size_t n, uint64_t beyond, size_t n_levels)
{
    double sum_p = (double)beyond, sum_q = 0, result = 0;
    for (size_t i = 0; i < n; i++) {
        sum_p += (double)bins[i];
        sum_q += (double)bins[i];
    }
    if (sum_q == 0) return INFINITY;
    for (size_t level = 0; level < n_levels; level++) {
        const size_t first = level * n / n_levels, end = (level + 1) * n / n_levels;
        double sum = 0;
        size_t n_filled = 0;
        for (size_t i = first; i < end; i++) {
            sum += (double)bins[i];
            n_filled += bins[i] > 0;
        }
        for (size_t i = first; i < end; i++) {
            const double p = ((double)bins[i] + (i + 1 == n ? (double)beyond : 0)) / sum_p;
            if (p == 0) continue;
            /* What lies beyond may fall into an empty bin: half a value stands for it. */
            const double kept = bins[i] > 0 ? sum / (double)n_filled : 0.5;
            result += p * log(p * sum_q / kept);
        }
    }
    return result;
}

static double least_divergence(const eai_histogram *self)
{
    /* 8 bits: 255 steps of one sign, or 127 of each; zero is a step of its own. */
    const size_t n_levels = self->low < 0 && self->high > 0 ? 127 : 255;
    uint64_t bins[HALF], beyond = 0;
    double best = INFINITY;
    size_t n_best = HALF;
    for (size_t i = 0; i < HALF; i++)
        bins[i] = magnitudes_in(self, i);
    for (size_t n = HALF; n >= n_levels; n--) {
        const double here = divergence(bins, n, beyond, n_levels);
        if (here < best) {
            best = here;
            n_best = n;
        }
        beyond += bins[n - 1];
    }
    return (double)n_best * self->range / HALF;
}

eai_range eai_calibrate(const eai_histogram *self, edgeai_calibration method, double percent)
{
    double most = INFINITY;
    if (method == EDGEAI_CALIBRATION_PERCENTILE) most = percentile(self, percent);
    if (method == EDGEAI_CALIBRATION_KL && self->range > 0) most = least_divergence(self);
    return (eai_range){fmax(self->low, -most), fmin(self->high, most)};
}

double eai_mean_magnitude(const eai_histogram *self)
{
    return self->n == 0 ? 0 : self->sum / (double)self->n;
}

double eai_mean_magnitude_above(const eai_histogram *self, double threshold)
{
    double sum = 0, n = 0;
    for (size_t i = 0; i < HALF; i++) {
        const double middle = ((double)i + 0.5) * self->range / HALF;
        if (middle <= threshold) continue;
        const double here = (double)magnitudes_in(self, i);
        sum += here * middle;
        n += here;
    }
    return n > 0 ? sum / n : 0;
}
