/* SPDX-License-Identifier: MIT */

/* Any bytes as a manifest of a recording. Aborts on a leak, on a failure without a text, and on
 * frames that are not as promised. */

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <edgeai/context.h>

#include "fuzz_target.h"
#include "space/recorded.h"
#include "support/failing_allocator.h"

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

static void check(const edgeai_recording *recording)
{
    for (size_t i = 0; i < recording->n_frames; i++) {
        const eai_recorded_frame *frame = &recording->frames[i];
        if (frame->name[0] == '\0' || strlen(frame->name) >= sizeof frame->name) abort();
        if (frame->color == EAI_NO_FILE && frame->depth == EAI_NO_FILE) abort();
        if (i > 0 && frame->time_s < frame[-1].time_s) abort();
        for (int k = 0; frame->has_pose && k < 9; k++)
            if (!isfinite(frame->pose.rotation[k])) abort();
        const size_t files[] = {frame->color, frame->depth};
        for (int k = 0; k < 2; k++) {
            if (files[k] == EAI_NO_FILE) continue;
            const char *path = recording->paths.bytes + files[k];
            if (path[0] == '/' || strncmp(path, "../", 3) == 0 || strstr(path, "/../")) abort();
        }
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    static edgeai_context *context;
    static const edgeai_recording_options options = EDGEAI_RECORDING_OPTIONS_INIT;
    if (!context) context = make_context();
    const size_t before = memory.n_live;
    edgeai_recording recording;
    eai_recording_init(&recording, context, &options);
    if (eai_manifest_read(&recording, (const char *)data, n, "it") == EDGEAI_OK)
        check(&recording);
    else if (!*edgeai_last_error())
        abort();
    eai_recording_clear(&recording);
    if (memory.n_live != before) abort();
    return 0;
}
