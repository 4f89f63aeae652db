/* SPDX-License-Identifier: MIT */

/* Absolute and relative errors of a trajectory (Sturm et al., IROS 2012). */

#include <math.h>
#include <stdlib.h>

#include "base/fail.h"
#include "base/memory.h"
#include "base/sort.h"
#include "space/pose.h"
#include "space/time_pairs.h"
#include "space/rigid_fit.h"
#include "space/trajectory.h"

/* What belongs together, in one block of memory. */
typedef struct pairs {
    const edgeai_trajectory *estimate, *truth;
    size_t n;
    size_t *in_estimate, *in_truth; /* [n] */
    eai_point_pair *points;         /* [n] estimated and true positions */
    double *errors;                 /* [n] */
    size_t *order;                  /* [n] for medians */
} pairs;

static edgeai_status check(const edgeai_trajectory *estimate, const edgeai_trajectory *truth,
                           const edgeai_trajectory_options *options)
{
    if (options->struct_size != sizeof *options)
        return eai_fail(EDGEAI_E_INVALID, "trajectory_compare: options: struct_size is not set");
    if ((int)options->fit < EDGEAI_FIT_RIGID || options->fit > EDGEAI_FIT_NONE)
        return eai_fail(EDGEAI_E_INVALID, "trajectory_compare: options: fit: expected 0 to 2");
    if (!(options->pair_s >= 0 && options->pair_s < 1e9))
        return eai_fail(EDGEAI_E_INVALID,
                        "trajectory_compare: options: pair_s: expected 0 or more");
    if (options->by_index && estimate->n != truth->n)
        return eai_fail(EDGEAI_E_SHAPE,
                        "trajectory_compare: by index: expected as many poses, found %zu estimated "
                        "and %zu true ones",
                        estimate->n, truth->n);
    return EDGEAI_OK;
}

static edgeai_status pair_times(pairs *self, const edgeai_allocator *allocator, double max_s,
                                double *times)
{
    double *a = times, *b = times + self->estimate->n;
    size_t *pair_of = self->in_truth;
    for (size_t i = 0; i < self->estimate->n; i++)
        a[i] = self->estimate->items[i].time_s;
    for (size_t i = 0; i < self->truth->n; i++)
        b[i] = self->truth->items[i].time_s;
    EAI_TRY(eai_time_pairs(allocator, a, self->estimate->n, b, self->truth->n, max_s, pair_of));
    for (size_t i = 0; i < self->estimate->n; i++)
        if (pair_of[i] != EAI_UNPAIRED) {
            self->in_estimate[self->n] = i;
            self->in_truth[self->n++] = pair_of[i];
        }
    return EDGEAI_OK;
}

static edgeai_status find_pairs(pairs *self, const edgeai_allocator *allocator,
                                const edgeai_trajectory_options *options)
{
    if (options->by_index) {
        for (self->n = 0; self->n < self->estimate->n; self->n++)
            self->in_estimate[self->n] = self->in_truth[self->n] = self->n;
    } else {
        const size_t n = self->estimate->n + self->truth->n;
        double *times = eai_allocate_array(allocator, n, sizeof *times, "times");
        if (!times) return EDGEAI_E_MEMORY;
        const edgeai_status status =
            pair_times(self, allocator, options->pair_s > 0 ? options->pair_s : 0.02, times);
        eai_release(allocator, times, n * sizeof *times);
        EAI_TRY(status);
    }
    const size_t least = options->fit == EDGEAI_FIT_NONE ? 2 : 3;
    if (self->n >= least) return EDGEAI_OK;
    return eai_fail(EDGEAI_E_SHAPE,
                    "trajectory_compare: expected at least %zu poses of the same time (within %g "
                    "s), found %zu of %zu estimated and %zu true ones",
                    least, options->pair_s > 0 ? options->pair_s : 0.02, self->n, self->estimate->n,
                    self->truth->n);
}

static bool is_smaller(const void *user, size_t a, size_t b)
{
    const double *errors = user;
    return errors[a] < errors[b];
}

/* Root mean square, and median (of two in the middle their mean) of errors[n]. */
static void summarize(pairs *self, size_t n, double *rmse, double *median, double *most)
{
    double sum = 0;
    for (size_t i = 0; i < n; i++) {
        sum += self->errors[i] * self->errors[i];
        self->order[i] = i;
    }
    eai_sort_items(self->order, n, is_smaller, self->errors);
    *rmse = sqrt(sum / (double)n);
    *median = (self->errors[self->order[(n - 1) / 2]] + self->errors[self->order[n / 2]]) / 2;
    if (most) *most = self->errors[self->order[n - 1]];
}

static void absolute(pairs *self, const edgeai_trajectory_options *options,
                     edgeai_trajectory_errors *out)
{
    for (size_t i = 0; i < self->n; i++) {
        self->points[i].weight = 1;
        for (int k = 0; k < 3; k++) {
            self->points[i].p[k] = self->estimate->items[self->in_estimate[i]].pose.translation[k];
            self->points[i].q[k] = self->truth->items[self->in_truth[i]].pose.translation[k];
        }
    }
    out->scale = 1;
    out->fit = eai_pose_identity();
    if (options->fit != EDGEAI_FIT_NONE) /* on a straight path any turn about it is as good */
        eai_rigid_fit(self->points, self->n, &out->fit,
                      options->fit == EDGEAI_FIT_SIMILAR ? &out->scale : NULL);
    for (size_t i = 0; i < self->n; i++) {
        double moved[3], sum = 0;
        eai_pose_rotate(&out->fit, self->points[i].p, moved);
        for (int k = 0; k < 3; k++) {
            const double off =
                out->scale * moved[k] + out->fit.translation[k] - self->points[i].q[k];
            sum += off * off;
        }
        self->errors[i] = sqrt(sum);
    }
    summarize(self, self->n, &out->ate_rmse_m, &out->ate_median_m, &out->ate_max_m);
}

/* From pose i to pose j as seen from i. */
static edgeai_pose step(const edgeai_trajectory *trajectory, size_t i, size_t j, double scale)
{
    const edgeai_pose back = eai_pose_inverse(&trajectory->items[i].pose);
    edgeai_pose step = eai_pose_compose(&back, &trajectory->items[j].pose);
    for (int k = 0; k < 3; k++)
        step.translation[k] *= scale;
    return step;
}

static void relative(pairs *self, size_t delta, edgeai_trajectory_errors *out)
{
    out->n_steps = self->n > delta ? self->n - delta : 0;
    if (out->n_steps == 0) return;
    for (int angles = 0; angles < 2; angles++) {
        for (size_t i = 0; i < out->n_steps; i++) {
            const size_t j = i + delta;
            const edgeai_pose is =
                step(self->estimate, self->in_estimate[i], self->in_estimate[j], out->scale);
            const edgeai_pose was = step(self->truth, self->in_truth[i], self->in_truth[j], 1);
            const edgeai_pose back = eai_pose_inverse(&was), e = eai_pose_compose(&back, &is);
            const double *t = e.translation;
            self->errors[i] =
                angles ? eai_pose_angle(&e) : sqrt(t[0] * t[0] + t[1] * t[1] + t[2] * t[2]);
        }
        if (angles)
            summarize(self, out->n_steps, &out->rpe_rmse_rad, &out->rpe_median_rad, NULL);
        else
            summarize(self, out->n_steps, &out->rpe_rmse_m, &out->rpe_median_m, NULL);
    }
}

edgeai_status edgeai_trajectory_compare(const edgeai_trajectory *estimate,
                                        const edgeai_trajectory *truth,
                                        const edgeai_trajectory_options *options,
                                        edgeai_trajectory_errors *errors)
{
    static const edgeai_trajectory_options defaults = EDGEAI_TRAJECTORY_OPTIONS_INIT;
    if (!estimate || !truth || !errors)
        return eai_fail(EDGEAI_E_INVALID, "trajectory_compare: estimate, truth or errors is NULL");
    if (!options) options = &defaults;
    EAI_TRY(check(estimate, truth, options));
    const size_t n = estimate->n;
    const size_t item = 3 * sizeof(size_t) + sizeof(eai_point_pair) + sizeof(double);
    char *block = eai_allocate_array(estimate->allocator, n, item, "pairs of poses");
    if (!block) return EDGEAI_E_MEMORY;
    pairs self = {.estimate = estimate, .truth = truth};
    self.points = (eai_point_pair *)(void *)block;
    self.errors = (double *)(void *)(self.points + n);
    self.in_estimate = (size_t *)(void *)(self.errors + n);
    self.in_truth = self.in_estimate + n;
    self.order = self.in_truth + n;
    edgeai_trajectory_errors found = {0};
    const edgeai_status status = find_pairs(&self, estimate->allocator, options);
    if (status == EDGEAI_OK) {
        found.n_pairs = self.n;
        absolute(&self, options, &found);
        relative(&self, options->delta ? options->delta : 1, &found);
        *errors = found;
    }
    eai_release(estimate->allocator, block, n * item);
    return status;
}
