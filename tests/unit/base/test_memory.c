/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "base/memory.h"
#include "support/check.h"
#include "support/failing_allocator.h"

static bool all_zero(const unsigned char *bytes, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (bytes[i]) return false;
    return true;
}

static void blocks_are_zeroed_and_aligned(void **state)
{
    (void)state;
    edgeai_allocator allocator = eai_default_allocator();
    for (size_t n = 1; n < 300; n += 37) {
        /* Dirty a block first: the next of its size is likely to be the same memory. */
        unsigned char *dirty = eai_allocate(&allocator, n, "dirty");
        memset(dirty, 0xa5, n);
        eai_release(&allocator, dirty, n);
        unsigned char *memory = eai_allocate(&allocator, n, "block");
        assert_non_null(memory);
        assert_int_equal((uintptr_t)memory % EAI_ALIGNMENT, 0);
        assert_true(all_zero(memory, n));
        eai_release(&allocator, memory, n);
    }
}

static void nothing_and_too_much_are_refused(void **state)
{
    (void)state;
    edgeai_allocator allocator = eai_default_allocator();
    assert_null(eai_allocate(&allocator, 0, "nothing"));
    assert_error_says("nothing");
    assert_null(eai_allocate(&allocator, SIZE_MAX, "everything"));
    assert_error_says("everything: cannot allocate 18446744073709551615 bytes");
    assert_null(eai_allocate_array(&allocator, SIZE_MAX / 2, 3, "product"));
    assert_error_says("product");
    assert_null(eai_allocate_array(&allocator, 0, 3, "empty"));
}

static void array_has_room_for_all(void **state)
{
    (void)state;
    failing_allocator counter = {.fail_at = SIZE_MAX};
    edgeai_allocator allocator = failing_allocator_make(&counter);
    void *memory = eai_allocate_array(&allocator, 10, 12, "array");
    assert_int_equal(counter.live_bytes, 120);
    eai_release(&allocator, memory, 120);
    assert_int_equal(counter.n_live, 0);
}

static void reallocate_keeps_the_bytes_and_zeroes_the_rest(void **state)
{
    (void)state;
    failing_allocator counter = {.fail_at = SIZE_MAX};
    edgeai_allocator allocator = failing_allocator_make(&counter);
    unsigned char *memory = eai_reallocate(&allocator, NULL, 0, 4, "block");
    memcpy(memory, "abcd", 4);
    memory = eai_reallocate(&allocator, memory, 4, 200, "block");
    assert_memory_equal(memory, "abcd", 4);
    assert_true(all_zero(memory + 4, 196));
    memory = eai_reallocate(&allocator, memory, 200, 2, "block");
    assert_memory_equal(memory, "ab", 2);
    assert_int_equal(counter.live_bytes, 2);
    eai_release(&allocator, memory, 2);
    assert_int_equal(counter.n_live, 0);
}

static void failed_reallocate_leaves_the_block(void **state)
{
    (void)state;
    failing_allocator counter = {.fail_at = 1};
    edgeai_allocator allocator = failing_allocator_make(&counter);
    unsigned char *memory = eai_allocate(&allocator, 4, "block");
    memcpy(memory, "abcd", 4);
    assert_null(eai_reallocate(&allocator, memory, 4, 8, "bigger"));
    assert_error_says("bigger");
    assert_memory_equal(memory, "abcd", 4);
    eai_release(&allocator, memory, 4);
    eai_release(&allocator, NULL, 4);
    assert_int_equal(counter.n_live, 0);
}

static void sizes_do_not_overflow(void **state)
{
    (void)state;
    size_t out = 7;
    assert_true(eai_size_multiply(6, 7, &out));
    assert_int_equal(out, 42);
    assert_true(eai_size_multiply(SIZE_MAX, 0, &out));
    assert_int_equal(out, 0);
    assert_true(eai_size_multiply(SIZE_MAX / 3, 3, &out));
    assert_false(eai_size_multiply(SIZE_MAX / 3 + 1, 3, &out));
    assert_true(out == SIZE_MAX);
    assert_true(eai_size_add(SIZE_MAX - 1, 1, &out));
    assert_true(out == SIZE_MAX);
    out = 0;
    assert_false(eai_size_add(SIZE_MAX, 1, &out));
    assert_true(out == SIZE_MAX);
}

static void align_up_reaches_the_next_multiple(void **state)
{
    (void)state;
    assert_int_equal(eai_align_up(0), 0);
    assert_int_equal(eai_align_up(1), 64);
    assert_int_equal(eai_align_up(64), 64);
    assert_int_equal(eai_align_up(65), 128);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(blocks_are_zeroed_and_aligned),
        cmocka_unit_test(nothing_and_too_much_are_refused),
        cmocka_unit_test(array_has_room_for_all),
        cmocka_unit_test(reallocate_keeps_the_bytes_and_zeroes_the_rest),
        cmocka_unit_test(failed_reallocate_leaves_the_block),
        cmocka_unit_test(sizes_do_not_overflow),
        cmocka_unit_test(align_up_reaches_the_next_multiple),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
