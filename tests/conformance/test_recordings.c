/* SPDX-License-Identifier: MIT */

/* Real recordings: depth of one frame lies on the next one's surfaces, which is so only when
 * camera, depth units and the way poses go are all right. */

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <edgeai/recording.h>

#include "space/pose.h"
#include "support/check.h"

#define KITCHEN     EDGEAI_TEST_DATA "/rgbd/sevenscenes_kitchen"
#define LIVING_ROOM EDGEAI_TEST_DATA "/rgbd/open3d_living_room"

enum { SAMPLES_MAX = 1 << 16 };

static edgeai_context *context;

static int start(void **state)
{
    (void)state;
    return edgeai_context_create(&context, NULL) != EDGEAI_OK;
}

static int stop(void **state)
{
    (void)state;
    edgeai_context_free(context);
    return 0;
}

static int rising(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* Median of |depth of a, seen from b - depth of b| in metres; *overlap the share of pixels of a
 * that b sees within 0.3 m. */
static double apart(const edgeai_frame *a, const uint16_t *depth_a, const edgeai_pose *pose_a,
                    const edgeai_frame *b, double *overlap)
{
    static double off[SAMPLES_MAX];
    const edgeai_camera *camera = &a->depth_camera;
    const edgeai_pose to_b = eai_pose_inverse(b->pose);
    const edgeai_pose motion = eai_pose_compose(&to_b, pose_a);
    size_t n = 0, n_valid = 0;
    for (int v = 0; v < camera->height; v += 4)
        for (int u = 0; u < camera->width; u += 4) {
            const uint16_t d = depth_a[v * camera->width + u];
            if (d == 0 || d == 65535) continue;
            const double z = d / a->depth_units_per_m;
            double p[3] = {(u - camera->cx) * z / camera->fx, (v - camera->cy) * z / camera->fy, z};
            n_valid++;
            eai_pose_apply(&motion, p, p);
            if (p[2] < 0.1) continue;
            const long x = lround(p[0] / p[2] * camera->fx + camera->cx),
                       y = lround(p[1] / p[2] * camera->fy + camera->cy);
            if (x < 0 || y < 0 || x >= camera->width || y >= camera->height) continue;
            const uint16_t there = b->depth[y * camera->width + x];
            if (there == 0 || there == 65535) continue;
            const double dz = fabs(there / b->depth_units_per_m - p[2]);
            if (dz < 0.3) off[n++] = dz;
        }
    *overlap = n_valid ? (double)n / (double)n_valid : 0;
    qsort(off, n, sizeof *off, rising);
    return n ? off[n / 2] : INFINITY;
}

/* The medians of all neighbours: the one in the middle, and the mean overlap. */
static void walk(const char *path, const edgeai_recording_options *options, double *median,
                 double *overlap)
{
    edgeai_recording *recording;
    edgeai_frame frame = EDGEAI_FRAME_INIT, before = EDGEAI_FRAME_INIT;
    static uint16_t depth[640 * 480];
    double medians[256];
    edgeai_pose pose = eai_pose_identity();
    assert_ok(edgeai_recording_open(&recording, context, path, options));
    const size_t n = edgeai_recording_frames(recording);
    assert_true(n > 1 && n <= 256);
    *overlap = 0;
    for (size_t i = 0; i < n; i++) {
        assert_ok(edgeai_recording_load(recording, i, &frame));
        assert_int_equal(frame.depth_camera.width * frame.depth_camera.height, 640 * 480);
        assert_non_null(frame.pose);
        double share;
        if (i > 0) {
            medians[i - 1] = apart(&before, depth, &pose, &frame, &share);
            *overlap += share / (double)(n - 1);
        }
        memcpy(depth, frame.depth, sizeof depth);
        pose = *frame.pose;
        before = frame;
    }
    edgeai_recording_free(recording);
    qsort(medians, n - 1, sizeof *medians, rising);
    *median = medians[(n - 1) / 2];
    print_message("%s: median %.1f mm, overlap %.2f\n", path, 1000 * *median, *overlap);
}

static edgeai_pose_verdict verdict(const char *path, const edgeai_recording_options *options)
{
    edgeai_recording *recording;
    edgeai_pose_check check;
    assert_ok(edgeai_recording_open(&recording, context, path, options));
    assert_ok(edgeai_recording_check_poses(recording, &check));
    edgeai_recording_free(recording);
    print_message("%zu pairs, fitting %.3f, median %.1f mm, best %.3f\n", check.n_pairs,
                  check.fitting, 1000 * check.median_m, check.best);
    if (check.verdict == EDGEAI_POSES_FIT) assert_true(check.median_m < 0.011);
    return check.verdict;
}

static void kitchen(void **state)
{
    (void)state;
    if (access(KITCHEN, R_OK) != 0) skip();
    edgeai_recording *recording;
    edgeai_recording_info info;
    edgeai_recording_options options = EDGEAI_RECORDING_OPTIONS_INIT;
    edgeai_frame frame = EDGEAI_FRAME_INIT;
    double median, overlap;
    assert_ok(edgeai_recording_open(&recording, context, KITCHEN, NULL));
    edgeai_recording_describe(recording, &info);
    assert_int_equal(info.kind, EDGEAI_RECORDING_SEVEN_SCENES);
    assert_int_equal(info.n_frames, 200);
    assert_int_equal(info.n_color, 40);
    assert_int_equal(info.n_poses, 200);
    assert_ok(edgeai_recording_load(recording, 0, &frame));
    assert_int_equal(frame.depth[240 * 640 + 320], 1382);
    assert_true(frame.camera.fx == 585 && frame.depth_camera.cy == 240);
    edgeai_recording_free(recording);
    options.color = EDGEAI_COLOR_ONLY;
    walk(KITCHEN, &options, &median, &overlap);
    assert_true(median < 0.011 && overlap > 0.65);
    assert_int_equal(verdict(KITCHEN, &options), EDGEAI_POSES_FIT);
    options.pose_convention = EDGEAI_POSE_WORLD_TO_CAMERA;
    walk(KITCHEN, &options, &median, &overlap);
    assert_true(median > 0.03 && overlap < 0.5);
    assert_int_equal(verdict(KITCHEN, &options), EDGEAI_POSES_INVERTED);
    options.pose_convention = EDGEAI_POSE_BY_KIND;
    options.depth_units_per_m = 5000;
    assert_int_equal(verdict(KITCHEN, &options), EDGEAI_POSES_UNITS);
}

static void living_room(void **state)
{
    (void)state;
    if (access(LIVING_ROOM, R_OK) != 0) skip();
    edgeai_recording_options options = EDGEAI_RECORDING_OPTIONS_INIT;
    edgeai_camera camera;
    double median, overlap;
    assert_ok(edgeai_camera_read(&camera, context, LIVING_ROOM "/camera_primesense.json"));
    options.camera = &camera;
    options.step = 4;
    walk(LIVING_ROOM, &options, &median, &overlap);
    assert_true(median < 0.008 && overlap > 0.9);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(kitchen),
        cmocka_unit_test(living_room),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
