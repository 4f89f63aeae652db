/* SPDX-License-Identifier: MIT */
#ifndef EAI_BASE_SORT_H
#define EAI_BASE_SORT_H

/* Sorting where the input may be hostile and nothing may be allocated: qsort() of the C library may
 * do both, take quadratic time and call malloc. */

#include <stdbool.h>
#include <stddef.h>

/* Whether item a belongs in front of item b. */
typedef bool (*eai_before)(const void *user, size_t a, size_t b);

/* Sorts n numbers of items, n log n comparisons at most twice over; equal items in any order. */
void eai_sort_items(size_t *items, size_t n, eai_before before, const void *user);

/* The value that would be at place k of the n sorted ones, 0 <= k < n (Hoare's quickselect);
 * reorders. No value is NaN. */
float eai_select_float(float *values, int n, int k);

#endif
