/* SPDX-License-Identifier: MIT */
#include "space/keypoint_matches.h"

#define FAR         64 /* bits of 256; codes of unrelated places are about 100 or more apart */
#define RATIO_OF_10 8
#define SECOND_FAR  81 /* a second nearest this far away passes with any first one */

/* Bits set in each byte of a word. Loops over these instructions become SSE2 or NEON ones; single
 * bits are counted by a table where the compiler may not assume an instruction for it. */
static inline uint64_t bits_of_bytes(uint64_t x)
{
    x -= x >> 1 & UINT64_C(0x5555555555555555);
    x = (x & UINT64_C(0x3333333333333333)) + (x >> 2 & UINT64_C(0x3333333333333333));
    return (x + (x >> 4)) & UINT64_C(0x0f0f0f0f0f0f0f0f);
}

/* row[j] = bits in which a differs from code j of b. */
static void measure_row(const uint64_t a[EAI_CODE_WORDS], eai_code_table b, uint64_t *restrict row)
{
    const uint64_t *w0 = b.words, *w1 = w0 + b.stride, *w2 = w1 + b.stride, *w3 = w2 + b.stride;
    const uint64_t a0 = a[0], a1 = a[1], a2 = a[2], a3 = a[3];
    for (size_t j = 0; j < b.n; j++) {
        uint64_t x = bits_of_bytes(a0 ^ w0[j]) + bits_of_bytes(a1 ^ w1[j]) +
                     bits_of_bytes(a2 ^ w2[j]) + bits_of_bytes(a3 ^ w3[j]);
        x = (x & UINT64_C(0x00ff00ff00ff00ff)) + (x >> 8 & UINT64_C(0x00ff00ff00ff00ff));
        x += x >> 32;
        row[j] = (x + (x >> 16)) & 0xffff;
    }
}

size_t eai_match_codes(eai_code_table a, eai_code_table b, eai_match_scratch scratch,
                       eai_code_match *matches)
{
    size_t n = 0, n_mutual = 0;
    for (size_t j = 0; j < b.n; j++)
        scratch.distance[j] = SECOND_FAR;
    for (size_t i = 0; i < a.n; i++) {
        const uint64_t code[EAI_CODE_WORDS] = {a.words[i], a.words[a.stride + i],
                                               a.words[2 * a.stride + i],
                                               a.words[3 * a.stride + i]};
        int best = -1, nearest = SECOND_FAR, second = SECOND_FAR;
        measure_row(code, b, scratch.row);
        for (size_t j = 0; j < b.n; j++) {
            if (scratch.row[j] >= SECOND_FAR) continue;
            int distance = (int)scratch.row[j];
            if (distance < nearest) {
                second = nearest;
                nearest = distance;
                best = (int)j;
            } else if (distance < second) {
                second = distance;
            }
            if (distance < scratch.distance[j]) {
                scratch.distance[j] = distance;
                scratch.best[j] = (int)i;
            }
        }
        if (nearest <= FAR && 10 * nearest < RATIO_OF_10 * second)
            matches[n++] = (eai_code_match){(int)i, best, nearest};
    }
    for (size_t k = 0; k < n; k++)
        if (scratch.best[matches[k].b] == matches[k].a) matches[n_mutual++] = matches[k];
    return n_mutual;
}
