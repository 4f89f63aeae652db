/* SPDX-License-Identifier: MIT */
#include "space/align.h"

#include "base/fail.h"
#include "base/memory.h"
#include "platform/context_internal.h"
#include "space/align_internal.h"
#include "space/view_extract.h"

edgeai_status eai_align_create(eai_align **out, edgeai_context *context,
                               const eai_align_options *options)
{
    *out = NULL;
    eai_align *align = eai_allocate(&context->allocator, sizeof *align, "alignment");
    if (!align) return EDGEAI_E_MEMORY;
    align->context = context;
    if (options) align->options = *options;
    if (align->options.n_similar == 0) align->options.n_similar = 8;
    if (align->options.n_previous == 0) align->options.n_previous = 2;
    if (align->options.n_near == 0) align->options.n_near = 6;
    align->scratch = eai_allocate_array(&context->allocator, (size_t)context->n_threads,
                                        sizeof *align->scratch, "alignment");
    if (!align->scratch) {
        eai_align_free(align);
        return EDGEAI_E_MEMORY;
    }
    *out = align;
    return EDGEAI_OK;
}

void eai_align_free(eai_align *align)
{
    if (!align) return;
    const edgeai_allocator *allocator = &align->context->allocator;
    for (size_t i = 0; i < align->n; i++)
        eai_view_free(&align->frames[i].view, allocator);
    for (int i = 0; align->scratch && i < align->context->n_threads; i++)
        eai_search_scratch_free(&align->scratch[i], allocator);
    eai_release(allocator, align->scratch,
                (size_t)align->context->n_threads * sizeof *align->scratch);
    eai_keypoint_finder_free(align->finder);
    eai_release(allocator, align->points, align->points_capacity * sizeof *align->points);
    eai_release(allocator, align->votes, align->votes_capacity * sizeof *align->votes);
    eai_release(allocator, align->frames, align->capacity * sizeof *align->frames);
    eai_release(allocator, align->edges, align->edge_capacity * sizeof *align->edges);
    eai_release(allocator, align, sizeof *align);
}

size_t eai_align_count(const eai_align *align)
{
    return align->n;
}

const eai_edge *eai_align_edges(const eai_align *align, size_t *n_edges)
{
    *n_edges = align->n_edges;
    return align->edges;
}

size_t eai_align_bytes(const eai_align *align)
{
    size_t bytes = sizeof *align + align->points_capacity * sizeof *align->points;
    bytes += align->votes_capacity * sizeof *align->votes + align->capacity * sizeof *align->frames;
    bytes += align->edge_capacity * sizeof *align->edges;
    if (align->finder) bytes += eai_keypoint_finder_bytes(align->finder);
    for (int i = 0; i < align->context->n_threads; i++)
        bytes += sizeof *align->scratch + eai_search_scratch_bytes(&align->scratch[i]);
    for (size_t i = 0; i < align->n; i++)
        bytes += eai_view_bytes(&align->frames[i].view);
    return bytes;
}
