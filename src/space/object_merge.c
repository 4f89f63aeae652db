/* SPDX-License-Identifier: MIT */
#include "space/object_merge.h"

#include <math.h>
#include <string.h>

#include "base/memory.h"
#include "base/sort.h"

#define MOSTLY   0.6  /* of the points inside the other's box */
#define PARTLY   0.1  /* enough when they were hardly seen together */
#define BARELY   0.04 /* or when no view shows either whole */
#define WIDER_M  0.12 /* of that box, on each side */
#define PARTS_M  0.5  /* when no view shows either whole */
#define SLIPS    0.35 /* of the frames of the one with fewer, at least 1 */
#define TOGETHER 0.1  /* share of the frames with both that two detectors' slips may explain */

enum { SLIP_VIEWS = 4 }; /* with fewer frames one slip is too much */

/* Two tracks that may be one. */
typedef struct pair {
    int a, b; /* a < b */
    double overlap;
} pair;

typedef struct merging {
    const edgeai_allocator *allocator;
    const eai_tracks *tracks;
    eai_groups *groups;
    uint64_t *frames; /* [n tracks][words]: bits of the frames a group was seen in */
    size_t words;
    pair *pairs;
    size_t n_pairs, capacity;
    size_t *order;
} merging;

static double distance(const double a[3], const double b[3])
{
    const double x = a[0] - b[0], y = a[1] - b[1], z = a[2] - b[2];
    return sqrt(x * x + y * y + z * z);
}

static double overlap_of(const eai_track *a, const eai_track *b)
{
    const double size_a = eai_track_diagonal(a), size_b = eai_track_diagonal(b);
    if (distance(a->center, b->center) > 0.75 * (size_a + size_b) + 0.2) return 0;
    if (eai_track_label(a, NULL) != eai_track_label(b, NULL)) return 0;
    const double radius = eai_overlap_radius(fmin(size_a, size_b));
    const float(*points_a)[3] = (const float(*)[3])a->points;
    const float(*points_b)[3] = (const float(*)[3])b->points;
    return fmax(eai_points_overlap(points_a, a->n_points, points_b, b->n_points, radius),
                eai_points_overlap(points_b, b->n_points, points_a, a->n_points, radius));
}

static edgeai_status find_pairs(merging *self, double merge_min)
{
    const eai_tracks *tracks = self->tracks;
    for (size_t a = 0; a < tracks->n; a++)
        for (size_t b = a + 1; b < tracks->n; b++) {
            const double overlap = overlap_of(&tracks->tracks[a], &tracks->tracks[b]);
            if (overlap < merge_min || overlap == 0) continue;
            if (self->n_pairs == self->capacity) {
                const size_t more = 2 * self->capacity + 64;
                pair *grown =
                    eai_reallocate(self->allocator, self->pairs, self->capacity * sizeof *grown,
                                   more * sizeof *grown, "pairs of objects");
                if (!grown) return EDGEAI_E_MEMORY;
                self->pairs = grown;
                self->capacity = more;
            }
            self->pairs[self->n_pairs++] = (pair){(int)a, (int)b, overlap};
        }
    return EDGEAI_OK;
}

static bool before(const void *user, size_t a, size_t b)
{
    const merging *self = user;
    const double more = self->pairs[a].overlap - self->pairs[b].overlap;
    return more > 0 || (more == 0 && a < b);
}

static int count_bits(const uint64_t *a, const uint64_t *b, size_t n)
{
    int count = 0;
    for (size_t i = 0; i < n; i++)
        count += __builtin_popcountll(a[i] & b[i]);
    return count;
}

static int group_of(const eai_groups *groups, int track)
{
    while (groups->group_of[track] != track)
        track = groups->group_of[track];
    return track;
}

static void join(merging *self, const pair *joined)
{
    int a = group_of(self->groups, joined->a), b = group_of(self->groups, joined->b);
    if (a == b) return;
    if (a > b) {
        const int swapped = a;
        a = b;
        b = swapped;
    }
    uint64_t *frames_a = self->frames + (size_t)a * self->words;
    uint64_t *frames_b = self->frames + (size_t)b * self->words;
    const int together = count_bits(frames_a, frames_b, self->words);
    const int n_a = count_bits(frames_a, frames_a, self->words);
    const int n_b = count_bits(frames_b, frames_b, self->words);
    if (together > TOGETHER * (n_a < n_b ? n_a : n_b)) return;
    self->groups->group_of[b] = a;
    for (size_t i = 0; i < self->words; i++)
        frames_a[i] |= frames_b[i];
}

/* Counting sort of all observations by their groups; frames come in order by themselves. */
static void list_members(eai_groups *groups, const eai_tracks *tracks,
                         const eai_placed_frames *placed)
{
    memset(groups->start, 0, (groups->n + 1) * sizeof *groups->start);
    for (int pass = 0; pass < 2; pass++) {
        size_t at = 0;
        for (size_t f = 0; f < tracks->n_frames; f++)
            for (int i = 0; i < placed->frames[f].n_observations; i++, at++) {
                if (tracks->track_of[at] < 0) continue;
                const int group = groups->group_of[tracks->track_of[at]];
                if (pass == 0)
                    groups->start[group + 1]++;
                else
                    groups->members[groups->start[group]++] = (eai_member){(int)f, i};
            }
        if (pass == 0)
            for (size_t g = 0; g < groups->n; g++)
                groups->start[g + 1] += groups->start[g];
    }
    for (size_t g = groups->n; g > 0; g--) /* each start is at its group's end now */
        groups->start[g] = groups->start[g - 1];
    groups->start[0] = 0;
}

static void note_frames(merging *self, const eai_placed_frames *placed)
{
    size_t at = 0;
    for (size_t f = 0; f < self->tracks->n_frames; f++)
        for (int i = 0; i < placed->frames[f].n_observations; i++, at++) {
            const int track = self->tracks->track_of[at];
            if (track < 0) continue;
            self->frames[(size_t)track * self->words + f / 64] |= (uint64_t)1 << (f % 64);
        }
}

static edgeai_status merge(merging *self, double merge_min)
{
    edgeai_status status = find_pairs(self, merge_min);
    if (status || self->n_pairs == 0) return status;
    self->order =
        eai_allocate_array(self->allocator, self->n_pairs, sizeof *self->order, "pairs of objects");
    if (!self->order) return EDGEAI_E_MEMORY;
    for (size_t i = 0; i < self->n_pairs; i++)
        self->order[i] = i;
    eai_sort_items(self->order, self->n_pairs, before, self);
    for (size_t i = 0; i < self->n_pairs; i++)
        join(self, &self->pairs[self->order[i]]);
    return EDGEAI_OK;
}

static edgeai_status make_groups(merging *self, const eai_placed_frames *placed, double merge_min)
{
    eai_groups *groups = self->groups;
    const size_t n = groups->n;
    groups->group_of =
        eai_allocate_array(self->allocator, n, sizeof *groups->group_of, "groups of objects");
    groups->start =
        eai_allocate_array(self->allocator, n + 1, sizeof *groups->start, "groups of objects");
    groups->members = eai_allocate_array(self->allocator, groups->n_members,
                                         sizeof *groups->members, "groups of objects");
    self->words = (self->tracks->n_frames + 63) / 64;
    self->frames = eai_allocate_array(self->allocator, n * self->words, sizeof *self->frames,
                                      "frames of objects");
    if (!groups->group_of || !groups->start || !groups->members || !self->frames)
        return EDGEAI_E_MEMORY;
    for (size_t i = 0; i < n; i++)
        groups->group_of[i] = (int)i;
    note_frames(self, placed);
    edgeai_status status = merge(self, merge_min);
    if (status) return status;
    for (size_t i = 0; i < n; i++)
        groups->group_of[i] = group_of(groups, (int)i);
    list_members(groups, self->tracks, placed);
    return EDGEAI_OK;
}

edgeai_status eai_merge_objects(eai_groups *groups, const eai_tracks *tracks,
                                const eai_placed_frames *placed, double merge_min)
{
    *groups = (eai_groups){.allocator = tracks->allocator, .n = tracks->n};
    for (size_t i = 0; i < tracks->n_observations; i++)
        groups->n_members += tracks->track_of[i] >= 0;
    if (tracks->n == 0) return EDGEAI_OK;
    merging self = {.allocator = tracks->allocator, .tracks = tracks, .groups = groups};
    edgeai_status status = make_groups(&self, placed, merge_min);
    eai_release(self.allocator, self.frames, groups->n * self.words * sizeof *self.frames);
    eai_release(self.allocator, self.pairs, self.capacity * sizeof *self.pairs);
    eai_release(self.allocator, self.order, self.n_pairs * sizeof *self.order);
    if (status) eai_groups_free(groups);
    return status;
}

/* Share of b's points in a's box. */
static double share_inside(const eai_boxed_group *a, const eai_boxed_group *b)
{
    const double wider = a->truncated && b->truncated ? PARTS_M : WIDER_M;
    const double c = cos(a->box.yaw), s = sin(a->box.yaw);
    int n = 0;
    for (int i = 0; i < b->n_points; i++) {
        const double x = (double)b->points[i][0] - a->box.center[0];
        const double y = (double)b->points[i][1] - a->box.center[1];
        const double z = (double)b->points[i][2] - a->box.center[2];
        n += fabs(c * x + s * y) <= a->box.size[0] / 2 + wider &&
             fabs(c * y - s * x) <= a->box.size[1] / 2 + wider &&
             fabs(z) <= a->box.size[2] / 2 + wider;
    }
    return b->n_points ? (double)n / b->n_points : 0;
}

/* Frames of both, and of each. */
static void count_frames(const eai_groups *groups, int a, int b, int *n_both, int *n_a, int *n_b)
{
    size_t i = groups->start[a], j = groups->start[b];
    const size_t end_a = groups->start[a + 1], end_b = groups->start[b + 1];
    *n_both = *n_a = *n_b = 0;
    while (i < end_a || j < end_b) {
        const int frame_a = i < end_a ? groups->members[i].frame : INT32_MAX;
        const int frame_b = j < end_b ? groups->members[j].frame : INT32_MAX;
        const int frame = frame_a < frame_b ? frame_a : frame_b;
        *n_a += frame_a == frame;
        *n_b += frame_b == frame;
        *n_both += frame_a == frame_b;
        while (i < end_a && groups->members[i].frame == frame)
            i++;
        while (j < end_b && groups->members[j].frame == frame)
            j++;
    }
}

static bool are_one(const eai_groups *groups, const eai_boxed_group *a, const eai_boxed_group *b)
{
    if (a->label != b->label) return false;
    const double share = fmax(share_inside(a, b), share_inside(b, a));
    if (share < (a->truncated && b->truncated ? BARELY : PARTLY)) return false;
    int n_both, n_a, n_b;
    count_frames(groups, a->group, b->group, &n_both, &n_a, &n_b);
    const int fewer = n_a < n_b ? n_a : n_b;
    if (share >= MOSTLY) return n_both <= (fewer >= SLIP_VIEWS ? fmax(SLIPS * fewer, 1) : 0);
    return n_both <= TOGETHER * fewer;
}

int eai_merge_boxes(eai_groups *groups, const eai_boxed_group *boxed, int n,
                    const eai_tracks *tracks, const eai_placed_frames *placed)
{
    int n_joined = 0;
    for (int i = 0; i < n; i++)
        for (int j = i + 1; j < n; j++) {
            const int a = boxed[i].group, b = boxed[j].group;
            if (groups->start[a] == groups->start[a + 1]) break; /* joined to another already */
            if (groups->start[b] == groups->start[b + 1]) continue;
            if (!are_one(groups, &boxed[i], &boxed[j])) continue;
            for (size_t t = 0; t < groups->n; t++)
                if (groups->group_of[t] == b) groups->group_of[t] = a;
            list_members(groups, tracks, placed);
            n_joined++;
        }
    return n_joined;
}

void eai_groups_free(eai_groups *groups)
{
    const edgeai_allocator *allocator = groups->allocator;
    if (!allocator) return;
    eai_release(allocator, groups->group_of, groups->n * sizeof *groups->group_of);
    eai_release(allocator, groups->start, (groups->n + 1) * sizeof *groups->start);
    eai_release(allocator, groups->members, groups->n_members * sizeof *groups->members);
    *groups = (eai_groups){0};
}
