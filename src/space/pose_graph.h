/* SPDX-License-Identifier: MIT */
#ifndef EAI_SPACE_POSE_GRAPH_H
#define EAI_SPACE_POSE_GRAPH_H

#include <stdbool.h>

#include "space/edge.h"

typedef struct eai_pose_graph_result {
    int n_rounds;
    double cost;    /* before a factor of 1/2, in square metres */
    bool converged; /* false: places are those of the last round that lowered the cost */
} eai_pose_graph_result;

/*
 * Least squares over all edges at once: e = log(M_to^-1 M_from T^-1) weighted by the edge's
 * information, Gauss-Newton with Levenberg's damping (Grisetti et al., "A tutorial on graph-based
 * SLAM", 2010). Edges that do not fit are switched off gradually by Geman and McClure's weights,
 * as Open3D's line process does (Choi, Zhou and Koltun, 2015). `fixed` frames stay: at least one of
 * every component. EDGEAI_E_LIMIT: too large a graph, places are unchanged.
 */
edgeai_status eai_pose_graph_solve(const eai_edge_index *index, const edgeai_allocator *allocator,
                                   const bool *fixed, edgeai_pose *places,
                                   eai_pose_graph_result *result);

/* How far, in metres at the surfaces seen, an edge is off at these places, and the share (0 to 1)
 * of its say that this leaves it. */
double eai_edge_residual(const eai_edge *edge, const edgeai_pose *places);
double eai_edge_trust(const eai_edge *edge, const edgeai_pose *places);

#endif
