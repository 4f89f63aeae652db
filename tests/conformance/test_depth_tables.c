/* SPDX-License-Identifier: MIT */
/*
 * The measured tables that were published with Kim et al., "Efficient Latency-Aware CNN Depth
 * Compression via Two-Stage Dynamic Programming": NAME_time_*.csv holds times of merged segments,
 * NAME_opt_time_*.csv the best time of each of them and where it breaks.
 */
#include "support/check.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "reparam/planner.h"

enum { PLACES_MAX = 64 };

static double times[PLACES_MAX * PLACES_MAX], best[PLACES_MAX * PLACES_MAX];
static int32_t split[PLACES_MAX * PLACES_MAX];

/* A table by its name, below the folder of test data; NULL when it is not there. */
static FILE *open_table(const char *name)
{
    char path[1024], header[128];
    snprintf(path, sizeof path, EDGEAI_TEST_DATA "/depth_tables/%s", name);
    FILE *file = fopen(path, "r");
    if (file) assert_non_null(fgets(header, sizeof header, file));
    return file;
}

static size_t read_times(FILE *file, int *last)
{
    char line[256];
    size_t rows = 0;
    int id, from, to;
    double ms;
    *last = 0;
    for (; fgets(line, sizeof line, file); rows++) {
        assert_int_equal(sscanf(line, "%d,%d,%d,%lf", &id, &from, &to, &ms), 4);
        assert_true(from >= 0 && from < to && to < PLACES_MAX);
        times[from * PLACES_MAX + to] = ms;
        *last = to > *last ? to : *last;
    }
    fclose(file);
    return rows;
}

/* The way through (from, to] as the file writes it: "0,1,2". */
static void write_breaks(int from, int to, char *out, size_t capacity)
{
    int32_t breaks[PLACES_MAX];
    const size_t n = eai_plan_breaks(split, PLACES_MAX, (size_t)from, (size_t)to, breaks);
    size_t used = 0;
    for (size_t k = 0; k < n; k++)
        used += (size_t)snprintf(out + used, capacity - used, k ? ",%d" : "%d", (int)breaks[k]);
}

static void check_best(FILE *file, size_t rows)
{
    char line[256], expected[128], found[PLACES_MAX * 4];
    int id, from, to;
    double ms, deviation;
    size_t n = 0;
    for (; fgets(line, sizeof line, file); n++) {
        assert_int_equal(sscanf(line, "%d,%d,%d,%lf,%lf,\"%127[^\"]\"", &id, &from, &to, &ms,
                                &deviation, expected),
                         6);
        assert_close(best[from * PLACES_MAX + to], ms, 0, 1e-13);
        write_breaks(from, to, found, sizeof found);
        assert_string_equal(found, expected);
    }
    fclose(file);
    assert_int_equal(n, rows);
}

static void check_pair(const char *time_name, const char *best_name, size_t rows, double least,
                       double unmerged)
{
    FILE *file = open_table(time_name), *best_file = open_table(best_name);
    if (!file || !best_file) skip();
    for (int k = 0; k < PLACES_MAX * PLACES_MAX; k++)
        times[k] = INFINITY;
    int last;
    assert_int_equal(read_times(file, &last), rows);
    const eai_plan_table table = {PLACES_MAX, times};
    assert_ok(eai_plan_segments(&table, best, split));
    check_best(best_file, rows);
    assert_close(best[last], least, 0.0005 + least * 2e-5, 0);
    double sum = 0;
    for (int k = 0; k < last; k++)
        sum += times[k * PLACES_MAX + k + 1];
    assert_close(sum, unmerged, 0.005, 0);
}

static void mobilenet_v2_at_width_1(void **state)
{
    (void)state;
    check_pair("mbv2_1.0_time_fish_gpu1_1228.csv", "mbv2_1.0_opt_time_fish_gpu1_1228.csv", 171,
               6.467, 33.67);
}

static void mobilenet_v2_at_width_1_4(void **state)
{
    (void)state;
    check_pair("mbv2_1.4_time_fish_gpu1_0103.csv", "mbv2_1.4_opt_time_fish_gpu1_0103.csv", 171,
               10.278, 43.20);
}

static void vgg19(void **state)
{
    (void)state;
    check_pair("vgg19_no_trt_time_fish_gpu1_0317.csv", "vgg19_no_trt_opt_time_fish_gpu1_0317.csv",
               36, 155.99, 193.08);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(mobilenet_v2_at_width_1),
        cmocka_unit_test(mobilenet_v2_at_width_1_4),
        cmocka_unit_test(vgg19),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
