/* SPDX-License-Identifier: MIT */
#include "kernels/kernels.h"

void eai_attention_ref(float *out, const float *query, const float *keys, const float *values,
                       const eai_attention_shape *shape, float *scratch)
{
    for (size_t i = 0; i < shape->n_queries; i++) {
        const float *q = query + i * shape->query_stride;
        for (size_t j = 0; j < shape->n_keys; j++) {
            double score = 0.0;
            for (size_t d = 0; d < shape->head_dim; d++)
                score += (double)q[d] * keys[j * shape->key_stride + d];
            scratch[j] = (float)score;
        }
        eai_softmax_ref(scratch, shape->n_keys, shape->scale);
        for (size_t d = 0; d < shape->head_dim; d++) {
            double sum = 0.0;
            for (size_t j = 0; j < shape->n_keys; j++)
                sum += (double)scratch[j] * values[j * shape->key_stride + d];
            out[i * shape->query_stride + d] = (float)sum;
        }
    }
}
