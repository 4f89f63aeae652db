/* SPDX-License-Identifier: MIT */
#ifndef EAI_BASE_RNG_H
#define EAI_BASE_RNG_H

/*
 * The library's only random numbers: xoshiro256** seeded through splitmix64 (Blackman and Vigna,
 * "Scrambled linear pseudorandom number generators", 2021). Same seed, same numbers, anywhere.
 */

#include <stdint.h>

typedef struct eai_rng {
    uint64_t state[4];
} eai_rng;

void eai_rng_seed(eai_rng *rng, uint64_t seed);

uint64_t eai_rng_next(eai_rng *rng);

/* Uniform in [0, 1), 53 bits. */
double eai_rng_uniform(eai_rng *rng);

/* Uniform in (0, 1): safe for logarithms. */
double eai_rng_open(eai_rng *rng);

/* Uniform integer in [0, n), n > 0, without modulo bias. */
uint64_t eai_rng_below(eai_rng *rng, uint64_t n);

#endif
