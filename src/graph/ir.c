/* SPDX-License-Identifier: MIT */
#include "graph/ir.h"

#include <string.h>

#include "base/fail.h"
#include "base/memory.h"
#include "base/text.h"
#include "graph/operator.h"
#include "platform/context_internal.h"

/* Small things share blocks of this size; what is larger than a quarter gets its own. */
enum { BLOCK_BYTES = 1 << 16, ROUND_TO = 16 };

struct eai_ir_block {
    eai_ir_block *next;
    size_t bytes, used; /* this header included */
};

#define HEADER_BYTES ((sizeof(eai_ir_block) + ROUND_TO - 1) / ROUND_TO * ROUND_TO)

edgeai_status eai_ir_create(eai_ir **out, edgeai_context *context, const char *source)
{
    *out = NULL;
    eai_ir *ir = eai_allocate(&context->allocator, sizeof *ir, "graph");
    if (!ir) return EDGEAI_E_MEMORY;
    ir->context = context;
    ir->source = eai_ir_string(ir, source, strlen(source));
    if (!ir->source) {
        eai_ir_free(ir);
        return EDGEAI_E_MEMORY;
    }
    *out = ir;
    return EDGEAI_OK;
}

void eai_ir_free(eai_ir *ir)
{
    if (!ir) return;
    const edgeai_allocator *allocator = &ir->context->allocator;
    for (eai_ir_block *block = ir->blocks, *next; block; block = next) {
        next = block->next;
        eai_release(allocator, block, block->bytes);
    }
    eai_release(allocator, ir->values, ir->values_capacity * sizeof *ir->values);
    eai_release(allocator, ir->nodes, ir->nodes_capacity * sizeof *ir->nodes);
    eai_release(allocator, ir, sizeof *ir);
}

static eai_ir_block *add_block(eai_ir *ir, size_t bytes)
{
    eai_ir_block *block = eai_allocate(&ir->context->allocator, bytes, "graph");
    if (!block) return NULL;
    *block = (eai_ir_block){ir->blocks, bytes, HEADER_BYTES};
    ir->blocks = block;
    return block;
}

void *eai_ir_memory(eai_ir *ir, size_t bytes)
{
    if (bytes > PTRDIFF_MAX / 2) {
        eai_fail_memory("graph", bytes);
        return NULL;
    }
    bytes = bytes == 0 ? ROUND_TO : (bytes + ROUND_TO - 1) / ROUND_TO * ROUND_TO;
    eai_ir_block *block = ir->blocks;
    if (!block || block->bytes - block->used < bytes) {
        const bool own = bytes > BLOCK_BYTES / 4;
        block = add_block(ir, own ? HEADER_BYTES + bytes : BLOCK_BYTES);
        if (!block) return NULL;
        if (own && block->next) { /* the half-full block stays in front */
            eai_ir_block *front = block->next;
            block->next = front->next;
            front->next = block;
            ir->blocks = front;
        }
    }
    void *memory = (char *)block + block->used;
    block->used += bytes;
    return memory;
}

const char *eai_ir_string(eai_ir *ir, const char *bytes, size_t n_bytes)
{
    char *copy = eai_ir_memory(ir, n_bytes + 1);
    if (copy && n_bytes > 0) memcpy(copy, bytes, n_bytes);
    return copy;
}

void *eai_ir_duplicate(eai_ir *ir, const void *bytes, size_t n_bytes)
{
    void *copy = eai_ir_memory(ir, n_bytes);
    if (copy && n_bytes > 0) memcpy(copy, bytes, n_bytes);
    return copy;
}

/* Room for one more item; false with the error text set. */
static bool grow(eai_ir *ir, void **items, size_t n, size_t *capacity, size_t item_bytes)
{
    if (n < *capacity) return true;
    const size_t wanted = *capacity ? 2 * *capacity : 32;
    void *bigger = eai_reallocate(&ir->context->allocator, *items, *capacity * item_bytes,
                                  wanted * item_bytes, "graph");
    if (!bigger) return false;
    *items = bigger;
    *capacity = wanted;
    return true;
}

edgeai_status eai_ir_add_value(eai_ir *ir, const eai_value *value, int32_t *out)
{
    *out = EAI_IR_NONE;
    if (ir->n_values >= EAI_IR_VALUES_MAX)
        return eai_fail(EDGEAI_E_LIMIT, "%s: more than %d tensors", ir->source, EAI_IR_VALUES_MAX);
    void *values = ir->values;
    if (!grow(ir, &values, ir->n_values, &ir->values_capacity, sizeof *ir->values))
        return EDGEAI_E_MEMORY;
    ir->values = values;
    ir->values[ir->n_values] = *value;
    *out = (int32_t)ir->n_values++;
    return EDGEAI_OK;
}

static edgeai_status check_arity(const eai_ir *ir, const eai_operator *op, const char *name,
                                 size_t n_inputs, size_t n_outputs)
{
    const struct {
        const char *what;
        size_t n;
        int min, max;
    } sides[] = {{"input", n_inputs, op->min_inputs, op->max_inputs},
                 {"output", n_outputs, op->min_outputs, op->max_outputs}};
    for (int i = 0; i < 2; i++) {
        const size_t n = sides[i].n;
        if (n < (size_t)sides[i].min)
            return eai_fail(EDGEAI_E_FORMAT, "%s: %s \"%s\" needs %d %s(s), found %zu", ir->source,
                            op->name, name, sides[i].min, sides[i].what, n);
        if (sides[i].max >= 0 && n > (size_t)sides[i].max)
            return eai_fail(EDGEAI_E_FORMAT, "%s: %s \"%s\" takes at most %d %s(s), found %zu",
                            ir->source, op->name, name, sides[i].max, sides[i].what, n);
    }
    return EDGEAI_OK;
}

static edgeai_status make_lists(eai_ir *ir, eai_node *node)
{
    const size_t n_edges = node->n_inputs + node->n_outputs;
    node->inputs = eai_ir_memory(ir, n_edges * sizeof *node->inputs);
    node->attributes = eai_ir_memory(ir, node->n_attributes * sizeof *node->attributes);
    if (!node->inputs || !node->attributes) return EDGEAI_E_MEMORY;
    node->outputs = node->inputs + node->n_inputs;
    for (size_t i = 0; i < n_edges; i++)
        node->inputs[i] = EAI_IR_NONE;
    return EDGEAI_OK;
}

edgeai_status eai_ir_add_node_of(eai_ir *ir, const eai_operator *op, const char *name,
                                 size_t n_inputs, size_t n_outputs, size_t n_attributes,
                                 int32_t *out)
{
    *out = EAI_IR_NONE;
    char text[64];
    const char *shown = eai_printable(name, strlen(name), text, sizeof text);
    if (ir->n_nodes >= EAI_IR_NODES_MAX)
        return eai_fail(EDGEAI_E_LIMIT, "%s: more than %d nodes", ir->source, EAI_IR_NODES_MAX);
    if (n_inputs > EAI_IR_NODE_EDGES_MAX || n_outputs > EAI_IR_NODE_EDGES_MAX ||
        n_attributes > EAI_IR_NODE_EDGES_MAX)
        return eai_fail(EDGEAI_E_LIMIT,
                        "%s: node \"%s\" has more than %d inputs, outputs or attributes",
                        ir->source, shown, EAI_IR_NODE_EDGES_MAX);
    EAI_TRY(check_arity(ir, op, shown, n_inputs, n_outputs));
    eai_node node = {.name = eai_ir_string(ir, name, strlen(name)),
                     .op_type = op->name,
                     .domain = op->domain,
                     .op = op,
                     .n_inputs = n_inputs,
                     .n_outputs = n_outputs,
                     .n_attributes = n_attributes};
    if (!node.name) return EDGEAI_E_MEMORY;
    EAI_TRY(make_lists(ir, &node));
    void *nodes = ir->nodes;
    if (!grow(ir, &nodes, ir->n_nodes, &ir->nodes_capacity, sizeof *ir->nodes))
        return EDGEAI_E_MEMORY;
    ir->nodes = nodes;
    ir->nodes[ir->n_nodes] = node;
    *out = (int32_t)ir->n_nodes++;
    return EDGEAI_OK;
}

edgeai_status eai_ir_add_node(eai_ir *ir, const char *domain, const char *op_type, const char *name,
                              size_t n_inputs, size_t n_outputs, size_t n_attributes, int32_t *out)
{
    *out = EAI_IR_NONE;
    const eai_operator *op = eai_operator_find(domain, op_type);
    if (op) return eai_ir_add_node_of(ir, op, name, n_inputs, n_outputs, n_attributes, out);
    char text[3][64];
    return eai_fail(EDGEAI_E_UNSUPPORTED,
                    "%s: node \"%s\" wants operator %s of domain \"%s\", which is not supported",
                    ir->source, eai_printable(name, strlen(name), text[0], sizeof text[0]),
                    eai_printable(op_type, strlen(op_type), text[1], sizeof text[1]),
                    eai_printable(domain, strlen(domain), text[2], sizeof text[2]));
}

edgeai_status eai_ir_set_ports(eai_ir *ir, const int32_t *inputs, size_t n_inputs,
                               const int32_t *outputs, size_t n_outputs)
{
    int32_t *own_inputs = eai_ir_duplicate(ir, inputs, n_inputs * sizeof *inputs);
    int32_t *own_outputs = eai_ir_duplicate(ir, outputs, n_outputs * sizeof *outputs);
    if (!own_inputs || !own_outputs) return EDGEAI_E_MEMORY;
    ir->inputs = own_inputs;
    ir->outputs = own_outputs;
    ir->n_inputs = n_inputs;
    ir->n_outputs = n_outputs;
    return EDGEAI_OK;
}

static edgeai_status copy_node(eai_ir *ir, const eai_node *from)
{
    eai_node node = *from;
    EAI_TRY(make_lists(ir, &node));
    memcpy(node.inputs, from->inputs, from->n_inputs * sizeof *from->inputs);
    memcpy(node.outputs, from->outputs, from->n_outputs * sizeof *from->outputs);
    memcpy(node.attributes, from->attributes, from->n_attributes * sizeof *from->attributes);
    ir->nodes[ir->n_nodes++] = node;
    return EDGEAI_OK;
}

static edgeai_status copy_all(eai_ir *ir, const eai_ir *from)
{
    const edgeai_allocator *allocator = &ir->context->allocator;
    if (from->n_values > 0) {
        ir->values =
            eai_allocate_array(allocator, from->n_values, sizeof *ir->values, "graph's tensors");
        if (!ir->values) return EDGEAI_E_MEMORY;
        ir->n_values = ir->values_capacity = from->n_values;
        memcpy(ir->values, from->values, from->n_values * sizeof *ir->values);
    }
    if (from->n_nodes > 0) {
        ir->nodes =
            eai_allocate_array(allocator, from->n_nodes, sizeof *ir->nodes, "graph's nodes");
        if (!ir->nodes) return EDGEAI_E_MEMORY;
        ir->nodes_capacity = from->n_nodes;
        for (size_t i = 0; i < from->n_nodes; i++)
            EAI_TRY(copy_node(ir, &from->nodes[i]));
    }
    return eai_ir_set_ports(ir, from->inputs, from->n_inputs, from->outputs, from->n_outputs);
}

edgeai_status eai_ir_copy(eai_ir **out, const eai_ir *from)
{
    EAI_TRY(eai_ir_create(out, from->context, from->source));
    edgeai_status status = copy_all(*out, from);
    if (status != EDGEAI_OK) {
        eai_ir_free(*out);
        *out = NULL;
    }
    return status;
}
