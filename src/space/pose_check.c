/* SPDX-License-Identifier: MIT */

/* Whether given poses explain given depth: the median is 5 to 10 mm where both are right. */

#include <math.h>
#include <string.h>

#include "base/fail.h"
#include "base/memory.h"
#include "base/sort.h"
#include "space/pose.h"
#include "space/pose_readings.h"
#include "space/recorded.h"

enum { PAIRS_MAX = 16, POINTS_MAX = 4800, AHEAD_MAX = 400 };

static const double TURN_RAD = 0.14, MOVE_M = 0.15; /* 8 degrees; enough to tell readings apart */
static const double CLOSE = 0.025, FAR_M = 0.3;     /* CLOSE by distance: the same in all units */
static const double FACTORS[] = {1, 5, 0.2, 1000, 0.001};
enum { N_FACTORS = sizeof FACTORS / sizeof *FACTORS };
/* Every reading of poses with depth as it is; then the first two with the other factors. */
enum { N_ATTEMPTS = EAI_POSE_READINGS + 2 * (N_FACTORS - 1) };

/* Depth of one frame as points, and what the attempts found so far. */
typedef struct checker {
    edgeai_recording *recording;
    double (*points)[3]; /* [POINTS_MAX] */
    size_t n_points;
    double *off; /* [PAIRS_MAX * POINTS_MAX] differences as the poses are */
    size_t n_off, n_valid, n_close[N_ATTEMPTS];
} checker;

static double factor_of(int attempt)
{
    return attempt < EAI_POSE_READINGS ? 1 : FACTORS[1 + (attempt - EAI_POSE_READINGS) / 2];
}

static const eai_pose_reading *reading_of(int attempt)
{
    return &eai_pose_readings[attempt < EAI_POSE_READINGS ? attempt
                                                          : (attempt - EAI_POSE_READINGS) % 2];
}

static bool is_measured(uint16_t depth)
{
    return depth != 0 && depth != 65535;
}

/* Depth on a coarse grid. */
static void take_points(checker *self, const edgeai_frame *frame)
{
    const edgeai_camera *camera = &frame->depth_camera;
    const double n_pixels = (double)camera->width * (double)camera->height;
    const int step = (int)ceil(sqrt(n_pixels / POINTS_MAX));
    self->n_points = 0;
    for (int v = step / 2; v < camera->height; v += step)
        for (int u = step / 2; u < camera->width && self->n_points < POINTS_MAX; u += step) {
            const uint16_t depth = frame->depth[(size_t)v * (size_t)camera->width + (size_t)u];
            if (!is_measured(depth)) continue;
            const double z = depth / frame->depth_units_per_m;
            double *p = self->points[self->n_points++];
            p[0] = (u - camera->cx) * z / camera->fx;
            p[1] = (v - camera->cy) * z / camera->fy;
            p[2] = z;
        }
}

/* Difference of depth where a point is seen, or infinite. */
static double difference(const edgeai_frame *frame, const double p[3], double factor)
{
    const edgeai_camera *camera = &frame->depth_camera;
    if (!(p[2] > 0.05)) return INFINITY;
    const double u = p[0] / p[2] * camera->fx + camera->cx,
                 v = p[1] / p[2] * camera->fy + camera->cy;
    if (!(u > -0.5 && v > -0.5 && u < camera->width - 0.5 && v < camera->height - 0.5))
        return INFINITY;
    const size_t x = (size_t)(u + 0.5), y = (size_t)(v + 0.5);
    const uint16_t depth = frame->depth[y * (size_t)camera->width + x];
    if (!is_measured(depth)) return INFINITY;
    return fabs(depth / frame->depth_units_per_m * factor - p[2]);
}

/* From camera a to camera b. */
static edgeai_pose motion(const edgeai_pose *a, const edgeai_pose *b)
{
    const edgeai_pose back = eai_pose_inverse(b);
    return eai_pose_compose(&back, a);
}

static void compare(checker *self, const edgeai_pose *a, const edgeai_frame *b)
{
    self->n_valid += self->n_points;
    for (int attempt = 0; attempt < N_ATTEMPTS; attempt++) {
        const eai_pose_reading *reading = reading_of(attempt);
        const edgeai_pose from = reading->read(a), to = reading->read(b->pose);
        const edgeai_pose to_b = motion(&from, &to);
        const double factor = factor_of(attempt);
        for (size_t i = 0; i < self->n_points; i++) {
            double p[3];
            for (int k = 0; k < 3; k++)
                p[k] = self->points[i][k] * factor;
            eai_pose_apply(&to_b, p, p);
            const double off = difference(b, p, factor);
            self->n_close[attempt] += off < CLOSE * p[2];
            if (attempt == 0 && off < FAR_M) self->off[self->n_off++] = off;
        }
    }
}

static bool is_usable(const eai_recorded_frame *frame)
{
    return frame->has_pose && frame->depth != EAI_NO_FILE;
}

/* The next frame from which the camera had moved enough; n_frames without one. How far it turned is
 * the same whichever way poses go. */
static size_t find_partner(const edgeai_recording *recording, size_t i)
{
    const edgeai_pose *a = &recording->frames[i].pose;
    for (size_t j = i + 1; j < recording->n_frames && j <= i + AHEAD_MAX; j++) {
        if (!is_usable(&recording->frames[j])) continue;
        const edgeai_pose step = motion(a, &recording->frames[j].pose);
        const double *t = step.translation;
        if (eai_pose_angle(&step) > TURN_RAD ||
            sqrt(t[0] * t[0] + t[1] * t[1] + t[2] * t[2]) > MOVE_M)
            return j;
    }
    return recording->n_frames;
}

static edgeai_status check_pairs(checker *self, edgeai_pose_check *check)
{
    edgeai_recording *recording = self->recording;
    edgeai_frame frame = EDGEAI_FRAME_INIT;
    for (size_t pair = 0; pair < PAIRS_MAX; pair++) {
        const size_t begin = recording->n_frames * pair / PAIRS_MAX,
                     end = recording->n_frames * (pair + 1) / PAIRS_MAX;
        size_t i = begin;
        while (i < end && !is_usable(&recording->frames[i]))
            i++;
        const size_t j = i < end ? find_partner(recording, i) : recording->n_frames;
        if (j == recording->n_frames) continue;
        EAI_TRY(edgeai_recording_load(recording, i, &frame));
        take_points(self, &frame);
        const edgeai_pose pose = *frame.pose;
        EAI_TRY(edgeai_recording_load(recording, j, &frame));
        compare(self, &pose, &frame);
        check->n_pairs++;
    }
    return EDGEAI_OK;
}

static bool is_smaller(const void *user, size_t a, size_t b)
{
    const double *off = user;
    return off[a] < off[b];
}

static edgeai_status find_median(const checker *self, edgeai_pose_check *check)
{
    if (self->n_off == 0) return EDGEAI_OK;
    size_t *order =
        eai_allocate_array(self->recording->allocator, self->n_off, sizeof *order, "pose check");
    if (!order) return EDGEAI_E_MEMORY;
    for (size_t i = 0; i < self->n_off; i++)
        order[i] = i;
    eai_sort_items(order, self->n_off, is_smaller, self->off);
    check->median_m = self->off[order[self->n_off / 2]];
    eai_release(self->recording->allocator, order, self->n_off * sizeof *order);
    return EDGEAI_OK;
}

static void judge(const checker *self, edgeai_pose_check *check)
{
    if (self->n_valid == 0) return;
    int best = 0;
    for (int attempt = 1; attempt < N_ATTEMPTS; attempt++)
        if (self->n_close[attempt] > self->n_close[best]) best = attempt;
    check->fitting = (double)self->n_close[0] / (double)self->n_valid;
    check->best = (double)self->n_close[best] / (double)self->n_valid;
    /* Depth a thousand times as far leaves rotations alone, which explain much by themselves. */
    const double factor = factor_of(best), least = fabs(log10(factor)) > 2 ? 0.4 : 0.2;
    const bool is_doubtful = check->best > 1.5 * check->fitting && check->best > least;
    check->reading = reading_of(is_doubtful ? best : 0)->name;
    if (!is_doubtful) {
        check->best = check->fitting;
        check->verdict = check->fitting > 0.1 ? EDGEAI_POSES_FIT : EDGEAI_POSES_UNFIT;
        return;
    }
    check->depth_factor = factor;
    check->verdict = factor < 1 || factor > 1 ? EDGEAI_POSES_UNITS : reading_of(best)->verdict;
}

edgeai_status edgeai_recording_check_poses(edgeai_recording *recording, edgeai_pose_check *check)
{
    if (!recording || !check)
        return eai_fail(EDGEAI_E_INVALID, "recording_check_poses: recording or check is NULL");
    *check = (edgeai_pose_check){.depth_factor = 1, .reading = ""};
    const edgeai_allocator *allocator = recording->allocator;
    const size_t n_off = PAIRS_MAX * POINTS_MAX;
    checker self = {.recording = recording};
    self.points = eai_allocate_array(allocator, POINTS_MAX, sizeof *self.points, "pose check");
    self.off = eai_allocate_array(allocator, n_off, sizeof *self.off, "pose check");
    edgeai_status status = self.points && self.off ? check_pairs(&self, check) : EDGEAI_E_MEMORY;
    if (status == EDGEAI_OK) status = find_median(&self, check);
    if (status == EDGEAI_OK) judge(&self, check);
    eai_release(allocator, self.points, POINTS_MAX * sizeof *self.points);
    eai_release(allocator, self.off, n_off * sizeof *self.off);
    return status;
}
