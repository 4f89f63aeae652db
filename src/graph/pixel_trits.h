/* SPDX-License-Identifier: MIT */
#ifndef EAI_GRAPH_PIXEL_TRITS_H
#define EAI_GRAPH_PIXEL_TRITS_H

/* Trits of pixels [.., C] as convolutions read them: four channels a byte, 2-bit two's complement.
 */

#include <stddef.h>
#include <stdint.h>

/* y = max(y, x), code by code; n bytes. */
void eai_pixel_trits_max(void *y, const void *x, size_t n);

/* Codes of the last byte beyond the channels become zero. */
void eai_pixel_trits_clear(uint8_t *pixel, size_t channels);

/* Channel c of a pixel; value -1, 0 or 1. A pixel is set in order, from cleared bytes. */
int eai_pixel_trit(const uint8_t *pixel, size_t c);
void eai_pixel_trit_set(uint8_t *pixel, size_t c, int value);

#endif
