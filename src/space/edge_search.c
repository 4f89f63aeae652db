/* SPDX-License-Identifier: MIT */
#include "space/edge_search.h"

#include "base/fail.h"
#include "base/memory.h"
#include "space/edge_test.h"
#include "space/keypoints.h"
#include "space/pose.h"
#include "space/ransac_motion.h"

#define AGREEING_LEAST 12  /* keypoints: fewer may agree by accident */
#define DISTINCT       200 /* keypoints that similarity is counted on */

edgeai_status eai_search_scratch_reserve(eai_search_scratch *scratch,
                                         const edgeai_allocator *allocator, size_t n_points)
{
    const size_t n = EAI_KEYPOINTS_MAX;
    if (!scratch->matches) {
        scratch->matches = eai_allocate_array(allocator, n, sizeof(eai_code_match), "matches");
        scratch->pairs = eai_allocate_array(allocator, n, sizeof(eai_point_pair), "matches");
        scratch->match.row = eai_allocate_array(allocator, n, sizeof(uint64_t), "matches");
        scratch->match.best = eai_allocate_array(allocator, n, sizeof(int), "matches");
        scratch->match.distance = eai_allocate_array(allocator, n, sizeof(int), "matches");
        if (!scratch->matches || !scratch->pairs || !scratch->match.best ||
            !scratch->match.distance || !scratch->match.row) {
            eai_search_scratch_free(scratch, allocator);
            return EDGEAI_E_MEMORY;
        }
    }
    if (n_points <= scratch->points_capacity) return EDGEAI_OK;
    eai_surface_point *points =
        eai_allocate_array(allocator, n_points, sizeof *points, "surface points");
    if (!points) return EDGEAI_E_MEMORY;
    eai_release(allocator, scratch->points, scratch->points_capacity * sizeof *points);
    scratch->points = points;
    scratch->points_capacity = n_points;
    return EDGEAI_OK;
}

void eai_search_scratch_free(eai_search_scratch *scratch, const edgeai_allocator *allocator)
{
    const size_t n = EAI_KEYPOINTS_MAX;
    eai_release(allocator, scratch->points, scratch->points_capacity * sizeof *scratch->points);
    eai_release(allocator, scratch->matches, n * sizeof *scratch->matches);
    eai_release(allocator, scratch->pairs, n * sizeof *scratch->pairs);
    eai_release(allocator, scratch->match.row, n * sizeof(uint64_t));
    eai_release(allocator, scratch->match.best, n * sizeof(int));
    eai_release(allocator, scratch->match.distance, n * sizeof(int));
    *scratch = (eai_search_scratch){0};
}

size_t eai_search_scratch_bytes(const eai_search_scratch *scratch)
{
    size_t each = sizeof *scratch->matches + sizeof *scratch->pairs + 2 * sizeof(int) + 8;
    return (scratch->matches ? EAI_KEYPOINTS_MAX * each : 0) +
           scratch->points_capacity * sizeof *scratch->points;
}

/* The most distinct keypoints of a view, at most so many. */
static eai_code_table codes_of(const eai_view *view, size_t most)
{
    size_t n = view->n_keypoints;
    return (eai_code_table){view->words, n, n < most ? n : most};
}

/* Keypoints of both views that agree on a motion, in scratch->pairs; how many. */
static size_t match_views(const eai_search *search, eai_search_scratch *scratch,
                          edgeai_pose *motion)
{
    const eai_view *from = search->from, *to = search->to;
    size_t n = eai_match_codes(codes_of(from, EAI_KEYPOINTS_MAX), codes_of(to, EAI_KEYPOINTS_MAX),
                               scratch->match, scratch->matches);
    for (size_t i = 0; i < n; i++) {
        eai_point_pair *pair = &scratch->pairs[i];
        const float *p = from->places[scratch->matches[i].a];
        const float *q = to->places[scratch->matches[i].b];
        for (int k = 0; k < 3; k++) {
            pair->p[k] = (double)p[k];
            pair->q[k] = (double)q[k];
        }
        double sigma = eai_depth_sigma((double)(p[2] > q[2] ? p[2] : q[2]));
        pair->weight = 1 / (sigma * sigma);
    }
    return eai_ransac_motion(scratch->pairs, n, AGREEING_LEAST, search->seed, motion);
}

static void swap_pairs(eai_point_pair *pairs, size_t n)
{
    for (size_t i = 0; i < n; i++)
        for (int k = 0; k < 3; k++) {
            double p = pairs[i].p[k];
            pairs[i].p[k] = pairs[i].q[k];
            pairs[i].q[k] = p;
        }
}

/* Registers both ways, each from the same start; the way back only where the way there is good. */
static bool register_both(const eai_search *search, eai_search_scratch *scratch, size_t n_pairs,
                          const edgeai_pose *start, eai_edge_evidence *evidence)
{
    eai_icp_input there = {.points = search->points,
                           .counts = search->counts,
                           .target = &search->to->surface,
                           .pairs = scratch->pairs,
                           .n_pairs = n_pairs};
    eai_icp_reach reach = n_pairs > 0 || search->start_is_near ? EAI_ICP_NEAR : EAI_ICP_FAR;
    if (!eai_icp_run(&there, start, reach, &evidence->forward)) return false;
    evidence->backward = evidence->forward;
    evidence->backward.motion = eai_pose_inverse(&evidence->forward.motion);
    if (eai_edge_test(evidence) > EAI_EDGE_OVERLAP) return false; /* the way back may see more */
    size_t counts[3];
    eai_surface_points(&search->to->surface, scratch->points, counts);
    swap_pairs(scratch->pairs, n_pairs);
    edgeai_pose back_start = eai_pose_inverse(start);
    eai_icp_input back = {.points = scratch->points,
                          .counts = counts,
                          .target = &search->from->surface,
                          .pairs = scratch->pairs,
                          .n_pairs = n_pairs};
    return eai_icp_run(&back, &back_start, reach, &evidence->backward);
}

/* Half way between the answers of both directions. */
static edgeai_pose middle(const eai_edge_evidence *evidence)
{
    edgeai_pose round = eai_pose_compose(&evidence->forward.motion, &evidence->backward.motion);
    double twist[6];
    eai_pose_log(&round, twist);
    for (int k = 0; k < 6; k++)
        twist[k] *= -0.5;
    edgeai_pose half = eai_pose_exp(twist);
    return eai_pose_compose(&half, &evidence->forward.motion);
}

bool eai_edge_search(const eai_search *search, eai_search_scratch *scratch, eai_edge *edge)
{
    if (search->counts[2] == 0 || search->to->surface.n_measured == 0) return false;
    edgeai_pose start;
    size_t n_pairs = search->use_keypoints ? match_views(search, scratch, &start) : 0;
    edge->n_keypoints = (int)n_pairs;
    if (n_pairs == 0 && !search->start) return false;
    if (n_pairs == 0) start = *search->start;
    eai_edge_evidence evidence = {.n_keypoints = (int)n_pairs};
    if (!register_both(search, scratch, n_pairs, &start, &evidence)) return false;
    if (eai_edge_test(&evidence) != EAI_EDGE_GOOD) return false;
    const eai_icp_fit *there = &evidence.forward, *back = &evidence.backward;
    edge->kind = n_pairs > 0 ? EAI_EDGE_KEYPOINTS : EAI_EDGE_SURFACES;
    edge->motion = middle(&evidence);
    edge->weight = eai_edge_weight(&evidence);
    edge->overlap = there->overlap < back->overlap ? there->overlap : back->overlap;
    edge->rmse = there->rmse > back->rmse ? there->rmse : back->rmse;
    for (int i = 0; i < 36; i++)
        edge->information[i] = there->information[i];
    return true;
}

int eai_view_similarity(const eai_view *a, const eai_view *b, const eai_search_scratch *scratch)
{
    return (int)eai_match_codes(codes_of(a, DISTINCT), codes_of(b, DISTINCT), scratch->match,
                                scratch->matches);
}
