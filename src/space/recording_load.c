/* SPDX-License-Identifier: MIT */

/* One frame of a recording in memory. */

#include <string.h>

#include "base/fail.h"
#include "space/camera_fit.h"
#include "space/recorded.h"

#include <edgeai/space.h>

static void unload(edgeai_recording *recording)
{
    edgeai_image_free(recording->loaded_color);
    recording->loaded_color = NULL;
    eai_depth_image_free(&recording->loaded_depth, recording->allocator);
}

/* SUN RGB-D stores distances turned left by three bits. */
static void decode_sun(eai_depth_image *depth)
{
    uint16_t *samples = (uint16_t *)(size_t)depth->samples; /* in a block of our own */
    const size_t n = (size_t)depth->width * (size_t)depth->height;
    for (size_t i = 0; i < n; i++)
        samples[i] = (uint16_t)(samples[i] >> 3 | samples[i] << 13);
}

static edgeai_status load_images(edgeai_recording *recording, const eai_recorded_frame *from)
{
    char path[EAI_PATH_BYTES];
    const char *paths = recording->paths.bytes;
    if (from->color != EAI_NO_FILE) {
        EAI_TRY(eai_recording_path(recording, paths + from->color, path));
        EAI_TRY(edgeai_image_open(&recording->loaded_color, recording->context, path));
    }
    if (from->depth != EAI_NO_FILE) {
        EAI_TRY(eai_recording_path(recording, paths + from->depth, path));
        EAI_TRY(eai_depth_image_open(&recording->loaded_depth, recording->allocator, path,
                                     EDGEAI_DEPTH_SIDE_MAX));
        if (recording->depth_coding == EDGEAI_DEPTH_SUN) decode_sun(&recording->loaded_depth);
    }
    return EDGEAI_OK;
}

static edgeai_status fit_cameras(const edgeai_recording *recording, edgeai_frame *frame)
{
    const edgeai_image *color = recording->loaded_color;
    const eai_depth_image *depth = &recording->loaded_depth;
    edgeai_camera camera = recording->camera;
    if (camera.width == 0) {
        camera.width = depth->samples ? depth->width : color->width;
        camera.height = depth->samples ? depth->height : color->height;
    }
    /* ScanNet's two matrices have no size: each is of its own images. */
    const bool has_own = recording->depth_camera.fx > 0;
    if (has_own && recording->camera.width == 0 && color) {
        camera.width = color->width;
        camera.height = color->height;
    }
    frame->camera = camera;
    if (color)
        EAI_TRY(eai_camera_fit(&camera, color->width, color->height, frame->name, &frame->camera));
    frame->depth_camera = frame->camera;
    if (depth->samples)
        EAI_TRY(eai_camera_fit(has_own ? &recording->depth_camera : &camera, depth->width,
                               depth->height, frame->name, &frame->depth_camera));
    return EDGEAI_OK;
}

edgeai_status edgeai_recording_load(edgeai_recording *recording, size_t i, edgeai_frame *frame)
{
    if (!recording || !frame || i >= recording->n_frames)
        return eai_fail(EDGEAI_E_INVALID, "recording_load: expected an index below %zu, found %zu",
                        edgeai_recording_frames(recording), i);
    if (frame->struct_size != sizeof *frame)
        return eai_fail(EDGEAI_E_INVALID, "recording_load: frame: struct_size is not set");
    const eai_recorded_frame *from = &recording->frames[i];
    edgeai_frame made = EDGEAI_FRAME_INIT;
    unload(recording);
    made.name = from->name;
    made.time_s = from->time_s;
    made.depth_units_per_m = recording->info.depth_units_per_m;
    made.pose = from->has_pose ? &from->pose : NULL;
    edgeai_status status = load_images(recording, from);
    if (status == EDGEAI_OK) status = fit_cameras(recording, &made);
    if (status != EDGEAI_OK) {
        unload(recording);
        return status;
    }
    made.color = recording->loaded_color;
    made.depth = recording->loaded_depth.samples;
    *frame = made;
    return EDGEAI_OK;
}
