/* SPDX-License-Identifier: MIT */
#include "support/house_score.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "space/hungarian.h"
#include "space/pose.h"

enum { MOST = 1024 };

/* The motion from the map to the house: the mean of all frames' would be better by little. */
static edgeai_pose to_house(const eai_map_content *map, const house_walk *walk)
{
    edgeai_pose sum = {{0}, {0}};
    for (size_t f = 0; f < map->n_frames; f++) {
        const edgeai_pose back = eai_pose_inverse(&map->frames[f].pose);
        const edgeai_pose one = eai_pose_compose(&walk->true_frames[f].pose, &back);
        for (int i = 0; i < 9; i++)
            sum.rotation[i] += one.rotation[i] / (double)map->n_frames;
        for (int i = 0; i < 3; i++)
            sum.translation[i] += one.translation[i] / (double)map->n_frames;
    }
    eai_pose_orthonormalize(&sum);
    return sum;
}

static bool inside(const eai_map_object *box, const double p[3])
{
    const double c = cos(box->yaw), s = sin(box->yaw);
    const double x = p[0] - box->center[0], y = p[1] - box->center[1];
    return fabs(c * x + s * y) <= box->size[0] / 2 && fabs(c * y - s * x) <= box->size[1] / 2 &&
           fabs(p[2] - box->center[2]) <= box->size[2] / 2;
}

/* By a grid of points in the first box: good to a percent or two. */
static double iou(const eai_map_object *a, const eai_map_object *b)
{
    enum { N = 20 };
    int n = 0;
    for (int i = 0; i < N * N * N; i++) {
        const double u = ((i % N) + 0.5) / N - 0.5, v = ((i / N % N) + 0.5) / N - 0.5;
        const double x = u * a->size[0], y = v * a->size[1];
        const double p[3] = {a->center[0] + cos(a->yaw) * x - sin(a->yaw) * y,
                             a->center[1] + sin(a->yaw) * x + cos(a->yaw) * y,
                             a->center[2] + ((i / N / N + 0.5) / N - 0.5) * a->size[2]};
        n += inside(b, p);
    }
    const double volume_a = a->size[0] * a->size[1] * a->size[2];
    const double both = volume_a * n / (N * N * N);
    return both / (volume_a + b->size[0] * b->size[1] * b->size[2] - both);
}

static int compare(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return x < y ? -1 : x > y;
}

static double quantile(double *values, int n, double q)
{
    if (n == 0) return 0;
    qsort(values, (size_t)n, sizeof *values, compare);
    return values[(int)(q * (n - 1) + 0.5)];
}

/* Lengths in falling order, so that a box lying on another side is no error of extents. */
static double extent_error(const eai_map_object *a, const eai_map_object *b)
{
    double x[2] = {fmax(a->size[0], a->size[1]), fmin(a->size[0], a->size[1])};
    double y[2] = {fmax(b->size[0], b->size[1]), fmin(b->size[0], b->size[1])};
    return fmax(fmax(fabs(x[0] - y[0]), fabs(x[1] - y[1])), fabs(a->size[2] - b->size[2]));
}

static void write_true_object(eai_map_object *out, const house_object *from)
{
    *out = (eai_map_object){.yaw = from->yaw};
    memcpy(out->label, from->label, sizeof out->label);
    memcpy(out->center, from->center, sizeof out->center);
    memcpy(out->size, from->size, sizeof out->size);
}

static int count_label(const eai_map_object *objects, const bool *counts, int n, const char *label)
{
    int count = 0;
    for (int i = 0; i < n; i++)
        count += counts[i] && strcmp(objects[i].label, label) == 0;
    return count;
}

/* Sum over labels of how many too many or too few there are. */
static int label_counts_off(const eai_map_object *found, const bool *counts, int n_found,
                            const eai_map_object *truth, const bool *wanted, int n_true)
{
    int off = 0;
    for (int i = 0; i < n_true + n_found; i++) {
        const char *label = i < n_true ? truth[i].label : found[i - n_true].label;
        bool earlier = false;
        for (int k = 0; k < i && !earlier; k++)
            earlier = strcmp(k < n_true ? truth[k].label : found[k - n_true].label, label) == 0;
        if (earlier) continue;
        off += abs(count_label(found, counts, n_found, label) -
                   count_label(truth, wanted, n_true, label));
    }
    return off;
}

bool house_score_map(house_score *score, const eai_map_content *map, const house_walk *walk,
                     const edgeai_allocator *allocator, bool verbose)
{
    static eai_map_object found[MOST], truth[HOUSE_OBJECTS];
    static bool counts[MOST], wanted[HOUSE_OBJECTS], matched[HOUSE_OBJECTS];
    static int partner[MOST];
    static double errors[MOST], extents[MOST];
    *score = (house_score){0};
    const int n = map->n_objects < MOST ? (int)map->n_objects : MOST;
    const int n_true = walk->world->n_objects;
    const edgeai_pose back = to_house(map, walk);
    const double turn = atan2(back.rotation[3], back.rotation[0]);
    double *scores = calloc((size_t)(n + 1) * (size_t)n_true, sizeof *scores);
    if (!scores) return false;
    for (int i = 0; i < n_true; i++) {
        write_true_object(&truth[i], &walk->world->objects[i]);
        wanted[i] = walk->n_clear[i] >= 3;
        matched[i] = false;
        score->n_true += wanted[i];
    }
    for (int i = 0; i < n; i++) {
        found[i] = map->objects[i];
        eai_pose_apply(&back, found[i].center, found[i].center);
        found[i].yaw += turn;
        for (int k = 0; k < n_true; k++) {
            if (!house_walk_glimpsed(walk, k)) continue;
            const double *a = found[i].center, *b = truth[k].center, *size = truth[k].size;
            const double gate = fmax(0.3, 0.5 * hypot(hypot(size[0], size[1]), size[2]));
            const double apart = hypot(a[0] - b[0], a[1] - b[1]);
            /* Height decides between what lies above each other, a little. */
            const double cost = apart + 0.1 * fabs(a[2] - b[2]);
            if (apart < gate) scores[i * n_true + k] = fmax(2 + (wanted[k] ? 1 : 0) - cost, 0.01);
        }
    }
    const bool ok = eai_assign(scores, n, n_true, partner, allocator) == EDGEAI_OK;
    free(scores);
    if (!ok) return false;
    int n_ious[2] = {0};
    for (int i = 0; i < n; i++) {
        const int k = partner[i];
        counts[i] = k < 0 || wanted[k];
        score->n_found += counts[i];
        if (k < 0 && verbose)
            printf("  ghost: id %d %s, %d views, confidence %.2f at %.2f %.2f %.2f size %.2f %.2f "
                   "%.2f\n",
                   found[i].id, found[i].label, found[i].n_views, found[i].confidence,
                   found[i].center[0], found[i].center[1], found[i].center[2], found[i].size[0],
                   found[i].size[1], found[i].size[2]);
        if (k < 0 || !wanted[k]) continue;
        matched[k] = true;
        const double *a = found[i].center, *b = truth[k].center;
        errors[score->n_matched] = hypot(hypot(a[0] - b[0], a[1] - b[1]), a[2] - b[2]);
        extents[score->n_matched] = extent_error(&found[i], &truth[k]);
        if (verbose && errors[score->n_matched] > 0.1)
            printf(
                "  off: %s found %.2f %.2f %.2f (%.2f %.2f %.2f %+.2f) true %.2f %.2f %.2f (%.2f "
                "%.2f %.2f %+.2f) views %d\n",
                truth[k].label, a[0], a[1], a[2], found[i].size[0], found[i].size[1],
                found[i].size[2], found[i].yaw, b[0], b[1], b[2], truth[k].size[0],
                truth[k].size[1], truth[k].size[2], truth[k].yaw, found[i].n_views);
        const double overlap = iou(&truth[k], &found[i]);
        n_ious[0] += overlap >= 0.25;
        n_ious[1] += overlap >= 0.5;
        score->n_labels_right += strcmp(found[i].label, truth[k].label) == 0;
        score->n_matched++;
    }
    for (int k = 0; k < n_true && verbose; k++)
        if (wanted[k] && !matched[k])
            printf("  missing: %s in room %d at %.2f %.2f %.2f size %.2f %.2f %.2f clear in %d\n",
                   truth[k].label, walk->world->objects[k].region, truth[k].center[0],
                   truth[k].center[1], truth[k].center[2], truth[k].size[0], truth[k].size[1],
                   truth[k].size[2], walk->n_clear[k]);
    const double found_all = fmax(score->n_found, 1), true_all = fmax(score->n_true, 1);
    score->precision = score->n_matched / found_all;
    score->recall = score->n_matched / true_all;
    score->f1 = 2 * score->n_matched / (found_all + true_all);
    score->joint_f1 = 2 * score->n_labels_right / (found_all + true_all);
    score->iou25 = n_ious[0] / fmax(score->n_matched, 1);
    score->iou50 = n_ious[1] / fmax(score->n_matched, 1);
    score->centroid_median_m = quantile(errors, score->n_matched, 0.5);
    score->centroid_p90_m = quantile(errors, score->n_matched, 0.9);
    score->extent_median_m = quantile(extents, score->n_matched, 0.5);
    score->count_error = fabs((double)score->n_found - score->n_true) / true_all;
    score->class_count_error = label_counts_off(found, counts, n, truth, wanted, n_true) / true_all;
    double area = 0;
    for (int r = 0; r < walk->world->n_regions; r++)
        if (walk->options.rooms[r]) area += walk->world->regions[r].area;
    score->area_error = area > 0 ? map->room_area_m2 / area - 1 : 0;
    return true;
}
