/* SPDX-License-Identifier: MIT */
#ifndef EAI_PLATFORM_CPU_H
#define EAI_PLATFORM_CPU_H

/* Which instruction sets the kernels may use: found once, or forced lower by name. */

#include <edgeai/status.h>

/* A sum of these; 0 is the portable reference. */
enum {
    EAI_CPU_AVX2 = 1,   /* x86-64: AVX2, FMA and F16C together */
    EAI_CPU_NEON = 2,   /* aarch64 baseline */
    EAI_CPU_DOTPROD = 4 /* aarch64: SDOT, UDOT */
};

/* What this machine has. */
unsigned eai_cpu_detect(void);

/*
 * The sum for a level's name ("ref", "avx2", "neon", "dotprod"), lower levels included.
 * EDGEAI_E_INVALID for another name, EDGEAI_E_UNSUPPORTED when `detected` lacks it.
 */
edgeai_status eai_cpu_level(const char *name, unsigned detected, unsigned *mask);

/* The highest level in a sum. */
const char *eai_cpu_name(unsigned mask);

#endif
