/* SPDX-License-Identifier: MIT */
#include "quantize/sort_filters.h"

#include <stdio.h>
#include <string.h>

#include "base/fail.h"
#include "base/memory.h"
#include "base/text.h"
#include "graph/operator.h"
#include "platform/context_internal.h"
#include "quantize/graph_edit.h"

/* A constant to reorder: [outer][channels][inner_bytes]. */
typedef struct sort_edit {
    int32_t node;
    size_t input, outer, inner_bytes;
} sort_edit;

/* How a value has been seen: its channels lie on axis 1, or are `FLAT`: in a row of [N, C * k]. */
typedef enum sort_mark { SORT_UNSEEN = 0, SORT_CHANNELS, SORT_FLAT } sort_mark;

typedef struct sorting {
    eai_ir *ir;
    const size_t *order;
    size_t n;             /* channels */
    unsigned char *marks; /* [n_values] sort_mark */
    int32_t *open;        /* [n_values] seen, but not yet followed */
    size_t n_open;
    sort_edit *edits; /* [n_edits_max] */
    size_t n_edits, n_edits_max;
    char note[160];
} sorting;

static bool refuse(sorting *self, const eai_node *node, const char *why)
{
    char shown[60];
    snprintf(self->note, sizeof self->note, "not sorted: %.30s \"%s\" %s", node->op_type,
             eai_printable(node->name, strlen(node->name), shown, sizeof shown), why);
    return false;
}

static bool see(sorting *self, const eai_node *node, int32_t value, sort_mark mark)
{
    if (self->marks[value] == mark) return true;
    if (self->marks[value] != SORT_UNSEEN) return refuse(self, node, "mixes shapes");
    self->marks[value] = (unsigned char)mark;
    self->open[self->n_open++] = value;
    return true;
}

/* Once for each constant of a node, whatever ways lead to it. */
static void add_edit(sorting *self, int32_t number, size_t input, size_t outer, size_t inner_bytes)
{
    for (size_t i = 0; i < self->n_edits; i++)
        if (self->edits[i].node == number && self->edits[i].input == input) return;
    self->edits[self->n_edits++] = (sort_edit){number, input, outer, inner_bytes};
}

static bool is_one_of(const eai_node *node, const char *const *names)
{
    for (; *names; names++)
        if (eai_edit_is(node, *names)) return true;
    return false;
}

/* Constants that meet channels elementwise: one number, or [C, 1, 1] with any 1 in front. */
static bool add_elementwise(sorting *self, int32_t number, size_t input)
{
    const eai_node *node = &self->ir->nodes[number];
    const eai_value *value = eai_edit_constant_input(self->ir, node, input);
    size_t n;
    if (!value || !eai_value_elements(value, &n)) return refuse(self, node, "reads other types");
    if (n == 1) return true;
    const int axis = value->n_dims - 3;
    if (n != self->n || axis < 0 || (size_t)value->dims[axis] != n)
        return refuse(self, node, "reads a constant of another shape");
    add_edit(self, number, input, 1, sizeof(float));
    return true;
}

static bool add_vectors(sorting *self, int32_t number, size_t first, size_t end)
{
    const eai_node *node = &self->ir->nodes[number];
    for (size_t i = first; i < end; i++) {
        const eai_value *value = eai_edit_constant_input(self->ir, node, i);
        if (i >= node->n_inputs || node->inputs[i] == EAI_IR_NONE) continue;
        if (!value || value->n_dims != 1 || (size_t)value->dims[0] != self->n)
            return refuse(self, node, "reads values that are not constant");
        add_edit(self, number, i, 1, sizeof(float));
    }
    return true;
}

static bool follow_conv(sorting *self, int32_t number, size_t input)
{
    const eai_node *node = &self->ir->nodes[number];
    const eai_value *w = eai_edit_constant_input(self->ir, node, 1);
    const int64_t group = eai_node_int(node, "group", 1);
    size_t elements;
    if (input != 0 || !w || w->n_dims < 3 || !eai_value_elements(w, &elements) || elements == 0)
        return refuse(self, node, "has no constant weights");
    const size_t filters = (size_t)w->dims[0], channels = (size_t)w->dims[1];
    if (group == 1 && channels == self->n) {
        add_edit(self, number, 1, filters, elements / filters / channels * sizeof(float));
        return true;
    }
    if (group != (int64_t)self->n || channels != 1 || filters != self->n)
        return refuse(self, node, "has groups");
    add_edit(self, number, 1, 1, elements / filters * sizeof(float)); /* one filter a channel */
    return add_vectors(self, number, 2, 3) && see(self, node, node->outputs[0], SORT_CHANNELS);
}

static bool follow_product(sorting *self, int32_t number, size_t input)
{
    const eai_node *node = &self->ir->nodes[number];
    const eai_value *w = eai_edit_constant_input(self->ir, node, 1);
    if (input != 0 || !w || w->n_dims != 2 || eai_node_int(node, "transA", 0) != 0)
        return refuse(self, node, "has no constant weights");
    const bool is_transposed = eai_edit_is(node, "Gemm") && eai_node_int(node, "transB", 0) != 0;
    const size_t rows = (size_t)w->dims[0], columns = (size_t)w->dims[1];
    const size_t k = is_transposed ? columns : rows;
    if (k == 0 || k % self->n != 0) return refuse(self, node, "does not read whole channels");
    if (is_transposed)
        add_edit(self, number, 1, rows, k / self->n * sizeof(float));
    else
        add_edit(self, number, 1, 1, k / self->n * columns * sizeof(float));
    return true;
}

static bool follow_pair(sorting *self, int32_t number)
{
    const eai_node *node = &self->ir->nodes[number];
    for (size_t i = 0; i < node->n_inputs; i++)
        if (node->inputs[i] != EAI_IR_NONE && self->ir->values[node->inputs[i]].data &&
            !add_elementwise(self, number, i))
            return false;
    return see(self, node, node->outputs[0], SORT_CHANNELS);
}

/* One reader of a value whose channels get the new order. */
static bool follow(sorting *self, int32_t number, size_t input, sort_mark mark)
{
    static const char *const keep_apart[] = {
        "Relu", "LeakyRelu", "Sigmoid",  "HardSigmoid", "HardSwish", "Tanh", "Elu",
        "Selu", "Celu",      "Softplus", "Softsign",    "Gelu",      "Mish", "Identity",
        "Abs",  "Neg",       "Exp",      "Sqrt",        NULL};
    static const char *const pool[] = {"MaxPool",           "AveragePool",   "LpPool",
                                       "GlobalAveragePool", "GlobalMaxPool", NULL};
    static const char *const pairs[] = {"Add", "Sub", "Mul", "Div", "PRelu", NULL};
    const eai_node *node = &self->ir->nodes[number];
    if (is_one_of(node, keep_apart) || (eai_edit_is(node, "Clip") && input == 0))
        return see(self, node, node->outputs[0], mark);
    if (mark == SORT_FLAT)
        return eai_edit_is(node, "Gemm") || eai_edit_is(node, "MatMul")
                   ? follow_product(self, number, input)
                   : refuse(self, node, "is not followed");
    if (eai_edit_is(node, "Conv")) return follow_conv(self, number, input);
    if (is_one_of(node, pool) && (node->n_outputs < 2 || node->outputs[1] == EAI_IR_NONE))
        return see(self, node, node->outputs[0], SORT_CHANNELS);
    if (eai_edit_is(node, "BatchNormalization") && input == 0)
        return add_vectors(self, number, 1, 5) && see(self, node, node->outputs[0], SORT_CHANNELS);
    if (is_one_of(node, pairs)) return follow_pair(self, number);
    if (eai_edit_is(node, "Flatten") && eai_node_int(node, "axis", 1) == 1)
        return see(self, node, node->outputs[0], SORT_FLAT);
    return refuse(self, node, "is not followed");
}

static bool follow_value(sorting *self, int32_t value)
{
    const eai_ir *ir = self->ir;
    for (size_t i = 0; i < ir->n_outputs; i++)
        if (ir->outputs[i] == value) {
            snprintf(self->note, sizeof self->note, "not sorted: its channels are an output");
            return false;
        }
    for (size_t i = 0; i < ir->n_nodes; i++)
        for (size_t k = 0; k < ir->nodes[i].n_inputs; k++)
            if (!ir->nodes[i].dead && ir->nodes[i].inputs[k] == value &&
                !follow(self, (int32_t)i, k, (sort_mark)self->marks[value]))
                return false;
    return true;
}

/* Elementwise operators whose other side does not come from the sorted channels. */
static bool check_pairs(sorting *self)
{
    const eai_ir *ir = self->ir;
    for (size_t i = 0; i < ir->n_nodes; i++) {
        const eai_node *node = &ir->nodes[i];
        static const char *const pairs[] = {"Add", "Sub", "Mul", "Div", "PRelu", NULL};
        if (!is_one_of(node, pairs) || self->marks[node->outputs[0]] == SORT_UNSEEN) continue;
        for (size_t k = 0; k < node->n_inputs; k++) {
            const int32_t v = node->inputs[k];
            if (v != EAI_IR_NONE && !ir->values[v].data && self->marks[v] == SORT_UNSEEN)
                return refuse(self, node, "joins it with other channels");
        }
    }
    return true;
}

static edgeai_status apply(const sorting *self, const sort_edit *edit)
{
    eai_ir *ir = self->ir;
    eai_value value = ir->values[ir->nodes[edit->node].inputs[edit->input]];
    const char *from = value.data;
    char *to = eai_ir_memory(ir, value.data_bytes);
    if (!to) return EDGEAI_E_MEMORY;
    for (size_t o = 0; o < edit->outer; o++)
        for (size_t i = 0; i < self->n; i++)
            memcpy(to + (o * self->n + i) * edit->inner_bytes,
                   from + (o * self->n + self->order[i]) * edit->inner_bytes, edit->inner_bytes);
    value.data = to;
    value.name = eai_edit_name(ir, value.name, "sorted");
    if (!value.name) return EDGEAI_E_MEMORY;
    return eai_ir_add_value(ir, &value, &ir->nodes[edit->node].inputs[edit->input]);
}

static bool find_edits(sorting *self, int32_t conv)
{
    const eai_node *node = &self->ir->nodes[conv];
    const eai_value *w = eai_edit_constant_input(self->ir, node, 1);
    if (eai_node_int(node, "group", 1) != 1) return refuse(self, node, "has groups");
    if (!w || w->n_dims < 1 || (size_t)w->dims[0] != self->n)
        return refuse(self, node, "has no constant weights");
    add_edit(self, conv, 1, 1, w->data_bytes / self->n);
    if (!add_vectors(self, conv, 2, 3)) return false;
    see(self, node, node->outputs[0], SORT_CHANNELS);
    while (self->n_open > 0)
        if (!follow_value(self, self->open[--self->n_open])) return false;
    return check_pairs(self);
}

static edgeai_status sort(sorting *self, int32_t conv, const char **note)
{
    if (!find_edits(self, conv)) {
        *note = eai_ir_string(self->ir, self->note, strlen(self->note));
        return *note ? EDGEAI_OK : EDGEAI_E_MEMORY;
    }
    *note = "";
    for (size_t i = 0; i < self->n_edits; i++)
        EAI_TRY(apply(self, &self->edits[i]));
    return EDGEAI_OK;
}

edgeai_status eai_sort_filters(eai_ir *ir, int32_t conv, const size_t *order, size_t n,
                               const char **note)
{
    const edgeai_allocator *allocator = &ir->context->allocator;
    sorting self = {.ir = ir, .order = order, .n = n};
    const size_t n_values = ir->n_values;
    for (size_t i = 0; i < ir->n_nodes; i++)
        self.n_edits_max += ir->nodes[i].n_inputs;
    self.marks = eai_allocate(allocator, n_values, "marks of values");
    self.open = eai_allocate_array(allocator, n_values, sizeof *self.open, "values to follow");
    self.edits =
        eai_allocate_array(allocator, self.n_edits_max, sizeof *self.edits, "constants to reorder");
    edgeai_status status =
        self.marks && self.open && self.edits ? sort(&self, conv, note) : EDGEAI_E_MEMORY;
    eai_release(allocator, self.marks, n_values);
    eai_release(allocator, self.open, n_values * sizeof *self.open);
    eai_release(allocator, self.edits, self.n_edits_max * sizeof *self.edits);
    return status;
}
