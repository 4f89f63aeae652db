/* SPDX-License-Identifier: MIT */
#include "support/operator_fixture.h"

static const float eight[8] = {1, 2, 3, 4, 5, 6, 7, 8};

static op_test *begin(const char *mode, const char *transform, const int64_t *dims)
{
    op_test *t = op_begin_in("", "Resize", 2, NULL);
    op_f32(t, dims, 4, eight);
    op_set_string(t, "mode", mode);
    if (transform) op_set_string(t, "coordinate_transformation_mode", transform);
    return t;
}

static void scales(op_test *t, float height, float width)
{
    op_absent(t);
    op_constant(t, EDGEAI_ELEMENT_F32, OP_DIMS(4), (float[]){1, 1, height, width});
}

static void sizes(op_test *t, int64_t height, int64_t width)
{
    op_absent(t);
    op_absent(t);
    op_i64(t, OP_DIMS(4), (int64_t[]){1, 1, height, width});
}

static const int64_t square[4] = {1, 1, 2, 2}, flat[4] = {1, 1, 2, 4};

static void expect(op_test *t, const int64_t *dims, int n, const float *values)
{
    assert_ok(op_run(t, 1));
    op_expect_f32(t, 0, dims, n, values, 1e-6);
    op_end(t);
}

static void nearest_neighbours(void **state)
{
    (void)state;
    op_test *t = begin("nearest", NULL, square);
    scales(t, 2, 3);
    expect(t, OP_DIMS(1, 1, 4, 6),
           (float[]){1, 1, 1, 2, 2, 2, 1, 1, 1, 2, 2, 2, 3, 3, 3, 4, 4, 4, 3, 3, 3, 4, 4, 4});
    t = begin("nearest", NULL, flat);
    scales(t, 0.6F, 0.6F);
    expect(t, OP_DIMS(1, 1, 1, 2), (float[]){1, 3});
    /* 1 / 0.33333334 is 3 and not a little less. */
    t = begin("nearest", "asymmetric", (int64_t[]){1, 1, 1, 8});
    op_set_string(t, "nearest_mode", "floor");
    scales(t, 1, 1 / 3.0F);
    expect(t, OP_DIMS(1, 1, 1, 2), (float[]){1, 4});
}

static void halves_are_rounded_as_told(void **state)
{
    (void)state;
    static const char *const names[] = {"round_prefer_floor", "round_prefer_ceil", "floor", "ceil"};
    static const float expected[][4] = {{1, 4}, {2, 4}, {1, 3}, {2, 4}};
    for (int i = 0; i < 4; i++) {
        op_test *t = begin("nearest", NULL, (int64_t[]){1, 1, 1, 4}); /* at 0.5 and 2.5 */
        op_set_string(t, "nearest_mode", names[i]);
        sizes(t, 1, 2);
        const float last = i == 0 || i == 2 ? 3 : 4;
        expect(t, OP_DIMS(1, 1, 1, 2), (float[]){expected[i][0], last});
    }
}

static void lines_between_pixels(void **state)
{
    (void)state;
    op_test *t = begin("linear", NULL, square);
    scales(t, 2, 2);
    expect(t, OP_DIMS(1, 1, 4, 4),
           (float[]){1, 1.25F, 1.75F, 2, 1.5F, 1.75F, 2.25F, 2.5F, 2.5F, 2.75F, 3.25F, 3.5F, 3,
                     3.25F, 3.75F, 4});
    t = begin("linear", "align_corners", flat);
    scales(t, 0.6F, 0.6F);
    expect(t, OP_DIMS(1, 1, 1, 2), (float[]){1, 3.142857F});
    t = begin("linear", "pytorch_half_pixel", flat);
    sizes(t, 1, 1);
    expect(t, OP_DIMS(1, 1, 1, 1), (float[]){1});
    t = begin("linear", "half_pixel_symmetric", (int64_t[]){1, 1, 1, 4});
    scales(t, 1, 0.6F); /* 2 of 2.4: half of 0.4 / 0.6 is cut off on each side */
    expect(t, OP_DIMS(1, 1, 1, 2), (float[]){1.6666667F, 3.3333333F});
}

static void cubic_and_its_border(void **state)
{
    (void)state;
    op_test *t = begin("cubic", NULL, (int64_t[]){1, 1, 1, 4});
    scales(t, 1, 2);
    /* At 0.25: weights of -1, 0, 1, 2 for a = -3/4. */
    assert_ok(op_run(t, 1));
    const float *y = op_output(t, 0)->data;
    assert_close((double)y[1], 1.19140625, 1e-6, 0);
    assert_close((double)y[3] + (double)y[4], 5, 1e-6, 0);
    op_end(t);
    t = begin("cubic", NULL, (int64_t[]){1, 1, 1, 2});
    op_set_int(t, "exclude_outside", 1);
    scales(t, 1, 2);
    /* At 0.25: 0.87890625 of one and 0.26171875 of the other, of 1.140625. */
    expect(t, OP_DIMS(1, 1, 1, 4), (float[]){0.86363636F, 1.2294521F, 1.7705479F, 2.1363636F});
}

static void shrinking_with_antialias_is_wide(void **state)
{
    (void)state;
    op_test *t = begin("linear", NULL, (int64_t[]){1, 1, 1, 8});
    op_set_int(t, "antialias", 1);
    scales(t, 1, 0.25F);
    /* A triangle 8 wide around 1.5 (inputs from -2 to 5), clamped at the border. */
    expect(t, OP_DIMS(1, 1, 1, 2), (float[]){2.65625F, 6.34375F});
}

static void a_region_and_what_is_outside(void **state)
{
    (void)state;
    op_test *t = begin("linear", "tf_crop_and_resize", flat);
    op_f32(t, OP_DIMS(4), (float[]){0, 0.5F, 1, 1.5F});
    op_absent(t);
    op_i64(t, OP_DIMS(2), (int64_t[]){2, 3});
    op_set_ints(t, "axes", 2, (int64_t[]){2, -1});
    op_set_float(t, "extrapolation_value", 9);
    expect(t, OP_DIMS(1, 1, 2, 3), (float[]){2.5F, 4, 9, 6.5F, 8, 9});
}

static void the_shape_may_be_kept(void **state)
{
    (void)state;
    op_test *t = begin("nearest", NULL, flat);
    sizes(t, 7, 8);
    op_set_string(t, "keep_aspect_ratio_policy", "not_larger");
    op_set_ints(t, "axes", 4, (int64_t[]){0, 1, 2, 3});
    assert_ok(op_infer(t, 1));
    op_end(t);
    for (int smaller = 0; smaller < 2; smaller++) {
        t = op_begin("", "Resize");
        op_f32(t, flat, 4, eight);
        op_absent(t);
        op_absent(t);
        op_i64(t, OP_DIMS(2), (int64_t[]){7, 8});
        op_set_ints(t, "axes", 2, (int64_t[]){2, 3});
        op_set_string(t, "keep_aspect_ratio_policy", smaller ? "not_smaller" : "not_larger");
        assert_ok(op_run(t, 1));
        if (smaller)
            op_expect_shape(t, 0, EDGEAI_ELEMENT_F32, OP_DIMS(1, 1, 7, 14));
        else
            op_expect_shape(t, 0, EDGEAI_ELEMENT_F32, OP_DIMS(1, 1, 4, 8));
        op_end(t);
    }
}

static void hostile_inputs_are_refused(void **state)
{
    (void)state;
    op_test *t = begin("linear", NULL, flat);
    scales(t, -1, 2);
    assert_fails(op_infer(t, 1), EDGEAI_E_LIMIT);
    op_end(t);
    t = begin("linear", NULL, flat);
    scales(t, 1e30F, 2);
    assert_fails(op_infer(t, 1), EDGEAI_E_LIMIT);
    op_end(t);
    t = begin("linear", NULL, flat);
    assert_fails(op_infer(t, 1), EDGEAI_E_FORMAT);
    op_end(t);
    t = begin("lanczos", NULL, flat);
    scales(t, 1, 2);
    assert_fails(op_infer(t, 1), EDGEAI_E_UNSUPPORTED);
    op_end(t);
    t = op_begin("", "Resize");
    op_input(t, EDGEAI_ELEMENT_U8, OP_DIMS(2), (uint8_t[]){1, 2});
    op_absent(t);
    op_constant(t, EDGEAI_ELEMENT_F32, OP_DIMS(1), (float[]){2});
    op_set_string(t, "mode", "linear");
    assert_fails(op_infer(t, 1), EDGEAI_E_UNSUPPORTED);
    op_end(t);
}

static void nothing_stays_nothing(void **state)
{
    (void)state;
    op_test *t = op_begin("", "Resize");
    op_f32(t, OP_DIMS(0, 2), NULL);
    op_absent(t);
    op_constant(t, EDGEAI_ELEMENT_F32, OP_DIMS(2), (float[]){2, 0.1F});
    op_set_string(t, "mode", "linear");
    assert_ok(op_run(t, 1));
    op_expect_f32(t, 0, OP_DIMS(0, 0), NULL, 0);
    op_end(t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nearest_neighbours),
        cmocka_unit_test(halves_are_rounded_as_told),
        cmocka_unit_test(lines_between_pixels),
        cmocka_unit_test(cubic_and_its_border),
        cmocka_unit_test(shrinking_with_antialias_is_wide),
        cmocka_unit_test(a_region_and_what_is_outside),
        cmocka_unit_test(the_shape_may_be_kept),
        cmocka_unit_test(hostile_inputs_are_refused),
        cmocka_unit_test(nothing_stays_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
