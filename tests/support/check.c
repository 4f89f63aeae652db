/* SPDX-License-Identifier: MIT */
#include "support/check.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

void check_status(edgeai_status found, edgeai_status expected, const char *call, const char *file,
                  int line)
{
    if (found == expected) return;
    print_error("%s\n  expected %s, found %s: %s\n", call, edgeai_status_name(expected),
                edgeai_status_name(found), edgeai_last_error());
    _fail(file, line);
}

void check_error_says(const char *part, const char *file, int line)
{
    if (strstr(edgeai_last_error(), part)) return;
    print_error("error text: expected to contain \"%s\", found \"%s\"\n", part,
                edgeai_last_error());
    _fail(file, line);
}

void check_close(double a, double b, double atol, double rtol, const char *what, const char *file,
                 int line)
{
    if (fabs(a - b) <= atol + rtol * fabs(b)) return;
    print_error("%s: expected %.9g within %.3g + %.3g relative, found %.9g\n", what, b, atol, rtol,
                a);
    _fail(file, line);
}
