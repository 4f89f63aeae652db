/* SPDX-License-Identifier: MIT */

/* Given poses are checked: what one frame measured is where another one expects it, or not. */

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "space/align_internal.h"
#include "space/pose.h"
#include "space/pose_readings.h"

#define STEP        6    /* cells between points that are compared */
#define PAIRS_MOST  64   /* of frames, for each gap between them */
#define GAPS        5    /* 1, 2, 4, 8, 16 frames with poses */
#define BINS        1000 /* of differences, 1 mm each */
#define AGREE_LEAST 0.03 /* metres; 3 sigma where that is more */
#define FIT_M       0.10 /* approximate poses are still poses */
#define OTHER_M     0.04 /* to name another reading it must fit well */
#define BETTER      1.25 /* times as many points agree: another reading is right */
#define BETTER_BY   0.05
#define SEEN_LEAST  0.02

typedef struct tally {
    size_t n_points, n_seen, n_agree;
    size_t bins[BINS + 1]; /* the last: more */
} tally;

/* The distance at which a surface is seen in a direction, by the plane of the cell that is there.
 */
static double expected_distance(const eai_surface *surface, double u, double v)
{
    int column = (int)(u + 0.5), row = (int)(v + 0.5);
    const eai_surface_cell *cell = &surface->cells[row * surface->width + column];
    double z = cell->z / EAI_SURFACE_UNITS_PER_M;
    double fx = (double)surface->fx, fy = (double)surface->fy;
    double x = (u - (double)surface->cx) / fx, y = (v - (double)surface->cy) / fy;
    double x0 = (column - (double)surface->cx) / fx, y0 = (row - (double)surface->cy) / fy;
    double there = cell->normal[0] * x0 + cell->normal[1] * y0 + cell->normal[2];
    double here = cell->normal[0] * x + cell->normal[1] * y + cell->normal[2];
    return there * here > 0 ? z * there / here : z;
}

static void compare_point(tally *t, const eai_surface *to, const edgeai_pose *motion,
                          const double from[3])
{
    double p[3];
    eai_pose_apply(motion, from, p);
    t->n_points++;
    if (!(p[2] > EAI_SURFACE_NEAR_M)) return;
    double u = (double)to->fx * p[0] / p[2] + (double)to->cx;
    double v = (double)to->fy * p[1] / p[2] + (double)to->cy;
    if (!(u > 0 && v > 0 && u < to->width - 1 && v < to->height - 1)) return;
    if (to->cells[(int)(v + 0.5) * to->width + (int)(u + 0.5)].z == 0) return;
    double off = fabs(p[2] - expected_distance(to, u, v));
    double gate = 3 * eai_depth_sigma(p[2]);
    t->n_seen++;
    t->n_agree += off < (gate > AGREE_LEAST ? gate : AGREE_LEAST);
    t->bins[off < 0.001 * BINS ? (size_t)(off * 1000) : BINS]++;
}

static void compare_frames(tally *t, const eai_align_frame *from, const eai_align_frame *to,
                           const eai_pose_reading *reading)
{
    const eai_surface *surface = &from->view.surface;
    edgeai_pose a = reading->read(&from->given), b = reading->read(&to->given);
    edgeai_pose back = eai_pose_inverse(&b), motion = eai_pose_compose(&back, &a);
    for (int y = STEP / 2; y < surface->height; y += STEP)
        for (int x = STEP / 2; x < surface->width; x += STEP) {
            float p[3];
            eai_surface_position(surface, x, y, p);
            const double from_point[3] = {(double)p[0], (double)p[1], (double)p[2]};
            if (p[2] > 0) compare_point(t, &to->view.surface, &motion, from_point);
        }
}

static bool is_posed(const eai_align_frame *frame)
{
    return frame->has_given && frame->view.surface.n_measured > 0;
}

/* The posed frame `gap` posed frames before frame i; SIZE_MAX: none. */
static size_t frame_before(const eai_align *align, size_t i, int gap)
{
    while (i-- > 0)
        if (is_posed(&align->frames[i]) && --gap == 0) return i;
    return SIZE_MAX;
}

/* Compares frames so far apart under one reading; how many pairs. */
static size_t compare_at(const eai_align *align, int gap, const eai_pose_reading *reading, tally *t)
{
    size_t n_pairs = 0, stride = align->n / PAIRS_MOST + 1;
    for (size_t i = 0; i < align->n; i++) {
        if (!is_posed(&align->frames[i]) || i % stride != stride - 1) continue;
        size_t before = frame_before(align, i, gap);
        if (before == SIZE_MAX) continue;
        compare_frames(t, &align->frames[i], &align->frames[before], reading);
        n_pairs++;
    }
    return n_pairs;
}

static double median_of(const tally *t)
{
    size_t below = 0;
    for (size_t i = 0; i < BINS; i++) {
        below += t->bins[i];
        if (2 * below >= t->n_seen) return 0.001 * ((double)i + 0.5);
    }
    return 0.001 * BINS;
}

static double share(size_t part, size_t whole)
{
    return whole ? (double)part / (double)whole : 0;
}

static void write_text(eai_pose_report *report, const char *reading)
{
    char numbers[128];
    int n = snprintf(numbers, sizeof numbers, "%zu pairs of frames overlap by %.0f %%",
                     report->n_pairs, 100 * report->overlap);
    if (report->median_m > 0)
        snprintf(numbers + n, sizeof numbers - (size_t)n, ", median depth difference %.0f mm",
                 1000 * report->median_m);
    const char *end = "";
    if (report->verdict == EAI_POSES_APART)
        end = ": no frames see the same, so that nothing can be said";
    else if (report->verdict == EAI_POSES_DO_NOT_FIT)
        end = ": they do not fit the depth, in no known convention";
    else if (report->verdict != EAI_POSES_FIT) {
        snprintf(report->text, sizeof report->text, "given poses seem to be %s: %s; %.0f mm so",
                 reading, numbers, 1000 * report->best_m);
        return;
    }
    snprintf(report->text, sizeof report->text, "given poses: %s%s", numbers, end);
}

static void judge(eai_pose_report *report, const tally *all, size_t best)
{
    double given = share(all[0].n_agree, all[0].n_points);
    double other = share(all[best].n_agree, all[best].n_points);
    if (best > 0 && other > BETTER * given + BETTER_BY && median_of(&all[best]) < OTHER_M)
        report->verdict = eai_pose_readings[best].verdict;
    else if (share(all[0].n_seen, all[0].n_points) < SEEN_LEAST)
        report->verdict = EAI_POSES_APART;
    else if (median_of(&all[0]) < FIT_M || 2 * all[0].n_agree > all[0].n_seen)
        report->verdict = EAI_POSES_FIT;
    else
        report->verdict = EAI_POSES_DO_NOT_FIT;
}

edgeai_status eai_align_check_poses(const eai_align *align, eai_pose_report *report)
{
    *report = (eai_pose_report){0};
    tally near = {0}, all[EAI_POSE_READINGS];
    report->n_pairs = compare_at(align, 1, &eai_pose_readings[0], &near);
    if (report->n_pairs == 0) return EDGEAI_OK;
    size_t best = 0;
    for (size_t r = 0; r < EAI_POSE_READINGS; r++) {
        memset(&all[r], 0, sizeof all[r]);
        for (int gap = 1, k = 0; k < GAPS; k++, gap *= 2)
            compare_at(align, gap, &eai_pose_readings[r], &all[r]);
        if (all[r].n_agree > all[best].n_agree) best = r;
    }
    judge(report, all, best);
    if (report->verdict == EAI_POSES_FIT) best = 0;
    tally read = {0};
    compare_at(align, 1, &eai_pose_readings[best], &read);
    report->best_m = median_of(&read);
    report->median_m = near.n_seen ? median_of(&near) : 0;
    report->overlap = share(near.n_seen, near.n_points);
    report->agreement = share(near.n_agree, near.n_seen);
    write_text(report, eai_pose_readings[best].name);
    return EDGEAI_OK;
}
