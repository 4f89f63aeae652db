/* SPDX-License-Identifier: MIT */

/* Quantizing language models: the plan of types, and the file. */

#include <edgeai/quantize.h>

#include <math.h>
#include <string.h>

#include "base/fail.h"
#include "base/memory.h"
#include "base/text.h"
#include "platform/context_internal.h"
#include "quantize/convert_tensor.h"
#include "quantize/tensor_patterns.h"
#include "quantize/type_rules.h"

/* Of the block formats' layouts; llama.cpp's number since they last changed. */
#define QUANTIZATION_VERSION 2

enum { SHOWN_BYTES = 100 };

typedef struct planned_tensor {
    edgeai_quantized_tensor shown;
    edgeai_lm_quantizer *owner;
    size_t n_elements;
} planned_tensor;

struct edgeai_lm_quantizer {
    edgeai_context *context;
    const edgeai_model_file *file;
    const eai_recipe *recipe;
    int (*on_progress)(void *user, const edgeai_quantize_progress *progress);
    void *user;
    planned_tensor *tensors; /* [n_tensors] */
    size_t n_tensors;
    edgeai_quantize_totals totals;
    eai_converter converter;
    uint64_t n_done; /* elements written */
};

/* What types come from, while they are decided. */
typedef struct type_choice {
    const eai_recipe *recipe;
    eai_model_facts facts;
    eai_tensor_patterns patterns;
    bool pure, allow_requantize, has_output_type, has_embedding_type;
    edgeai_dtype output_type, embedding_type;
} type_choice;

static edgeai_status check_model(const edgeai_model_file *file)
{
    static const char graph[] = "edgeai-graph";
    edgeai_string architecture;
    edgeai_status status =
        edgeai_model_file_get_string(file, "general.architecture", &architecture);
    if (status == EDGEAI_OK && architecture.n_bytes == sizeof graph - 1 &&
        memcmp(architecture.bytes, graph, architecture.n_bytes) == 0)
        return eai_fail(EDGEAI_E_UNSUPPORTED,
                        "%s: general.architecture is edgeai-graph: only language models can be "
                        "quantized",
                        edgeai_model_file_path(file));
    if (!edgeai_model_file_find_tensor(file, "token_embd.weight"))
        return eai_fail(EDGEAI_E_NOT_FOUND,
                        "%s: tensor 'token_embd.weight' is absent: not a language model",
                        edgeai_model_file_path(file));
    return EDGEAI_OK;
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

static edgeai_status plan_tensor(const type_choice *choice, planned_tensor *planned,
                                 const edgeai_tensor *tensor)
{
    edgeai_quantized_tensor *shown = &planned->shown;
    *shown = (edgeai_quantized_tensor){.tensor = tensor,
                                       .wanted = tensor->dtype,
                                       .relative_rms = (double)NAN,
                                       .max_error = (double)NAN};
    if (eai_is_weight_matrix(tensor)) EAI_TRY(choose(choice, tensor, &shown->wanted));
    shown->dtype = eai_type_that_fits(shown->wanted, tensor->shape[0]);
    if (shown->dtype != tensor->dtype && !choice->allow_requantize &&
        edgeai_dtype_block_elements(tensor->dtype) > 1) {
        char name[SHOWN_BYTES];
        return eai_fail(EDGEAI_E_DTYPE,
                        "tensor '%s' is %s already: converting it to %s would add its errors; "
                        "expected F32, F16 or BF16, or that requantizing is allowed",
                        eai_printable(tensor->name, strlen(tensor->name), name, sizeof name),
                        edgeai_dtype_name(tensor->dtype), edgeai_dtype_name(shown->dtype));
    }
    size_t bytes = edgeai_dtype_row_bytes(shown->dtype, tensor->shape[0]);
    planned->n_elements = (size_t)tensor->shape[0];
    for (int i = 1; i < tensor->n_dims; i++) {
        if (!eai_size_multiply(bytes, (size_t)tensor->shape[i], &bytes))
            return eai_fail(EDGEAI_E_SHAPE, "tensor %zu is too large for %s", planned->n_elements,
                            edgeai_dtype_name(shown->dtype));
        planned->n_elements *= (size_t)tensor->shape[i];
    }
    shown->n_bytes = bytes;
    return EDGEAI_OK;
}

static void add_to_totals(edgeai_lm_quantizer *self, const planned_tensor *planned)
{
    self->totals.n_elements += planned->n_elements;
    self->totals.bytes_before += planned->shown.tensor->data_bytes;
    self->totals.bytes_after += planned->shown.n_bytes;
    self->totals.n_fallbacks += planned->shown.dtype != planned->shown.wanted;
}

/* One warning for all; each one for those who want to know more. */
static void log_fallbacks(const edgeai_lm_quantizer *self)
{
    const eai_log *log = &self->context->log;
    bool is_first = true;
    for (size_t i = 0; i < self->n_tensors; i++) {
        char name[SHOWN_BYTES];
        const edgeai_quantized_tensor *shown = &self->tensors[i].shown;
        if (shown->dtype == shown->wanted) continue;
        const char *given = edgeai_dtype_name(shown->dtype);
        const char *wanted = edgeai_dtype_name(shown->wanted);
        long long row = (long long)shown->tensor->shape[0];
        eai_printable(shown->tensor->name, strlen(shown->tensor->name), name, sizeof name);
        if (is_first)
            eai_log_line(log, EDGEAI_LOG_WARNING,
                         "%zu tensors have rows that are no whole blocks of their type and get "
                         "another one; the first is '%s', rows of %lld: %s in place of %s",
                         self->totals.n_fallbacks, name, row, given, wanted);
        else
            eai_log_line(log, EDGEAI_LOG_INFO, "tensor '%s', rows of %lld: %s in place of %s", name,
                         row, given, wanted);
        is_first = false;
    }
}

static edgeai_status plan(edgeai_lm_quantizer *self, type_choice *choice)
{
    self->n_tensors = edgeai_model_file_n_tensors(self->file);
    self->tensors = eai_allocate_array(&self->context->allocator, self->n_tensors,
                                       sizeof *self->tensors, "tensors to quantize");
    if (!self->tensors) return EDGEAI_E_MEMORY;
    choice->facts = eai_model_facts_of(self->file);
    for (size_t i = 0; i < self->n_tensors; i++) {
        planned_tensor *planned = &self->tensors[i];
        planned->owner = self;
        EAI_TRY(plan_tensor(choice, planned, edgeai_model_file_tensor(self->file, i)));
        add_to_totals(self, planned);
    }
    log_fallbacks(self);
    return eai_converter_init(&self->converter, self->context);
}

edgeai_status edgeai_lm_quantizer_create(edgeai_lm_quantizer **out, edgeai_context *context,
                                         const edgeai_model_file *file, const char *type,
                                         const edgeai_lm_quantize_options *options)
{
    static const edgeai_lm_quantize_options defaults = EDGEAI_LM_QUANTIZE_OPTIONS_INIT;
    if (!out) return eai_fail(EDGEAI_E_INVALID, "lm_quantizer_create: out is NULL");
    *out = NULL;
    if (!context || !file || !type)
        return eai_fail(EDGEAI_E_INVALID, "lm_quantizer_create: context, file or type is NULL");
    if (!options) options = &defaults;
    if (options->struct_size != sizeof *options)
        return eai_fail(EDGEAI_E_INVALID,
                        "lm_quantize_options.struct_size: expected %zu, found %zu", sizeof *options,
                        options->struct_size);
    type_choice choice = {0};
    EAI_TRY(eai_recipe_find(type, &choice.recipe));
    EAI_TRY(check_model(file));
    edgeai_lm_quantizer *self = eai_allocate(&context->allocator, sizeof *self, "quantizer");
    if (!self) return EDGEAI_E_MEMORY;
    self->context = context;
    self->file = file;
    self->recipe = choice.recipe;
    self->on_progress = options->on_progress;
    self->user = options->user;
    edgeai_status status = read_options(&choice, &context->allocator, options);
    if (status == EDGEAI_OK) status = plan(self, &choice);
    eai_tensor_patterns_free(&choice.patterns);
    if (status == EDGEAI_OK)
        *out = self;
    else
        edgeai_lm_quantizer_free(self);
    return status;
}

void edgeai_lm_quantizer_free(edgeai_lm_quantizer *quantizer)
{
    if (!quantizer) return;
    const edgeai_allocator *allocator = &quantizer->context->allocator;
    eai_converter_free(&quantizer->converter);
    eai_release(allocator, quantizer->tensors, quantizer->n_tensors * sizeof *quantizer->tensors);
    eai_release(allocator, quantizer, sizeof *quantizer);
}

const edgeai_quantized_tensor *edgeai_lm_quantizer_tensor(const edgeai_lm_quantizer *quantizer,
                                                          size_t index)
{
    return index < quantizer->n_tensors ? &quantizer->tensors[index].shown : NULL;
}

void edgeai_lm_quantizer_totals(const edgeai_lm_quantizer *quantizer,
                                edgeai_quantize_totals *totals)
{
    *totals = quantizer->totals;
}

/* The next piece of a tensor's data, for the writer. */
static edgeai_status next_piece(void *user, const void **bytes, size_t *n_bytes)
{
    planned_tensor *planned = user;
    edgeai_lm_quantizer *self = planned->owner;
    eai_converter *converter = &self->converter;
    const edgeai_tensor *tensor = planned->shown.tensor;
    if (converter->tensor != tensor) eai_converter_begin(converter, tensor, planned->shown.dtype);
    const edgeai_quantize_progress progress = {tensor->name, self->n_done, self->totals.n_elements};
    if (self->on_progress && self->on_progress(self->user, &progress))
        return eai_fail(EDGEAI_E_CANCELLED, "quantizing was cancelled");
    size_t n_before = converter->n_done;
    EAI_TRY(eai_converter_next(converter, bytes, n_bytes));
    self->n_done += converter->n_done - n_before;
    planned->shown.relative_rms = eai_converter_relative_rms(converter);
    planned->shown.max_error = converter->errors.error_max;
    return EDGEAI_OK;
}

static bool is_key(const edgeai_string *key, const char *other)
{
    return key->n_bytes == strlen(other) && memcmp(key->bytes, other, key->n_bytes) == 0;
}

/* All of the file's, the two that say how weights are stored renewed where they stand. */
static edgeai_status put_metadata(const edgeai_lm_quantizer *self, edgeai_model_writer *writer)
{
    const struct {
        const char *key;
        uint32_t value;
    } own[] = {{"general.file_type", self->recipe->file_type},
               {"general.quantization_version", QUANTIZATION_VERSION}};
    enum { N_OWN = sizeof own / sizeof own[0] };
    bool is_set[N_OWN] = {false}, is_copy = self->recipe->mixture == EAI_MIXTURE_COPY;
    size_t n = edgeai_model_file_n_metadata(self->file);
    for (size_t i = 0; i < n; i++) {
        edgeai_metadata entry;
        size_t k = 0;
        EAI_TRY(edgeai_model_file_metadata(self->file, i, &entry));
        while (k < N_OWN && (is_copy || !is_key(&entry.key, own[k].key)))
            k++;
        if (k == N_OWN) {
            EAI_TRY(edgeai_model_writer_copy(writer, self->file, &entry));
            continue;
        }
        EAI_TRY(edgeai_model_writer_set_u32(writer, own[k].key, own[k].value));
        is_set[k] = true;
    }
    for (size_t k = 0; k < N_OWN && !is_copy; k++)
        if (!is_set[k]) EAI_TRY(edgeai_model_writer_set_u32(writer, own[k].key, own[k].value));
    return EDGEAI_OK;
}

static edgeai_status put_tensors(edgeai_lm_quantizer *self, edgeai_model_writer *writer)
{
    for (size_t i = 0; i < self->n_tensors; i++) {
        const edgeai_quantized_tensor *shown = &self->tensors[i].shown;
        edgeai_tensor tensor = *shown->tensor;
        tensor.dtype = shown->dtype;
        tensor.data = NULL;
        tensor.data_bytes = (size_t)shown->n_bytes;
        EAI_TRY(edgeai_model_writer_add_source(writer, &tensor, next_piece, &self->tensors[i]));
    }
    return EDGEAI_OK;
}

edgeai_status edgeai_lm_quantizer_write(edgeai_lm_quantizer *quantizer, const char *path)
{
    if (!quantizer || !path) return eai_fail(EDGEAI_E_INVALID, "lm_quantizer_write: NULL argument");
    if (edgeai_model_file_is_at(quantizer->file, path))
        return eai_fail(EDGEAI_E_INVALID, "%s: expected another file than the one that is read",
                        path);
    edgeai_model_writer *writer;
    EAI_TRY(edgeai_model_writer_create(&writer, quantizer->context, path));
    quantizer->n_done = 0;
    quantizer->converter.tensor = NULL;
    edgeai_status status = put_metadata(quantizer, writer);
    if (status == EDGEAI_OK) status = put_tensors(quantizer, writer);
    if (status == EDGEAI_OK) status = edgeai_model_writer_finish(writer);
    edgeai_model_writer_free(writer);
    return status;
}
