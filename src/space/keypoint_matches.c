/* SPDX-License-Identifier: MIT */
#include "space/keypoint_matches.h"

#define FAR         64 /* bits of 256; codes of unrelated places are about 100 or more apart */
#define FIRST_FAR   24 /* of the first 64, where what is searched for differs in 10 or 15 */
#define RATIO_OF_10 8

static int count_bits(uint64_t x)
{
#if defined(__POPCNT__) || defined(__aarch64__)
    return __builtin_popcountll(x);
#else
    x -= x >> 1 & UINT64_C(0x5555555555555555);
    x = (x & UINT64_C(0x3333333333333333)) + (x >> 2 & UINT64_C(0x3333333333333333));
    x = (x + (x >> 4)) & UINT64_C(0x0f0f0f0f0f0f0f0f);
    return (int)(x * UINT64_C(0x0101010101010101) >> 56);
#endif
}

int eai_code_distance(const eai_code *a, const eai_code *b)
{
    int sum = 0;
    for (int w = 0; w < EAI_CODE_WORDS; w++)
        sum += count_bits(a->words[w] ^ b->words[w]);
    return sum;
}

size_t eai_match_codes(const eai_code *a, size_t n_a, const eai_code *b, size_t n_b,
                       eai_match_scratch scratch, eai_code_match *matches)
{
    size_t n = 0;
    for (size_t j = 0; j < n_b; j++)
        scratch.distance[j] = FAR + 1;
    for (size_t i = 0; i < n_a; i++) {
        int best = -1, nearest = FAR + 1, second = 64 * EAI_CODE_WORDS;
        for (size_t j = 0; j < n_b; j++) {
            if (count_bits(a[i].words[0] ^ b[j].words[0]) > FIRST_FAR) continue;
            int distance = eai_code_distance(&a[i], &b[j]);
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
        if (best >= 0 && 10 * nearest < RATIO_OF_10 * second)
            matches[n++] = (eai_code_match){(int)i, best, nearest};
    }
    size_t n_mutual = 0;
    for (size_t k = 0; k < n; k++)
        if (scratch.best[matches[k].b] == matches[k].a) matches[n_mutual++] = matches[k];
    return n_mutual;
}
