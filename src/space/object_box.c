/* SPDX-License-Identifier: MIT */
#include "space/object_box.h"

#include <math.h>
#include <string.h>

#include "base/sort.h"

#define PI          3.14159265358979323846
#define SIDE_TRIM   0.015 /* of the points, at each side */
#define HEIGHT_TRIM 0.02
#define FLAT_M      0.06 /* nearer to the floor it may be the floor */
#define STANDING_M  0.15 /* so low the lower end stands on the floor */
#define AXES_FAVOUR 0.9  /* another direction's area must be below this */
#define SIZE_MIN_M  0.01

static double clamp(double x, double low, double high)
{
    return x < low ? low : x > high ? high : x;
}

/* The values that leave `low` and `high` of the n outside. Reorders. */
static void trimmed(float *values, int n, double low, double high, double *from, double *to)
{
    *from = (double)eai_select_float(values, n, (int)(low * (n - 1)));
    *to = (double)eai_select_float(values, n, n - 1 - (int)(high * (n - 1)));
}

/* Extents of the points seen along a direction and across it. */
static void extents(const float (*points)[3], int n, double yaw, float *sorted, double from[2],
                    double to[2])
{
    const float c = (float)cos(yaw), s = (float)sin(yaw);
    for (int i = 0; i < n; i++)
        sorted[i] = c * points[i][0] + s * points[i][1];
    trimmed(sorted, n, SIDE_TRIM, SIDE_TRIM, &from[0], &to[0]);
    for (int i = 0; i < n; i++)
        sorted[i] = c * points[i][1] - s * points[i][0];
    trimmed(sorted, n, SIDE_TRIM, SIDE_TRIM, &from[1], &to[1]);
}

/* Flat things have an area too, else their direction would be chosen by noise. */
static double area_at(const float (*points)[3], int n, double yaw, float *sorted)
{
    double from[2], to[2];
    extents(points, n, yaw, sorted, from, to);
    return (to[0] - from[0] + 0.05) * (to[1] - from[1] + 0.05);
}

static double best_yaw(const float (*points)[3], int n, float *sorted)
{
    const double straight = area_at(points, n, 0, sorted);
    double best = straight, yaw = 0;
    for (int step = 1; step < 30; step++) {
        const double turned = (step < 15 ? step : step - 30) * PI / 60;
        const double area = area_at(points, n, turned, sorted);
        if (area < best) {
            best = area;
            yaw = turned;
        }
    }
    const double coarse = yaw;
    for (int step = -2; step <= 2; step++) {
        const double turned = coarse + step * PI / 180;
        const double area = area_at(points, n, turned, sorted);
        if (area < best) {
            best = area;
            yaw = turned;
        }
    }
    return best < AXES_FAVOUR * straight ? yaw : 0;
}

/* Shell sort (Ciura's gaps grow by 2.25): no memory, and n is small. */
static void sort_keys(uint64_t *keys, int n)
{
    int gap = 1;
    while (gap < n / 3)
        gap = 9 * gap / 4 + 1;
    for (; gap > 0; gap = 4 * gap / 9)
        for (int i = gap; i < n; i++) {
            const uint64_t key = keys[i];
            int j = i;
            for (; j >= gap && keys[j - gap] > key; j -= gap)
                keys[j] = keys[j - gap];
            keys[j] = key;
        }
}

/* One point of each cube. */
static int thin(const float (*points)[3], int n, double side, eai_box_scratch *scratch)
{
    for (int i = 0; i < n; i++) {
        uint64_t key = 0;
        for (int axis = 0; axis < 3; axis++) {
            const double cell = floor((double)points[i][axis] / side);
            key = key << 17 | ((uint64_t)(int64_t)clamp(cell, -65536, 65535) & 0x1ffff);
        }
        scratch->keys[i] = key << 12 | (uint64_t)i;
    }
    sort_keys(scratch->keys, n);
    int kept = 0;
    for (int i = 0; i < n; i++)
        if (i == 0 || scratch->keys[i] >> 12 != scratch->keys[i - 1] >> 12)
            memcpy(scratch->cubes[kept++], points[scratch->keys[i] & 0xfff], sizeof points[0]);
    return kept;
}

static void heights(const float (*points)[3], int n, float *sorted, double trim, double *low,
                    double *high)
{
    for (int i = 0; i < n; i++)
        sorted[i] = points[i][2];
    trimmed(sorted, n, trim, trim, low, high);
}

/* What is on the floor is the floor, for things that stand up from it. */
static int leave_floor(float (*points)[3], int n, eai_box_scratch *scratch)
{
    double low, high;
    heights((const float(*)[3])points, n, scratch->sorted, 0.1, &low, &high);
    if (high < 2 * FLAT_M) return n;
    int kept = 0;
    for (int i = 0; i < n; i++)
        if ((double)points[i][2] > FLAT_M) memmove(points[kept++], points[i], sizeof points[0]);
    return kept;
}

eai_object_box eai_object_box_of(const float (*points)[3], int n, bool has_floor,
                                 eai_box_scratch *scratch)
{
    eai_object_box box = {0};
    double from[2], to[2], low, high;
    heights(points, n, scratch->sorted, 0.1, &low, &high);
    extents(points, n, 0, scratch->sorted, from, to);
    const double diagonal = hypot(hypot(to[0] - from[0], to[1] - from[1]), high - low);
    n = thin(points, n, clamp(diagonal / 40, 0.015, 0.1), scratch);
    if (has_floor) n = leave_floor(scratch->cubes, n, scratch);
    const float(*cubes)[3] = (const float(*)[3])scratch->cubes;
    box.yaw = best_yaw(cubes, n, scratch->sorted);
    extents(cubes, n, box.yaw, scratch->sorted, from, to);
    heights(cubes, n, scratch->sorted, HEIGHT_TRIM, &low, &high);
    if (has_floor && low < STANDING_M && low > -STANDING_M && high > 0) low = 0;
    const double middle[2] = {(from[0] + to[0]) / 2, (from[1] + to[1]) / 2};
    const double c = cos(box.yaw), s = sin(box.yaw);
    box.center[0] = c * middle[0] - s * middle[1];
    box.center[1] = s * middle[0] + c * middle[1];
    box.center[2] = (low + high) / 2;
    box.size[0] = fmax(to[0] - from[0], SIZE_MIN_M);
    box.size[1] = fmax(to[1] - from[1], SIZE_MIN_M);
    box.size[2] = fmax(high - low, SIZE_MIN_M);
    return box;
}
