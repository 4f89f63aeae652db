/* SPDX-License-Identifier: MIT */

/* Any bytes as detections: an array is COCO's, an object ours, and behind a byte 'Y' YOLO's text.
 * Behind a NUL an array's names follow. Aborts on a leak, on a failure without a text, and on
 * detections that are not as promised. */

#include <stdlib.h>
#include <string.h>

#include <edgeai/context.h>

#include "fuzz_target.h"
#include "space/detected.h"
#include "support/failing_allocator.h"

enum { WIDTH = 40, HEIGHT = 30 };

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

static edgeai_status read(edgeai_detections *self, const char *text, size_t n)
{
    static const char classes[] = "chair\ntable\n";
    edgeai_frame frame = EDGEAI_FRAME_INIT;
    frame.name = "a";
    frame.camera = (edgeai_camera){WIDTH, HEIGHT, 30, 30, 20, 15};
    if (n && text[0] == 'Y') {
        if (eai_detections_read_classes(self, classes, sizeof classes - 1, "c") != EDGEAI_OK)
            abort();
        return eai_detections_read_yolo(self, text + 1, n - 1, "it", &frame);
    }
    if (n && text[0] == '[') {
        const char *end = memchr(text, '\0', n);
        const size_t n_results = end ? (size_t)(end - text) : n;
        return eai_detections_read_coco(self, text, n_results, "it", end ? end + 1 : "",
                                        end ? n - n_results - 1 : 0, "names");
    }
    return eai_detections_read_ours(self, text, n, "it");
}

static void check(const edgeai_detections *self)
{
    for (size_t i = 0; i < self->n_frames; i++) {
        const eai_detected_frame *frame = &self->frames[i];
        if (eai_detections_find(self, frame->name) != frame) abort();
        if (frame->first + frame->n > self->n_items) abort();
        for (size_t k = 0; k < frame->n; k++) {
            const edgeai_detection *item = &self->items[frame->first + k];
            if (!(item->score >= 0 && item->score <= 1)) abort();
            if (!(item->box[2] > 0 && item->box[3] > 0) || !item->label[0]) abort();
            if (strlen(item->label) >= EDGEAI_LABEL_BYTES) abort();
            uint64_t sum = 0;
            for (size_t run = 0; run < item->n_mask_runs; run++)
                sum += item->mask_runs[run];
            if (item->n_mask_runs &&
                sum != (uint64_t)frame->mask_width * (uint64_t)frame->mask_height)
                abort();
        }
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    static edgeai_context *context;
    if (!context) context = make_context();
    const size_t before = memory.n_live;
    edgeai_detections *self = eai_detections_make(context);
    if (!self) abort();
    edgeai_status status = read(self, (const char *)data, n);
    if (status == EDGEAI_OK) status = eai_detections_finish(self, "it");
    if (status == EDGEAI_OK)
        check(self);
    else if (!*edgeai_last_error())
        abort();
    edgeai_detections_free(self);
    if (memory.n_live != before) abort();
    return 0;
}
