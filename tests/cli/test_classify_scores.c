/* SPDX-License-Identifier: MIT */
#include "support/check.h"

#include <math.h>
#include <string.h>

#include "classify/classify.h"

static void probabilities_stay(void **state)
{
    (void)state;
    const float given[] = {0.2f, 0.5f, 0.299f}, too_few[] = {0.2f, 0.5f, 0.2f};
    float scores[3];
    memcpy(scores, given, sizeof scores);
    classify_soften(scores, 3, CLASSIFY_SOFTMAX_AUTO);
    assert_memory_equal(scores, given, sizeof scores);
    memcpy(scores, too_few, sizeof scores);
    classify_soften(scores, 3, CLASSIFY_SOFTMAX_AUTO);
    assert_float_equal(scores[0] + scores[1] + scores[2], 1, 1e-6);
    memcpy(scores, given, sizeof scores);
    classify_soften(scores, 3, CLASSIFY_SOFTMAX_ON);
    assert_float_equal(scores[1], 0.3916, 1e-3);
}

static void softmax_of_large_scores(void **state)
{
    (void)state;
    float scores[] = {1000, 1000 - (float)log(3), -1000}, off[] = {5, -5};
    classify_soften(scores, 3, CLASSIFY_SOFTMAX_AUTO);
    assert_float_equal(scores[0], 0.75, 1e-5);
    assert_float_equal(scores[1], 0.25, 1e-5);
    assert_float_equal(scores[2], 0, 1e-6);
    classify_soften(off, 2, CLASSIFY_SOFTMAX_OFF);
    assert_float_equal(off[1], -5, 0);
}

static void best_first(void **state)
{
    (void)state;
    const float scores[] = {1, NAN, 3, 3, -2, 7};
    const int expected[] = {5, 2, 3, 0, 4, 1};
    for (size_t n = 1; n <= 6; n++) {
        int top[6];
        classify_best(scores, 6, top, n);
        assert_memory_equal(top, expected, n * sizeof *top);
    }
}

static const classify_settings nothing;

static void sizes_of_the_input(void **state)
{
    (void)state;
    edgeai_image_input_options options;
    const char *problem;
    const edgeai_port colours = {.n_dims = 4, .dims = {-1, 3, 24, 32}};
    const edgeai_port grey = {.n_dims = 4, .dims = {1, 28, 20, 1}};
    const edgeai_port open_sizes = {.n_dims = 4, .dims = {-1, 3, -1, -1}};
    assert_true(picture_input_choose(&options, NULL, &colours, &nothing, &problem));
    assert_int_equal(options.width, 32);
    assert_int_equal(options.height, 24);
    assert_int_equal(options.layout, EDGEAI_IMAGE_NCHW);
    assert_int_equal(options.channels, EDGEAI_IMAGE_RGB);
    assert_true(picture_input_choose(&options, NULL, &grey, &nothing, &problem));
    assert_int_equal(options.width, 20);
    assert_int_equal(options.height, 28);
    assert_int_equal(options.layout, EDGEAI_IMAGE_NHWC);
    assert_int_equal(options.channels, EDGEAI_IMAGE_GREY);
    assert_false(picture_input_choose(&options, NULL, &open_sizes, &nothing, &problem));
    assert_non_null(strstr(problem, "--width"));
}

static void options_come_first(void **state)
{
    (void)state;
    edgeai_image_input_options options;
    const char *problem;
    const edgeai_port port = {.n_dims = 4, .dims = {1, 3, 8, 8}};
    classify_settings settings = {
        .width = 10, .fit = 2, .channels = 2, .mean = "0.5", .std = "1:2:3"};
    assert_true(picture_input_choose(&options, NULL, &port, &settings, &problem));
    assert_int_equal(options.width, 10);
    assert_int_equal(options.height, 8);
    assert_int_equal(options.fit, EDGEAI_IMAGE_CROP);
    assert_int_equal(options.channels, EDGEAI_IMAGE_BGR);
    assert_true(options.mean[2] >= 0.5 && options.mean[2] <= 0.5);
    assert_true(options.std[2] >= 3 && options.std[2] <= 3);
    static const char *const bad[] = {"", "1:2", "1:2:3:4", "1:2:3:", "x", "1,2,3", "nan"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        settings.std = bad[i];
        assert_false(picture_input_choose(&options, NULL, &port, &settings, &problem));
        assert_non_null(strstr(problem, "--std"));
    }
}

static void counts_of_confusions(void **state)
{
    (void)state;
    confusion counts;
    const int right[] = {2, 0}, second[] = {0, 2}, wrong[] = {1, 0};
    assert_true(confusion_open(&counts, 3));
    confusion_add(&counts, 2, right, 2);
    confusion_add(&counts, 2, second, 2);
    confusion_add(&counts, 2, wrong, 2);
    assert_int_equal(counts.n_items, 3);
    assert_int_equal(counts.n_correct, 1);
    assert_int_equal(counts.n_in_top, 2);
    for (int k = 0; k < 3; k++)
        assert_int_equal(counts.counts[2 * 3 + k], 1);
    confusion_close(&counts);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(probabilities_stay), cmocka_unit_test(softmax_of_large_scores),
        cmocka_unit_test(best_first),         cmocka_unit_test(sizes_of_the_input),
        cmocka_unit_test(options_come_first), cmocka_unit_test(counts_of_confusions),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
