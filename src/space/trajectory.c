/* SPDX-License-Identifier: MIT */
#include "space/trajectory.h"

#include <locale.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/fail.h"
#include "base/memory.h"
#include "base/text.h"
#include "io/temporary_file.h"
#include "platform/context_internal.h"
#include "space/pose.h"
#include "space/recorded.h"

edgeai_status eai_trajectory_add(edgeai_trajectory *trajectory, double time_s,
                                 const edgeai_pose *pose)
{
    if (trajectory->n == EDGEAI_TRAJECTORY_POSES_MAX)
        return eai_fail(EDGEAI_E_LIMIT, "trajectory: more than %d poses",
                        EDGEAI_TRAJECTORY_POSES_MAX);
    if (trajectory->n == trajectory->capacity) {
        const size_t size = sizeof *trajectory->items;
        const size_t wanted = trajectory->capacity ? 2 * trajectory->capacity : 64;
        void *bigger = eai_reallocate(trajectory->allocator, trajectory->items,
                                      trajectory->capacity * size, wanted * size, "trajectory");
        if (!bigger) return EDGEAI_E_MEMORY;
        trajectory->items = bigger;
        trajectory->capacity = wanted;
    }
    trajectory->items[trajectory->n++] = (eai_timed_pose){time_s, *pose};
    return EDGEAI_OK;
}

void eai_trajectory_clear(edgeai_trajectory *trajectory)
{
    eai_release(trajectory->allocator, trajectory->items,
                trajectory->capacity * sizeof *trajectory->items);
    *trajectory = (edgeai_trajectory){.allocator = trajectory->allocator};
}

static edgeai_trajectory *make(const edgeai_allocator *allocator)
{
    edgeai_trajectory *made = eai_allocate(allocator, sizeof *made, "trajectory");
    if (made) made->allocator = allocator;
    return made;
}

/* Hands it out, or frees it. */
static edgeai_status hand_out(edgeai_trajectory **out, edgeai_trajectory *made,
                              edgeai_status status)
{
    if (status == EDGEAI_OK)
        *out = made;
    else
        edgeai_trajectory_free(made);
    return status;
}

edgeai_status edgeai_trajectory_open(edgeai_trajectory **out, edgeai_context *context,
                                     const char *path)
{
    if (!out) return eai_fail(EDGEAI_E_INVALID, "trajectory_open: out is NULL");
    *out = NULL;
    if (!context || !path)
        return eai_fail(EDGEAI_E_INVALID, "trajectory_open: context or path is NULL");
    edgeai_trajectory *made = make(&context->allocator);
    if (!made) return EDGEAI_E_MEMORY;
    eai_trajectory_format format;
    return hand_out(out, made, eai_trajectory_read_file(made, path, EDGEAI_POSE_BY_KIND, &format));
}

static bool is_finite_pose(const edgeai_pose *pose)
{
    bool is_finite = true;
    for (int i = 0; i < 9; i++)
        is_finite = is_finite && isfinite(pose->rotation[i]);
    for (int i = 0; i < 3; i++)
        is_finite = is_finite && isfinite(pose->translation[i]);
    return is_finite;
}

edgeai_status edgeai_trajectory_create(edgeai_trajectory **out, edgeai_context *context,
                                       const double *times, const edgeai_pose *poses, size_t n)
{
    if (!out) return eai_fail(EDGEAI_E_INVALID, "trajectory_create: out is NULL");
    *out = NULL;
    if (!context || !times || !poses || n == 0)
        return eai_fail(EDGEAI_E_INVALID,
                        "trajectory_create: context, times or poses is NULL, or n is 0");
    for (size_t i = 0; i < n; i++)
        if (!isfinite(times[i]) || (i > 0 && times[i] < times[i - 1]) || !is_finite_pose(&poses[i]))
            return eai_fail(EDGEAI_E_INVALID,
                            "trajectory_create: pose %zu: not finite, or earlier than the one "
                            "before it",
                            i);
    edgeai_trajectory *made = make(&context->allocator);
    if (!made) return EDGEAI_E_MEMORY;
    edgeai_status status = EDGEAI_OK;
    for (size_t i = 0; i < n && status == EDGEAI_OK; i++)
        status = eai_trajectory_add(made, times[i], &poses[i]);
    return hand_out(out, made, status);
}

edgeai_status edgeai_trajectory_of_recording(edgeai_trajectory **out,
                                             const edgeai_recording *recording)
{
    if (!out) return eai_fail(EDGEAI_E_INVALID, "trajectory_of_recording: out is NULL");
    *out = NULL;
    if (!recording) return eai_fail(EDGEAI_E_INVALID, "trajectory_of_recording: no recording");
    edgeai_trajectory *made = make(recording->allocator);
    if (!made) return EDGEAI_E_MEMORY;
    edgeai_status status = EDGEAI_OK;
    edgeai_recording_frame_info info;
    for (size_t i = 0; i < edgeai_recording_frames(recording) && status == EDGEAI_OK; i++) {
        status = edgeai_recording_frame(recording, i, &info);
        if (status == EDGEAI_OK && info.has_pose)
            status = eai_trajectory_add(made, info.time_s, &info.pose);
    }
    if (status == EDGEAI_OK && made->n == 0)
        status = eai_fail(EDGEAI_E_NOT_FOUND, "the recording has no poses");
    return hand_out(out, made, status);
}

void edgeai_trajectory_free(edgeai_trajectory *trajectory)
{
    if (!trajectory) return;
    const edgeai_allocator *allocator = trajectory->allocator;
    eai_trajectory_clear(trajectory);
    eai_release(allocator, trajectory, sizeof *trajectory);
}

size_t edgeai_trajectory_size(const edgeai_trajectory *trajectory)
{
    return trajectory ? trajectory->n : 0;
}

edgeai_status edgeai_trajectory_pose(const edgeai_trajectory *trajectory, size_t i, double *time_s,
                                     edgeai_pose *pose)
{
    if (!trajectory || i >= trajectory->n)
        return eai_fail(EDGEAI_E_INVALID, "trajectory_pose: expected an index below %zu, found %zu",
                        edgeai_trajectory_size(trajectory), i);
    if (time_s) *time_s = trajectory->items[i].time_s;
    if (pose) *pose = trajectory->items[i].pose;
    return EDGEAI_OK;
}

static bool append_pose(eai_text *text, const eai_timed_pose *item)
{
    char line[512];
    double q[4];
    const double *t = item->pose.translation;
    eai_pose_to_quaternion(&item->pose, q);
    const int n = snprintf(line, sizeof line, "%.9f %.9f %.9f %.9f %.9f %.9f %.9f %.9f\n",
                           item->time_s, t[0], t[1], t[2], q[0], q[1], q[2], q[3]);
    if (n < 0 || (size_t)n >= sizeof line) return false;
    const char point = *localeconv()->decimal_point;
    for (char *at = line; point != '.' && (at = strchr(at, point)) != NULL;)
        *at = '.';
    return eai_text_append(text, line, (size_t)n);
}

edgeai_status edgeai_trajectory_save(const edgeai_trajectory *trajectory, const char *path)
{
    if (!trajectory || !path)
        return eai_fail(EDGEAI_E_INVALID, "trajectory_save: trajectory or path is NULL");
    eai_text text = {.allocator = trajectory->allocator};
    bool is_ok = eai_text_append_string(&text, "# time_s tx ty tz qx qy qz qw, camera to world\n");
    for (size_t i = 0; i < trajectory->n && is_ok; i++)
        is_ok = append_pose(&text, &trajectory->items[i]);
    edgeai_status status =
        is_ok ? EDGEAI_OK : eai_fail(EDGEAI_E_MEMORY, "%s: no memory for the text", path);
    eai_temporary_file file = {.descriptor = -1};
    if (status == EDGEAI_OK) status = eai_temporary_file_create(&file, trajectory->allocator, path);
    if (status == EDGEAI_OK) status = eai_temporary_file_write(&file, text.bytes, text.n);
    if (status == EDGEAI_OK) status = eai_temporary_file_commit(&file);
    eai_temporary_file_close(&file);
    eai_text_free(&text);
    return status;
}
