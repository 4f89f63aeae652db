/* SPDX-License-Identifier: MIT */
#ifndef EAI_SPACE_POSE_AVERAGE_H
#define EAI_SPACE_POSE_AVERAGE_H

#include <stdbool.h>

#include "space/edge.h"

/*
 * Moves `frame` to the weighted mean of where its edges put it; edges that put it far from where it
 * is count little (Geman and McClure, 1987). Edges to frames for which use[] is false are left out;
 * use NULL: none. How far it moved in metres; 0 without edges.
 */
double eai_pose_average(const eai_edge_index *index, int frame, const bool *use,
                        edgeai_pose *places);

/* The same for all frames but those that are fixed, again and again until nothing moves (Gauss and
 * Seidel). */
void eai_pose_average_all(const eai_edge_index *index, const bool *fixed, int n_sweeps,
                          edgeai_pose *places);

#endif
