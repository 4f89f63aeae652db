/* SPDX-License-Identifier: MIT */
#include "reparam/layer_timer.h"

#include <stdio.h>
#include <string.h>

#include "support/check.h"
#include "support/temporary_folder.h"
#include "support/two_ways.h"

static char folder[TEMPORARY_PATH_BYTES], path[TEMPORARY_PATH_BYTES + 32];

static int start(void **state)
{
    (void)state;
    temporary_folder_make(folder);
    snprintf(path, sizeof path, "%s/times.json", folder);
    return 0;
}

static int stop(void **state)
{
    (void)state;
    temporary_folder_remove(folder);
    return 0;
}

static const size_t size[2] = {8, 8};

static eai_kernel_shape square(size_t channels, size_t taps)
{
    return (eai_kernel_shape){channels,
                              channels,
                              1,
                              {taps, taps},
                              {1, 1},
                              {1, 1},
                              {taps / 2, taps / 2, taps / 2, taps / 2}};
}

static void estimates_grow_with_work_and_bytes(void **state)
{
    (void)state;
    double small, large, mapped;
    const eai_kernel_shape three = square(8, 3), five = square(8, 5);
    assert_ok(eai_estimate_layer(NULL, &three, size, false, &small));
    assert_ok(eai_estimate_layer(NULL, &three, size, true, &mapped));
    assert_ok(eai_estimate_layer(NULL, &five, size, false, &large));
    assert_true(small > 0 && mapped > small && large > small);
}

static void measured_layers_are_remembered(void **state)
{
    (void)state;
    eai_latency_table table;
    double ms, again, mapped;
    const eai_kernel_shape shape = square(16, 3);
    assert_ok(eai_latency_table_open(&table, two_ways_context(), NULL));
    assert_ok(eai_measure_layer(&table, &shape, size, false, &ms));
    assert_ok(eai_measure_layer(&table, &shape, size, false, &again));
    assert_true(ms > 0 && ms == again && table.n == 1);
    assert_ok(eai_measure_layer(&table, &shape, size, true, &mapped));
    assert_int_equal(table.n, 2);
    assert_ok(eai_latency_table_save(&table, path));
    eai_latency_table_free(&table);

    assert_ok(eai_latency_table_open(&table, two_ways_context(), path));
    assert_int_equal(table.n, 2);
    assert_ok(eai_measure_layer(&table, &shape, size, false, &again));
    assert_close(again, ms, 0, 1e-5);
    assert_false(table.is_changed);
    eai_latency_table_free(&table);
}

/* A mean is an operator, and what is as large as its input a product. */
static void means_and_matrices_have_times_of_their_own(void **state)
{
    (void)state;
    const eai_kernel_shape mean = {4, 4, 4, {2, 3}, {2, 1}, {1, 1}, {0, 1, 1, 1}},
                           matrix = {5, 4, 1, {8, 8}, {1, 1}, {1, 1}, {0}};
    eai_latency_table table;
    double ms[4];
    assert_ok(eai_latency_table_open(&table, two_ways_context(), NULL));
    assert_ok(eai_measure_mean(&table, &mean, size, &ms[0]));
    assert_ok(eai_measure_layer(&table, &mean, size, false, &ms[1]));
    assert_ok(eai_measure_layer(&table, &matrix, size, false, &ms[2]));
    assert_ok(eai_measure_mean(&table, &mean, size, &ms[3]));
    assert_int_equal(table.n, 3);
    assert_string_equal(table.layers[0].key, "mean 4<4/4 k2x3 s2x1 d1x1 p0,1,1,1 in8x8 t1");
    assert_string_equal(table.layers[1].key, "conv 4<4/4 k2x3 s2x1 d1x1 p0,1,1,1 in8x8 t1");
    assert_string_equal(table.layers[2].key, "matrix 5<256 t1");
    assert_true(ms[0] > 0 && ms[2] > 0 && ms[3] == ms[0]);
    eai_latency_table_free(&table);
}

static void write_text(const char *text)
{
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(text, 1, strlen(text), file), strlen(text));
    assert_int_equal(fclose(file), 0);
}

static void given_times_are_believed(void **state)
{
    (void)state;
    const eai_kernel_shape shape = square(16, 3);
    eai_latency_table table;
    double ms;
    write_text(
        "{\"version\": 1, \"layers\": [{\"key\": \"conv 16<16/1 k3x3 s1x1 d1x1 p1,1,1,1 in8x8 "
        "t1\", \"ms\": 123.5}]}");
    assert_ok(eai_latency_table_open(&table, two_ways_context(), path));
    assert_ok(eai_measure_layer(&table, &shape, size, false, &ms));
    assert_true(ms == 123.5);
    eai_latency_table_free(&table);
}

static void damaged_tables_are_refused(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        edgeai_status status;
    } cases[] = {
        {"{", EDGEAI_E_FORMAT},
        {"{\"layers\": []}", EDGEAI_E_VERSION},
        {"{\"version\": 2, \"layers\": []}", EDGEAI_E_VERSION},
        {"{\"version\": 1}", EDGEAI_E_FORMAT},
        {"{\"version\": 1, \"layers\": [{\"ms\": 1}]}", EDGEAI_E_FORMAT},
        {"{\"version\": 1, \"layers\": [{\"key\": \"a\", \"ms\": -1}]}", EDGEAI_E_FORMAT},
        {"{\"version\": 1, \"layers\": [{\"key\": \"a\"}]}", EDGEAI_E_FORMAT},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        eai_latency_table table;
        write_text(cases[i].text);
        assert_fails(eai_latency_table_open(&table, two_ways_context(), path), cases[i].status);
    }
    char text[512] = "{\"version\": 1, \"layers\": [{\"ms\": 1, \"key\": \"";
    memset(text + strlen(text), 'k', 300);
    strcat(text, "\"}]}");
    write_text(text);
    eai_latency_table table;
    assert_fails(eai_latency_table_open(&table, two_ways_context(), path), EDGEAI_E_FORMAT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(means_and_matrices_have_times_of_their_own),
        cmocka_unit_test(estimates_grow_with_work_and_bytes),
        cmocka_unit_test_setup_teardown(measured_layers_are_remembered, start, stop),
        cmocka_unit_test_setup_teardown(given_times_are_believed, start, stop),
        cmocka_unit_test_setup_teardown(damaged_tables_are_refused, start, stop),
    };
    const int failed = cmocka_run_group_tests(tests, NULL, NULL);
    two_ways_end();
    return failed;
}
