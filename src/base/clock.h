/* SPDX-License-Identifier: MIT */
#ifndef EAI_BASE_CLOCK_H
#define EAI_BASE_CLOCK_H

/* Milliseconds of a clock that never jumps; only differences mean something. */
double eai_clock_ms(void);

#endif
