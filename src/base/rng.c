/* SPDX-License-Identifier: MIT */
#include "base/rng.h"

static uint64_t rotate_left(uint64_t x, int k)
{
    return (x << k) | (x >> (64 - k));
}

static uint64_t splitmix64(uint64_t *x)
{
    uint64_t z = (*x += UINT64_C(0x9e3779b97f4a7c15));
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

void eai_rng_seed(eai_rng *rng, uint64_t seed)
{
    for (int i = 0; i < 4; i++)
        rng->state[i] = splitmix64(&seed);
}

uint64_t eai_rng_next(eai_rng *rng)
{
    uint64_t *s = rng->state;
    uint64_t result = rotate_left(s[1] * 5, 7) * 9;
    uint64_t t = s[1] << 17;
    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= t;
    s[3] = rotate_left(s[3], 45);
    return result;
}

double eai_rng_uniform(eai_rng *rng)
{
    return (double)(eai_rng_next(rng) >> 11) * 0x1.0p-53;
}

double eai_rng_open(eai_rng *rng)
{
    return ((double)(eai_rng_next(rng) >> 12) + 0.5) * 0x1.0p-52;
}

uint64_t eai_rng_below(eai_rng *rng, uint64_t n)
{
    /* Numbers below 2^64 mod n would make the first residues too frequent: draw again. */
    uint64_t least = (0 - n) % n;
    uint64_t x;
    do
        x = eai_rng_next(rng);
    while (x < least);
    return x % n;
}
