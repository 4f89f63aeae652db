/* SPDX-License-Identifier: MIT */
#include "tensor/quantize_fit.h"

#include <math.h>

/* Widths tried: the spanning one and this many steps to either side, in tenths of a grid step. */
enum { STEPS = 9 };

float eai_largest(const float *x, int n)
{
    float largest = 0.0f;
    for (int i = 0; i < n; i++)
        if (fabsf(x[i]) > fabsf(largest)) largest = x[i];
    return fabsf(largest) < EAI_QUANTIZE_TINY ? 0.0f : largest;
}

float eai_fit_scale(const float *x, int n, int range)
{
    float largest = eai_largest(x, n), best_d = 0.0f, best_gain = -1.0f;
    if (largest == 0.0f) return 0.0f;
    for (int step = -STEPS; step <= STEPS; step++) {
        float inverse = -((float)range + 0.1f * (float)step) / largest;
        float sum_xq = 0.0f, sum_qq = 0.0f;
        for (int i = 0; i < n; i++) {
            float q = (float)eai_nearest_within(x[i] * inverse, -range, range - 1);
            sum_xq += x[i] * q;
            sum_qq += q * q;
        }
        /* The best d leaves sum xx - (sum xq)^2 / sum qq. */
        float gain = sum_xq * sum_xq / sum_qq;
        if (gain > best_gain) {
            best_gain = gain;
            best_d = sum_xq / sum_qq;
        }
    }
    return best_d;
}

/* Squared error of d * q + m with q rounded for it. */
static float affine_error(const float *x, int n, int q_max, float d, float m)
{
    float inverse = eai_inverse(d), error = 0.0f;
    for (int i = 0; i < n; i++) {
        float q = (float)eai_nearest_within((x[i] - m) * inverse, 0, q_max);
        float difference = d * q + m - x[i];
        error += difference * difference;
    }
    return error;
}

/* Solves for d and m with q fixed by (x - low) * inverse. Sums are of x - low, so that an offset
 * large against the spread does no harm. */
static void solve_affine(const float *x, int n, int q_max, float low, float inverse, float *d,
                         float *m)
{
    float sum_q = 0.0f, sum_qq = 0.0f, sum_y = 0.0f, sum_yq = 0.0f;
    for (int i = 0; i < n; i++) {
        float y = x[i] - low;
        float q = (float)eai_nearest_within(y * inverse, 0, q_max);
        sum_q += q;
        sum_qq += q * q;
        sum_y += y;
        sum_yq += y * q;
    }
    float determinant = (float)n * sum_qq - sum_q * sum_q;
    *d = determinant > 0.0f ? ((float)n * sum_yq - sum_q * sum_y) / determinant : 0.0f;
    *m = low + (sum_y - *d * sum_q) / (float)n;
}

/* The same with m = 0. */
static float solve_scale(const float *x, int n, int q_max, float inverse)
{
    float sum_qq = 0.0f, sum_xq = 0.0f;
    for (int i = 0; i < n; i++) {
        float q = (float)eai_nearest_within(x[i] * inverse, 0, q_max);
        sum_qq += q * q;
        sum_xq += x[i] * q;
    }
    return sum_qq > 0.0f ? sum_xq / sum_qq : 0.0f;
}

void eai_fit_affine(const float *x, int n, int q_max, int below_zero, float *d, float *m)
{
    float low = x[0], high = x[0];
    for (int i = 1; i < n; i++) {
        low = x[i] < low ? x[i] : low;
        high = x[i] > high ? x[i] : high;
    }
    if (below_zero && low > 0.0f) low = 0.0f;
    *d = 0.0f;
    *m = low;
    if (high - low < EAI_QUANTIZE_TINY) return;
    *d = (high - low) / (float)q_max;
    float best_error = affine_error(x, n, q_max, *d, *m);
    for (int step = -STEPS; step <= STEPS; step++) {
        float inverse = ((float)q_max + 0.1f * (float)step) / (high - low);
        float d_try, m_try;
        solve_affine(x, n, q_max, low, inverse, &d_try, &m_try);
        if (below_zero && m_try > 0.0f) {
            m_try = 0.0f;
            d_try = solve_scale(x, n, q_max, inverse);
        }
        if (d_try <= 0.0f) continue;
        float error = affine_error(x, n, q_max, d_try, m_try);
        if (error < best_error) {
            best_error = error;
            *d = d_try;
            *m = m_try;
        }
    }
}
