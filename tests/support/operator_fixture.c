/* SPDX-License-Identifier: MIT */
#include "support/operator_fixture.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "support/failing_allocator.h"

enum { SIDE_MAX = 32, GUARD = 64, GUARD_BYTE = 0xA5, ATTRIBUTES_MAX = 16 };

typedef struct tensor {
    eai_operand operand;
    void *data; /* [bytes], guards around it for outputs */
    size_t bytes;
    bool absent, constant;
} tensor;

struct op_test {
    failing_allocator counter;
    edgeai_context *context;
    eai_ir *ir; /* owns strings and attributes */
    const eai_operator *op;
    eai_node node;
    eai_attribute attributes[ATTRIBUTES_MAX];
    tensor inputs[SIDE_MAX], outputs[SIDE_MAX];
    eai_operand *in[SIDE_MAX], *out[SIDE_MAX];
    size_t n_inputs, n_outputs;
    eai_call call;
    eai_prepared prepared;
    void *scratch;
    bool is_prepared;
};

op_test *op_begin_in(const char *domain, const char *name, int n_threads, const char *cpu)
{
    op_test *t = calloc(1, sizeof *t);
    assert_non_null(t);
    t->counter.fail_at = SIZE_MAX;
    edgeai_context_options options = EDGEAI_CONTEXT_OPTIONS_INIT;
    options.allocator = failing_allocator_make(&t->counter);
    options.n_threads = n_threads;
    options.cpu = cpu;
    assert_ok(edgeai_context_create(&t->context, &options));
    assert_ok(eai_ir_create(&t->ir, t->context, "test"));
    t->op = eai_operator_find(domain, name);
    if (!t->op) fail_msg("operator \"%s\" of domain \"%s\" does not exist", name, domain);
    t->node = (eai_node){.name = "node",
                         .op_type = t->op->name,
                         .domain = t->op->domain,
                         .op = t->op,
                         .attributes = t->attributes};
    return t;
}

op_test *op_begin(const char *domain, const char *name)
{
    return op_begin_in(domain, name, 1, NULL);
}

static void unprepare(op_test *t)
{
    if (t->is_prepared && t->op->unprepare) t->op->unprepare(&t->call);
    t->is_prepared = false;
    free(t->scratch);
    t->scratch = NULL;
}

static void free_outputs(op_test *t)
{
    for (size_t i = 0; i < SIDE_MAX; i++)
        free(t->outputs[i].data);
    memset(t->outputs, 0, sizeof t->outputs);
}

void op_end(op_test *t)
{
    unprepare(t);
    free_outputs(t);
    for (size_t i = 0; i < t->n_inputs; i++)
        free(t->inputs[i].data);
    eai_ir_free(t->ir);
    edgeai_context_free(t->context);
    assert_int_equal(t->counter.n_live, 0);
    free(t);
}

static void *aligned(size_t bytes)
{
    void *memory = NULL;
    assert_int_equal(posix_memalign(&memory, EAI_ALIGNMENT, bytes + 1), 0);
    return memory;
}

/* `whole`: as a constant lies, slices of the first dimension at bytes. */
static size_t bytes_of(const eai_operand *operand, bool whole)
{
    eai_value value = {.element = operand->element, .n_dims = operand->n_dims};
    memcpy(value.dims, operand->dims, sizeof value.dims);
    const bool packed =
        operand->element == EDGEAI_ELEMENT_TRITS || operand->element == EDGEAI_ELEMENT_BITS;
    if (whole && packed && operand->n_dims > 0 && operand->dims[0] > 0) {
        const size_t slices = (size_t)operand->dims[0];
        return slices * edgeai_element_bytes(operand->element, operand->n / slices);
    }
    size_t bytes = 0;
    assert_true(eai_value_size(&value, &bytes));
    return bytes;
}

static tensor *next_input(op_test *t)
{
    assert_true(t->n_inputs < SIDE_MAX);
    return &t->inputs[t->n_inputs++];
}

static void add_input(op_test *t, edgeai_element element, const int64_t *dims, int n_dims,
                      const void *data, bool constant)
{
    tensor *input = next_input(t);
    input->constant = constant;
    input->operand = (eai_operand){.element = element, .n_dims = n_dims, .n = 1};
    for (int i = 0; i < n_dims; i++) {
        input->operand.dims[i] = dims[i];
        input->operand.n *= (size_t)dims[i];
    }
    input->bytes = bytes_of(&input->operand, constant);
    input->data = aligned(input->bytes);
    if (input->bytes > 0) memcpy(input->data, data, input->bytes);
}

void op_input(op_test *t, edgeai_element element, const int64_t *dims, int n_dims, const void *data)
{
    add_input(t, element, dims, n_dims, data, false);
}

void op_constant(op_test *t, edgeai_element element, const int64_t *dims, int n_dims,
                 const void *data)
{
    add_input(t, element, dims, n_dims, data, true);
}

void op_absent(op_test *t)
{
    next_input(t)->absent = true;
}

void op_f32(op_test *t, const int64_t *dims, int n_dims, const float *data)
{
    add_input(t, EDGEAI_ELEMENT_F32, dims, n_dims, data, false);
}

void op_i64(op_test *t, const int64_t *dims, int n_dims, const int64_t *data)
{
    add_input(t, EDGEAI_ELEMENT_I64, dims, n_dims, data, true);
}

static eai_attribute *next_attribute(op_test *t, const char *name, eai_attribute_kind kind)
{
    assert_true(t->node.n_attributes < ATTRIBUTES_MAX);
    eai_attribute *attribute = &t->attributes[t->node.n_attributes++];
    attribute->name = eai_ir_string(t->ir, name, strlen(name));
    attribute->kind = kind;
    return attribute;
}

void op_set_int(op_test *t, const char *name, int64_t value)
{
    next_attribute(t, name, EAI_ATTRIBUTE_INT)->i = value;
}

void op_set_float(op_test *t, const char *name, float value)
{
    next_attribute(t, name, EAI_ATTRIBUTE_FLOAT)->f = value;
}

void op_set_string(op_test *t, const char *name, const char *value)
{
    next_attribute(t, name, EAI_ATTRIBUTE_STRING)->s = eai_ir_string(t->ir, value, strlen(value));
}

void op_set_ints(op_test *t, const char *name, size_t n, const int64_t *values)
{
    eai_attribute *attribute = next_attribute(t, name, EAI_ATTRIBUTE_INTS);
    attribute->n = n;
    attribute->ints = eai_ir_duplicate(t->ir, values, n * sizeof *values);
}

void op_set_floats(op_test *t, const char *name, size_t n, const float *values)
{
    eai_attribute *attribute = next_attribute(t, name, EAI_ATTRIBUTE_FLOATS);
    attribute->n = n;
    attribute->floats = eai_ir_duplicate(t->ir, values, n * sizeof *values);
}

static void show_data(op_test *t, bool all)
{
    for (size_t i = 0; i < t->n_inputs; i++) {
        t->in[i] = t->inputs[i].absent ? NULL : &t->inputs[i].operand;
        t->inputs[i].operand.data = all || t->inputs[i].constant ? t->inputs[i].data : NULL;
    }
}

static edgeai_status infer(op_test *t, size_t n_outputs, uint64_t wanted)
{
    unprepare(t);
    free_outputs(t);
    const eai_operator *op = t->op;
    assert_true(t->n_inputs >= (size_t)op->min_inputs);
    assert_true(op->max_inputs < 0 || t->n_inputs <= (size_t)op->max_inputs);
    assert_true(n_outputs >= (size_t)op->min_outputs && n_outputs <= SIDE_MAX);
    assert_true(op->max_outputs < 0 || n_outputs <= (size_t)op->max_outputs);
    t->n_outputs = n_outputs;
    show_data(t, false);
    for (size_t i = 0; i < n_outputs; i++) {
        t->outputs[i].operand.n_dims = -1;
        t->out[i] = wanted >> i & 1 ? &t->outputs[i].operand : NULL;
    }
    t->node.n_inputs = t->n_inputs;
    t->node.n_outputs = n_outputs;
    t->call = (eai_call){.node = &t->node,
                         .context = t->context,
                         .n_inputs = t->n_inputs,
                         .n_outputs = n_outputs,
                         .inputs = t->in,
                         .outputs = t->out};
    edgeai_status status = op->infer ? op->infer(&t->call) : eai_infer_same(&t->call);
    for (size_t i = 0; i < n_outputs && status == EDGEAI_OK; i++)
        if (t->out[i] && t->out[i]->n_dims < 0) fail_msg("output %zu was not inferred", i);
    return status;
}

edgeai_status op_infer(op_test *t, size_t n_outputs)
{
    return infer(t, n_outputs, UINT64_MAX);
}

static void make_outputs(op_test *t)
{
    for (size_t i = 0; i < t->n_outputs; i++) {
        tensor *output = &t->outputs[i];
        if (!t->out[i]) continue;
        output->bytes = bytes_of(&output->operand, false);
        output->data = aligned(GUARD + output->bytes + GUARD);
        memset(output->data, GUARD_BYTE, GUARD + output->bytes + GUARD);
        output->operand.data = (char *)output->data + GUARD;
    }
}

static void check_guard(const unsigned char *bytes, const char *where, size_t index)
{
    for (size_t k = 0; k < GUARD; k++)
        if (bytes[k] != GUARD_BYTE) fail_msg("written %s %zu", where, index);
}

static edgeai_status run_once(op_test *t)
{
    const size_t before = t->counter.n_allocations;
    edgeai_status status = t->op->run(&t->call);
    assert_int_equal(t->counter.n_allocations, before);
    return status;
}

static bool same_shape(const eai_operand *a, const eai_operand *b)
{
    return a->n_dims == b->n_dims &&
           (a->n_dims == 0 || memcmp(a->dims, b->dims, (size_t)a->n_dims * sizeof a->dims[0]) == 0);
}

/* Runs once more with output 0 where input `index` lies. */
static void check_in_place(op_test *t, size_t index)
{
    tensor *output = &t->outputs[0], *input = &t->inputs[index];
    if (index >= t->n_inputs || input->absent || !t->out[0]) return;
    if (!same_shape(&input->operand, &output->operand) || input->bytes != output->bytes) return;
    void *copy = aligned(input->bytes), *own = output->operand.data;
    if (input->bytes > 0) memcpy(copy, input->data, input->bytes);
    input->operand.data = output->operand.data = copy;
    assert_ok(run_once(t));
    if (output->bytes > 0) assert_memory_equal(copy, own, output->bytes);
    input->operand.data = input->data;
    output->operand.data = own;
    free(copy);
}

edgeai_status op_run_wanted(op_test *t, size_t n_outputs, uint64_t wanted)
{
    edgeai_status status = infer(t, n_outputs, wanted);
    if (status != EDGEAI_OK) return status;
    t->prepared = (eai_prepared){0};
    if (t->op->prepare) status = t->op->prepare(&t->call, &t->prepared);
    if (status != EDGEAI_OK) return status;
    t->is_prepared = true;
    t->call.state = t->prepared.state;
    const size_t scratch_bytes = t->prepared.scratch_bytes;
    t->scratch = aligned(scratch_bytes + GUARD);
    memset(t->scratch, GUARD_BYTE, scratch_bytes + GUARD);
    t->call.scratch = t->scratch;
    make_outputs(t);
    show_data(t, true);
    status = run_once(t);
    if (status != EDGEAI_OK) return status;
    if (t->op->flags & EAI_OP_IN_PLACE) check_in_place(t, 0);
    if (t->op->flags & EAI_OP_IN_PLACE_SECOND) check_in_place(t, 1);
    check_guard((unsigned char *)t->scratch + scratch_bytes, "behind scratch of", 0);
    for (size_t i = 0; i < n_outputs; i++) {
        if (!t->out[i]) continue;
        const unsigned char *data = t->outputs[i].data;
        check_guard(data, "in front of output", i);
        check_guard(data + GUARD + t->outputs[i].bytes, "behind output", i);
    }
    return EDGEAI_OK;
}

edgeai_status op_run(op_test *t, size_t n_outputs)
{
    return op_run_wanted(t, n_outputs, UINT64_MAX);
}

const eai_operand *op_output(const op_test *t, size_t index)
{
    return &t->outputs[index].operand;
}

const eai_prepared *op_prepared(const op_test *t)
{
    return &t->prepared;
}

void op_expect_shape(op_test *t, size_t index, edgeai_element element, const int64_t *dims,
                     int n_dims)
{
    const eai_operand *found = op_output(t, index);
    assert_string_equal(edgeai_element_name(found->element), edgeai_element_name(element));
    assert_int_equal(found->n_dims, n_dims);
    size_t n = 1;
    for (int i = 0; i < n_dims; i++) {
        if (found->dims[i] != dims[i])
            fail_msg("output %zu: dimension %d is %lld, expected %lld", index, i,
                     (long long)found->dims[i], (long long)dims[i]);
        n *= (size_t)dims[i];
    }
    assert_int_equal(found->n, n);
}

void op_expect(op_test *t, size_t index, edgeai_element element, const int64_t *dims, int n_dims,
               const void *data)
{
    op_expect_shape(t, index, element, dims, n_dims);
    const size_t bytes = bytes_of(op_output(t, index), false);
    if (bytes > 0) assert_memory_equal(op_output(t, index)->data, data, bytes);
}

void op_expect_f32(op_test *t, size_t index, const int64_t *dims, int n_dims, const float *data,
                   double tolerance)
{
    op_expect_shape(t, index, EDGEAI_ELEMENT_F32, dims, n_dims);
    const float *found = op_output(t, index)->data;
    for (size_t i = 0; i < op_output(t, index)->n; i++) {
        const double a = (double)found[i], b = (double)data[i];
        if (isnan(a) && isnan(b)) continue;
        if (a == b || fabs(a - b) <= tolerance + tolerance * fabs(b)) continue;
        fail_msg("output %zu: element %zu is %.9g, expected %.9g", index, i, a, b);
    }
}
