/* SPDX-License-Identifier: MIT */
#include "quantize/filter_scales.h"

#include "base/sort.h"

double eai_best_scale(const eai_code_sums *sums)
{
    return sums->n_used == 0 ? 0 : sums->magnitudes / (double)sums->n_used;
}

void eai_filter_scales(const eai_code_sums *filters, size_t n, size_t per_scale, float *scales)
{
    for (size_t first = 0, group = 0; first < n; group++) {
        eai_code_sums all = {0};
        const size_t n_here = n - first < per_scale ? n - first : per_scale;
        for (size_t i = first; i < first + n_here; i++) {
            all.magnitudes += filters[i].magnitudes;
            all.n_used += filters[i].n_used;
        }
        scales[group] = (float)eai_best_scale(&all);
        first += n_here;
    }
}

static bool comes_before(const void *user, size_t a, size_t b)
{
    const eai_code_sums *filters = user;
    const double left = eai_best_scale(&filters[a]), right = eai_best_scale(&filters[b]);
    return left < right || (left == right && a < b);
}

void eai_filter_order(const eai_code_sums *filters, size_t n, size_t *order)
{
    for (size_t i = 0; i < n; i++)
        order[i] = i;
    eai_sort_items(order, n, comes_before, filters);
}

double eai_scale_error(const float *weights, const int8_t *codes, size_t n, double scale)
{
    double sum = 0;
    for (size_t i = 0; i < n; i++) {
        const double error = (double)weights[i] - scale * codes[i];
        sum += error * error;
    }
    return sum;
}
