/* SPDX-License-Identifier: MIT */
#ifndef EAI_DECODE_DICO_CLUSTERS_H
#define EAI_DECODE_DICO_CLUSTERS_H

/*
 * DiCo's local clusters: intervals of a block that grow out of seeds (Divide) and whose borders
 * move with the confidences (Conquer). Offsets count from the start of the block; confidences are
 * by offset, -INFINITY where nothing is masked.
 */

#include <stdbool.h>
#include <stddef.h>

typedef struct eai_cluster {
    size_t begin, end; /* half open */
} eai_cluster;

/* The cluster that holds `offset`, or `n`. */
size_t eai_clusters_find(const eai_cluster *clusters, size_t n, size_t offset);

/*
 * Divide: both ends move outwards to the last position of at least `threshold`, across at most
 * `tolerance` weaker ones in a row.
 */
void eai_cluster_grow(eai_cluster *cluster, const double *confidences, size_t n_offsets,
                      double threshold, int tolerance);

/*
 * Conquer: the same for positions above `threshold`, but no further than the neighbouring clusters
 * (`lowest` is the first offset allowed, `highest` one past the last). As in the published code,
 * the last position allowed on the right is never taken.
 */
void eai_cluster_extend(eai_cluster *cluster, const double *confidences, size_t lowest,
                        size_t highest, double threshold, int tolerance);

/* Both ends move inwards to the first masked position; false when none is left. */
bool eai_cluster_shrink(eai_cluster *cluster, const bool *is_masked);

/* Sorts, and joins those that overlap or touch; returns how many are left. */
size_t eai_clusters_merge(eai_cluster *clusters, size_t n);

/* Mean confidence of the masked positions inside; 0 when there is none. */
double eai_clusters_density(const eai_cluster *clusters, size_t n, const double *confidences,
                            const bool *is_masked);

#endif
