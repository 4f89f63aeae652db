/* SPDX-License-Identifier: MIT */
#include "support/operator_fixture.h"

static const float counting[] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12};

static void product(const int64_t *a, int a_dims, const int64_t *b, int b_dims, const int64_t *c,
                    int c_dims, const float *expected)
{
    op_test *t = op_begin("", "MatMul");
    op_f32(t, a, a_dims, counting);
    op_f32(t, b, b_dims, counting);
    assert_ok(op_run(t, 1));
    op_expect_f32(t, 0, c, c_dims, expected, 0);
    op_end(t);
}

static void matrices_vectors_and_batches(void **state)
{
    (void)state;
    product(OP_DIMS(2, 3), OP_DIMS(3, 2), OP_DIMS(2, 2), (float[]){22, 28, 49, 64});
    product(OP_DIMS(3), OP_DIMS(3), OP_SCALAR, (float[]){14});
    product(OP_DIMS(3), OP_DIMS(3, 2), OP_DIMS(2), (float[]){22, 28});
    product(OP_DIMS(2, 3), OP_DIMS(3), OP_DIMS(2), (float[]){14, 32});
    product(OP_DIMS(2, 1, 2), OP_DIMS(2, 2), OP_DIMS(2, 1, 2), (float[]){7, 10, 15, 22});
    product(OP_DIMS(2, 1, 2), OP_DIMS(2), OP_DIMS(2, 1), (float[]){5, 11});
    product(OP_DIMS(2), OP_DIMS(2, 2, 1), OP_DIMS(2, 1), (float[]){5, 11});
    product(OP_DIMS(1, 2), OP_DIMS(2, 2, 1), OP_DIMS(2, 1, 1), (float[]){5, 11});
    product(OP_DIMS(2, 1, 1, 2), OP_DIMS(2, 2, 1), OP_DIMS(2, 2, 1, 1), (float[]){5, 11, 11, 25});
}

static void nothing_to_add_up_gives_zeros(void **state)
{
    (void)state;
    product(OP_DIMS(2, 0), OP_DIMS(0, 2), OP_DIMS(2, 2), (float[]){0, 0, 0, 0});
    product(OP_DIMS(0, 2), OP_DIMS(2, 2), OP_DIMS(0, 2), NULL);
}

static void shapes_must_agree(void **state)
{
    (void)state;
    op_test *t = op_begin("", "MatMul");
    op_f32(t, OP_DIMS(2, 3), counting);
    op_f32(t, OP_DIMS(2, 3), counting);
    assert_fails(op_infer(t, 1), EDGEAI_E_SHAPE);
    assert_error_says("rows of 3 elements by columns of 2");
    op_end(t);
    t = op_begin("", "MatMul");
    op_f32(t, OP_DIMS(2, 1, 1), counting);
    op_f32(t, OP_DIMS(3, 1, 1), counting);
    assert_fails(op_infer(t, 1), EDGEAI_E_SHAPE);
    assert_error_says("batches");
    op_end(t);
    t = op_begin("", "MatMul");
    op_f32(t, OP_SCALAR, counting);
    op_f32(t, OP_DIMS(1), counting);
    assert_fails(op_infer(t, 1), EDGEAI_E_SHAPE);
    assert_error_says("scalar");
    op_end(t);
    t = op_begin("", "MatMul");
    op_f32(t, OP_DIMS(1), counting);
    op_input(t, EDGEAI_ELEMENT_F64, OP_DIMS(1), (double[]){1});
    assert_fails(op_infer(t, 1), EDGEAI_E_DTYPE);
    assert_error_says("input 1 is f64");
    op_end(t);
}

static void other_types(void **state)
{
    (void)state;
    op_test *t = op_begin("", "MatMul");
    op_input(t, EDGEAI_ELEMENT_F64, OP_DIMS(1, 2), (double[]){1e300, 2});
    op_input(t, EDGEAI_ELEMENT_F64, OP_DIMS(2, 1), (double[]){1, 3});
    assert_ok(op_run(t, 1));
    op_expect(t, 0, EDGEAI_ELEMENT_F64, OP_DIMS(1, 1), (double[]){1e300});
    op_end(t);
    t = op_begin("", "MatMul");
    op_input(t, EDGEAI_ELEMENT_I32, OP_DIMS(1, 2), (int32_t[]){-3, INT32_MAX});
    op_input(t, EDGEAI_ELEMENT_I32, OP_DIMS(2, 1), (int32_t[]){5, 2});
    assert_ok(op_run(t, 1));
    op_expect(t, 0, EDGEAI_ELEMENT_I32, OP_DIMS(1, 1), (int32_t[]){-17});
    op_end(t);
    t = op_begin("", "MatMul");
    op_input(t, EDGEAI_ELEMENT_I64, OP_DIMS(1), (int64_t[]){-3});
    op_input(t, EDGEAI_ELEMENT_I64, OP_DIMS(1), (int64_t[]){(int64_t)1 << 40});
    assert_ok(op_run(t, 1));
    op_expect(t, 0, EDGEAI_ELEMENT_I64, OP_SCALAR, (int64_t[]){-3 * ((int64_t)1 << 40)});
    op_end(t);
}

/* Beyond all tiles: small integers, so that sums are exact. */
static void large_products(void **state)
{
    (void)state;
    enum { M = 37, K = 130, N = 71 };
    static float a[M * K], b[K * N], c[M * N];
    for (int i = 0; i < M * K; i++)
        a[i] = (float)(i * 7 % 11 - 5);
    for (int i = 0; i < K * N; i++)
        b[i] = (float)(i * 5 % 13 - 6);
    for (int turned = 0; turned < 2; turned++) {
        for (int i = 0; i < M; i++)
            for (int j = 0; j < N; j++) {
                c[i * N + j] = 0;
                for (int k = 0; k < K; k++)
                    c[i * N + j] += (turned ? a[k * M + i] : a[i * K + k]) *
                                    (turned ? b[j * K + k] : b[k * N + j]);
            }
        for (int n_threads = 1; n_threads <= 3; n_threads += 2) {
            op_test *t = op_begin_in("", "Gemm", n_threads, NULL);
            op_f32(t, turned ? (int64_t[]){K, M} : (int64_t[]){M, K}, 2, a);
            op_f32(t, turned ? (int64_t[]){N, K} : (int64_t[]){K, N}, 2, b);
            op_set_int(t, "transA", turned);
            op_set_int(t, "transB", turned);
            assert_ok(op_run(t, 1));
            op_expect_f32(t, 0, OP_DIMS(M, N), c, 0);
            assert_true(op_prepared(t)->macs == (double)M * N * K);
            op_end(t);
        }
    }
}

static op_test *gemm(const int64_t *c, int c_dims, const float *data)
{
    op_test *t = op_begin("", "Gemm");
    op_f32(t, OP_DIMS(2, 1), counting);
    op_f32(t, OP_DIMS(1, 2), counting); /* 1 2, 2 4 */
    op_f32(t, c, c_dims, data);
    op_set_float(t, "alpha", 0.5f);
    op_set_float(t, "beta", 2);
    return t;
}

static void gemm_scales_and_adds(void **state)
{
    (void)state;
    op_test *t = gemm(OP_DIMS(2, 2), counting);
    assert_ok(op_run(t, 1));
    op_expect_f32(t, 0, OP_DIMS(2, 2), (float[]){2.5f, 5, 7, 10}, 0);
    op_end(t);
    t = gemm(OP_DIMS(2), counting);
    assert_ok(op_run(t, 1));
    op_expect_f32(t, 0, OP_DIMS(2, 2), (float[]){2.5f, 5, 3, 6}, 0);
    op_end(t);
    t = gemm(OP_DIMS(2, 1), counting);
    assert_ok(op_run(t, 1));
    op_expect_f32(t, 0, OP_DIMS(2, 2), (float[]){2.5f, 3, 5, 6}, 0);
    op_end(t);
    t = gemm(OP_SCALAR, counting);
    assert_ok(op_run(t, 1));
    op_expect_f32(t, 0, OP_DIMS(2, 2), (float[]){2.5f, 3, 3, 4}, 0);
    op_end(t);
    t = gemm(OP_DIMS(3), counting);
    assert_fails(op_infer(t, 1), EDGEAI_E_SHAPE);
    assert_error_says("input 2");
    op_end(t);
    t = gemm(OP_DIMS(1, 1, 1), counting);
    assert_fails(op_infer(t, 1), EDGEAI_E_SHAPE);
    assert_error_says("input 2");
    op_end(t);
}

static void added_matrices_fit_rows_or_columns(void **state)
{
    (void)state;
    op_test *t = op_begin("", "Gemm");
    op_f32(t, OP_DIMS(2, 1), counting);
    op_f32(t, OP_DIMS(1, 3), counting);
    op_f32(t, OP_DIMS(3), (float[]){10, 20, 30});
    assert_ok(op_run(t, 1));
    op_expect_f32(t, 0, OP_DIMS(2, 3), (float[]){11, 22, 33, 12, 24, 36}, 0);
    op_end(t);
    t = op_begin("", "Gemm");
    op_f32(t, OP_DIMS(2, 1), counting);
    op_f32(t, OP_DIMS(1, 3), counting);
    op_f32(t, OP_DIMS(2), (float[]){10, 20});
    assert_fails(op_infer(t, 1), EDGEAI_E_SHAPE);
    assert_error_says("input 2");
    op_end(t);
}

static void gemm_takes_matrices(void **state)
{
    (void)state;
    op_test *t = op_begin("", "Gemm");
    op_f32(t, OP_DIMS(1, 2, 2), counting);
    op_f32(t, OP_DIMS(2, 2), counting);
    assert_fails(op_infer(t, 1), EDGEAI_E_SHAPE);
    assert_error_says("dimensions");
    op_end(t);
    t = op_begin("", "Gemm");
    op_f32(t, OP_DIMS(2, 3), counting);
    op_f32(t, OP_DIMS(2, 2), counting);
    assert_fails(op_infer(t, 1), EDGEAI_E_SHAPE);
    assert_error_says("rows of 3");
    op_end(t);
    t = op_begin("", "Gemm");
    op_input(t, EDGEAI_ELEMENT_I32, OP_DIMS(1, 1), (int32_t[]){3});
    op_input(t, EDGEAI_ELEMENT_I32, OP_DIMS(1, 1), (int32_t[]){4});
    op_input(t, EDGEAI_ELEMENT_I32, OP_DIMS(1), (int32_t[]){5});
    assert_ok(op_run(t, 1));
    op_expect(t, 0, EDGEAI_ELEMENT_I32, OP_DIMS(1, 1), (int32_t[]){17});
    op_set_float(t, "alpha", 2);
    assert_fails(op_infer(t, 1), EDGEAI_E_UNSUPPORTED);
    assert_error_says("alpha");
    op_end(t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(matrices_vectors_and_batches),
        cmocka_unit_test(nothing_to_add_up_gives_zeros),
        cmocka_unit_test(shapes_must_agree),
        cmocka_unit_test(other_types),
        cmocka_unit_test(large_products),
        cmocka_unit_test(gemm_scales_and_adds),
        cmocka_unit_test(added_matrices_fit_rows_or_columns),
        cmocka_unit_test(gemm_takes_matrices),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
