/* SPDX-License-Identifier: MIT */
#include <edgeai/recording.h>

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "support/check.h"
#include "support/depth_files.h"
#include "support/failing_allocator.h"
#include "support/temporary_folder.h"

#define POSE_A "0 -1 0 1\n1 0 0 2\n0 0 1 3\n0 0 0 1\n"

static failing_allocator memory;
static edgeai_context *context;
static char folder[TEMPORARY_PATH_BYTES];
static edgeai_recording *recording;
static edgeai_frame frame;

static int start(void **state)
{
    (void)state;
    edgeai_context_options options = EDGEAI_CONTEXT_OPTIONS_INIT;
    memory = (failing_allocator){.fail_at = SIZE_MAX};
    options.allocator = failing_allocator_make(&memory);
    options.n_threads = 1;
    frame = (edgeai_frame)EDGEAI_FRAME_INIT;
    temporary_folder_make(folder);
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

static edgeai_status open_with(const edgeai_recording_options *options)
{
    return edgeai_recording_open(&recording, context, folder, options);
}

/* Opens, and describes; the caller frees. */
static edgeai_recording_info open_it(const edgeai_recording_options *options)
{
    edgeai_recording_info info;
    assert_ok(open_with(options));
    edgeai_recording_describe(recording, &info);
    assert_int_equal(info.n_frames, edgeai_recording_frames(recording));
    return info;
}

static void expect_camera(const edgeai_camera *camera, int width, int height, double fx, double fy,
                          double cx, double cy)
{
    assert_int_equal(camera->width, width);
    assert_int_equal(camera->height, height);
    assert_close(camera->fx, fx, 1e-9, 0);
    assert_close(camera->fy, fy, 1e-9, 0);
    assert_close(camera->cx, cx, 1e-9, 0);
    assert_close(camera->cy, cy, 1e-9, 0);
}

static void put_tum(void)
{
    folder_put_text(folder, "rgb.txt",
                    "# colour\n1.00 rgb/a.ppm\n1.10 rgb/b.ppm\n2.00 rgb/c.ppm\n");
    folder_put_text(folder, "depth.txt", "1.005 depth/a.png\n1.11 depth/b.png\n");
    folder_put_text(folder, "groundtruth.txt",
                    "# t\n0.99 9 9 9 0 0 0 1\n1.001 1 2 3 0 0 0 1\n3 0 0 0 0 0 0 1\n");
    folder_put_color(folder, "rgb/a.ppm", 64, 48, 10);
    folder_put_color(folder, "rgb/b.ppm", 64, 48, 20);
    folder_put_depth(folder, "depth/a.png", 32, 24, 5000);
    folder_put_depth(folder, "depth/b.png", 32, 24, 10000);
}

/* Times join colour, depth and poses; cameras are scaled to either image. */
static void tum(void **state)
{
    (void)state;
    put_tum();
    edgeai_recording_info info = open_it(NULL);
    assert_int_equal(info.kind, EDGEAI_RECORDING_TUM);
    assert_int_equal(info.n_frames, 2);
    assert_int_equal(info.n_unpaired, 1);
    assert_int_equal(info.n_poses, 1);
    assert_true(info.depth_units_per_m == 5000);
    assert_ok(edgeai_recording_load(recording, 0, &frame));
    assert_string_equal(frame.name, "a");
    assert_true(frame.time_s == 1 && frame.color->pixels[0] == 10 && frame.depth[767] == 5000);
    assert_true(frame.pose->translation[1] == 2);
    expect_camera(&frame.camera, 64, 48, 52.5, 52.5, 31.5, 23.5);
    expect_camera(&frame.depth_camera, 32, 24, 26.25, 26.25, 15.5, 11.5);
    assert_ok(edgeai_recording_load(recording, 1, &frame));
    assert_true(frame.color->pixels[0] == 20 && frame.depth[0] == 10000 && !frame.pose);
    assert_fails(edgeai_recording_load(recording, 2, &frame), EDGEAI_E_INVALID);
    edgeai_recording_free(recording);
}

static void tum_associations_and_presets(void **state)
{
    (void)state;
    edgeai_recording_options options = EDGEAI_RECORDING_OPTIONS_INIT;
    edgeai_camera camera;
    put_tum();
    folder_put_text(folder, "associations.txt", "1.00 rgb/a.ppm 1.005 depth/b.png\n");
    char path[TEMPORARY_PATH_BYTES + 16];
    snprintf(path, sizeof path, "%s/rgb.txt", folder);
    unlink(path);
    snprintf(path, sizeof path, "%s/depth.txt", folder);
    unlink(path);
    assert_ok(edgeai_camera_read(&camera, context, "fr3"));
    options.camera = &camera;
    options.depth_units_per_m = 1000;
    edgeai_recording_info info = open_it(&options);
    assert_int_equal(info.n_frames, 1);
    assert_ok(edgeai_recording_load(recording, 0, &frame));
    assert_true(frame.depth[0] == 10000 && frame.depth_units_per_m == 1000);
    expect_camera(&frame.camera, 64, 48, 53.54, 53.92, 320.6 / 10 - 0.5, 248.1 / 10 - 0.5);
    edgeai_recording_free(recording);
}

static void put_seven_scenes(void)
{
    folder_put_color(folder, "frame-000000.color.ppm", 64, 48, 1);
    folder_put_depth(folder, "frame-000000.depth.png", 64, 48, 1234);
    folder_put_text(folder, "frame-000000.pose.txt", POSE_A);
    folder_put_depth(folder, "frame-000003.depth.png", 64, 48, 65535);
    folder_put_text(folder, "frame-000003.pose.txt", POSE_A);
    folder_put_text(folder, "frame-000004.pose.txt", POSE_A);
    folder_put_depth(folder, "frame-000010.depth.png", 64, 48, 0);
}

static void seven_scenes(void **state)
{
    (void)state;
    put_seven_scenes();
    edgeai_recording_info info = open_it(NULL);
    assert_int_equal(info.kind, EDGEAI_RECORDING_SEVEN_SCENES);
    assert_int_equal(info.n_frames, 3);
    assert_int_equal(info.n_color, 1);
    assert_int_equal(info.n_poses, 2);
    assert_ok(edgeai_recording_load(recording, 0, &frame));
    assert_string_equal(frame.name, "frame-000000");
    expect_camera(&frame.camera, 64, 48, 58.5, 58.5, 31.55, 23.55);
    assert_true(frame.pose->rotation[1] == -1 && frame.pose->translation[2] == 3);
    assert_ok(edgeai_recording_load(recording, 1, &frame));
    assert_null(frame.color);
    assert_true(fabs(frame.time_s - 0.1) < 1e-12 && frame.depth[5] == 65535);
    edgeai_trajectory *poses;
    assert_ok(edgeai_trajectory_of_recording(&poses, recording));
    assert_int_equal(edgeai_trajectory_size(poses), 2);
    edgeai_trajectory_free(poses);
    edgeai_recording_free(recording);
}

/* What the options leave, and poses the other way. */
static void options_choose(void **state)
{
    (void)state;
    put_seven_scenes();
    edgeai_recording_options options = EDGEAI_RECORDING_OPTIONS_INIT;
    options.color = EDGEAI_COLOR_ONLY;
    assert_int_equal(open_it(&options).n_frames, 1);
    edgeai_recording_free(recording);
    options.color = EDGEAI_COLOR_NONE;
    options.ignore_poses = true;
    edgeai_recording_info info = open_it(&options);
    assert_int_equal(info.n_frames, 3);
    assert_int_equal(info.n_color + info.n_poses, 0);
    edgeai_trajectory *poses;
    assert_fails(edgeai_trajectory_of_recording(&poses, recording), EDGEAI_E_NOT_FOUND);
    edgeai_recording_free(recording);
    options = (edgeai_recording_options)EDGEAI_RECORDING_OPTIONS_INIT;
    options.step = 2;
    assert_int_equal(open_it(&options).n_frames, 2);
    edgeai_recording_free(recording);
    options.first = 1;
    options.pose_convention = EDGEAI_POSE_WORLD_TO_CAMERA;
    assert_int_equal(open_it(&options).n_frames, 1);
    edgeai_recording_frame_info about;
    assert_ok(edgeai_recording_frame(recording, 0, &about));
    assert_string_equal(about.name, "frame-000003");
    assert_true(about.pose.rotation[1] == 1 && about.pose.translation[0] == -2 &&
                about.pose.translation[1] == 1);
    edgeai_recording_free(recording);
    options.first = 3;
    assert_fails(open_with(&options), EDGEAI_E_NOT_FOUND);
    assert_error_says("expected frames, found none that the options leave");
    options.first = 0;
    options.pair_s = NAN;
    assert_fails(open_with(&options), EDGEAI_E_INVALID);
}

/* Cameras of their own for either image, lost frames, numbers that count. */
static void scannet(void **state)
{
    (void)state;
    static const char *const lost = "-inf -inf -inf -inf\n-inf -inf -inf -inf\n"
                                    "-inf -inf -inf -inf\n-inf -inf -inf -inf\n";
    for (int i = 8; i <= 12; i += 2) {
        char name[64];
        snprintf(name, sizeof name, "color/%d.ppm", i);
        folder_put_color(folder, name, 130, 97, (uint8_t)i);
        snprintf(name, sizeof name, "depth/%d.png", i);
        folder_put_depth(folder, name, 64, 48, (uint16_t)(100 * i));
        snprintf(name, sizeof name, "pose/%d.txt", i);
        folder_put_text(folder, name, i == 10 ? lost : POSE_A);
    }
    folder_put_text(folder, "intrinsic/intrinsic_color.txt",
                    "117 0 64 0\n0 118 48 0\n0 0 1 0\n0 0 0 1\n");
    folder_put_text(folder, "intrinsic/intrinsic_depth.txt",
                    "57 0 31 0\n0 58 23 0\n0 0 1 0\n0 0 0 1\n");
    edgeai_recording_info info = open_it(NULL);
    assert_int_equal(info.kind, EDGEAI_RECORDING_SCANNET);
    assert_int_equal(info.n_frames, 3);
    assert_int_equal(info.n_lost, 1);
    assert_int_equal(info.n_poses, 2);
    assert_ok(edgeai_recording_load(recording, 2, &frame));
    assert_string_equal(frame.name, "12");
    assert_int_equal(frame.depth[0], 1200);
    expect_camera(&frame.camera, 130, 97, 117, 118, 64, 48);
    expect_camera(&frame.depth_camera, 64, 48, 57, 58, 31, 23);
    edgeai_recording_free(recording);
}

static void open3d(void **state)
{
    (void)state;
    for (int i = 0; i < 2; i++) {
        char name[64];
        snprintf(name, sizeof name, "color/0000%d.ppm", i);
        folder_put_color(folder, name, 64, 48, (uint8_t)i);
        snprintf(name, sizeof name, "depth/0000%d.png", i);
        folder_put_depth(folder, name, 64, 48, (uint16_t)(1000 + i));
    }
    assert_fails(open_with(NULL), EDGEAI_E_NOT_FOUND);
    assert_error_says("expected camera intrinsics, found none");
    folder_put_text(folder, "camera.json",
                    "{\"width\": 640, \"height\": 480, \"intrinsic_matrix\": "
                    "[525, 0, 0, 0, 524, 0, 319.5, 239.5, 1]}");
    folder_put_text(folder, "trajectory.log", "0 0 1\n" POSE_A);
    assert_fails(open_with(NULL), EDGEAI_E_SHAPE);
    assert_error_says("trajectory.log: expected a pose for each of the 2 frames, found 1");
    folder_put_text(folder, "trajectory.log", "0 0 1\n" POSE_A "1 1 2\n" POSE_A);
    edgeai_recording_info info = open_it(NULL);
    assert_int_equal(info.kind, EDGEAI_RECORDING_OPEN3D);
    assert_int_equal(info.n_poses, 2);
    assert_ok(edgeai_recording_load(recording, 1, &frame));
    expect_camera(&frame.camera, 64, 48, 52.5, 52.4, 31.5, 23.5);
    assert_int_equal(frame.depth[0], 1001);
    edgeai_recording_free(recording);
    folder_put_text(folder, "two.match", "depth/00001.png color/00000.ppm\n");
    edgeai_recording_options options = EDGEAI_RECORDING_OPTIONS_INIT;
    options.ignore_poses = true;
    assert_int_equal(open_it(&options).n_frames, 1);
    assert_ok(edgeai_recording_load(recording, 0, &frame));
    assert_int_equal(frame.depth[0], 1001);
    assert_int_equal(frame.color->pixels[0], 0);
    edgeai_recording_free(recording);
    folder_put_text(folder, "intrinsic.json", "{}");
    assert_fails(open_with(&options), EDGEAI_E_FORMAT);
    assert_error_says("expected one camera, found camera.json and intrinsic.json");
    folder_put_text(folder, "two.match", "depth/00001.png ../secret\n");
    assert_fails(open_with(&options), EDGEAI_E_FORMAT);
    assert_error_says("expected a file inside the recording's folder, found '../secret'");
}

/* SUN RGB-D's turned bits, poses from another file, a path that names the manifest. */
static void manifest(void **state)
{
    (void)state;
    const uint16_t distance = 0xA5C3, turned = (uint16_t)(distance << 3 | distance >> 13);
    folder_put_depth(folder, "d/x.png", 64, 48, turned);
    folder_put_depth(folder, "d/y.png", 64, 48, turned);
    folder_put_text(folder, "my.json",
                    "{\"version\": 1, \"camera\": {\"width\": 64, \"height\": 48, \"fx\": 50, "
                    "\"fy\": 51, \"cx\": 32, \"cy\": 24}, \"depth_coding\": \"sun\", "
                    "\"pose_convention\": \"world-to-camera\", \"frames\": ["
                    "{\"depth\": \"d/x.png\", \"time_s\": 5, \"pose\": [0,-1,0,1, 1,0,0,2, "
                    "0,0,1,3, 0,0,0,1]}, {\"name\": \"second\", \"depth\": \"d/y.png\", "
                    "\"time_s\": 6}]}");
    char path[TEMPORARY_PATH_BYTES + 16];
    snprintf(path, sizeof path, "%s/my.json", folder);
    assert_ok(edgeai_recording_open(&recording, context, path, NULL));
    assert_int_equal(edgeai_recording_frames(recording), 2);
    assert_ok(edgeai_recording_load(recording, 0, &frame));
    assert_int_equal(frame.depth[0], distance);
    assert_string_equal(frame.name, "x");
    assert_true(frame.pose->rotation[1] == 1 && frame.pose->translation[0] == -2);
    expect_camera(&frame.depth_camera, 64, 48, 50, 51, 32, 24);
    edgeai_recording_free(recording);
    folder_put_text(folder, "p.txt", "6.01 7 8 9 0 0 0 1\n");
    edgeai_recording_options options = EDGEAI_RECORDING_OPTIONS_INIT;
    char poses[TEMPORARY_PATH_BYTES + 16];
    snprintf(poses, sizeof poses, "%s/p.txt", folder);
    options.poses = poses;
    options.depth_coding = EDGEAI_DEPTH_PLAIN;
    assert_ok(edgeai_recording_open(&recording, context, path, &options));
    assert_ok(edgeai_recording_load(recording, 0, &frame));
    assert_null(frame.pose);
    assert_int_equal(frame.depth[0], turned);
    assert_ok(edgeai_recording_load(recording, 1, &frame));
    assert_true(frame.pose->translation[0] == 7);
    edgeai_recording_free(recording);
}

static void manifests_are_checked(void **state)
{
    (void)state;
#define CAMERA                                                                                     \
    "\"camera\": {\"width\": 4, \"height\": 4, \"fx\": 1, \"fy\": 1, \"cx\": 1, \"cy\": 1}"
#define HEAD "{\"version\": 1, " CAMERA ", "
    static const struct {
        const char *text;
        edgeai_status status;
        const char *says;
    } cases[] = {
        {"{}", EDGEAI_E_VERSION, "expected \"version\": 1"},
        {"{\"version\": 2}", EDGEAI_E_VERSION, "expected version 1, found 2"},
        {HEAD "\"frames\": []}", EDGEAI_E_NOT_FOUND, "expected frames, found none"},
        {HEAD "\"frames\": [{}]}", EDGEAI_E_FORMAT, "frame 0: expected color or depth"},
        {HEAD "\"frames\": [{\"depth\": \"/etc/passwd\"}]}", EDGEAI_E_FORMAT, "inside"},
        {HEAD "\"frames\": [{\"depth\": \"a/../../b\"}]}", EDGEAI_E_FORMAT, "inside"},
        {HEAD "\"frames\": [{\"depth\": \"a/..\"}]}", EDGEAI_E_FORMAT, "inside"},
        {HEAD "\"frames\": [{\"depth\": \"a\", \"time_s\": 2}, {\"depth\": \"b\", \"time_s\": 1}]}",
         EDGEAI_E_FORMAT, "frame 1: time_s: expected at least 2.0"},
        {HEAD "\"frames\": [{\"depth\": \"a\", \"pose\": [1,0,0,0, 0,1,0,0, 0,0,1,0, 0,0,0,1]}]}",
         EDGEAI_E_FORMAT, "frame 0 has a pose: expected pose_convention"},
        {HEAD "\"frames\": [{\"depth\": \"a\", \"pose\": [2,0,0,0, 0,1,0,0, 0,0,1,0, 0,0,0,1]}]}",
         EDGEAI_E_FORMAT, "pose: expected a rotation"},
        {HEAD "\"depth_units_per_m\": -1}", EDGEAI_E_FORMAT, "depth_units_per_m: expected above 0"},
        {HEAD "\"depth_coding\": \"moon\"}", EDGEAI_E_FORMAT, "expected \"plain\" or \"sun\""},
        {"{\"version\": 1, \"camera\": {\"width\": 4, \"height\": 4, \"fx\": 0}}", EDGEAI_E_FORMAT,
         "expected focal lengths above 0"},
        {"{\"version\": 1, \"frames\": [{\"depth\": \"a\"}]}", EDGEAI_E_NOT_FOUND,
         "expected camera intrinsics"},
        {"{\"version\": 1,", EDGEAI_E_FORMAT, "recording.json, byte"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        folder_put_text(folder, EDGEAI_RECORDING_FILE, cases[i].text);
        assert_fails(open_with(NULL), cases[i].status);
        assert_error_says(cases[i].says);
        assert_null(recording);
    }
}

/* What goes wrong names its file. */
static void wrong_folders_are_refused(void **state)
{
    (void)state;
    assert_fails(open_with(NULL), EDGEAI_E_NOT_FOUND);
    assert_error_says("expected a recording (recording.json, rgb.txt, folders depth and color");
    assert_fails(edgeai_recording_open(&recording, context, "/nowhere", NULL), EDGEAI_E_NOT_FOUND);
    put_seven_scenes();
    folder_put_text(folder, "frame-000003.pose.txt", "nan 0 0 0\n0 1 0 0\n0 0 1 0\n0 0 0 1\n");
    assert_fails(open_with(NULL), EDGEAI_E_FORMAT);
    assert_error_says("frame-000003.pose.txt, line 4: a pose that is not finite");
    edgeai_recording_options options = EDGEAI_RECORDING_OPTIONS_INIT;
    options.ignore_poses = true;
    (void)open_it(&options);
    edgeai_recording_free(recording);
    folder_put_text(folder, "frame-000003.depth.png", "P2 no depth");
    (void)open_it(&options);
    assert_ok(edgeai_recording_load(recording, 0, &frame));
    assert_fails(edgeai_recording_load(recording, 1, &frame), EDGEAI_E_UNSUPPORTED);
    assert_error_says("frame-000003.depth.png");
    edgeai_recording_free(recording);
    folder_put_depth(folder, "frame-000003.depth.png", 64, 64, 1);
    (void)open_it(&options);
    assert_fails(edgeai_recording_load(recording, 1, &frame), EDGEAI_E_SHAPE);
    assert_error_says("expected the proportions of the camera's 640 x 480, found 64 x 64");
    folder_put_depth(folder, "frame-000003.depth.png", 70, 48, 1);
    assert_fails(edgeai_recording_load(recording, 1, &frame), EDGEAI_E_SHAPE);
    edgeai_recording_free(recording);
}

static void cameras_are_read(void **state)
{
    (void)state;
    edgeai_camera camera;
    assert_ok(edgeai_camera_read(&camera, context, "500,501,320,240.5"));
    expect_camera(&camera, 0, 0, 500, 501, 320, 240.5);
    assert_ok(edgeai_camera_read(&camera, context, "1296x968,1170,1171,647,483"));
    expect_camera(&camera, 1296, 968, 1170, 1171, 647, 483);
    static const char *const bad[] = {"",          "fr9",           "1,2,3",      "1,2,3,4,5",
                                      "0,1,2,3",   "640x,1,2,3,4",  "x4,1,2,3,4", "640x480",
                                      "nan,1,2,3", "0x480,1,2,3,4", "1,2,inf,4"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_fails(edgeai_camera_read(&camera, context, bad[i]), EDGEAI_E_INVALID);
    assert_fails(edgeai_camera_read(&camera, context, "no.json"), EDGEAI_E_NOT_FOUND);
}

static void memory_runs_out(void **state)
{
    (void)state;
    put_tum();
    const size_t live = memory.n_live;
    edgeai_status status = EDGEAI_E_MEMORY;
    size_t n_failed = 0;
    for (; status != EDGEAI_OK; n_failed++) {
        memory.n_allocations = 0;
        memory.fail_at = n_failed;
        status = open_with(NULL);
        if (status == EDGEAI_OK) status = edgeai_recording_load(recording, 0, &frame);
        if (status != EDGEAI_OK) assert_int_equal(status, EDGEAI_E_MEMORY);
        edgeai_recording_free(recording);
        assert_int_equal(memory.n_live, live);
    }
    assert_true(n_failed > 10);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(tum, start, stop),
        cmocka_unit_test_setup_teardown(tum_associations_and_presets, start, stop),
        cmocka_unit_test_setup_teardown(seven_scenes, start, stop),
        cmocka_unit_test_setup_teardown(options_choose, start, stop),
        cmocka_unit_test_setup_teardown(scannet, start, stop),
        cmocka_unit_test_setup_teardown(open3d, start, stop),
        cmocka_unit_test_setup_teardown(manifest, start, stop),
        cmocka_unit_test_setup_teardown(manifests_are_checked, start, stop),
        cmocka_unit_test_setup_teardown(wrong_folders_are_refused, start, stop),
        cmocka_unit_test_setup_teardown(cameras_are_read, start, stop),
        cmocka_unit_test_setup_teardown(memory_runs_out, start, stop),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
