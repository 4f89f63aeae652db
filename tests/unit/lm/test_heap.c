/* SPDX-License-Identifier: MIT */
#include "support/check.h"

#include "base/rng.h"
#include "lm/heap.h"

enum { ENTRIES = 1000 };

static void comes_out_sorted(void **state)
{
    (void)state;
    eai_heap_entry entries[ENTRIES];
    eai_rng rng;
    eai_rng_seed(&rng, 7);
    for (size_t n = 0; n <= ENTRIES; n = 2 * n + 1) {
        size_t n_heap = 0;
        uint64_t sum = 0;
        for (size_t i = 0; i < n; i++) {
            uint64_t key = eai_rng_below(&rng, n); /* with repetitions */
            eai_heap_push(entries, &n_heap, key, (uint32_t)key + 1);
            sum += key;
        }
        uint64_t last = 0;
        for (size_t i = 0; i < n; i++) {
            eai_heap_entry entry = eai_heap_pop(entries, &n_heap);
            assert_true(entry.key >= last);
            assert_int_equal(entry.value, entry.key + 1);
            last = entry.key;
            sum -= entry.key;
        }
        assert_int_equal(n_heap, 0);
        assert_int_equal(sum, 0);
    }
}

static void pushes_between_pops(void **state)
{
    (void)state;
    eai_heap_entry entries[8];
    size_t n = 0;
    eai_heap_push(entries, &n, 5, 0);
    eai_heap_push(entries, &n, 3, 0);
    assert_int_equal(eai_heap_pop(entries, &n).key, 3);
    eai_heap_push(entries, &n, 9, 0);
    eai_heap_push(entries, &n, UINT64_MAX, 0);
    eai_heap_push(entries, &n, 4, 0);
    assert_int_equal(eai_heap_pop(entries, &n).key, 4);
    assert_int_equal(eai_heap_pop(entries, &n).key, 5);
    assert_int_equal(eai_heap_pop(entries, &n).key, 9);
    assert_true(eai_heap_pop(entries, &n).key == UINT64_MAX);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(comes_out_sorted),
        cmocka_unit_test(pushes_between_pops),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
