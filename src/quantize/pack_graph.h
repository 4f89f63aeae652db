/* SPDX-License-Identifier: MIT */
#ifndef EAI_QUANTIZE_PACK_GRAPH_H
#define EAI_QUANTIZE_PACK_GRAPH_H

/* Codes as networks' files hold them (docs/formats/graph.md): trits and bits, each filter from a
 * new byte on. */

#include <stddef.h>
#include <stdint.h>

#include <edgeai/graph.h>

/* Bytes of packed codes of `element` (TRITS or BITS). */
size_t eai_packed_bytes(edgeai_element element, size_t n_filters, size_t per_filter);

/* Packs codes of -1, 0, 1 (TRITS) or -1, 1 (BITS); writes eai_packed_bytes() of them. */
void eai_pack_codes(edgeai_element element, const int8_t *codes, size_t n_filters,
                    size_t per_filter, uint8_t *packed);

#endif
