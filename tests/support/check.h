/* SPDX-License-Identifier: MIT */
#ifndef TESTS_SUPPORT_CHECK_H
#define TESTS_SUPPORT_CHECK_H

/* CMocka with its needed headers, and assertions that print what they saw. */

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <edgeai/status.h>

/* The call succeeds; else its status and error text are printed. */
#define assert_ok(call) check_status((call), EDGEAI_OK, #call, __FILE__, __LINE__)

/* The call fails with this status. */
#define assert_fails(call, status) check_status((call), (status), #call, __FILE__, __LINE__)

/* The calling thread's error text contains this. */
#define assert_error_says(part) check_error_says((part), __FILE__, __LINE__)

/* |a - b| <= atol + rtol * |b|. */
#define assert_close(a, b, atol, rtol) check_close((a), (b), (atol), (rtol), #a, __FILE__, __LINE__)

void check_status(edgeai_status found, edgeai_status expected, const char *call, const char *file,
                  int line);
void check_error_says(const char *part, const char *file, int line);
void check_close(double a, double b, double atol, double rtol, const char *what, const char *file,
                 int line);

#endif
