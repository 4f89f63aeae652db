/* SPDX-License-Identifier: MIT */
#include "space/time_pairs.h"

#include <math.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/memory.h"

/*
 * Both rows merged into one by time, as a linked list. Between the two ends of the closest pair of
 * an a and a b there is nothing but more of the same time, so the closest pair is always two
 * neighbours: a heap of neighbours is enough, and a pair that leaves makes its outer two
 * neighbours.
 */
typedef struct event {
    double time;
    size_t index; /* in its row */
    bool is_b, is_gone;
    size_t previous, next; /* of the merged row; SIZE_MAX: none */
} event;

typedef struct candidate {
    double distance;
    size_t left, right; /* events */
} candidate;

typedef struct matcher {
    event *events;
    size_t n_events;
    candidate *heap; /* the closest first */
    size_t n_heap;
    double max_s;
} matcher;

static bool is_before(const candidate *a, const candidate *b)
{
    if (a->distance < b->distance || a->distance > b->distance) return a->distance < b->distance;
    return a->left < b->left;
}

static void push(matcher *self, candidate item)
{
    size_t at = self->n_heap++;
    for (; at > 0; at = (at - 1) / 2) {
        if (!is_before(&item, &self->heap[(at - 1) / 2])) break;
        self->heap[at] = self->heap[(at - 1) / 2];
    }
    self->heap[at] = item;
}

static candidate pop(matcher *self)
{
    const candidate top = self->heap[0], last = self->heap[--self->n_heap];
    size_t at = 0;
    for (size_t child; (child = 2 * at + 1) < self->n_heap; at = child) {
        if (child + 1 < self->n_heap && is_before(&self->heap[child + 1], &self->heap[child]))
            child++;
        if (!is_before(&self->heap[child], &last)) break;
        self->heap[at] = self->heap[child];
    }
    self->heap[at] = last;
    return top;
}

static void offer(matcher *self, size_t left, size_t right)
{
    if (left == SIZE_MAX || right == SIZE_MAX) return;
    const event *a = &self->events[left], *b = &self->events[right];
    const double distance = b->time - a->time;
    if (a->is_b != b->is_b && distance < self->max_s)
        push(self, (candidate){distance, left, right});
}

static void merge(matcher *self, const double *a, size_t n_a, const double *b, size_t n_b)
{
    size_t i = 0, k = 0;
    for (size_t n = 0; n < n_a + n_b; n++) {
        const bool is_b = i == n_a || (k < n_b && b[k] < a[i]);
        self->events[n] = (event){is_b ? b[k] : a[i], is_b ? k : i, is_b, false, n - 1, n + 1};
        if (is_b)
            k++;
        else
            i++;
    }
    self->n_events = n_a + n_b;
    self->events[0].previous = SIZE_MAX;
    self->events[self->n_events - 1].next = SIZE_MAX;
}

static void take(matcher *self, const candidate *pair, size_t *pair_of_a)
{
    event *left = &self->events[pair->left], *right = &self->events[pair->right];
    if (left->is_b)
        pair_of_a[right->index] = left->index;
    else
        pair_of_a[left->index] = right->index;
    left->is_gone = right->is_gone = true;
    if (left->previous != SIZE_MAX) self->events[left->previous].next = right->next;
    if (right->next != SIZE_MAX) self->events[right->next].previous = left->previous;
    offer(self, left->previous, right->next);
}

edgeai_status eai_time_pairs(const edgeai_allocator *allocator, const double *a, size_t n_a,
                             const double *b, size_t n_b, double max_s, size_t *pair_of_a)
{
    for (size_t i = 0; i < n_a; i++)
        pair_of_a[i] = EAI_UNPAIRED;
    if (n_a == 0 || n_b == 0) return EDGEAI_OK;
    /* One candidate for each two neighbours, and one more for each pair taken. */
    const size_t n = n_a + n_b, n_heap = 2 * n;
    matcher self = {.max_s = max_s};
    self.events = eai_allocate_array(allocator, n, sizeof *self.events, "times");
    self.heap = eai_allocate_array(allocator, n_heap, sizeof *self.heap, "pairs of times");
    const bool is_ok = self.events && self.heap;
    if (is_ok) {
        merge(&self, a, n_a, b, n_b);
        for (size_t i = 0; i + 1 < n; i++)
            offer(&self, i, i + 1);
        while (self.n_heap) {
            const candidate pair = pop(&self);
            if (!self.events[pair.left].is_gone && !self.events[pair.right].is_gone)
                take(&self, &pair, pair_of_a);
        }
    }
    eai_release(allocator, self.events, n * sizeof *self.events);
    eai_release(allocator, self.heap, n_heap * sizeof *self.heap);
    return is_ok ? EDGEAI_OK : EDGEAI_E_MEMORY;
}
