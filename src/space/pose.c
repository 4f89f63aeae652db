/* SPDX-License-Identifier: MIT */
#include "space/pose.h"

#include <math.h>
#include <string.h>

#define OFF_MAX 0.05 /* ground truth of 7-Scenes is off by 1e-4 */

edgeai_pose eai_pose_identity(void)
{
    return (edgeai_pose){.rotation = {1, 0, 0, 0, 1, 0, 0, 0, 1}};
}

void eai_pose_rotate(const edgeai_pose *pose, const double v[3], double out[3])
{
    const double *r = pose->rotation, x = v[0], y = v[1], z = v[2];
    for (int i = 0; i < 3; i++)
        out[i] = r[3 * i] * x + r[3 * i + 1] * y + r[3 * i + 2] * z;
}

void eai_pose_apply(const edgeai_pose *pose, const double p[3], double out[3])
{
    eai_pose_rotate(pose, p, out);
    for (int i = 0; i < 3; i++)
        out[i] += pose->translation[i];
}

edgeai_pose eai_pose_compose(const edgeai_pose *a, const edgeai_pose *b)
{
    edgeai_pose c;
    for (int i = 0; i < 3; i++)
        for (int j = 0; j < 3; j++) {
            double sum = 0;
            for (int k = 0; k < 3; k++)
                sum += a->rotation[3 * i + k] * b->rotation[3 * k + j];
            c.rotation[3 * i + j] = sum;
        }
    eai_pose_apply(a, b->translation, c.translation);
    return c;
}

edgeai_pose eai_pose_inverse(const edgeai_pose *pose)
{
    edgeai_pose inverse = {0};
    for (int i = 0; i < 3; i++)
        for (int j = 0; j < 3; j++)
            inverse.rotation[3 * i + j] = pose->rotation[3 * j + i];
    eai_pose_rotate(&inverse, pose->translation, inverse.translation);
    for (int i = 0; i < 3; i++)
        inverse.translation[i] = -inverse.translation[i];
    return inverse;
}

static double determinant(const double r[9])
{
    return r[0] * (r[4] * r[8] - r[5] * r[7]) - r[1] * (r[3] * r[8] - r[5] * r[6]) +
           r[2] * (r[3] * r[7] - r[4] * r[6]);
}

/* R <- R (3 - R'R) / 2: Newton's step to the nearest rotation, quadratic close to one. */
static void step_to_rotation(double r[9])
{
    double gram[9], next[9];
    for (int i = 0; i < 3; i++)
        for (int j = 0; j < 3; j++)
            gram[3 * i + j] = r[i] * r[j] + r[3 + i] * r[3 + j] + r[6 + i] * r[6 + j];
    for (int i = 0; i < 3; i++)
        for (int j = 0; j < 3; j++) {
            double sum = 0;
            for (int k = 0; k < 3; k++)
                sum += r[3 * i + k] * gram[3 * k + j];
            next[3 * i + j] = 1.5 * r[3 * i + j] - 0.5 * sum;
        }
    memcpy(r, next, sizeof next);
}

bool eai_pose_orthonormalize(edgeai_pose *pose)
{
    double r[9];
    for (int i = 0; i < 3; i++)
        if (!isfinite(pose->translation[i])) return false;
    for (int i = 0; i < 9; i++)
        if (!isfinite(pose->rotation[i]) || fabs(pose->rotation[i]) > 2) return false;
    memcpy(r, pose->rotation, sizeof r);
    if (determinant(r) <= 0.5) return false;
    for (int i = 0; i < 8; i++)
        step_to_rotation(r);
    for (int i = 0; i < 9; i++)
        if (!(fabs(r[i] - pose->rotation[i]) <= OFF_MAX)) return false;
    memcpy(pose->rotation, r, sizeof r);
    return true;
}

/* The largest of the four squares first, so that the root is never of a number near 0. */
void eai_pose_to_quaternion(const edgeai_pose *pose, double q[4])
{
    const double *r = pose->rotation;
    const double square[4] = {1 + r[0] - r[4] - r[8], 1 - r[0] + r[4] - r[8],
                              1 - r[0] - r[4] + r[8], 1 + r[0] + r[4] + r[8]};
    int best = 3;
    for (int i = 0; i < 3; i++)
        if (square[i] > square[best]) best = i;
    double s = sqrt(square[best]) * 2;                              /* four times the component */
    const double sums[3] = {r[5] + r[7], r[2] + r[6], r[1] + r[3]}; /* yz, xz, xy */
    const double differences[3] = {r[7] - r[5], r[2] - r[6], r[3] - r[1]}; /* xw, yw, zw */
    q[best] = s / 4;
    for (int i = 0; i < 4; i++) {
        if (i == best) continue;
        q[i] = (best == 3 ? differences[i] : i == 3 ? differences[best] : sums[3 - best - i]) / s;
    }
    if (q[3] < 0) /* of the two that mean the same */
        for (int i = 0; i < 4; i++)
            q[i] = -q[i];
}

void eai_pose_set_quaternion(edgeai_pose *pose, const double q[4])
{
    double n = sqrt(q[0] * q[0] + q[1] * q[1] + q[2] * q[2] + q[3] * q[3]);
    double x = q[0] / n, y = q[1] / n, z = q[2] / n, w = q[3] / n;
    const double r[9] = {1 - 2 * (y * y + z * z), 2 * (x * y - z * w),     2 * (x * z + y * w),
                         2 * (x * y + z * w),     1 - 2 * (x * x + z * z), 2 * (y * z - x * w),
                         2 * (x * z - y * w),     2 * (y * z + x * w),     1 - 2 * (x * x + y * y)};
    memcpy(pose->rotation, r, sizeof r);
}

double eai_pose_angle(const edgeai_pose *pose)
{
    double q[4];
    eai_pose_to_quaternion(pose, q);
    return 2 * atan2(sqrt(q[0] * q[0] + q[1] * q[1] + q[2] * q[2]), fabs(q[3]));
}

/* a = sin(x)/x, b = (1 - cos x)/x^2, c = (x - sin x)/x^3, by their series near 0. */
static void rotation_series(double x, double *a, double *b, double *c)
{
    double xx = x * x;
    if (x < 1e-3) {
        *a = 1 - xx / 6 + xx * xx / 120;
        *b = 0.5 - xx / 24 + xx * xx / 720;
        *c = 1.0 / 6 - xx / 120 + xx * xx / 5040;
    } else {
        *a = sin(x) / x;
        *b = (1 - cos(x)) / xx;
        *c = (x - sin(x)) / (xx * x);
    }
}

static void cross(const double a[3], const double b[3], double out[3])
{
    double x = a[1] * b[2] - a[2] * b[1], y = a[2] * b[0] - a[0] * b[2];
    out[2] = a[0] * b[1] - a[1] * b[0];
    out[0] = x;
    out[1] = y;
}

edgeai_pose eai_pose_exp(const double twist[6])
{
    const double *w = twist, *v = twist + 3;
    double a, b, c, wv[3], wwv[3];
    rotation_series(sqrt(w[0] * w[0] + w[1] * w[1] + w[2] * w[2]), &a, &b, &c);
    edgeai_pose pose = eai_pose_identity();
    for (int j = 0; j < 3; j++) { /* column j of R = e + a w x e + b w x (w x e) */
        double e[3] = {0}, we[3], wwe[3];
        e[j] = 1;
        cross(w, e, we);
        cross(w, we, wwe);
        for (int i = 0; i < 3; i++)
            pose.rotation[3 * i + j] = e[i] + a * we[i] + b * wwe[i];
    }
    cross(w, v, wv);
    cross(w, wv, wwv);
    for (int i = 0; i < 3; i++)
        pose.translation[i] = v[i] + b * wv[i] + c * wwv[i];
    return pose;
}

void eai_pose_log(const edgeai_pose *pose, double twist[6])
{
    double q[4], *w = twist, *v = twist + 3, wt[3], wwt[3];
    eai_pose_to_quaternion(pose, q);
    double n = sqrt(q[0] * q[0] + q[1] * q[1] + q[2] * q[2]), x = 2 * atan2(n, q[3]);
    double scale = n < 1e-9 ? 2 : x / n;
    for (int i = 0; i < 3; i++)
        w[i] = scale * q[i];
    /* V^-1 t = t - w x t / 2 + k w x (w x t), k = (1 - (x/2) cot(x/2)) / x^2 */
    double k = x < 1e-3 ? 1.0 / 12 + x * x / 720 : (1 - 0.5 * x / tan(0.5 * x)) / (x * x);
    cross(w, pose->translation, wt);
    cross(w, wt, wwt);
    for (int i = 0; i < 3; i++)
        v[i] = pose->translation[i] - 0.5 * wt[i] + k * wwt[i];
}
