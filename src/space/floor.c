/* SPDX-License-Identifier: MIT */
#include "space/floor.h"

#include <math.h>
#include <string.h>

#include "base/rng.h"
#include "space/gravity.h"
#include "space/plane_fit.h"

#define PI          3.14159265358979323846
#define UP_COS      0.906 /* 25 degrees */
#define LOWEST      0.3   /* of all heights: where a floor can be */
#define FLOOR_LEAST 0.02  /* of all points */
#define WALL_SINE   0.2   /* a wall's normal is this level */

enum { ITERATIONS = 600, TRIED_MAX = 2048, HEIGHT_BINS = 1024, YAW_BINS = 90, WALL_LEAST = 200 };

static double dot(const double a[3], const double b[3])
{
    return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

static void widen(const float from[3], double to[3])
{
    for (int i = 0; i < 3; i++)
        to[i] = (double)from[i];
}

static double height_of(const eai_scene_point *point, const double up[3])
{
    double p[3];
    widen(point->at, p);
    return dot(p, up);
}

/* Heights below which shares `low` and `high` of the points are, to a thousandth of their range. */
static void height_range(const double up[3], const eai_scene_point *points, int n, double low,
                         double high, double range[2])
{
    double least = INFINITY, most = -INFINITY;
    int bins[HEIGHT_BINS] = {0}, count = 0;
    for (int i = 0; i < n; i++) {
        least = fmin(least, height_of(&points[i], up));
        most = fmax(most, height_of(&points[i], up));
    }
    const double step = fmax(most - least, 1e-6) / (HEIGHT_BINS - 1);
    for (int i = 0; i < n; i++)
        bins[(int)((height_of(&points[i], up) - least) / step)]++;
    range[0] = range[1] = least;
    for (int i = 0; i < HEIGHT_BINS; i++) {
        if (count <= low * n) range[0] = least + i * step;
        if (count <= high * n) range[1] = least + i * step;
        count += bins[i];
    }
}

/* Points that may be floor: low, and facing up. Returns how many, evenly at most TRIED_MAX. */
static int low_and_level(const double up[3], const eai_scene_point *points, int n, int *chosen)
{
    double range[2], normal[3];
    height_range(up, points, n, 0.01, 0.99, range);
    const double limit = range[0] + LOWEST * (range[1] - range[0]);
    int count = 0, every = 1;
    for (int i = 0; i < n; i++) {
        widen(points[i].normal, normal);
        if (dot(normal, up) < UP_COS || height_of(&points[i], up) > limit) continue;
        if (i % every != 0) continue;
        if (count == TRIED_MAX) {
            every *= 2;
            for (int k = 0; k < TRIED_MAX / 2; k++)
                chosen[k] = chosen[2 * k];
            count = TRIED_MAX / 2;
        }
        chosen[count++] = i;
    }
    return count;
}

static bool plane_through(const eai_scene_point *points, const int three[3], const double up[3],
                          double plane[4])
{
    double a[3], b[3], c[3], n[3];
    widen(points[three[0]].at, a);
    widen(points[three[1]].at, b);
    widen(points[three[2]].at, c);
    for (int i = 0; i < 3; i++) {
        b[i] -= a[i];
        c[i] -= a[i];
    }
    for (int i = 0; i < 3; i++)
        n[i] = b[(i + 1) % 3] * c[(i + 2) % 3] - b[(i + 2) % 3] * c[(i + 1) % 3];
    const double length = sqrt(dot(n, n));
    if (!(length > 1e-3)) return false;
    const double sign = dot(n, up) < 0 ? -1 : 1;
    for (int i = 0; i < 3; i++)
        plane[i] = sign * n[i] / length;
    plane[3] = dot(plane, a);
    return dot(plane, up) >= UP_COS;
}

static int count_near(const eai_scene_point *points, const int *chosen, int n,
                      const double plane[4], double tolerance)
{
    const float a = (float)plane[0], b = (float)plane[1], c = (float)plane[2], d = (float)plane[3];
    const float limit = (float)tolerance;
    int count = 0;
    for (int i = 0; i < n; i++) {
        const float *p = points[chosen[i]].at;
        count += fabsf(a * p[0] + b * p[1] + c * p[2] - d) <= limit;
    }
    return count;
}

/* Least squares through the points near the plane, twice. */
static void refit(const eai_scene_point *points, const int *chosen, int n, double tolerance,
                  double plane[4])
{
    for (int pass = 0; pass < 2; pass++) {
        eai_scatter scatter = {0};
        double p[3], mean[3], variances[3], axes[3][3];
        for (int i = 0; i < n; i++) {
            widen(points[chosen[i]].at, p);
            if (fabs(dot(plane, p) - plane[3]) <= tolerance) eai_scatter_add(&scatter, p);
        }
        if (scatter.n < 3) return;
        eai_scatter_axes(&scatter, mean, variances, axes);
        const double cosine = dot(axes[0], plane);
        if (fabs(cosine) < UP_COS) return; /* in a line: no plane of its own */
        for (int i = 0; i < 3; i++)
            plane[i] = (cosine < 0 ? -1 : 1) * axes[0][i];
        plane[3] = dot(plane, mean);
    }
}

static bool find_plane(const double up[3], const eai_scene_point *points, int n,
                       const eai_floor_rules *rules, double plane[4])
{
    int chosen[TRIED_MAX], best = 0;
    const int count = low_and_level(up, points, n, chosen);
    if (count < 3) return false;
    eai_rng rng;
    eai_rng_seed(&rng, rules->seed);
    for (int i = 0; i < ITERATIONS; i++) {
        int three[3];
        double tried[4];
        for (int k = 0; k < 3; k++)
            three[k] = chosen[eai_rng_below(&rng, (uint64_t)count)];
        if (!plane_through(points, three, up, tried)) continue;
        const int near = count_near(points, chosen, count, tried, rules->tolerance_m);
        if (near <= best) continue;
        best = near;
        memcpy(plane, tried, sizeof tried);
    }
    if (best < 3) return false;
    refit(points, chosen, count, rules->tolerance_m, plane);
    return true;
}

/* The lowest layer of points that face up: height of its middle, or false when none is large. */
static bool floor_height(const double up[3], const eai_scene_point *points, int n, double tolerance,
                         double *height)
{
    double range[2], normal[3];
    int bins[HEIGHT_BINS] = {0}, n_level = 0;
    height_range(up, points, n, 0.002, 0.998, range);
    const double low = range[0] - 2 * tolerance;
    for (int i = 0; i < n; i++) {
        widen(points[i].normal, normal);
        const double at = (height_of(&points[i], up) - low) / (tolerance / 2);
        if (dot(normal, up) < UP_COS || at < 0 || at >= HEIGHT_BINS) continue;
        bins[(int)at]++;
        n_level++;
    }
    const double least = fmax(fmax(FLOOR_LEAST * n, 0.1 * n_level), 8);
    int best = -1, most = 0;
    for (int i = 0; i + 4 <= HEIGHT_BINS; i++) {
        const int count = bins[i] + bins[i + 1] + bins[i + 2] + bins[i + 3];
        if (count > most) {
            most = count;
            best = i;
        } else if (most >= least) {
            break;
        }
    }
    if (best < 0 || most < least) return false;
    double sum = 0;
    for (int i = best; i < best + 4; i++)
        sum += bins[i] * (i + 0.5);
    *height = low + sum / most * (tolerance / 2);
    return true;
}

/* The walls' direction against the x axis, -pi/4 to pi/4; 0 without walls. */
static double wall_yaw(const edgeai_pose *level, const eai_scene_point *points, int n)
{
    double bins[YAW_BINS] = {0}, x = 0, y = 0, normal[3];
    int count = 0, best = 0;
    for (int pass = 0; pass < 2; pass++) {
        for (int i = 0; i < n; i++) {
            widen(points[i].normal, normal);
            eai_pose_rotate(level, normal, normal);
            if (fabs(normal[2]) > WALL_SINE) continue;
            const double turned = atan2(normal[1], normal[0]), quarter = PI / 2;
            const double angle = turned - quarter * floor(turned / quarter);
            const int bin = (int)(angle / quarter * YAW_BINS) % YAW_BINS;
            if (pass == 0) {
                bins[bin]++;
                count++;
                continue;
            }
            const int off = (bin - best + YAW_BINS) % YAW_BINS;
            if (off > 6 && off < YAW_BINS - 6) continue;
            x += cos(4 * angle); /* quarter turns are the same */
            y += sin(4 * angle);
        }
        if (count < WALL_LEAST) return 0;
        double most = 0;
        for (int i = 0; i < YAW_BINS && pass == 0; i++) {
            double sum = 0;
            for (int k = -3; k <= 3; k++)
                sum += bins[(i + k + YAW_BINS) % YAW_BINS];
            if (sum <= most) continue;
            most = sum;
            best = i;
        }
    }
    return atan2(y, x) / 4;
}

edgeai_pose eai_find_floor(const double up[3], const eai_scene_point *points, int n,
                           const eai_floor_rules *rules, bool *found)
{
    double plane[4], direction[3] = {up[0], up[1], up[2]}, height = 0, range[2];
    *found = false;
    if (n == 0) return eai_gravity_level(up);
    if (!rules->up_is_known && find_plane(up, points, n, rules, plane))
        memcpy(direction, plane, sizeof direction);
    *found = floor_height(direction, points, n, rules->tolerance_m, &height);
    if (!*found) {
        height_range(direction, points, n, 0.02, 0.5, range);
        height = range[0];
    }
    edgeai_pose level = eai_gravity_level(direction);
    const double twist[6] = {0, 0, -wall_yaw(&level, points, n)};
    const edgeai_pose yaw = eai_pose_exp(twist);
    edgeai_pose pose = eai_pose_compose(&yaw, &level);
    pose.translation[2] = -height;
    return pose;
}
