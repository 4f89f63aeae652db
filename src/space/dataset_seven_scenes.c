/* SPDX-License-Identifier: MIT */

/* 7-Scenes: everything in one folder, frame-000025.color.png, .depth.png, .pose.txt. */

#include <stdlib.h>
#include <string.h>

#include "base/fail.h"
#include "space/folder_names.h"
#include "space/recorded.h"

enum { FILES_MAX = 4 * EDGEAI_RECORDING_FRAMES_MAX };

/* The names of one frame; NULL: none. */
typedef struct parts {
    const char *color, *depth, *pose;
} parts;

/* The number and what follows it, or NULL for other files. */
static const char *kind_of(const char *name, long *number)
{
    static const char prefix[] = "frame-";
    char *end;
    if (strncmp(name, prefix, sizeof prefix - 1) != 0) return NULL;
    const char *digits = name + sizeof prefix - 1;
    if (*digits < '0' || *digits > '9') return NULL;
    *number = strtol(digits, &end, 10);
    return *end == '.' && *number >= 0 && *number < EDGEAI_RECORDING_FRAMES_MAX ? end + 1 : NULL;
}

static bool begins(const char *text, const char *with)
{
    return strncmp(text, with, strlen(with)) == 0;
}

static edgeai_status add_frame(edgeai_recording *recording, const parts *found, long number)
{
    if (!found->color && !found->depth) return EDGEAI_OK;
    EAI_TRY(eai_recording_add(recording, recording->folder, NULL, (double)number / EAI_FRAMES_PER_S,
                              found->color, found->depth));
    if (!found->pose || recording->options.ignore_poses) return EDGEAI_OK;
    return eai_recording_read_pose(recording, &recording->frames[recording->n_frames - 1],
                                   found->pose, false);
}

/* Names are in the order of counting, so that those of a frame stand together. */
static edgeai_status add_frames(edgeai_recording *recording, const eai_folder_names *names)
{
    parts found = {0};
    long current = -1, number = 0;
    for (size_t i = 0; i < names->n; i++) {
        const char *name = eai_folder_names_get(names, i), *kind = kind_of(name, &number);
        if (!kind) continue;
        if (number != current) {
            EAI_TRY(add_frame(recording, &found, current));
            found = (parts){0};
            current = number;
        }
        if (begins(kind, "color.") || begins(kind, "rgb.")) found.color = name;
        if (begins(kind, "depth.")) found.depth = name;
        if (begins(kind, "pose.txt")) found.pose = name;
    }
    return add_frame(recording, &found, current);
}

edgeai_status eai_dataset_seven_scenes(edgeai_recording *recording)
{
    eai_folder_names names;
    edgeai_status status =
        eai_folder_names_read(&names, recording->allocator, recording->folder, FILES_MAX);
    if (status == EDGEAI_OK) status = add_frames(recording, &names);
    eai_folder_names_free(&names);
    EAI_TRY(status);
    if (recording->n_frames == 0)
        return eai_fail(EDGEAI_E_NOT_FOUND,
                        "%s: expected a recording (%s, rgb.txt, folders depth and color, or "
                        "frame-000000.depth.png), found none",
                        recording->folder, EDGEAI_RECORDING_FILE);
    if (eai_recording_has(recording, "camera-intrinsics.txt"))
        return eai_recording_read_camera(recording, "camera-intrinsics.txt", &recording->camera);
    return edgeai_camera_read(&recording->camera, recording->context, "kinect");
}
