/* SPDX-License-Identifier: MIT */
#include <math.h>
#include <string.h>

#include "base/rng.h"
#include "space/floor.h"
#include "space/gravity.h"
#include "support/check.h"

enum { POINTS = 12000 };

static eai_scene_point points[POINTS];
static const eai_floor_rules rules = {.tolerance_m = 0.03, .seed = 9};

static double gauss(eai_rng *rng)
{
    return sqrt(-2 * log(eai_rng_open(rng))) * cos(6.283185307 * eai_rng_uniform(rng));
}

static void put(int i, const edgeai_pose *pose, double x, double y, double z, const double n[3])
{
    double p[3] = {x, y, z}, normal[3];
    eai_pose_apply(pose, p, p);
    eai_pose_rotate(pose, n, normal);
    for (int k = 0; k < 3; k++) {
        points[i].at[k] = (float)p[k];
        points[i].normal[k] = (float)normal[k];
    }
}

/* A room of 5 x 4 m in its own frame, moved by `pose`: floor (a part of the points), a table of a
 * smaller area at 0.75 m, and four walls; depth noise of 1 cm. */
static void make_room(const edgeai_pose *pose, double floor_share)
{
    static const double up[3] = {0, 0, 1},
                        sides[4][3] = {{1, 0, 0}, {-1, 0, 0}, {0, 1, 0}, {0, -1, 0}};
    eai_rng rng;
    eai_rng_seed(&rng, 21);
    for (int i = 0; i < POINTS; i++) {
        const double a = eai_rng_uniform(&rng), b = eai_rng_uniform(&rng);
        const double noise = 0.01 * gauss(&rng), kind = eai_rng_uniform(&rng);
        const int side = (int)eai_rng_below(&rng, 4);
        if (kind < floor_share)
            put(i, pose, 5 * a, 4 * b, noise, up);
        else if (kind < floor_share + 0.15)
            put(i, pose, 2 + a, 1 + b, 0.75 + noise, up);
        else if (side < 2)
            put(i, pose, (side ? 5 : 0) + noise, 4 * a, 2.5 * b, sides[side]);
        else
            put(i, pose, 5 * a, (side == 3 ? 4 : 0) + noise, 2.5 * b, sides[side]);
    }
}

static void the_floor_and_walls_are_found(void **state)
{
    (void)state;
    const double twist[6] = {0.8, -0.3, 0.5, 3, 2, -1}, true_up[3] = {0, 0, 1};
    const edgeai_pose moved = eai_pose_exp(twist);
    double up[3], hint[3], corner[3] = {0, 0, 0}, top[3] = {0, 0, 1}, out[3];
    bool found = false;
    make_room(&moved, 0.25);
    eai_pose_rotate(&moved, true_up, up);
    const double tilt[6] = {0.25, -0.1}; /* the cameras' mean is off by 15 degrees */
    const edgeai_pose tilted = eai_pose_exp(tilt);
    eai_pose_rotate(&tilted, up, hint);
    const edgeai_pose to_map = eai_find_floor(hint, points, POINTS, &rules, &found);
    assert_true(found);
    const edgeai_pose both = eai_pose_compose(&to_map, &moved);
    eai_pose_apply(&both, corner, out);
    assert_close(out[2], 0, 0.01, 0);
    eai_pose_rotate(&both, top, out);
    assert_close(out[2], 1, 1e-4, 0);
    const double along = atan2(both.rotation[3], both.rotation[0]);
    assert_close(sin(4 * along), 0, 0.02, 0);
}

static void a_given_up_is_kept(void **state)
{
    (void)state;
    const double twist[6] = {0, 0, 0.4, 0, 0, -2}, up[3] = {0.02, 0, sqrt(1 - 0.0004)};
    const edgeai_pose moved = eai_pose_exp(twist);
    eai_floor_rules given = rules;
    double out[3];
    bool found;
    given.up_is_known = true;
    make_room(&moved, 0.25);
    const edgeai_pose to_map = eai_find_floor(up, points, POINTS, &given, &found);
    assert_true(found);
    eai_pose_rotate(&to_map, up, out);
    assert_close(out[2], 1, 1e-12, 0);
}

static void without_a_floor_it_says_so(void **state)
{
    (void)state;
    static const double up[3] = {0, 0, 1};
    const edgeai_pose still = eai_pose_identity();
    bool found = true;
    eai_find_floor(up, points, 0, &rules, &found);
    assert_false(found);
    make_room(&still, 0);
    for (int i = 0; i < POINTS; i++) /* no table either */
        if (points[i].normal[2] > 0.5f) points[i] = points[0];
    if (points[0].normal[2] <= 0.5f) {
        const edgeai_pose to_map = eai_find_floor(up, points, POINTS, &rules, &found);
        assert_false(found);
        assert_true(fabs(to_map.translation[2]) < 0.2); /* under nearly all that was seen */
    }
}

static void cameras_say_what_is_up(void **state)
{
    (void)state;
    enum { N = 12 };
    static eai_kept_frame frames[N];
    edgeai_pose poses[N];
    bool fused[N];
    double up[3];
    for (int i = 0; i < N; i++) { /* turning about z, looking down by 20 degrees, x forward */
        const double yaw[6] = {0, 0, 6.283185307 * i / N}, pitch[6] = {0, 0.35, 0};
        const edgeai_pose turned = eai_pose_exp(yaw), nod = eai_pose_exp(pitch);
        const edgeai_pose to_body = {{0, 0, 1, -1, 0, 0, 0, -1, 0}, {0}};
        poses[i] = eai_pose_compose(&turned, &nod);
        poses[i] = eai_pose_compose(&poses[i], &to_body);
        fused[i] = true;
    }
    const eai_placed_frames placed = {frames, poses, fused, N}, none = {frames, poses, fused, 0};
    eai_gravity_up(up, &placed);
    assert_close(up[2], 1, 1e-6, 0);
    eai_gravity_up(up, &none);
    assert_true(up[0] == 0 && up[1] == 0 && up[2] == 1);
    /* Held askew by 10 degrees all the time, but carried in a plane: half way between. */
    const double roll[6] = {0.1745, 0, 0};
    const edgeai_pose askew = eai_pose_exp(roll);
    for (int i = 0; i < N; i++) {
        poses[i] = eai_pose_compose(&askew, &poses[i]);
        poses[i].translation[0] = i % 4;
        poses[i].translation[1] = i / 4;
    }
    eai_gravity_up(up, &placed);
    assert_close(acos(up[2]), 0.0873, 0.005, 0);
}

static void levelling_turns_as_little_as_it_can(void **state)
{
    (void)state;
    const double ups[4][3] = {{0, 0, 1}, {0, 0, -1}, {0.6, 0, 0.8}, {0, -0.8, -0.6}};
    for (int i = 0; i < 4; i++) {
        const edgeai_pose level = eai_gravity_level(ups[i]);
        double out[3];
        eai_pose_rotate(&level, ups[i], out);
        assert_close(out[2], 1, 1e-12, 0);
        assert_close(eai_pose_angle(&level), acos(ups[i][2]), 1e-7, 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_floor_and_walls_are_found),
        cmocka_unit_test(a_given_up_is_kept),
        cmocka_unit_test(without_a_floor_it_says_so),
        cmocka_unit_test(cameras_say_what_is_up),
        cmocka_unit_test(levelling_turns_as_little_as_it_can),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
