/* SPDX-License-Identifier: MIT */
#include "quantize/pack_graph.h"

#include <string.h>

static size_t filter_bytes(edgeai_element element, size_t per_filter)
{
    const size_t per_byte = element == EDGEAI_ELEMENT_TRITS ? 4 : 8;
    return per_filter / per_byte + (per_filter % per_byte != 0);
}

size_t eai_packed_bytes(edgeai_element element, size_t n_filters, size_t per_filter)
{
    return n_filters * filter_bytes(element, per_filter);
}

void eai_pack_codes(edgeai_element element, const int8_t *codes, size_t n_filters,
                    size_t per_filter, uint8_t *packed)
{
    const size_t row = filter_bytes(element, per_filter);
    memset(packed, 0, n_filters * row);
    for (size_t f = 0; f < n_filters; f++, packed += row)
        for (size_t i = 0; i < per_filter; i++) {
            const int code = *codes++;
            if (element == EDGEAI_ELEMENT_TRITS)
                packed[i / 4] = (uint8_t)(packed[i / 4] | (code & 3) << 2 * (i % 4));
            else
                packed[i / 8] = (uint8_t)(packed[i / 8] | (code < 0) << i % 8);
        }
}
