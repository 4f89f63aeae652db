/* SPDX-License-Identifier: MIT */
/* Two networks in Graphviz's language. */

#include <stdio.h>
#include <string.h>

#include "base/fail.h"
#include "base/memory.h"
#include "base/text.h"
#include "io/temporary_file.h"
#include "platform/context_internal.h"
#include "reparam/reparam_internal.h"

/* Quotes and backslashes are what could end a label. */
static bool append_label(eai_text *text, const char *label)
{
    for (; *label; label++) {
        const char c = *label;
        if ((c == '"' || c == '\\') && !eai_text_append(text, "\\", 1)) return false;
        if (!eai_text_append(text, (unsigned char)c < ' ' ? " " : &c, 1)) return false;
    }
    return true;
}

/* "Conv 3x3 /2": operator, kernel, stride. */
static bool append_node(eai_text *text, const eai_ir *ir, size_t i, char prefix)
{
    const eai_node *node = &ir->nodes[i];
    char line[160];
    size_t n_strides = 0;
    const int64_t *strides = eai_node_ints(node, "strides", &n_strides);
    snprintf(line, sizeof line, "    %c%zu [label=\"", prefix, i);
    if (!eai_text_append_string(text, line) || !append_label(text, node->op_type)) return false;
    line[0] = '\0';
    const eai_value *w =
        node->n_inputs > 1 && node->inputs[1] != EAI_IR_NONE ? &ir->values[node->inputs[1]] : NULL;
    if (strcmp(node->op_type, "Conv") == 0 && w && w->n_dims == 4)
        snprintf(line, sizeof line, " %lldx%lld, %lld%s", (long long)w->dims[2],
                 (long long)w->dims[3], (long long)w->dims[0],
                 eai_node_int(node, "group", 1) > 1 ? " grouped" : "");
    if (!eai_text_append_string(text, line)) return false;
    line[0] = '\0';
    if (n_strides > 0 && strides[0] > 1)
        snprintf(line, sizeof line, " /%lld", (long long)strides[0]);
    return eai_text_append_string(text, line) && eai_text_append_string(text, "\"];\n");
}

static bool append_edges(eai_text *text, const eai_ir *ir, const int32_t *producer, size_t i,
                         char prefix)
{
    const eai_node *node = &ir->nodes[i];
    char line[96];
    for (size_t k = 0; k < node->n_inputs; k++) {
        const int32_t from =
            node->inputs[k] == EAI_IR_NONE ? EAI_IR_NONE : producer[node->inputs[k]];
        if (from == EAI_IR_NONE) continue;
        snprintf(line, sizeof line, "    %c%d -> %c%zu;\n", prefix, (int)from, prefix, i);
        if (!eai_text_append_string(text, line)) return false;
    }
    return true;
}

static bool append_graph(eai_text *text, const eai_ir *ir, const char *title, char prefix)
{
    const edgeai_allocator *allocator = &ir->context->allocator;
    char line[128];
    int32_t *producer =
        eai_allocate_array(allocator, ir->n_values + 1, sizeof *producer, "drawing");
    if (!producer) return false;
    eai_ir_producers(ir, producer);
    snprintf(line, sizeof line, "  subgraph cluster_%c {\n    label=\"%s\";\n", prefix, title);
    bool is_ok = eai_text_append_string(text, line);
    for (size_t i = 0; i < ir->n_nodes && is_ok; i++)
        is_ok = append_node(text, ir, i, prefix) && append_edges(text, ir, producer, i, prefix);
    eai_release(allocator, producer, (ir->n_values + 1) * sizeof *producer);
    return is_ok && eai_text_append_string(text, "  }\n");
}

static edgeai_status write_text(const eai_text *text, const char *path)
{
    eai_temporary_file file = {.descriptor = -1};
    edgeai_status status = eai_temporary_file_create(&file, text->allocator, path);
    if (status == EDGEAI_OK) status = eai_temporary_file_write(&file, text->bytes, text->n);
    if (status == EDGEAI_OK) status = eai_temporary_file_commit(&file);
    eai_temporary_file_close(&file);
    return status;
}

edgeai_status edgeai_reparam_draw(const edgeai_reparam *reparam, const char *path)
{
    if (!reparam || !path) return eai_fail(EDGEAI_E_INVALID, "draw: reparam or path is NULL");
    eai_text text = {.allocator = &reparam->context->allocator};
    const bool is_ok = eai_text_append_string(&text, "digraph network {\n  node [shape=box];\n") &&
                       append_graph(&text, reparam->deep->content.ir, "before", 'b') &&
                       append_graph(&text, reparam->shallow->content.ir, "after", 'a') &&
                       eai_text_append_string(&text, "}\n");
    const edgeai_status status =
        is_ok ? write_text(&text, path) : eai_fail(EDGEAI_E_MEMORY, "draw: no memory");
    eai_text_free(&text);
    return status;
}
