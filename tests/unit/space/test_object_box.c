/* SPDX-License-Identifier: MIT */
#include <math.h>
#include <string.h>

#include "base/rng.h"
#include "space/object_box.h"
#include "support/check.h"

static float points[EAI_BOX_POINTS][3];
static eai_box_scratch scratch;

/* n points on the faces of a box: `faces` of top, and the four sides. */
static void fill(eai_rng *rng, int first, int n, const double center[3], const double size[3],
                 double yaw)
{
    for (int i = first; i < first + n; i++) {
        double p[3];
        for (int axis = 0; axis < 3; axis++)
            p[axis] = (eai_rng_uniform(rng) - 0.5) * size[axis];
        const int face = (int)eai_rng_below(rng, 5);
        if (face == 4)
            p[2] = size[2] / 2;
        else
            p[face / 2] = (face % 2 ? 0.5 : -0.5) * size[face / 2];
        points[i][0] = (float)(center[0] + cos(yaw) * p[0] - sin(yaw) * p[1]);
        points[i][1] = (float)(center[1] + sin(yaw) * p[0] + cos(yaw) * p[1]);
        points[i][2] = (float)(center[2] + p[2]);
    }
}

static eai_object_box box_of(int n, bool has_floor)
{
    return eai_object_box_of((const float(*)[3])points, n, has_floor, &scratch);
}

static void boxes_are_found_at_any_turn(void **state)
{
    (void)state;
    const double center[3] = {2, -1, 0.9}, size[3] = {1.6, 0.6, 0.7};
    eai_rng rng;
    eai_rng_seed(&rng, 3);
    for (double yaw = -1.5; yaw < 1.55; yaw += 0.31) {
        fill(&rng, 0, 2000, center, size, yaw);
        const eai_object_box box = box_of(2000, true);
        const double turn = box.size[0] > box.size[1] ? 0 : acos(-1) / 2;
        assert_close(sin(2 * (box.yaw + turn - yaw)), 0, 0.08, 0);
        assert_close(fmax(box.size[0], box.size[1]), 1.6, 0.06, 0);
        assert_close(fmin(box.size[0], box.size[1]), 0.6, 0.06, 0);
        assert_close(box.size[2], 0.7, 0.06, 0);
        for (int axis = 0; axis < 3; axis++)
            assert_close(box.center[axis], center[axis], 0.04, 0);
        assert_true(fabs(box.yaw) <= acos(-1) / 2);
    }
}

/* Noise alone turns nothing away from the walls. */
static void round_things_stand_along_the_walls(void **state)
{
    (void)state;
    eai_rng rng;
    eai_rng_seed(&rng, 4);
    for (int i = 0; i < 800; i++) {
        const double angle = 6.2832 * eai_rng_uniform(&rng);
        points[i][0] = (float)(0.3 * cos(angle));
        points[i][1] = (float)(0.3 * sin(angle));
        points[i][2] = (float)(0.5 + 0.4 * eai_rng_uniform(&rng));
    }
    assert_true(box_of(800, true).yaw == 0);
}

static void a_few_strays_do_not_stretch_it(void **state)
{
    (void)state;
    const double center[3] = {0, 0, 1}, size[3] = {0.8, 0.8, 0.8};
    eai_rng rng;
    eai_rng_seed(&rng, 5);
    fill(&rng, 0, 1500, center, size, 0);
    for (int i = 0; i < 8; i++)
        points[100 * i][i % 3] += 3;
    const eai_object_box box = box_of(1500, true);
    for (int axis = 0; axis < 3; axis++) {
        assert_close(box.center[axis], center[axis], 0.04, 0);
        assert_close(box.size[axis], 0.8, 0.08, 0);
    }
}

/* A third of the points lies around it on the floor. */
static void the_floor_is_left_out(void **state)
{
    (void)state;
    const double center[3] = {0, 0, 0.4}, size[3] = {0.5, 0.5, 0.8}, rug[3] = {1.5, 1.5, 0.01};
    const double low[3] = {0, 0, 0.005};
    eai_rng rng;
    eai_rng_seed(&rng, 6);
    fill(&rng, 0, 1000, center, size, 0);
    fill(&rng, 1000, 500, low, rug, 0);
    eai_object_box box = box_of(1500, true);
    assert_close(box.size[0], 0.5, 0.06, 0);
    assert_close(box.size[1], 0.5, 0.06, 0);
    assert_close(box.size[2], 0.8, 0.03, 0); /* down to the floor it stands on */
    assert_close(box.center[2], 0.4, 0.02, 0);
    box = box_of(1500, false);
    assert_true(box.size[0] > 1.2);
    memmove(points, points + 1000, 500 * sizeof *points);
    box = box_of(500, true); /* what is flat is no part of the floor itself */
    assert_true(box.size[0] > 1.3 && box.size[2] < 0.05);
}

static void one_point_is_a_small_box(void **state)
{
    (void)state;
    const float p[3] = {-7, 3, 2};
    for (int n = 1; n <= 3; n++) {
        memcpy(points[n - 1], p, sizeof p);
        const eai_object_box box = box_of(n, true);
        for (int axis = 0; axis < 3; axis++) {
            assert_close(box.center[axis], (double)p[axis], 1e-6, 0);
            assert_true(box.size[axis] >= 0.01);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(boxes_are_found_at_any_turn),
        cmocka_unit_test(round_things_stand_along_the_walls),
        cmocka_unit_test(a_few_strays_do_not_stretch_it),
        cmocka_unit_test(the_floor_is_left_out),
        cmocka_unit_test(one_point_is_a_small_box),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
