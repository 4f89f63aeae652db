/* SPDX-License-Identifier: MIT */
/*
 * Greedy placement: buffers in some order, each into the smallest gap between those placed before
 * that live at the same time (best fit, lowest offset among equals). Several orders are tried and
 * the best result is kept; the search ends when one reaches the largest sum of sizes alive in one
 * step, which no plan can beat. Orders after Pisarchyk and Lee, "Efficient Memory Management for
 * Deep Neural Net Inference" (2020): by size, and by breadth (the fullest step first).
 */

#include "graph/memory_plan.h"

#include <stdint.h>
#include <string.h>

#include "base/fail.h"
#include "base/memory.h"
#include "base/sort.h"

typedef struct planning {
    eai_buffer *buffers;
    size_t n;
    size_t *order, *placed, *offsets; /* [n] */
    size_t *breadth;                  /* [n]: of the fullest step in which it lives */
} planning;

static bool larger(const void *user, size_t a, size_t b)
{
    const eai_buffer *x = &((const planning *)user)->buffers[a];
    const eai_buffer *y = &((const planning *)user)->buffers[b];
    if (x->bytes != y->bytes) return x->bytes > y->bytes;
    return x->first != y->first ? x->first < y->first : a < b;
}

static bool fuller(const void *user, size_t a, size_t b)
{
    const planning *p = user;
    if (p->breadth[a] != p->breadth[b]) return p->breadth[a] > p->breadth[b];
    return larger(user, a, b);
}

static bool earlier(const void *user, size_t a, size_t b)
{
    const eai_buffer *x = &((const planning *)user)->buffers[a];
    const eai_buffer *y = &((const planning *)user)->buffers[b];
    return x->first != y->first ? x->first < y->first : larger(user, a, b);
}

static double volume(const eai_buffer *buffer)
{
    return (double)buffer->bytes * (double)(buffer->last - buffer->first + 1);
}

static bool weightier(const void *user, size_t a, size_t b)
{
    const double x = volume(&((const planning *)user)->buffers[a]);
    const double y = volume(&((const planning *)user)->buffers[b]);
    if (x > y || x < y) return x > y;
    return larger(user, a, b);
}

static const eai_before orders[] = {larger, fuller, weightier, earlier};

static bool meet(const eai_buffer *a, const eai_buffer *b)
{
    return a->first <= b->last && b->first <= a->last;
}

/* The place of one buffer among those placed, which are sorted by offset. */
static size_t place(const planning *p, size_t n_placed, const eai_buffer *buffer)
{
    size_t end = 0, best = SIZE_MAX, best_gap = SIZE_MAX;
    for (size_t i = 0; i < n_placed; i++) {
        const eai_buffer *other = &p->buffers[p->placed[i]];
        if (!meet(buffer, other)) continue;
        if (other->offset > end) {
            const size_t gap = other->offset - end;
            if (gap >= buffer->bytes && gap < best_gap) {
                best_gap = gap;
                best = end;
            }
        }
        if (other->offset + other->bytes > end) end = other->offset + other->bytes;
    }
    return best == SIZE_MAX ? end : best;
}

static size_t place_all(const planning *p)
{
    size_t peak = 0;
    for (size_t i = 0; i < p->n; i++) {
        eai_buffer *buffer = &p->buffers[p->order[i]];
        buffer->offset = place(p, i, buffer);
        if (buffer->offset + buffer->bytes > peak) peak = buffer->offset + buffer->bytes;
        size_t at = i;
        for (; at > 0 && p->buffers[p->placed[at - 1]].offset > buffer->offset; at--)
            p->placed[at] = p->placed[at - 1];
        p->placed[at] = p->order[i];
    }
    return peak;
}

/* Bytes alive in each step; the largest is the bound. */
static edgeai_status find_breadths(const planning *p, const edgeai_allocator *allocator,
                                   size_t *bound)
{
    size_t n_steps = 1;
    for (size_t i = 0; i < p->n; i++)
        if ((size_t)p->buffers[i].last + 1 > n_steps) n_steps = (size_t)p->buffers[i].last + 1;
    if (n_steps > EAI_BUFFERS_MAX)
        return eai_fail(EDGEAI_E_LIMIT, "memory plan: %zu steps, at most %zu work", n_steps,
                        EAI_BUFFERS_MAX);
    size_t *alive = eai_allocate_array(allocator, n_steps + 1, sizeof *alive, "memory plan");
    if (!alive) return EDGEAI_E_MEMORY;
    for (size_t i = 0; i < p->n; i++) { /* differences first; unsigned wrapping is meant */
        alive[p->buffers[i].first] += p->buffers[i].bytes;
        alive[p->buffers[i].last + 1] -= p->buffers[i].bytes;
    }
    for (size_t s = 1; s < n_steps; s++)
        alive[s] += alive[s - 1];
    *bound = 0;
    for (size_t i = 0; i < p->n; i++) {
        p->breadth[i] = 0;
        for (int32_t s = p->buffers[i].first; s <= p->buffers[i].last; s++)
            if (alive[s] > p->breadth[i]) p->breadth[i] = alive[s];
        if (p->breadth[i] > *bound) *bound = p->breadth[i];
    }
    eai_release(allocator, alive, (n_steps + 1) * sizeof *alive);
    return EDGEAI_OK;
}

static void try_orders(const planning *p, size_t bound, size_t *peak)
{
    *peak = SIZE_MAX;
    for (size_t k = 0; k < sizeof orders / sizeof orders[0] && *peak > bound; k++) {
        for (size_t i = 0; i < p->n; i++)
            p->order[i] = i;
        eai_sort_items(p->order, p->n, orders[k], p);
        const size_t found = place_all(p);
        if (found >= *peak) continue;
        *peak = found;
        for (size_t i = 0; i < p->n; i++)
            p->offsets[i] = p->buffers[i].offset;
    }
    for (size_t i = 0; i < p->n; i++)
        p->buffers[i].offset = p->offsets[i];
}

edgeai_status eai_memory_plan(eai_buffer *buffers, size_t n, const edgeai_allocator *allocator,
                              size_t *peak)
{
    *peak = 0;
    size_t total = 0, bound = 0;
    if (n == 0) return EDGEAI_OK;
    if (n > EAI_BUFFERS_MAX)
        return eai_fail(EDGEAI_E_LIMIT, "memory plan: %zu activations, at most %zu work", n,
                        EAI_BUFFERS_MAX);
    for (size_t i = 0; i < n; i++)
        if (!eai_size_add(total, buffers[i].bytes, &total))
            return eai_fail(EDGEAI_E_LIMIT, "memory plan: activations are too large");
    size_t *memory = eai_allocate_array(allocator, 4 * n, sizeof *memory, "memory plan");
    if (!memory) return EDGEAI_E_MEMORY;
    const planning p = {.buffers = buffers,
                        .n = n,
                        .order = memory,
                        .placed = memory + n,
                        .offsets = memory + 2 * n,
                        .breadth = memory + 3 * n};
    edgeai_status status = find_breadths(&p, allocator, &bound);
    if (status == EDGEAI_OK) try_orders(&p, bound, peak);
    eai_release(allocator, memory, 4 * n * sizeof *memory);
    return status;
}
