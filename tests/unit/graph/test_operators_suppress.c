/* SPDX-License-Identifier: MIT */
#include <math.h>

#include "support/operator_fixture.h"

/* Boxes 0 and 1 overlap by 0.9 / 1.1, box 2 is apart, box 3 touches it. */
static const float boxes[] = {0, 0, 1, 1, 0, 0.1f, 1, 1.1f, 0, 10, 1, 11, 1, 12, 0, 11};

static op_test *begin(const float *scores, int64_t most, float overlap, float least)
{
    op_test *t = op_begin("", "NonMaxSuppression");
    op_f32(t, OP_DIMS(1, 4, 4), boxes);
    op_f32(t, OP_DIMS(1, 1, 4), scores);
    op_i64(t, OP_DIMS(1), &most);
    op_f32(t, OP_DIMS(1), &overlap);
    op_f32(t, OP_DIMS(1), &least);
    return t;
}

static void overlapping_boxes_are_dropped(void **state)
{
    (void)state;
    const float scores[] = {0.8f, 0.9f, 0.1f, 0.5f};
    op_test *t = begin(scores, 4, 0.5f, 0);
    assert_ok(op_run(t, 1));
    op_expect(t, 0, EDGEAI_ELEMENT_I64, OP_DIMS(3, 3), (int64_t[]){0, 0, 1, 0, 0, 3, 0, 0, 2});
    op_end(t);
    t = begin(scores, 4, 0.9f, 0);
    assert_ok(op_run(t, 1));
    op_expect_shape(t, 0, EDGEAI_ELEMENT_I64, OP_DIMS(4, 3));
    op_end(t);
    t = begin(scores, 1, 0.5f, 0);
    assert_ok(op_run(t, 1));
    op_expect(t, 0, EDGEAI_ELEMENT_I64, OP_DIMS(1, 3), (int64_t[]){0, 0, 1});
    op_end(t);
    t = begin(scores, 4, 0.5f, 0.45f);
    assert_ok(op_run(t, 1));
    op_expect(t, 0, EDGEAI_ELEMENT_I64, OP_DIMS(2, 3), (int64_t[]){0, 0, 1, 0, 0, 3});
    op_end(t);
    t = begin((float[]){0.5f, 0.5f, NAN, 0.5f}, 4, 0.5f, 0); /* ties: the first one */
    assert_ok(op_run(t, 1));
    op_expect(t, 0, EDGEAI_ELEMENT_I64, OP_DIMS(2, 3), (int64_t[]){0, 0, 0, 0, 0, 3});
    op_end(t);
}

static void batches_and_classes_are_apart(void **state)
{
    (void)state;
    op_test *t = op_begin("", "NonMaxSuppression");
    op_f32(t, OP_DIMS(2, 2, 4),
           (float[]){0.5f, 0.5f, 1, 1, 0.5f, 0.6f, 1, 1, 0.5f, 0.5f, 1, 1, 5, 5, 1, 1});
    op_f32(t, OP_DIMS(2, 2, 2), (float[]){0.9f, 0.8f, 0.1f, 0.2f, 0.3f, 0.4f, 0.6f, 0.5f});
    op_i64(t, OP_SCALAR, (int64_t[]){2});
    op_f32(t, OP_SCALAR, (float[]){0.5f});
    op_set_int(t, "center_point_box", 1);
    assert_ok(op_run(t, 1));
    op_expect(t, 0, EDGEAI_ELEMENT_I64, OP_DIMS(6, 3),
              (int64_t[]){0, 0, 0, 0, 1, 1, 1, 0, 1, 1, 0, 0, 1, 1, 0, 1, 1, 1});
    op_end(t);
}

static void without_a_limit_nothing_is_kept(void **state)
{
    (void)state;
    op_test *t = op_begin("", "NonMaxSuppression");
    op_f32(t, OP_DIMS(1, 4, 4), boxes);
    op_f32(t, OP_DIMS(1, 1, 4), (float[]){1, 1, 1, 1});
    assert_ok(op_run(t, 1));
    op_expect_shape(t, 0, EDGEAI_ELEMENT_I64, OP_DIMS(0, 3));
    op_end(t);
    t = op_begin("", "NonMaxSuppression");
    op_f32(t, OP_DIMS(1, 0, 4), NULL);
    op_f32(t, OP_DIMS(1, 1, 0), NULL);
    op_input(t, EDGEAI_ELEMENT_I64, OP_SCALAR, (int64_t[]){INT64_MAX});
    assert_ok(op_run(t, 1));
    op_expect_shape(t, 0, EDGEAI_ELEMENT_I64, OP_DIMS(0, 3));
    op_end(t);
}

static void shapes_must_agree(void **state)
{
    (void)state;
    op_test *t = op_begin("", "NonMaxSuppression");
    op_f32(t, OP_DIMS(1, 4, 4), boxes);
    op_f32(t, OP_DIMS(1, 1, 3), (float[]){1, 1, 1});
    assert_fails(op_infer(t, 1), EDGEAI_E_SHAPE);
    assert_error_says("boxes");
    op_end(t);
    t = begin((float[]){1, 1, 1, 1}, 1, 0, 0);
    op_set_int(t, "center_point_box", 2);
    assert_fails(op_infer(t, 1), EDGEAI_E_UNSUPPORTED);
    assert_error_says("center_point_box");
    op_end(t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(overlapping_boxes_are_dropped),
        cmocka_unit_test(batches_and_classes_are_apart),
        cmocka_unit_test(without_a_limit_nothing_is_kept),
        cmocka_unit_test(shapes_must_agree),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
