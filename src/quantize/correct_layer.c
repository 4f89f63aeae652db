/* SPDX-License-Identifier: MIT */
#include "quantize/correct_layer.h"

#include <math.h>

static void add_one(eai_channel_sums *channel, const float *before, const float *after, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        const double values[] = {(double)before[i], (double)after[i]};
        for (size_t k = 0; k < 2; k++) {
            if (channel->n == 0) channel->firsts[k] = values[k];
            const double x = values[k] - channel->firsts[k];
            channel->sums[k] += x;
            channel->squares[k] += x * x;
        }
        channel->n++;
    }
}

void eai_channel_sums_add(eai_channel_sums *channels, size_t n_channels, const float *before,
                          const float *after, size_t n)
{
    const size_t n_each = n / n_channels;
    for (size_t c = 0; c < n_channels; c++)
        add_one(&channels[c], before + c * n_each, after + c * n_each, n_each);
}

static double mean_of(const eai_channel_sums *channel, size_t k)
{
    return channel->firsts[k] + channel->sums[k] / channel->n;
}

static double deviation_of(const eai_channel_sums *channel, size_t k)
{
    const double mean = channel->sums[k] / channel->n;
    return sqrt(fmax(channel->squares[k] / channel->n - mean * mean, 0));
}

void eai_correct_layer(eai_layer *layer, const eai_channel_sums *channels, bool with_factors)
{
    for (size_t c = 0; c < layer->info.n_filters; c++) {
        const eai_channel_sums *channel = &channels[c];
        if (channel->n == 0) continue;
        const double wanted = deviation_of(channel, 0), found = deviation_of(channel, 1);
        double factor = 1;
        if (with_factors && wanted > 0 && found > 0) factor = wanted / found;
        const float new_factor = (float)((double)layer->factors[c] * factor);
        const float summand = (float)(((double)layer->summands[c] - mean_of(channel, 1)) * factor +
                                      mean_of(channel, 0));
        if (!isfinite(new_factor) || !isfinite(summand)) continue;
        layer->factors[c] = new_factor;
        layer->summands[c] = summand;
    }
}
