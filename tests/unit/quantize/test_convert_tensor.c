/* SPDX-License-Identifier: MIT */
#include "support/check.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "quantize/convert_tensor.h"
#include "support/failing_allocator.h"
#include "support/forward_fixture.h"

/* More than one piece, and an item that is not whole. */
enum { ROW = 256, N_ROWS = 4224, N = ROW * N_ROWS };

static float *values;

static int make_values(void **state)
{
    (void)state;
    values = malloc(N * sizeof *values);
    if (!values) return -1;
    fill_random(values, N, 3);
    return 0;
}

static int free_values(void **state)
{
    (void)state;
    free(values);
    return 0;
}

static edgeai_tensor tensor_of_values(void)
{
    return (edgeai_tensor){"w",    EDGEAI_DTYPE_F32, 2, {ROW, N_ROWS, 1, 1},
                           values, N * sizeof(float)};
}

static edgeai_context *context_of(int n_threads)
{
    edgeai_context *context;
    edgeai_context_options options = EDGEAI_CONTEXT_OPTIONS_INIT;
    options.n_threads = n_threads;
    assert_ok(edgeai_context_create(&context, &options));
    return context;
}

/* All pieces joined; the caller frees them. */
static unsigned char *convert(eai_converter *converter, const edgeai_tensor *tensor,
                              edgeai_dtype dtype, size_t *n_pieces)
{
    size_t n_expected = edgeai_dtype_row_bytes(dtype, N), n = 0;
    unsigned char *all = malloc(n_expected);
    assert_non_null(all);
    eai_converter_begin(converter, tensor, dtype);
    for (*n_pieces = 0; converter->n_done < converter->n_elements; ++*n_pieces) {
        const void *bytes;
        size_t n_bytes;
        assert_ok(eai_converter_next(converter, &bytes, &n_bytes));
        assert_true(n + n_bytes <= n_expected);
        memcpy(all + n, bytes, n_bytes);
        n += n_bytes;
    }
    assert_int_equal(n, n_expected);
    return all;
}

static void pieces_are_the_whole_conversion(void **state)
{
    (void)state;
    edgeai_tensor tensor = tensor_of_values();
    unsigned char *expected = malloc(edgeai_dtype_row_bytes(EDGEAI_DTYPE_Q8_0, N));
    float *back = malloc(N * sizeof *back);
    assert_true(expected && back);
    assert_ok(edgeai_quantize(EDGEAI_DTYPE_Q8_0, values, expected, N));
    assert_ok(edgeai_dequantize(EDGEAI_DTYPE_Q8_0, expected, back, N));
    double error = 0, square = 0, most = 0;
    for (size_t i = 0; i < N; i++) {
        double difference = fabs((double)values[i] - (double)back[i]);
        error += difference * difference;
        square += (double)values[i] * (double)values[i];
        if (difference > most) most = difference;
    }
    double rms[2];
    for (int n_threads = 1; n_threads <= 2; n_threads++) {
        size_t n_pieces;
        eai_converter converter;
        edgeai_context *context = context_of(n_threads);
        assert_ok(eai_converter_init(&converter, context));
        unsigned char *found = convert(&converter, &tensor, EDGEAI_DTYPE_Q8_0, &n_pieces);
        assert_int_equal(n_pieces, 2);
        assert_memory_equal(found, expected, edgeai_dtype_row_bytes(EDGEAI_DTYPE_Q8_0, N));
        rms[n_threads - 1] = eai_converter_relative_rms(&converter);
        assert_close(rms[n_threads - 1], sqrt(error / square), 0, 1e-12);
        assert_true(converter.errors.error_max == most);
        free(found);
        eai_converter_free(&converter);
        edgeai_context_free(context);
    }
    assert_true(rms[0] == rms[1]);
    free(back);
    free(expected);
}

static void the_same_type_is_handed_through(void **state)
{
    (void)state;
    size_t n_pieces;
    eai_converter converter;
    edgeai_tensor tensor = tensor_of_values();
    edgeai_context *context = context_of(1);
    assert_ok(eai_converter_init(&converter, context));
    values[5] = NAN; /* nobody looks at the values */
    unsigned char *found = convert(&converter, &tensor, EDGEAI_DTYPE_F32, &n_pieces);
    assert_memory_equal(found, values, N * sizeof *values);
    values[5] = 0;
    assert_true(eai_converter_relative_rms(&converter) == 0);
    free(found);
    eai_converter_free(&converter);
    edgeai_context_free(context);
}

/* The text is that of the calling thread, and of the first item, whichever thread met it. */
static void a_value_that_does_not_fit_is_named(void **state)
{
    (void)state;
    const size_t at = 5 * EAI_CONVERT_ITEM + 7;
    float kept[2] = {values[at], values[at + 2 * EAI_CONVERT_ITEM]};
    values[at] = 70000;
    values[at + 2 * EAI_CONVERT_ITEM] = INFINITY;
    for (int n_threads = 1; n_threads <= 2; n_threads++) {
        const void *bytes;
        size_t n_bytes;
        eai_converter converter;
        edgeai_tensor tensor = tensor_of_values();
        edgeai_context *context = context_of(n_threads);
        assert_ok(eai_converter_init(&converter, context));
        eai_converter_begin(&converter, &tensor, EDGEAI_DTYPE_F16);
        assert_fails(eai_converter_next(&converter, &bytes, &n_bytes), EDGEAI_E_FORMAT);
        assert_error_says("tensor 'w', from element 81920 on: quantize: element 7: ");
        assert_error_says("found 70000");
        eai_converter_free(&converter);
        edgeai_context_free(context);
    }
    values[at] = kept[0];
    values[at + 2 * EAI_CONVERT_ITEM] = kept[1];
}

static void zeros_have_no_error(void **state)
{
    (void)state;
    static const float zeros[32];
    const void *bytes;
    size_t n_bytes;
    eai_converter converter;
    edgeai_context *context = context_of(1);
    edgeai_tensor tensor = {"z", EDGEAI_DTYPE_F32, 1, {32, 1, 1, 1}, zeros, sizeof zeros};
    assert_ok(eai_converter_init(&converter, context));
    eai_converter_begin(&converter, &tensor, EDGEAI_DTYPE_Q4_0);
    assert_ok(eai_converter_next(&converter, &bytes, &n_bytes));
    assert_int_equal(n_bytes, 18);
    assert_true(eai_converter_relative_rms(&converter) == 0);
    eai_converter_free(&converter);
    edgeai_context_free(context);
}

static void every_failing_allocation_is_survived(void **state)
{
    (void)state;
    failing_allocator counted = {.fail_at = SIZE_MAX};
    edgeai_context_options options = EDGEAI_CONTEXT_OPTIONS_INIT;
    options.n_threads = 1;
    options.allocator = failing_allocator_make(&counted);
    edgeai_context *context;
    assert_ok(edgeai_context_create(&context, &options));
    size_t n_live = counted.n_live, n_failures = 0;
    for (bool done = false; !done; n_failures++) {
        eai_converter converter;
        counted.fail_at = counted.n_allocations + n_failures;
        edgeai_status status = eai_converter_init(&converter, context);
        done = status == EDGEAI_OK;
        if (!done) assert_int_equal(status, EDGEAI_E_MEMORY);
        eai_converter_free(&converter);
        assert_int_equal(counted.n_live, n_live);
    }
    assert_int_equal(n_failures, 5);
    edgeai_context_free(context);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pieces_are_the_whole_conversion),
        cmocka_unit_test(the_same_type_is_handed_through),
        cmocka_unit_test(a_value_that_does_not_fit_is_named),
        cmocka_unit_test(zeros_have_no_error),
        cmocka_unit_test(every_failing_allocation_is_survived),
    };
    return cmocka_run_group_tests(tests, make_values, free_values);
}
