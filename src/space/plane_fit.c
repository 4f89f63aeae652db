/* SPDX-License-Identifier: MIT */
#include "space/plane_fit.h"

#include <math.h>
#include <string.h>

void eai_scatter_add(eai_scatter *scatter, const double p[3])
{
    static const int first[6] = {0, 1, 2, 1, 0, 0}, second[6] = {0, 1, 2, 2, 2, 1};
    for (int i = 0; i < 3; i++)
        scatter->sum[i] += p[i];
    for (int i = 0; i < 6; i++)
        scatter->squares[i] += p[first[i]] * p[second[i]];
    scatter->n++;
}

/* Turns rows and columns p and q of the symmetric a so that a[p][q] becomes 0 (Jacobi 1846). */
static void turn(double a[3][3], double v[3][3], int p, int q)
{
    if (a[p][q] == 0) return;
    const double theta = (a[q][q] - a[p][p]) / (2 * a[p][q]);
    const double t = (theta < 0 ? -1 : 1) / (fabs(theta) + sqrt(theta * theta + 1));
    const double c = 1 / sqrt(t * t + 1), s = t * c;
    for (int k = 0; k < 3; k++) {
        const double x = a[k][p], y = a[k][q];
        a[k][p] = c * x - s * y;
        a[k][q] = s * x + c * y;
    }
    for (int k = 0; k < 3; k++) {
        const double x = a[p][k], y = a[q][k];
        a[p][k] = c * x - s * y;
        a[q][k] = s * x + c * y;
    }
    for (int k = 0; k < 3; k++) { /* axes are the rows of v */
        const double x = v[p][k], y = v[q][k];
        v[p][k] = c * x - s * y;
        v[q][k] = s * x + c * y;
    }
}

void eai_scatter_axes(const eai_scatter *scatter, double mean[3], double variances[3],
                      double axes[3][3])
{
    double a[3][3], v[3][3] = {{1, 0, 0}, {0, 1, 0}, {0, 0, 1}};
    const double *s = scatter->squares, n = scatter->n;
    const double squares[3][3] = {{s[0], s[5], s[4]}, {s[5], s[1], s[3]}, {s[4], s[3], s[2]}};
    for (int i = 0; i < 3; i++)
        mean[i] = scatter->sum[i] / n;
    for (int i = 0; i < 3; i++)
        for (int j = 0; j < 3; j++)
            a[i][j] = squares[i][j] / n - mean[i] * mean[j];
    for (int sweep = 0; sweep < 12; sweep++) { /* converges quadratically */
        turn(a, v, 0, 1);
        turn(a, v, 0, 2);
        turn(a, v, 1, 2);
    }
    int order[3] = {0, 1, 2};
    for (int i = 1; i < 3; i++)
        for (int j = i; j > 0 && a[order[j]][order[j]] < a[order[j - 1]][order[j - 1]]; j--) {
            const int swapped = order[j];
            order[j] = order[j - 1];
            order[j - 1] = swapped;
        }
    for (int i = 0; i < 3; i++) {
        variances[i] = fmax(a[order[i]][order[i]], 0);
        memcpy(axes[i], v[order[i]], sizeof axes[i]);
    }
}
