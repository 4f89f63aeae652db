/* SPDX-License-Identifier: MIT */
#include "base/arena.h"
#include "base/memory.h"
#include "support/check.h"
#include "support/failing_allocator.h"

typedef struct buffers {
    char *a;
    double *b;
    float *c;
} buffers;

static void layout(eai_arena *arena, buffers *all)
{
    all->a = eai_arena_take(arena, 3, 1);
    all->b = eai_arena_take(arena, 9, sizeof(double));
    all->c = eai_arena_take(arena, 1, sizeof(float));
}

static void measuring_and_carving_agree(void **state)
{
    (void)state;
    failing_allocator counter = {.fail_at = SIZE_MAX};
    edgeai_allocator allocator = failing_allocator_make(&counter);
    eai_arena arena = {0};
    buffers all;
    layout(&arena, &all);
    assert_null(all.a);
    assert_null(all.c);
    size_t bytes = arena.used;
    assert_int_equal(bytes, 64 + 128 + 64);

    assert_true(eai_arena_init(&arena, &allocator, bytes, "buffers"));
    assert_int_equal(arena.used, 0);
    layout(&arena, &all);
    assert_int_equal(arena.used, bytes);
    assert_int_equal((uintptr_t)all.a % EAI_ALIGNMENT, 0);
    assert_ptr_equal((char *)all.b, all.a + 64);
    assert_ptr_equal((char *)all.c, all.a + 192);
    assert_null(eai_arena_take(&arena, 1, 1));
    eai_arena_free(&arena, &allocator);
    assert_null(arena.base);
    assert_int_equal(counter.n_live, 0);
}

static void overflow_sticks_while_measuring(void **state)
{
    (void)state;
    eai_arena arena = {0};
    eai_arena_take(&arena, SIZE_MAX / 2, 4);
    assert_true(arena.used == SIZE_MAX);
    eai_arena_take(&arena, 1, 1);
    assert_true(arena.used == SIZE_MAX);

    arena = (eai_arena){0};
    eai_arena_take(&arena, SIZE_MAX / 2, 1);
    eai_arena_take(&arena, SIZE_MAX / 2, 1);
    eai_arena_take(&arena, SIZE_MAX / 2, 1);
    assert_true(arena.used == SIZE_MAX);

    arena = (eai_arena){0};
    eai_arena_take(&arena, SIZE_MAX, 1);
    assert_true(arena.used == SIZE_MAX);
}

static void empty_takes_use_nothing(void **state)
{
    (void)state;
    eai_arena arena = {0};
    eai_arena_take(&arena, 0, 8);
    assert_int_equal(arena.used, 0);
}

static void failed_init_leaves_an_arena_that_can_be_freed(void **state)
{
    (void)state;
    failing_allocator counter = {.fail_at = 0};
    edgeai_allocator allocator = failing_allocator_make(&counter);
    eai_arena arena;
    assert_false(eai_arena_init(&arena, &allocator, 64, "buffers"));
    assert_error_says("buffers");
    eai_arena_free(&arena, &allocator);
    assert_int_equal(counter.n_live, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(measuring_and_carving_agree),
        cmocka_unit_test(overflow_sticks_while_measuring),
        cmocka_unit_test(empty_takes_use_nothing),
        cmocka_unit_test(failed_init_leaves_an_arena_that_can_be_freed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
