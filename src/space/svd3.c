/* SPDX-License-Identifier: MIT */
#include "space/svd3.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

#define SWEEPS 30 /* five are enough but for the last bits */

static double column_dot(const double *m, int a, int b)
{
    return m[a] * m[b] + m[3 + a] * m[3 + b] + m[6 + a] * m[6 + b];
}

static void turn_columns(double *m, int a, int b, double c, double s)
{
    for (int i = 0; i < 3; i++) {
        double x = m[3 * i + a], y = m[3 * i + b];
        m[3 * i + a] = c * x - s * y;
        m[3 * i + b] = s * x + c * y;
    }
}

/* Makes two columns of m orthogonal, and does the same to v; whether that changed anything. */
static bool make_orthogonal(double *m, double *v, int a, int b)
{
    double alpha = column_dot(m, a, a), beta = column_dot(m, b, b), gamma = column_dot(m, a, b);
    if (fabs(gamma) <= 1e-15 * sqrt(alpha * beta) || gamma == 0) return false;
    double zeta = (beta - alpha) / (2 * gamma);
    double t = (zeta < 0 ? -1 : 1) / (fabs(zeta) + sqrt(1 + zeta * zeta));
    double c = 1 / sqrt(1 + t * t);
    turn_columns(m, a, b, c, c * t);
    turn_columns(v, a, b, c, c * t);
    return true;
}

static void swap_columns(double *m, int a, int b)
{
    for (int i = 0; i < 3; i++) {
        double x = m[3 * i + a];
        m[3 * i + a] = m[3 * i + b];
        m[3 * i + b] = x;
    }
}

/* A unit vector at right angles to column 0. */
static void fill_second(double *u)
{
    int least = 0;
    for (int i = 1; i < 3; i++)
        if (fabs(u[3 * i]) < fabs(u[3 * least])) least = i;
    double along = u[3 * least], norm = sqrt(1 - along * along);
    for (int i = 0; i < 3; i++)
        u[3 * i + 1] = ((i == least) - along * u[3 * i]) / norm;
}

static void fill_third(double *u)
{
    u[2] = u[3] * u[7] - u[6] * u[4];
    u[5] = u[6] * u[1] - u[0] * u[7];
    u[8] = u[0] * u[4] - u[3] * u[1];
}

void eai_svd3(const double a[9], double u[9], double s[3], double v[9])
{
    static const double identity[9] = {1, 0, 0, 0, 1, 0, 0, 0, 1};
    double m[9];
    memcpy(m, a, sizeof m);
    memcpy(v, identity, sizeof identity);
    for (int sweep = 0; sweep < SWEEPS; sweep++) {
        bool changed = make_orthogonal(m, v, 0, 1);
        changed |= make_orthogonal(m, v, 0, 2);
        changed |= make_orthogonal(m, v, 1, 2);
        if (!changed) break;
    }
    for (int i = 0; i < 3; i++)
        s[i] = sqrt(column_dot(m, i, i));
    for (int pass = 0; pass < 2; pass++)
        for (int i = 0; i < 2; i++)
            if (s[i + 1] > s[i]) {
                double x = s[i];
                s[i] = s[i + 1];
                s[i + 1] = x;
                swap_columns(m, i, i + 1);
                swap_columns(v, i, i + 1);
            }
    double floor = 1e-13 * s[0];
    memcpy(u, identity, sizeof identity);
    if (s[0] <= 0) return;
    for (int i = 0; i < 3; i++)
        for (int j = 0; j < 3 && s[j] > floor; j++)
            u[3 * i + j] = m[3 * i + j] / s[j];
    if (s[1] <= floor) fill_second(u);
    if (s[2] <= floor) fill_third(u);
}
