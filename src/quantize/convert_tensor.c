/* SPDX-License-Identifier: MIT */
#include "quantize/convert_tensor.h"

#include <math.h>
#include <string.h>

#include "base/fail.h"
#include "base/memory.h"
#include "base/text.h"
#include "platform/context_internal.h"
#include "platform/threads.h"

enum { PIECE_ELEMENTS = EAI_CONVERT_ITEMS * EAI_CONVERT_ITEM, SHOWN_BYTES = 100 };
#define PIECE_BYTES (PIECE_ELEMENTS * sizeof(float))

static size_t scratch_elements(const edgeai_context *context)
{
    return (size_t)context->n_threads * 2 * EAI_CONVERT_ITEM;
}

edgeai_status eai_converter_init(eai_converter *self, edgeai_context *context)
{
    const edgeai_allocator *allocator = &context->allocator;
    *self = (eai_converter){.context = context};
    self->piece = eai_allocate(allocator, PIECE_BYTES, "converted weights");
    self->scratch = eai_allocate_array(allocator, scratch_elements(context), sizeof(float),
                                       "weights to convert");
    self->items =
        eai_allocate(allocator, EAI_CONVERT_ITEMS * sizeof *self->items, "errors of weights");
    self->statuses =
        eai_allocate(allocator, EAI_CONVERT_ITEMS * sizeof *self->statuses, "results of pieces");
    if (self->piece && self->scratch && self->items && self->statuses) return EDGEAI_OK;
    eai_converter_free(self);
    return EDGEAI_E_MEMORY;
}

void eai_converter_free(eai_converter *self)
{
    if (!self->context) return;
    const edgeai_allocator *allocator = &self->context->allocator;
    eai_release(allocator, self->piece, PIECE_BYTES);
    eai_release(allocator, self->scratch, scratch_elements(self->context) * sizeof(float));
    eai_release(allocator, self->items, EAI_CONVERT_ITEMS * sizeof *self->items);
    eai_release(allocator, self->statuses, EAI_CONVERT_ITEMS * sizeof *self->statuses);
    *self = (eai_converter){0};
}

void eai_converter_begin(eai_converter *self, const edgeai_tensor *tensor, edgeai_dtype dtype)
{
    self->tensor = tensor;
    self->dtype = dtype;
    self->n_done = 0;
    self->n_elements = 1;
    for (int i = 0; i < tensor->n_dims; i++)
        self->n_elements *= (size_t)tensor->shape[i];
    self->errors = (eai_conversion_errors){0};
}

/* Bytes of n elements, whole blocks of a tensor whose size is known to fit. */
static size_t bytes_of(edgeai_dtype dtype, size_t n)
{
    return edgeai_dtype_row_bytes(dtype, (int64_t)n);
}

static size_t item_elements(const eai_converter *self, size_t item)
{
    size_t left = self->n_elements - self->n_done - item * EAI_CONVERT_ITEM;
    return left < EAI_CONVERT_ITEM ? left : EAI_CONVERT_ITEM;
}

static eai_conversion_errors compare(const float *values, const float *converted, size_t n)
{
    eai_conversion_errors errors = {0};
    for (size_t i = 0; i < n; i++) {
        double value = (double)values[i], error = fabs(value - (double)converted[i]);
        errors.error_squares += error * error;
        errors.value_squares += value * value;
        if (error > errors.error_max) errors.error_max = error;
    }
    return errors;
}

static edgeai_status convert(eai_converter *self, size_t item, size_t slot)
{
    size_t n = item_elements(self, item);
    const edgeai_tensor *tensor = self->tensor;
    const char *src = (const char *)tensor->data +
                      bytes_of(tensor->dtype, self->n_done + item * EAI_CONVERT_ITEM);
    unsigned char *dst = self->piece + item * bytes_of(self->dtype, EAI_CONVERT_ITEM);
    float *values = self->scratch + slot * 2 * EAI_CONVERT_ITEM;
    float *converted = values + EAI_CONVERT_ITEM;
    EAI_TRY(edgeai_dequantize(tensor->dtype, src, values, n));
    EAI_TRY(edgeai_quantize(self->dtype, values, dst, n));
    EAI_TRY(edgeai_dequantize(self->dtype, dst, converted, n));
    self->items[item] = compare(values, converted, n);
    return EDGEAI_OK;
}

static void convert_item(void *argument, size_t item, size_t slot)
{
    eai_converter *self = argument;
    self->statuses[item] = convert(self, item, slot);
}

/*
 * Error texts belong to threads: the first item that failed is done again on this one. It is the
 * file's values that are at fault.
 */
static edgeai_status fail_again(eai_converter *self, size_t item)
{
    char shown[SHOWN_BYTES];
    const char *name = self->tensor->name;
    convert(self, item, 0);
    return eai_fail_within(EDGEAI_E_FORMAT, "tensor '%s', from element %zu on",
                           eai_printable(name, strlen(name), shown, sizeof shown),
                           self->n_done + item * EAI_CONVERT_ITEM);
}

static edgeai_status join(eai_converter *self, size_t n_items)
{
    for (size_t i = 0; i < n_items; i++) {
        const eai_conversion_errors *item = &self->items[i];
        if (self->statuses[i] != EDGEAI_OK) return fail_again(self, i);
        self->errors.error_squares += item->error_squares;
        self->errors.value_squares += item->value_squares;
        if (item->error_max > self->errors.error_max) self->errors.error_max = item->error_max;
    }
    return EDGEAI_OK;
}

edgeai_status eai_converter_next(eai_converter *self, const void **bytes, size_t *n_bytes)
{
    size_t n = self->n_elements - self->n_done;
    if (n > PIECE_ELEMENTS) n = PIECE_ELEMENTS;
    *n_bytes = bytes_of(self->dtype, n);
    if (self->dtype == self->tensor->dtype) {
        *bytes = (const char *)self->tensor->data + bytes_of(self->dtype, self->n_done);
    } else {
        size_t n_items = (n + EAI_CONVERT_ITEM - 1) / EAI_CONVERT_ITEM;
        eai_parallel_for(self->context, n_items, convert_item, self);
        EAI_TRY(join(self, n_items));
        *bytes = self->piece;
    }
    self->n_done += n;
    return EDGEAI_OK;
}

double eai_converter_relative_rms(const eai_converter *self)
{
    if (!(self->errors.error_squares > 0)) return 0;
    return sqrt(self->errors.error_squares / self->errors.value_squares);
}
