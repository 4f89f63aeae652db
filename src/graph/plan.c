/* SPDX-License-Identifier: MIT */
/*
 * Which values share memory, how long each buffer lives, and where it lies. A value lies in the
 * buffer of its root: itself, or the value that it is another view of (EAI_OP_ALIAS), or the one
 * that it overwrites (EAI_OP_IN_PLACE).
 */

#include <string.h>

#include "base/fail.h"
#include "base/memory.h"
#include "graph/memory_plan.h"
#include "graph/session_internal.h"
#include "platform/context_internal.h"

typedef struct place {
    int32_t root;        /* EAI_IR_NONE: a constant, or not used */
    int32_t first, last; /* of a root: steps in which its buffer lives; of others `last` is the
                            last step that reads the value itself */
    bool is_input, has_output; /* of a root: nobody may write to it; may not change its place */
    size_t bytes;
    size_t buffer; /* of a root */
} place;

typedef struct layout {
    edgeai_session *session;
    place *places; /* [n_values] */
    eai_buffer *buffers;
    size_t n_buffers;
} layout;

static void find_last_reads(const layout *l)
{
    const eai_ir *ir = l->session->ir;
    for (size_t v = 0; v < ir->n_values; v++)
        l->places[v] = (place){.root = EAI_IR_NONE, .first = -1, .last = -1};
    for (size_t i = 0; i < ir->n_nodes; i++)
        for (size_t k = 0; k < ir->nodes[i].n_inputs; k++)
            if (ir->nodes[i].inputs[k] != EAI_IR_NONE)
                l->places[ir->nodes[i].inputs[k]].last = (int32_t)i;
    for (size_t i = 0; i < ir->n_outputs; i++) {
        l->places[ir->outputs[i]].last = (int32_t)ir->n_nodes;
        l->places[ir->outputs[i]].has_output = true;
    }
}

/* A buffer of its own, from step `first` on. */
static void own_buffer(const layout *l, int32_t v, int32_t first)
{
    place *p = &l->places[v];
    p->root = v;
    p->first = first;
    if (p->last < first) p->last = first;
    (void)eai_value_size(&l->session->ir->values[v], &p->bytes);
}

static void join(const layout *l, int32_t v, int32_t root)
{
    place *p = &l->places[v], *r = &l->places[root];
    p->root = root;
    if (p->last > r->last) r->last = p->last;
    if (p->has_output) r->has_output = true;
}

/* The root of input `index` when output 0 could lie there: same bytes, not a constant. */
static int32_t shared_root(const layout *l, const eai_node *node, size_t index)
{
    if (index >= node->n_inputs || node->n_outputs == 0) return EAI_IR_NONE;
    const int32_t x = node->inputs[index], y = node->outputs[0];
    if (x == EAI_IR_NONE || y == EAI_IR_NONE) return EAI_IR_NONE;
    const int32_t root = l->places[x].root;
    size_t bytes = 0;
    (void)eai_value_size(&l->session->ir->values[y], &bytes);
    return root != EAI_IR_NONE && l->places[root].bytes == bytes ? root : EAI_IR_NONE;
}

static bool try_alias(const layout *l, const eai_node *node)
{
    const int32_t root = node->op->flags & EAI_OP_ALIAS ? shared_root(l, node, 0) : EAI_IR_NONE;
    if (root == EAI_IR_NONE) return false;
    /* An output keeps its values when the caller writes the next input. */
    if (l->places[root].is_input && l->places[node->outputs[0]].has_output) return false;
    join(l, node->outputs[0], root);
    return true;
}

static bool try_in_place(const layout *l, int32_t step, size_t index)
{
    const eai_ir *ir = l->session->ir;
    const eai_node *node = &ir->nodes[step];
    const int32_t root = shared_root(l, node, index);
    if (root == EAI_IR_NONE) return false;
    const place *r = &l->places[root];
    if (r->last != step) return false; /* the graph's inputs and outputs live longer */
    const eai_value *x = &ir->values[node->inputs[index]], *y = &ir->values[node->outputs[0]];
    if (x->n_dims != y->n_dims) return false;
    for (int d = 0; d < x->n_dims; d++)
        if (x->dims[d] != y->dims[d]) return false;
    if (edgeai_element_bytes(x->element, 4) != edgeai_element_bytes(y->element, 4)) return false;
    for (size_t k = 0; k < node->n_inputs; k++) {
        const int32_t other = node->inputs[k];
        if (k != index && other != EAI_IR_NONE && l->places[other].root == root) return false;
    }
    join(l, node->outputs[0], root);
    return true;
}

static void place_outputs(const layout *l, int32_t step)
{
    const eai_node *node = &l->session->ir->nodes[step];
    size_t k = 0;
    if (try_alias(l, node) || (node->op->flags & EAI_OP_IN_PLACE && try_in_place(l, step, 0)) ||
        (node->op->flags & EAI_OP_IN_PLACE_SECOND && try_in_place(l, step, 1)))
        k = 1;
    for (; k < node->n_outputs; k++)
        if (node->outputs[k] != EAI_IR_NONE) own_buffer(l, node->outputs[k], step);
}

static void place_values(const layout *l)
{
    const eai_ir *ir = l->session->ir;
    for (size_t i = 0; i < ir->n_inputs; i++) {
        own_buffer(l, ir->inputs[i], 0);
        l->places[ir->inputs[i]].is_input = true;
        l->places[ir->inputs[i]].last = (int32_t)ir->n_nodes; /* inputs keep their values */
    }
    for (size_t i = 0; i < ir->n_nodes; i++)
        place_outputs(l, (int32_t)i);
}

/* Bytes of the different buffers that a step works on. */
static size_t step_bytes(const layout *l, const eai_node *node, size_t *seen, size_t mark)
{
    size_t sum = 0;
    for (size_t k = 0; k < node->n_inputs + node->n_outputs; k++) {
        const int32_t v = k < node->n_inputs ? node->inputs[k] : node->outputs[k - node->n_inputs];
        const int32_t root = v == EAI_IR_NONE ? v : l->places[v].root;
        if (root == EAI_IR_NONE || seen[l->places[root].buffer] == mark) continue;
        seen[l->places[root].buffer] = mark;
        sum += l->places[root].bytes;
    }
    return sum;
}

static void make_buffers(layout *l)
{
    for (size_t v = 0; v < l->session->ir->n_values; v++) {
        place *p = &l->places[v];
        if (p->root != (int32_t)v) continue;
        p->buffer = l->n_buffers;
        l->buffers[l->n_buffers++] =
            (eai_buffer){.bytes = eai_align_up(p->bytes), .first = p->first, .last = p->last};
    }
}

static edgeai_status find_largest_pair(const layout *l)
{
    const eai_ir *ir = l->session->ir;
    const edgeai_allocator *allocator = &l->session->context->allocator;
    size_t *seen = eai_allocate_array(allocator, l->n_buffers + 1, sizeof *seen, "memory plan");
    if (!seen) return EDGEAI_E_MEMORY;
    size_t largest = 0;
    for (size_t i = 0; i < ir->n_nodes; i++) {
        const size_t bytes = step_bytes(l, &ir->nodes[i], seen, i + 1);
        if (bytes > largest) largest = bytes;
    }
    l->session->memory.largest_pair_bytes = largest;
    eai_release(allocator, seen, (l->n_buffers + 1) * sizeof *seen);
    return EDGEAI_OK;
}

/* Memory, and every operand's place in it. Without activations the arena still has an address. */
static edgeai_status allocate(layout *l)
{
    edgeai_session *s = l->session;
    const edgeai_allocator *allocator = &s->context->allocator;
    s->arena = eai_allocate(allocator, s->memory.arena_bytes + 1, "session's activations");
    if (!s->arena) return EDGEAI_E_MEMORY;
    if (s->memory.scratch_bytes > 0) {
        s->scratch = eai_allocate_unset(allocator, s->memory.scratch_bytes, "session's scratch");
        if (!s->scratch) return EDGEAI_E_MEMORY;
    }
    for (size_t v = 0; v < s->n_operands; v++) {
        const int32_t root = l->places[v].root;
        if (root != EAI_IR_NONE)
            s->operands[v].data = s->arena + l->buffers[l->places[root].buffer].offset;
    }
    for (size_t i = 0; i < s->n_steps; i++)
        s->steps[i].call.scratch = s->scratch;
    return EDGEAI_OK;
}

static edgeai_status plan(layout *l)
{
    edgeai_session *s = l->session;
    find_last_reads(l);
    place_values(l);
    make_buffers(l);
    EAI_TRY(
        eai_memory_plan(l->buffers, l->n_buffers, &s->context->allocator, &s->memory.arena_bytes));
    EAI_TRY(find_largest_pair(l));
    return allocate(l);
}

edgeai_status eai_session_plan(edgeai_session *session)
{
    const edgeai_allocator *allocator = &session->context->allocator;
    const size_t n = session->ir->n_values + 1;
    layout l = {
        .session = session,
        .places = eai_allocate_array(allocator, n, sizeof *l.places, "memory plan"),
        .buffers = eai_allocate_array(allocator, n, sizeof *l.buffers, "memory plan"),
    };
    edgeai_status status = l.places && l.buffers ? plan(&l) : EDGEAI_E_MEMORY;
    eai_release(allocator, l.places, n * sizeof *l.places);
    eai_release(allocator, l.buffers, n * sizeof *l.buffers);
    return status;
}
