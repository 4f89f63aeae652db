/* SPDX-License-Identifier: MIT */

/* What the readers of all kinds of recordings use: files of the folder, frames, poses. */

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/fail.h"
#include "base/memory.h"
#include "space/camera_fit.h"
#include "space/folder_names.h"
#include "space/matrix_pose.h"
#include "space/recorded.h"
#include "space/text_lines.h"
#include "space/time_pairs.h"

edgeai_status eai_recording_path(const edgeai_recording *recording, const char *name,
                                 char path[EAI_PATH_BYTES])
{
    const int n = snprintf(path, EAI_PATH_BYTES, "%s/%s", recording->folder, name);
    if (n > 0 && n < EAI_PATH_BYTES) return EDGEAI_OK;
    return eai_fail(EDGEAI_E_LIMIT, "%.100s...: expected a path of less than %d bytes", name,
                    EAI_PATH_BYTES);
}

bool eai_recording_has(const edgeai_recording *recording, const char *name)
{
    char path[EAI_PATH_BYTES];
    struct stat info;
    return eai_recording_path(recording, name, path) == EDGEAI_OK && stat(path, &info) == 0;
}

edgeai_status eai_recording_map(const edgeai_recording *recording, const char *name,
                                eai_mapped_file *file, char path[EAI_PATH_BYTES])
{
    EAI_TRY(eai_recording_path(recording, name, path));
    return eai_mapped_file_open(file, path);
}

/* Only names that go down, whatever is there. */
static bool leads_out(const char *path)
{
    if (path[0] == '/' || path[0] == '\0') return true;
    for (const char *part = path; part; part = strchr(part, '/')) {
        if (*part == '/') part++;
        if (strncmp(part, "..", 2) == 0 && (part[2] == '/' || part[2] == '\0')) return true;
    }
    return false;
}

static edgeai_status add_path(edgeai_recording *recording, const char *where, const char *path,
                              size_t *at)
{
    char shown[80];
    *at = EAI_NO_FILE;
    if (!path) return EDGEAI_OK;
    if (leads_out(path))
        return eai_fail(EDGEAI_E_FORMAT,
                        "%s: expected a file inside the recording's folder, found '%s'", where,
                        eai_printable(path, strlen(path), shown, sizeof shown));
    *at = recording->paths.n;
    return eai_text_append(&recording->paths, path, strlen(path) + 1) ? EDGEAI_OK : EDGEAI_E_MEMORY;
}

static edgeai_status name_frame(eai_recorded_frame *frame, const char *where, const char *name,
                                const char *path)
{
    char shown[80];
    if (name && strlen(name) > 0 && strlen(name) < sizeof frame->name) {
        memcpy(frame->name, name, strlen(name) + 1);
        return EDGEAI_OK;
    }
    if (!name && path && eai_frame_name(path, frame->name, sizeof frame->name)) return EDGEAI_OK;
    const char *found = name ? name : path ? path : "";
    return eai_fail(EDGEAI_E_LIMIT, "%s: expected the name of a frame, 1 to %zu bytes, found '%s'",
                    where, sizeof frame->name - 1,
                    eai_printable(found, strlen(found), shown, sizeof shown));
}

edgeai_status eai_recording_add(edgeai_recording *recording, const char *where, const char *name,
                                double time_s, const char *color, const char *depth)
{
    if (recording->n_frames == EDGEAI_RECORDING_FRAMES_MAX)
        return eai_fail(EDGEAI_E_LIMIT, "%s: more than %d frames", where,
                        EDGEAI_RECORDING_FRAMES_MAX);
    if (recording->n_frames == recording->capacity) {
        const size_t size = sizeof *recording->frames;
        const size_t wanted = recording->capacity ? 2 * recording->capacity : 32;
        void *bigger =
            eai_reallocate(recording->allocator, recording->frames, recording->capacity * size,
                           wanted * size, "frames of a recording");
        if (!bigger) return EDGEAI_E_MEMORY;
        recording->frames = bigger;
        recording->capacity = wanted;
    }
    eai_recorded_frame *frame = &recording->frames[recording->n_frames];
    *frame = (eai_recorded_frame){.time_s = time_s};
    EAI_TRY(name_frame(frame, where, name, color ? color : depth));
    EAI_TRY(add_path(recording, where, color, &frame->color));
    EAI_TRY(add_path(recording, where, depth, &frame->depth));
    recording->n_frames++;
    return EDGEAI_OK;
}

void eai_recording_set_pose(edgeai_recording *recording, eai_recorded_frame *frame,
                            const edgeai_pose *pose, edgeai_pose_convention convention)
{
    if (recording->options.pose_convention != EDGEAI_POSE_BY_KIND)
        convention = recording->options.pose_convention;
    frame->pose = eai_pose_to_world(pose, convention);
    frame->has_pose = true;
}

static edgeai_status parse_pose(edgeai_recording *recording, eai_recorded_frame *frame,
                                eai_text_lines *lines, bool may_be_lost)
{
    double m[16];
    edgeai_pose pose;
    const char *why;
    EAI_TRY(eai_text_lines_stream(lines, m, 16));
    if (may_be_lost && !eai_are_finite(m, 16)) {
        recording->info.n_lost++;
        return EDGEAI_OK;
    }
    if (!eai_matrix_pose(m, false, &pose, &why))
        return eai_text_lines_fail(lines, EDGEAI_E_FORMAT, "%s", why);
    eai_recording_set_pose(recording, frame, &pose, EDGEAI_POSE_CAMERA_TO_WORLD);
    return EDGEAI_OK;
}

edgeai_status eai_recording_read_pose(edgeai_recording *recording, eai_recorded_frame *frame,
                                      const char *name, bool may_be_lost)
{
    char path[EAI_PATH_BYTES];
    eai_mapped_file file;
    EAI_TRY(eai_recording_map(recording, name, &file, path));
    eai_text_lines lines = {.text = (const char *)file.bytes, .n = file.n_bytes, .name = path};
    const edgeai_status status = parse_pose(recording, frame, &lines, may_be_lost);
    eai_mapped_file_close(&file);
    return status;
}

/* The pose nearest in time of each frame; a pose may belong to one frame only. */
static edgeai_status join_by_time(edgeai_recording *recording, const edgeai_trajectory *poses)
{
    const size_t n = recording->n_frames, n_times = n + poses->n;
    double *times = eai_allocate_array(recording->allocator, n_times, sizeof *times, "times");
    size_t *pair_of = eai_allocate_array(recording->allocator, n, sizeof *pair_of, "pairs");
    edgeai_status status = times && pair_of ? EDGEAI_OK : EDGEAI_E_MEMORY;
    for (size_t i = 0; status == EDGEAI_OK && i < n_times; i++)
        times[i] = i < n ? recording->frames[i].time_s : poses->items[i - n].time_s;
    if (status == EDGEAI_OK)
        status = eai_time_pairs(recording->allocator, times, n, times + n, poses->n,
                                recording->options.pair_s, pair_of);
    for (size_t i = 0; status == EDGEAI_OK && i < n; i++) {
        recording->frames[i].has_pose = pair_of[i] != EAI_UNPAIRED;
        if (recording->frames[i].has_pose)
            recording->frames[i].pose = poses->items[pair_of[i]].pose;
    }
    eai_release(recording->allocator, times, n_times * sizeof *times);
    eai_release(recording->allocator, pair_of, n * sizeof *pair_of);
    return status;
}

static edgeai_status join(edgeai_recording *recording, const edgeai_trajectory *poses,
                          const char *path, eai_trajectory_format format)
{
    if (recording->n_frames == 0) return EDGEAI_OK;
    if (format == EAI_TRAJECTORY_TUM) return join_by_time(recording, poses);
    if (poses->n != recording->n_frames)
        return eai_fail(EDGEAI_E_SHAPE, "%s: expected a pose for each of the %zu frames, found %zu",
                        path, recording->n_frames, poses->n);
    for (size_t i = 0; i < poses->n; i++) {
        recording->frames[i].has_pose = true;
        recording->frames[i].pose = poses->items[i].pose;
    }
    return EDGEAI_OK;
}

edgeai_status eai_recording_join_poses(edgeai_recording *recording, const char *path)
{
    edgeai_trajectory poses = {.allocator = recording->allocator};
    eai_trajectory_format format;
    edgeai_status status =
        eai_trajectory_read_file(&poses, path, recording->options.pose_convention, &format);
    if (status == EDGEAI_OK) status = join(recording, &poses, path, format);
    eai_trajectory_clear(&poses);
    return status;
}

/* Nine numbers, or sixteen with a column and a row that say nothing. */
static edgeai_status parse_camera(eai_text_lines *lines, edgeai_camera *camera)
{
    double m[16];
    size_t n_columns;
    if (!eai_text_lines_next(lines))
        return eai_fail(EDGEAI_E_FORMAT, "%s: expected a camera matrix, found nothing",
                        lines->name);
    EAI_TRY(eai_text_lines_all_numbers(lines, m, 4, &n_columns));
    if (n_columns < 3)
        return eai_text_lines_fail(lines, EDGEAI_E_FORMAT,
                                   "expected a camera matrix of 3 x 3 or 4 x 4, found %zu columns",
                                   n_columns);
    EAI_TRY(eai_text_lines_stream(lines, m + n_columns, 2 * n_columns));
    *camera = (edgeai_camera){.fx = m[0], .cx = m[2]};
    camera->fy = m[n_columns + 1];
    camera->cy = m[n_columns + 2];
    return eai_camera_check(camera, lines->name, false);
}

edgeai_status eai_recording_read_camera(const edgeai_recording *recording, const char *name,
                                        edgeai_camera *camera)
{
    char path[EAI_PATH_BYTES];
    eai_mapped_file file;
    EAI_TRY(eai_recording_map(recording, name, &file, path));
    eai_text_lines lines = {.text = (const char *)file.bytes, .n = file.n_bytes, .name = path};
    const edgeai_status status = parse_camera(&lines, camera);
    eai_mapped_file_close(&file);
    return status;
}
