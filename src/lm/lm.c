/* SPDX-License-Identifier: MIT */
#include <edgeai/lm.h>

#include <string.h>

#include "base/fail.h"
#include "base/memory.h"
#include "lm/lm_model.h"
#include "platform/context_internal.h"

static edgeai_status read_options(edgeai_lm_options *own, const edgeai_lm_options *given)
{
    *own = (edgeai_lm_options)EDGEAI_LM_OPTIONS_INIT;
    if (!given) return EDGEAI_OK;
    if (given->struct_size < sizeof given->struct_size)
        return eai_fail(EDGEAI_E_INVALID, "lm: options: struct_size is not set");
    memcpy(own, given, given->struct_size < sizeof *own ? given->struct_size : sizeof *own);
    if (own->weights < EDGEAI_WEIGHTS_AUTO || own->weights > EDGEAI_WEIGHTS_PACKED)
        return eai_fail(EDGEAI_E_INVALID, "lm: options: weights: expected 0 to %d, found %d",
                        EDGEAI_WEIGHTS_PACKED, (int)own->weights);
    if (own->activations < EDGEAI_ACTIVATIONS_AUTO || own->activations > EDGEAI_ACTIVATIONS_F32)
        return eai_fail(EDGEAI_E_INVALID, "lm: options: activations: expected 0 to %d, found %d",
                        EDGEAI_ACTIVATIONS_F32, (int)own->activations);
    return EDGEAI_OK;
}

/* A file's shapes were checked against its length: the sum of its elements cannot overflow. */
static uint64_t count_parameters(const edgeai_model_file *file)
{
    uint64_t sum = 0;
    for (size_t i = 0; i < edgeai_model_file_n_tensors(file); i++) {
        const edgeai_tensor *tensor = edgeai_model_file_tensor(file, i);
        uint64_t n = 1;
        for (int d = 0; d < tensor->n_dims; d++)
            n *= (uint64_t)tensor->shape[d];
        sum += n;
    }
    return sum;
}

static edgeai_status load(edgeai_lm *lm, const edgeai_model_file *file,
                          const edgeai_lm_options *options)
{
    const edgeai_allocator *allocator = &lm->context->allocator;
    eai_kernels_init(&lm->kernels, lm->context->cpu);
    lm->exact = options->activations == EDGEAI_ACTIVATIONS_F32;
    EAI_TRY(eai_lm_config_read(&lm->config, lm->context, file));
    EAI_TRY(eai_lm_weights_bind(lm, file));
    if (!eai_arena_init(&lm->arena, allocator, lm->arena.used, "language model"))
        return EDGEAI_E_MEMORY;
    EAI_TRY(eai_lm_weights_bind(lm, file));
    EAI_TRY(eai_lm_penalty(lm->penalty, &lm->config, lm->context, file));
    lm->n_parameters = count_parameters(file);
    return eai_lm_weights_pack(lm, file, options->weights);
}

edgeai_status edgeai_lm_load(edgeai_lm **out, edgeai_context *context,
                             const edgeai_model_file *file, const edgeai_lm_options *options)
{
    if (!out) return eai_fail(EDGEAI_E_INVALID, "lm: out is NULL");
    *out = NULL;
    if (!context || !file) return eai_fail(EDGEAI_E_INVALID, "lm: context or file is NULL");
    edgeai_lm_options own;
    EAI_TRY(read_options(&own, options));
    edgeai_lm *lm = eai_allocate(&context->allocator, sizeof *lm, "language model");
    if (!lm) return EDGEAI_E_MEMORY;
    lm->context = context;
    edgeai_status status = load(lm, file, &own);
    if (status) {
        edgeai_lm_free(lm);
        return status;
    }
    const eai_lm_config *c = &lm->config;
    eai_log_line(&context->log, EDGEAI_LOG_INFO,
                 "lm: %s, %zu layers of %zu, %zu heads (%zu for keys), vocabulary %zu",
                 c->architecture->name, c->n_layers, c->n_embd, c->n_heads, c->n_kv_heads,
                 c->n_vocab);
    if (lm->n_unused_tensors > 0)
        eai_log_line(&context->log, EDGEAI_LOG_DEBUG, "lm: %zu tensors of the file are not used",
                     lm->n_unused_tensors);
    *out = lm;
    return EDGEAI_OK;
}

void edgeai_lm_free(edgeai_lm *lm)
{
    if (!lm) return;
    const edgeai_allocator *allocator = &lm->context->allocator;
    if (lm->packed) eai_release(allocator, lm->packed, lm->packed_bytes);
    eai_arena_free(&lm->arena, allocator);
    eai_release(allocator, lm, sizeof *lm);
}

void edgeai_lm_get_info(const edgeai_lm *lm, edgeai_lm_info *info)
{
    const eai_lm_config *c = &lm->config;
    const edgeai_lm_info own = {
        .struct_size = info->struct_size,
        .architecture = c->architecture->name,
        .n_layers = (int32_t)c->n_layers,
        .n_embd = (int32_t)c->n_embd,
        .n_heads = (int32_t)c->n_heads,
        .n_kv_heads = (int32_t)c->n_kv_heads,
        .head_dim = (int32_t)c->head_dim,
        .n_ff = (int32_t)c->n_ff,
        .n_experts = (int32_t)c->n_experts,
        .n_experts_used = (int32_t)c->n_experts_used,
        .n_vocab = (int32_t)c->n_vocab,
        .n_context = (int32_t)c->n_context,
        .mask_token = c->mask_token,
        .n_parameters = lm->n_parameters,
        .shift_logits = c->shift_logits,
    };
    memcpy(info, &own, own.struct_size < sizeof own ? own.struct_size : sizeof own);
}
