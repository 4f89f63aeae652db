/* SPDX-License-Identifier: MIT */
#include "graph/operator.h"

#include "support/check.h"

static const int32_t three[] = {4, -5, 6};
static eai_operand floats = {.element = EDGEAI_ELEMENT_F32, .n_dims = 2, .dims = {2, 3}, .n = 6};
static eai_operand ints = {.element = EDGEAI_ELEMENT_I32,
                           .n_dims = 1,
                           .dims = {3},
                           .data = (void *)(uintptr_t)three,
                           .n = 3};
static eai_operand trits = {.element = EDGEAI_ELEMENT_TRITS, .n_dims = 1, .dims = {8}, .n = 8};
static eai_operand out;
static eai_operand *inputs[] = {&floats, &ints, NULL, &trits};
static eai_operand *outputs[] = {&out, NULL};
static const eai_node node = {.op_type = "Conv", .name = "conv\t1"};
static const eai_call call = {
    .node = &node, .n_inputs = 4, .n_outputs = 2, .inputs = inputs, .outputs = outputs};

static void errors_name_the_node(void **state)
{
    (void)state;
    assert_int_equal(eai_call_fail(&call, EDGEAI_E_SHAPE, "found %d", 3), EDGEAI_E_SHAPE);
    assert_string_equal(edgeai_last_error(), "Conv \"conv?1\": found 3");
    assert_fails(eai_call_needs_constant(&call, 1), EDGEAI_E_UNSUPPORTED);
    assert_error_says("input 1 decides");
}

static void types_are_checked_by_mask(void **state)
{
    (void)state;
    assert_ok(eai_call_check_type(&call, 0, EAI_TYPES_FLOAT));
    assert_ok(eai_call_check_type(&call, 1, EAI_TYPES_SIGNED));
    assert_ok(eai_call_check_type(&call, 3, EAI_TYPE(EDGEAI_ELEMENT_TRITS)));
    assert_fails(eai_call_check_type(&call, 3, EAI_TYPES_WHOLE), EDGEAI_E_DTYPE);
    assert_error_says("input 3 is trits");
    assert_fails(eai_call_check_type(&call, 3, EAI_TYPE(EDGEAI_ELEMENT_BITS)), EDGEAI_E_DTYPE);
    assert_fails(eai_call_check_type(&call, 2, EAI_TYPES_WHOLE), EDGEAI_E_FORMAT);
    assert_fails(eai_call_check_type(&call, 4, EAI_TYPES_WHOLE), EDGEAI_E_FORMAT);
    assert_error_says("input 4 is missing");
    assert_null(eai_call_in(&call, 2));
    assert_null(eai_call_in(&call, 4));
    assert_null(eai_call_out(&call, 1));
    assert_null(eai_call_out(&call, 2));
}

static void axes_count_from_both_ends(void **state)
{
    (void)state;
    int axis = 0;
    assert_ok(eai_call_axis(&call, 1, 3, &axis));
    assert_int_equal(axis, 1);
    assert_ok(eai_call_axis(&call, -3, 3, &axis));
    assert_int_equal(axis, 0);
    assert_fails(eai_call_axis(&call, 3, 3, &axis), EDGEAI_E_SHAPE);
    assert_fails(eai_call_axis(&call, -4, 3, &axis), EDGEAI_E_SHAPE);
    assert_fails(eai_call_axis(&call, INT64_MIN, 3, &axis), EDGEAI_E_SHAPE);
}

static void constant_integers_are_read(void **state)
{
    (void)state;
    int64_t values[3];
    size_t n = 9;
    assert_ok(eai_call_ints(&call, 1, values, 3, &n));
    assert_int_equal(n, 3);
    assert_int_equal(values[1], -5);
    assert_fails(eai_call_ints(&call, 1, values, 2, &n), EDGEAI_E_LIMIT);
    assert_fails(eai_call_ints(&call, 0, values, 3, &n), EDGEAI_E_DTYPE);
    assert_ok(eai_call_ints(&call, 2, values, 3, &n));
    assert_int_equal(n, 0);
    ints.data = NULL;
    assert_fails(eai_call_ints(&call, 1, values, 3, &n), EDGEAI_E_UNSUPPORTED);
    ints.data = (void *)(uintptr_t)three;
}

static void outputs_are_checked(void **state)
{
    (void)state;
    assert_ok(eai_call_output(&call, 0, EDGEAI_ELEMENT_F32, (int64_t[]){2, 0, 5}, 3));
    assert_int_equal(out.n, 0);
    assert_int_equal(out.n_dims, 3);
    assert_ok(eai_call_output(&call, 0, EDGEAI_ELEMENT_U8, NULL, 0));
    assert_int_equal(out.n, 1);
    assert_int_equal(out.element, EDGEAI_ELEMENT_U8);
    assert_fails(eai_call_output(&call, 0, EDGEAI_ELEMENT_U8, (int64_t[]){-1}, 1), EDGEAI_E_SHAPE);
    assert_fails(eai_call_output(&call, 0, EDGEAI_ELEMENT_U8, (int64_t[]){1 << 20, 1 << 20}, 2),
                 EDGEAI_E_LIMIT);
    assert_fails(eai_call_output(&call, 0, EDGEAI_ELEMENT_U8, NULL, 9), EDGEAI_E_LIMIT);
    assert_ok(eai_call_output(&call, 1, EDGEAI_ELEMENT_U8, (int64_t[]){-1}, 1)); /* not wanted */
    assert_ok(eai_infer_same(&call));
    assert_int_equal(out.dims[1], 3);
    assert_int_equal(out.n, 6);
    inputs[3] = NULL;
    assert_ok(eai_infer_broadcast(&call)); /* [2, 3] with [3] */
    assert_int_equal(out.n, 6);
    ints.dims[0] = 2;
    assert_fails(eai_infer_broadcast(&call), EDGEAI_E_SHAPE);
    ints.dims[0] = 3;
    inputs[3] = &trits;
}

static void copying_is_by_bytes_of_the_output(void **state)
{
    (void)state;
    eai_operand x = {.element = EDGEAI_ELEMENT_TRITS, .n_dims = 2, .dims = {2, 5}, .n = 10};
    unsigned char from[] = {1, 2, 3, 4, 5}, to[5] = {0};
    x.data = from;
    eai_operand y = x;
    y.data = to;
    eai_operand *in = &x, *result = &y;
    const eai_call copy = {
        .node = &node, .n_inputs = 1, .n_outputs = 1, .inputs = &in, .outputs = &result};
    assert_ok(eai_run_copy(&copy));
    assert_memory_equal(to, from, 4);
    assert_int_equal(to[4], 0);
    y.data = from;
    assert_ok(eai_run_copy(&copy));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(errors_name_the_node),
        cmocka_unit_test(types_are_checked_by_mask),
        cmocka_unit_test(axes_count_from_both_ends),
        cmocka_unit_test(constant_integers_are_read),
        cmocka_unit_test(outputs_are_checked),
        cmocka_unit_test(copying_is_by_bytes_of_the_output),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
