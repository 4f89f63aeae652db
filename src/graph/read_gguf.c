/* SPDX-License-Identifier: MIT */

/* Networks in GGUF files of architecture edgeai-graph (docs/formats/graph.md). */

#include <stdio.h>
#include <string.h>

#include "base/fail.h"
#include "base/text.h"
#include "graph/graph_json.h"

enum { WHAT_BYTES = 256, LABELS_MAX = 1 << 20 };

static edgeai_status check_architecture(const edgeai_model_file *file)
{
    static const char wanted[] = "edgeai-graph";
    char shown[40];
    edgeai_string found;
    EAI_TRY(edgeai_model_file_get_string(file, "general.architecture", &found));
    if (found.n_bytes == sizeof wanted - 1 && memcmp(found.bytes, wanted, found.n_bytes) == 0)
        return EDGEAI_OK;
    return eai_fail(EDGEAI_E_UNSUPPORTED,
                    "%s: general.architecture is %s, expected %s: not a network of operators",
                    edgeai_model_file_path(file),
                    eai_printable(found.bytes, found.n_bytes, shown, sizeof shown), wanted);
}

static bool has_key(const edgeai_model_file *file, const char *key)
{
    edgeai_metadata entry;
    return edgeai_model_file_find(file, key, &entry) == EDGEAI_OK;
}

/* A string of the file with a NUL behind it; one with a NUL inside is refused. */
static edgeai_status copy_string(eai_ir *ir, edgeai_string string, const char *key,
                                 const char **out)
{
    if (string.n_bytes > 0 && memchr(string.bytes, 0, string.n_bytes))
        return eai_fail(EDGEAI_E_FORMAT, "%s: key '%s': a string with a zero byte", ir->source,
                        key);
    *out = eai_ir_string(ir, string.bytes, string.n_bytes);
    return *out ? EDGEAI_OK : EDGEAI_E_MEMORY;
}

static edgeai_status read_name(eai_graph_content *content)
{
    edgeai_string name;
    content->name = "";
    if (!has_key(content->file, "general.name")) return EDGEAI_OK;
    EAI_TRY(edgeai_model_file_get_string(content->file, "general.name", &name));
    return copy_string(content->ir, name, "general.name", &content->name);
}

static edgeai_status read_labels(eai_graph_content *content)
{
    static const char key[] = "edgeai.labels";
    edgeai_metadata entry;
    eai_ir *ir = content->ir;
    if (!has_key(content->file, key)) return EDGEAI_OK;
    EAI_TRY(edgeai_model_file_find(content->file, key, &entry));
    if (entry.n_elements > LABELS_MAX)
        return eai_fail(EDGEAI_E_LIMIT, "%s: key '%s': more than %d labels", ir->source, key,
                        LABELS_MAX);
    size_t n = (size_t)entry.n_elements;
    edgeai_string *strings = eai_ir_memory(ir, n * sizeof *strings);
    const char **labels = eai_ir_memory(ir, n * sizeof *labels);
    if (!strings || !labels) return EDGEAI_E_MEMORY;
    EAI_TRY(edgeai_model_file_get_strings(content->file, key, strings, n, &n));
    for (size_t i = 0; i < n; i++)
        EAI_TRY(copy_string(ir, strings[i], key, &labels[i]));
    content->labels = n ? labels : NULL;
    content->n_labels = n;
    return EDGEAI_OK;
}

/* The string of this key, and what to call it in error texts. */
static edgeai_status get_text(const eai_graph_content *content, const char *key,
                              edgeai_string *text, char what[WHAT_BYTES])
{
    snprintf(what, WHAT_BYTES, "%.200s: %s", content->ir->source, key);
    return edgeai_model_file_get_string(content->file, key, text);
}

static edgeai_status read_all(eai_graph_content *content)
{
    char what[WHAT_BYTES];
    edgeai_string text;
    EAI_TRY(get_text(content, "edgeai.graph", &text, what));
    EAI_TRY(eai_graph_json_read(content, text.bytes, text.n_bytes, what));
    EAI_TRY(read_name(content));
    EAI_TRY(read_labels(content));
    if (!has_key(content->file, "edgeai.preprocess")) return EDGEAI_OK;
    EAI_TRY(get_text(content, "edgeai.preprocess", &text, what));
    content->has_image_options = true;
    return eai_preprocess_read(&content->image_options, text.bytes, text.n_bytes, what);
}

/* What a wrong kind of key is to the model file is a wrong file here. */
static edgeai_status as_format(edgeai_status status)
{
    return status == EDGEAI_E_NOT_FOUND || status == EDGEAI_E_DTYPE ? EDGEAI_E_FORMAT : status;
}

edgeai_status eai_graph_read_gguf(eai_graph_content *out, edgeai_context *context,
                                  edgeai_model_file *file)
{
    const char *path = edgeai_model_file_path(file);
    *out = (eai_graph_content){.context = context, .file = file, .name = ""};
    edgeai_status status = check_architecture(file);
    if (status == EDGEAI_OK)
        status = eai_ir_create(&out->ir, context, *path ? path : "model in memory");
    if (status == EDGEAI_OK) status = read_all(out);
    if (status == EDGEAI_OK) return EDGEAI_OK;
    eai_graph_content_free(out);
    return as_format(status);
}
