/* SPDX-License-Identifier: MIT */
#include <immintrin.h>

#include "kernels/kernels.h"

void eai_widen_half_avx2(float *y, const void *halves, size_t n)
{
    const unsigned char *bytes = halves;
    size_t i = 0;
    for (; i + 8 <= n; i += 8) {
        __m128i eight = _mm_loadu_si128((const __m128i *)(const void *)(bytes + 2 * i));
        _mm256_storeu_ps(y + i, _mm256_cvtph_ps(eight));
    }
    eai_widen_half_ref(y + i, bytes + 2 * i, n - i);
}
