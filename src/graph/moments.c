/* SPDX-License-Identifier: MIT */
#include "graph/moments.h"

static size_t block_size(edgeai_element element)
{
    return eai_lane_is_native(element) ? SIZE_MAX : EAI_LANE_BLOCK;
}

/* Four sums that do not wait for each other. */
#define ADD_LOOP(function, type)                                                                   \
    static void function(eai_moments *moments, const type *x, size_t n, double center)             \
    {                                                                                              \
        double sums[4] = {0}, squares[4] = {0};                                                    \
        for (size_t i = 0; i < n; i++) {                                                           \
            const double apart = (double)x[i] - center;                                            \
            sums[i % 4] += (double)x[i];                                                           \
            squares[i % 4] += apart * apart;                                                       \
        }                                                                                          \
        moments->sum += (sums[0] + sums[2]) + (sums[1] + sums[3]);                                 \
        moments->squares += (squares[0] + squares[2]) + (squares[1] + squares[3]);                 \
    }

ADD_LOOP(add_f32, float)
ADD_LOOP(add_f64, double)

void eai_moments_add(eai_moments *moments, const eai_operand *x, size_t first, size_t n,
                     double center)
{
    eai_lane_block block;
    for (size_t done = 0, some; done < n; done += some) {
        some = n - done < block_size(x->element) ? n - done : block_size(x->element);
        const void *lanes = eai_lane_load(x->element, x->data, first + done, some, &block);
        if (eai_lane_of(x->element) == EAI_LANE_F64)
            add_f64(moments, lanes, some, center);
        else
            add_f32(moments, lanes, some, center);
    }
}

void eai_moments_of(const eai_operand *x, size_t first, size_t n, double *mean, double *variance)
{
    eai_moments sums = {0}, distances = {0};
    *mean = *variance = 0;
    if (n == 0) return;
    eai_moments_add(&sums, x, first, n, 0);
    *mean = sums.sum / (double)n;
    eai_moments_add(&distances, x, first, n, *mean);
    *variance = distances.squares / (double)n;
}

#define NORMALIZE_LOOP(function, type)                                                             \
    static void function(const type *x, type *y, size_t n, double center, double factor,           \
                         double shift)                                                             \
    {                                                                                              \
        const type c = (type)center, f = (type)factor, s = (type)shift;                            \
        for (size_t i = 0; i < n; i++)                                                             \
            y[i] = (x[i] - c) * f + s;                                                             \
    }

NORMALIZE_LOOP(normalize_f32, float)
NORMALIZE_LOOP(normalize_f64, double)

void eai_normalize(const eai_operand *x, const eai_operand *y, size_t first, size_t n,
                   double center, double factor, double shift)
{
    eai_lane_block from, to;
    for (size_t done = 0, some; done < n; done += some) {
        some = n - done < block_size(x->element) ? n - done : block_size(x->element);
        const void *lanes = eai_lane_load(x->element, x->data, first + done, some, &from);
        void *results = eai_lane_place(y->element, y->data, first + done, &to);
        if (eai_lane_of(x->element) == EAI_LANE_F64)
            normalize_f64(lanes, results, some, center, factor, shift);
        else
            normalize_f32(lanes, results, some, center, factor, shift);
        eai_lane_store(y->element, y->data, first + done, some, results);
    }
}
