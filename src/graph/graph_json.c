/* SPDX-License-Identifier: MIT */

/*
 * edgeai.graph as a graph. The text may have its parts in any order: where they begin is noted
 * first, then values are made, then nodes, whose inputs are found by name.
 */

#include "graph/graph_json.h"

#include <float.h>
#include <math.h>
#include <string.h>

#include "base/fail.h"
#include "base/memory.h"
#include "platform/context_internal.h"

enum { ATTRIBUTES_MAX = 256 };

typedef struct reader {
    eai_graph_content *content;
    eai_ir *ir;
    eai_name_index names; /* items: numbers of values */
} reader;

/* The members of an object whose keys are all known; NULL text: absent. */
static edgeai_status read_members(eai_json_scan *scan, const char *const *keys, size_t n_keys,
                                  eai_json_scan *members)
{
    bool is_first = true, more;
    for (size_t k = 0; k < n_keys; k++)
        members[k] = (eai_json_scan){.text = NULL};
    EAI_TRY(eai_json_open(scan, '{'));
    for (;;) {
        const char *raw;
        char shown[40];
        size_t n, k = 0;
        EAI_TRY(eai_json_next(scan, '}', &is_first, &more));
        if (!more) return EDGEAI_OK;
        EAI_TRY(eai_json_raw_key(scan, &raw, &n));
        while (k < n_keys && (strlen(keys[k]) != n || memcmp(keys[k], raw, n) != 0))
            k++;
        eai_printable(raw, n, shown, sizeof shown);
        if (k == n_keys) return eai_json_fail(scan, "unknown key \"%s\"", shown);
        if (members[k].text) return eai_json_fail(scan, "key \"%s\" is there twice", shown);
        members[k] = *scan;
        EAI_TRY(eai_json_skip(scan));
    }
}

static edgeai_status need(const eai_json_scan *scan, const eai_json_scan *member, const char *key)
{
    return member->text ? EDGEAI_OK : eai_json_fail(scan, "key \"%s\" is missing", key);
}

static edgeai_status count_items(eai_json_scan scan, char bracket, size_t *n)
{
    bool is_first = true, more;
    const char *raw;
    size_t n_raw;
    EAI_TRY(eai_json_open(&scan, bracket));
    bracket = bracket == '[' ? ']' : '}';
    for (*n = 0;; ++*n) {
        EAI_TRY(eai_json_next(&scan, bracket, &is_first, &more));
        if (!more) return EDGEAI_OK;
        if (bracket == '}') EAI_TRY(eai_json_raw_key(&scan, &raw, &n_raw));
        EAI_TRY(eai_json_skip(&scan));
    }
}

static edgeai_status check_length(const eai_json_scan *scan, size_t n)
{
    if (n <= EAI_IR_NAME_MAX) return EDGEAI_OK;
    return eai_json_fail(scan, "a name of %zu bytes, at most %d are read", n, EAI_IR_NAME_MAX);
}

/* A string that lives as long as the graph. */
static edgeai_status read_string(reader *self, eai_json_scan *scan, const char **out)
{
    const char *raw;
    size_t n;
    EAI_TRY(eai_json_raw_string(scan, &raw, &n));
    EAI_TRY(check_length(scan, n));
    char *string = eai_ir_memory(self->ir, n + 1);
    if (!string) return EDGEAI_E_MEMORY;
    eai_json_unescape(raw, n, string);
    *out = string;
    return EDGEAI_OK;
}

static edgeai_status read_type(eai_json_scan *scan, edgeai_element *element)
{
    char name[16];
    const char *raw;
    size_t n;
    EAI_TRY(eai_json_raw_string(scan, &raw, &n));
    *element = EDGEAI_ELEMENT_NONE;
    if (n < sizeof name) {
        eai_json_unescape(raw, n, name);
        *element = eai_element_from_name(name);
    }
    return *element ? EDGEAI_OK : eai_json_fail(scan, "expected an element type");
}

static edgeai_status read_dim(reader *self, eai_json_scan *scan, int64_t *dim, const char **symbol)
{
    eai_json_kind kind;
    EAI_TRY(eai_json_peek(scan, &kind));
    if (kind == EAI_JSON_INT) {
        EAI_TRY(eai_json_int(scan, dim));
        return *dim >= 0 ? EDGEAI_OK : eai_json_fail(scan, "a dimension is negative");
    }
    *dim = -1;
    if (!symbol) return eai_json_fail(scan, "expected a whole number");
    if (kind == EAI_JSON_STRING) return read_string(self, scan, symbol);
    return eai_json_null(scan);
}

/* symbols: NULL where dimensions may not be open. */
static edgeai_status read_shape(reader *self, eai_json_scan *scan, eai_value *value,
                                eai_input_symbols *symbols)
{
    bool is_first = true, more;
    EAI_TRY(eai_json_open(scan, '['));
    for (value->n_dims = 0;; value->n_dims++) {
        EAI_TRY(eai_json_next(scan, ']', &is_first, &more));
        if (!more) return EDGEAI_OK;
        const int i = value->n_dims;
        if (i == EDGEAI_GRAPH_DIMS_MAX)
            return eai_json_fail(scan, "a shape of more than %d dimensions", EDGEAI_GRAPH_DIMS_MAX);
        EAI_TRY(read_dim(self, scan, &value->dims[i], symbols ? &symbols->dims[i] : NULL));
    }
}

static edgeai_status add_value(reader *self, const eai_value *value, int32_t *number)
{
    EAI_TRY(eai_ir_add_value(self->ir, value, number));
    return eai_name_index_add(&self->names, (edgeai_string){value->name, strlen(value->name)},
                              (size_t)*number);
}

static edgeai_status read_input(reader *self, eai_json_scan *scan, int32_t *number,
                                eai_input_symbols *symbols)
{
    static const char *const keys[] = {"name", "type", "shape"};
    eai_json_scan members[3];
    eai_value value = {.n_dims = -1};
    EAI_TRY(read_members(scan, keys, 3, members));
    EAI_TRY(need(scan, &members[0], "name"));
    EAI_TRY(read_string(self, &members[0], &value.name));
    if (members[1].text) EAI_TRY(read_type(&members[1], &value.element));
    if (members[2].text) EAI_TRY(read_shape(self, &members[2], &value, symbols));
    if (!*value.name) return eai_json_fail(scan, "an input has no name");
    return add_value(self, &value, number);
}

/* An integer as an element; false when it is outside the type's range. */
static bool store(edgeai_element element, int64_t number, unsigned char *out)
{
    const size_t bytes = edgeai_element_bytes(element, 1), bits = 8 * bytes;
    const bool is_signed = element == EDGEAI_ELEMENT_I8 || element == EDGEAI_ELEMENT_I16 ||
                           element == EDGEAI_ELEMENT_I32 || element == EDGEAI_ELEMENT_I64;
    if (element == EDGEAI_ELEMENT_BOOL && (number < 0 || number > 1)) return false;
    if (!is_signed && number < 0) return false;
    if (bits < 64) {
        const int64_t limit = (int64_t)1 << (is_signed ? bits - 1 : bits);
        if (number >= limit || (is_signed && number < -limit)) return false;
    }
    for (size_t i = 0; i < bytes; i++)
        out[i] = (unsigned char)((uint64_t)number >> 8 * i);
    return true;
}

static edgeai_status read_values(reader *self, eai_json_scan *scan, eai_value *value)
{
    const size_t element_bytes = edgeai_element_bytes(value->element, 1);
    const bool is_integer =
        (value->element >= EDGEAI_ELEMENT_U8 && value->element <= EDGEAI_ELEMENT_BOOL) ||
        value->element == EDGEAI_ELEMENT_U32 || value->element == EDGEAI_ELEMENT_U64;
    bool is_first = true, more;
    size_t n;
    EAI_TRY(count_items(*scan, '[', &n));
    if (n > 0 && !is_integer)
        return eai_json_fail(scan, "values of constant \"%s\": only integers can stand here",
                             value->name);
    if (value->element >= EDGEAI_ELEMENT_TRITS || n != value->data_bytes / element_bytes)
        return eai_json_fail(scan, "constant \"%s\": the shape does not ask for %zu values",
                             value->name, n);
    unsigned char *data = eai_ir_memory(self->ir, value->data_bytes);
    if (!data) return EDGEAI_E_MEMORY;
    value->data = data;
    EAI_TRY(eai_json_open(scan, '['));
    for (size_t i = 0;; i++) {
        int64_t number;
        EAI_TRY(eai_json_next(scan, ']', &is_first, &more));
        if (!more) return EDGEAI_OK;
        EAI_TRY(eai_json_int(scan, &number));
        if (!store(value->element, number, data + i * element_bytes))
            return eai_json_fail(scan, "constant \"%s\": a value is outside the range of %s",
                                 value->name, edgeai_element_name(value->element));
    }
}

static edgeai_status read_constant(reader *self, eai_json_scan *scan)
{
    static const char *const keys[] = {"name", "type", "shape", "tensor", "values"};
    eai_json_scan members[5];
    eai_value value = {.n_dims = 0};
    const char *tensor;
    int32_t number;
    EAI_TRY(read_members(scan, keys, 5, members));
    for (size_t k = 0; k < 3; k++)
        EAI_TRY(need(scan, &members[k], keys[k]));
    EAI_TRY(read_string(self, &members[0], &value.name));
    EAI_TRY(read_type(&members[1], &value.element));
    EAI_TRY(read_shape(self, &members[2], &value, NULL));
    if (!*value.name) return eai_json_fail(scan, "a constant has no name");
    if (!members[3].text == !members[4].text)
        return eai_json_fail(scan, "constant \"%s\": expected either tensor or values", value.name);
    if (!eai_constant_bytes(&value, &value.data_bytes) || value.data_bytes > PTRDIFF_MAX / 2)
        return eai_json_fail(scan, "constant \"%s\" is too large", value.name);
    if (members[4].text) {
        EAI_TRY(read_values(self, &members[4], &value));
    } else {
        EAI_TRY(read_string(self, &members[3], &tensor));
        EAI_TRY(eai_read_constant_tensor(self->content, &value, tensor, scan->what));
    }
    return add_value(self, &value, &number);
}

static edgeai_status find(reader *self, eai_json_scan *scan, bool may_be_empty, int32_t *out)
{
    char name[EAI_IR_NAME_MAX + 1], shown[64];
    const char *raw;
    size_t n;
    EAI_TRY(eai_json_raw_string(scan, &raw, &n));
    EAI_TRY(check_length(scan, n));
    n = eai_json_unescape(raw, n, name);
    *out = EAI_IR_NONE;
    if (n == 0 && may_be_empty) return EDGEAI_OK;
    const eai_name_entry *entry = eai_name_index_find(&self->names, (edgeai_string){name, n});
    if (!entry)
        return eai_json_fail(scan, "nothing makes \"%s\"",
                             eai_printable(name, n, shown, sizeof shown));
    *out = (int32_t)entry->item;
    return EDGEAI_OK;
}

/* Names of a list as numbers. */
static edgeai_status find_all(reader *self, eai_json_scan scan, bool may_be_empty, int32_t *out)
{
    bool is_first = true, more;
    EAI_TRY(eai_json_open(&scan, '['));
    for (size_t i = 0;; i++) {
        EAI_TRY(eai_json_next(&scan, ']', &is_first, &more));
        if (!more) return EDGEAI_OK;
        EAI_TRY(find(self, &scan, may_be_empty, &out[i]));
    }
}

static edgeai_status read_inputs(reader *self, eai_json_scan scan, int32_t **inputs, size_t *n)
{
    bool is_first = true, more;
    EAI_TRY(count_items(scan, '[', n));
    *inputs = eai_ir_memory(self->ir, *n * sizeof **inputs);
    eai_input_symbols *symbols = eai_ir_memory(self->ir, *n * sizeof *symbols);
    if (!*inputs || !symbols) return EDGEAI_E_MEMORY;
    self->content->symbols = symbols;
    EAI_TRY(eai_json_open(&scan, '['));
    for (size_t i = 0;; i++) {
        EAI_TRY(eai_json_next(&scan, ']', &is_first, &more));
        if (!more) return EDGEAI_OK;
        EAI_TRY(read_input(self, &scan, &(*inputs)[i], &symbols[i]));
    }
}

static const char *const node_keys[] = {"op", "name", "inputs", "outputs", "attributes", "domain"};
enum { OP, NAME, INPUTS, OUTPUTS, ATTRIBUTES, DOMAIN, N_NODE_KEYS };

/* First pass over a node: its outputs become values. */
static edgeai_status read_node_outputs(reader *self, eai_json_scan *scan)
{
    eai_json_scan members[N_NODE_KEYS], *list = &members[OUTPUTS];
    bool is_first = true, more;
    EAI_TRY(read_members(scan, node_keys, N_NODE_KEYS, members));
    EAI_TRY(need(scan, list, "outputs"));
    EAI_TRY(eai_json_open(list, '['));
    for (;;) {
        eai_value value = {.n_dims = -1};
        int32_t number;
        EAI_TRY(eai_json_next(list, ']', &is_first, &more));
        if (!more) return EDGEAI_OK;
        EAI_TRY(read_string(self, list, &value.name));
        if (*value.name) EAI_TRY(add_value(self, &value, &number));
    }
}

static float narrow(double number)
{
    if (number > (double)FLT_MAX) return INFINITY;
    return number < -(double)FLT_MAX ? -INFINITY : (float)number;
}

/* A list: all integers, all floats or all strings. */
static edgeai_status read_list(reader *self, eai_json_scan *scan, eai_attribute *attribute)
{
    static const eai_attribute_kind kinds[] = {[EAI_JSON_STRING] = EAI_ATTRIBUTE_STRINGS,
                                               [EAI_JSON_INT] = EAI_ATTRIBUTE_INTS,
                                               [EAI_JSON_FLOAT] = EAI_ATTRIBUTE_FLOATS};
    eai_json_kind first = EAI_JSON_INT, kind;
    bool is_first = true, more;
    EAI_TRY(count_items(*scan, '[', &attribute->n));
    EAI_TRY(eai_json_open(scan, '['));
    void *items = eai_ir_memory(self->ir, attribute->n * sizeof(int64_t));
    if (!items) return EDGEAI_E_MEMORY;
    for (size_t i = 0;; i++) {
        double number;
        EAI_TRY(eai_json_next(scan, ']', &is_first, &more));
        if (!more) break;
        EAI_TRY(eai_json_peek(scan, &kind));
        if (i == 0) first = kind;
        if (kind != first || kind > EAI_JSON_FLOAT)
            return eai_json_fail(scan, "expected a list of integers, of floats or of strings");
        if (kind == EAI_JSON_STRING) {
            EAI_TRY(read_string(self, scan, (const char **)items + i));
        } else if (kind == EAI_JSON_INT) {
            EAI_TRY(eai_json_int(scan, (int64_t *)items + i));
        } else {
            EAI_TRY(eai_json_real(scan, &number));
            ((float *)items)[i] = narrow(number);
        }
    }
    attribute->kind = kinds[first];
    attribute->ints = first == EAI_JSON_INT ? items : NULL;
    attribute->floats = first == EAI_JSON_FLOAT ? items : NULL;
    attribute->strings = first == EAI_JSON_STRING ? items : NULL;
    return EDGEAI_OK;
}

static edgeai_status read_attribute(reader *self, eai_json_scan *scan, eai_attribute *attribute)
{
    eai_json_kind kind;
    double number;
    EAI_TRY(eai_json_peek(scan, &kind));
    switch (kind) {
    case EAI_JSON_INT:
        attribute->kind = EAI_ATTRIBUTE_INT;
        return eai_json_int(scan, &attribute->i);
    case EAI_JSON_FLOAT:
        attribute->kind = EAI_ATTRIBUTE_FLOAT;
        EAI_TRY(eai_json_real(scan, &number));
        attribute->f = narrow(number);
        return EDGEAI_OK;
    case EAI_JSON_STRING:
        attribute->kind = EAI_ATTRIBUTE_STRING;
        return read_string(self, scan, &attribute->s);
    case EAI_JSON_ARRAY:
        return read_list(self, scan, attribute);
    default:
        return eai_json_fail(scan, "expected a number, a string or a list");
    }
}

/* Empty lists count as left out. */
static edgeai_status read_attributes(reader *self, eai_json_scan scan, eai_node *node)
{
    bool is_first = true, more;
    node->n_attributes = 0;
    EAI_TRY(eai_json_open(&scan, '{'));
    for (;;) {
        eai_attribute attribute = {.name = NULL};
        EAI_TRY(eai_json_next(&scan, '}', &is_first, &more));
        if (!more) return EDGEAI_OK;
        EAI_TRY(read_string(self, &scan, &attribute.name));
        if (eai_node_attribute(node, attribute.name))
            return eai_json_fail(&scan, "an attribute is there twice");
        EAI_TRY(eai_json_open(&scan, ':'));
        EAI_TRY(read_attribute(self, &scan, &attribute));
        const bool is_empty = attribute.kind >= EAI_ATTRIBUTE_INTS && attribute.n == 0;
        if (!is_empty) node->attributes[node->n_attributes++] = attribute;
    }
}

/* Second pass. */
static edgeai_status read_node(reader *self, eai_json_scan *scan)
{
    eai_json_scan members[N_NODE_KEYS];
    const char *op, *name = "", *domain = "";
    size_t n_inputs, n_outputs, n_attributes = 0;
    int32_t number;
    EAI_TRY(read_members(scan, node_keys, N_NODE_KEYS, members));
    EAI_TRY(need(scan, &members[OP], "op"));
    EAI_TRY(need(scan, &members[INPUTS], "inputs"));
    EAI_TRY(read_string(self, &members[OP], &op));
    if (members[NAME].text) EAI_TRY(read_string(self, &members[NAME], &name));
    if (members[DOMAIN].text) EAI_TRY(read_string(self, &members[DOMAIN], &domain));
    if (*domain && strcmp(domain, "edgeai") != 0)
        return eai_json_fail(scan, "a node's domain is neither empty nor edgeai");
    EAI_TRY(count_items(members[INPUTS], '[', &n_inputs));
    EAI_TRY(count_items(members[OUTPUTS], '[', &n_outputs));
    if (members[ATTRIBUTES].text) EAI_TRY(count_items(members[ATTRIBUTES], '{', &n_attributes));
    if (n_attributes > ATTRIBUTES_MAX)
        return eai_json_fail(scan, "a node of more than %d attributes", ATTRIBUTES_MAX);
    EAI_TRY(
        eai_ir_add_node(self->ir, domain, op, name, n_inputs, n_outputs, n_attributes, &number));
    eai_node *node = &self->ir->nodes[number]; /* no further node is made before we are done */
    EAI_TRY(find_all(self, members[INPUTS], true, node->inputs));
    EAI_TRY(find_all(self, members[OUTPUTS], true, node->outputs));
    return members[ATTRIBUTES].text ? read_attributes(self, members[ATTRIBUTES], node) : EDGEAI_OK;
}

/* Each item of a list. */
static edgeai_status read_each(reader *self, eai_json_scan scan,
                               edgeai_status (*read)(reader *self, eai_json_scan *scan))
{
    bool is_first = true, more;
    EAI_TRY(eai_json_open(&scan, '['));
    for (;;) {
        EAI_TRY(eai_json_next(&scan, ']', &is_first, &more));
        if (!more) return EDGEAI_OK;
        EAI_TRY(read(self, &scan));
    }
}

static edgeai_status check_versions(eai_json_scan *version, eai_json_scan *opset)
{
    int64_t number;
    EAI_TRY(eai_json_int(version, &number));
    if (number != EAI_GRAPH_VERSION)
        return eai_fail(EDGEAI_E_VERSION, "%s: version %lld, expected %d", version->what,
                        (long long)number, EAI_GRAPH_VERSION);
    EAI_TRY(eai_json_int(opset, &number));
    if (number != EAI_IR_OPSET)
        return eai_fail(EDGEAI_E_VERSION, "%s: opset %lld, expected %d", opset->what,
                        (long long)number, EAI_IR_OPSET);
    return EDGEAI_OK;
}

static edgeai_status read_all(reader *self, eai_json_scan *scan)
{
    enum { VERSION, OPSET, IN, OUT, CONSTANTS, NODES, N_KEYS };
    static const char *const keys[] = {"version", "opset",     "inputs",
                                       "outputs", "constants", "nodes"};
    eai_json_scan members[N_KEYS];
    char shown[64];
    int32_t *inputs, *outputs;
    size_t n_inputs, n_outputs;
    EAI_TRY(read_members(scan, keys, N_KEYS, members));
    EAI_TRY(eai_json_end(scan));
    for (size_t k = 0; k < N_KEYS; k++)
        if (k != CONSTANTS) EAI_TRY(need(scan, &members[k], keys[k]));
    EAI_TRY(check_versions(&members[VERSION], &members[OPSET]));
    EAI_TRY(read_inputs(self, members[IN], &inputs, &n_inputs));
    if (members[CONSTANTS].text) EAI_TRY(read_each(self, members[CONSTANTS], read_constant));
    EAI_TRY(read_each(self, members[NODES], read_node_outputs));
    EAI_TRY(eai_name_index_sort(&self->names));
    const eai_name_entry *twice = eai_name_index_repeated(&self->names);
    if (twice)
        return eai_fail(EDGEAI_E_FORMAT, "%s: \"%s\" is made twice", scan->what,
                        eai_printable(twice->name.bytes, twice->name.n_bytes, shown, sizeof shown));
    EAI_TRY(read_each(self, members[NODES], read_node));
    EAI_TRY(count_items(members[OUT], '[', &n_outputs));
    outputs = eai_ir_memory(self->ir, n_outputs * sizeof *outputs);
    if (!outputs) return EDGEAI_E_MEMORY;
    EAI_TRY(find_all(self, members[OUT], false, outputs));
    EAI_TRY(eai_ir_set_ports(self->ir, inputs, n_inputs, outputs, n_outputs));
    return eai_ir_sort(self->ir);
}

edgeai_status eai_graph_json_read(eai_graph_content *content, const char *text, size_t n,
                                  const char *what)
{
    eai_json_scan scan = {text, n, 0, what};
    reader self = {.content = content, .ir = content->ir};
    self.names.allocator = &content->context->allocator;
    edgeai_status status = read_all(&self, &scan);
    eai_name_index_free(&self.names);
    return status;
}
