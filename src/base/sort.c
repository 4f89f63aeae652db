/* SPDX-License-Identifier: MIT */
#include "base/sort.h"

/* Heap sort (Williams 1964, Floyd 1964). Lets items[root] sink until no child belongs behind it. */
static void sink(size_t *items, size_t root, size_t n, eai_before before, const void *user)
{
    size_t item = items[root];
    for (;;) {
        size_t child = 2 * root + 1;
        if (child >= n) break;
        if (child + 1 < n && before(user, items[child], items[child + 1])) child++;
        if (!before(user, item, items[child])) break;
        items[root] = items[child];
        root = child;
    }
    items[root] = item;
}

void eai_sort_items(size_t *items, size_t n, eai_before before, const void *user)
{
    for (size_t i = n / 2; i-- > 0;)
        sink(items, i, n, before, user);
    for (size_t end = n; end > 1; end--) {
        size_t last = items[0];
        items[0] = items[end - 1];
        items[end - 1] = last;
        sink(items, 0, end - 1, before, user);
    }
}

float eai_select_float(float *values, int n, int k)
{
    int low = 0, high = n - 1;
    while (low < high) {
        const float pivot = values[low + (high - low) / 2];
        int i = low, j = high;
        while (i <= j) {
            while (values[i] < pivot)
                i++;
            while (values[j] > pivot)
                j--;
            if (i > j) break;
            const float swapped = values[i];
            values[i++] = values[j];
            values[j--] = swapped;
        }
        if (k <= j)
            high = j;
        else if (k >= i)
            low = i;
        else
            break;
    }
    return values[k];
}
