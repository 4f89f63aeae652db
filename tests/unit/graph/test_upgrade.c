/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "graph/operator.h"
#include "graph/upgrade.h"
#include "support/check.h"

static edgeai_context *context;
static eai_ir *ir;
static eai_draft draft;
static int32_t inputs[16], outputs[16];
static eai_attribute attributes[16];

static int start(void **state)
{
    (void)state;
    edgeai_context_options options = EDGEAI_CONTEXT_OPTIONS_INIT;
    options.n_threads = 1;
    return edgeai_context_create(&context, &options);
}

static int stop(void **state)
{
    (void)state;
    edgeai_context_free(context);
    return 0;
}

static int before(void **state)
{
    (void)state;
    return eai_ir_create(&ir, context, "m") != EDGEAI_OK;
}

static int after(void **state)
{
    (void)state;
    eai_ir_free(ir);
    return 0;
}

/* A float32 value of this rank, all dimensions 2; -1: not known. */
static int32_t value_of(int rank)
{
    int32_t number;
    eai_value value = {.name = "v", .element = EDGEAI_ELEMENT_F32, .n_dims = rank};
    for (int i = 0; i < rank; i++)
        value.dims[i] = 2;
    assert_ok(eai_ir_add_value(ir, &value, &number));
    return number;
}

/* A draft with one output and inputs of these ranks (-2: no further one). */
static void begin(const char *op_type, int opset, int rank_a, int rank_b)
{
    draft = (eai_draft){.ir = ir,
                        .opset = opset,
                        .op_type = op_type,
                        .name = "n",
                        .inputs = inputs,
                        .outputs = outputs,
                        .attributes = attributes};
    if (rank_a >= -1) inputs[draft.n_inputs++] = value_of(rank_a);
    if (rank_b >= -1) inputs[draft.n_inputs++] = value_of(rank_b);
    outputs[draft.n_outputs++] = value_of(-1);
}

static void set_ints(const char *name, const int64_t *ints, size_t n)
{
    attributes[draft.n_attributes++] =
        (eai_attribute){.name = name, .kind = EAI_ATTRIBUTE_INTS, .n = n, .ints = ints};
}

static void set_floats(const char *name, const float *floats, size_t n)
{
    attributes[draft.n_attributes++] =
        (eai_attribute){.name = name, .kind = EAI_ATTRIBUTE_FLOATS, .n = n, .floats = floats};
}

static void set_float(const char *name, float f)
{
    attributes[draft.n_attributes++] =
        (eai_attribute){.name = name, .kind = EAI_ATTRIBUTE_FLOAT, .f = f};
}

/* Input `index` is a constant of these integers. */
static void expect_ints(size_t index, const int64_t *ints, size_t n)
{
    assert_true(eai_draft_has_input(&draft, index));
    const eai_value *value = &ir->values[inputs[index]];
    assert_int_equal(value->element, EDGEAI_ELEMENT_I64);
    assert_int_equal(value->data_bytes, n * sizeof *ints);
    assert_memory_equal(value->data, ints, n * sizeof *ints);
}

static void expect_float(size_t index, int n_dims, float f)
{
    assert_true(eai_draft_has_input(&draft, index));
    const eai_value *value = &ir->values[inputs[index]];
    assert_int_equal(value->element, EDGEAI_ELEMENT_F32);
    assert_int_equal(value->n_dims, n_dims);
    assert_true(((const float *)value->data)[0] == f);
}

static void expect_text(const char *name, const char *text)
{
    const eai_attribute *attribute = eai_draft_attribute(&draft, name);
    assert_non_null(attribute);
    assert_string_equal(attribute->s, text);
}

static void attributes_become_inputs(void **state)
{
    (void)state;
    begin("Clip", 6, 2, -2);
    set_float("max", 6);
    assert_ok(eai_upgrade(&draft));
    assert_int_equal(draft.n_inputs, 3);
    assert_false(eai_draft_has_input(&draft, 1));
    expect_float(2, 0, 6);
    assert_int_equal(draft.n_attributes, 0);

    begin("Slice", 9, 2, -2);
    set_ints("starts", (int64_t[]){1}, 1);
    set_ints("ends", (int64_t[]){INT64_MAX}, 1);
    set_ints("axes", (int64_t[]){-1}, 1);
    assert_ok(eai_upgrade(&draft));
    expect_ints(1, (int64_t[]){1}, 1);
    expect_ints(2, (int64_t[]){INT64_MAX}, 1);
    expect_ints(3, (int64_t[]){-1}, 1);

    begin("Pad", 10, 2, -2);
    set_ints("pads", (int64_t[]){0, 1, 0, 2}, 4);
    set_float("value", 0.5f);
    assert_ok(eai_upgrade(&draft));
    expect_ints(1, (int64_t[]){0, 1, 0, 2}, 4);
    expect_float(2, 0, 0.5f);

    begin("TopK", 9, 2, -2);
    eai_draft_set_int(&draft, "k", 3);
    assert_ok(eai_upgrade(&draft));
    expect_ints(1, (int64_t[]){3}, 1);

    begin("ReduceMean", 17, 3, -2);
    set_ints("axes", (int64_t[]){0, 2}, 2);
    assert_ok(eai_upgrade(&draft));
    expect_ints(1, (int64_t[]){0, 2}, 2);
    begin("ReduceSum", 13, 3, -2);
    assert_ok(eai_upgrade(&draft));
    assert_int_equal(draft.n_inputs, 1);
}

static void split_says_into_how_many(void **state)
{
    (void)state;
    begin("Split", 11, 2, -2);
    outputs[draft.n_outputs++] = value_of(-1);
    set_ints("split", (int64_t[]){1, 1}, 2);
    assert_ok(eai_upgrade(&draft));
    expect_ints(1, (int64_t[]){1, 1}, 2);
    assert_null(eai_draft_attribute(&draft, "num_outputs"));
    begin("Split", 13, 2, -2);
    outputs[draft.n_outputs++] = value_of(-1);
    assert_ok(eai_upgrade(&draft));
    assert_int_equal(eai_draft_int(&draft, "num_outputs", 0), 2);
}

static void training_is_refused(void **state)
{
    (void)state;
    begin("BatchNormalization", 6, 4, -2);
    assert_fails(eai_upgrade(&draft), EDGEAI_E_UNSUPPORTED);
    assert_error_says("m: BatchNormalization \"n\" (opset 6): training mode");
    begin("BatchNormalization", 6, 4, -2);
    eai_draft_set_int(&draft, "is_test", 1);
    assert_ok(eai_upgrade(&draft));
    assert_int_equal(draft.n_attributes, 0);
    begin("BatchNormalization", 8, 4, -2);
    eai_draft_set_int(&draft, "spatial", 0);
    assert_fails(eai_upgrade(&draft), EDGEAI_E_UNSUPPORTED);
    begin("BatchNormalization", 15, 4, -2);
    eai_draft_set_int(&draft, "training_mode", 1);
    assert_fails(eai_upgrade(&draft), EDGEAI_E_UNSUPPORTED);
    begin("Dropout", 6, 4, -2);
    assert_fails(eai_upgrade(&draft), EDGEAI_E_UNSUPPORTED);
    begin("Dropout", 7, -2, -2); /* no input, as a broken file may have it */
    inputs[0] = EAI_IR_NONE;
    outputs[draft.n_outputs++] = value_of(-1);
    assert_ok(eai_upgrade(&draft));
    begin("Dropout", 11, 4, -2);
    set_float("ratio", 0.5f);
    assert_ok(eai_upgrade(&draft));
    assert_int_equal(draft.n_attributes, 0);
}

static void upsample_becomes_resize(void **state)
{
    (void)state;
    begin("Upsample", 7, 4, -2);
    set_floats("scales", (float[]){2, 2, 2, 2}, 4);
    assert_ok(eai_upgrade(&draft));
    assert_string_equal(draft.op_type, "Resize");
    assert_false(eai_draft_has_input(&draft, 1));
    expect_float(2, 1, 2);
    expect_text("coordinate_transformation_mode", "asymmetric");
    expect_text("nearest_mode", "floor");

    begin("Upsample", 6, 4, -2);
    set_float("height_scale", 3);
    set_float("width_scale", 2);
    eai_draft_set_string(&draft, "mode", "bilinear");
    assert_ok(eai_upgrade(&draft));
    assert_memory_equal(ir->values[inputs[2]].data, ((float[]){1, 1, 3, 2}), 16);
    expect_text("mode", "linear");

    begin("Resize", 10, 4, 1);
    const int32_t scales = inputs[1];
    assert_ok(eai_upgrade(&draft));
    assert_false(eai_draft_has_input(&draft, 1));
    assert_int_equal(inputs[2], scales);
    expect_text("coordinate_transformation_mode", "asymmetric");

    begin("Resize", 11, 4, 1);
    eai_draft_set_string(&draft, "coordinate_transformation_mode", "tf_half_pixel_for_nn");
    eai_draft_set_string(&draft, "nearest_mode", "floor");
    assert_ok(eai_upgrade(&draft));
    expect_text("coordinate_transformation_mode", "half_pixel");
    expect_text("nearest_mode", "round_prefer_ceil");
}

static void names_and_defaults_follow(void **state)
{
    (void)state;
    begin("Cast", 6, 4, -2);
    eai_draft_set_string(&draft, "to", "INT32");
    assert_ok(eai_upgrade(&draft));
    assert_int_equal(eai_draft_int(&draft, "to", 0), EDGEAI_ELEMENT_I32);
    begin("Cast", 6, 4, -2);
    eai_draft_set_string(&draft, "to", "STRING");
    assert_fails(eai_upgrade(&draft), EDGEAI_E_UNSUPPORTED);
    begin("RoiAlign", 10, 4, -2);
    assert_ok(eai_upgrade(&draft));
    expect_text("coordinate_transformation_mode", "output_half_pixel");
    begin("GridSample", 16, 4, 4);
    eai_draft_set_string(&draft, "mode", "bicubic");
    assert_ok(eai_upgrade(&draft));
    expect_text("mode", "cubic");
    begin("Gemm", 6, 2, 2);
    eai_draft_set_int(&draft, "broadcast", 1);
    assert_ok(eai_upgrade(&draft));
    assert_int_equal(draft.n_attributes, 0);
    begin("Scatter", 9, 2, 2);
    assert_ok(eai_upgrade(&draft));
    assert_string_equal(draft.op_type, "ScatterElements");
}

/* Helper nodes need their operators. */
static void old_broadcasting_is_aligned(void **state)
{
    (void)state;
    begin("Add", 6, 4, 1);
    eai_draft_set_int(&draft, "broadcast", 1);
    eai_draft_set_int(&draft, "axis", 1);
    const int32_t b = inputs[1];
    assert_ok(eai_upgrade(&draft));
    assert_int_equal(ir->n_nodes, 1);
    assert_string_equal(ir->nodes[0].op_type, "Unsqueeze");
    assert_int_equal(ir->nodes[0].inputs[0], b);
    assert_int_equal(ir->nodes[0].outputs[0], inputs[1]);
    assert_memory_equal(ir->values[ir->nodes[0].inputs[1]].data, ((int64_t[]){1, 2}), 16);
    assert_int_equal(draft.n_attributes, 0);

    begin("Mul", 6, 4, 2); /* the last dimensions: numpy's rule */
    eai_draft_set_int(&draft, "broadcast", 1);
    assert_ok(eai_upgrade(&draft));
    assert_int_equal(ir->n_nodes, 1);

    begin("PRelu", 6, 4, 1);
    assert_ok(eai_upgrade(&draft));
    assert_int_equal(ir->n_nodes, 2);

    begin("Sub", 6, -1, 1); /* nothing is known */
    eai_draft_set_int(&draft, "broadcast", 1);
    eai_draft_set_int(&draft, "axis", 1);
    assert_ok(eai_upgrade(&draft));
    assert_string_equal(ir->nodes[ir->n_nodes - 1].op_type, "Reshape");
}

static void old_softmax_sees_a_matrix(void **state)
{
    (void)state;
    begin("Softmax", 9, 2, -2);
    assert_ok(eai_upgrade(&draft));
    assert_int_equal(ir->n_nodes, 0);
    assert_int_equal(eai_draft_int(&draft, "axis", 0), -1);

    begin("LogSoftmax", 9, 4, -2);
    const int32_t x = inputs[0], y = outputs[0];
    assert_ok(eai_upgrade(&draft));
    assert_int_equal(ir->n_nodes, 3);
    assert_int_equal(ir->nodes[1].inputs[0], x);
    assert_int_equal(eai_node_int(&ir->nodes[1], "axis", 0), 1);
    assert_int_equal(ir->nodes[2].outputs[0], y);
    assert_int_equal(ir->nodes[2].inputs[0], outputs[0]);
    assert_int_equal(inputs[0], ir->nodes[1].outputs[0]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(attributes_become_inputs, before, after),
        cmocka_unit_test_setup_teardown(split_says_into_how_many, before, after),
        cmocka_unit_test_setup_teardown(training_is_refused, before, after),
        cmocka_unit_test_setup_teardown(upsample_becomes_resize, before, after),
        cmocka_unit_test_setup_teardown(names_and_defaults_follow, before, after),
        cmocka_unit_test_setup_teardown(old_broadcasting_is_aligned, before, after),
        cmocka_unit_test_setup_teardown(old_softmax_sees_a_matrix, before, after),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
