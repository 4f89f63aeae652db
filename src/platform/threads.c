/* SPDX-License-Identifier: MIT */
#include "platform/threads.h"

#include <pthread.h>
#include <stdatomic.h>
#if defined(__SANITIZE_THREAD__)
#include <sanitizer/tsan_interface.h>
#endif

#include "platform/context_internal.h"

static void *pass_gate(void *gate)
{
    pthread_mutex_lock(gate);
    pthread_mutex_unlock(gate);
    return NULL;
}

/* All threads exist at once, held by the gate, since limits count live threads. */
bool eai_threads_can_start(size_t n)
{
    pthread_t threads[EAI_THREADS_MAX];
    pthread_mutex_t gate = PTHREAD_MUTEX_INITIALIZER;
    if (n > EAI_THREADS_MAX) return false;
    size_t n_started = 0;
    pthread_mutex_lock(&gate);
    while (n_started < n && pthread_create(&threads[n_started], NULL, pass_gate, &gate) == 0)
        n_started++;
    pthread_mutex_unlock(&gate);
    for (size_t i = 0; i < n_started; i++)
        pthread_join(threads[i], NULL);
    return n_started == n;
}

typedef struct parallel_loop {
    eai_task task;
    void *argument;
    size_t n_items;
    atomic_size_t next;
} parallel_loop;

/*
 * The pool hands memory over when a loop starts and when it ends, in a library that thread
 * sanitizer does not see into: these tell it so.
 */
static void hand_over(void *loop)
{
#if defined(__SANITIZE_THREAD__)
    __tsan_release(loop);
#else
    (void)loop;
#endif
}

static void take_over(void *loop)
{
#if defined(__SANITIZE_THREAD__)
    __tsan_acquire(loop);
#else
    (void)loop;
#endif
}

/* Waking a sleeping pool takes some 10 microseconds, in which one core does about this much. */
#define WORK_MIN 100000.0

/* One slot's share. */
static void run_slot(void *opaque, size_t slot)
{
    parallel_loop *loop = opaque;
    take_over(loop);
    for (;;) {
        size_t item = atomic_fetch_add_explicit(&loop->next, 1, memory_order_relaxed);
        if (item >= loop->n_items) break;
        loop->task(loop->argument, item, slot);
    }
    hand_over(loop);
}

static void run_alone(size_t n_items, eai_task task, void *argument)
{
    for (size_t item = 0; item < n_items; item++)
        task(argument, item, 0);
}

void eai_parallel_for(const edgeai_context *context, size_t n_items, eai_task task, void *argument)
{
    if (!context->pool || n_items <= 1) {
        run_alone(n_items, task, argument);
        return;
    }
    parallel_loop loop = {task, argument, n_items, 0};
    hand_over(&loop);
    pthreadpool_parallelize_1d(context->pool, run_slot, &loop, (size_t)context->n_threads, 0);
    take_over(&loop);
}

void eai_parallel_for_work(const edgeai_context *context, size_t n_items, double work,
                           eai_task task, void *argument)
{
    if (work < WORK_MIN)
        run_alone(n_items, task, argument);
    else
        eai_parallel_for(context, n_items, task, argument);
}
