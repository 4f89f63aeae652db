/* SPDX-License-Identifier: MIT */
#include "space/object_points.h"

#include <math.h>
#include <string.h>

#define AGAINST    0.25 /* share of votes that takes a point out */
#define WIDER      0.02 /* of the box's sides, and of the image's longer side a half percent: jitter */
#define KEPT_LEAST 0.2 /* of the points, else the votes are not to be trusted */
#define HIDDEN_M   0.1

enum { VOTERS = 24 };

/* A detection as voters see it. */
typedef struct voter {
    edgeai_pose to_camera;
    double left, top, right, bottom;
    const edgeai_camera *camera;
    const eai_depth *depth;
} voter;

static voter voter_of(const eai_placed_frames *placed, const eai_member *member)
{
    const eai_kept_frame *frame = &placed->frames[member->frame];
    const float *box = frame->observations[member->observation].box;
    const edgeai_camera *camera = &frame->place.camera;
    const int longer = camera->width > camera->height ? camera->width : camera->height;
    const double dx = WIDER * (double)box[2] + 0.005 * longer;
    const double dy = WIDER * (double)box[3] + 0.005 * longer;
    return (voter){eai_pose_inverse(&placed->poses[member->frame]),
                   (double)box[0] - dx,
                   (double)box[1] - dy,
                   (double)box[0] + (double)box[2] + dx,
                   (double)box[1] + (double)box[3] + dy,
                   camera,
                   &frame->depth};
}

/* 1: inside, -1: beside, 0: cannot tell. */
static int vote(const voter *self, const float point[3])
{
    double p[3] = {(double)point[0], (double)point[1], (double)point[2]};
    eai_pose_apply(&self->to_camera, p, p);
    const edgeai_camera *camera = self->camera;
    if (!(p[2] > 0.05)) return 0;
    const double u = camera->fx * p[0] / p[2] + camera->cx;
    const double v = camera->fy * p[1] / p[2] + camera->cy;
    if (!(u >= 0 && v >= 0 && u < camera->width && v < camera->height)) return 0;
    int column, row;
    if (eai_depth_project(self->depth, p, &column, &row)) {
        const double z = eai_depth_at(self->depth, column, row);
        if (z > 0 && z < p[2] - HIDDEN_M - 3 * eai_depth_sigma(p[2])) return 0;
    }
    return u >= self->left && u <= self->right && v >= self->top && v <= self->bottom ? 1 : -1;
}

static int gather(float (*points)[3], const eai_placed_frames *placed, const eai_member *members,
                  size_t n_members)
{
    size_t total = 0, seen = 0;
    for (size_t m = 0; m < n_members; m++)
        total +=
            (size_t)placed->frames[members[m].frame].observations[members[m].observation].n_points;
    const size_t n = total < EAI_OBJECT_POINTS ? total : EAI_OBJECT_POINTS;
    size_t written = 0;
    for (size_t m = 0; m < n_members; m++) {
        const eai_kept_frame *frame = &placed->frames[members[m].frame];
        const eai_observation *observation = &frame->observations[members[m].observation];
        for (int i = 0; i < observation->n_points && written < n; i++) {
            if (seen++ * n / total < written) continue;
            const float *from = frame->points + 3 * (observation->first_point + i);
            double p[3] = {(double)from[0], (double)from[1], (double)from[2]};
            eai_pose_apply(&placed->poses[members[m].frame], p, p);
            for (int axis = 0; axis < 3; axis++)
                points[written][axis] = (float)p[axis];
            written++;
        }
    }
    return (int)written;
}

int eai_object_points(float (*points)[3], const eai_placed_frames *placed,
                      const eai_member *members, size_t n_members)
{
    const int n = gather(points, placed, members, n_members);
    const size_t n_voters = n_members < VOTERS ? n_members : VOTERS;
    signed char against[EAI_OBJECT_POINTS] = {0}, votes[EAI_OBJECT_POINTS] = {0};
    for (size_t i = 0; i < n_voters; i++) {
        const voter self = voter_of(placed, &members[i * n_members / n_voters]);
        for (int k = 0; k < n; k++) {
            const int voted = vote(&self, (const float *)points[k]);
            votes[k] = (signed char)(votes[k] + (voted != 0));
            against[k] = (signed char)(against[k] + (voted < 0));
        }
    }
    int kept = 0;
    for (int k = 0; k < n; k++)
        kept += against[k] <= AGAINST * votes[k];
    if (kept < KEPT_LEAST * n) return n;
    kept = 0;
    for (int k = 0; k < n; k++)
        if (against[k] <= AGAINST * votes[k]) memcpy(points[kept++], points[k], sizeof points[0]);
    return kept;
}
