/* SPDX-License-Identifier: MIT */
#include <edgeai/recording.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "space/pose.h"
#include "support/check.h"
#include "support/depth_files.h"
#include "support/failing_allocator.h"
#include "support/temporary_folder.h"

enum { WIDTH = 64, HEIGHT = 48, N = 12 };

static failing_allocator memory;
static edgeai_context *context;
static char folder[TEMPORARY_PATH_BYTES];

/* Where the camera was: it turns and walks through a room of 5 x 3 x 4 m. */
static edgeai_pose pose_of(int i)
{
    const double twist[6] = {0.05 * i, 0.2 * i, 0.02 * i, 0, 0, 0};
    edgeai_pose pose = eai_pose_exp(twist);
    pose.translation[0] = 1 + 0.12 * i;
    pose.translation[1] = 1.2;
    pose.translation[2] = 1 + 0.1 * i;
    return pose;
}

/* Distance along the optical axis to the room's walls. */
static double depth_at(const edgeai_pose *pose, int u, int v)
{
    static const double room[3] = {5, 3, 4};
    const double ray[3] = {(u - 31.5) / 52.5, (v - 23.5) / 52.5, 1};
    double d[3], nearest = INFINITY;
    eai_pose_rotate(pose, ray, d);
    for (int k = 0; k < 3; k++)
        if (d[k] > 0)
            nearest = fmin(nearest, (room[k] - pose->translation[k]) / d[k]);
        else if (d[k] < 0)
            nearest = fmin(nearest, -pose->translation[k] / d[k]);
    return nearest;
}

/* Writes one pose file as another program might. */
typedef edgeai_pose writer(const edgeai_pose *truth);

static void put_pose(int i, writer *write)
{
    /* around another origin, so that rotations are far from the identity */
    static const double around_twist[6] = {0.4, 0.8, -0.3, 1, 0.5, -2};
    const edgeai_pose truth = pose_of(i), around = eai_pose_exp(around_twist);
    const edgeai_pose moved = eai_pose_compose(&around, &truth);
    const edgeai_pose pose = write ? write(&moved) : truth;
    char name[64], text[512], *at = text;
    for (int k = 0; k < 3; k++)
        at += snprintf(at, 128, "%.9f %.9f %.9f %.9f\n", pose.rotation[3 * k],
                       pose.rotation[3 * k + 1], pose.rotation[3 * k + 2], pose.translation[k]);
    snprintf(at, 16, "0 0 0 1\n");
    snprintf(name, sizeof name, "frame-%06d.pose.txt", i);
    folder_put_text(folder, name, text);
}

static int start(void **state)
{
    (void)state;
    edgeai_context_options options = EDGEAI_CONTEXT_OPTIONS_INIT;
    memory = (failing_allocator){.fail_at = SIZE_MAX};
    options.allocator = failing_allocator_make(&memory);
    options.n_threads = 1;
    temporary_folder_make(folder);
    for (int i = 0; i < N; i++) {
        const edgeai_pose pose = pose_of(i);
        uint16_t samples[WIDTH * HEIGHT];
        char name[64];
        size_t n_bytes;
        for (int v = 0; v < HEIGHT; v++)
            for (int u = 0; u < WIDTH; u++)
                samples[v * WIDTH + u] = (uint16_t)lround(1000 * depth_at(&pose, u, v));
        unsigned char *png = depth_png_make(samples, WIDTH, HEIGHT, &n_bytes);
        snprintf(name, sizeof name, "frame-%06d.depth.png", i);
        folder_put(folder, name, png, n_bytes);
        free(png);
        put_pose(i, NULL);
    }
    return edgeai_context_create(&context, &options) != EDGEAI_OK;
}

static int stop(void **state)
{
    (void)state;
    edgeai_context_free(context);
    folder_remove(folder);
    assert_int_equal(memory.n_live, 0);
    return 0;
}

static edgeai_pose_check check(const edgeai_recording_options *given)
{
    edgeai_recording_options options = *given;
    const edgeai_camera camera = {WIDTH, HEIGHT, 52.5, 52.5, 31.5, 23.5};
    edgeai_recording *recording;
    edgeai_pose_check found;
    options.camera = &camera;
    assert_ok(edgeai_recording_open(&recording, context, folder, &options));
    assert_ok(edgeai_recording_check_poses(recording, &found));
    edgeai_recording_free(recording);
    return found;
}

static void readings_are_told_apart(void **state)
{
    (void)state;
    edgeai_recording_options options = EDGEAI_RECORDING_OPTIONS_INIT;
    edgeai_pose_check found = check(&options);
    assert_int_equal(found.verdict, EDGEAI_POSES_FIT);
    assert_true(found.n_pairs > 5 && found.fitting > 0.5 && found.median_m < 0.03);
    options.pose_convention = EDGEAI_POSE_WORLD_TO_CAMERA;
    found = check(&options);
    assert_int_equal(found.verdict, EDGEAI_POSES_INVERTED);
    assert_true(found.best > 0.5 && found.best > 1.5 * found.fitting);
    options.pose_convention = EDGEAI_POSE_BY_KIND;
    options.depth_units_per_m = 5000;
    found = check(&options);
    assert_int_equal(found.verdict, EDGEAI_POSES_UNITS);
    assert_true(found.depth_factor == 5);
    options.depth_units_per_m = 1;
    found = check(&options);
    assert_int_equal(found.verdict, EDGEAI_POSES_UNITS);
    assert_true(found.depth_factor == 0.001);
}

static edgeai_pose to_camera(const edgeai_pose *truth)
{
    return eai_pose_inverse(truth);
}

static edgeai_pose to_y_up(const edgeai_pose *truth)
{
    const edgeai_pose flip = {.rotation = {1, 0, 0, 0, -1, 0, 0, 0, -1}};
    return eai_pose_compose(truth, &flip);
}

static edgeai_pose to_y_up_camera(const edgeai_pose *truth)
{
    edgeai_pose flipped = to_y_up(truth);
    return eai_pose_inverse(&flipped);
}

static edgeai_pose to_transposed(const edgeai_pose *truth)
{
    edgeai_pose pose = *truth;
    for (int i = 0; i < 9; i++)
        pose.rotation[i] = truth->rotation[i % 3 * 3 + i / 3];
    return pose;
}

static edgeai_pose to_other_quaternion(const edgeai_pose *truth)
{
    edgeai_pose pose = *truth;
    double q[4];
    eai_pose_to_quaternion(truth, q);
    const double read[4] = {q[3], q[0], q[1], q[2]}; /* a file's w x y z, read as x y z w */
    eai_pose_set_quaternion(&pose, read);
    return pose;
}

static edgeai_pose to_millimetres(const edgeai_pose *truth)
{
    edgeai_pose pose = *truth;
    for (int k = 0; k < 3; k++)
        pose.translation[k] *= 1000;
    return pose;
}

static void conventions_are_named(void **state)
{
    (void)state;
    const struct {
        writer *write;
        edgeai_pose_verdict verdict;
        const char *text;
    } cases[] = {
        {to_camera, EDGEAI_POSES_INVERTED, "world to camera instead of camera to world"},
        {to_y_up, EDGEAI_POSES_Y_UP, "OpenGL"},
        {to_y_up_camera, EDGEAI_POSES_INVERTED_Y_UP, "world to camera, with y up"},
        {to_millimetres, EDGEAI_POSES_UNITS, "camera to world"},
        {to_transposed, EDGEAI_POSES_TRANSPOSED, "transposed"},
        {to_other_quaternion, EDGEAI_POSES_QUATERNION, "written w x y z"},
    };
    edgeai_recording_options options = EDGEAI_RECORDING_OPTIONS_INIT;
    for (size_t c = 0; c < sizeof cases / sizeof *cases; c++) {
        for (int i = 0; i < N; i++)
            put_pose(i, cases[c].write);
        const edgeai_pose_check found = check(&options);
        assert_int_equal(found.verdict, cases[c].verdict);
        assert_true(strstr(found.reading, cases[c].text) != NULL);
        assert_true(found.best > 0.5);
    }
}

static void nothing_to_compare(void **state)
{
    (void)state;
    edgeai_recording_options options = EDGEAI_RECORDING_OPTIONS_INIT;
    options.n_max = 1;
    assert_int_equal(check(&options).verdict, EDGEAI_POSES_UNTESTED);
    options.n_max = 0;
    options.ignore_poses = true;
    assert_int_equal(check(&options).verdict, EDGEAI_POSES_UNTESTED);
}

/* Poses of another place explain nothing, either way. */
static void poses_of_another_place(void **state)
{
    (void)state;
    char path[TEMPORARY_PATH_BYTES + 16], text[2048], *at = text;
    edgeai_recording_options options = EDGEAI_RECORDING_OPTIONS_INIT;
    for (int i = 0; i < N; i++)
        at += snprintf(at, 160, "%.6f %d %d %d %.9f 0 %.9f 0\n", i / 30.0, 9 * i * i, 70 * i,
                       -40 * i, sin(2.0 * i), cos(2.0 * i));
    folder_put_text(folder, "p.txt", text);
    snprintf(path, sizeof path, "%s/p.txt", folder);
    options.poses = path;
    assert_int_equal(check(&options).verdict, EDGEAI_POSES_UNFIT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(readings_are_told_apart, start, stop),
        cmocka_unit_test_setup_teardown(conventions_are_named, start, stop),
        cmocka_unit_test_setup_teardown(nothing_to_compare, start, stop),
        cmocka_unit_test_setup_teardown(poses_of_another_place, start, stop),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
