/* SPDX-License-Identifier: MIT */
#include "decode/ranking.h"

#include <stdbool.h>

static bool is_before(const double *keys, uint32_t a, uint32_t b)
{
    return keys[a] > keys[b] || (keys[a] == keys[b] && a < b);
}

static void sift_down(eai_ranking *ranking, size_t parent)
{
    uint32_t *heap = ranking->heap;
    uint32_t moved = heap[parent];
    for (size_t child; (child = 2 * parent + 1) < ranking->n; parent = child) {
        if (child + 1 < ranking->n && is_before(ranking->keys, heap[child + 1], heap[child]))
            child++;
        if (!is_before(ranking->keys, heap[child], moved)) break;
        heap[parent] = heap[child];
    }
    heap[parent] = moved;
}

eai_ranking eai_ranking_of(const double *keys, uint32_t *heap, size_t n)
{
    eai_ranking ranking = {keys, heap, n};
    for (size_t i = n / 2; i-- > 0;)
        sift_down(&ranking, i);
    return ranking;
}

eai_ranking eai_ranking_of_all(const double *keys, uint32_t *heap, size_t n)
{
    for (size_t i = 0; i < n; i++)
        heap[i] = (uint32_t)i;
    return eai_ranking_of(keys, heap, n);
}

uint32_t eai_ranking_pop(eai_ranking *ranking)
{
    uint32_t first = ranking->heap[0];
    ranking->heap[0] = ranking->heap[--ranking->n];
    if (ranking->n > 1) sift_down(ranking, 0);
    return first;
}
