/* SPDX-License-Identifier: MIT */

/*
 * Types of tensors. Names, mixtures and file types are llama.cpp's, so that a file is what its
 * users expect; fallbacks are the nearest format of 32 by the errors in docs/numerics.md.
 */

#include "quantize/type_rules.h"

#include <string.h>
#include <strings.h>

#include "base/fail.h"
#include "base/text.h"

/* Q3_K, Q4_K and Q5_K for all matrices have llama.cpp's number for the nearest mixture, ..._S. */
static const eai_recipe recipes[] = {
    {"F32", EAI_MIXTURE_NONE, EDGEAI_DTYPE_F32, 0},
    {"F16", EAI_MIXTURE_NONE, EDGEAI_DTYPE_F16, 1},
    {"BF16", EAI_MIXTURE_NONE, EDGEAI_DTYPE_BF16, 32},
    {"Q8_0", EAI_MIXTURE_NONE, EDGEAI_DTYPE_Q8_0, 7},
    {"Q6_K", EAI_MIXTURE_NONE, EDGEAI_DTYPE_Q6_K, 18},
    {"Q5_0", EAI_MIXTURE_NONE, EDGEAI_DTYPE_Q5_0, 8},
    {"Q5_1", EAI_MIXTURE_NONE, EDGEAI_DTYPE_Q5_1, 9},
    {"Q5_K", EAI_MIXTURE_NONE, EDGEAI_DTYPE_Q5_K, 16},
    {"Q5_K_S", EAI_MIXTURE_NONE, EDGEAI_DTYPE_Q5_K, 16},
    {"Q5_K_M", EAI_MIXTURE_Q5_K_M, EDGEAI_DTYPE_Q5_K, 17},
    {"Q4_0", EAI_MIXTURE_NONE, EDGEAI_DTYPE_Q4_0, 2},
    {"Q4_1", EAI_MIXTURE_NONE, EDGEAI_DTYPE_Q4_1, 3},
    {"IQ4_NL", EAI_MIXTURE_NONE, EDGEAI_DTYPE_IQ4_NL, 25},
    {"Q4_K", EAI_MIXTURE_NONE, EDGEAI_DTYPE_Q4_K, 14},
    {"Q4_K_S", EAI_MIXTURE_Q4_K_S, EDGEAI_DTYPE_Q4_K, 14},
    {"Q4_K_M", EAI_MIXTURE_Q4_K_M, EDGEAI_DTYPE_Q4_K, 15},
    {"Q3_K", EAI_MIXTURE_NONE, EDGEAI_DTYPE_Q3_K, 11},
    {"Q3_K_M", EAI_MIXTURE_Q3_K_M, EDGEAI_DTYPE_Q3_K, 12},
    {"Q2_K", EAI_MIXTURE_NONE, EDGEAI_DTYPE_Q2_K, 10},
    {"TQ2_0", EAI_MIXTURE_NONE, EDGEAI_DTYPE_TQ2_0, 37},
    {"TQ1_0", EAI_MIXTURE_NONE, EDGEAI_DTYPE_TQ1_0, 36},
    {"COPY", EAI_MIXTURE_COPY, EDGEAI_DTYPE_F32, 0},
};

static edgeai_status fail_name(const char *what, const char *name, const char *expected)
{
    char shown[32];
    return eai_fail(EDGEAI_E_INVALID, "%s: expected %s, found '%s'", what, expected,
                    eai_printable(name, strlen(name), shown, sizeof shown));
}

edgeai_status eai_recipe_find(const char *name, const eai_recipe **recipe)
{
    for (size_t i = 0; i < sizeof recipes / sizeof recipes[0]; i++) {
        *recipe = &recipes[i];
        if (strcasecmp(name, recipes[i].name) == 0) return EDGEAI_OK;
    }
    return fail_name("type", name,
                     "F32, F16, BF16, Q8_0, Q6_K, Q5_0, Q5_1, Q5_K, Q5_K_S, Q5_K_M, Q4_0, Q4_1, "
                     "IQ4_NL, Q4_K, Q4_K_S, Q4_K_M, Q3_K, Q3_K_M, Q2_K, TQ2_0, TQ1_0 or COPY");
}

edgeai_status eai_written_type(const char *name, const char *what, edgeai_dtype *dtype)
{
    edgeai_dtype found;
    if (edgeai_dtype_from_name(name, &found) != EDGEAI_OK ||
        edgeai_quantize(found, NULL, NULL, 0) != EDGEAI_OK)
        return fail_name(what, name,
                         "F32, F16, BF16, Q8_0, Q6_K, Q5_0, Q5_1, Q5_K, Q4_0, Q4_1, IQ4_NL, Q4_K, "
                         "Q3_K, Q2_K, TQ2_0 or TQ1_0");
    *dtype = found;
    return EDGEAI_OK;
}

static bool is(const char *name, const char *other)
{
    return strcmp(name, other) == 0;
}

bool eai_is_weight_matrix(const edgeai_tensor *tensor)
{
    static const char ending[] = ".weight";
    const char *name = tensor->name;
    size_t n = strlen(name), n_ending = sizeof ending - 1;
    if (tensor->n_dims < 2 || tensor->n_dims > 3) return false;
    if (n < n_ending || !is(name + n - n_ending, ending)) return false;
    if (strstr(name, "_norm") || strstr(name, "ffn_gate_inp")) return false;
    if (is(name, "position_embd.weight") || is(name, "token_types.weight")) return false;
    return edgeai_dequantize(tensor->dtype, NULL, NULL, 0) == EDGEAI_OK;
}

/* N of "blk.N.", and what stands behind it; -1 and the whole name for other names. */
static int64_t layer_of(const char *name, const char **rest)
{
    int64_t layer = 0;
    const char *at = name + 4;
    *rest = name;
    if (strncmp(name, "blk.", 4) != 0 || *at < '0' || *at > '9') return -1;
    for (; *at >= '0' && *at <= '9'; at++) {
        if (layer > INT32_MAX) return -1;
        layer = 10 * layer + (*at - '0');
    }
    if (*at != '.') return -1;
    *rest = at + 1;
    return layer;
}

eai_model_facts eai_model_facts_of(const edgeai_model_file *file)
{
    eai_model_facts facts = {0};
    size_t n = edgeai_model_file_n_tensors(file);
    for (size_t i = 0; i < n; i++) {
        const char *rest, *name = edgeai_model_file_tensor(file, i)->name;
        int64_t layer = layer_of(name, &rest);
        if (layer >= facts.n_layers) facts.n_layers = layer + 1;
        if (is(name, "output.weight")) facts.has_output = true;
    }
    return facts;
}

bool eai_is_output(const eai_model_facts *facts, const edgeai_tensor *tensor)
{
    return is(tensor->name, facts->has_output ? "output.weight" : "token_embd.weight");
}

/* The first and last eighth of the layers, and each third in between. */
static bool gets_more_bits(int64_t layer, int64_t n_layers)
{
    int64_t eighth = n_layers / 8;
    return layer < eighth || layer >= 7 * n_layers / 8 || (layer - eighth) % 3 == 2;
}

static edgeai_dtype mixed_type(const eai_recipe *recipe, const eai_model_facts *facts,
                               const char *name)
{
    const char *rest;
    int64_t layer = layer_of(name, &rest), n_layers = facts->n_layers;
    if (layer < 0) return recipe->dtype;
    bool is_value = is(rest, "attn_v.weight"), is_qkv = is(rest, "attn_qkv.weight");
    bool is_down = strncmp(rest, "ffn_down", 8) == 0;
    switch (recipe->mixture) {
    case EAI_MIXTURE_Q3_K_M:
        if (is_value) return layer < 2 ? EDGEAI_DTYPE_Q5_K : EDGEAI_DTYPE_Q4_K;
        if (is_down) return layer < n_layers / 16 ? EDGEAI_DTYPE_Q5_K : EDGEAI_DTYPE_Q4_K;
        if (is_qkv || is(rest, "attn_output.weight")) return EDGEAI_DTYPE_Q4_K;
        break;
    case EAI_MIXTURE_Q4_K_S:
        if (is_value && layer < 4) return EDGEAI_DTYPE_Q5_K;
        if (is_down && layer < n_layers / 8) return EDGEAI_DTYPE_Q5_K;
        break;
    case EAI_MIXTURE_Q4_K_M:
    case EAI_MIXTURE_Q5_K_M:
        if ((is_value || is_down) && gets_more_bits(layer, n_layers)) return EDGEAI_DTYPE_Q6_K;
        if (is_qkv && recipe->mixture == EAI_MIXTURE_Q4_K_M) return EDGEAI_DTYPE_Q5_K;
        if (is_qkv) return EDGEAI_DTYPE_Q6_K;
        break;
    case EAI_MIXTURE_NONE:
    case EAI_MIXTURE_COPY:
        break;
    }
    return recipe->dtype;
}

edgeai_dtype eai_recipe_type(const eai_recipe *recipe, const eai_model_facts *facts,
                             const edgeai_tensor *tensor, bool pure)
{
    edgeai_dtype dtype = recipe->dtype;
    if (recipe->mixture == EAI_MIXTURE_COPY) return tensor->dtype;
    if (pure || edgeai_dtype_block_elements(dtype) == 1 || dtype == EDGEAI_DTYPE_Q8_0) return dtype;
    if (eai_is_output(facts, tensor)) return EDGEAI_DTYPE_Q6_K;
    if (is(tensor->name, "token_embd.weight") &&
        (dtype == EDGEAI_DTYPE_TQ1_0 || dtype == EDGEAI_DTYPE_TQ2_0))
        return EDGEAI_DTYPE_Q4_K;
    return mixed_type(recipe, facts, tensor->name);
}

edgeai_dtype eai_type_that_fits(edgeai_dtype wanted, int64_t n)
{
    if (n % edgeai_dtype_block_elements(wanted) == 0) return wanted;
    if (n % 32 != 0) return EDGEAI_DTYPE_F16;
    if (wanted == EDGEAI_DTYPE_Q6_K) return EDGEAI_DTYPE_Q8_0;
    if (wanted == EDGEAI_DTYPE_Q5_K) return EDGEAI_DTYPE_Q5_0;
    return EDGEAI_DTYPE_IQ4_NL;
}
