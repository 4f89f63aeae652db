/* SPDX-License-Identifier: MIT */
#include "space/surface_normals.h"

#include <math.h>
#include <stdbool.h>

#define RADIUS    2    /* cells to each side */
#define LEAST     10   /* of the 25 cells */
#define SAME      0.05 /* of the distance: farther apart is another surface */
#define STEEP_COS 0.08 /* towards the camera: below it a surface is seen edge-on, mere noise */

/* Sums over the neighbours, coordinates from the middle: those of ones, x, y, products, 1 / z. */
typedef struct sums {
    double n, x, y, xx, xy, yy, d, xd, yd;
} sums;

static sums gather(const eai_surface *surface, int column, int row)
{
    sums s = {0};
    const int width = surface->width;
    const int z0 = surface->cells[row * width + column].z, gate = (int)(SAME * z0);
    for (int y = -RADIUS; y <= RADIUS; y++)
        for (int x = -RADIUS; x <= RADIUS; x++) {
            int z = surface->cells[(row + y) * width + column + x].z;
            if (z < z0 - gate || z > z0 + gate || z == 0) continue;
            double d = EAI_SURFACE_UNITS_PER_M / z;
            s.n += 1;
            s.x += x;
            s.y += y;
            s.xx += x * x;
            s.xy += x * y;
            s.yy += y * y;
            s.d += d;
            s.xd += x * d;
            s.yd += y * d;
        }
    return s;
}

/* 1 / z = a x + b y + c, by Cramer's rule; false when the cells lie on a line. */
static bool fit_plane(const sums *s, double *a, double *b, double *c)
{
    double m0 = s->yy * s->n - s->y * s->y, m1 = s->y * s->x - s->xy * s->n;
    double m2 = s->xy * s->y - s->yy * s->x;
    double det = s->xx * m0 + s->xy * m1 + s->x * m2;
    if (!(det > 1e-6)) return false;
    double m3 = s->xx * s->n - s->x * s->x, m4 = s->x * s->xy - s->xx * s->y;
    double m5 = s->xx * s->yy - s->xy * s->xy;
    *a = (m0 * s->xd + m1 * s->yd + m2 * s->d) / det;
    *b = (m1 * s->xd + m3 * s->yd + m4 * s->d) / det;
    *c = (m2 * s->xd + m4 * s->yd + m5 * s->d) / det;
    return true;
}

static void find_normal(eai_surface *surface, int column, int row)
{
    eai_surface_cell *cell = &surface->cells[row * surface->width + column];
    double a, b, c;
    sums s = gather(surface, column, row);
    if (s.n < LEAST || !fit_plane(&s, &a, &b, &c)) return;
    /* 1 = a (fx X + (cx - column) Z) + b (fy Y + (cy - row) Z) + c Z */
    double x = a * surface->fx, y = b * surface->fy;
    double z = a * ((double)surface->cx - column) + b * ((double)surface->cy - row) + c;
    double norm = sqrt(x * x + y * y + z * z);
    double ray_x = (column - (double)surface->cx) / surface->fx;
    double ray_y = (row - (double)surface->cy) / surface->fy;
    double along = (x * ray_x + y * ray_y + z) / norm;
    if (!(along > STEEP_COS * sqrt(ray_x * ray_x + ray_y * ray_y + 1))) return;
    const double normal[3] = {x / norm, y / norm, z / norm};
    for (int k = 0; k < 3; k++) /* 1 = n . p: n points away from the camera */
        cell->normal[k] = (int16_t)lrint(-normal[k] * (double)EAI_NORMAL_UNITS);
}

void eai_surface_find_normals(eai_surface *surface)
{
    for (int y = RADIUS; y < surface->height - RADIUS; y++)
        for (int x = RADIUS; x < surface->width - RADIUS; x++)
            if (surface->cells[y * surface->width + x].z) find_normal(surface, x, y);
}
