/* SPDX-License-Identifier: MIT */
#include "space/candidates.h"

#include <string.h>

#include "base/memory.h"
#include "space/object_points.h"

/* Working memory of one object after the other. */
typedef struct workbench {
    float points[EAI_OBJECT_POINTS][3];
    eai_box_scratch box;
} workbench;

_Static_assert((int)EAI_OBJECT_POINTS <= (int)EAI_BOX_POINTS, "a box takes all points");

static const eai_observation *observation_of(const eai_placed_frames *placed,
                                             const eai_member *member)
{
    return &placed->frames[member->frame].observations[member->observation];
}

/* The label with the largest sum of scores, the first of two. sums[n_labels] of any content. */
static void vote(eai_candidate *out, const eai_placed_frames *placed, const eai_member *members,
                 double *sums)
{
    int best = -1, n_best = 0;
    for (int i = 0; i < out->n_members; i++)
        sums[observation_of(placed, &members[i])->label] = 0;
    for (int i = 0; i < out->n_members; i++) {
        const eai_observation *observation = observation_of(placed, &members[i]);
        sums[observation->label] += (double)observation->score;
    }
    for (int i = 0; i < out->n_members; i++) {
        const int label = observation_of(placed, &members[i])->label;
        if (best < 0 || sums[label] > sums[best] || (sums[label] == sums[best] && label < best))
            best = label;
    }
    for (int i = 0; i < out->n_members; i++)
        n_best += observation_of(placed, &members[i])->label == best;
    out->label = best;
    out->n_label_views = n_best;
    out->label_share = sums[best] / out->n_members;
}

static void count_views(eai_candidate *out, const eai_placed_frames *placed,
                        const eai_member *members)
{
    out->truncated = true;
    for (int i = 0; i < out->n_members; i++) {
        out->n_views += i == 0 || members[i].frame != members[i - 1].frame;
        out->truncated = out->truncated && observation_of(placed, &members[i])->truncated;
    }
}

static void measure(eai_candidate *out, const eai_placed_frames *placed, const eai_member *members,
                    bool has_floor, workbench *bench)
{
    const int n = eai_object_points(bench->points, placed, members, (size_t)out->n_members);
    out->box = eai_object_box_of((const float(*)[3])bench->points, n, has_floor, &bench->box);
    out->n_points = n < EAI_CANDIDATE_POINTS ? n : EAI_CANDIDATE_POINTS;
    for (int i = 0; i < out->n_points; i++)
        memcpy(out->points[i], bench->points[(long)i * n / out->n_points], sizeof out->points[i]);
}

static edgeai_status reserve(eai_candidates *candidates)
{
    if (candidates->n < candidates->capacity) return EDGEAI_OK;
    const size_t more = 2 * candidates->capacity + 64;
    void *grown = eai_reallocate(candidates->allocator, candidates->items,
                                 candidates->capacity * sizeof *candidates->items,
                                 more * sizeof *candidates->items, "candidates for objects");
    if (!grown) return EDGEAI_E_MEMORY;
    candidates->items = grown;
    candidates->capacity = more;
    return EDGEAI_OK;
}

edgeai_status eai_make_candidates(eai_candidates *candidates, const eai_groups *groups,
                                  const eai_placed_frames *placed, int n_labels, const bool *wanted,
                                  int views_min, bool has_floor, const edgeai_allocator *allocator)
{
    *candidates = (eai_candidates){.allocator = allocator};
    if (groups->n_members == 0) return EDGEAI_OK;
    const size_t bytes = sizeof(workbench) + (size_t)n_labels * sizeof(double);
    workbench *bench = eai_allocate(allocator, bytes, "objects' points");
    if (!bench) return EDGEAI_E_MEMORY;
    edgeai_status status = EDGEAI_OK;
    for (size_t g = 0; g < groups->n && status == EDGEAI_OK; g++) {
        const eai_member *members = groups->members + groups->start[g];
        eai_candidate made = {.id = (int)g + 1, .first_member = groups->start[g]};
        made.n_members = (int)(groups->start[g + 1] - groups->start[g]);
        if (made.n_members == 0) continue;
        vote(&made, placed, members, (double *)(bench + 1));
        count_views(&made, placed, members);
        const int n_views = made.n_views < made.n_label_views ? made.n_views : made.n_label_views;
        if (n_views < views_min && !wanted[made.label]) continue;
        status = reserve(candidates);
        if (status) break;
        measure(&made, placed, members, has_floor, bench);
        candidates->items[candidates->n++] = made;
    }
    eai_release(allocator, bench, bytes);
    if (status) eai_candidates_free(candidates);
    return status;
}

void eai_candidates_free(eai_candidates *candidates)
{
    if (!candidates->allocator) return;
    eai_release(candidates->allocator, candidates->items,
                candidates->capacity * sizeof *candidates->items);
    *candidates = (eai_candidates){0};
}
