/* SPDX-License-Identifier: MIT */
#include "space/object_points.h"
#include "space/visibility.h"
#include "support/check.h"

enum { SIDE = 40 };

static uint16_t values[SIDE * SIDE];
static const eai_visibility_rules rules = {0.3, 0.25};

/* Looks along z at a wall `wall` m away; pixels of 1/40 rad. */
static eai_kept_frame look_at(double wall)
{
    eai_kept_frame frame = {0};
    for (int i = 0; i < SIDE * SIDE; i++)
        values[i] = (uint16_t)(1000 * wall);
    frame.place.camera = (edgeai_camera){80, 80, 80, 80, 39.5, 39.5};
    frame.depth = (eai_depth){values, SIDE, SIDE, 40, 40, 19.5, 19.5, 0.001, 0.2, 5};
    return frame;
}

static void fill(float (*points)[3], int n, double x, double z)
{
    for (int i = 0; i < n; i++) {
        points[i][0] = (float)(x + 0.4 * (i % 5) / 4 - 0.2);
        points[i][1] = (float)(0.4 * (i / 5) / (n / 5 - 1) - 0.2);
        points[i][2] = (float)z;
    }
}

static void what_is_there_and_unhidden_is_visible(void **state)
{
    (void)state;
    const edgeai_pose pose = eai_pose_identity();
    const eai_kept_frame frame = look_at(2);
    float points[25][3];
    double box[4];
    fill(points, 25, 0, 2);
    assert_true(eai_visible((const float(*)[3])points, 25, &frame, &pose, &rules, box));
    assert_close(box[0], 39.5 - 8, 0.01, 0);
    assert_close(box[2], 16, 0.01, 0);
    fill(points, 25, 0, 2.2); /* behind the wall by less than noise and thickness */
    assert_true(eai_visible((const float(*)[3])points, 25, &frame, &pose, &rules, box));
    fill(points, 25, 0, 1.2); /* looked through: it should have been seen */
    assert_true(eai_visible((const float(*)[3])points, 25, &frame, &pose, &rules, box));
    fill(points, 25, 0, 2.4); /* hidden */
    assert_false(eai_visible((const float(*)[3])points, 25, &frame, &pose, &rules, box));
    fill(points, 25, 3, 2); /* beside the image */
    assert_false(eai_visible((const float(*)[3])points, 25, &frame, &pose, &rules, box));
    fill(points, 25, 0, -2); /* behind the camera */
    assert_false(eai_visible((const float(*)[3])points, 25, &frame, &pose, &rules, box));
    fill(points, 25, 0.9, 2); /* half in: cut at the border */
    assert_true(eai_visible((const float(*)[3])points, 25, &frame, &pose, &rules, box));
    assert_true(box[0] + box[2] <= 79.5);
    assert_false(eai_visible((const float(*)[3])points, 1, &frame, &pose, &rules, box)); /* a dot */
}

static void without_depth_nothing_is_known(void **state)
{
    (void)state;
    const edgeai_pose pose = eai_pose_identity();
    eai_kept_frame frame = look_at(0);
    float points[25][3];
    double box[4];
    fill(points, 25, 0, 2);
    assert_false(eai_visible((const float(*)[3])points, 25, &frame, &pose, &rules, box));
    frame.depth.values = NULL;
    assert_false(eai_visible((const float(*)[3])points, 25, &frame, &pose, &rules, box));
}

/* Two views from the sides of a thing at the origin; in one its points include some of the wall
 * behind it, which the other sees past the thing. */
static void other_views_vote_points_out(void **state)
{
    (void)state;
    static float own[25][3], with_wall[40][3], points[EAI_OBJECT_POINTS][3];
    eai_observation a[1] = {{.n_points = 40, .box = {31, 31, 17, 17}}};
    eai_observation b[1] = {{.n_points = 25, .box = {31, 31, 17, 17}}};
    eai_kept_frame frames[3] = {look_at(0), look_at(0), look_at(0)};
    const edgeai_pose front = {{1, 0, 0, 0, 1, 0, 0, 0, 1}, {0, 0, -2}};
    const edgeai_pose left = {{0, 0, 1, 0, 1, 0, -1, 0, 0}, {-2, 0, 0}};
    const edgeai_pose poses[3] = {front, left, left};
    const bool fused[3] = {true, true, true};
    fill(own, 25, 0, 2);
    fill(with_wall, 40, 0, 2);
    for (int i = 25; i < 40; i++)
        with_wall[i][2] = 2.6f;
    frames[0].observations = a;
    frames[0].points = with_wall[0];
    frames[1].observations = frames[2].observations = b;
    frames[1].points = frames[2].points = own[0];
    for (int f = 0; f < 3; f++)
        frames[f].n_observations = 1;
    const eai_placed_frames placed = {frames, poses, fused, 3};
    const eai_member members[3] = {{0, 0}, {1, 0}, {2, 0}};
    const int n = eai_object_points(points, &placed, members, 3);
    assert_int_equal(n, 75);
    for (int i = 0; i < n; i++)
        assert_true(points[i][2] < 0.5f);
    assert_int_equal(eai_object_points(points, &placed, members, 1), 40); /* nobody to ask */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_there_and_unhidden_is_visible),
        cmocka_unit_test(without_depth_nothing_is_known),
        cmocka_unit_test(other_views_vote_points_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
