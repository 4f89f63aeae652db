/* SPDX-License-Identifier: MIT */
#include "common/decode_settings.h"

#include "common/json_out.h"

const char *const decode_settings_chats[] = {"auto",  "raw",       "plain", "llada",
                                             "dream", "llada-moe", NULL};
const char *const decode_settings_caches[] = {"none", "prefix", "dual", NULL};
const char *const decode_settings_decoders[] = {
    "dico",    "low-confidence", "random", "origin",        "maskgit-plus", "topk-margin",
    "entropy", "threshold",      "factor", "entropy-bound", "klass",        NULL};
const char *const decode_settings_weights[] = {"auto", "mapped", "packed", NULL};
const char *const decode_settings_activations[] = {"auto", "f32", NULL};

void decode_settings_apply(const decode_settings *self, edgeai_generate_options *options)
{
    options->n_tokens = (size_t)self->n_tokens;
    options->n_row_max = (size_t)self->n_row_max;
    options->chat = (edgeai_chat)self->chat;
    options->no_early_stop = self->no_early_stop;
    options->weights = (edgeai_weights)self->weights;
    options->activations = (edgeai_activations)self->activations;

    edgeai_decode_options *decode = &options->decode;
    *decode = self->decode;
    decode->struct_size = sizeof *decode;
    decode->block_tokens = (size_t)self->n_block;
    decode->n_steps = (size_t)self->n_steps;
    decode->seed = (uint64_t)self->seed;
    decode->dico.regular_seeds = self->regular_seeds;
    decode->dico.linear_guidance = self->linear_guidance;
    decode->dico.no_guidance = self->no_guidance;
    decode->dico.safe_divide = self->safe_divide;
    /* The library reads 0 as the default 2, and -1 as none. */
    if (decode->dico.tolerance == 0) decode->dico.tolerance = -1;
}

static void add_dico(const edgeai_dico_options *dico, cJSON *object)
{
    cJSON *own = cJSON_AddObjectToObject(object, "dico");
    cJSON_AddNumberToObject(own, "seeds", dico->n_seeds);
    cJSON_AddNumberToObject(own, "seed_threshold", dico->seed_threshold);
    cJSON_AddNumberToObject(own, "tolerance", dico->tolerance < 0 ? 0 : dico->tolerance);
    cJSON_AddNumberToObject(own, "divide_passes", dico->n_divide_passes);
    cJSON_AddBoolToObject(own, "regular_seeds", dico->regular_seeds);
    cJSON_AddNumberToObject(own, "alpha", dico->guidance_alpha);
    cJSON_AddNumberToObject(own, "beta", dico->guidance_beta);
    cJSON_AddNumberToObject(own, "max_weight", dico->guidance_max);
    cJSON_AddBoolToObject(own, "linear_guidance", dico->linear_guidance);
    cJSON_AddBoolToObject(own, "no_guidance", dico->no_guidance);
    cJSON_AddNumberToObject(own, "factor", dico->conquer_factor);
    cJSON_AddNumberToObject(own, "fixed", dico->conquer_fixed);
    cJSON_AddNumberToObject(own, "low_threshold", dico->low_threshold);
    cJSON_AddNumberToObject(own, "safe", dico->safe_confidence);
    cJSON_AddNumberToObject(own, "advance", dico->advance_ratio);
    cJSON_AddNumberToObject(own, "idle_passes", dico->n_idle_passes);
    cJSON_AddNumberToObject(own, "finalize_ratio", dico->finalize_ratio);
    cJSON_AddNumberToObject(own, "margin", dico->margin_threshold);
    cJSON_AddNumberToObject(own, "fallback", dico->n_fallback);
    cJSON_AddBoolToObject(own, "safe_divide", dico->safe_divide);
}

void decode_settings_json(const edgeai_generate_options *options, cJSON *object)
{
    const edgeai_decode_options *decode = &options->decode;
    cJSON_AddStringToObject(object, "decoder", edgeai_decoder_name(decode->decoder));
    cJSON_AddStringToObject(object, "cache", decode_settings_caches[options->cache]);
    cJSON_AddNumberToObject(object, "n_tokens", (double)options->n_tokens);
    cJSON_AddNumberToObject(object, "block", (double)decode->block_tokens);
    cJSON_AddNumberToObject(object, "steps", (double)decode->n_steps);
    cJSON_AddBoolToObject(object, "early_stop", !options->no_early_stop);
    cJSON_AddNumberToObject(object, "temp", decode->temperature);
    cJSON_AddNumberToObject(object, "top_p", decode->top_p);
    cJSON_AddNumberToObject(object, "top_k", decode->top_k);
    cJSON_AddNumberToObject(object, "seed", (double)decode->seed);
    cJSON_AddNumberToObject(object, "cfg", decode->guidance_scale);
    cJSON_AddNumberToObject(object, "threshold", decode->threshold);
    cJSON_AddNumberToObject(object, "factor", decode->factor);
    cJSON_AddNumberToObject(object, "entropy_bound", decode->entropy_bound);
    cJSON_AddNumberToObject(object, "kl_threshold", decode->kl_threshold);
    cJSON_AddNumberToObject(object, "kl_history", decode->kl_history);
    cJSON_AddNumberToObject(object, "eps", decode->eps);
    cJSON_AddNumberToObject(object, "alg_temp", decode->alg_temperature);
    cJSON_AddStringToObject(object, "weights", decode_settings_weights[options->weights]);
    cJSON_AddStringToObject(object, "activations",
                            decode_settings_activations[options->activations]);
    if (decode->decoder == EDGEAI_DECODER_DICO) add_dico(&decode->dico, object);
}
