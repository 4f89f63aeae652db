/* SPDX-License-Identifier: MIT */

/* Quantizing language models: the plan of types, and the file. */

#include <edgeai/quantize.h>

#include <string.h>

#include "base/fail.h"
#include "base/memory.h"
#include "platform/context_internal.h"
#include "quantize/convert_tensor.h"
#include "quantize/type_plan.h"

/* Of the block formats' layouts; llama.cpp's number since they last changed. */
#define QUANTIZATION_VERSION 2

struct edgeai_lm_quantizer {
    edgeai_context *context;
    const edgeai_model_file *file;
    const eai_recipe *recipe;
    int (*on_progress)(void *user, const edgeai_quantize_progress *progress);
    void *user;
    eai_type_plan plan;
    eai_converter converter;
    /* While writing: tensors begun, and elements done. */
    size_t n_begun;
    uint64_t n_done;
};

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

/* The caller's struct may be older and shorter than ours. */
static edgeai_status read_options(edgeai_lm_quantize_options *own,
                                  const edgeai_lm_quantize_options *given)
{
    *own = (edgeai_lm_quantize_options)EDGEAI_LM_QUANTIZE_OPTIONS_INIT;
    if (!given) return EDGEAI_OK;
    if (given->struct_size < sizeof given->struct_size)
        return eai_fail(EDGEAI_E_INVALID, "lm quantizer: options: struct_size is not set");
    memcpy(own, given, given->struct_size < sizeof *own ? given->struct_size : sizeof *own);
    return EDGEAI_OK;
}

edgeai_status edgeai_lm_quantizer_create(edgeai_lm_quantizer **out, edgeai_context *context,
                                         const edgeai_model_file *file, const char *type,
                                         const edgeai_lm_quantize_options *options)
{
    edgeai_lm_quantize_options own;
    if (!out) return eai_fail(EDGEAI_E_INVALID, "lm_quantizer_create: out is NULL");
    *out = NULL;
    if (!context || !file || !type)
        return eai_fail(EDGEAI_E_INVALID, "lm_quantizer_create: context, file or type is NULL");
    EAI_TRY(read_options(&own, options));
    const eai_recipe *recipe;
    EAI_TRY(eai_recipe_find(type, &recipe));
    EAI_TRY(check_model(file));
    edgeai_lm_quantizer *self = eai_allocate(&context->allocator, sizeof *self, "quantizer");
    if (!self) return EDGEAI_E_MEMORY;
    self->context = context;
    self->file = file;
    self->recipe = recipe;
    self->on_progress = own.on_progress;
    self->user = own.user;
    edgeai_status status = eai_type_plan_make(&self->plan, context, file, recipe, &own);
    if (status == EDGEAI_OK) status = eai_converter_init(&self->converter, context);
    if (status == EDGEAI_OK)
        *out = self;
    else
        edgeai_lm_quantizer_free(self);
    return status;
}

void edgeai_lm_quantizer_free(edgeai_lm_quantizer *quantizer)
{
    if (!quantizer) return;
    eai_converter_free(&quantizer->converter);
    eai_type_plan_free(&quantizer->plan);
    eai_release(&quantizer->context->allocator, quantizer, sizeof *quantizer);
}

const edgeai_quantized_tensor *edgeai_lm_quantizer_tensor(const edgeai_lm_quantizer *quantizer,
                                                          size_t index)
{
    return index < quantizer->plan.n_tensors ? &quantizer->plan.tensors[index] : NULL;
}

void edgeai_lm_quantizer_totals(const edgeai_lm_quantizer *quantizer,
                                edgeai_quantize_totals *totals)
{
    *totals = quantizer->plan.totals;
}

/* The next piece of data, for the writer, which asks tensor after tensor. */
static edgeai_status next_piece(void *user, const void **bytes, size_t *n_bytes)
{
    edgeai_lm_quantizer *self = user;
    eai_converter *converter = &self->converter;
    if (converter->n_done == converter->n_elements) {
        const edgeai_quantized_tensor *next = &self->plan.tensors[self->n_begun++];
        eai_converter_begin(converter, next->tensor, next->dtype);
    }
    edgeai_quantized_tensor *shown = &self->plan.tensors[self->n_begun - 1];
    const edgeai_quantize_progress progress = {shown->tensor->name, self->n_done,
                                               self->plan.totals.n_elements};
    if (self->on_progress && self->on_progress(self->user, &progress))
        return eai_fail(EDGEAI_E_CANCELLED, "quantizing was cancelled");
    size_t n_before = converter->n_done;
    EAI_TRY(eai_converter_next(converter, bytes, n_bytes));
    self->n_done += converter->n_done - n_before;
    shown->relative_rms = eai_converter_relative_rms(converter);
    shown->max_error = converter->errors.error_max;
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
    for (size_t i = 0; i < self->plan.n_tensors; i++) {
        const edgeai_quantized_tensor *shown = &self->plan.tensors[i];
        edgeai_tensor tensor = *shown->tensor;
        tensor.dtype = shown->dtype;
        tensor.data = NULL;
        tensor.data_bytes = (size_t)shown->n_bytes;
        EAI_TRY(edgeai_model_writer_add_source(writer, &tensor, next_piece, self));
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
    quantizer->n_begun = 0;
    quantizer->n_done = 0;
    quantizer->converter.n_done = quantizer->converter.n_elements = 0;
    edgeai_status status = put_metadata(quantizer, writer);
    if (status == EDGEAI_OK) status = put_tensors(quantizer, writer);
    if (status == EDGEAI_OK) status = edgeai_model_writer_finish(writer);
    edgeai_model_writer_free(writer);
    return status;
}
