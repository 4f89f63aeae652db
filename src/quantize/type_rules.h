/* SPDX-License-Identifier: MIT */
#ifndef EAI_QUANTIZE_TYPE_RULES_H
#define EAI_QUANTIZE_TYPE_RULES_H

/* Which type each tensor of a language model gets; edgeai/quantize.h states the rules. */

#include <stdbool.h>
#include <stdint.h>

#include <edgeai/model_file.h>
#include <edgeai/tensor.h>

/* Mixtures: types that are not the same for all matrices. */
typedef enum eai_mixture {
    EAI_MIXTURE_NONE = 0,
    EAI_MIXTURE_COPY, /* each tensor its own type */
    EAI_MIXTURE_Q3_K_M,
    EAI_MIXTURE_Q4_K_S,
    EAI_MIXTURE_Q4_K_M,
    EAI_MIXTURE_Q5_K_M
} eai_mixture;

/* What a user's TYPE stands for. */
typedef struct eai_recipe {
    const char *name;
    eai_mixture mixture;
    edgeai_dtype dtype; /* of the matrices without a rule of their own; not for COPY */
    uint32_t file_type; /* general.file_type, llama.cpp's number; not for COPY */
} eai_recipe;

/* The recipe of this name, letter case ignored. EDGEAI_E_INVALID names all there are. */
edgeai_status eai_recipe_find(const char *name, const eai_recipe **recipe);

/* An element type that edgeai_quantize() writes. EDGEAI_E_INVALID; `what` opens the text. */
edgeai_status eai_written_type(const char *name, const char *what, edgeai_dtype *dtype);

/* Whether types are for this tensor at all; every other one stays as it is. */
bool eai_is_weight_matrix(const edgeai_tensor *tensor);

/* What rules ask about a model. */
typedef struct eai_model_facts {
    bool has_output;  /* output.weight */
    int64_t n_layers; /* one more than the largest N of blk.N. */
} eai_model_facts;

eai_model_facts eai_model_facts_of(const edgeai_model_file *file);

/* Whether this weight matrix is the model's output projection. */
bool eai_is_output(const eai_model_facts *facts, const edgeai_tensor *tensor);

/* The type of a weight matrix by the recipe; `pure`: without keeping any better. */
edgeai_dtype eai_recipe_type(const eai_recipe *recipe, const eai_model_facts *facts,
                             const edgeai_tensor *tensor, bool pure);

/* `wanted`, or what takes its place for rows of n elements. */
edgeai_dtype eai_type_that_fits(edgeai_dtype wanted, int64_t n);

#endif
