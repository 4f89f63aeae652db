/* SPDX-License-Identifier: MIT */
/* Options of a decoding: each field's default and range, in one table for each type. */
#include "decode/decoding.h"

#include <limits.h>
#include <string.h>

#include "base/fail.h"

/* More steps than this serve nobody: a step commits at least one token or is left out. */
#define STEPS_MAX ((size_t)1 << 20)

typedef struct real_field {
    const char *name;
    size_t offset;
    double initial; /* what 0 stands for */
    double least, most;
} real_field;

typedef struct whole_field {
    const char *name;
    size_t offset;
    int initial;
    int least, most;
} whole_field;

#define AT(field) #field, offsetof(edgeai_decode_options, field)

static const real_field REALS[] = {
    {AT(temperature), 0, 0, 1e6},
    {AT(top_p), 1, 0, 1},
    {AT(guidance_scale), 0, 0, 1e6},
    {AT(threshold), 0.9, 0, 1},
    {AT(factor), 1, 0, 1e6},
    {AT(entropy_bound), 0.1, 0, 1e6},
    {AT(kl_threshold), 0.01, 0, 1e6},
    {AT(eps), 1e-3, 0, 1},
    {AT(alg_temperature), 0, 0, 1e6},
    {AT(dico.seed_threshold), 0.3, 0, 1},
    {AT(dico.guidance_alpha), 0.5, 0, 1e6},
    {AT(dico.guidance_beta), 0.05, 0, 1e6},
    {AT(dico.guidance_max), 1, 0, 1e6},
    {AT(dico.conquer_factor), 1, 0, 1e6},
    {AT(dico.conquer_fixed), 0, 0, 1},
    {AT(dico.low_threshold), 0.6, 0, 1},
    {AT(dico.safe_confidence), 0.98, 0, 1},
    {AT(dico.advance_ratio), 0.1, 0, 1e6},
    {AT(dico.finalize_ratio), 0.8, 0, 1},
    {AT(dico.margin_threshold), 3, 0, 1e6},
};

static const whole_field WHOLES[] = {
    {AT(top_k), 0, 0, INT_MAX},
    {AT(kl_history), 2, 0, INT_MAX},
    {AT(dico.n_seeds), 4, 0, INT_MAX},
    {AT(dico.tolerance), 2, -1, INT_MAX},
    {AT(dico.n_divide_passes), 10, 0, INT_MAX},
    {AT(dico.regular_seeds), 0, 0, 1},
    {AT(dico.linear_guidance), 0, 0, 1},
    {AT(dico.no_guidance), 0, 0, 1},
    {AT(dico.n_idle_passes), 2, 0, INT_MAX},
    {AT(dico.n_fallback), 1, 0, INT_MAX},
    {AT(dico.safe_divide), 0, 0, 1},
};

static edgeai_status resolve_reals(edgeai_decode_options *options)
{
    for (size_t i = 0; i < sizeof REALS / sizeof *REALS; i++) {
        const real_field *field = &REALS[i];
        double *value = (double *)((char *)options + field->offset);
        if (!(*value >= field->least && *value <= field->most))
            return eai_fail(EDGEAI_E_INVALID, "decode: %s: expected %g to %g, found %g",
                            field->name, field->least, field->most, *value);
        if (*value == 0) *value = field->initial;
    }
    return EDGEAI_OK;
}

static edgeai_status resolve_wholes(edgeai_decode_options *options)
{
    for (size_t i = 0; i < sizeof WHOLES / sizeof *WHOLES; i++) {
        const whole_field *field = &WHOLES[i];
        int *value = (int *)((char *)options + field->offset);
        if (*value < field->least || *value > field->most)
            return eai_fail(EDGEAI_E_INVALID, "decode: %s: expected %d to %d, found %d",
                            field->name, field->least, field->most, *value);
        if (*value == 0)
            *value = field->initial;
        else if (*value < 0)
            *value = 0;
    }
    return EDGEAI_OK;
}

edgeai_status eai_decode_options_resolve(edgeai_decode_options *own,
                                         const edgeai_decode_options *given)
{
    *own = (edgeai_decode_options)EDGEAI_DECODE_OPTIONS_INIT;
    if (given) {
        if (given->struct_size < sizeof given->struct_size)
            return eai_fail(EDGEAI_E_INVALID, "decode: options: struct_size is not set");
        /* The caller's struct may be older and shorter than ours. */
        memcpy(own, given, given->struct_size < sizeof *own ? given->struct_size : sizeof *own);
        own->struct_size = sizeof *own;
    }
    if ((int)own->decoder < 0 || (int)own->decoder >= EDGEAI_N_DECODERS)
        return eai_fail(EDGEAI_E_INVALID, "decode: decoder: expected 0 to %d, found %d",
                        EDGEAI_N_DECODERS - 1, (int)own->decoder);
    if (own->n_steps > STEPS_MAX)
        return eai_fail(EDGEAI_E_INVALID, "decode: n_steps: expected 0 to %zu, found %zu",
                        STEPS_MAX, own->n_steps);
    EAI_TRY(resolve_reals(own));
    EAI_TRY(resolve_wholes(own));
    if (own->n_end_tokens > 0 && !own->end_tokens)
        return eai_fail(EDGEAI_E_INVALID, "decode: end_tokens is NULL, n_end_tokens is %zu",
                        own->n_end_tokens);
    if (own->block_tokens == 0) own->block_tokens = eai_decoder_kind_of(own->decoder)->block_tokens;
    return EDGEAI_OK;
}

unsigned eai_decode_options_wanted(const edgeai_decode_options *options)
{
    bool is_sampled = options->temperature > 0;
    bool is_cut = options->top_p < 1 || options->top_k > 0;
    bool is_dream = eai_decoder_is_dream(options->decoder);
    unsigned wanted = EDGEAI_WANT_TOKEN;
    if (options->guidance_scale > 0 || is_sampled || (is_dream && is_cut))
        wanted |= EDGEAI_WANT_LOGITS; /* everything is computed from the rows */
    else
        wanted |= EDGEAI_WANT_CONFIDENCE | eai_decoder_kind_of(options->decoder)->wanted;
    return wanted;
}

edgeai_status edgeai_decode_wanted(const edgeai_decode_options *options, unsigned *wanted)
{
    if (!wanted) return eai_fail(EDGEAI_E_INVALID, "decode: wanted is NULL");
    edgeai_decode_options own;
    EAI_TRY(eai_decode_options_resolve(&own, options));
    *wanted = eai_decode_options_wanted(&own);
    return EDGEAI_OK;
}
