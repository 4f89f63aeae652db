/* SPDX-License-Identifier: MIT */
#ifndef EAI_QUANTIZE_TYPE_PLAN_H
#define EAI_QUANTIZE_TYPE_PLAN_H

/* The type that each tensor of a file gets, from recipe and options. */

#include <edgeai/quantize.h>

#include "quantize/type_rules.h"

typedef struct eai_type_plan {
    const edgeai_allocator *allocator;
    edgeai_quantized_tensor *tensors; /* [n_tensors] */
    size_t n_tensors;
    edgeai_quantize_totals totals;
} eai_type_plan;

/*
 * Decides, and logs which tensors cannot have the type that they should. Errors as those of
 * edgeai_lm_quantizer_create(). Whatever happened, free it afterwards.
 */
edgeai_status eai_type_plan_make(eai_type_plan *plan, edgeai_context *context,
                                 const edgeai_model_file *file, const eai_recipe *recipe,
                                 const edgeai_lm_quantize_options *options);

/* A zero struct is fine. */
void eai_type_plan_free(eai_type_plan *plan);

#endif
