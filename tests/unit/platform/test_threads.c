/* SPDX-License-Identifier: MIT */
#include <stdatomic.h>

#include "platform/threads.h"
#include "support/check.h"

#define N_ITEMS   1000
#define N_THREADS 4

typedef struct work {
    int counts[N_ITEMS];    /* plain memory: thread sanitizer checks the ordering */
    double values[N_ITEMS]; /* the result of each item */
    atomic_int in_slot[N_THREADS];
    atomic_int n_collisions, n_bad_slots;
} work;

static void run_item(void *argument, size_t item, size_t slot)
{
    work *all = argument;
    if (slot >= N_THREADS) {
        atomic_fetch_add(&all->n_bad_slots, 1);
        return;
    }
    if (atomic_fetch_add(&all->in_slot[slot], 1) != 0) atomic_fetch_add(&all->n_collisions, 1);
    all->counts[item]++;
    double value = (double)item;
    for (int i = 0; i < 100; i++)
        value = value * 0.5 + 1;
    all->values[item] = value;
    atomic_fetch_sub(&all->in_slot[slot], 1);
}

static edgeai_context *context_with(int n_threads)
{
    edgeai_context_options options = EDGEAI_CONTEXT_OPTIONS_INIT;
    options.n_threads = n_threads;
    edgeai_context *context;
    assert_ok(edgeai_context_create(&context, &options));
    return context;
}

static void every_item_runs_once_in_a_slot_of_its_own(void **state)
{
    (void)state;
    static work all;
    edgeai_context *context = context_with(N_THREADS);
    for (int repeat = 1; repeat <= 20; repeat++) {
        eai_parallel_for(context, N_ITEMS, run_item, &all);
        for (int i = 0; i < N_ITEMS; i++)
            assert_int_equal(all.counts[i], repeat);
    }
    assert_int_equal(all.n_collisions, 0);
    assert_int_equal(all.n_bad_slots, 0);
    edgeai_context_free(context);
}

static void results_do_not_depend_on_the_threads(void **state)
{
    (void)state;
    static work one, many;
    edgeai_context *context = context_with(1);
    eai_parallel_for(context, N_ITEMS, run_item, &one);
    edgeai_context_free(context);
    context = context_with(N_THREADS);
    eai_parallel_for(context, N_ITEMS, run_item, &many);
    edgeai_context_free(context);
    assert_memory_equal(one.values, many.values, sizeof one.values);
}

static void note_order(void *argument, size_t item, size_t slot)
{
    size_t *next = argument;
    assert_int_equal(item, *next);
    assert_int_equal(slot, 0);
    ++*next;
}

static void one_thread_runs_in_order(void **state)
{
    (void)state;
    size_t next = 0;
    edgeai_context *context = context_with(1);
    eai_parallel_for(context, 10, note_order, &next);
    assert_int_equal(next, 10);
    edgeai_context_free(context);
}

static void few_items_are_fine(void **state)
{
    (void)state;
    for (size_t n = 0; n <= N_THREADS + 1; n++) {
        static work all;
        all = (work){0};
        edgeai_context *context = context_with(N_THREADS);
        eai_parallel_for(context, n, run_item, &all);
        edgeai_context_free(context);
        for (size_t i = 0; i < N_ITEMS; i++)
            assert_int_equal(all.counts[i], i < n);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_item_runs_once_in_a_slot_of_its_own),
        cmocka_unit_test(results_do_not_depend_on_the_threads),
        cmocka_unit_test(one_thread_runs_in_order),
        cmocka_unit_test(few_items_are_fine),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
