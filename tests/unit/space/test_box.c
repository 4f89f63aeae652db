/* SPDX-License-Identifier: MIT */
#include "space/box.h"

#include <math.h>
#include <string.h>

#include "base/rng.h"
#include "support/check.h"

static eai_map_object make_box(double x, double y, double z, double sx, double sy, double sz,
                               double yaw)
{
    return (eai_map_object){.center = {x, y, z}, .size = {sx, sy, sz}, .yaw = yaw};
}

static void nearest_in(const eai_map_object *box, const double p[3], double out[3])
{
    const double c = cos(box->yaw), s = sin(box->yaw);
    const double dx = p[0] - box->center[0], dy = p[1] - box->center[1];
    const double x = fmin(fmax(c * dx + s * dy, -box->size[0] / 2), box->size[0] / 2);
    const double y = fmin(fmax(c * dy - s * dx, -box->size[1] / 2), box->size[1] / 2);
    out[0] = box->center[0] + c * x - s * y;
    out[1] = box->center[1] + s * x + c * y;
    out[2] = fmin(fmax(p[2], box->center[2] - box->size[2] / 2), box->center[2] + box->size[2] / 2);
}

/* Back and forth between the boxes: slow, but it knows nothing of corners. */
static double by_projection(const eai_map_object *a, const eai_map_object *b)
{
    double p[3], q[3], distance = 0;
    memcpy(p, a->center, sizeof p);
    for (int i = 0; i < 20000; i++) {
        nearest_in(b, p, q);
        nearest_in(a, q, p);
        const double next = sqrt(pow(p[0] - q[0], 2) + pow(p[1] - q[1], 2) + pow(p[2] - q[2], 2));
        if (i > 10 && fabs(next - distance) < 1e-13) break;
        distance = next;
    }
    return distance;
}

static void distances_by_hand(void **state)
{
    (void)state;
    const eai_map_object a = make_box(0, 0, 0.5, 2, 1, 1, 0);
    const eai_map_object beside = make_box(4, 0, 0.5, 2, 1, 1, 0);
    const eai_map_object above = make_box(0, 0, 3, 1, 1, 1, 0.3);
    const eai_map_object corner = make_box(4, 3.5, 0.5, 2, 2, 1, 0);
    const eai_map_object crossing = make_box(0, 0, 0.5, 0.1, 5, 1, 0.7);
    const eai_map_object turned = make_box(3, 0, 0.5, sqrt(2), sqrt(2), 1, acos(-1.0) / 4);
    assert_close(eai_box_distance(&a, &beside), 2, 1e-12, 0);
    assert_close(eai_box_distance(&a, &above), 1.5, 1e-12, 0);
    assert_close(eai_box_distance(&a, &corner), sqrt(4 + 4), 1e-12, 0);
    assert_close(eai_box_distance(&a, &crossing), 0, 0, 0);
    assert_close(eai_box_distance(&a, &a), 0, 0, 0);
    assert_close(eai_box_distance(&a, &turned), 1, 1e-12, 0);
}

static void distances_of_random_boxes(void **state)
{
    (void)state;
    eai_rng rng;
    eai_rng_seed(&rng, 1);
    for (int i = 0; i < 400; i++) {
        double v[14];
        for (int k = 0; k < 14; k++)
            v[k] = eai_rng_uniform(&rng);
        const eai_map_object a = make_box(4 * v[0], 4 * v[1], 2 * v[2], 0.1 + 2 * v[3],
                                          0.1 + 2 * v[4], 0.1 + v[5], 7 * v[6]);
        const eai_map_object b = make_box(4 * v[7], 4 * v[8], 2 * v[9], 0.1 + 2 * v[10],
                                          0.1 + 2 * v[11], 0.1 + v[12], 7 * v[13]);
        assert_close(eai_box_distance(&a, &b), by_projection(&a, &b), 1e-4, 0);
        assert_close(eai_box_distance(&b, &a), eai_box_distance(&a, &b), 1e-12, 0);
    }
}

static void corners_and_faces(void **state)
{
    (void)state;
    const eai_map_object box = make_box(1, 2, 3, 4, 2, 6, acos(-1.0) / 2);
    double c[8][3];
    eai_box_corners(&box, c);
    assert_close(c[0][0], 2, 1e-12, 0);
    assert_close(c[0][1], 0, 1e-12, 0);
    assert_close(c[0][2], 0, 1e-12, 0);
    assert_close(c[6][2], 6, 1e-12, 0);
    for (int f = 0; f < 6; f++) { /* every face's normal points away from the centre */
        const double *a = c[eai_box_faces[f][0]], *b = c[eai_box_faces[f][1]];
        const double *d = c[eai_box_faces[f][2]];
        double u[3], v[3], dot = 0;
        for (int k = 0; k < 3; k++) {
            u[k] = b[k] - a[k];
            v[k] = d[k] - b[k];
        }
        for (int k = 0; k < 3; k++)
            dot += (u[(k + 1) % 3] * v[(k + 2) % 3] - u[(k + 2) % 3] * v[(k + 1) % 3]) *
                   (a[k] - box.center[k]);
        assert_true(dot > 0);
    }
}

static void point_and_footprint(void **state)
{
    (void)state;
    const eai_map_object box = make_box(0, 0, 0, 2, 2, 1, acos(-1.0) / 4);
    const double inside[2] = {0.1, 0.2}, outside[2] = {3, 0};
    assert_close(eai_box_distance_xy(&box, inside), 0, 0, 0);
    assert_close(eai_box_distance_xy(&box, outside), 3 - sqrt(2), 1e-12, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(distances_by_hand), cmocka_unit_test(distances_of_random_boxes),
        cmocka_unit_test(corners_and_faces), cmocka_unit_test(point_and_footprint)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
