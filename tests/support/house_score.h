/* SPDX-License-Identifier: MIT */
#ifndef TESTS_SUPPORT_HOUSE_SCORE_H
#define TESTS_SUPPORT_HOUSE_SCORE_H

/* How good a map of the labelled house is. */

#include <stdbool.h>

#include "support/house_walk.h"

typedef struct house_score {
    int n_true, n_found; /* objects really seen; objects of the map that count */
    int n_matched, n_labels_right;
    double precision, recall, f1, joint_f1; /* joint: position and label */
    double centroid_median_m, centroid_p90_m, extent_median_m;
    double iou25, iou50;      /* share of matches with that much overlap */
    double count_error;       /* |found - true| by true */
    double class_count_error; /* the same summed over labels */
    double area_error;        /* of the room, relative */
} house_score;

/*
 * One-to-one matching by ground-plane distance of centres, labels not looked at, gate
 * max(0.3, half the diagonal) m. What matches an object that was shown, but not clearly, counts
 * neither for nor against. The map is taken to the house by the first frame's pose. False when
 * memory is short. verbose: prints what is wrong.
 */
bool house_score_map(house_score *score, const eai_map_content *map, const house_walk *walk,
                     const edgeai_allocator *allocator, bool verbose);

#endif
