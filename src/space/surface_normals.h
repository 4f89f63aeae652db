/* SPDX-License-Identifier: MIT */
#ifndef EAI_SPACE_SURFACE_NORMALS_H
#define EAI_SPACE_SURFACE_NORMALS_H

#include "space/surface.h"

/*
 * Fills in the cells' directions. In a pinhole image 1 / z of a plane is linear in column and row,
 * so a least-squares plane through 5 x 5 cells is three sums; cells of another surface are left
 * out. Cells with too few of their own surface around them stay without.
 */
void eai_surface_find_normals(eai_surface *surface);

#endif
