/* SPDX-License-Identifier: MIT */
#include "graph/pixel_trits.h"

/* With codes 00, 01, 11 for 0, 1, -1 as (high, low) bits: the larger one is -1 where both are, 1
 * where one of them is, else 0. So high = hx & hy, and low is that or a code 01 on either side. */
void eai_pixel_trits_max(void *y, const void *x, size_t n)
{
    uint8_t *restrict to = y;
    const uint8_t *restrict from = x;
    for (size_t i = 0; i < n; i++) {
        const unsigned a = to[i], b = from[i];
        const unsigned high = a & b & 0xaau;
        const unsigned plus = (a & ~(a >> 1)) | (b & ~(b >> 1));
        to[i] = (uint8_t)(high | high >> 1 | (plus & 0x55u));
    }
}

void eai_pixel_trits_clear(uint8_t *pixel, size_t channels)
{
    if (channels % 4) pixel[channels / 4] &= (uint8_t)((1u << (2 * (channels % 4))) - 1);
}

int eai_pixel_trit(const uint8_t *pixel, size_t c)
{
    const int code = pixel[c / 4] >> (2 * (c % 4)) & 3;
    return code == 3 ? -1 : code;
}

void eai_pixel_trit_set(uint8_t *pixel, size_t c, int value)
{
    pixel[c / 4] = (uint8_t)(pixel[c / 4] | (value & 3) << (2 * (c % 4)));
}
