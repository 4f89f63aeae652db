/* SPDX-License-Identifier: MIT */
/* The whole of fusing, through the public interface. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <edgeai/space.h>

#include "space/map_internal.h"
#include "space/pose.h"
#include "support/check.h"
#include "support/failing_allocator.h"
#include "support/tiny_room.h"

static house_world world;
static house_walk walk;
static edgeai_context *context;

static int set_up(void **state)
{
    (void)state;
    tiny_room_make(&world);
    return edgeai_context_create(&context, NULL);
}

static int tear_down(void **state)
{
    (void)state;
    edgeai_context_free(context);
    return 0;
}

/* A map of the walk, updated after every `every` frames and at the end. */
static edgeai_map *make_map(const house_walk_options *how, const edgeai_map_options *options,
                            int every)
{
    edgeai_map *map = NULL;
    assert_true(house_walk_begin(&walk, &world, how));
    assert_ok(edgeai_map_create(&map, context, options));
    while (house_walk_next(&walk)) {
        assert_ok(edgeai_map_add(map, &walk.frame));
        if (every > 0 && walk.n_frames % every == 0) assert_ok(edgeai_map_update(map));
    }
    assert_ok(edgeai_map_update(map));
    house_walk_free(&walk);
    return map;
}

static const edgeai_mapped_object *nearest(const edgeai_map *map, const double center[3])
{
    const edgeai_mapped_object *best = NULL;
    double least = INFINITY;
    for (size_t i = 0; i < edgeai_map_n_objects(map); i++) {
        const edgeai_mapped_object *object = edgeai_map_object(map, i);
        const double apart =
            hypot(hypot(object->center[0] - center[0], object->center[1] - center[1]),
                  object->center[2] - center[2]);
        if (apart >= least) continue;
        least = apart;
        best = object;
    }
    return best;
}

static void expect_room(const edgeai_map *map, double tolerance)
{
    assert_int_equal(edgeai_map_n_objects(map), TINY_OBJECTS);
    const edgeai_mapped_frame *first = edgeai_map_frame(map, 0);
    const edgeai_pose back = eai_pose_inverse(&walk.true_frames[0].pose);
    const edgeai_pose to_map = eai_pose_compose(&first->pose, &back);
    for (int i = 0; i < TINY_OBJECTS; i++) {
        const house_object *truth = &world.objects[i];
        double center[3];
        eai_pose_apply(&to_map, truth->center, center);
        const edgeai_mapped_object *object = nearest(map, center);
        assert_string_equal(object->label, truth->label);
        for (int axis = 0; axis < 3; axis++)
            assert_close(object->center[axis], center[axis], tolerance, 0);
        assert_close(object->size[2], truth->size[2], 2 * tolerance, 0);
        assert_close(fmax(object->size[0], object->size[1]), fmax(truth->size[0], truth->size[1]),
                     2 * tolerance, 0);
        assert_true(object->confidence > 0.3 && object->confidence <= 1);
        assert_true(object->n_views >= 2 && object->id >= 1);
    }
}

static void a_room_is_mapped(void **state)
{
    (void)state;
    const house_walk_options how = tiny_room_walk();
    edgeai_map *map = make_map(&how, NULL, 0);
    edgeai_map_summary summary;
    edgeai_map_summarize(map, &summary);
    expect_room(map, 0.08);
    assert_true(summary.floor_found && summary.metric);
    assert_int_equal(summary.n_frames, 20);
    assert_int_equal(summary.n_connected, 20);
    assert_int_equal(summary.n_components, 1);
    assert_close(summary.room_area_m2, 14.4, 0, 0.06);
    assert_true(summary.room_observed > 0.8);
    assert_null(edgeai_map_object(map, TINY_OBJECTS));
    assert_null(edgeai_map_frame(map, 20));
    edgeai_map_free(map);
}

static void noise_is_borne(void **state)
{
    (void)state;
    house_walk_options how = tiny_room_walk();
    how.depth_noise = 1;
    how.holes = 0.03;
    how.jitter = 0.005;
    how.pose_m = 0.005;
    how.pose_rad = 0.002;
    how.frames_per_room = 40;
    edgeai_map *map = make_map(&how, NULL, 0);
    expect_room(map, 0.12);
    edgeai_map_free(map);
}

static void masks_serve_too(void **state)
{
    (void)state;
    house_walk_options how = tiny_room_walk();
    how.masks = true;
    edgeai_map *map = make_map(&how, NULL, 0);
    expect_room(map, 0.1);
    edgeai_map_free(map);
}

/* Poses of another world, lying on its side: the map stands upright all the same. */
static void any_world_is_set_upright(void **state)
{
    (void)state;
    const house_walk_options how = tiny_room_walk();
    const double twist[6] = {1.3, 0.4, -0.7, 5, -3, 2};
    const edgeai_pose turn = eai_pose_exp(twist);
    edgeai_map *map = NULL;
    assert_true(house_walk_begin(&walk, &world, &how));
    assert_ok(edgeai_map_create(&map, context, NULL));
    while (house_walk_next(&walk)) {
        const edgeai_pose turned = eai_pose_compose(&turn, walk.frame.pose);
        walk.frame.pose = &turned;
        assert_ok(edgeai_map_add(map, &walk.frame));
    }
    house_walk_free(&walk);
    assert_ok(edgeai_map_update(map));
    expect_room(map, 0.08);
    const double height = edgeai_map_frame(map, 3)->pose.translation[2];
    assert_close(height, walk.true_frames[3].pose.translation[2], 0.03, 0);
    for (size_t i = 0; i < TINY_OBJECTS; i++) { /* walls along the axes, so the table is too */
        const edgeai_mapped_object *object = edgeai_map_object(map, i);
        if (strcmp(object->label, "table") == 0) assert_true(fabs(sin(2 * object->yaw)) < 0.1);
    }
    edgeai_map_free(map);
}

static void poses_can_be_the_maps_own(void **state)
{
    (void)state;
    const house_walk_options how = tiny_room_walk();
    edgeai_map_options options = EDGEAI_MAP_OPTIONS_INIT;
    options.keep_frame = true;
    edgeai_map *map = make_map(&how, &options, 0);
    expect_room(map, 0.08);
    for (int i = 0; i < 3; i++)
        assert_close(edgeai_map_frame(map, 7)->pose.translation[i],
                     walk.true_frames[7].pose.translation[i], 1e-9, 0);
    edgeai_map_free(map);
}

static void expect_same(const edgeai_map *a, const edgeai_map *b)
{
    const eai_map_content *x = &a->content, *y = &b->content;
    assert_int_equal(x->n_frames, y->n_frames);
    assert_int_equal(x->n_objects, y->n_objects);
    assert_int_equal(x->n_requests, y->n_requests);
    assert_memory_equal(x->frames, y->frames, x->n_frames * sizeof *x->frames);
    assert_memory_equal(x->objects, y->objects, x->n_objects * sizeof *x->objects);
    if (x->n_requests > 0)
        assert_memory_equal(x->requests, y->requests, x->n_requests * sizeof *x->requests);
    assert_int_equal(x->grid.width, y->grid.width);
    assert_int_equal(x->grid.height, y->grid.height);
    assert_memory_equal(x->grid.cells, y->grid.cells, (size_t)(x->grid.width * x->grid.height));
    assert_true(x->room_area_m2 == y->room_area_m2 && x->room_observed == y->room_observed);
    assert_true(x->grid.x0 == y->grid.x0 && x->grid.y0 == y->grid.y0);
}

static house_walk_options noisy_walk(void)
{
    house_walk_options how = tiny_room_walk();
    how.depth_noise = 1;
    how.misses = 0.2;
    how.false_alarms = 0.5;
    how.jitter = 0.01;
    how.confusions = 0.1;
    how.pose_m = 0.01;
    return how;
}

static void one_by_one_is_the_same_to_the_bit(void **state)
{
    (void)state;
    const house_walk_options how = noisy_walk();
    edgeai_map *once = make_map(&how, NULL, 0), *each = make_map(&how, NULL, 1);
    edgeai_map *sometimes = make_map(&how, NULL, 7);
    expect_same(once, each);
    expect_same(once, sometimes);
    assert_ok(edgeai_map_update(each)); /* and again */
    expect_same(once, each);
    edgeai_map_free(once);
    edgeai_map_free(each);
    edgeai_map_free(sometimes);
}

/* What stands where something of its kind stood at the last update has that one's id. */
static void ids_stay(void **state)
{
    (void)state;
    const house_walk_options how = noisy_walk();
    edgeai_map_options options = EDGEAI_MAP_OPTIONS_INIT;
    edgeai_map *map = NULL;
    edgeai_mapped_object last[64];
    size_t n = 0, n_kept = 0;
    options.keep_frame = true; /* else the map turns a little with every frame */
    assert_true(house_walk_begin(&walk, &world, &how));
    assert_ok(edgeai_map_create(&map, context, &options));
    while (house_walk_next(&walk)) {
        assert_ok(edgeai_map_add(map, &walk.frame));
        assert_ok(edgeai_map_update(map));
        for (size_t i = 0; i < n; i++) {
            const edgeai_mapped_object *now = nearest(map, last[i].center);
            if (!now || strcmp(now->label, last[i].label) != 0) continue;
            if (hypot(now->center[0] - last[i].center[0], now->center[1] - last[i].center[1]) > 0.2)
                continue;
            assert_int_equal(now->id, last[i].id);
            n_kept++;
        }
        n = edgeai_map_n_objects(map);
        assert_true(n < 64);
        for (size_t i = 0; i < n; i++)
            last[i] = *edgeai_map_object(map, i);
    }
    assert_true(n_kept > 30);
    house_walk_free(&walk);
    edgeai_map_free(map);
}

static void misses_become_requests_and_answers_end_them(void **state)
{
    (void)state;
    house_walk_options how = tiny_room_walk();
    how.misses = 0.4;
    how.frames_per_room = 40;
    edgeai_map *map = make_map(&how, NULL, 0);
    const size_t n = edgeai_map_n_requests(map);
    assert_true(n >= 6);
    for (size_t i = 0; i < n; i++) { /* what the detector finds where it was asked to look */
        const edgeai_mapped_request request = *edgeai_map_request(map, i);
        edgeai_detection found = {.label = "", .score = 0.9f};
        assert_true(request.frame >= 0 && request.frame < 40);
        for (size_t k = 0; k < edgeai_map_n_objects(map); k++)
            if (edgeai_map_object(map, k)->id == request.object_id)
                found.label = edgeai_map_object(map, k)->label;
        assert_true(found.label[0] != 0);
        for (int k = 0; k < 4; k++)
            found.box[k] = (float)request.box[k];
        assert_true(request.box[2] > 0 && request.box[0] + request.box[2] <= 96);
        assert_ok(edgeai_map_add_detections(map, (size_t)request.frame, &found, 1));
    }
    assert_ok(edgeai_map_update(map));
    assert_true(edgeai_map_n_requests(map) <= n / 3);
    assert_int_equal(edgeai_map_n_objects(map), TINY_OBJECTS);
    assert_fails(edgeai_map_add_detections(map, 40, NULL, 0), EDGEAI_E_INVALID);
    edgeai_map_free(map);
}

/* One frame that sees all of `label` where nothing of that kind is. */
static void deceive(edgeai_map *map, const char *label)
{
    const edgeai_detection wrong = {.label = label, .score = 0.6f, .box = {30, 20, 30, 30}};
    assert_ok(edgeai_map_add_detections(map, 4, &wrong, 1));
    assert_ok(edgeai_map_update(map));
}

static bool has_label(const edgeai_map *map, const char *label)
{
    for (size_t i = 0; i < edgeai_map_n_objects(map); i++)
        if (strcmp(edgeai_map_object(map, i)->label, label) == 0) return true;
    return false;
}

static void one_detection_is_no_object_unless_asked_for(void **state)
{
    (void)state;
    static const char *const task[] = {"Lamp"};
    const house_walk_options how = tiny_room_walk();
    edgeai_map_options options = EDGEAI_MAP_OPTIONS_INIT;
    edgeai_map *map = make_map(&how, &options, 0);
    deceive(map, "lamp");
    assert_false(has_label(map, "lamp"));
    edgeai_map_free(map);
    options.task_labels = task;
    options.n_task_labels = 1;
    options.misses_max = 1000;
    map = make_map(&how, &options, 0);
    deceive(map, "lamp");
    assert_true(has_label(map, "lamp"));
    edgeai_map_free(map);
    options.misses_max = 1; /* other frames look there, and see none */
    map = make_map(&how, &options, 0);
    deceive(map, "lamp");
    edgeai_map_summary summary;
    edgeai_map_summarize(map, &summary);
    assert_false(has_label(map, "lamp"));
    assert_int_equal(summary.n_ghosts, 1);
    edgeai_map_free(map);
}

static void next_to_nothing_is_a_map_too(void **state)
{
    (void)state;
    const house_walk_options how = tiny_room_walk();
    edgeai_map *map = NULL;
    edgeai_map_summary summary;
    assert_ok(edgeai_map_create(&map, context, NULL));
    assert_ok(edgeai_map_update(map)); /* no frame at all */
    edgeai_map_summarize(map, &summary);
    assert_int_equal(summary.root, -1);
    assert_int_equal(summary.n_components, 0);
    assert_true(house_walk_begin(&walk, &world, &how));
    assert_true(house_walk_next(&walk));
    assert_ok(edgeai_map_add(map, &walk.frame));
    assert_ok(edgeai_map_update(map)); /* a single one */
    edgeai_map_summarize(map, &summary);
    assert_int_equal(summary.n_frames, 1);
    assert_int_equal(summary.root, 0);
    assert_true(summary.room_area_m2 > 0);
    assert_true(house_walk_next(&walk));
    memset(walk.depth, 0, 96 * 72 * sizeof *walk.depth);
    assert_ok(edgeai_map_add(map, &walk.frame)); /* nothing measured */
    walk.frame.depth = NULL;
    walk.frame.n_detections = 0;
    walk.frame.detections = NULL;
    assert_ok(edgeai_map_add(map, &walk.frame)); /* nothing but a pose */
    assert_ok(edgeai_map_update(map));
    assert_int_equal(edgeai_map_n_frames(map), 3);
    assert_string_equal(edgeai_map_frame(map, 2)->name, "frame-000002");
    house_walk_free(&walk);
    edgeai_map_free(map);
}

static void depth_without_a_pixel_makes_an_empty_map(void **state)
{
    (void)state;
    static const uint16_t invalid[4] = {0, 65535, 1, 60000};
    const edgeai_pose pose = eai_pose_identity();
    const edgeai_detection seen = {.label = "x", .score = 1, .box = {0, 0, 2, 2}};
    edgeai_frame frame = EDGEAI_FRAME_INIT;
    edgeai_map *map = NULL;
    edgeai_map_summary summary;
    frame.camera = frame.depth_camera = (edgeai_camera){2, 2, 2, 2, 0.5, 0.5};
    frame.depth = invalid;
    frame.pose = &pose;
    frame.detections = &seen;
    frame.n_detections = 1;
    assert_ok(edgeai_map_create(&map, context, NULL));
    for (int i = 0; i < 3; i++)
        assert_ok(edgeai_map_add(map, &frame));
    assert_ok(edgeai_map_update(map));
    edgeai_map_summarize(map, &summary);
    assert_int_equal(summary.n_objects, 0);
    assert_int_equal(summary.n_without_depth, 3);
    assert_false(summary.floor_found);
    assert_true(summary.room_area_m2 == 0);
    edgeai_map_free(map);
}

static void too_many_detections_are_borne(void **state)
{
    (void)state;
    enum { N = 100000 };
    const house_walk_options how = tiny_room_walk();
    edgeai_detection *many = calloc(N, sizeof *many);
    edgeai_map *map = NULL;
    edgeai_map_summary summary;
    assert_non_null(many);
    for (int i = 0; i < N; i++)
        many[i] = (edgeai_detection){
            .label = i % 2 ? "a" : "b",
            .score = (float)(i % 1000) / 1000,
            .box = {(float)(i % 83), (float)(i % 61), (float)(i % 13), (float)(i % 11)}};
    assert_true(house_walk_begin(&walk, &world, &how));
    assert_true(house_walk_next(&walk));
    walk.frame.detections = many;
    walk.frame.n_detections = N;
    assert_ok(edgeai_map_create(&map, context, NULL));
    assert_ok(edgeai_map_add(map, &walk.frame));
    assert_ok(edgeai_map_add(map, &walk.frame));
    assert_ok(edgeai_map_update(map));
    edgeai_map_summarize(map, &summary);
    assert_int_equal(summary.n_detections, 2 * N);
    assert_int_equal(summary.n_below_score, 2 * N / 5);
    assert_true(summary.n_beyond_limit > N / 2);
    assert_true(edgeai_map_memory(map) < 4 << 20);
    free(many);
    house_walk_free(&walk);
    edgeai_map_free(map);
}

/* A frame that is right but for what a test changes. */
static edgeai_frame frame_to_spoil(edgeai_pose *pose, edgeai_detection *detection)
{
    static uint16_t depth[8 * 6];
    edgeai_frame frame = EDGEAI_FRAME_INIT;
    for (int i = 0; i < 48; i++)
        depth[i] = 1500;
    *pose = eai_pose_identity();
    *detection = (edgeai_detection){.label = "cup", .score = 0.5f, .box = {1, 1, 5, 4}};
    frame.camera = frame.depth_camera = (edgeai_camera){8, 6, 8, 8, 3.5, 2.5};
    frame.name = "spoilt";
    frame.depth = depth;
    frame.pose = pose;
    frame.detections = detection;
    frame.n_detections = 1;
    return frame;
}

static void wrong_frames_are_refused(void **state)
{
    (void)state;
    const uint32_t short_mask[2] = {10, 20};
    char long_label[EDGEAI_LABEL_BYTES + 1];
    edgeai_pose pose;
    edgeai_detection detection;
    edgeai_frame frame;
    edgeai_map *map = NULL;
    memset(long_label, 'x', sizeof long_label);
    long_label[EDGEAI_LABEL_BYTES] = 0;
    assert_ok(edgeai_map_create(&map, context, NULL));
#define SPOILT(change, status, text)                                                               \
    do {                                                                                           \
        frame = frame_to_spoil(&pose, &detection);                                                 \
        change;                                                                                    \
        assert_fails(edgeai_map_add(map, &frame), status);                                         \
        assert_error_says(text);                                                                   \
    } while (0)
    SPOILT(pose.translation[1] = NAN, EDGEAI_E_INVALID, "spoilt: the pose is not finite");
    SPOILT(pose.rotation[0] = -1, EDGEAI_E_INVALID, "rotation is none");
    SPOILT(pose.translation[2] = 1e9, EDGEAI_E_INVALID, "1e+09 m away");
    SPOILT(frame.struct_size = 8, EDGEAI_E_INVALID, "struct_size");
    SPOILT(frame.time_s = INFINITY, EDGEAI_E_INVALID, "time");
    SPOILT(frame.camera.fx = 0, EDGEAI_E_INVALID, "focal");
    SPOILT(frame.camera.width = 0, EDGEAI_E_INVALID, "0 x 6");
    SPOILT(frame.camera.cx = NAN, EDGEAI_E_INVALID, "principal point");
    SPOILT(frame.depth_camera.height = 5000, EDGEAI_E_INVALID, "depth camera");
    SPOILT(frame.depth_units_per_m = -1, EDGEAI_E_INVALID, "depth_units_per_m");
    SPOILT(frame.detections = NULL, EDGEAI_E_INVALID, "1 detections at NULL");
    SPOILT(frame.n_detections = EDGEAI_DETECTIONS_MAX + 1, EDGEAI_E_LIMIT, "1000001");
    SPOILT(detection.label = NULL, EDGEAI_E_INVALID, "detection 0");
    SPOILT(detection.label = "", EDGEAI_E_INVALID, "label");
    SPOILT(detection.label = long_label, EDGEAI_E_INVALID, "63 bytes");
    SPOILT(detection.label = "\xff", EDGEAI_E_INVALID, "UTF-8");
    SPOILT(detection.score = NAN, EDGEAI_E_INVALID, "score");
    SPOILT(detection.score = 2, EDGEAI_E_INVALID, "found 2");
    SPOILT(detection.box[3] = INFINITY, EDGEAI_E_INVALID, "box");
    SPOILT(detection.box[2] = -1, EDGEAI_E_INVALID, "not negative");
    SPOILT((detection.mask_runs = short_mask, detection.n_mask_runs = 2), EDGEAI_E_SHAPE, "48");
    SPOILT((frame.pose = NULL, frame.depth = NULL), EDGEAI_E_INVALID, "neither pose");
    frame = frame_to_spoil(&pose, &detection);
    frame.time_s = 3;
    assert_ok(edgeai_map_add(map, &frame));
    SPOILT(frame.time_s = 2, EDGEAI_E_INVALID, "before 3 s");
    SPOILT((frame.pose = NULL, frame.time_s = 3), EDGEAI_E_INVALID, "all of a map or none");
#undef SPOILT
    assert_fails(edgeai_map_add(map, NULL), EDGEAI_E_INVALID);
    assert_fails(edgeai_map_add(NULL, &frame), EDGEAI_E_INVALID);
    assert_ok(edgeai_map_update(map));
    assert_int_equal(edgeai_map_n_frames(map), 1);
    edgeai_map_free(map);
}

static void wrong_options_are_refused(void **state)
{
    (void)state;
    static const char *const empty[] = {""};
    edgeai_map *map = NULL;
    edgeai_map_options options;
#define REFUSED(change, text)                                                                      \
    do {                                                                                           \
        options = (edgeai_map_options)EDGEAI_MAP_OPTIONS_INIT;                                     \
        change;                                                                                    \
        assert_fails(edgeai_map_create(&map, context, &options), EDGEAI_E_INVALID);                \
        assert_null(map);                                                                          \
        assert_error_says(text);                                                                   \
    } while (0)
    REFUSED(options.struct_size = 0, "struct_size");
    REFUSED(options.depth_max_m = NAN, "depth_max_m");
    REFUSED(options.depth_min_m = 7, "below depth_max_m");
    REFUSED(options.score_min = 1.5, "score_min");
    REFUSED(options.views_min = -1, "views_min");
    REFUSED(options.cell_m = 1e-6, "cell_m");
    REFUSED(options.up[1] = INFINITY, "up");
    REFUSED(options.n_task_labels = 1, "at NULL");
    REFUSED((options.n_task_labels = 1, options.task_labels = empty), "task label 0");
#undef REFUSED
    assert_fails(edgeai_map_create(NULL, context, NULL), EDGEAI_E_INVALID);
    assert_fails(edgeai_map_create(&map, NULL, NULL), EDGEAI_E_INVALID);
    edgeai_map_free(NULL);
}

static void a_map_from_a_file_takes_no_frames(void **state)
{
    (void)state;
    struct edgeai_map map = {.context = context};
    edgeai_frame frame = EDGEAI_FRAME_INIT;
    assert_fails(edgeai_map_add(&map, &frame), EDGEAI_E_UNSUPPORTED);
    assert_fails(edgeai_map_update(&map), EDGEAI_E_UNSUPPORTED);
    assert_fails(edgeai_map_add_detections(&map, 0, NULL, 0), EDGEAI_E_UNSUPPORTED);
}

/* Of a frame with d detections used: what the header says. */
static void memory_is_bounded(void **state)
{
    (void)state;
    const house_walk_options how = tiny_room_walk();
    edgeai_map *map = NULL;
    size_t most = 0, before;
    assert_true(house_walk_begin(&walk, &world, &how));
    assert_ok(edgeai_map_create(&map, context, NULL));
    before = edgeai_map_memory(map);
    while (house_walk_next(&walk)) {
        assert_ok(edgeai_map_add(map, &walk.frame));
        most += 400 + 96 * 72 * 2 + walk.frame.n_detections * (64 + 12 * EDGEAI_MAP_POINTS_MAX);
    }
    /* Arrays of frames and labels grow by half and more. */
    assert_true(edgeai_map_memory(map) - before <= most + 40 * 400 + 32 * EDGEAI_LABEL_BYTES);
    house_walk_free(&walk);
    edgeai_map_free(map);
}

/* Each allocation fails once, in adding and in updating: an error, and the map as it was. */
static void failed_allocations_change_nothing(void **state)
{
    (void)state;
    house_walk_options how = noisy_walk();
    how.frames_per_room = 10;
    failing_allocator memory = {.fail_at = SIZE_MAX};
    edgeai_context_options options = EDGEAI_CONTEXT_OPTIONS_INIT;
    edgeai_context *whole = context, *failing = NULL;
    options.allocator = failing_allocator_make(&memory);
    options.n_threads = 1;
    edgeai_map *expected = make_map(&how, NULL, 0), *map = NULL;
    assert_ok(edgeai_context_create(&failing, &options));
    const size_t live = memory.n_live;
    memory.fail_at = memory.n_allocations;
    assert_fails(edgeai_map_create(&map, failing, NULL), EDGEAI_E_MEMORY);
    memory.fail_at = SIZE_MAX;
    assert_int_equal(memory.n_live, live);
    assert_true(house_walk_begin(&walk, &world, &how));
    assert_ok(edgeai_map_create(&map, failing, NULL));
    while (house_walk_next(&walk)) {
        for (size_t k = 0;; k++) {
            memory.fail_at = memory.n_allocations + k;
            const edgeai_status status = edgeai_map_add(map, &walk.frame);
            if (status == EDGEAI_OK) break;
            assert_int_equal(status, EDGEAI_E_MEMORY);
        }
        memory.fail_at = SIZE_MAX;
        if (walk.n_frames == 6) assert_ok(edgeai_map_update(map));
    }
    for (size_t k = 0;; k++) {
        memory.fail_at = memory.n_allocations + k;
        const edgeai_status status = edgeai_map_update(map);
        if (status == EDGEAI_OK) break;
        assert_int_equal(status, EDGEAI_E_MEMORY);
        assert_int_equal(edgeai_map_n_frames(map), 6); /* of the last good update */
    }
    memory.fail_at = SIZE_MAX;
    expect_same(expected, map);
    house_walk_free(&walk);
    edgeai_map_free(map);
    assert_int_equal(memory.n_live, live);
    edgeai_context_free(failing);
    assert_int_equal(memory.n_live, 0);
    context = whole;
    edgeai_map_free(expected);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_room_is_mapped),
        cmocka_unit_test(noise_is_borne),
        cmocka_unit_test(masks_serve_too),
        cmocka_unit_test(any_world_is_set_upright),
        cmocka_unit_test(poses_can_be_the_maps_own),
        cmocka_unit_test(one_by_one_is_the_same_to_the_bit),
        cmocka_unit_test(ids_stay),
        cmocka_unit_test(misses_become_requests_and_answers_end_them),
        cmocka_unit_test(one_detection_is_no_object_unless_asked_for),
        cmocka_unit_test(next_to_nothing_is_a_map_too),
        cmocka_unit_test(depth_without_a_pixel_makes_an_empty_map),
        cmocka_unit_test(too_many_detections_are_borne),
        cmocka_unit_test(wrong_frames_are_refused),
        cmocka_unit_test(wrong_options_are_refused),
        cmocka_unit_test(a_map_from_a_file_takes_no_frames),
        cmocka_unit_test(memory_is_bounded),
        cmocka_unit_test(failed_allocations_change_nothing),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
