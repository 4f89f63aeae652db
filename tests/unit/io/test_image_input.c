/* SPDX-License-Identifier: MIT */
#include <edgeai/image.h>

#include <float.h>
#include <math.h>
#include <string.h>

#include "support/check.h"
#include "support/failing_allocator.h"
#include "support/image_fixture.h"

static edgeai_context *context;
static failing_allocator memory = {.fail_at = SIZE_MAX};
static uint8_t pixels[FIXTURE_WIDTH * FIXTURE_HEIGHT * 3];
static const edgeai_image picture = {pixels, FIXTURE_WIDTH, FIXTURE_HEIGHT, 3, FIXTURE_WIDTH * 3};

static int start(void **state)
{
    (void)state;
    edgeai_context_options options = EDGEAI_CONTEXT_OPTIONS_INIT;
    options.n_threads = 1;
    options.allocator = failing_allocator_make(&memory);
    image_fixture_fill(pixels, 3);
    return edgeai_context_create(&context, &options);
}

static int stop(void **state)
{
    (void)state;
    edgeai_context_free(context);
    return memory.n_live != 0;
}

/* The picture at its own size, values as they are. */
static edgeai_image_input_options plain(void)
{
    edgeai_image_input_options options = EDGEAI_IMAGE_INPUT_OPTIONS_INIT;
    options.width = FIXTURE_WIDTH;
    options.height = FIXTURE_HEIGHT;
    options.scale = 1;
    return options;
}

static void layouts_and_orders(void **state)
{
    (void)state;
    enum { N = FIXTURE_WIDTH * FIXTURE_HEIGHT };
    float input[3 * N];
    for (int kind = 0; kind < 4; kind++) {
        edgeai_image_input_options options = plain();
        options.layout = (edgeai_image_layout)(kind / 2);
        options.channels = (edgeai_image_channels)(kind % 2);
        assert_ok(edgeai_image_to_input(&picture, context, &options, input, 3 * N));
        for (int i = 0; i < 3 * N; i++) {
            const int c = i % 3, at = i / 3;
            const float found = options.layout == EDGEAI_IMAGE_NHWC ? input[i] : input[c * N + at];
            const int source = options.channels == EDGEAI_IMAGE_BGR ? 2 - c : c;
            assert_true(found == (float)pixels[at * 3 + source]);
        }
    }
}

static void values_are_normalized(void **state)
{
    (void)state;
    uint8_t pixel[3] = {255, 51, 0};
    const edgeai_image image = {pixel, 1, 1, 3, 3};
    edgeai_image_input_options options = EDGEAI_IMAGE_INPUT_OPTIONS_INIT;
    float input[3];
    options.width = options.height = 1;
    assert_ok(edgeai_image_to_input(&image, context, &options, input, 3));
    assert_true(input[0] == 1 && input[1] == 0.2F && input[2] == 0);
    memcpy(options.mean, ((double[]){0.5, 0.25, 0.125}), sizeof options.mean);
    memcpy(options.std, ((double[]){0.25, 0, 0.5}), sizeof options.std);
    assert_ok(edgeai_image_to_input(&image, context, &options, input, 3));
    assert_close(input[0], 2, 1e-6, 0);
    assert_close(input[1], -0.05, 1e-6, 0);
    assert_close(input[2], -0.25, 1e-6, 0);
    options.channels = EDGEAI_IMAGE_BGR; /* mean and std go with the input's channels */
    assert_ok(edgeai_image_to_input(&image, context, &options, input, 3));
    assert_close(input[0], -2, 1e-6, 0);
    assert_close(input[2], 1.75, 1e-6, 0);
}

static void grey_both_ways(void **state)
{
    (void)state;
    enum { N = FIXTURE_WIDTH * FIXTURE_HEIGHT };
    uint8_t luma[N];
    float input[3 * N];
    image_fixture_fill(luma, 1);
    edgeai_image_input_options options = plain();
    options.channels = EDGEAI_IMAGE_GREY;
    assert_ok(edgeai_image_to_input(&picture, context, &options, input, N));
    for (int i = 0; i < N; i++)
        assert_true(input[i] == (float)luma[i]);
    const edgeai_image grey = {luma, FIXTURE_WIDTH, FIXTURE_HEIGHT, 1, FIXTURE_WIDTH};
    options.channels = EDGEAI_IMAGE_BGR;
    assert_ok(edgeai_image_to_input(&grey, context, &options, input, 3 * N));
    for (int i = 0; i < 3 * N; i++)
        assert_true(input[i] == (float)luma[i % N]);
}

/* A row 0 1 2 ... of nearest pixels shows which columns were cut: margins of 1 to 5 as
 * torchvision's CenterCrop cuts them. */
static void crops_the_middle(void **state)
{
    (void)state;
    static const int lefts[][2] = {{3, 0}, {4, 1}, {5, 2}, {6, 2}, {7, 2}};
    for (int i = 0; i < 5; i++) {
        uint8_t row[2 * 7];
        float input[4];
        const int width = lefts[i][0];
        for (int k = 0; k < 2 * width; k++)
            row[k] = (uint8_t)(k % width);
        const edgeai_image image = {row, width, 2, 1, (size_t)width};
        edgeai_image_input_options options = EDGEAI_IMAGE_INPUT_OPTIONS_INIT;
        options.width = options.height = options.shorter_side = 2;
        options.fit = EDGEAI_IMAGE_CROP;
        options.channels = EDGEAI_IMAGE_GREY;
        options.scale = 1;
        assert_ok(edgeai_image_to_input(&image, context, &options, input, 4));
        assert_true(input[0] == (float)lefts[i][1]);
        options.shorter_side = 0; /* just covers: the same here */
        assert_ok(edgeai_image_to_input(&image, context, &options, input, 4));
        assert_true(input[0] == (float)lefts[i][1]);
    }
}

/* 4 x 2 into 4 x 5: one row of fill above, two below; 1 x 4 into 4 x 4: one column left. */
static void letterboxes(void **state)
{
    (void)state;
    uint8_t white[4 * 2 * 3];
    float input[3 * 20];
    memset(white, 255, sizeof white);
    edgeai_image image = {white, 4, 2, 3, 12};
    edgeai_image_input_options options = EDGEAI_IMAGE_INPUT_OPTIONS_INIT;
    options.fit = EDGEAI_IMAGE_LETTERBOX;
    options.channels = EDGEAI_IMAGE_BGR;
    options.scale = 1;
    options.width = 4;
    options.height = 5;
    memcpy(options.fill, "\x0A\x14\x1E", 3);
    assert_ok(edgeai_image_to_input(&image, context, &options, input, 60));
    for (int i = 0; i < 60; i++) {
        const int c = i / 20, y = i % 20 / 4;
        assert_true(input[i] == (y == 1 || y == 2 ? 255.0F : (float)(30 - 10 * c)));
    }
    image = (edgeai_image){white, 1, 4, 1, 1};
    options.height = 4;
    options.channels = EDGEAI_IMAGE_GREY;
    assert_ok(edgeai_image_to_input(&image, context, &options, input, 16));
    for (int i = 0; i < 16; i++)
        assert_true(input[i] == (i % 4 == 1 ? 255.0F : 10.0F));
    image = (edgeai_image){white, 5, 2, 1, 5}; /* 1.6 rows are 2 */
    assert_ok(edgeai_image_to_input(&image, context, &options, input, 16));
    for (int i = 0; i < 16; i++)
        assert_true(input[i] == (i / 4 == 1 || i / 4 == 2 ? 255.0F : 10.0F));
}

/* The longest and thinnest pictures there are, in every way. */
static void extreme_shapes(void **state)
{
    (void)state;
    static uint8_t line[EDGEAI_IMAGE_SIDE_MAX];
    static float input[64 * 64];
    memset(line, 77, sizeof line);
    const edgeai_image images[2] = {{line, EDGEAI_IMAGE_SIDE_MAX, 1, 1, EDGEAI_IMAGE_SIDE_MAX},
                                    {line, 1, EDGEAI_IMAGE_SIDE_MAX, 1, 1}};
    for (int i = 0; i < 2 * 3 * 2; i++) {
        edgeai_image_input_options options = EDGEAI_IMAGE_INPUT_OPTIONS_INIT;
        options.width = options.height = 64;
        options.fit = (edgeai_image_fit)(i / 2 % 3);
        options.shorter_side = i >= 6 ? EDGEAI_IMAGE_SIDE_MAX : 0;
        options.channels = EDGEAI_IMAGE_GREY;
        options.scale = 1;
        assert_ok(edgeai_image_to_input(&images[i % 2], context, &options, input, 64 * 64));
        assert_true(input[31 * 64 + 31] == 77);
    }
}

#define REFUSED(field, value, status)                                                              \
    do {                                                                                           \
        edgeai_image_input_options bad = plain();                                                  \
        bad.field = value;                                                                         \
        assert_fails(edgeai_image_to_input(&picture, context, &bad, input, n), status);            \
    } while (0)

static void refusals(void **state)
{
    (void)state;
    enum { n = FIXTURE_WIDTH * FIXTURE_HEIGHT * 3 };
    float input[n] = {42};
    const edgeai_image_input_options good = plain();
    REFUSED(struct_size, 0, EDGEAI_E_INVALID);
    REFUSED(width, 0, EDGEAI_E_INVALID);
    REFUSED(height, -1, EDGEAI_E_INVALID);
    REFUSED(height, EDGEAI_IMAGE_SIDE_MAX + 1, EDGEAI_E_LIMIT);
    REFUSED(fit, (edgeai_image_fit)3, EDGEAI_E_INVALID);
    REFUSED(filter, (edgeai_image_filter)2, EDGEAI_E_INVALID);
    REFUSED(channels, (edgeai_image_channels)3, EDGEAI_E_INVALID);
    REFUSED(layout, (edgeai_image_layout)2, EDGEAI_E_INVALID);
    REFUSED(scale, (double)NAN, EDGEAI_E_INVALID);
    REFUSED(mean[2], (double)INFINITY, EDGEAI_E_INVALID);
    REFUSED(std[1], -1, EDGEAI_E_INVALID);
    REFUSED(std[1], DBL_MIN, EDGEAI_E_INVALID);
    edgeai_image_input_options crop = plain();
    crop.fit = EDGEAI_IMAGE_CROP;
    crop.shorter_side = FIXTURE_WIDTH - 1;
    assert_fails(edgeai_image_to_input(&picture, context, &crop, input, n), EDGEAI_E_INVALID);
    assert_error_says("shorter_side: expected 0 or 11 to 16384, found 10");
    assert_fails(edgeai_image_to_input(&picture, context, &good, input, n - 1), EDGEAI_E_SHAPE);
    assert_fails(edgeai_image_to_input(NULL, context, &good, input, n), EDGEAI_E_INVALID);
    assert_fails(edgeai_image_to_input(&picture, NULL, &good, input, n), EDGEAI_E_INVALID);
    assert_fails(edgeai_image_to_input(&picture, context, NULL, input, n), EDGEAI_E_INVALID);
    assert_fails(edgeai_image_to_input(&picture, context, &good, NULL, n), EDGEAI_E_INVALID);
    assert_true(input[0] == 42);
}

static void every_allocation_can_fail(void **state)
{
    (void)state;
    enum { N = FIXTURE_WIDTH * FIXTURE_HEIGHT * 3 };
    float input[N] = {42};
    const edgeai_image_input_options options = plain();
    edgeai_status status = EDGEAI_E_MEMORY;
    size_t at = 0;
    for (; status != EDGEAI_OK; at++) {
        const size_t live = memory.n_live;
        memory.fail_at = memory.n_allocations + at;
        status = edgeai_image_to_input(&picture, context, &options, input, N);
        memory.fail_at = SIZE_MAX;
        assert_int_equal(memory.n_live, live);
        if (status == EDGEAI_OK) break;
        assert_int_equal(status, EDGEAI_E_MEMORY);
        assert_true(input[0] == 42);
    }
    assert_true(at >= 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(layouts_and_orders), cmocka_unit_test(values_are_normalized),
        cmocka_unit_test(grey_both_ways),     cmocka_unit_test(crops_the_middle),
        cmocka_unit_test(letterboxes),        cmocka_unit_test(extreme_shapes),
        cmocka_unit_test(refusals),           cmocka_unit_test(every_allocation_can_fail),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
