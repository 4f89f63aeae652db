/* SPDX-License-Identifier: MIT */
#include "space/gravity.h"

#include <math.h>
#include <string.h>

#include "space/plane_fit.h"

#define FLAT_RATIO 0.1  /* smallest by middle variance of camera centres that lie in a plane */
#define FLAT_M     0.3  /* and their path is this long */
#define AGREE      0.85 /* cosine of what both say */

static bool set_length(double v[3])
{
    const double length = sqrt(v[0] * v[0] + v[1] * v[1] + v[2] * v[2]);
    if (!(length > 1e-3)) return false;
    for (int i = 0; i < 3; i++)
        v[i] /= length;
    return true;
}

void eai_gravity_up(double up[3], const eai_placed_frames *placed)
{
    eai_scatter centers = {0};
    memset(up, 0, 3 * sizeof *up);
    for (size_t f = 0; f < placed->n; f++) {
        if (!placed->fused[f]) continue;
        for (int i = 0; i < 3; i++)
            up[i] -= placed->poses[f].rotation[3 * i + 1];
        eai_scatter_add(&centers, placed->poses[f].translation);
    }
    if (centers.n > 0)
        for (int i = 0; i < 3; i++)
            up[i] /= centers.n;
    if (!set_length(up)) {
        up[0] = up[1] = 0;
        up[2] = 1;
        return;
    }
    double mean[3], variances[3], axes[3][3];
    eai_scatter_axes(&centers, mean, variances, axes);
    if (variances[1] < FLAT_M * FLAT_M / 12 || variances[0] > FLAT_RATIO * variances[1]) return;
    const double cosine = up[0] * axes[0][0] + up[1] * axes[0][1] + up[2] * axes[0][2];
    if (fabs(cosine) < AGREE) return;
    for (int i = 0; i < 3; i++)
        up[i] += (cosine < 0 ? -1 : 1) * axes[0][i];
    set_length(up);
}

edgeai_pose eai_gravity_level(const double up[3])
{
    /* The axis is up x z; straight down any horizontal one does. */
    const double sine = hypot(up[0], up[1]), angle = atan2(sine, up[2]);
    double twist[6] = {0};
    if (sine > 1e-12) {
        twist[0] = up[1] / sine * angle;
        twist[1] = -up[0] / sine * angle;
    } else {
        twist[0] = angle;
    }
    return eai_pose_exp(twist);
}
