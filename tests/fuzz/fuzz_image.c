/* SPDX-License-Identifier: MIT */

/* Any bytes as a picture: opened, and made a small input; and as a depth image. Aborts on a leak,
 * on a failure without a text, and on an image that is not as documented. */

#include <stdlib.h>
#include <string.h>

#include <edgeai/image.h>

#include "fuzz_target.h"
#include "io/depth_image.h"
#include "support/failing_allocator.h"

/* Large sizes are refused by the same lines whether the picture is there or not; decoding one is
 * time that finds nothing. */
enum { PIXELS_MAX = 1 << 20 };

static failing_allocator memory = {.fail_at = SIZE_MAX};

static edgeai_context *make_context(void)
{
    edgeai_context *context = NULL;
    edgeai_context_options options = EDGEAI_CONTEXT_OPTIONS_INIT;
    options.allocator = failing_allocator_make(&memory);
    options.n_threads = 1;
    if (edgeai_context_create(&context, &options) != EDGEAI_OK) abort();
    return context;
}

static void use(edgeai_context *context, const edgeai_image *image)
{
    float input[3 * 5 * 4];
    const edgeai_image_fit fits[] = {EDGEAI_IMAGE_STRETCH, EDGEAI_IMAGE_CROP,
                                     EDGEAI_IMAGE_LETTERBOX};
    if (image->row_bytes != (size_t)image->width * (size_t)image->n_channels) abort();
    if ((size_t)image->width * (size_t)image->height > PIXELS_MAX) return;
    for (int i = 0; i < 3; i++) {
        edgeai_image_input_options options = EDGEAI_IMAGE_INPUT_OPTIONS_INIT;
        options.width = 5;
        options.height = 4;
        options.fit = fits[i];
        if (edgeai_image_to_input(image, context, &options, input, 60) != EDGEAI_OK) abort();
        for (int k = 0; k < 60; k++)
            if (!(input[k] >= 0 && input[k] <= 1)) abort();
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    static edgeai_context *context;
    if (!context) context = make_context();
    const size_t before = memory.live_bytes;
    edgeai_image *image;
    if (edgeai_image_open_memory(&image, context, data, n) == EDGEAI_OK) {
        use(context, image);
        edgeai_image_free(image);
    } else if (image || !*edgeai_last_error()) {
        abort();
    }
    const edgeai_allocator allocator = failing_allocator_make(&memory);
    eai_depth_image depth;
    const edgeai_status status = eai_depth_image_read(&depth, &allocator, data, n, "it", 1024);
    if (status == EDGEAI_OK ? !depth.samples || depth.width > 1024 : !*edgeai_last_error()) abort();
    eai_depth_image_free(&depth, &allocator);
    if (memory.live_bytes != before) abort();
    return 0;
}
