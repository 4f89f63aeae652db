/* SPDX-License-Identifier: MIT */

/* The similarity between two rows of points (Horn 1987): the rotation is the eigenvector of a
 * 4 x 4 matrix, so mirrored or flat rows need no cases of their own. */

#include <math.h>
#include <string.h>

#include "space/pose.h"
#include "space/trajectory.h"

/* Turns rows and columns p and q of the symmetric m so that m[p][q] becomes 0 (Jacobi). */
static void rotate(double m[4][4], double v[4][4], int p, int q)
{
    if (fabs(m[p][q]) < 1e-300) return;
    const double theta = (m[q][q] - m[p][p]) / (2 * m[p][q]);
    const double t = (theta < 0 ? -1 : 1) / (fabs(theta) + sqrt(theta * theta + 1));
    const double c = 1 / sqrt(t * t + 1), s = t * c;
    for (int i = 0; i < 4; i++) {
        const double a = m[i][p], b = m[i][q];
        m[i][p] = c * a - s * b;
        m[i][q] = s * a + c * b;
    }
    for (int i = 0; i < 4; i++) {
        const double a = m[p][i], b = m[q][i], d = v[i][p], e = v[i][q];
        m[p][i] = c * a - s * b;
        m[q][i] = s * a + c * b;
        v[i][p] = c * d - s * e;
        v[i][q] = s * d + c * e;
    }
}

/* Eigenvector of the largest eigenvalue. Cyclic sweeps converge quadratically; a dozen are plenty
 * for four rows. */
static void largest_eigenvector(double m[4][4], double out[4])
{
    double v[4][4] = {{1, 0, 0, 0}, {0, 1, 0, 0}, {0, 0, 1, 0}, {0, 0, 0, 1}};
    for (int sweep = 0; sweep < 12; sweep++)
        for (int p = 0; p < 3; p++)
            for (int q = p + 1; q < 4; q++)
                rotate(m, v, p, q);
    int best = 0;
    for (int i = 1; i < 4; i++)
        if (m[i][i] > m[best][best]) best = i;
    for (int i = 0; i < 4; i++)
        out[i] = v[i][best];
}

static void mean_of(const double (*p)[3], size_t n, double mean[3])
{
    for (int k = 0; k < 3; k++) {
        double sum = 0;
        for (size_t i = 0; i < n; i++)
            sum += p[i][k];
        mean[k] = sum / (double)n;
    }
}

void eai_trajectory_align(const double (*p)[3], const double (*q)[3], size_t n, bool find_scale,
                          edgeai_pose *fit, double *scale)
{
    double a[3], b[3], s[3][3] = {{0}}, spread = 0, turned[3], quaternion[4];
    mean_of(p, n, a);
    mean_of(q, n, b);
    for (size_t i = 0; i < n; i++)
        for (int k = 0; k < 3; k++) {
            spread += (p[i][k] - a[k]) * (p[i][k] - a[k]);
            for (int l = 0; l < 3; l++)
                s[k][l] += (p[i][k] - a[k]) * (q[i][l] - b[l]);
        }
    /* Rows and columns w, x, y, z; p is the left system. */
    double m[4][4] = {
        {s[0][0] + s[1][1] + s[2][2], s[1][2] - s[2][1], s[2][0] - s[0][2], s[0][1] - s[1][0]},
        {0, s[0][0] - s[1][1] - s[2][2], s[0][1] + s[1][0], s[2][0] + s[0][2]},
        {0, 0, -s[0][0] + s[1][1] - s[2][2], s[1][2] + s[2][1]},
        {0, 0, 0, -s[0][0] - s[1][1] + s[2][2]}};
    for (int i = 0; i < 4; i++)
        for (int k = 0; k < i; k++)
            m[i][k] = m[k][i];
    largest_eigenvector(m, quaternion);
    const double xyzw[4] = {quaternion[1], quaternion[2], quaternion[3], quaternion[0]};
    eai_pose_set_quaternion(fit, xyzw);
    /* q . R p summed over the centred points, by the spread of p. */
    double along = 0;
    for (int k = 0; k < 3; k++)
        for (int l = 0; l < 3; l++)
            along += fit->rotation[3 * l + k] * s[k][l];
    *scale = find_scale && spread > 0 ? along / spread : 1;
    eai_pose_rotate(fit, a, turned);
    for (int k = 0; k < 3; k++)
        fit->translation[k] = b[k] - *scale * turned[k];
}
