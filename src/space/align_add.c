/* SPDX-License-Identifier: MIT */

/* A new frame: kept, tried against earlier ones, put where these say. */

#include <string.h>

#include "base/fail.h"
#include "base/memory.h"
#include "platform/context_internal.h"
#include "platform/threads.h"
#include "space/align_internal.h"
#include "space/pose.h"
#include "space/pose_average.h"
#include "space/view_extract.h"

#define GIVEN_WEIGHT 1.0
#define SWEEPS       10

static edgeai_status check_camera(const edgeai_camera *camera, const char *which, size_t number)
{
    bool good = camera->fx > 0 && camera->fy > 0 && camera->fx < 1e6 && camera->fy < 1e6 &&
                camera->cx > -1e6 && camera->cx < 1e6 && camera->cy > -1e6 && camera->cy < 1e6;
    if (good && camera->width > 0 && camera->height > 0) return EDGEAI_OK;
    return eai_fail(EDGEAI_E_INVALID,
                    "frame %zu: expected a %s camera with a size and focal lengths above 0, found "
                    "%d x %d, fx %g, fy %g, cx %g, cy %g",
                    number, which, camera->width, camera->height, camera->fx, camera->fy,
                    camera->cx, camera->cy);
}

static edgeai_status check_frame(const edgeai_frame *frame, size_t number)
{
    if (!frame->color && !frame->depth)
        return eai_fail(EDGEAI_E_INVALID, "frame %zu: expected colour or depth, found neither",
                        number);
    if (frame->color) EAI_TRY(check_camera(&frame->camera, "colour", number));
    if (!frame->depth) return EDGEAI_OK;
    EAI_TRY(check_camera(&frame->depth_camera, "depth", number));
    const edgeai_camera *camera = &frame->depth_camera;
    if (camera->width > EDGEAI_DEPTH_SIDE_MAX || camera->height > EDGEAI_DEPTH_SIDE_MAX)
        return eai_fail(EDGEAI_E_LIMIT,
                        "frame %zu: expected depth of at most %d pixels a side, "
                        "found %d x %d",
                        number, EDGEAI_DEPTH_SIDE_MAX, camera->width, camera->height);
    if (!(frame->depth_units_per_m >= 0 && frame->depth_units_per_m < 1e6))
        return eai_fail(EDGEAI_E_INVALID,
                        "frame %zu: expected 0 to 1e6 depth units per metre, "
                        "found %g",
                        number, frame->depth_units_per_m);
    return EDGEAI_OK;
}

/* Room for one more item in an array that doubles. */
static edgeai_status grow(const edgeai_allocator *allocator, void *array, size_t *capacity,
                          size_t needed, size_t item_bytes)
{
    void **memory = array;
    if (needed <= *capacity) return EDGEAI_OK;
    size_t larger = *capacity ? 2 * *capacity : 16;
    while (larger < needed)
        larger *= 2;
    void *grown = eai_reallocate(allocator, *memory, *capacity * item_bytes, larger * item_bytes,
                                 "alignment");
    if (!grown) return EDGEAI_E_MEMORY;
    *memory = grown;
    *capacity = larger;
    return EDGEAI_OK;
}

static edgeai_status reserve(eai_align *align, const edgeai_frame *frame)
{
    const edgeai_allocator *allocator = &align->context->allocator;
    if (align->n >= EDGEAI_MAP_FRAMES_MAX)
        return eai_fail(EDGEAI_E_LIMIT, "map: expected at most %d frames, found more",
                        EDGEAI_MAP_FRAMES_MAX);
    EAI_TRY(
        grow(allocator, &align->votes, &align->votes_capacity, align->n + 1, sizeof *align->votes));
    EAI_TRY(grow(allocator, &align->frames, &align->capacity, align->n + 1, sizeof *align->frames));
    EAI_TRY(grow(allocator, &align->edges, &align->edge_capacity,
                 align->n_edges + EAI_CANDIDATES_MAX + 1, sizeof *align->edges));
    if (frame->color && frame->depth && !align->finder)
        EAI_TRY(eai_keypoint_finder_create(&align->finder, allocator));
    return EDGEAI_OK;
}

/* Room for the points of the largest surface so far, for the new frame and for each thread. */
static edgeai_status reserve_points(eai_align *align, const eai_surface *surface)
{
    const edgeai_allocator *allocator = &align->context->allocator;
    size_t n = (size_t)surface->width * (size_t)surface->height;
    for (int i = 0; i < align->context->n_threads; i++)
        EAI_TRY(eai_search_scratch_reserve(&align->scratch[i], allocator, n));
    if (n <= align->points_capacity) return EDGEAI_OK;
    eai_surface_point *points = eai_allocate_array(allocator, n, sizeof *points, "surface points");
    if (!points) return EDGEAI_E_MEMORY;
    eai_release(allocator, align->points, align->points_capacity * sizeof *points);
    align->points = points;
    align->points_capacity = n;
    return EDGEAI_OK;
}

static void search_candidate(void *argument, size_t item, size_t slot)
{
    eai_align *align = argument;
    eai_candidate *candidate = &align->candidates[align->first_candidate + item];
    eai_search search = {
        .from = &align->frames[align->n].view,
        .to = &align->frames[candidate->frame].view,
        .points = align->points,
        .counts = align->counts,
        .use_keypoints = align->first_candidate == 0,
        .start_is_near = align->first_candidate > 0,
        .start = candidate->has_start ? &candidate->start : NULL,
        .seed = align->options.seed ^ ((uint64_t)align->n << 32 | (uint64_t)candidate->frame),
    };
    candidate->found = eai_edge_search(&search, &align->scratch[slot], &candidate->edge);
}

/* Tries the candidates from `first` on, and keeps their edges in the order of candidates. */
static void search_from(eai_align *align, size_t first)
{
    align->first_candidate = first;
    eai_parallel_for(align->context, align->n_candidates - first, search_candidate, align);
    for (size_t k = first; k < align->n_candidates; k++) {
        eai_candidate *candidate = &align->candidates[k];
        if (!candidate->found) continue;
        candidate->edge.from = (int)align->n;
        candidate->edge.to = candidate->frame;
        align->edges[align->n_edges++] = candidate->edge;
    }
}

/* Between frames whose poses both were given: to the last one before this. */
static void add_given_edge(eai_align *align)
{
    const eai_align_frame *frame = &align->frames[align->n];
    for (size_t i = align->n; frame->has_given && i-- > 0;) {
        if (!align->frames[i].has_given) continue;
        edgeai_pose back = eai_pose_inverse(&align->frames[i].given);
        eai_edge *edge = &align->edges[align->n_edges++];
        *edge = (eai_edge){.from = (int)align->n,
                           .to = (int)i,
                           .kind = EAI_EDGE_GIVEN,
                           .motion = eai_pose_compose(&back, &frame->given),
                           .weight = GIVEN_WEIGHT,
                           .overlap = 0};
        for (int k = 0; k < 6; k++)
            edge->information[7 * k] = 1;
        return;
    }
}

/* Moves a group into the new frame's, as an edge between them tells. */
static void join_group(eai_align *align, const eai_edge *edge)
{
    const eai_align_frame *frame = &align->frames[align->n];
    int group = align->frames[edge->to].group;
    edgeai_pose back = eai_pose_inverse(&edge->motion);
    edgeai_pose other = eai_pose_compose(&frame->place, &back); /* where edge->to should be */
    back = eai_pose_inverse(&align->frames[edge->to].place);
    edgeai_pose move = eai_pose_compose(&other, &back);
    for (size_t i = 0; i < align->n; i++) {
        if (align->frames[i].group != group) continue;
        align->frames[i].place = eai_pose_compose(&move, &align->frames[i].place);
        align->frames[i].group = frame->group;
    }
}

/* Puts the new frame where its edges, those from `first` on, say: the strongest, then all. */
static void place_frame(eai_align *align, size_t first)
{
    eai_align_frame *frame = &align->frames[align->n];
    frame->place = eai_pose_identity();
    frame->group = (int)align->n;
    size_t best = first;
    for (size_t e = first; e < align->n_edges; e++)
        if (align->edges[e].weight > align->edges[best].weight) best = e;
    if (best == align->n_edges) return;
    const eai_align_frame *other = &align->frames[align->edges[best].to];
    frame->place = eai_pose_compose(&other->place, &align->edges[best].motion);
    frame->group = other->group;
    for (size_t e = first; e < align->n_edges; e++)
        if (align->frames[align->edges[e].to].group != frame->group)
            join_group(align, &align->edges[e]);
    edgeai_pose places[EAI_CANDIDATES_MAX + 2];
    eai_edge edges[EAI_CANDIDATES_MAX + 1];
    size_t offsets[2] = {0, align->n_edges - first}, items[EAI_CANDIDATES_MAX + 1];
    places[0] = frame->place; /* a graph of the new frame, and its neighbours one after the other */
    for (size_t k = 0; k < offsets[1]; k++) {
        edges[k] = align->edges[first + k];
        places[k + 1] = align->frames[edges[k].to].place;
        edges[k].from = 0;
        edges[k].to = (int)k + 1;
        items[k] = k;
    }
    eai_edge_index star = {1, offsets[1], edges, offsets, items};
    for (int sweep = 0; sweep < SWEEPS; sweep++)
        eai_pose_average(&star, 0, NULL, places);
    frame->place = places[0];
}

edgeai_status eai_align_add(eai_align *align, const edgeai_frame *frame)
{
    EAI_TRY(check_frame(frame, align->n));
    EAI_TRY(reserve(align, frame));
    eai_align_frame *kept = &align->frames[align->n];
    *kept = (eai_align_frame){.has_given = frame->pose != NULL};
    if (frame->pose) {
        kept->given = *frame->pose;
        if (!eai_pose_orthonormalize(&kept->given))
            return eai_fail(EDGEAI_E_INVALID,
                            "frame %zu: expected a pose with a rotation and finite numbers, found "
                            "another matrix",
                            align->n);
    }
    const edgeai_allocator *allocator = &align->context->allocator;
    EAI_TRY(eai_view_create(&kept->view, allocator, align->finder, frame));
    edgeai_status status = reserve_points(align, &kept->view.surface);
    if (status) {
        eai_view_free(&kept->view, allocator);
        return status;
    }
    memset(align->counts, 0, sizeof align->counts);
    if (kept->view.surface.n_measured > 0)
        eai_surface_points(&kept->view.surface, align->points, align->counts);
    size_t first = align->n_edges;
    add_given_edge(align);
    eai_align_choose_similar(align);
    search_from(align, 0);
    place_frame(align, first);
    size_t n_similar = align->n_candidates;
    eai_align_choose_near(align);
    search_from(align, n_similar);
    if (align->n_candidates > n_similar) place_frame(align, first);
    align->n++;
    return EDGEAI_OK;
}
