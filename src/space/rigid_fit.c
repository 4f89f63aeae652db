/* SPDX-License-Identifier: MIT */
#include "space/rigid_fit.h"

#include <math.h>

#include "space/pose.h"
#include "space/svd3.h"

/* The second singular value against the first, below which points count as one line. */
#define LINE_RATIO 1e-6

typedef struct moments {
    double total, p[3], q[3]; /* sum of weights, weighted means */
    double cross[9];          /* sum of w (p - mean) (q - mean)' */
    double spread;            /* sum of w |p - mean|^2 */
} moments;

static bool take_means(moments *m, const eai_point_pair *pairs, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        double w = pairs[i].weight;
        m->total += w;
        for (int k = 0; k < 3; k++) {
            m->p[k] += w * pairs[i].p[k];
            m->q[k] += w * pairs[i].q[k];
        }
    }
    if (!(m->total > 0)) return false;
    for (int k = 0; k < 3; k++) {
        m->p[k] /= m->total;
        m->q[k] /= m->total;
    }
    return true;
}

static void take_products(moments *m, const eai_point_pair *pairs, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        double w = pairs[i].weight;
        for (int a = 0; a < 3; a++) {
            double x = pairs[i].p[a] - m->p[a];
            m->spread += w * x * x;
            for (int b = 0; b < 3; b++)
                m->cross[3 * a + b] += w * x * (pairs[i].q[b] - m->q[b]);
        }
    }
}

static double determinant(const double *r)
{
    return r[0] * (r[4] * r[8] - r[5] * r[7]) - r[1] * (r[3] * r[8] - r[5] * r[6]) +
           r[2] * (r[3] * r[7] - r[4] * r[6]);
}

bool eai_rigid_fit(const eai_point_pair *pairs, size_t n, edgeai_pose *motion, double *scale)
{
    moments m = {0};
    if (!take_means(&m, pairs, n)) return false;
    take_products(&m, pairs, n);
    double u[9], s[3], v[9];
    eai_svd3(m.cross, u, s, v);
    double turn = determinant(u) * determinant(v) < 0 ? -1 : 1; /* a mirror is no motion */
    for (int i = 0; i < 3; i++)
        for (int j = 0; j < 3; j++)
            motion->rotation[3 * i + j] = v[3 * i] * u[3 * j] + v[3 * i + 1] * u[3 * j + 1] +
                                          turn * v[3 * i + 2] * u[3 * j + 2];
    double factor = 1, turned[3];
    if (scale && m.spread > 0) factor = (s[0] + s[1] + turn * s[2]) / m.spread;
    if (scale) *scale = factor;
    eai_pose_rotate(motion, m.p, turned);
    for (int k = 0; k < 3; k++)
        motion->translation[k] = m.q[k] - factor * turned[k];
    return s[1] > LINE_RATIO * s[0];
}
