/* SPDX-License-Identifier: MIT */

/* A picture as a network's input: where it goes, at which size, and its values as floats. */

#include <float.h>
#include <math.h>
#include <string.h>

#include <edgeai/image.h>

#include "base/fail.h"
#include "base/memory.h"
#include "io/image_internal.h"
#include "io/image_resize.h"
#include "platform/context_internal.h"

/* All that is known before the first row. */
typedef struct input_plan {
    edgeai_image_input_options options;
    int n_channels;       /* of the input */
    eai_resize resize;    /* the window that the picture fills */
    int left, top;        /* where in the input that is */
    float (*values)[256]; /* [n_channels] what each byte becomes */
} input_plan;

static edgeai_status check_enum(const char *field, int value, int most)
{
    if (value >= 0 && value <= most) return EDGEAI_OK;
    return eai_fail(EDGEAI_E_INVALID, "image_to_input: options: %s: expected 0 to %d, found %d",
                    field, most, value);
}

static edgeai_status check_numbers(const edgeai_image_input_options *options)
{
    if (!isfinite(options->scale))
        return eai_fail(EDGEAI_E_INVALID,
                        "image_to_input: options: scale: expected a finite number");
    for (int c = 0; c < 3; c++)
        if (!isfinite(options->mean[c]) || !isfinite(options->std[c]) || options->std[c] < 0)
            return eai_fail(EDGEAI_E_INVALID,
                            "image_to_input: options: channel %d: expected a finite mean and a "
                            "std of 0 or more, found %g and %g",
                            c, options->mean[c], options->std[c]);
    return EDGEAI_OK;
}

static edgeai_status check_options(const edgeai_image_input_options *options)
{
    const int width = options->width, height = options->height;
    if (width < 1 || height < 1)
        return eai_fail(EDGEAI_E_INVALID,
                        "image_to_input: options: expected a width and height of at least 1, "
                        "found %d and %d",
                        width, height);
    EAI_TRY(check_enum("fit", (int)options->fit, EDGEAI_IMAGE_LETTERBOX));
    EAI_TRY(check_enum("filter", (int)options->filter, EDGEAI_IMAGE_NEAREST));
    EAI_TRY(check_enum("channels", (int)options->channels, EDGEAI_IMAGE_GREY));
    EAI_TRY(check_enum("layout", (int)options->layout, EDGEAI_IMAGE_NHWC));
    EAI_TRY(eai_image_check_size(width, height, "image_to_input: options"));
    const int longer = width > height ? width : height, shorter = options->shorter_side;
    if (options->fit == EDGEAI_IMAGE_CROP && shorter != 0 &&
        (shorter < longer || shorter > EDGEAI_IMAGE_SIDE_MAX))
        return eai_fail(EDGEAI_E_INVALID,
                        "image_to_input: options: shorter_side: expected 0 or %d to %d, found %d",
                        longer, EDGEAI_IMAGE_SIDE_MAX, shorter);
    return check_numbers(options);
}

static double value_of(const edgeai_image_input_options *options, int c, int x)
{
    return (x * options->scale - options->mean[c]) / options->std[c];
}

/* All values lie between those of 0 and 255. */
static edgeai_status check_values(const edgeai_image_input_options *options)
{
    for (int c = 0; c < 3; c++)
        if (!(fabs(value_of(options, c, 0)) <= FLT_MAX) ||
            !(fabs(value_of(options, c, 255)) <= FLT_MAX))
            return eai_fail(EDGEAI_E_INVALID,
                            "image_to_input: options: channel %d: scale %g, mean %g and std %g "
                            "give values that are no float32",
                            c, options->scale, options->mean[c], options->std[c]);
    return EDGEAI_OK;
}

/* The options of this version, with defaults in place; older callers' structs may be shorter. */
static edgeai_status read_options(edgeai_image_input_options *own,
                                  const edgeai_image_input_options *given)
{
    *own = (edgeai_image_input_options){0};
    if (!given) return eai_fail(EDGEAI_E_INVALID, "image_to_input: options is NULL");
    if (given->struct_size < sizeof given->struct_size)
        return eai_fail(EDGEAI_E_INVALID, "image_to_input: options: struct_size is not set");
    memcpy(own, given, given->struct_size < sizeof *own ? given->struct_size : sizeof *own);
    EAI_TRY(check_options(own));
    if (own->scale == 0) own->scale = 1.0 / 255;
    for (int c = 0; c < 3; c++)
        if (own->std[c] == 0) own->std[c] = 1;
    return check_values(own);
}

/* a * b / c of sides and sizes, rounded down; at least 1. */
static int in_proportion(int a, int b, int c)
{
    const int64_t value = (int64_t)a * b / c;
    return value > 1 ? (int)value : 1;
}

/* Half of a margin, an odd one to the even of the two places. */
static int half_to_even(int margin)
{
    const int half = margin / 2;
    return margin % 2 != 0 && half % 2 != 0 ? half + 1 : half;
}

static void plan_crop(input_plan *plan, const edgeai_image *image)
{
    const int width = plan->options.width, height = plan->options.height;
    const int side = plan->options.shorter_side;
    eai_resize *resize = &plan->resize;
    /* The side that is made exact: the shorter one; or the one that is just covered. */
    const bool by_width = side ? image->width <= image->height
                               : (int64_t)image->width * height <= (int64_t)image->height * width;
    if (by_width) {
        resize->new_width = side ? side : width;
        resize->new_height = in_proportion(resize->new_width, image->height, image->width);
    } else {
        resize->new_height = side ? side : height;
        resize->new_width = in_proportion(resize->new_height, image->width, image->height);
    }
    resize->left = half_to_even(resize->new_width - width);
    resize->top = half_to_even(resize->new_height - height);
}

static void plan_letterbox(input_plan *plan, const edgeai_image *image)
{
    const int width = plan->options.width, height = plan->options.height;
    const int64_t across = (int64_t)image->width * height, down = (int64_t)image->height * width;
    eai_resize *resize = &plan->resize;
    /* To the nearest: half of the divisor is added before it divides. */
    if (across >= down)
        resize->new_height = (int)((2 * down + image->width) / (2 * (int64_t)image->width));
    else
        resize->new_width = (int)((2 * across + image->height) / (2 * (int64_t)image->height));
    if (resize->new_height < 1) resize->new_height = 1;
    if (resize->new_width < 1) resize->new_width = 1;
    resize->width = resize->new_width;
    resize->height = resize->new_height;
    plan->left = (width - resize->width) / 2;
    plan->top = (height - resize->height) / 2;
}

static void make_plan(input_plan *plan, const edgeai_image *image)
{
    const edgeai_image_input_options *options = &plan->options;
    plan->n_channels = options->channels == EDGEAI_IMAGE_GREY ? 1 : 3;
    plan->resize = (eai_resize){
        .new_width = options->width,
        .new_height = options->height,
        .width = options->width,
        .height = options->height,
        .filter = options->filter,
        .luma = options->channels == EDGEAI_IMAGE_GREY,
    };
    if (options->fit == EDGEAI_IMAGE_CROP) plan_crop(plan, image);
    if (options->fit == EDGEAI_IMAGE_LETTERBOX) plan_letterbox(plan, image);
}

static void fill_values(const input_plan *plan)
{
    for (int c = 0; c < plan->n_channels; c++)
        for (int x = 0; x < 256; x++)
            plan->values[c][x] = (float)value_of(&plan->options, c, x);
}

/* Which channel of a picture's row becomes channel c of the input. */
static int source_channel(const input_plan *plan, int c, int n_picture)
{
    if (n_picture == 1) return 0;
    return plan->options.channels == EDGEAI_IMAGE_BGR ? 2 - c : c;
}

/* One channel of one row of the input, from n values `step` apart. */
static void put_values(const input_plan *plan, float *input, int c, int y, int x, int n,
                       const uint8_t *from, int step)
{
    const size_t width = (size_t)plan->options.width, height = (size_t)plan->options.height;
    const size_t n_channels = (size_t)plan->n_channels;
    const bool is_nhwc = plan->options.layout == EDGEAI_IMAGE_NHWC;
    const float *values = plan->values[c];
    float *to = is_nhwc ? input + ((size_t)y * width + (size_t)x) * n_channels + (size_t)c
                        : input + ((size_t)c * height + (size_t)y) * width + (size_t)x;
    const size_t to_step = is_nhwc ? n_channels : 1;
    for (int i = 0; i < n; i++)
        to[(size_t)i * to_step] = values[from[(size_t)i * (size_t)step]];
}

/* A row of the input: fill, picture, fill. */
static void put_row(const input_plan *plan, float *input, int y, const uint8_t *row, int n_picture)
{
    const int begin = row ? plan->left : plan->options.width;
    const int end = row ? plan->left + plan->resize.width : plan->options.width;
    for (int c = 0; c < plan->n_channels; c++) {
        const uint8_t *fill = plan->options.fill + source_channel(plan, c, plan->n_channels);
        put_values(plan, input, c, y, 0, begin, fill, 0);
        if (row)
            put_values(plan, input, c, y, begin, end - begin,
                       row + source_channel(plan, c, n_picture), n_picture);
        put_values(plan, input, c, y, end, plan->options.width - end, fill, 0);
    }
}

static edgeai_status make_input(input_plan *plan, const edgeai_image *image,
                                const edgeai_allocator *allocator, float *input)
{
    eai_resampler resampler;
    EAI_TRY(eai_resampler_create(&resampler, allocator, image, &plan->resize));
    eai_arena arena = {0};
    const size_t values_bytes = (size_t)plan->n_channels * sizeof *plan->values;
    if (!eai_arena_init(&arena, allocator,
                        eai_align_up(values_bytes) + eai_align_up(resampler.row_bytes),
                        "network input")) {
        eai_resampler_free(&resampler, allocator);
        return EDGEAI_E_MEMORY;
    }
    plan->values = eai_arena_take(&arena, (size_t)plan->n_channels, sizeof *plan->values);
    uint8_t *row = eai_arena_take(&arena, resampler.row_bytes, 1);
    fill_values(plan);
    for (int y = 0; y < plan->options.height; y++) {
        const int inside = y - plan->top;
        const bool is_picture = inside >= 0 && inside < plan->resize.height;
        if (is_picture) eai_resampler_row(&resampler, inside, row);
        put_row(plan, input, y, is_picture ? row : NULL, resampler.n_channels);
    }
    eai_arena_free(&arena, allocator);
    eai_resampler_free(&resampler, allocator);
    return EDGEAI_OK;
}

edgeai_status edgeai_image_to_input(const edgeai_image *image, edgeai_context *context,
                                    const edgeai_image_input_options *options, float *input,
                                    size_t n_input)
{
    input_plan plan = {0};
    if (!context || !input)
        return eai_fail(EDGEAI_E_INVALID, "image_to_input: context or input is NULL");
    EAI_TRY(eai_image_check(image, "image_to_input"));
    EAI_TRY(read_options(&plan.options, options));
    make_plan(&plan, image);
    const size_t expected =
        (size_t)plan.n_channels * (size_t)plan.options.width * (size_t)plan.options.height;
    if (n_input != expected)
        return eai_fail(EDGEAI_E_SHAPE,
                        "image_to_input: expected room for %d x %d x %d = %zu "
                        "values, found %zu",
                        plan.n_channels, plan.options.height, plan.options.width, expected,
                        n_input);
    return make_input(&plan, image, &context->allocator, input);
}
