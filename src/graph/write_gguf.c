/* SPDX-License-Identifier: MIT */

/* Networks as GGUF files (docs/formats/graph.md). */

#include <stdio.h>
#include <string.h>

#include "base/fail.h"
#include "base/json.h"
#include "base/memory.h"
#include "graph/graph_json.h"
#include "platform/context_internal.h"

enum { TENSOR_NAME_MAX = 63, MADE_NAME_BYTES = 80, UNDERSCORES_MAX = 32 };

typedef struct writing {
    const eai_graph_content *content;
    edgeai_model_writer *writer;
    const char **names;   /* [n_values]; NULL: a constant that nothing reads, not written */
    const char **tensors; /* [n_values]; NULL: no constant, or one that lies in the text */
    int32_t *readers;     /* [n_values] */
    char (*made)[2][MADE_NAME_BYTES]; /* [n_values] names and tensors' names of our own */
    eai_text text;
} writing;

/* The most underscores that a name begins with. One more makes a name that nobody has. */
static size_t count_underscores(const eai_ir *ir)
{
    size_t most = 0;
    for (size_t i = 0; i < ir->n_values; i++) {
        size_t n = strspn(ir->values[i].name, "_");
        if (n > most) most = n;
    }
    return most;
}

static edgeai_status name_values(writing *self)
{
    const eai_ir *ir = self->content->ir;
    const size_t n_underscores = count_underscores(ir) + 1;
    eai_ir_count_readers(ir, self->readers);
    for (size_t i = 0; i < ir->n_values; i++) {
        if (ir->values[i].data && self->readers[i] == 0) continue;
        self->names[i] = ir->values[i].name;
        if (*self->names[i]) continue;
        if (n_underscores > UNDERSCORES_MAX)
            return eai_fail(EDGEAI_E_UNSUPPORTED, "%s: a name begins with more than %d underscores",
                            ir->source, UNDERSCORES_MAX - 1);
        char *made = self->made[i][0];
        memset(made, '_', n_underscores);
        snprintf(made + n_underscores, MADE_NAME_BYTES - n_underscores, "%zu", i);
        self->names[i] = made;
    }
    return EDGEAI_OK;
}

/* "t" and digits: names that are ours to give. */
static bool is_made_name(const char *name)
{
    return name[0] == 't' && name[1] && strspn(name + 1, "0123456789") == strlen(name + 1);
}

static bool is_inline(const eai_value *value)
{
    if (value->data_bytes == 0) return true;
    switch (value->element) {
    case EDGEAI_ELEMENT_U8:
    case EDGEAI_ELEMENT_I8:
    case EDGEAI_ELEMENT_U16:
    case EDGEAI_ELEMENT_I16:
    case EDGEAI_ELEMENT_I32:
    case EDGEAI_ELEMENT_I64:
    case EDGEAI_ELEMENT_BOOL:
    case EDGEAI_ELEMENT_U32:
        return value->data_bytes / edgeai_element_bytes(value->element, 1) <= EAI_INLINE_VALUES_MAX;
    default:
        return false;
    }
}

static edgeai_status add_tensors(writing *self)
{
    const eai_ir *ir = self->content->ir;
    for (size_t i = 0; i < ir->n_values; i++) {
        const eai_value *value = &ir->values[i];
        if (!value->data || !self->names[i] || is_inline(value)) continue;
        const char *name = self->names[i];
        if (strlen(name) > TENSOR_NAME_MAX || is_made_name(name)) {
            snprintf(self->made[i][1], MADE_NAME_BYTES, "t%zu", i);
            name = self->made[i][1];
        }
        self->tensors[i] = name;
        const edgeai_dtype dtype = eai_constant_dtype(value->element);
        edgeai_tensor tensor = {
            .name = name,
            .dtype = dtype,
            .n_dims = 1,
            .shape = {(int64_t)(value->data_bytes / edgeai_dtype_block_bytes(dtype)), 1, 1, 1},
            .data = value->data,
            .data_bytes = value->data_bytes};
        EAI_TRY(edgeai_model_writer_add_tensor(self->writer, &tensor));
    }
    return EDGEAI_OK;
}

static edgeai_status set_string(writing *self, const char *key, const char *string)
{
    return edgeai_model_writer_set_string(self->writer, key, string, strlen(string));
}

static edgeai_status set_labels(writing *self)
{
    const eai_graph_content *content = self->content;
    const edgeai_allocator *allocator = &content->context->allocator;
    if (content->n_labels == 0) return EDGEAI_OK;
    const size_t n = content->n_labels;
    edgeai_string *labels = eai_allocate_array(allocator, n, sizeof *labels, "labels");
    if (!labels) return EDGEAI_E_MEMORY;
    for (size_t i = 0; i < n; i++)
        labels[i] = (edgeai_string){content->labels[i], strlen(content->labels[i])};
    edgeai_status status =
        edgeai_model_writer_set_strings(self->writer, "edgeai.labels", labels, n);
    eai_release(allocator, labels, n * sizeof *labels);
    return status;
}

static edgeai_status write_all(writing *self)
{
    const eai_graph_content *content = self->content;
    EAI_TRY(name_values(self));
    EAI_TRY(set_string(self, "general.architecture", "edgeai-graph"));
    if (*content->name) EAI_TRY(set_string(self, "general.name", content->name));
    EAI_TRY(add_tensors(self));
    EAI_TRY(eai_graph_json_write(content, self->names, self->tensors, &self->text));
    if (self->text.n > EAI_JSON_BYTES_MAX)
        return eai_fail(EDGEAI_E_LIMIT, "%s: the graph's text has %zu bytes, at most %zu are read",
                        content->ir->source, self->text.n, EAI_JSON_BYTES_MAX);
    EAI_TRY(set_string(self, "edgeai.graph", self->text.bytes));
    EAI_TRY(set_labels(self));
    if (content->has_image_options) {
        eai_text_clear(&self->text);
        EAI_TRY(eai_preprocess_write(&content->image_options, &self->text));
        EAI_TRY(set_string(self, "edgeai.preprocess", self->text.bytes));
    }
    return edgeai_model_writer_finish(self->writer);
}

edgeai_status eai_graph_write(const eai_graph_content *content, const char *path)
{
    const edgeai_allocator *allocator = &content->context->allocator;
    const size_t n = content->ir->n_values + 1;
    writing self = {.content = content, .text = {.allocator = allocator}};
    if (content->file && edgeai_model_file_is_at(content->file, path))
        return eai_fail(EDGEAI_E_INVALID, "%s: expected another file than the one that is read",
                        path);
    EAI_TRY(edgeai_model_writer_create(&self.writer, content->context, path));
    self.names = eai_allocate_array(allocator, n, sizeof *self.names, "names");
    self.tensors = eai_allocate_array(allocator, n, sizeof *self.tensors, "names");
    self.made = eai_allocate_array(allocator, n, sizeof *self.made, "names");
    self.readers = eai_allocate_array(allocator, n, sizeof *self.readers, "names");
    const bool is_ok = self.names && self.tensors && self.made && self.readers;
    edgeai_status status = is_ok ? write_all(&self) : EDGEAI_E_MEMORY;
    edgeai_model_writer_free(self.writer);
    eai_text_free(&self.text);
    eai_release(allocator, self.names, n * sizeof *self.names);
    eai_release(allocator, self.tensors, n * sizeof *self.tensors);
    eai_release(allocator, self.made, n * sizeof *self.made);
    eai_release(allocator, self.readers, n * sizeof *self.readers);
    return status;
}
