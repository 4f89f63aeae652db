/* SPDX-License-Identifier: MIT */
#include "lm/kv_cache.h"

#include <math.h>

#include "base/memory.h"
#include "support/check.h"

enum { T = 10, WIDTH = 6 };

static void test_slots(void **state)
{
    (void)state;
    const edgeai_allocator allocator = eai_default_allocator();
    eai_arena counting = {0}, arena;
    eai_kv_cache cache;
    eai_kv_cache_plan(&cache, 3, T, WIDTH, &counting);
    assert_true(eai_arena_init(&arena, &allocator, counting.used, "test"));
    eai_kv_cache_plan(&cache, 3, T, WIDTH, &arena);
    assert_ptr_equal(eai_kv_cache_keys(&cache, 0, 0), cache.keys);
    assert_ptr_equal(eai_kv_cache_keys(&cache, 2, 4), cache.keys + (2 * T + 4) * WIDTH);
    assert_ptr_equal(eai_kv_cache_values(&cache, 1, 9), cache.values + (T + 9) * WIDTH);
    eai_kv_cache_keys(&cache, 2, T - 1)[WIDTH - 1] = 1.0f; /* the last slot lies inside */
    eai_kv_cache_values(&cache, 2, T - 1)[WIDTH - 1] = 1.0f;
    eai_arena_free(&arena, &allocator);
}

static void test_one_room_for_all_layers(void **state)
{
    (void)state;
    float keys[T * WIDTH], values[T * WIDTH];
    const eai_kv_cache cache = {1, T * WIDTH, WIDTH, keys, values};
    assert_ptr_equal(eai_kv_cache_keys(&cache, 7, 2), keys + 2 * WIDTH);
    assert_ptr_equal(eai_kv_cache_values(&cache, 31, 0), values);
}

static void test_overflow_is_seen(void **state)
{
    (void)state;
    eai_arena counting = {0};
    eai_kv_cache cache;
    eai_kv_cache_plan(&cache, 1000, SIZE_MAX / 8, WIDTH, &counting);
    assert_true(counting.used == SIZE_MAX);
}

static void test_angles(void **state)
{
    (void)state;
    float cosine[T * 2], sine[T * 2];
    const float factors[] = {1.0f, 4.0f};
    eai_rope_table table = {2, cosine, sine};
    eai_rope_table_fill(&table, T, 100.0, 1.0, NULL);
    assert_true(cosine[0] == 1.0f && sine[1] == 0.0f);
    assert_close(sine[3 * 2], sin(3.0), 1e-7, 0);
    assert_close(cosine[9 * 2 + 1], cos(9.0 * 0.1), 1e-7, 0); /* 100^(-1/2) */
    eai_rope_table_fill(&table, T, 100.0, 2.0, factors);
    assert_close(sine[3 * 2], sin(1.5), 1e-7, 0);
    assert_close(cosine[9 * 2 + 1], cos(9.0 * 0.1 / 8.0), 1e-7, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_slots),
        cmocka_unit_test(test_one_room_for_all_layers),
        cmocka_unit_test(test_overflow_is_seen),
        cmocka_unit_test(test_angles),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
