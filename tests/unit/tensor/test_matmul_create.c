/* SPDX-License-Identifier: MIT */
#include <math.h>
#include <stdint.h>
#include <string.h>

#include "support/check.h"
#include "support/failing_allocator.h"
#include "support/matmul_fixture.h"

static void test_agrees_with_the_definition(void **state)
{
    (void)state;
    static float y[MATMUL_N * MATMUL_M_MAX];
    matmul_fixture *f = matmul_fixture_make(EDGEAI_DTYPE_Q4_K, false, 2);
    for (int weights = EDGEAI_WEIGHTS_AUTO; weights <= EDGEAI_WEIGHTS_PACKED; weights++) {
        edgeai_matmul_options options = EDGEAI_MATMUL_OPTIONS_INIT;
        edgeai_matmul *matmul;
        options.weights = (edgeai_weights)weights;
        options.n_rows_max = MATMUL_N;
        assert_ok(edgeai_matmul_create(&matmul, f->context, &f->tensor, &options));
        assert_ok(edgeai_matmul_run(matmul, f->x, MATMUL_N, y));
        for (size_t i = 0; i < MATMUL_N * f->n_out; i++)
            assert_close(y[i], f->expected[i], 2e-6 * f->magnitude, 0);
        assert_ok(edgeai_matmul_run(matmul, NULL, 0, NULL));
        assert_fails(edgeai_matmul_run(matmul, f->x, MATMUL_N + 1, y), EDGEAI_E_LIMIT);
        assert_fails(edgeai_matmul_run(matmul, NULL, 1, y), EDGEAI_E_INVALID);
        edgeai_matmul_free(matmul);
    }
    matmul_fixture_free(f);
}

/* An input that is no number spoils its row and no other. */
static void test_inputs_that_are_not_finite(void **state)
{
    (void)state;
    static float y[3 * MATMUL_M_MAX];
    static const edgeai_dtype dtypes[] = {EDGEAI_DTYPE_Q8_0, EDGEAI_DTYPE_Q4_0, EDGEAI_DTYPE_F32};
    for (size_t t = 0; t < 3; t++) {
        matmul_fixture *f = matmul_fixture_make(dtypes[t], false, 1);
        edgeai_matmul *matmul;
        assert_ok(edgeai_matmul_create(&matmul, f->context, &f->tensor, NULL));
        f->x[f->n_in + 7] = t == 1 ? INFINITY : NAN;
        assert_ok(edgeai_matmul_run(matmul, f->x, 3, y));
        for (size_t m = 0; m < f->n_out; m++) {
            assert_true(isfinite(y[m]));
            assert_false(isfinite(y[f->n_out + m]));
            assert_true(isfinite(y[2 * f->n_out + m]));
        }
        edgeai_matmul_free(matmul);
        matmul_fixture_free(f);
    }
}

static void test_refusals(void **state)
{
    (void)state;
    matmul_fixture *f = matmul_fixture_make(EDGEAI_DTYPE_Q8_0, false, 1);
    edgeai_matmul_options options = EDGEAI_MATMUL_OPTIONS_INIT;
    edgeai_matmul *matmul;
    edgeai_tensor tensor = f->tensor;
    assert_fails(edgeai_matmul_create(NULL, f->context, &tensor, NULL), EDGEAI_E_INVALID);
    assert_fails(edgeai_matmul_create(&matmul, NULL, &tensor, NULL), EDGEAI_E_INVALID);
    assert_fails(edgeai_matmul_create(&matmul, f->context, NULL, NULL), EDGEAI_E_INVALID);
    options.weights = (edgeai_weights)9;
    assert_fails(edgeai_matmul_create(&matmul, f->context, &tensor, &options), EDGEAI_E_INVALID);
    options = (edgeai_matmul_options)EDGEAI_MATMUL_OPTIONS_INIT;
    options.activations = (edgeai_activations)9;
    assert_fails(edgeai_matmul_create(&matmul, f->context, &tensor, &options), EDGEAI_E_INVALID);
    options.struct_size = 0;
    assert_fails(edgeai_matmul_create(&matmul, f->context, &tensor, &options), EDGEAI_E_INVALID);
    tensor.n_dims = 3;
    assert_fails(edgeai_matmul_create(&matmul, f->context, &tensor, NULL), EDGEAI_E_SHAPE);
    tensor = f->tensor;
    tensor.shape[1] = -1;
    assert_fails(edgeai_matmul_create(&matmul, f->context, &tensor, NULL), EDGEAI_E_SHAPE);
    tensor = f->tensor;
    tensor.data_bytes--;
    assert_fails(edgeai_matmul_create(&matmul, f->context, &tensor, NULL), EDGEAI_E_SHAPE);
    assert_error_says("bytes of data");
    tensor.dtype = EDGEAI_DTYPE_I32;
    assert_fails(edgeai_matmul_create(&matmul, f->context, &tensor, NULL), EDGEAI_E_DTYPE);
    assert_null(matmul);
    matmul_fixture_free(f);
    edgeai_matmul_free(NULL);
}

/* What is asked for beforehand is what is taken, and running takes nothing. */
static void test_memory(void **state)
{
    (void)state;
    matmul_fixture *f = matmul_fixture_make(EDGEAI_DTYPE_Q4_0, false, 1);
    failing_allocator allocator = {.fail_at = SIZE_MAX};
    edgeai_context_options context_options = EDGEAI_CONTEXT_OPTIONS_INIT;
    edgeai_matmul_options options = EDGEAI_MATMUL_OPTIONS_INIT;
    edgeai_context *context;
    edgeai_matmul *matmul;
    size_t bytes;
    context_options.n_threads = 1;
    context_options.allocator = failing_allocator_make(&allocator);
    options.weights = EDGEAI_WEIGHTS_PACKED;
    assert_ok(edgeai_context_create(&context, &context_options));
    assert_ok(edgeai_matmul_memory(context, &f->tensor, &options, &bytes));
    assert_true(bytes > f->tensor.data_bytes);
    allocator.fail_at = allocator.n_allocations;
    assert_fails(edgeai_matmul_create(&matmul, context, &f->tensor, &options), EDGEAI_E_MEMORY);
    assert_null(matmul);
    allocator.fail_at = SIZE_MAX;
    assert_ok(edgeai_matmul_create(&matmul, context, &f->tensor, &options));
    allocator.fail_at = allocator.n_allocations;
    assert_ok(edgeai_matmul_run(matmul, f->x, MATMUL_N, f->y));
    allocator.fail_at = SIZE_MAX;
    edgeai_matmul_free(matmul);
    edgeai_context_free(context);
    matmul_fixture_free(f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_agrees_with_the_definition),
        cmocka_unit_test(test_inputs_that_are_not_finite),
        cmocka_unit_test(test_refusals),
        cmocka_unit_test(test_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
