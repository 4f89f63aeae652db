/* SPDX-License-Identifier: MIT */
#ifndef EAI_REPARAM_PLANNER_H
#define EAI_REPARAM_PLANNER_H

/*
 * Which layers of a chain to merge, by measured time: the dynamic programs of Kim et al.,
 * "Efficient Latency-Aware CNN Depth Compression via Two-Stage Dynamic Programming", ICML 2023.
 *
 * Places 0 .. n_places-1 lie between the layers: layer k leads from place k-1 to place k. A segment
 * (i, j] is the layers i+1 .. j as one.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <edgeai/context.h>

enum { EAI_PLAN_PLACES_MAX = 1024, EAI_PLAN_TICKS_MAX = 1 << 16 };

/* ms[i * n_places + j], i < j: time of the merged segment (i, j]; INFINITY: it cannot be merged.
 * Elements with i >= j are not read. Times are >= 0. */
typedef struct eai_plan_table {
    size_t n_places; /* 2 to EAI_PLAN_PLACES_MAX */
    const double *ms;
} eai_plan_table;

/*
 * The best way through every segment when nothing inside has to be kept: best[i * n + j] =
 * min(ms[i, j], min over m of best[i, m] + best[m, j]), and split[] the m of the minimum or -1
 * where the whole is best (ties: the whole, else the smallest m). Both are [n_places^2], the
 * caller's; elements with i >= j are not written. EDGEAI_E_INVALID: sizes or times that are none.
 */
edgeai_status eai_plan_segments(const eai_plan_table *table, double *best, int32_t *split);

/* The places i .. j of the best way through (i, j], both ends included; breaks has room for
 * n_places. Returns how many. */
size_t eai_plan_breaks(const int32_t *split, size_t n_places, size_t i, size_t j, int32_t *breaks);

/*
 * The best way from place 0 to the last one when the activations at kept[] places must stay (both
 * ends count as kept). breaks and *n_breaks as eai_plan_breaks(). EDGEAI_E_NOT_FOUND: no way.
 */
edgeai_status eai_plan_kept(const eai_plan_table *table, const bool *kept,
                            const edgeai_allocator *allocator, double *ms, int32_t *breaks,
                            size_t *n_breaks);

/* What eai_plan_budget() decides about a place. */
typedef enum eai_plan_place {
    EAI_PLAN_INSIDE, /* inside of a segment, which may be computed in parts: no activation */
    EAI_PLAN_BORDER, /* ends a segment, without an activation */
    EAI_PLAN_ACTIVE, /* ends a segment, with its activation */
} eai_plan_place;

/* gain[((i * n_places + j) * 2 + a) * 2 + b]: what the network's quality changes by when all
 * activations strictly inside of (i, j] are gone, a and b saying whether those at i and j stay.
 * -INFINITY: not allowed. */
typedef struct eai_plan_gains {
    const double *gain;
} eai_plan_gains;

/*
 * The places that lose the least quality within budget_ms. best is that of eai_plan_segments();
 * times are counted in ticks, rounded up, so that the sum never exceeds the budget. The ends are
 * active. places: [n_places]; *ms: the sum of best[] over the segments; *gain: their gains.
 * EDGEAI_E_NOT_FOUND: no way within the budget; EDGEAI_E_LIMIT: more than EAI_PLAN_TICKS_MAX ticks;
 * EDGEAI_E_INVALID; EDGEAI_E_MEMORY.
 */
edgeai_status eai_plan_budget(size_t n_places, const double *best, const eai_plan_gains *gains,
                              double budget_ms, double ticks_per_ms,
                              const edgeai_allocator *allocator, eai_plan_place *places, double *ms,
                              double *gain);

#endif
