/* SPDX-License-Identifier: MIT */
#include "space/edge.h"

#include "base/memory.h"
#include "space/pose.h"

edgeai_status eai_edge_index_create(eai_edge_index *index, const edgeai_allocator *allocator,
                                    const eai_edge *edges, size_t n_edges, int n)
{
    *index = (eai_edge_index){.n = n, .n_edges = n_edges, .edges = edges};
    index->offsets = eai_allocate_array(allocator, (size_t)n + 1, sizeof(size_t), "edge index");
    index->items = eai_allocate_array(allocator, 2 * n_edges + 1, sizeof(size_t), "edge index");
    if (!index->offsets || !index->items) {
        eai_edge_index_free(index, allocator);
        return EDGEAI_E_MEMORY;
    }
    for (size_t e = 0; e < n_edges; e++) {
        index->offsets[edges[e].from + 1]++;
        index->offsets[edges[e].to + 1]++;
    }
    for (int i = 0; i < n; i++)
        index->offsets[i + 1] += index->offsets[i];
    for (size_t e = 0; e < n_edges; e++) { /* offsets move on to the next frame's, and back below */
        index->items[index->offsets[edges[e].from]++] = e;
        index->items[index->offsets[edges[e].to]++] = e;
    }
    for (int i = n; i > 0; i--)
        index->offsets[i] = index->offsets[i - 1];
    index->offsets[0] = 0;
    return EDGEAI_OK;
}

void eai_edge_index_free(eai_edge_index *index, const edgeai_allocator *allocator)
{
    eai_release(allocator, index->offsets, ((size_t)index->n + 1) * sizeof(size_t));
    eai_release(allocator, index->items, (2 * index->n_edges + 1) * sizeof(size_t));
    *index = (eai_edge_index){0};
}

int eai_edge_other(const eai_edge *edge, int frame)
{
    return edge->from == frame ? edge->to : edge->from;
}

edgeai_pose eai_edge_place(const eai_edge *edge, int frame, const edgeai_pose *other)
{
    if (edge->from == frame) return eai_pose_compose(other, &edge->motion);
    edgeai_pose back = eai_pose_inverse(&edge->motion);
    return eai_pose_compose(other, &back);
}
