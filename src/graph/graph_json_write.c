/* SPDX-License-Identifier: MIT */

/* A graph as the text of edgeai.graph: an object a line, so that differences can be read. */

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/fail.h"
#include "graph/graph_json.h"

bool eai_json_put_string(eai_text *text, const char *string)
{
    bool is_ok = eai_text_append_string(text, "\"");
    for (; is_ok && *string; string++) {
        const unsigned char c = (unsigned char)*string;
        char escape[8];
        if (c == '"' || c == '\\')
            snprintf(escape, sizeof escape, "\\%c", c);
        else if (c < 0x20)
            snprintf(escape, sizeof escape, "\\u%04x", c);
        else
            snprintf(escape, sizeof escape, "%c", c);
        is_ok = eai_text_append_string(text, escape);
    }
    return is_ok && eai_text_append_string(text, "\"");
}

bool eai_json_put_real(eai_text *text, double number, int digits)
{
    char buffer[48];
    if (isinf(number)) return eai_text_append_string(text, number > 0 ? "1e999" : "-1e999");
    snprintf(buffer, sizeof buffer, "%.*g", digits, number);
    char *comma = strchr(buffer, ',');
    if (comma) *comma = '.'; /* the program's locale may have it so */
    if (!strpbrk(buffer, ".e")) strcat(buffer, ".0");
    return eai_text_append_string(text, buffer);
}

static bool put_int(eai_text *text, int64_t number)
{
    char buffer[24];
    snprintf(buffer, sizeof buffer, "%" PRId64, number);
    return eai_text_append_string(text, buffer);
}

static bool put(eai_text *text, const char *string)
{
    return eai_text_append_string(text, string);
}

static bool put_shape(eai_text *text, const eai_value *value, const eai_input_symbols *symbols)
{
    bool is_ok = put(text, ", \"shape\": [");
    for (int i = 0; i < value->n_dims; i++) {
        is_ok = is_ok && put(text, i ? ", " : "");
        if (value->dims[i] >= 0)
            is_ok = is_ok && put_int(text, value->dims[i]);
        else if (symbols && symbols->dims[i])
            is_ok = is_ok && eai_json_put_string(text, symbols->dims[i]);
        else
            is_ok = is_ok && put(text, "null");
    }
    return is_ok && put(text, "]");
}

static bool put_head(eai_text *text, const eai_value *value, const char *name,
                     const eai_input_symbols *symbols)
{
    bool is_ok = put(text, "{\"name\": ") && eai_json_put_string(text, name);
    if (value->element)
        is_ok = is_ok && put(text, ", \"type\": \"") &&
                put(text, edgeai_element_name(value->element)) && put(text, "\"");
    return is_ok && (value->n_dims < 0 || put_shape(text, value, symbols));
}

static int64_t load(const eai_value *value, size_t i)
{
    const size_t bytes = edgeai_element_bytes(value->element, 1);
    const unsigned char *at = (const unsigned char *)value->data + i * bytes;
    uint64_t bits = 0;
    for (size_t k = 0; k < bytes; k++)
        bits |= (uint64_t)at[k] << 8 * k;
    const bool is_signed = value->element == EDGEAI_ELEMENT_I8 ||
                           value->element == EDGEAI_ELEMENT_I16 ||
                           value->element == EDGEAI_ELEMENT_I32;
    if (is_signed && bits >> (8 * bytes - 1)) bits |= UINT64_MAX << 8 * bytes;
    return (int64_t)bits;
}

static bool put_constant(eai_text *text, const eai_value *value, const char *name,
                         const char *tensor)
{
    bool is_ok = put_head(text, value, name, NULL);
    if (tensor)
        return is_ok && put(text, ", \"tensor\": ") && eai_json_put_string(text, tensor) &&
               put(text, "}");
    const size_t bytes = edgeai_element_bytes(value->element, 1);
    is_ok = is_ok && put(text, ", \"values\": [");
    for (size_t i = 0; is_ok && i < value->data_bytes / bytes; i++)
        is_ok = put(text, i ? ", " : "") && put_int(text, load(value, i));
    return is_ok && put(text, "]}");
}

static bool put_item(eai_text *text, const eai_attribute *a, size_t i)
{
    switch (a->kind) {
    case EAI_ATTRIBUTE_INTS:
        return put_int(text, a->ints[i]);
    case EAI_ATTRIBUTE_FLOATS:
        return eai_json_put_real(text, (double)a->floats[i], 9);
    default:
        return eai_json_put_string(text, a->strings[i]);
    }
}

static bool put_attribute(eai_text *text, const eai_attribute *a)
{
    bool is_ok = eai_json_put_string(text, a->name) && put(text, ": ");
    switch (a->kind) {
    case EAI_ATTRIBUTE_INT:
        return is_ok && put_int(text, a->i);
    case EAI_ATTRIBUTE_FLOAT:
        return is_ok && eai_json_put_real(text, (double)a->f, 9);
    case EAI_ATTRIBUTE_STRING:
        return is_ok && eai_json_put_string(text, a->s);
    default:
        is_ok = is_ok && put(text, "[");
        for (size_t i = 0; is_ok && i < a->n; i++)
            is_ok = put(text, i ? ", " : "") && put_item(text, a, i);
        return is_ok && put(text, "]");
    }
}

/* Left out ones at the end are not written. */
static bool put_names(eai_text *text, const char *key, const int32_t *numbers, size_t n,
                      const char *const *names)
{
    while (n > 0 && numbers[n - 1] == EAI_IR_NONE)
        n--;
    bool is_ok = put(text, ", \"") && put(text, key) && put(text, "\": [");
    for (size_t i = 0; is_ok && i < n; i++)
        is_ok = put(text, i ? ", " : "") &&
                eai_json_put_string(text, numbers[i] == EAI_IR_NONE ? "" : names[numbers[i]]);
    return is_ok && put(text, "]");
}

static bool put_node(eai_text *text, const eai_node *node, const char *const *names)
{
    bool is_ok = put(text, "{\"op\": ") && eai_json_put_string(text, node->op_type);
    if (*node->domain)
        is_ok = is_ok && put(text, ", \"domain\": ") && eai_json_put_string(text, node->domain);
    if (*node->name)
        is_ok = is_ok && put(text, ", \"name\": ") && eai_json_put_string(text, node->name);
    is_ok = is_ok && put_names(text, "inputs", node->inputs, node->n_inputs, names) &&
            put_names(text, "outputs", node->outputs, node->n_outputs, names);
    if (node->n_attributes > 0) is_ok = is_ok && put(text, ", \"attributes\": {");
    for (size_t i = 0; is_ok && i < node->n_attributes; i++)
        is_ok = put(text, i ? ", " : "") && put_attribute(text, &node->attributes[i]);
    return is_ok && put(text, node->n_attributes > 0 ? "}}" : "}");
}

/* Numbers that are none cannot be written. */
static edgeai_status check_attributes(const eai_ir *ir, const eai_node *node)
{
    for (size_t i = 0; i < node->n_attributes; i++) {
        const eai_attribute *a = &node->attributes[i];
        bool is_nan = a->kind == EAI_ATTRIBUTE_FLOAT && isnan(a->f);
        for (size_t k = 0; a->kind == EAI_ATTRIBUTE_FLOATS && k < a->n; k++)
            is_nan |= isnan(a->floats[k]);
        if (is_nan)
            return eai_fail(EDGEAI_E_UNSUPPORTED,
                            "%s: %s \"%s\": attribute %s is not a number, which a file cannot hold",
                            ir->source, node->op_type, node->name, a->name);
    }
    return EDGEAI_OK;
}

edgeai_status eai_graph_json_write(const eai_graph_content *content, const char *const *names,
                                   const char *const *tensors, eai_text *text)
{
    const eai_ir *ir = content->ir;
    const char *between = "\n";
    bool is_ok = put(text, "{\"version\": 1, \"opset\": 25,\n\"inputs\": [");
    for (size_t i = 0; i < ir->n_inputs; i++, between = ",\n")
        is_ok = is_ok && put(text, between) &&
                put_head(text, &ir->values[ir->inputs[i]], names[ir->inputs[i]],
                         content->symbols ? &content->symbols[i] : NULL) &&
                put(text, "}");
    is_ok = is_ok && put(text, "]") &&
            put_names(text, "outputs", ir->outputs, ir->n_outputs, names) &&
            put(text, ",\n\"constants\": [");
    between = "\n";
    for (size_t i = 0; i < ir->n_values; i++) {
        if (!ir->values[i].data || !names[i]) continue;
        is_ok =
            is_ok && put(text, between) && put_constant(text, &ir->values[i], names[i], tensors[i]);
        between = ",\n";
    }
    is_ok = is_ok && put(text, "],\n\"nodes\": [");
    between = "\n";
    for (size_t i = 0; i < ir->n_nodes; i++) {
        if (ir->nodes[i].dead) continue;
        EAI_TRY(check_attributes(ir, &ir->nodes[i]));
        is_ok = is_ok && put(text, between) && put_node(text, &ir->nodes[i], names);
        between = ",\n";
    }
    is_ok = is_ok && put(text, "]}\n");
    return is_ok ? EDGEAI_OK : EDGEAI_E_MEMORY;
}
