/* SPDX-License-Identifier: MIT */
#include <immintrin.h>

#include "kernels/block_layouts.h"

#define EAI_OWN_SIXTEEN

static __m128i load_sixteen(const void *from)
{
    return _mm_loadu_si128(from);
}

static void store_sixteen(uint8_t *to, __m128i v)
{
    _mm_storeu_si128((__m128i *)(void *)to, v);
}

static __m128i high_nibbles(__m128i v)
{
    return _mm_and_si128(_mm_srli_epi16(v, 4), _mm_set1_epi8(15));
}

static void split_sixteen(uint8_t *restrict out, const uint8_t *restrict qs)
{
    __m128i v = load_sixteen(qs);
    store_sixteen(out, _mm_and_si128(v, _mm_set1_epi8(15)));
    store_sixteen(out + 16, high_nibbles(v));
}

static void look_up(uint8_t *restrict out, const uint8_t *restrict qs)
{
    __m128i v = load_sixteen(qs), table = load_sixteen(eai_iq4_nl_values);
    store_sixteen(out, _mm_shuffle_epi8(table, _mm_and_si128(v, _mm_set1_epi8(15))));
    store_sixteen(out + 16, _mm_shuffle_epi8(table, high_nibbles(v)));
}

#include "kernels/codes.h"

void eai_decode_codes_avx2(uint8_t *out, const void *blocks, size_t n, eai_code_format format)
{
    decode_codes(out, blocks, n, format);
}
