/* SPDX-License-Identifier: MIT */
#include "reparam/planner.h"

#include <math.h>

#include "base/fail.h"
#include "base/memory.h"

static edgeai_status check_table(const eai_plan_table *table)
{
    const size_t n = table->n_places;
    if (n < 2 || n > EAI_PLAN_PLACES_MAX)
        return eai_fail(EDGEAI_E_INVALID, "plan: expected 2 to %d places, found %zu",
                        EAI_PLAN_PLACES_MAX, n);
    for (size_t i = 0; i < n; i++)
        for (size_t j = i + 1; j < n; j++)
            if (!(table->ms[i * n + j] >= 0))
                return eai_fail(EDGEAI_E_INVALID,
                                "plan: segment (%zu, %zu]: expected a time >= 0, found %g", i, j,
                                table->ms[i * n + j]);
    return EDGEAI_OK;
}

edgeai_status eai_plan_segments(const eai_plan_table *table, double *best, int32_t *split)
{
    EAI_TRY(check_table(table));
    const size_t n = table->n_places;
    for (size_t length = 1; length < n; length++)
        for (size_t i = 0; i + length < n; i++) {
            const size_t j = i + length;
            double least = table->ms[i * n + j];
            int32_t at = -1;
            for (size_t m = i + 1; m < j; m++) {
                const double ms = best[i * n + m] + best[m * n + j];
                if (ms < least) {
                    least = ms;
                    at = (int32_t)m;
                }
            }
            best[i * n + j] = least;
            split[i * n + j] = at;
        }
    return EDGEAI_OK;
}

/* Ends that are still to be reached are stacked at the far end of breaks: they are breaks too, so
 * the two never meet. */
size_t eai_plan_breaks(const int32_t *split, size_t n_places, size_t i, size_t j, int32_t *breaks)
{
    size_t count = 0, top = n_places;
    breaks[count++] = (int32_t)i;
    breaks[--top] = (int32_t)j;
    while (top < n_places) {
        const int32_t middle = split[i * n_places + (size_t)breaks[top]];
        if (middle >= 0) {
            breaks[--top] = middle;
            continue;
        }
        i = (size_t)breaks[top++];
        breaks[count++] = (int32_t)i;
    }
    return count;
}

/* Steps back along from[] and turns the way round; returns how many places it has. */
static size_t way_to(const int32_t *from, size_t last, int32_t *breaks)
{
    size_t count = 0;
    for (int32_t at = (int32_t)last; at >= 0; at = from[at])
        breaks[count++] = at;
    for (size_t a = 0, b = count - 1; a < b; a++, b--) {
        const int32_t swap = breaks[a];
        breaks[a] = breaks[b];
        breaks[b] = swap;
    }
    return count;
}

edgeai_status eai_plan_kept(const eai_plan_table *table, const bool *kept,
                            const edgeai_allocator *allocator, double *ms, int32_t *breaks,
                            size_t *n_breaks)
{
    EAI_TRY(check_table(table));
    const size_t n = table->n_places, bytes = n * (sizeof(double) + sizeof(int32_t));
    double *least = eai_allocate(allocator, bytes, "plan");
    if (!least) return EDGEAI_E_MEMORY;
    int32_t *from = (int32_t *)(least + n);
    from[0] = -1;
    size_t earliest = 0; /* the last place before j that is kept */
    for (size_t j = 1; j < n; j++) {
        least[j] = INFINITY;
        for (size_t i = earliest; i < j; i++) {
            const double total = least[i] + table->ms[i * n + j];
            if (total < least[j]) {
                least[j] = total;
                from[j] = (int32_t)i;
            }
        }
        if (kept[j]) earliest = j;
    }
    const bool found = least[n - 1] < INFINITY;
    if (found) {
        *ms = least[n - 1];
        *n_breaks = way_to(from, n - 1, breaks);
    }
    eai_release(allocator, least, bytes);
    return found ? EDGEAI_OK
                 : eai_fail(EDGEAI_E_NOT_FOUND,
                            "plan: no way through all layers with these activations");
}

/* The state of the search: quality[(t * n + place) * 2 + active] is the most that is reached at
 * that place in at most t ticks, from[] where from (place * 2 + active). */
typedef struct search {
    size_t n, n_ticks; /* ticks 0 .. n_ticks-1 */
    const double *best, *gain;
    uint32_t *ticks; /* [n * n]; n_ticks: too long */
    double *quality;
    int32_t *from;
    size_t bytes; /* of the block at quality */
} search;

static edgeai_status open_search(search *s, size_t n, double budget_ms, double ticks_per_ms,
                                 const edgeai_allocator *allocator)
{
    const double n_ticks = floor(budget_ms * ticks_per_ms);
    if (n < 2 || n > EAI_PLAN_PLACES_MAX || !(budget_ms >= 0) || !(ticks_per_ms > 0))
        return eai_fail(EDGEAI_E_INVALID, "plan: %zu places, budget %g ms, %g ticks per ms", n,
                        budget_ms, ticks_per_ms);
    if (!(n_ticks < EAI_PLAN_TICKS_MAX))
        return eai_fail(EDGEAI_E_LIMIT, "plan: expected fewer than %d ticks, found %g",
                        EAI_PLAN_TICKS_MAX, n_ticks);
    s->n = n;
    s->n_ticks = (size_t)n_ticks + 1;
    const size_t states = s->n_ticks * n * 2;
    s->bytes = states * (sizeof(double) + sizeof(int32_t)) + n * n * sizeof(uint32_t);
    s->quality = eai_allocate_unset(allocator, s->bytes, "plan");
    if (!s->quality) return EDGEAI_E_MEMORY;
    s->from = (int32_t *)(s->quality + states);
    s->ticks = (uint32_t *)(s->from + states);
    return EDGEAI_OK;
}

/* The relative 1e-9 keeps a time that is a whole number of ticks from being rounded up. */
static void count_ticks(search *s, double ticks_per_ms)
{
    for (size_t i = 0; i < s->n; i++)
        for (size_t j = i + 1; j < s->n; j++) {
            const double ticks = ceil(s->best[i * s->n + j] * ticks_per_ms * (1 - 1e-9));
            s->ticks[i * s->n + j] =
                ticks < (double)s->n_ticks ? (uint32_t)ticks : (uint32_t)s->n_ticks;
        }
}

static void reach(search *s, size_t t, size_t j, size_t b)
{
    const size_t n = s->n, state = (t * n + j) * 2 + b;
    s->quality[state] = -INFINITY;
    s->from[state] = -1;
    for (size_t i = 0; i < j; i++) {
        const uint32_t ticks = s->ticks[i * n + j];
        if (ticks > t) continue;
        for (size_t a = 0; a < 2; a++) {
            const double reached =
                s->quality[((t - ticks) * n + i) * 2 + a] + s->gain[((i * n + j) * 2 + a) * 2 + b];
            if (reached > s->quality[state]) {
                s->quality[state] = reached;
                s->from[state] = (int32_t)(i * 2 + a);
            }
        }
    }
}

static void walk_back(const search *s, eai_plan_place *places, double *ms)
{
    size_t j = s->n - 1, b = 1, t = s->n_ticks - 1;
    for (size_t k = 0; k < s->n; k++)
        places[k] = EAI_PLAN_INSIDE;
    places[j] = EAI_PLAN_ACTIVE;
    *ms = 0;
    while (j > 0) {
        const size_t from = (size_t)s->from[(t * s->n + j) * 2 + b], i = from / 2;
        *ms += s->best[i * s->n + j];
        t -= s->ticks[i * s->n + j];
        j = i;
        b = from % 2;
        places[j] = b ? EAI_PLAN_ACTIVE : EAI_PLAN_BORDER;
    }
}

edgeai_status eai_plan_budget(size_t n_places, const double *best, const eai_plan_gains *gains,
                              double budget_ms, double ticks_per_ms,
                              const edgeai_allocator *allocator, eai_plan_place *places, double *ms,
                              double *gain)
{
    search s = {.best = best, .gain = gains->gain};
    EAI_TRY(open_search(&s, n_places, budget_ms, ticks_per_ms, allocator));
    count_ticks(&s, ticks_per_ms);
    for (size_t t = 0; t < s.n_ticks; t++) {
        s.quality[t * n_places * 2] = -INFINITY;
        s.quality[t * n_places * 2 + 1] = 0;
        for (size_t j = 1; j < n_places; j++)
            for (size_t b = 0; b < 2; b++)
                reach(&s, t, j, b);
    }
    *gain = s.quality[((s.n_ticks - 1) * n_places + n_places - 1) * 2 + 1];
    const bool found = *gain > -INFINITY;
    if (found) walk_back(&s, places, ms);
    eai_release(allocator, s.quality, s.bytes);
    return found ? EDGEAI_OK
                 : eai_fail(EDGEAI_E_NOT_FOUND, "plan: no way through all layers within %g ms",
                            budget_ms);
}
