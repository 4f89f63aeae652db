/* SPDX-License-Identifier: MIT */
#ifndef TOOLS_COMMON_TERMINAL_H
#define TOOLS_COMMON_TERMINAL_H

/* What a stream is connected to, and what may be drawn there. */

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

/* Columns of the terminal; 80 where there is none. */
int terminal_width(FILE *stream);

/* Rows of the terminal; 24 where there is none. */
int terminal_height(FILE *stream);

bool terminal_is(FILE *stream);

/* Whether cursor movements may be written: a terminal, and TERM is not "dumb". */
bool terminal_draws(FILE *stream);

/* Whether colours may be written: terminal_draws, and NO_COLOR (no-color.org) is unset or empty. */
bool terminal_colours(FILE *stream);

/* Most memory this process has held, in bytes. */
size_t terminal_peak_memory(void);

/* Milliseconds of a clock that never jumps. */
double terminal_clock_ms(void);

#endif
