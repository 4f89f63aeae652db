/* SPDX-License-Identifier: MIT */
#include "space/visibility.h"

#include <math.h>

#define SIDE_LEAST 0.02 /* of the image's longer side; smaller things are not detected */

bool eai_visible(const float (*points)[3], int n, const eai_kept_frame *frame,
                 const edgeai_pose *pose, const eai_visibility_rules *rules, double box[4])
{
    const edgeai_camera *camera = &frame->place.camera;
    const edgeai_pose to_camera = eai_pose_inverse(pose);
    double left = INFINITY, top = INFINITY, right = -INFINITY, bottom = -INFINITY;
    int n_visible = 0;
    if (!frame->depth.values) return false;
    for (int i = 0; i < n; i++) {
        double p[3] = {(double)points[i][0], (double)points[i][1], (double)points[i][2]};
        int column, row;
        eai_pose_apply(&to_camera, p, p);
        if (!eai_depth_project(&frame->depth, p, &column, &row)) continue;
        const double z = eai_depth_at(&frame->depth, column, row);
        if (z == 0 || z < p[2] - rules->hidden_m) continue;
        const double u = camera->fx * p[0] / p[2] + camera->cx;
        const double v = camera->fy * p[1] / p[2] + camera->cy;
        left = fmin(left, u);
        right = fmax(right, u);
        top = fmin(top, v);
        bottom = fmax(bottom, v);
        n_visible++;
    }
    if (n_visible == 0 || n_visible < rules->visible_min * n) return false;
    const int longer = camera->width > camera->height ? camera->width : camera->height;
    if (fmax(right - left, bottom - top) < SIDE_LEAST * longer) return false;
    box[0] = fmax(left, 0);
    box[1] = fmax(top, 0);
    box[2] = fmax(fmin(right, camera->width - 1) - box[0], 1);
    box[3] = fmax(fmin(bottom, camera->height - 1) - box[1], 1);
    return true;
}
