/* SPDX-License-Identifier: MIT */
#ifndef EAI_SPACE_ASSOCIATE_H
#define EAI_SPACE_ASSOCIATE_H

/*
 * Which detections of different frames show the same object. Frame by frame: what comes later does
 * not change what was decided. All measures are of distances alone, so a turned world gives the
 * same objects.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <edgeai/context.h>
#include <edgeai/space.h>
#include <edgeai/status.h>

#include "space/kept_frame.h"

enum { EAI_TRACK_POINTS = 512, EAI_TRACK_LABELS = 6 };

/* A candidate for an object. */
typedef struct eai_track {
    double center[3], weight;           /* weighted mean of its observations' medians */
    double sum[3], sum_squares, n_sums; /* of all points, for its extent */
    float points[EAI_TRACK_POINTS][3];  /* evenly of all its observations */
    int n_points, keep_every;           /* every how manieth point goes in */
    int labels[EAI_TRACK_LABELS];
    double label_scores[EAI_TRACK_LABELS]; /* 0: slot is free */
    int n_views;
} eai_track;

typedef struct eai_tracks {
    const edgeai_allocator *allocator;
    eai_track *tracks;
    size_t n, capacity;
    int *track_of; /* of observations, all frames' one after the other; -1: none */
    size_t n_observations, observations_capacity;
    size_t n_frames; /* done so far */
    size_t n_beyond_capacity;
} eai_tracks;

typedef struct eai_associate_rules {
    double associate_min, label_penalty, merge_min;
} eai_associate_rules;

/* Takes in frames n_frames .. placed->n - 1. After an error the tracks are to be freed. */
edgeai_status eai_associate(eai_tracks *tracks, const eai_placed_frames *placed,
                            const eai_associate_rules *rules);

void eai_tracks_free(eai_tracks *tracks); /* zero, allocator apart, afterwards */
size_t eai_tracks_bytes(const eai_tracks *tracks);

/* Length of the diagonal that a box with such scatter of points has. */
double eai_track_diagonal(const eai_track *track);

/* The label with the largest sum of scores, the smaller index of two; and that sum. */
int eai_track_label(const eai_track *track, double *score);

/* Share of a's points that have one of b within `radius`. */
double eai_points_overlap(const float (*a)[3], int n_a, const float (*b)[3], int n_b,
                          double radius);

/* The distance up to which points of things this large count as the same. */
double eai_overlap_radius(double diagonal);

#endif
