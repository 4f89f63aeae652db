/* SPDX-License-Identifier: MIT */
#include "space/key_frames.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include <edgeai/recording.h>

#include "support/check.h"
#include "support/depth_files.h"
#include "support/failing_allocator.h"
#include "support/temporary_folder.h"

enum { N = 1000, WANTED = 25 };

static failing_allocator memory;
static edgeai_allocator allocator;
static size_t n_asked;
static bool is_seen[N];

static int start(void **state)
{
    (void)state;
    memory = (failing_allocator){.fail_at = SIZE_MAX};
    allocator = failing_allocator_make(&memory);
    n_asked = 0;
    memset(is_seen, 0, sizeof is_seen);
    return 0;
}

/* Label 0 is what is looked for: in two stretches, and there every fourth frame is blurred. Label 1
 * is everywhere. */
static bool shows_target(size_t t)
{
    return (t >= 200 && t < 260) || (t >= 700 && t < 740);
}

static edgeai_status score(void *user, size_t t, eai_evidence *evidence)
{
    static eai_sighting sightings[2];
    (void)user;
    assert_false(is_seen[t]); /* nobody is loaded twice */
    is_seen[t] = true;
    n_asked++;
    evidence->n_sightings = 0;
    evidence->sightings = sightings;
    evidence->sharpness = t % 4 == 3 ? 10 : 100;
    if (shows_target(t)) sightings[evidence->n_sightings++] = (eai_sighting){0, 0.9, 1};
    sightings[evidence->n_sightings++] = (eai_sighting){1, 0.95, 2};
    return EDGEAI_OK;
}

static edgeai_status give_up(void *user, size_t t, eai_evidence *evidence)
{
    (void)user, (void)evidence;
    return t > 100 ? EDGEAI_E_IO : EDGEAI_OK;
}

static eai_key_frames_task task_of(const double *weights, const bool *is_target)
{
    return (eai_key_frames_task){.n_frames = N,
                                 .n_wanted = WANTED,
                                 .n_labels = 2,
                                 .weights = weights,
                                 .is_target = is_target,
                                 .n_rounds = 20,
                                 .seed = 1,
                                 .score = score};
}

static const double for_target[2] = {1, 0}, for_none[2] = {0, 0};
static const bool target_alone[2] = {true, false}, nothing[2] = {false, false};

static void targets_are_found(void **state)
{
    (void)state;
    const eai_key_frames_task task = task_of(for_target, target_alone);
    size_t frames[WANTED], n, n_hits = 0, n_blurred = 0, parts[2] = {0}, longest = 0;
    assert_ok(eai_key_frames_choose(&allocator, &task, frames, &n));
    assert_int_equal(n, WANTED);
    assert_true(n_asked <= N * 27 / 100);
    for (size_t i = 0; i < n; i++) {
        assert_true(i == 0 || frames[i] > frames[i - 1]);
        n_hits += shows_target(frames[i]);
        n_blurred += shows_target(frames[i]) && frames[i] % 4 == 3;
        parts[frames[i] > 500] += shows_target(frames[i]);
        if (i > 0 && frames[i] - frames[i - 1] > longest) longest = frames[i] - frames[i - 1];
    }
    /* A tenth of the frames shows it: 2.5 of 25 picked evenly would. */
    assert_true(n_hits >= 6 && parts[0] >= 2 && parts[1] >= 2);
    assert_int_equal(n_blurred, 0);
    assert_true(longest < 120);
}

/* Frames that show it are drawn far more often than one of ten. */
static void the_search_goes_where_it_is(void **state)
{
    (void)state;
    const eai_key_frames_task task = task_of(for_target, target_alone);
    size_t frames[WANTED], n, n_there = 0;
    assert_ok(eai_key_frames_choose(&allocator, &task, frames, &n));
    for (size_t t = 0; t < N; t++)
        n_there += is_seen[t] && shows_target(t);
    assert_true(n_there * 10 > n_asked * 2);
}

static void the_same_seed_gives_the_same(void **state)
{
    (void)state;
    eai_key_frames_task task = task_of(for_target, target_alone);
    size_t a[WANTED], b[WANTED], c[WANTED], n;
    assert_ok(eai_key_frames_choose(&allocator, &task, a, &n));
    start(NULL);
    assert_ok(eai_key_frames_choose(&allocator, &task, b, &n));
    assert_memory_equal(a, b, sizeof a);
    start(NULL);
    task.seed = 2;
    assert_ok(eai_key_frames_choose(&allocator, &task, c, &n));
    assert_memory_not_equal(a, c, sizeof a);
}

/* Without anything to look for they are sharp, and spread evenly. */
static void sharpness_alone(void **state)
{
    (void)state;
    const eai_key_frames_task task = task_of(for_none, nothing);
    size_t frames[WANTED], n;
    assert_ok(eai_key_frames_choose(&allocator, &task, frames, &n));
    assert_int_equal(n, WANTED);
    for (size_t i = 1; i < n; i++)
        assert_true(frames[i] - frames[i - 1] > 2 && frames[i] - frames[i - 1] < 150);
}

static void few_frames_are_all_taken(void **state)
{
    (void)state;
    eai_key_frames_task task = task_of(for_target, target_alone);
    size_t frames[WANTED], n;
    task.n_frames = 1;
    assert_ok(eai_key_frames_choose(&allocator, &task, frames, &n));
    assert_true(n == 1 && frames[0] == 0 && n_asked == 0);
    task.n_frames = WANTED + 1;
    assert_ok(eai_key_frames_choose(&allocator, &task, frames, &n));
    assert_int_equal(n, WANTED);
}

static void failures_come_through(void **state)
{
    (void)state;
    eai_key_frames_task task = task_of(for_target, target_alone);
    size_t frames[WANTED], n;
    task.score = give_up;
    assert_int_equal(eai_key_frames_choose(&allocator, &task, frames, &n), EDGEAI_E_IO);
    assert_int_equal(memory.n_live, 0);
    task.score = score;
    for (size_t i = 0; i < 5; i++) {
        start(NULL);
        memory.fail_at = i;
        assert_fails(eai_key_frames_choose(&allocator, &task, frames, &n), EDGEAI_E_MEMORY);
        assert_int_equal(memory.n_live, 0);
    }
}

static void blur_is_seen(void **state)
{
    (void)state;
    uint8_t sharp[3 * 64], flat[64];
    for (int i = 0; i < 64; i++) {
        flat[i] = 100;
        for (int c = 0; c < 3; c++)
            sharp[3 * i + c] = (i / 8 + i % 8) % 2 ? 255 : 0;
    }
    edgeai_image image = {flat, 8, 8, 1, 8};
    assert_true(eai_image_sharpness(&image) == 0);
    image = (edgeai_image){sharp, 8, 8, 3, 24};
    /* a chessboard: +-4 * 255 in equal numbers */
    assert_close(eai_image_sharpness(&image), 1020.0 * 1020.0, 1, 0);
    image.width = 2;
    assert_true(eai_image_sharpness(&image) == 0);
}

/* Files end to end: 60 frames, of which 40 to 44 show the cup. */
static void of_a_recording(void **state)
{
    (void)state;
    char folder[TEMPORARY_PATH_BYTES], path[TEMPORARY_PATH_BYTES + 16], name[64];
    char text[8192], *at = text;
    edgeai_context *context;
    edgeai_recording *recording;
    edgeai_detections *detections;
    edgeai_context_options settings = EDGEAI_CONTEXT_OPTIONS_INIT;
    edgeai_key_frames_options options = EDGEAI_KEY_FRAMES_OPTIONS_INIT;
    settings.allocator = allocator;
    settings.n_threads = 1;
    temporary_folder_make(folder);
    at += snprintf(at, 64, "{\"version\": 1, \"frames\": [");
    for (int i = 0; i < 60; i++) {
        snprintf(name, sizeof name, "frame-0000%02d.depth.png", i);
        folder_put_depth(folder, name, 8, 6, 1000);
        const bool shows = i >= 40 && i < 45;
        at += snprintf(at, 160, "%s{\"name\": \"frame-0000%02d\", \"detections\": [%s]}",
                       i ? "," : "", i,
                       shows ? "{\"label\": \"Cup\", \"box\": [0, 0, 2, 2], \"score\": 0.8}" : "");
    }
    snprintf(at, 8, "]}");
    folder_put_text(folder, "seen.json", text);
    snprintf(path, sizeof path, "%s/seen.json", folder);
    assert_ok(edgeai_context_create(&context, &settings));
    assert_ok(edgeai_recording_open(&recording, context, folder, NULL));
    assert_ok(edgeai_detections_open(&detections, context, path, NULL));
    static const char *const targets[] = {"cup"};
    size_t frames[8], n;
    options.n_wanted = 8;
    options.targets = targets;
    options.n_targets = 1;
    assert_ok(edgeai_key_frames(recording, detections, &options, frames, &n));
    assert_int_equal(n, 8);
    size_t n_hits = 0;
    for (size_t i = 0; i < n; i++)
        n_hits += frames[i] >= 40 && frames[i] < 45;
    assert_true(n_hits >= 1);
    size_t whole[25];
    assert_ok(edgeai_key_frames(recording, NULL, NULL, whole, &n));
    assert_int_equal(n, 25);
    options.n_rounds = -1;
    assert_fails(edgeai_key_frames(recording, detections, &options, frames, &n), EDGEAI_E_INVALID);
    edgeai_detections_free(detections);
    edgeai_recording_free(recording);
    edgeai_context_free(context);
    folder_remove(folder);
    assert_int_equal(memory.n_live, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(targets_are_found, start),
        cmocka_unit_test_setup(the_search_goes_where_it_is, start),
        cmocka_unit_test_setup(the_same_seed_gives_the_same, start),
        cmocka_unit_test_setup(sharpness_alone, start),
        cmocka_unit_test_setup(few_frames_are_all_taken, start),
        cmocka_unit_test_setup(failures_come_through, start),
        cmocka_unit_test_setup(blur_is_seen, start),
        cmocka_unit_test_setup(of_a_recording, start),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
