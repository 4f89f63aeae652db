/* SPDX-License-Identifier: MIT */
#include "graph/trits.h"

int eai_trits_get_row(const void *data, size_t row, size_t length, size_t i)
{
    return eai_trits_get((const uint8_t *)data + row * eai_trits_row_bytes(length), i);
}

void eai_trits_set_row(void *data, size_t row, size_t length, size_t i, int value)
{
    uint8_t *byte = (uint8_t *)data + row * eai_trits_row_bytes(length) + i / 4;
    const unsigned shift = 2 * (unsigned)(i % 4);
    const unsigned kept = shift == 0 ? 0 : *byte & ((1u << shift) - 1);
    *byte = (uint8_t)(kept | ((unsigned)value & 3u) << shift);
}
