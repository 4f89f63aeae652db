/* SPDX-License-Identifier: MIT */
#include "space/kept_frame.h"

#include "base/memory.h"

static size_t observation_bytes(const eai_kept_frame *frame)
{
    return (size_t)frame->n_observations * sizeof *frame->observations;
}

static size_t point_bytes(const eai_kept_frame *frame)
{
    return (size_t)frame->n_points * 3 * sizeof *frame->points;
}

void eai_kept_frame_free(eai_kept_frame *frame, const edgeai_allocator *allocator)
{
    eai_depth_release(&frame->depth, allocator);
    eai_release(allocator, frame->observations, observation_bytes(frame));
    eai_release(allocator, frame->points, point_bytes(frame));
    *frame = (eai_kept_frame){0};
}

size_t eai_kept_frame_bytes(const eai_kept_frame *frame)
{
    return sizeof *frame + eai_depth_bytes(&frame->depth) + observation_bytes(frame) +
           point_bytes(frame);
}
