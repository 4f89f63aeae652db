/* SPDX-License-Identifier: MIT */
#include "space/observe.h"

#include <math.h>
#include <string.h>

#include "base/sort.h"

#define MIDDLE       0.6  /* of the box's sides: what surely is the object */
#define BIN_M        0.05 /* of the depth histogram */
#define MODE_SHARE   0.2  /* of the middle's pixels, for a depth to be the object's */
#define GROW_M       0.25 /* at least this far in depth from there */
#define EDGE         0.03 /* second difference of depth by depth that no smooth surface has */
#define GRAZING      8.0  /* tangent of 83 degrees: nor has one turned that far in few pixels */
#define DEVIATIONS   3.5
#define BORDER_PX    2
#define SPREAD_MIN_M 0.02

enum { N_BINS = 2048, WINDOW = 3 };

/* The part of the depth image that a box covers, sampled every `step` pixels. */
typedef struct region {
    int left, top, step, width, height; /* width and height in cells */
} region;

static region region_of(const float box[4], const edgeai_camera *camera, const eai_depth *depth)
{
    const double sx = depth->fx / camera->fx, sy = depth->fy / camera->fy;
    const double left = (box[0] - camera->cx) * sx + depth->cx;
    const double top = (box[1] - camera->cy) * sy + depth->cy;
    const double right = fmin(left + box[2] * sx, depth->width);
    const double bottom = fmin(top + box[3] * sy, depth->height);
    region r = {0};
    if (!(right > ceil(fmax(left, 0)) && bottom > ceil(fmax(top, 0)))) return r;
    r.left = (int)ceil(fmax(left, 0));
    r.top = (int)ceil(fmax(top, 0));
    const int width = (int)ceil(right) - r.left, height = (int)ceil(bottom) - r.top;
    r.step = ((width > height ? width : height) + EAI_OBSERVE_SIDE - 1) / EAI_OBSERVE_SIDE;
    r.width = (width + r.step - 1) / r.step;
    r.height = (height + r.step - 1) / r.step;
    return r;
}

/* On a plane 1/z is linear, so depth itself bends little, however much the plane is turned away. */
static bool bends(double before, double here, double after, double edge)
{
    return before > 0 && after > 0 && fabs(before + after - 2 * here) > edge * here;
}

static double edge_of(const eai_depth *depth)
{
    return fmax(EDGE, GRAZING / depth->fx);
}

static double smooth_depth_at(const eai_depth *depth, int x, int y)
{
    const double z = eai_depth_at(depth, x, y), edge = edge_of(depth);
    if (z == 0) return 0;
    if (bends(eai_depth_at(depth, x - 1, y), z, eai_depth_at(depth, x + 1, y), edge)) return 0;
    if (bends(eai_depth_at(depth, x, y - 1), z, eai_depth_at(depth, x, y + 1), edge)) return 0;
    return z;
}

static void read_depth(const region *r, const eai_depth *depth, eai_observe_scratch *scratch)
{
    for (int row = 0; row < r->height; row++)
        for (int column = 0; column < r->width; column++)
            scratch->z[row * r->width + column] =
                (float)smooth_depth_at(depth, r->left + column * r->step, r->top + row * r->step);
}

/* Both masks and this loop go down the columns, so one look at each run is enough. */
static void read_mask(const region *r, const edgeai_detection *detection,
                      const edgeai_camera *camera, const eai_depth *depth, uint8_t *state)
{
    size_t run = 0, end = detection->mask_runs[0];
    for (int column = 0; column < r->width; column++) {
        const double u = (r->left + column * r->step - depth->cx) / depth->fx * camera->fx;
        const int x = (int)floor(u + camera->cx + 0.5);
        for (int row = 0; row < r->height; row++) {
            const double v = (r->top + row * r->step - depth->cy) / depth->fy * camera->fy;
            const int y = (int)floor(v + camera->cy + 0.5);
            uint8_t *cell = &state[row * r->width + column];
            *cell = 0;
            if (x < 0 || y < 0 || x >= camera->width || y >= camera->height) continue;
            const size_t at = (size_t)x * (size_t)camera->height + (size_t)y;
            while (at >= end && run + 1 < detection->n_mask_runs)
                end += detection->mask_runs[++run];
            *cell = at < end && run % 2 == 1;
        }
    }
}

static bool all_around(const uint8_t *state, const region *r, int column, int row)
{
    return column > 0 && row > 0 && column + 1 < r->width && row + 1 < r->height &&
           state[row * r->width + column - 1] && state[row * r->width + column + 1] &&
           state[(row - 1) * r->width + column] && state[(row + 1) * r->width + column];
}

static int count_measured(const eai_observe_scratch *scratch, int n)
{
    int count = 0;
    for (int i = 0; i < n; i++)
        count += scratch->state[i] && scratch->z[i] > 0;
    return count;
}

/* A mask's outermost pixels often show what is behind; small masks consist of them and keep them.
 */
static void erode(const region *r, int points_min, eai_observe_scratch *scratch)
{
    const int n = r->width * r->height;
    memcpy(scratch->eroded, scratch->state, sizeof scratch->eroded);
    for (int row = 0; row < r->height; row++)
        for (int column = 0; column < r->width; column++)
            if (!all_around(scratch->eroded, r, column, row))
                scratch->state[row * r->width + column] = 0;
    if (count_measured(scratch, n) < points_min)
        memcpy(scratch->state, scratch->eroded, sizeof scratch->state);
}

static bool in_middle(int i, int n)
{
    return fabs(i + 0.5 - n / 2.0) <= n * MIDDLE / 2;
}

/* The nearest depth that enough of the middle has; 0 when nothing was measured there. */
static double nearest_mode(const region *r, const eai_observe_scratch *scratch)
{
    int bins[N_BINS + WINDOW] = {0}, n = 0, best = -1, best_count = 0;
    for (int row = 0; row < r->height; row++)
        for (int column = 0; column < r->width; column++) {
            const double z = (double)scratch->z[row * r->width + column];
            if (z == 0 || !in_middle(row, r->height) || !in_middle(column, r->width)) continue;
            const int bin = (int)(z / BIN_M);
            bins[bin < N_BINS ? bin : N_BINS - 1]++;
            n++;
        }
    for (int i = 0; i < N_BINS; i++) {
        int count = 0;
        for (int j = 0; j < WINDOW; j++)
            count += bins[i + j];
        if (count > best_count) {
            best_count = count;
            best = i;
        } else if (best_count >= MODE_SHARE * n) {
            break; /* past the top of the first one that is large enough */
        }
    }
    return n == 0 || best < 0 ? 0 : (best + WINDOW / 2.0) * BIN_M;
}

static int push_alike(int from, int to, double low, double high, double step,
                      eai_observe_scratch *scratch, int n_stack)
{
    const double a = (double)scratch->z[from], b = (double)scratch->z[to];
    if (scratch->state[to] || b == 0 || b < low || b > high) return n_stack;
    if (fabs(a - b) > 0.02 + a * step) return n_stack;
    scratch->state[to] = 1;
    scratch->stack[n_stack] = to;
    return n_stack + 1;
}

/* Everything in the box that hangs together with the middle's nearest depth. */
static void grow(const region *r, const eai_depth *depth, eai_observe_scratch *scratch)
{
    const double mode = nearest_mode(r, scratch);
    memset(scratch->state, 0, sizeof scratch->state);
    if (mode == 0) return;
    /* Things are about as deep as they are wide or high. */
    const double wide = r->width * r->step * mode / depth->fx;
    const double high = r->height * r->step * mode / depth->fy;
    const double reach = fmax(GROW_M, 0.75 * fmax(wide, high)),
                 step = edge_of(depth) * (1 + 0.5 * (r->step - 1));
    int n_stack = 0;
    for (int row = 0; row < r->height; row++)
        for (int column = 0; column < r->width; column++) {
            const int i = row * r->width + column;
            if (!in_middle(row, r->height) || !in_middle(column, r->width)) continue;
            if (scratch->z[i] == 0 || fabs((double)scratch->z[i] - mode) > WINDOW * BIN_M / 2)
                continue;
            scratch->state[i] = 1;
            scratch->stack[n_stack++] = i;
        }
    while (n_stack > 0) {
        const int i = scratch->stack[--n_stack], column = i % r->width, row = i / r->width;
        const double low = mode - reach, far = mode + reach;
        if (column > 0) n_stack = push_alike(i, i - 1, low, far, step, scratch, n_stack);
        if (column + 1 < r->width) n_stack = push_alike(i, i + 1, low, far, step, scratch, n_stack);
        if (row > 0) n_stack = push_alike(i, i - r->width, low, far, step, scratch, n_stack);
        if (row + 1 < r->height)
            n_stack = push_alike(i, i + r->width, low, far, step, scratch, n_stack);
    }
}

/* Takes out cells whose depth is far from the median's, by the median deviation. */
static void drop_outliers(int n, eai_observe_scratch *scratch)
{
    int m = 0;
    for (int i = 0; i < n; i++)
        if (scratch->state[i] && scratch->z[i] > 0) scratch->sorted[m++] = scratch->z[i];
    if (m == 0) return;
    const float median = eai_select_float(scratch->sorted, m, m / 2);
    for (int i = 0; i < m; i++)
        scratch->sorted[i] = fabsf(scratch->sorted[i] - median);
    const double spread =
        fmax(1.4826 * (double)eai_select_float(scratch->sorted, m, m / 2), SPREAD_MIN_M);
    for (int i = 0; i < n; i++)
        if (fabs((double)(scratch->z[i] - median)) > DEVIATIONS * spread) scratch->state[i] = 0;
}

static bool touches_border(const float box[4], const edgeai_camera *camera)
{
    return box[0] <= BORDER_PX || box[1] <= BORDER_PX ||
           box[0] + box[2] >= (float)(camera->width - BORDER_PX) ||
           box[1] + box[3] >= (float)(camera->height - BORDER_PX);
}

/* Evenly many of the cells that are left, as points. */
static int write_points(const region *r, const eai_depth *depth, int n_cells, float *points,
                        eai_observe_scratch *scratch)
{
    const int n = n_cells < EDGEAI_MAP_POINTS_MAX ? n_cells : EDGEAI_MAP_POINTS_MAX;
    int seen = 0, written = 0;
    for (int i = 0; i < r->width * r->height && written < n; i++) {
        if (!scratch->state[i] || scratch->z[i] == 0) continue;
        if ((long long)seen++ * n / n_cells < written) continue;
        double p[3];
        eai_depth_lift(depth, r->left + i % r->width * r->step, r->top + i / r->width * r->step,
                       (double)scratch->z[i], p);
        for (int axis = 0; axis < 3; axis++)
            points[3 * written + axis] = (float)p[axis];
        written++;
    }
    return written;
}

int eai_observe(eai_observation *out, float *points, const edgeai_detection *detection,
                const edgeai_camera *camera, const eai_depth *depth, int points_min,
                eai_observe_scratch *scratch)
{
    if (!depth->values) return 0;
    const region r = region_of(detection->box, camera, depth);
    const int n = r.width * r.height;
    if (n == 0) return 0;
    read_depth(&r, depth, scratch);
    const bool masked = detection->mask_runs && detection->n_mask_runs > 0;
    if (masked) {
        read_mask(&r, detection, camera, depth, scratch->state);
        erode(&r, points_min, scratch);
    } else {
        grow(&r, depth, scratch);
    }
    drop_outliers(n, scratch);
    const int n_cells = count_measured(scratch, n);
    if (n_cells < points_min || n_cells == 0) return 0;
    *out = (eai_observation){.score = detection->score, .masked = masked};
    memcpy(out->box, detection->box, sizeof out->box);
    out->truncated = touches_border(detection->box, camera);
    out->n_points = write_points(&r, depth, n_cells, points, scratch);
    for (int axis = 0; axis < 3; axis++) {
        for (int i = 0; i < out->n_points; i++)
            scratch->sorted[i] = points[3 * i + axis];
        out->center[axis] = eai_select_float(scratch->sorted, out->n_points, out->n_points / 2);
    }
    return out->n_points;
}

double eai_box_overlap(const float a[4], const float b[4])
{
    const double left = fmax((double)a[0], (double)b[0]), top = fmax((double)a[1], (double)b[1]);
    const double right = fmin((double)a[0] + (double)a[2], (double)b[0] + (double)b[2]);
    const double bottom = fmin((double)a[1] + (double)a[3], (double)b[1] + (double)b[3]);
    if (!(right > left && bottom > top)) return 0;
    const double both = (right - left) * (bottom - top);
    return both / ((double)a[2] * (double)a[3] + (double)b[2] * (double)b[3] - both);
}
