/* SPDX-License-Identifier: MIT */
#include "quantize/type_plan.h"

#include <math.h>
#include <string.h>

#include "base/fail.h"
#include "base/memory.h"
#include "base/text.h"
#include "platform/context_internal.h"
#include "quantize/tensor_patterns.h"

enum { SHOWN_BYTES = 100 };

/* What types come from, while they are decided. */
typedef struct type_choice {
    const eai_recipe *recipe;
    eai_model_facts facts;
    eai_tensor_patterns patterns;
    bool pure, allow_requantize, has_output_type, has_embedding_type;
    edgeai_dtype output_type, embedding_type;
} type_choice;

static const char *show(const char *text, char shown[SHOWN_BYTES])
{
    return eai_printable(text, strlen(text), shown, SHOWN_BYTES);
}

static edgeai_status read_options(type_choice *choice, const edgeai_allocator *allocator,
                                  const edgeai_lm_quantize_options *options)
{
    choice->pure = options->pure;
    choice->allow_requantize = options->allow_requantize;
    choice->has_output_type = options->output_type != NULL;
    choice->has_embedding_type = options->embedding_type != NULL;
    if (options->output_type)
        EAI_TRY(eai_written_type(options->output_type, "output_type", &choice->output_type));
    if (options->embedding_type)
        EAI_TRY(
            eai_written_type(options->embedding_type, "embedding_type", &choice->embedding_type));
    return eai_tensor_patterns_init(&choice->patterns, allocator, options->tensor_rules,
                                    options->n_tensor_rules);
}

/* The type that a weight matrix should have. */
static edgeai_status choose(const type_choice *choice, const edgeai_tensor *tensor,
                            edgeai_dtype *wanted)
{
    *wanted = eai_recipe_type(choice->recipe, &choice->facts, tensor, choice->pure);
    if (choice->has_output_type && eai_is_output(&choice->facts, tensor))
        *wanted = choice->output_type;
    if (choice->has_embedding_type && strcmp(tensor->name, "token_embd.weight") == 0)
        *wanted = choice->embedding_type;
    return eai_tensor_patterns_find(&choice->patterns, tensor->name, wanted);
}

static edgeai_status plan_tensor(eai_type_plan *plan, const type_choice *choice,
                                 const edgeai_tensor *tensor, edgeai_quantized_tensor *shown)
{
    char name[SHOWN_BYTES];
    *shown = (edgeai_quantized_tensor){.tensor = tensor,
                                       .wanted = tensor->dtype,
                                       .relative_rms = (double)NAN,
                                       .max_error = (double)NAN};
    if (eai_is_weight_matrix(tensor)) EAI_TRY(choose(choice, tensor, &shown->wanted));
    shown->dtype = eai_type_that_fits(shown->wanted, tensor->shape[0]);
    if (shown->dtype != tensor->dtype && !choice->allow_requantize &&
        edgeai_dtype_block_elements(tensor->dtype) > 1)
        return eai_fail(EDGEAI_E_DTYPE,
                        "tensor '%s' is %s already: converting it to %s would add its errors; "
                        "expected F32, F16 or BF16, or that requantizing is allowed",
                        show(tensor->name, name), edgeai_dtype_name(tensor->dtype),
                        edgeai_dtype_name(shown->dtype));
    size_t bytes = edgeai_dtype_row_bytes(shown->dtype, tensor->shape[0]);
    size_t n_elements = (size_t)tensor->shape[0];
    for (int i = 1; i < tensor->n_dims; i++) {
        if (!eai_size_multiply(bytes, (size_t)tensor->shape[i], &bytes))
            return eai_fail(EDGEAI_E_SHAPE, "tensor '%s' is too large for %s",
                            show(tensor->name, name), edgeai_dtype_name(shown->dtype));
        n_elements *= (size_t)tensor->shape[i];
    }
    shown->n_bytes = bytes;
    plan->totals.n_elements += n_elements;
    plan->totals.bytes_before += tensor->data_bytes;
    plan->totals.bytes_after += bytes;
    plan->totals.n_fallbacks += shown->dtype != shown->wanted;
    return EDGEAI_OK;
}

/* One warning for all; each one for those who want to know more. */
static void log_fallbacks(const eai_type_plan *plan, const eai_log *log)
{
    bool is_first = true;
    for (size_t i = 0; i < plan->n_tensors; i++) {
        char name[SHOWN_BYTES];
        const edgeai_quantized_tensor *shown = &plan->tensors[i];
        if (shown->dtype == shown->wanted) continue;
        const char *given = edgeai_dtype_name(shown->dtype);
        const char *wanted = edgeai_dtype_name(shown->wanted);
        long long row = (long long)shown->tensor->shape[0];
        show(shown->tensor->name, name);
        if (is_first)
            eai_log_line(
                log, EDGEAI_LOG_WARNING,
                "rows that are no whole blocks of their tensor's type, which gets another one: %zu "
                "of %zu tensors, the first '%s' with rows of %lld: %s in place of %s",
                plan->totals.n_fallbacks, plan->n_tensors, name, row, given, wanted);
        else
            eai_log_line(log, EDGEAI_LOG_INFO, "tensor '%s' with rows of %lld: %s in place of %s",
                         name, row, given, wanted);
        is_first = false;
    }
}

static edgeai_status plan_all(eai_type_plan *plan, type_choice *choice,
                              const edgeai_model_file *file)
{
    plan->n_tensors = edgeai_model_file_n_tensors(file);
    plan->tensors = eai_allocate_array(plan->allocator, plan->n_tensors, sizeof *plan->tensors,
                                       "tensors to quantize");
    if (!plan->tensors) return EDGEAI_E_MEMORY;
    choice->facts = eai_model_facts_of(file);
    for (size_t i = 0; i < plan->n_tensors; i++)
        EAI_TRY(plan_tensor(plan, choice, edgeai_model_file_tensor(file, i), &plan->tensors[i]));
    return EDGEAI_OK;
}

edgeai_status eai_type_plan_make(eai_type_plan *plan, edgeai_context *context,
                                 const edgeai_model_file *file, const eai_recipe *recipe,
                                 const edgeai_lm_quantize_options *options)
{
    type_choice choice = {.recipe = recipe};
    *plan = (eai_type_plan){.allocator = &context->allocator};
    edgeai_status status = read_options(&choice, plan->allocator, options);
    if (status == EDGEAI_OK) status = plan_all(plan, &choice, file);
    if (status == EDGEAI_OK) log_fallbacks(plan, &context->log);
    eai_tensor_patterns_free(&choice.patterns);
    return status;
}

void eai_type_plan_free(eai_type_plan *plan)
{
    if (!plan->tensors) return;
    eai_release(plan->allocator, plan->tensors, plan->n_tensors * sizeof *plan->tensors);
    *plan = (eai_type_plan){0};
}
