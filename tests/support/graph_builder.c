/* SPDX-License-Identifier: MIT */
#include "support/graph_builder.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PORTS_MAX = 64, ATTRIBUTES_MAX = 8 };

struct graph_builder {
    edgeai_context *context;
    eai_ir *ir;
    int32_t inputs[PORTS_MAX], outputs[PORTS_MAX];
    size_t n_inputs, n_outputs;
};

graph_builder *graph_begin(edgeai_context *context)
{
    graph_builder *b = calloc(1, sizeof *b);
    assert_non_null(b);
    b->context = context;
    assert_ok(eai_ir_create(&b->ir, context, "test"));
    return b;
}

static int32_t add_value(graph_builder *b, const char *name, eai_value value, const int64_t *dims)
{
    char own[32];
    snprintf(own, sizeof own, "v%zu", b->ir->n_values);
    if (!name) name = own;
    value.name = eai_ir_string(b->ir, name, strlen(name));
    assert_non_null(value.name);
    for (int d = 0; d < value.n_dims; d++)
        value.dims[d] = dims[d];
    int32_t v = EAI_IR_NONE;
    assert_ok(eai_ir_add_value(b->ir, &value, &v));
    return v;
}

int32_t graph_input(graph_builder *b, const char *name, edgeai_element element, const int64_t *dims,
                    int n_dims)
{
    assert_true(b->n_inputs < PORTS_MAX);
    const int32_t v = add_value(b, name, (eai_value){.element = element, .n_dims = n_dims}, dims);
    b->inputs[b->n_inputs++] = v;
    return v;
}

int32_t graph_constant(graph_builder *b, edgeai_element element, const int64_t *dims, int n_dims,
                       const void *data)
{
    size_t n = 1, slices = 1;
    for (int i = 0; i < n_dims; i++)
        n *= (size_t)dims[i];
    if ((element == EDGEAI_ELEMENT_TRITS || element == EDGEAI_ELEMENT_BITS) && n_dims > 0)
        slices = (size_t)dims[0];
    const size_t bytes = slices * edgeai_element_bytes(element, n / slices);
    const void *copy = eai_ir_duplicate(b->ir, data, bytes);
    assert_non_null(copy);
    return add_value(
        b, NULL,
        (eai_value){.element = element, .n_dims = n_dims, .data = copy, .data_bytes = bytes}, dims);
}

void graph_node_of(graph_builder *b, const eai_operator *op, size_t n_inputs, const int32_t *inputs,
                   size_t n_outputs, int32_t *outputs)
{
    char name[32];
    int32_t index = EAI_IR_NONE;
    snprintf(name, sizeof name, "n%zu", b->ir->n_nodes);
    assert_ok(eai_ir_add_node_of(b->ir, op, name, n_inputs, n_outputs, ATTRIBUTES_MAX, &index));
    for (size_t k = 0; k < n_outputs; k++)
        outputs[k] = add_value(b, NULL, (eai_value){.n_dims = -1}, NULL);
    eai_node *node = &b->ir->nodes[index];
    node->n_attributes = 0; /* room for those that follow */
    if (n_inputs > 0) memcpy(node->inputs, inputs, n_inputs * sizeof *inputs);
    memcpy(node->outputs, outputs, n_outputs * sizeof *outputs);
}

void graph_node_many(graph_builder *b, const char *domain, const char *op, size_t n_inputs,
                     const int32_t *inputs, size_t n_outputs, int32_t *outputs)
{
    const eai_operator *found = eai_operator_find(domain, op);
    if (!found) fail_msg("operator \"%s\" of domain \"%s\" does not exist", op, domain);
    graph_node_of(b, found, n_inputs, inputs, n_outputs, outputs);
}

int32_t graph_node(graph_builder *b, const char *domain, const char *op, size_t n_inputs,
                   const int32_t *inputs)
{
    int32_t output = EAI_IR_NONE;
    graph_node_many(b, domain, op, n_inputs, inputs, 1, &output);
    return output;
}

static eai_attribute *next_attribute(graph_builder *b, const char *name, eai_attribute_kind kind)
{
    eai_node *node = &b->ir->nodes[b->ir->n_nodes - 1];
    assert_true(node->n_attributes < ATTRIBUTES_MAX);
    eai_attribute *attribute = &node->attributes[node->n_attributes++];
    attribute->name = eai_ir_string(b->ir, name, strlen(name));
    attribute->kind = kind;
    return attribute;
}

void graph_set_int(graph_builder *b, const char *name, int64_t value)
{
    next_attribute(b, name, EAI_ATTRIBUTE_INT)->i = value;
}

void graph_set_float(graph_builder *b, const char *name, float value)
{
    next_attribute(b, name, EAI_ATTRIBUTE_FLOAT)->f = value;
}

void graph_set_string(graph_builder *b, const char *name, const char *value)
{
    next_attribute(b, name, EAI_ATTRIBUTE_STRING)->s = eai_ir_string(b->ir, value, strlen(value));
}

void graph_set_ints(graph_builder *b, const char *name, size_t n, const int64_t *values)
{
    eai_attribute *attribute = next_attribute(b, name, EAI_ATTRIBUTE_INTS);
    attribute->n = n;
    attribute->ints = eai_ir_duplicate(b->ir, values, n * sizeof *values);
}

void graph_output(graph_builder *b, int32_t value)
{
    assert_true(b->n_outputs < PORTS_MAX);
    b->outputs[b->n_outputs++] = value;
}

eai_ir *graph_ir(graph_builder *b)
{
    return b->ir;
}

eai_ir *graph_end_ir(graph_builder *b)
{
    eai_ir *ir = b->ir;
    assert_ok(eai_ir_set_ports(ir, b->inputs, b->n_inputs, b->outputs, b->n_outputs));
    free(b);
    return ir;
}

edgeai_graph *graph_end(graph_builder *b)
{
    edgeai_context *context = b->context;
    eai_graph_content content = {.context = context, .ir = graph_end_ir(b), .name = ""};
    assert_ok(eai_ir_sort(content.ir));
    edgeai_graph *graph = NULL;
    assert_ok(eai_graph_wrap(&graph, context, &content));
    return graph;
}
