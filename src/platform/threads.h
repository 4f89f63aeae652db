/* SPDX-License-Identifier: MIT */
#ifndef EAI_PLATFORM_THREADS_H
#define EAI_PLATFORM_THREADS_H

/*
 * Parallel loops over the context's thread pool. Items are handed out one by one, so their order
 * and owner vary: an item's result may depend on its index only.
 */

#include <stdbool.h>
#include <stddef.h>

#include <edgeai/context.h>

/* Most threads of a context. */
#define EAI_THREADS_MAX 256

/*
 * Whether the system lets this process start n (at most EAI_THREADS_MAX) more threads now.
 * pthreadpool does not check that its threads started and waits for ever for one that did not.
 */
bool eai_threads_can_start(size_t n);

/* One item. `slot` (0 .. threads-1) is held by one running item at a time: index scratch by it. */
typedef void (*eai_task)(void *argument, size_t item, size_t slot);

/* Runs task for every item in [0, n_items) and returns when all are done. Allocates nothing. */
void eai_parallel_for(const edgeai_context *context, size_t n_items, eai_task task, void *argument);

/*
 * As eai_parallel_for(), or on the calling thread alone (slot 0) where `work`, in multiply-adds or
 * the like, is too little to be worth waking the others. The items are the same either way.
 */
void eai_parallel_for_work(const edgeai_context *context, size_t n_items, double work,
                           eai_task task, void *argument);

#endif
