/* SPDX-License-Identifier: MIT */

/* Which earlier frames a new one is tried against: trying all of them would take N^2 searches. */

#include "platform/threads.h"
#include "space/align_internal.h"
#include "space/pose.h"

#define VOTES_LEAST 8   /* common keypoints, below which likeness is chance */
#define SAMPLE      100 /* points that tell what a frame should see */
#define SAMPLE_NEAR 0.3 /* metres that an expected pose may be off */
#define OVERLAP     0.3 /* share of the sample that must be seen */

static eai_candidate *add_candidate(eai_align *align, size_t frame)
{
    if (align->n_candidates == EAI_CANDIDATES_MAX) return NULL;
    eai_candidate *candidate = &align->candidates[align->n_candidates++];
    *candidate = (eai_candidate){.frame = (int)frame};
    return candidate;
}

static bool is_chosen(const eai_align *align, size_t frame)
{
    for (size_t k = 0; k < align->n_candidates; k++)
        if (align->candidates[k].frame == (int)frame) return true;
    return false;
}

/* Moves on as it did last; the first time it has not moved. */
static edgeai_pose expected_motion(const eai_align *align, size_t earlier)
{
    const eai_align_frame *frames = align->frames;
    size_t n = align->n;
    if (n < 2 || frames[n - 1].group != frames[n - 2].group ||
        frames[earlier].group != frames[n - 1].group)
        return eai_pose_identity();
    edgeai_pose back = eai_pose_inverse(&frames[n - 2].place);
    edgeai_pose last = eai_pose_compose(&back, &frames[n - 1].place);
    edgeai_pose place = eai_pose_compose(&frames[n - 1].place, &last);
    edgeai_pose inverse = eai_pose_inverse(&frames[earlier].place);
    return eai_pose_compose(&inverse, &place);
}

static void count_votes(void *argument, size_t item, size_t slot)
{
    eai_align *align = argument;
    align->votes[item] = (uint16_t)eai_view_similarity(
        &align->frames[align->n].view, &align->frames[item].view, &align->scratch[slot]);
}

/* The frame with most votes that was not chosen; of equal ones the latest. */
static size_t most_alike(const eai_align *align)
{
    size_t best = align->n;
    for (size_t i = 0; i < align->n; i++) {
        if (align->votes[i] < VOTES_LEAST || is_chosen(align, i)) continue;
        if (best == align->n || align->votes[i] >= align->votes[best]) best = i;
    }
    return best;
}

void eai_align_choose_similar(eai_align *align)
{
    const bool posed = align->frames[align->n].has_given;
    align->n_candidates = 0;
    for (int back = 1; back <= align->options.n_previous; back++) {
        if ((size_t)back > align->n) break;
        size_t frame = align->n - (size_t)back;
        if (posed && align->frames[frame].has_given) continue;
        eai_candidate *candidate = add_candidate(align, frame);
        candidate->has_start = true;
        candidate->start = expected_motion(align, frame);
    }
    if (align->frames[align->n].view.n_keypoints == 0) return;
    eai_parallel_for(align->context, align->n, count_votes, align);
    for (size_t i = 0; posed && i < align->n; i++)
        if (align->frames[i].has_given) align->votes[i] = 0;
    for (int k = 0; k < align->options.n_similar; k++) {
        size_t frame = most_alike(align);
        if (frame == align->n) return;
        add_candidate(align, frame);
    }
}

/* Share of a sample of the new frame's points that an earlier one sees, where they are now. */
static double expected_overlap(const eai_align *align, size_t earlier, edgeai_pose *motion)
{
    const eai_align_frame *frame = &align->frames[align->n], *other = &align->frames[earlier];
    edgeai_pose back = eai_pose_inverse(&other->place);
    *motion = eai_pose_compose(&back, &frame->place);
    size_t n = align->counts[0], stride = n > SAMPLE ? n / SAMPLE : 1, n_seen = 0, n_tried = 0;
    const eai_surface *surface = &other->view.surface;
    if (surface->n_measured == 0 || n == 0) return 0;
    for (size_t i = 0; i < n; i += stride, n_tried++) {
        double p[3], z;
        for (int k = 0; k < 3; k++)
            p[k] = (double)align->points[i].p[k];
        eai_pose_apply(motion, p, p);
        if (p[2] < EAI_SURFACE_NEAR_M) continue;
        double u = (double)surface->fx * p[0] / p[2] + (double)surface->cx;
        double v = (double)surface->fy * p[1] / p[2] + (double)surface->cy;
        if (!(u > 0 && v > 0 && u < surface->width - 1 && v < surface->height - 1)) continue;
        int cell = (int)(v + 0.5) * surface->width + (int)(u + 0.5);
        z = surface->cells[cell].z / EAI_SURFACE_UNITS_PER_M;
        n_seen += z > p[2] - SAMPLE_NEAR && z < p[2] + SAMPLE_NEAR;
    }
    return (double)n_seen / (double)n_tried;
}

/* Whether surfaces were already tried against each other from what keypoints told, or met. */
static bool was_registered(const eai_align *align, size_t n, size_t frame)
{
    for (size_t k = 0; k < n; k++)
        if (align->candidates[k].frame == (int)frame)
            return align->candidates[k].found || align->candidates[k].edge.n_keypoints > 0;
    return false;
}

/* Keeps the n_near with the largest overlap, sorted; of equal ones the earlier stays in front. */
void eai_align_choose_near(eai_align *align)
{
    const eai_align_frame *frame = &align->frames[align->n];
    double overlaps[EAI_CANDIDATES_MAX];
    size_t first = align->n_candidates;
    size_t most = first + (size_t)align->options.n_near;
    if (most > EAI_CANDIDATES_MAX) most = EAI_CANDIDATES_MAX;
    for (size_t i = 0; i < align->n && most > first; i++) {
        edgeai_pose motion;
        bool both_given = frame->has_given && align->frames[i].has_given;
        if (align->frames[i].group != frame->group || both_given) continue;
        double overlap = was_registered(align, first, i) ? 0 : expected_overlap(align, i, &motion);
        if (overlap < OVERLAP) continue;
        size_t at = align->n_candidates;
        if (at == most && overlaps[at - 1] >= overlap) continue;
        if (at < most) align->n_candidates++;
        at = align->n_candidates - 1;
        for (; at > first && overlaps[at - 1] < overlap; at--) {
            align->candidates[at] = align->candidates[at - 1];
            overlaps[at] = overlaps[at - 1];
        }
        overlaps[at] = overlap;
        align->candidates[at] =
            (eai_candidate){.frame = (int)i, .has_start = true, .start = motion};
    }
}
