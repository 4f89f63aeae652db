/* SPDX-License-Identifier: MIT */
#include "kernels/codes.h"

void eai_decode_codes_neon(uint8_t *out, const void *blocks, size_t n, eai_code_format format)
{
    decode_codes(out, blocks, n, format);
}
