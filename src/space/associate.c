/* SPDX-License-Identifier: MIT */
#include "space/associate.h"

#include <math.h>
#include <string.h>

#include "base/memory.h"
#include "space/hungarian.h"

#define OVERLAP_LEAST 0.15

enum { CANDIDATES_MAX = 2048, POINTS_MAX = EDGEAI_MAP_POINTS_MAX };

/* An observation in the world, as association looks at it. */
typedef struct seen {
    float points[POINTS_MAX][3];
    int n_points, label;
    double center[3], diagonal, weight, score;
} seen;

/* One frame's work: observations, the tracks that any of them may be, scores of all pairs. */
typedef struct round_of_frame {
    seen *seen;
    int *candidates, *column_of_row;
    double *scores;
    int n_rows, n_columns;
} round_of_frame;

double eai_overlap_radius(double diagonal)
{
    return fmin(fmax(0.04 + 0.06 * diagonal, 0.06), 0.25);
}

/* Whether one of n points is within a distance, given by its square. */
static bool has_neighbour(const float p[3], const float (*points)[3], int n, float limit)
{
    for (int i = 0; i < n; i++) {
        const float x = p[0] - points[i][0], y = p[1] - points[i][1], z = p[2] - points[i][2];
        if (x * x + y * y + z * z <= limit) return true;
    }
    return false;
}

double eai_points_overlap(const float (*a)[3], int n_a, const float (*b)[3], int n_b, double radius)
{
    float low[3] = {INFINITY, INFINITY, INFINITY}, high[3] = {-INFINITY, -INFINITY, -INFINITY};
    const float reach = (float)radius;
    int n = 0;
    for (int i = 0; i < n_b; i++)
        for (int axis = 0; axis < 3; axis++) {
            low[axis] = fminf(low[axis], b[i][axis] - reach);
            high[axis] = fmaxf(high[axis], b[i][axis] + reach);
        }
    for (int i = 0; i < n_a; i++) {
        const float *p = a[i];
        if (p[0] < low[0] || p[1] < low[1] || p[2] < low[2]) continue;
        if (p[0] > high[0] || p[1] > high[1] || p[2] > high[2]) continue;
        n += has_neighbour(p, b, n_b, reach * reach);
    }
    return n_a ? (double)n / n_a : 0;
}

/* A uniform box of side L has variance L^2 / 12 along it. */
static double diagonal_of(const double sum[3], double sum_squares, double n)
{
    double square = sum_squares / n;
    for (int axis = 0; axis < 3; axis++)
        square -= sum[axis] / n * (sum[axis] / n);
    return sqrt(12 * fmax(square, 0));
}

double eai_track_diagonal(const eai_track *track)
{
    return diagonal_of(track->sum, track->sum_squares, track->n_sums);
}

int eai_track_label(const eai_track *track, double *score)
{
    int best = 0;
    for (int i = 1; i < EAI_TRACK_LABELS; i++) {
        const double more = track->label_scores[i] - track->label_scores[best];
        if (more > 0 || (more == 0 && track->labels[i] < track->labels[best])) best = i;
    }
    if (score) *score = track->label_scores[best];
    return track->labels[best];
}

static void see(seen *out, const eai_kept_frame *frame, const eai_observation *observation,
                const edgeai_pose *pose)
{
    double sum[3] = {0}, squares = 0, p[3];
    for (int i = 0; i < observation->n_points; i++) {
        const float *point = frame->points + 3 * ((size_t)observation->first_point + (size_t)i);
        for (int axis = 0; axis < 3; axis++)
            p[axis] = (double)point[axis];
        eai_pose_apply(pose, p, p);
        for (int axis = 0; axis < 3; axis++) {
            out->points[i][axis] = (float)p[axis];
            sum[axis] += p[axis];
            squares += p[axis] * p[axis];
        }
    }
    for (int axis = 0; axis < 3; axis++)
        p[axis] = (double)observation->center[axis];
    const double sigma = eai_depth_sigma(p[2]);
    eai_pose_apply(pose, p, out->center);
    out->n_points = observation->n_points;
    out->label = observation->label;
    out->score = (double)observation->score;
    out->diagonal = diagonal_of(sum, squares, observation->n_points);
    out->weight =
        out->score * observation->n_points / (sigma * sigma) * (observation->truncated ? 0.2 : 1);
    out->weight = fmax(out->weight, 1e-6); /* of a score of 0 */
}

static double distance(const double a[3], const double b[3])
{
    const double x = a[0] - b[0], y = a[1] - b[1], z = a[2] - b[2];
    return sqrt(x * x + y * y + z * z);
}

/* 0 when they cannot be the same. */
static double score_pair(const seen *s, const eai_track *track, const eai_associate_rules *rules)
{
    const double size = eai_track_diagonal(track);
    const double diagonal = fmax(fmax(size, s->diagonal), 0.2);
    const double apart = distance(s->center, track->center);
    if (apart > 1.2 * diagonal + 0.3) return 0;
    const bool same = s->label == eai_track_label(track, NULL);
    const double radius = eai_overlap_radius(fmin(size, s->diagonal));
    const double here =
        eai_points_overlap((const float(*)[3])s->points, s->n_points,
                           (const float(*)[3])track->points, track->n_points, radius);
    const double there = eai_points_overlap((const float(*)[3])track->points, track->n_points,
                                            (const float(*)[3])s->points, s->n_points, radius);
    /* Of one label, one part of the other is enough; of two labels, they must be the same thing. */
    const double overlap = same ? fmax(here, there) : fmin(here, there);
    if (overlap < OVERLAP_LEAST) return 0; /* near is not enough: shelves hang above each other */
    const double near = exp(-pow(apart / (0.5 * diagonal), 2));
    const double score = (0.5 * overlap + 0.5 * near) * (same ? 1 : rules->label_penalty);
    return score >= rules->associate_min ? score : 0;
}

static void vote(eai_track *track, int label, double score)
{
    int slot = 0;
    for (int i = 0; i < EAI_TRACK_LABELS; i++) {
        if (track->label_scores[i] > 0 && track->labels[i] == label) {
            track->label_scores[i] += score;
            return;
        }
        if (track->label_scores[i] < track->label_scores[slot]) slot = i;
    }
    if (score <= track->label_scores[slot]) return;
    track->labels[slot] = label; /* the weakest of too many makes room */
    track->label_scores[slot] = score;
}

static void keep_point(eai_track *track, const float point[3])
{
    if (track->n_points == EAI_TRACK_POINTS) {
        track->n_points /= 2;
        track->keep_every *= 2;
        for (int i = 1; i < track->n_points; i++)
            memcpy(track->points[i], track->points[2 * i], sizeof track->points[i]);
    }
    memcpy(track->points[track->n_points++], point, sizeof track->points[0]);
}

static void take_in(eai_track *track, const seen *s)
{
    const double weight = track->weight + s->weight;
    for (int axis = 0; axis < 3; axis++)
        track->center[axis] += (s->center[axis] - track->center[axis]) * s->weight / weight;
    track->weight = weight;
    for (int i = 0; i < s->n_points; i++) {
        for (int axis = 0; axis < 3; axis++) {
            const double x = (double)s->points[i][axis];
            track->sum[axis] += x;
            track->sum_squares += x * x;
        }
        if (i % track->keep_every == 0) keep_point(track, s->points[i]);
    }
    track->n_sums += s->n_points;
    track->n_views++;
    vote(track, s->label, fmax(s->score, 1e-6));
}

static edgeai_status grow(const edgeai_allocator *allocator, void **array, size_t n,
                          size_t *capacity, size_t element_bytes, const char *what)
{
    if (n <= *capacity) return EDGEAI_OK;
    const size_t more = n + n / 2 + 16;
    void *grown =
        eai_reallocate(allocator, *array, *capacity * element_bytes, more * element_bytes, what);
    if (!grown) return EDGEAI_E_MEMORY;
    *array = grown;
    *capacity = more;
    return EDGEAI_OK;
}

/* Tracks that any of the frame's observations could be, in their order. */
static void find_candidates(const eai_tracks *tracks, round_of_frame *round)
{
    round->n_columns = 0;
    for (size_t i = 0; i < tracks->n && round->n_columns < CANDIDATES_MAX; i++) {
        const eai_track *track = &tracks->tracks[i];
        const double size = eai_track_diagonal(track);
        for (int row = 0; row < round->n_rows; row++) {
            const seen *s = &round->seen[row];
            const double reach = 1.2 * fmax(fmax(size, s->diagonal), 0.2) + 0.3;
            if (distance(s->center, track->center) > reach) continue;
            round->candidates[round->n_columns++] = (int)i;
            break;
        }
    }
}

static edgeai_status begin_track(eai_tracks *tracks, const seen *s, int *track_of)
{
    if (tracks->n == EDGEAI_MAP_OBJECTS_MAX) {
        tracks->n_beyond_capacity++;
        return EDGEAI_OK;
    }
    void *array = tracks->tracks;
    edgeai_status status = grow(tracks->allocator, &array, tracks->n + 1, &tracks->capacity,
                                sizeof *tracks->tracks, "candidates for objects");
    tracks->tracks = array;
    if (status) return status;
    eai_track *track = &tracks->tracks[tracks->n];
    *track = (eai_track){.keep_every = 1};
    take_in(track, s);
    *track_of = (int)tracks->n++;
    return EDGEAI_OK;
}

static edgeai_status fuse_round(eai_tracks *tracks, round_of_frame *round, int *track_of,
                                const eai_associate_rules *rules)
{
    find_candidates(tracks, round);
    for (int row = 0; row < round->n_rows; row++)
        for (int column = 0; column < round->n_columns; column++)
            round->scores[(long)row * round->n_columns + column] =
                score_pair(&round->seen[row], &tracks->tracks[round->candidates[column]], rules);
    edgeai_status status = eai_assign(round->scores, round->n_rows, round->n_columns,
                                      round->column_of_row, tracks->allocator);
    for (int row = 0; row < round->n_rows && status == EDGEAI_OK; row++) {
        const int column = round->column_of_row[row];
        if (column < 0) {
            status = begin_track(tracks, &round->seen[row], &track_of[row]);
        } else {
            track_of[row] = round->candidates[column];
            take_in(&tracks->tracks[track_of[row]], &round->seen[row]);
        }
    }
    return status;
}

static edgeai_status fuse_frame(eai_tracks *tracks, const eai_placed_frames *placed, size_t f,
                                const eai_associate_rules *rules)
{
    const eai_kept_frame *frame = &placed->frames[f];
    const size_t n = (size_t)frame->n_observations;
    void *array = tracks->track_of;
    edgeai_status status =
        grow(tracks->allocator, &array, tracks->n_observations + n, &tracks->observations_capacity,
             sizeof *tracks->track_of, "who is which object");
    tracks->track_of = array;
    if (status) return status;
    int *track_of = tracks->track_of + tracks->n_observations;
    for (size_t i = 0; i < n; i++)
        track_of[i] = -1;
    tracks->n_observations += n;
    if (!placed->fused[f] || n == 0) return EDGEAI_OK;
    const size_t n_columns = tracks->n < CANDIDATES_MAX ? tracks->n : CANDIDATES_MAX;
    const size_t seen_bytes = n * sizeof(seen), scores_bytes = n * n_columns * sizeof(double);
    const size_t bytes = seen_bytes + scores_bytes + (n + n_columns) * sizeof(int);
    char *block = eai_allocate(tracks->allocator, bytes, "association of a frame");
    if (!block) return EDGEAI_E_MEMORY;
    round_of_frame round = {.seen = (seen *)block, .n_rows = (int)n};
    round.scores = (double *)(block + seen_bytes);
    round.candidates = (int *)(block + seen_bytes + scores_bytes);
    round.column_of_row = round.candidates + n_columns;
    for (size_t i = 0; i < n; i++)
        see(&round.seen[i], frame, &frame->observations[i], &placed->poses[f]);
    status = fuse_round(tracks, &round, track_of, rules);
    eai_release(tracks->allocator, block, bytes);
    return status;
}

edgeai_status eai_associate(eai_tracks *tracks, const eai_placed_frames *placed,
                            const eai_associate_rules *rules)
{
    for (; tracks->n_frames < placed->n; tracks->n_frames++) {
        edgeai_status status = fuse_frame(tracks, placed, tracks->n_frames, rules);
        if (status) return status;
    }
    return EDGEAI_OK;
}

void eai_tracks_free(eai_tracks *tracks)
{
    const edgeai_allocator *allocator = tracks->allocator;
    eai_release(allocator, tracks->tracks, tracks->capacity * sizeof *tracks->tracks);
    eai_release(allocator, tracks->track_of,
                tracks->observations_capacity * sizeof *tracks->track_of);
    *tracks = (eai_tracks){.allocator = allocator};
}

size_t eai_tracks_bytes(const eai_tracks *tracks)
{
    return tracks->capacity * sizeof *tracks->tracks +
           tracks->observations_capacity * sizeof *tracks->track_of;
}
