/* SPDX-License-Identifier: MIT */
#include "decode/logits_row.h"

#include <float.h>
#include <math.h>

double eai_logit(float logit)
{
    if (isnan(logit)) return -INFINITY;
    return logit > FLT_MAX ? FLT_MAX : logit;
}

static double largest(const float *row, int32_t n_vocab)
{
    double most = -INFINITY;
    for (int32_t i = 0; i < n_vocab; i++)
        most = fmax(most, eai_logit(row[i]));
    return most;
}

double eai_row_normalizer(const float *row, int32_t n_vocab)
{
    double most = largest(row, n_vocab);
    if (most == -INFINITY) return most;
    double sum = 0;
    for (int32_t i = 0; i < n_vocab; i++)
        sum += exp(eai_logit(row[i]) - most);
    return most + log(sum);
}

edgeai_prediction eai_row_prediction(const float *row, int32_t n_vocab, int32_t mask_token,
                                     int32_t token)
{
    int32_t best = mask_token == 0 ? 1 : 0;
    double first = eai_logit(row[best]), second = -INFINITY;
    for (int32_t i = best + 1; i < n_vocab; i++) {
        double logit = eai_logit(row[i]);
        if (i == mask_token || logit <= second) continue;
        if (logit > first) {
            second = first;
            first = logit;
            best = i;
        } else {
            second = logit;
        }
    }
    edgeai_prediction prediction = {token < 0 ? best : token, 0, 1, 0, log(n_vocab)};
    if (first == -INFINITY) return prediction;

    double most = fmax(first, eai_logit(row[mask_token]));
    double others = 0, moment = 0;
    for (int32_t i = 0; i < n_vocab; i++) {
        double below = eai_logit(row[i]) - most;
        double weight = exp(below);
        if (i != prediction.token) others += weight;
        if (weight > 0) moment += weight * below;
    }
    double own = exp(eai_logit(row[prediction.token]) - most);
    double sum = own + others;
    prediction.confidence = own / sum;
    prediction.doubt = others / sum;
    prediction.margin = first - second;
    prediction.entropy = fmax(0, log(sum) - moment / sum);
    return prediction;
}

void eai_row_guide(float *guided, const float *unguided, int32_t n_vocab, double scale)
{
    for (int32_t i = 0; i < n_vocab; i++) {
        double without = unguided[i];
        guided[i] = (float)(without + (scale + 1) * (guided[i] - without));
    }
}
