/* SPDX-License-Identifier: MIT */

/* ScanNet as its exporter leaves it: color/N.jpg, depth/N.png, pose/N.txt, intrinsic. */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/fail.h"
#include "space/folder_names.h"
#include "space/recorded.h"

enum { NAME_BYTES = 300 };

static edgeai_status read_folder(const edgeai_recording *recording, const char *name,
                                 eai_folder_names *names)
{
    char path[EAI_PATH_BYTES];
    *names = (eai_folder_names){0};
    if (!eai_recording_has(recording, name)) return EDGEAI_OK;
    EAI_TRY(eai_recording_path(recording, name, path));
    return eai_folder_names_read(names, recording->allocator, path, EDGEAI_RECORDING_FRAMES_MAX);
}

/* Number of "25.png", or -1. */
static long number_of(const char *name)
{
    char *end;
    if (*name < '0' || *name > '9') return -1;
    const long number = strtol(name, &end, 10);
    return *end == '.' && number >= 0 && number < EDGEAI_RECORDING_FRAMES_MAX ? number : -1;
}

static edgeai_status add_frame(edgeai_recording *recording, long number, const char *color,
                               const char *depth)
{
    char color_path[NAME_BYTES], depth_path[NAME_BYTES], pose[64];
    snprintf(color_path, sizeof color_path, "color/%s", color ? color : "");
    snprintf(depth_path, sizeof depth_path, "depth/%s", depth ? depth : "");
    snprintf(pose, sizeof pose, "pose/%ld.txt", number);
    EAI_TRY(eai_recording_add(recording, recording->folder, NULL, (double)number / EAI_FRAMES_PER_S,
                              color ? color_path : NULL, depth ? depth_path : NULL));
    if (recording->options.ignore_poses || !eai_recording_has(recording, pose)) return EDGEAI_OK;
    return eai_recording_read_pose(recording, &recording->frames[recording->n_frames - 1], pose,
                                   true);
}

/* The next name that is a number, with that number; LONG_MAX at the end. */
static long next_number(const eai_folder_names *names, size_t *i)
{
    for (; *i < names->n; ++*i) {
        const long number = number_of(eai_folder_names_get(names, *i));
        if (number >= 0) return number;
    }
    return EDGEAI_RECORDING_FRAMES_MAX;
}

/* Both folders in the order of counting, side by side. */
static edgeai_status add_frames(edgeai_recording *recording, const eai_folder_names *color,
                                const eai_folder_names *depth)
{
    size_t i = 0, k = 0;
    for (;;) {
        const long a = next_number(color, &i), b = next_number(depth, &k);
        const long number = a < b ? a : b;
        if (number == EDGEAI_RECORDING_FRAMES_MAX) return EDGEAI_OK;
        EAI_TRY(add_frame(recording, number, a == number ? eai_folder_names_get(color, i++) : NULL,
                          b == number ? eai_folder_names_get(depth, k++) : NULL));
    }
}

/* Where the camera matrices have been seen; the first is the exporter's. */
static edgeai_status read_camera(const edgeai_recording *recording, const char *which,
                                 edgeai_camera *camera)
{
    static const char *const places[] = {"intrinsic/intrinsic_%s.txt", "intrinsic_%s.txt",
                                         "intrinsics_%s.txt"};
    char name[64];
    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        /* A format from the table above, with one %s. */
        const char *split = strstr(places[i], "%s");
        snprintf(name, sizeof name, "%.*s%s%s", (int)(split - places[i]), places[i], which,
                 split + 2);
        if (eai_recording_has(recording, name))
            return eai_recording_read_camera(recording, name, camera);
    }
    return EDGEAI_OK;
}

edgeai_status eai_dataset_scannet(edgeai_recording *recording)
{
    eai_folder_names color, depth = {0};
    edgeai_status status = read_folder(recording, "color", &color);
    if (status == EDGEAI_OK) status = read_folder(recording, "depth", &depth);
    if (status == EDGEAI_OK) status = add_frames(recording, &color, &depth);
    eai_folder_names_free(&color);
    eai_folder_names_free(&depth);
    EAI_TRY(status);
    EAI_TRY(read_camera(recording, "color", &recording->camera));
    EAI_TRY(read_camera(recording, "depth", &recording->depth_camera));
    if (!(recording->camera.fx > 0)) recording->camera = recording->depth_camera;
    return EDGEAI_OK;
}
