/* SPDX-License-Identifier: MIT */
#include "space/small_symmetric.h"

#include <math.h>
#include <string.h>

#define SWEEPS 50

bool eai_solve6(const double a[36], const double b[6], double x[6])
{
    double l[36] = {0};
    for (int j = 0; j < 6; j++) {
        double d = a[7 * j];
        for (int k = 0; k < j; k++)
            d -= l[6 * j + k] * l[6 * j + k];
        if (!(d > 1e-14 * fabs(a[7 * j]))) return false;
        l[7 * j] = sqrt(d);
        for (int i = j + 1; i < 6; i++) {
            double sum = a[6 * i + j];
            for (int k = 0; k < j; k++)
                sum -= l[6 * i + k] * l[6 * j + k];
            l[6 * i + j] = sum / l[7 * j];
        }
    }
    for (int i = 0; i < 6; i++) {
        double sum = b[i];
        for (int k = 0; k < i; k++)
            sum -= l[6 * i + k] * x[k];
        x[i] = sum / l[7 * i];
    }
    for (int i = 5; i >= 0; i--) {
        for (int k = i + 1; k < 6; k++)
            x[i] -= l[6 * k + i] * x[k];
        x[i] /= l[7 * i];
    }
    return true;
}

/* The rotation that clears entry (p, q), after Golub and Van Loan, "Matrix Computations", 8.5. */
static void clear_entry(double *m, int p, int q)
{
    double apq = m[6 * p + q];
    if (apq == 0) return;
    double tau = (m[7 * q] - m[7 * p]) / (2 * apq);
    double t = (tau < 0 ? -1 : 1) / (fabs(tau) + sqrt(1 + tau * tau));
    double c = 1 / sqrt(1 + t * t), s = t * c;
    for (int k = 0; k < 6; k++) {
        double x = m[6 * k + p], y = m[6 * k + q];
        m[6 * k + p] = c * x - s * y;
        m[6 * k + q] = s * x + c * y;
    }
    for (int k = 0; k < 6; k++) {
        double x = m[6 * p + k], y = m[6 * q + k];
        m[6 * p + k] = c * x - s * y;
        m[6 * q + k] = s * x + c * y;
    }
}

static double off_diagonal(const double *m)
{
    double sum = 0;
    for (int p = 0; p < 6; p++)
        for (int q = p + 1; q < 6; q++)
            sum += m[6 * p + q] * m[6 * p + q];
    return sum;
}

void eai_eigenvalues6(const double a[36], double values[6])
{
    double m[36], size = 0;
    memcpy(m, a, sizeof m);
    for (int i = 0; i < 6; i++)
        size += m[7 * i] * m[7 * i];
    for (int sweep = 0; sweep < SWEEPS && off_diagonal(m) > 1e-24 * size; sweep++)
        for (int p = 0; p < 6; p++)
            for (int q = p + 1; q < 6; q++)
                clear_entry(m, p, q);
    for (int i = 0; i < 6; i++) {
        int at = i;
        for (; at > 0 && values[at - 1] > m[7 * i]; at--)
            values[at] = values[at - 1];
        values[at] = m[7 * i];
    }
}
