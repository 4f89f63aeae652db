/* SPDX-License-Identifier: MIT */

/* GraphProto and NodeProto. */

#include <string.h>

#include "base/fail.h"
#include "base/text.h"
#include "io/onnx_parse.h"

edgeai_status eai_onnx_name(const eai_protobuf_field *field, const char *what, edgeai_string *name)
{
    EAI_TRY(eai_protobuf_string(field, what, name));
    if (name->n_bytes > EAI_ONNX_NAME_BYTES_MAX)
        return eai_fail(EDGEAI_E_LIMIT, "byte %zu: %s: expected at most %d bytes, found %zu",
                        field->at, what, EAI_ONNX_NAME_BYTES_MAX, name->n_bytes);
    if (name->n_bytes > 0 && memchr(name->bytes, 0, name->n_bytes))
        return eai_fail(EDGEAI_E_FORMAT, "byte %zu: %s holds a NUL byte", field->at, what);
    return EDGEAI_OK;
}

edgeai_status eai_onnx_domain(const eai_protobuf_field *field, edgeai_string *domain)
{
    EAI_TRY(eai_onnx_name(field, "domain", domain));
    if (eai_onnx_is(*domain, "ai.onnx")) *domain = EAI_ONNX_NO_STRING;
    return EDGEAI_OK;
}

edgeai_status eai_onnx_once(const eai_protobuf_field *field, const char *what, bool *is_there)
{
    EAI_TRY(eai_protobuf_want(field, EAI_WIRE_BYTES, what));
    if (*is_there) return eai_fail(EDGEAI_E_FORMAT, "byte %zu: %s is there twice", field->at, what);
    *is_there = true;
    return EDGEAI_OK;
}

bool eai_onnx_is(edgeai_string string, const char *text)
{
    return string.n_bytes == strlen(text) && memcmp(string.bytes, text, string.n_bytes) == 0;
}

const eai_onnx_attribute *eai_onnx_node_attribute(const eai_onnx_node *node, const char *name)
{
    for (size_t i = 0; i < node->n_attributes; i++)
        if (eai_onnx_is(node->attributes[i].name, name)) return &node->attributes[i];
    return NULL;
}

/* Messages on the way from a graph to one inside it. */
typedef enum level { LEVEL_GRAPH, LEVEL_NODE, LEVEL_ATTRIBUTE } level;

/* Calls itself three times for each graph that lies inside another, so 3 * EAI_ONNX_NESTING_MAX
 * times at most. */
static edgeai_status check_level(eai_protobuf message, level at, int depth)
{
    while (eai_protobuf_more(&message)) {
        eai_protobuf_field field;
        EAI_TRY(eai_protobuf_next(&message, &field));
        const bool is_node = at == LEVEL_GRAPH && field.number == 1;
        const bool is_attribute = at == LEVEL_NODE && field.number == 5;
        const bool is_graph = at == LEVEL_ATTRIBUTE && (field.number == 6 || field.number == 11);
        if (!is_node && !is_attribute && !is_graph) continue;
        EAI_TRY(eai_protobuf_want(&field, EAI_WIRE_BYTES, "a graph in an attribute"));
        if (is_node) EAI_TRY(check_level(field.body, LEVEL_NODE, depth));
        if (is_attribute) EAI_TRY(check_level(field.body, LEVEL_ATTRIBUTE, depth));
        if (is_graph) EAI_TRY(eai_onnx_check_nesting(field.body, depth + 1));
    }
    return EDGEAI_OK;
}

edgeai_status eai_onnx_check_nesting(eai_protobuf graph, int depth)
{
    if (depth > EAI_ONNX_NESTING_MAX)
        return eai_fail(EDGEAI_E_LIMIT, "byte %zu: expected graphs at most %d deep, found more",
                        graph.at, EAI_ONNX_NESTING_MAX);
    return check_level(graph, LEVEL_GRAPH, depth);
}

/* What a node is, and how long its lists are. */
static edgeai_status see_node(eai_protobuf message, eai_onnx_node *node)
{
    while (eai_protobuf_more(&message)) {
        eai_protobuf_field field;
        EAI_TRY(eai_protobuf_next(&message, &field));
        switch (field.number) {
        case 1:
            node->n_inputs++;
            break;
        case 2:
            node->n_outputs++;
            break;
        case 3:
            EAI_TRY(eai_onnx_name(&field, "name", &node->name));
            break;
        case 4:
            EAI_TRY(eai_onnx_name(&field, "op_type", &node->op_type));
            break;
        case 5:
            node->n_attributes++;
            break;
        case 7:
            EAI_TRY(eai_onnx_domain(&field, &node->domain));
            break;
        case 8:
            EAI_TRY(eai_onnx_name(&field, "overload", &node->overload));
            break;
        default:
            break;
        }
    }
    return EDGEAI_OK;
}

static edgeai_status fill_name(const eai_protobuf_field *field, const char *what,
                               edgeai_string *names, size_t *i)
{
    edgeai_string name;
    EAI_TRY(eai_onnx_name(field, what, &name));
    if (names) names[*i] = name;
    (*i)++;
    return EDGEAI_OK;
}

/* Attributes before this one must have other names; the list is short. */
static edgeai_status fill_attribute(eai_onnx_reader *reader, const eai_protobuf_field *field,
                                    eai_onnx_attribute *attributes, size_t *i)
{
    eai_onnx_attribute attribute;
    edgeai_status status = eai_onnx_parse_attribute(reader, field, &attribute);
    for (size_t j = 0; attributes && j < *i && status == EDGEAI_OK; j++) {
        const edgeai_string *name = &attributes[j].name;
        if (name->n_bytes == attribute.name.n_bytes &&
            memcmp(name->bytes, attribute.name.bytes, name->n_bytes) == 0)
            status = eai_fail(EDGEAI_E_FORMAT, "byte %zu: its name is that of attribute[%zu]",
                              field->at, j);
    }
    if (status != EDGEAI_OK) return eai_fail_within(status, "attribute[%zu]", *i);
    if (attributes) attributes[*i] = attribute;
    (*i)++;
    return EDGEAI_OK;
}

static edgeai_status fill_node(eai_onnx_reader *reader, eai_protobuf message, eai_onnx_node *node)
{
    void *inputs = NULL, *outputs = NULL, *attributes = NULL;
    size_t n_inputs = 0, n_outputs = 0, n_attributes = 0;
    EAI_TRY(eai_onnx_take(reader, EAI_ONNX_POOL_STRINGS, node->n_inputs, &inputs));
    EAI_TRY(eai_onnx_take(reader, EAI_ONNX_POOL_STRINGS, node->n_outputs, &outputs));
    EAI_TRY(eai_onnx_take(reader, EAI_ONNX_POOL_ATTRIBUTES, node->n_attributes, &attributes));
    node->inputs = inputs;
    node->outputs = outputs;
    node->attributes = attributes;
    while (eai_protobuf_more(&message)) {
        eai_protobuf_field field;
        EAI_TRY(eai_protobuf_next(&message, &field));
        if (field.number == 1) EAI_TRY(fill_name(&field, "input", inputs, &n_inputs));
        if (field.number == 2) EAI_TRY(fill_name(&field, "output", outputs, &n_outputs));
        if (field.number == 5) EAI_TRY(fill_attribute(reader, &field, attributes, &n_attributes));
    }
    return EDGEAI_OK;
}

static edgeai_status parse_node(eai_onnx_reader *reader, const eai_protobuf_field *field,
                                eai_onnx_node *node)
{
    EAI_TRY(eai_protobuf_want(field, EAI_WIRE_BYTES, "node"));
    EAI_TRY(see_node(field->body, node));
    if (node->op_type.n_bytes == 0)
        return eai_fail(EDGEAI_E_FORMAT, "byte %zu: expected an op_type, found none", field->at);
    if (node->n_attributes > EAI_ONNX_NODE_ATTRIBUTES_MAX)
        return eai_fail(EDGEAI_E_LIMIT, "byte %zu: expected at most %d attributes, found %zu",
                        field->at, EAI_ONNX_NODE_ATTRIBUTES_MAX, node->n_attributes);
    return fill_node(reader, field->body, node);
}

/* Lists that are being filled. */
typedef struct lists {
    eai_onnx_node *nodes;
    eai_onnx_tensor *initializers;
    eai_onnx_value *inputs, *outputs, *values;
    size_t n_nodes, n_initializers, n_inputs, n_outputs, n_values;
} lists;

static edgeai_status add_node(eai_onnx_reader *reader, const eai_protobuf_field *field,
                              lists *filled)
{
    char type[EAI_ONNX_SHOWN_BYTES], name[EAI_ONNX_SHOWN_BYTES];
    eai_onnx_node node = {.op_type = EAI_ONNX_NO_STRING};
    node.domain = node.name = node.overload = EAI_ONNX_NO_STRING;
    edgeai_status status = parse_node(reader, field, &node);
    if (status != EDGEAI_OK)
        return eai_fail_within(
            status, "graph.node[%zu] (%s '%s')", filled->n_nodes,
            eai_printable(node.op_type.bytes, node.op_type.n_bytes, type, sizeof type),
            eai_printable(node.name.bytes, node.name.n_bytes, name, sizeof name));
    if (filled->nodes) filled->nodes[filled->n_nodes] = node;
    filled->n_nodes++;
    return EDGEAI_OK;
}

static edgeai_status add_initializer(eai_onnx_reader *reader, const eai_protobuf_field *field,
                                     lists *filled)
{
    eai_onnx_tensor tensor;
    edgeai_status status = eai_protobuf_want(field, EAI_WIRE_BYTES, "initializer");
    if (status == EDGEAI_OK) status = eai_onnx_parse_tensor(reader, field->body, &tensor);
    if (status != EDGEAI_OK)
        return eai_fail_within(status, "graph.initializer[%zu]", filled->n_initializers);
    if (filled->initializers) filled->initializers[filled->n_initializers] = tensor;
    filled->n_initializers++;
    return EDGEAI_OK;
}

static edgeai_status add_value(eai_onnx_reader *reader, const eai_protobuf_field *field,
                               const char *what, eai_onnx_value *values, size_t *n)
{
    eai_onnx_value value;
    edgeai_status status = eai_onnx_parse_value(reader, field, &value);
    if (status != EDGEAI_OK) return eai_fail_within(status, "graph.%s[%zu]", what, *n);
    if (values) values[*n] = value;
    (*n)++;
    return EDGEAI_OK;
}

static edgeai_status see_graph(eai_protobuf message, eai_onnx_graph *graph)
{
    while (eai_protobuf_more(&message)) {
        eai_protobuf_field field;
        EAI_TRY(eai_protobuf_next(&message, &field));
        switch (field.number) {
        case 1:
            graph->n_nodes++;
            break;
        case 2:
            EAI_TRY(eai_onnx_name(&field, "graph.name", &graph->name));
            break;
        case 5:
            graph->n_initializers++;
            break;
        case 11:
            graph->n_inputs++;
            break;
        case 12:
            graph->n_outputs++;
            break;
        case 13:
            graph->n_values++;
            break;
        case 15:
            graph->n_sparse_initializers++;
            break;
        default:
            break;
        }
    }
    return EDGEAI_OK;
}

static edgeai_status take_lists(eai_onnx_reader *reader, eai_onnx_graph *graph, lists *filled)
{
    void *nodes, *initializers, *inputs, *outputs, *values;
    EAI_TRY(eai_onnx_take(reader, EAI_ONNX_POOL_NODES, graph->n_nodes, &nodes));
    EAI_TRY(eai_onnx_take(reader, EAI_ONNX_POOL_TENSORS, graph->n_initializers, &initializers));
    EAI_TRY(eai_onnx_take(reader, EAI_ONNX_POOL_VALUES, graph->n_inputs, &inputs));
    EAI_TRY(eai_onnx_take(reader, EAI_ONNX_POOL_VALUES, graph->n_outputs, &outputs));
    EAI_TRY(eai_onnx_take(reader, EAI_ONNX_POOL_VALUES, graph->n_values, &values));
    *filled = (lists){nodes, initializers, inputs, outputs, values, 0, 0, 0, 0, 0};
    graph->nodes = nodes;
    graph->initializers = initializers;
    graph->inputs = inputs;
    graph->outputs = outputs;
    graph->values = values;
    return EDGEAI_OK;
}

edgeai_status eai_onnx_parse_graph(eai_onnx_reader *reader, const eai_protobuf_field *field,
                                   eai_onnx_graph *graph)
{
    lists filled;
    *graph = (eai_onnx_graph){.name = EAI_ONNX_NO_STRING};
    EAI_TRY(eai_protobuf_want(field, EAI_WIRE_BYTES, "graph"));
    EAI_TRY(see_graph(field->body, graph));
    EAI_TRY(take_lists(reader, graph, &filled));
    for (eai_protobuf rest = field->body; eai_protobuf_more(&rest);) {
        eai_protobuf_field part;
        EAI_TRY(eai_protobuf_next(&rest, &part));
        if (part.number == 1)
            EAI_TRY(add_node(reader, &part, &filled));
        else if (part.number == 5)
            EAI_TRY(add_initializer(reader, &part, &filled));
        else if (part.number == 11)
            EAI_TRY(add_value(reader, &part, "input", filled.inputs, &filled.n_inputs));
        else if (part.number == 12)
            EAI_TRY(add_value(reader, &part, "output", filled.outputs, &filled.n_outputs));
        else if (part.number == 13)
            EAI_TRY(add_value(reader, &part, "value_info", filled.values, &filled.n_values));
    }
    return EDGEAI_OK;
}
