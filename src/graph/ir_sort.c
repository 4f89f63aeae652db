/* SPDX-License-Identifier: MIT */
/* The order of nodes: the file's own where that can run, else depth first from its beginning. */

#include "graph/ir.h"

#include <string.h>

#include "base/fail.h"
#include "base/memory.h"
#include "base/text.h"
#include "platform/context_internal.h"

/* In maker[v]: not made by a node, but given. */
enum { GIVEN = -2 };

typedef enum mark { NEW, OPEN, DONE } mark;

typedef struct frame {
    int32_t node;
    uint32_t next; /* input to look at */
} frame;

typedef struct sorting {
    eai_ir *ir;
    int32_t *maker; /* [n_values]: a node, GIVEN or EAI_IR_NONE */
    eai_node *sorted;
    unsigned char *marks; /* [n_nodes] */
    frame *stack;         /* [n_nodes] */
    size_t n_sorted;
} sorting;

static edgeai_status fail_at(const eai_ir *ir, int32_t node, int32_t value, const char *what)
{
    char text[2][96];
    const char *name = value >= 0 ? ir->values[value].name : "";
    if (node < 0)
        return eai_fail(EDGEAI_E_FORMAT, "%s: tensor \"%s\" %s", ir->source,
                        eai_printable(name, strlen(name), text[0], sizeof text[0]), what);
    const eai_node *at = &ir->nodes[node];
    return eai_fail(EDGEAI_E_FORMAT, "%s: %s \"%s\": tensor \"%s\" %s", ir->source, at->op_type,
                    eai_printable(at->name, strlen(at->name), text[1], sizeof text[1]),
                    eai_printable(name, strlen(name), text[0], sizeof text[0]), what);
}

static edgeai_status make(sorting *s, int32_t node, int32_t value, int32_t maker)
{
    if (value < 0 || (size_t)value >= s->ir->n_values)
        return eai_fail(EDGEAI_E_INTERNAL, "%s: no tensor %d", s->ir->source, (int)value);
    if (s->maker[value] != EAI_IR_NONE) return fail_at(s->ir, node, value, "is made twice");
    s->maker[value] = maker;
    return EDGEAI_OK;
}

static edgeai_status find_makers(sorting *s)
{
    const eai_ir *ir = s->ir;
    for (size_t v = 0; v < ir->n_values; v++)
        s->maker[v] = ir->values[v].data ? GIVEN : EAI_IR_NONE;
    for (size_t i = 0; i < ir->n_inputs; i++)
        EAI_TRY(make(s, -1, ir->inputs[i], GIVEN));
    for (size_t i = 0; i < ir->n_nodes; i++) {
        const eai_node *node = &ir->nodes[i];
        for (size_t k = 0; k < node->n_outputs; k++)
            if (node->outputs[k] != EAI_IR_NONE)
                EAI_TRY(make(s, (int32_t)i, node->outputs[k], (int32_t)i));
    }
    return EDGEAI_OK;
}

static edgeai_status check_made(const sorting *s, int32_t node, int32_t value)
{
    if (value < 0 || (size_t)value >= s->ir->n_values)
        return eai_fail(EDGEAI_E_INTERNAL, "%s: no tensor %d", s->ir->source, (int)value);
    if (s->maker[value] == EAI_IR_NONE)
        return fail_at(s->ir, node, value, "is neither given nor made");
    return EDGEAI_OK;
}

/* Checks that all that is read is made, and whether the order is right as it is. */
static edgeai_status check_reads(const sorting *s, bool *in_order)
{
    const eai_ir *ir = s->ir;
    *in_order = true;
    for (size_t i = 0; i < ir->n_nodes; i++) {
        const eai_node *node = &ir->nodes[i];
        for (size_t k = 0; k < node->n_inputs; k++) {
            const int32_t value = node->inputs[k];
            if (value == EAI_IR_NONE) continue;
            EAI_TRY(check_made(s, (int32_t)i, value));
            if (s->maker[value] >= (int32_t)i) *in_order = false;
        }
    }
    for (size_t i = 0; i < ir->n_outputs; i++)
        EAI_TRY(check_made(s, -1, ir->outputs[i]));
    return EDGEAI_OK;
}

/* The next maker of what the frame's node reads that is not sorted yet, or EAI_IR_NONE. */
static int32_t next_maker(const sorting *s, frame *top)
{
    const eai_node *node = &s->ir->nodes[top->node];
    while (top->next < node->n_inputs) {
        const int32_t value = node->inputs[top->next];
        const int32_t maker = value == EAI_IR_NONE ? GIVEN : s->maker[value];
        if (maker >= 0 && s->marks[maker] != DONE) return maker;
        top->next++;
    }
    return EAI_IR_NONE;
}

static edgeai_status visit(sorting *s, int32_t root)
{
    size_t depth = 0;
    s->stack[depth++] = (frame){root, 0};
    s->marks[root] = OPEN;
    while (depth > 0) {
        frame *top = &s->stack[depth - 1];
        const int32_t maker = next_maker(s, top);
        if (maker == EAI_IR_NONE) {
            s->marks[top->node] = DONE;
            s->sorted[s->n_sorted++] = s->ir->nodes[top->node];
            depth--;
        } else if (s->marks[maker] == OPEN) {
            return fail_at(s->ir, top->node, s->ir->nodes[top->node].inputs[top->next],
                           "depends on itself");
        } else {
            s->marks[maker] = OPEN;
            s->stack[depth++] = (frame){maker, 0};
        }
    }
    return EDGEAI_OK;
}

static edgeai_status sort(sorting *s)
{
    bool in_order = true;
    EAI_TRY(find_makers(s));
    EAI_TRY(check_reads(s, &in_order));
    if (in_order) return EDGEAI_OK;
    const size_t n = s->ir->n_nodes;
    for (size_t i = 0; i < n; i++)
        if (s->marks[i] == NEW) EAI_TRY(visit(s, (int32_t)i));
    memcpy(s->ir->nodes, s->sorted, n * sizeof *s->sorted);
    return EDGEAI_OK;
}

static void drop_dead(eai_ir *ir)
{
    size_t n = 0;
    for (size_t i = 0; i < ir->n_nodes; i++)
        if (!ir->nodes[i].dead) ir->nodes[n++] = ir->nodes[i];
    ir->n_nodes = n;
}

edgeai_status eai_ir_sort(eai_ir *ir)
{
    drop_dead(ir);
    const edgeai_allocator *allocator = &ir->context->allocator;
    const size_t n_values = ir->n_values + 1, n_nodes = ir->n_nodes + 1;
    sorting s = {
        .ir = ir,
        .maker = eai_allocate_array(allocator, n_values, sizeof *s.maker, "graph"),
        .sorted = eai_allocate_array(allocator, n_nodes, sizeof *s.sorted, "graph"),
        .marks = eai_allocate(allocator, n_nodes, "graph"),
        .stack = eai_allocate_array(allocator, n_nodes, sizeof *s.stack, "graph"),
    };
    edgeai_status status = EDGEAI_E_MEMORY;
    if (s.maker && s.sorted && s.marks && s.stack) status = sort(&s);
    eai_release(allocator, s.maker, n_values * sizeof *s.maker);
    eai_release(allocator, s.sorted, n_nodes * sizeof *s.sorted);
    eai_release(allocator, s.marks, n_nodes);
    eai_release(allocator, s.stack, n_nodes * sizeof *s.stack);
    return status;
}
