/* SPDX-License-Identifier: MIT */
#ifndef TESTS_SUPPORT_MALLOC_FAULT_H
#define TESTS_SUPPORT_MALLOC_FAULT_H

/*
 * Stands in front of malloc and its family for the whole process, the libraries included, counts,
 * and lets a chosen call fail. Linked into test programs named test_*_faults.c only.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Whether threads may start while armed: the address sanitizer's own start does not survive it. */
#ifdef __SANITIZE_ADDRESS__
#define MALLOC_FAULT_MAY_START_THREADS 0
#else
#define MALLOC_FAULT_MAY_START_THREADS 1
#endif

/* Counting starts again; the call numbered fail_at (from 0, of any thread) returns NULL with
 * errno ENOMEM. SIZE_MAX: none does. */
void malloc_fault_arm(size_t fail_at);

/* No further call fails. */
void malloc_fault_disarm(void);

/* Allocating calls since malloc_fault_arm(). */
size_t malloc_fault_n_calls(void);

/* Whether the chosen call came. */
bool malloc_fault_happened(void);

/* Blocks allocated less blocks freed since the process started. */
long malloc_fault_n_live(void);

#endif
