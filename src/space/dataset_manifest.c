/* SPDX-License-Identifier: MIT */

/* Our own manifest of a plain folder: docs/formats/rgbd-manifest.md. */

#include <math.h>
#include <string.h>

#include "base/fail.h"
#include "space/camera_fit.h"
#include "space/json_fields.h"
#include "space/matrix_pose.h"
#include "space/recorded.h"

enum { VERSION = 1, FILE_BYTES = 1024 };

static edgeai_status read_camera(eai_json_scan *scan, edgeai_camera *camera)
{
    eai_fields_object object = {0};
    int64_t side;
    *camera = (edgeai_camera){0};
    while (eai_fields_key(scan, &object)) {
        if (eai_fields_is(object.key, object.n, "width")) {
            EAI_TRY(eai_fields_count(scan, EDGEAI_IMAGE_SIDE_MAX, &side));
            camera->width = (int)side;
        } else if (eai_fields_is(object.key, object.n, "height")) {
            EAI_TRY(eai_fields_count(scan, EDGEAI_IMAGE_SIDE_MAX, &side));
            camera->height = (int)side;
        } else if (eai_fields_is(object.key, object.n, "fx")) {
            EAI_TRY(eai_fields_number(scan, &camera->fx));
        } else if (eai_fields_is(object.key, object.n, "fy")) {
            EAI_TRY(eai_fields_number(scan, &camera->fy));
        } else if (eai_fields_is(object.key, object.n, "cx")) {
            EAI_TRY(eai_fields_number(scan, &camera->cx));
        } else if (eai_fields_is(object.key, object.n, "cy")) {
            EAI_TRY(eai_fields_number(scan, &camera->cy));
        } else {
            EAI_TRY(eai_json_skip(scan));
        }
    }
    EAI_TRY(object.status);
    return eai_camera_check(camera, scan->what, true);
}

/* One of two words; *second says which. */
static edgeai_status read_word(eai_json_scan *scan, const char *a, const char *b, bool *second)
{
    char word[32];
    EAI_TRY(eai_fields_text(scan, word, sizeof word));
    *second = strcmp(word, b) == 0;
    if (*second || strcmp(word, a) == 0) return EDGEAI_OK;
    return eai_json_fail(scan, "expected \"%s\" or \"%s\"", a, b);
}

/* A frame as it is read; the pose waits until the convention is known. */
typedef struct draft {
    char name[EDGEAI_LABEL_BYTES], color[FILE_BYTES], depth[FILE_BYTES];
    bool has_name, has_time, has_color, has_depth, has_pose;
    double time_s;
    edgeai_pose pose;
} draft;

/* 16 numbers row by row. */
static edgeai_status read_pose(eai_json_scan *scan, draft *frame)
{
    double m[16];
    const char *why;
    EAI_TRY(eai_fields_numbers(scan, m, 16));
    frame->has_pose = true;
    return eai_matrix_pose(m, false, &frame->pose, &why) ? EDGEAI_OK
                                                         : eai_json_fail(scan, "pose: %s", why);
}

static edgeai_status read_field(eai_json_scan *scan, const eai_fields_object *object, draft *frame)
{
    if (eai_fields_is(object->key, object->n, "name")) {
        frame->has_name = true;
        return eai_fields_text(scan, frame->name, sizeof frame->name);
    }
    if (eai_fields_is(object->key, object->n, "color")) {
        frame->has_color = true;
        return eai_fields_text(scan, frame->color, sizeof frame->color);
    }
    if (eai_fields_is(object->key, object->n, "depth")) {
        frame->has_depth = true;
        return eai_fields_text(scan, frame->depth, sizeof frame->depth);
    }
    if (eai_fields_is(object->key, object->n, "time_s")) {
        frame->has_time = true;
        return eai_fields_number(scan, &frame->time_s);
    }
    if (eai_fields_is(object->key, object->n, "pose")) return read_pose(scan, frame);
    return eai_json_skip(scan);
}

static edgeai_status read_frame(edgeai_recording *recording, eai_json_scan *scan)
{
    draft frame = {.has_name = false};
    eai_fields_object object = {0};
    while (eai_fields_key(scan, &object))
        EAI_TRY(read_field(scan, &object, &frame));
    EAI_TRY(object.status);
    if (!frame.has_color && !frame.has_depth)
        return eai_json_fail(scan, "frame %zu: expected color or depth", recording->n_frames);
    const size_t n = recording->n_frames;
    if (!frame.has_time) frame.time_s = (double)n / EAI_FRAMES_PER_S;
    if (n > 0 && frame.time_s < recording->frames[n - 1].time_s)
        return eai_json_fail(scan, "frame %zu: time_s: expected at least %.6f, found %.6f", n,
                             recording->frames[n - 1].time_s, frame.time_s);
    EAI_TRY(eai_recording_add(recording, scan->what, frame.has_name ? frame.name : NULL,
                              frame.time_s, frame.has_color ? frame.color : NULL,
                              frame.has_depth ? frame.depth : NULL));
    recording->frames[n].has_pose = frame.has_pose;
    recording->frames[n].pose = frame.pose;
    return EDGEAI_OK;
}

/* What the keys of the manifest say, beside what goes into the recording. */
typedef struct heading {
    bool has_version, has_convention, is_world_to_camera;
} heading;

static edgeai_status read_key(edgeai_recording *recording, eai_json_scan *scan,
                              const eai_fields_object *object, heading *head)
{
    const char *key = object->key;
    const size_t n = object->n;
    bool is_sun;
    if (eai_fields_is(key, n, "version")) {
        head->has_version = true;
        return eai_fields_version(scan, VERSION);
    }
    if (eai_fields_is(key, n, "camera")) return read_camera(scan, &recording->camera);
    if (eai_fields_is(key, n, "depth_camera")) return read_camera(scan, &recording->depth_camera);
    if (eai_fields_is(key, n, "depth_units_per_m")) {
        EAI_TRY(eai_fields_number(scan, &recording->info.depth_units_per_m));
        if (recording->info.depth_units_per_m > 0 && recording->info.depth_units_per_m <= 1e6)
            return EDGEAI_OK;
        return eai_json_fail(scan, "depth_units_per_m: expected above 0 and up to 1e6");
    }
    if (eai_fields_is(key, n, "depth_coding")) {
        EAI_TRY(read_word(scan, "plain", "sun", &is_sun));
        recording->depth_coding = is_sun ? EDGEAI_DEPTH_SUN : EDGEAI_DEPTH_PLAIN;
        return EDGEAI_OK;
    }
    if (eai_fields_is(key, n, "pose_convention")) {
        head->has_convention = true;
        return read_word(scan, "camera-to-world", "world-to-camera", &head->is_world_to_camera);
    }
    if (!eai_fields_is(key, n, "frames")) return eai_json_skip(scan);
    eai_fields_object array = {0};
    while (eai_fields_item(scan, &array))
        EAI_TRY(read_frame(recording, scan));
    return array.status;
}

static edgeai_status turn_poses(edgeai_recording *recording, const heading *head, const char *name)
{
    for (size_t i = 0; i < recording->n_frames; i++) {
        eai_recorded_frame *frame = &recording->frames[i];
        if (!frame->has_pose) continue;
        if (!head->has_convention && recording->options.pose_convention == EDGEAI_POSE_BY_KIND)
            return eai_fail(EDGEAI_E_FORMAT,
                            "%s: frame %zu has a pose: expected pose_convention, \"camera-to-"
                            "world\" or \"world-to-camera\"",
                            name, i);
        const edgeai_pose pose = frame->pose;
        eai_recording_set_pose(recording, frame, &pose,
                               head->is_world_to_camera ? EDGEAI_POSE_WORLD_TO_CAMERA
                                                        : EDGEAI_POSE_CAMERA_TO_WORLD);
    }
    return EDGEAI_OK;
}

edgeai_status eai_manifest_read(edgeai_recording *recording, const char *text, size_t n,
                                const char *name)
{
    eai_json_scan scan = {text, n, 0, name};
    eai_fields_object object = {0};
    heading head = {false};
    while (eai_fields_key(&scan, &object))
        EAI_TRY(read_key(recording, &scan, &object, &head));
    EAI_TRY(object.status);
    EAI_TRY(eai_json_end(&scan));
    if (!head.has_version)
        return eai_fail(EDGEAI_E_VERSION, "%s: expected \"version\": %d", name, VERSION);
    return turn_poses(recording, &head, name);
}

edgeai_status eai_dataset_manifest(edgeai_recording *recording)
{
    eai_mapped_file file;
    char path[EAI_PATH_BYTES];
    EAI_TRY(eai_recording_map(recording, EDGEAI_RECORDING_FILE, &file, path));
    const edgeai_status status =
        eai_manifest_read(recording, (const char *)file.bytes, file.n_bytes, path);
    eai_mapped_file_close(&file);
    return status;
}
