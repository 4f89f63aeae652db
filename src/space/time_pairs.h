/* SPDX-License-Identifier: MIT */
#ifndef EAI_SPACE_TIME_PAIRS_H
#define EAI_SPACE_TIME_PAIRS_H

#include <stddef.h>

#include <edgeai/context.h>
#include <edgeai/status.h>

#define EAI_UNPAIRED SIZE_MAX

/*
 * Pairs times of two recorders: the closest two first, then the closest of those left, while they
 * differ by less than max_s; of equal differences the earlier pair. Each belongs to one pair at
 * most. That is what associate.py of the TUM RGB-D benchmark does, in n log n steps.
 *
 * a[n_a], b[n_b]: finite, each not decreasing. pair_of_a[n_a]: index in b or EAI_UNPAIRED.
 * EDGEAI_E_MEMORY.
 */
edgeai_status eai_time_pairs(const edgeai_allocator *allocator, const double *a, size_t n_a,
                             const double *b, size_t n_b, double max_s, size_t *pair_of_a);

#endif
