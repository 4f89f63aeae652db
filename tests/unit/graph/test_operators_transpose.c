/* SPDX-License-Identifier: MIT */
#include "support/operator_fixture.h"

static const float eight[8] = {0, 1, 2, 3, 4, 5, 6, 7};

static void transposes(void **state)
{
    (void)state;
    op_test *t = op_begin("", "Transpose");
    op_f32(t, OP_DIMS(2, 3), eight);
    assert_ok(op_run(t, 1));
    op_expect_f32(t, 0, OP_DIMS(3, 2), (float[]){0, 3, 1, 4, 2, 5}, 0);
    op_end(t);
    t = op_begin("", "Transpose");
    op_input(t, EDGEAI_ELEMENT_U16, OP_DIMS(2, 1, 3), (uint16_t[]){0, 1, 2, 3, 4, 5});
    op_set_ints(t, "perm", 3, (int64_t[]){1, 2, 0});
    assert_ok(op_run(t, 1));
    op_expect(t, 0, EDGEAI_ELEMENT_U16, OP_DIMS(1, 3, 2), (uint16_t[]){0, 3, 1, 4, 2, 5});
    op_end(t);
    static const int64_t wrong[][2] = {{0, 0}, {0, 2}, {-1, 0}};
    for (size_t i = 0; i < 3; i++) {
        t = op_begin("", "Transpose");
        op_f32(t, OP_DIMS(2, 3), eight);
        op_set_ints(t, "perm", 2, wrong[i]);
        assert_fails(op_infer(t, 1), EDGEAI_E_SHAPE);
        op_end(t);
    }
}

static void expands(void **state)
{
    (void)state;
    op_test *t = op_begin("", "Expand");
    op_f32(t, OP_DIMS(2, 1), eight);
    op_i64(t, OP_DIMS(3), (int64_t[]){2, 1, 2});
    assert_ok(op_run(t, 1));
    op_expect_f32(t, 0, OP_DIMS(2, 2, 2), (float[]){0, 0, 1, 1, 0, 0, 1, 1}, 0);
    op_end(t);
    t = op_begin("", "Expand");
    op_f32(t, OP_DIMS(2), eight);
    op_i64(t, OP_DIMS(1), (int64_t[]){3});
    assert_fails(op_infer(t, 1), EDGEAI_E_SHAPE);
    op_end(t);
    t = op_begin("", "Expand");
    op_f32(t, OP_DIMS(1), eight);
    op_i64(t, OP_DIMS(2), (int64_t[]){INT64_MAX, INT64_MAX});
    assert_fails(op_infer(t, 1), EDGEAI_E_LIMIT);
    op_end(t);
    t = op_begin("", "Expand");
    op_f32(t, OP_DIMS(1), eight);
    op_i64(t, OP_DIMS(1), (int64_t[]){-2});
    assert_fails(op_infer(t, 1), EDGEAI_E_SHAPE);
    op_end(t);
}

static void tiles(void **state)
{
    (void)state;
    op_test *t = op_begin("", "Tile");
    op_f32(t, OP_DIMS(2, 2), eight);
    op_i64(t, OP_DIMS(2), (int64_t[]){1, 2});
    assert_ok(op_run(t, 1));
    op_expect_f32(t, 0, OP_DIMS(2, 4), (float[]){0, 1, 0, 1, 2, 3, 2, 3}, 0);
    op_end(t);
    t = op_begin("", "Tile");
    op_f32(t, OP_DIMS(2, 2), eight);
    op_i64(t, OP_DIMS(2), (int64_t[]){2, 0});
    assert_ok(op_run(t, 1));
    op_expect_f32(t, 0, OP_DIMS(4, 0), NULL, 0);
    op_end(t);
    t = op_begin("", "Tile");
    op_f32(t, OP_DIMS(2, 2), eight);
    op_i64(t, OP_DIMS(2), (int64_t[]){INT64_MAX, 1});
    assert_fails(op_infer(t, 1), EDGEAI_E_LIMIT);
    op_end(t);
}

static void depth_becomes_space_and_back(void **state)
{
    (void)state;
    static const char *const modes[] = {"DCR", "CRD"};
    static const float expected[][8] = {{0, 2, 4, 6, 1, 3, 5, 7}, {0, 1, 2, 3, 4, 5, 6, 7}};
    for (int i = 0; i < 2; i++) {
        op_test *t = op_begin("", "DepthToSpace");
        op_f32(t, OP_DIMS(1, 8, 1, 1), eight);
        op_set_int(t, "blocksize", 2);
        op_set_string(t, "mode", modes[i]);
        assert_ok(op_run(t, 1));
        op_expect_f32(t, 0, OP_DIMS(1, 2, 2, 2), expected[i], 0);
        op_end(t);
        t = op_begin("", "SpaceToDepth");
        op_f32(t, OP_DIMS(1, 2, 2, 2), expected[i]);
        op_set_int(t, "blocksize", 2);
        op_set_string(t, "mode", modes[i]);
        assert_ok(op_run(t, 1));
        op_expect_f32(t, 0, OP_DIMS(1, 8, 1, 1), eight, 0);
        op_end(t);
    }
    op_test *t = op_begin("", "DepthToSpace");
    op_f32(t, OP_DIMS(1, 6, 1, 1), eight);
    op_set_int(t, "blocksize", 2);
    assert_fails(op_infer(t, 1), EDGEAI_E_SHAPE);
    op_end(t);
    t = op_begin("", "SpaceToDepth");
    op_f32(t, OP_DIMS(1, 1, 2, 3), eight);
    op_set_int(t, "blocksize", 0);
    assert_fails(op_infer(t, 1), EDGEAI_E_LIMIT);
    op_end(t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(transposes),
        cmocka_unit_test(expands),
        cmocka_unit_test(tiles),
        cmocka_unit_test(depth_becomes_space_and_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
