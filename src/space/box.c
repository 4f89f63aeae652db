/* SPDX-License-Identifier: MIT */
#include "space/box.h"

#include <math.h>

const unsigned char eai_box_faces[6][4] = {{0, 3, 2, 1}, {4, 5, 6, 7}, {0, 1, 5, 4},
                                           {1, 2, 6, 5}, {2, 3, 7, 6}, {3, 0, 4, 7}};

const unsigned char eai_box_edges[12][2] = {{0, 1}, {1, 2}, {2, 3}, {3, 0}, {4, 5}, {5, 6},
                                            {6, 7}, {7, 4}, {0, 4}, {1, 5}, {2, 6}, {3, 7}};

void eai_box_footprint(const eai_map_object *box, double corners[4][2])
{
    static const double signs[4][2] = {{-0.5, -0.5}, {0.5, -0.5}, {0.5, 0.5}, {-0.5, 0.5}};
    const double c = cos(box->yaw), s = sin(box->yaw);
    for (int i = 0; i < 4; i++) {
        const double x = signs[i][0] * box->size[0], y = signs[i][1] * box->size[1];
        corners[i][0] = box->center[0] + c * x - s * y;
        corners[i][1] = box->center[1] + s * x + c * y;
    }
}

void eai_box_corners(const eai_map_object *box, double corners[8][3])
{
    double flat[4][2];
    eai_box_footprint(box, flat);
    for (int i = 0; i < 8; i++) {
        corners[i][0] = flat[i % 4][0];
        corners[i][1] = flat[i % 4][1];
        corners[i][2] = box->center[2] + (i < 4 ? -0.5 : 0.5) * box->size[2];
    }
}

/* The point in the box's own axes, from its centre. */
static void to_own(const eai_map_object *box, const double point[2], double own[2])
{
    const double c = cos(box->yaw), s = sin(box->yaw);
    const double x = point[0] - box->center[0], y = point[1] - box->center[1];
    own[0] = c * x + s * y;
    own[1] = -s * x + c * y;
}

double eai_box_distance_xy(const eai_map_object *box, const double point[2])
{
    double own[2];
    to_own(box, point, own);
    const double dx = fabs(own[0]) - box->size[0] / 2, dy = fabs(own[1]) - box->size[1] / 2;
    return hypot(dx > 0 ? dx : 0, dy > 0 ? dy : 0);
}

/* Whether a line along one of a's sides separates the footprints. */
static bool is_apart(const eai_map_object *a, const double corners[4][2])
{
    double low[2] = {INFINITY, INFINITY}, high[2] = {-INFINITY, -INFINITY};
    for (int i = 0; i < 4; i++) {
        double own[2];
        to_own(a, corners[i], own);
        for (int k = 0; k < 2; k++) {
            low[k] = fmin(low[k], own[k]);
            high[k] = fmax(high[k], own[k]);
        }
    }
    for (int k = 0; k < 2; k++)
        if (low[k] > a->size[k] / 2 || high[k] < -a->size[k] / 2) return true;
    return false;
}

/* Two rectangles that do not overlap are nearest at a corner of one of them. */
static double footprint_distance(const eai_map_object *a, const eai_map_object *b)
{
    double of_a[4][2], of_b[4][2], least = INFINITY;
    eai_box_footprint(a, of_a);
    eai_box_footprint(b, of_b);
    if (!is_apart(a, (const double(*)[2])of_b) && !is_apart(b, (const double(*)[2])of_a)) return 0;
    for (int i = 0; i < 4; i++) {
        least = fmin(least, eai_box_distance_xy(a, of_b[i]));
        least = fmin(least, eai_box_distance_xy(b, of_a[i]));
    }
    return least;
}

double eai_box_distance(const eai_map_object *a, const eai_map_object *b)
{
    const double gap = fabs(a->center[2] - b->center[2]) - (a->size[2] + b->size[2]) / 2;
    return hypot(footprint_distance(a, b), gap > 0 ? gap : 0);
}
