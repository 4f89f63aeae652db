/* SPDX-License-Identifier: MIT */
#ifndef TOOLS_COMMON_PROGRESS_H
#define TOOLS_COMMON_PROGRESS_H

/* One progress line on stderr: drawn only on a terminal, at most ten times a
   second, and not for work that is over at once. */

#include <stdbool.h>
#include <stddef.h>

typedef struct progress {
    bool enabled, drawn;
    size_t n_total;
    double start_ms, drawn_ms;
} progress;

/* `wanted` false: nothing will ever be drawn. */
void progress_begin(progress *self, size_t n_total, bool wanted);

/* n_done of n_total are done; `note` (short, printable) stands in front of the bar. */
void progress_show(progress *self, size_t n_done, const char *note);

/* Removes the line. */
void progress_end(progress *self);

#endif
