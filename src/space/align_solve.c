/* SPDX-License-Identifier: MIT */

/* From edges to poses: tree, averaging, pose graph. */

#include <math.h>

#include "base/fail.h"
#include "base/memory.h"
#include "platform/context_internal.h"
#include "space/align_internal.h"
#include "space/pose.h"
#include "space/pose_average.h"
#include "space/pose_graph.h"
#include "space/spanning_tree.h"

#define SWEEPS 200

/* From an edge's weight to how likely it is right: 0.05 gives 0.63, 0.2 gives 0.98. */
static double confidence_of(const eai_edge *edge, const edgeai_pose *places)
{
    if (edge->kind == EAI_EDGE_GIVEN) return 1;
    return (1 - exp(-20 * edge->weight)) * eai_edge_trust(edge, places);
}

static void report_places(const eai_spanning_tree *tree, const eai_edge_index *index,
                          const edgeai_pose *poses, eai_place *places)
{
    for (int at = 0; at < tree->n; at++) {
        int i = tree->order[at];
        places[i] = (eai_place){poses[i], tree->component[i], 1};
        if (tree->parent_edge[i] == EAI_NO_EDGE) continue;
        const eai_edge *edge = &index->edges[tree->parent_edge[i]];
        places[i].reliability =
            places[eai_edge_other(edge, i)].reliability * confidence_of(edge, poses);
    }
}

static edgeai_status refine(const eai_align *align, const eai_spanning_tree *tree,
                            const eai_edge_index *index, bool *fixed, edgeai_pose *poses)
{
    const edgeai_allocator *allocator = &align->context->allocator;
    eai_pose_graph_result result;
    for (int i = 0; i < tree->n; i++)
        fixed[i] = tree->parent_edge[i] == EAI_NO_EDGE;
    eai_spanning_tree_place(tree, index, poses);
    eai_pose_average_all(index, fixed, SWEEPS, poses);
    edgeai_status status = eai_pose_graph_solve(index, allocator, fixed, poses, &result);
    if (status != EDGEAI_E_LIMIT) return status;
    eai_log_line(
        &align->context->log, EDGEAI_LOG_WARNING,
        "map: %d frames with %zu edges are too many for the pose graph, poses are averaged",
        tree->n, index->n_edges);
    return EDGEAI_OK;
}

edgeai_status eai_align_solve(eai_align *align, eai_place *places, int *root, int *n_components)
{
    const edgeai_allocator *allocator = &align->context->allocator;
    *root = -1;
    *n_components = 0;
    if (align->n == 0) return EDGEAI_OK;
    eai_edge_index index;
    eai_spanning_tree tree = {0};
    EAI_TRY(eai_edge_index_create(&index, allocator, align->edges, align->n_edges, (int)align->n));
    edgeai_pose *poses = eai_allocate_array(allocator, align->n, sizeof *poses, "poses");
    bool *fixed = eai_allocate_array(allocator, align->n, sizeof *fixed, "poses");
    edgeai_status status = poses && fixed ? EDGEAI_OK : EDGEAI_E_MEMORY;
    if (!status) status = eai_spanning_tree_create(&tree, allocator, &index);
    if (!status) status = refine(align, &tree, &index, fixed, poses);
    if (!status) {
        report_places(&tree, &index, poses, places);
        *root = tree.order[0];
        *n_components = tree.n_components;
    }
    eai_spanning_tree_free(&tree, allocator);
    eai_release(allocator, poses, align->n * sizeof *poses);
    eai_release(allocator, fixed, align->n * sizeof *fixed);
    eai_edge_index_free(&index, allocator);
    return status;
}
