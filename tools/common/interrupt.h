/* SPDX-License-Identifier: MIT */
#ifndef TOOLS_COMMON_INTERRUPT_H
#define TOOLS_COMMON_INTERRUPT_H

/*
 * SIGINT and SIGTERM: the first asks the program to finish its step and print what it has, the
 * second ends it at once. SIGPIPE ends it quietly, as a filter should.
 */

#include <stdbool.h>

/* Takes over the two signals. */
void interrupt_install(void);

/* Whether one of them came; cheap enough to ask after every step. */
bool interrupt_came(void);

/* 128 + the signal's number, or 0 when none came. */
int interrupt_exit_code(void);

/* Makes interrupt_came() false again: a conversation goes on after a cancelled answer. */
void interrupt_forget(void);

#endif
