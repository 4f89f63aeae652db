/* SPDX-License-Identifier: MIT */
#ifndef EAI_BASE_FAIL_H
#define EAI_BASE_FAIL_H

/*
 * Failing: leave a sentence for the calling thread and return the code.
 *
 *     if (n == 0) return eai_fail(EDGEAI_E_INVALID, "tokenizer: n must be >= 1, found 0");
 *     EAI_TRY(eai_something(...));
 */

#include <edgeai/status.h>

/* Longest text kept, NUL included; longer ones are cut. */
#define EAI_ERROR_BYTES 512

/* Sets the thread's error text and returns `status`. Say what, where, expected, found. */
edgeai_status eai_fail(edgeai_status status, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Puts "prefix: " in front of the thread's error text: where an inner error happened. */
edgeai_status eai_fail_within(edgeai_status status, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* The text for a failed allocation of `bytes`. */
edgeai_status eai_fail_memory(const char *what, unsigned long long bytes);

#define EAI_TRY(expression)                                                                        \
    do {                                                                                           \
        edgeai_status eai_try_status = (expression);                                               \
        if (eai_try_status != EDGEAI_OK) return eai_try_status;                                    \
    } while (0)

#endif
