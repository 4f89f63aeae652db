/* SPDX-License-Identifier: MIT */
#include "space/elimination.h"

static int count_row(const uint64_t *row, size_t n_words)
{
    int n = 0;
    for (size_t w = 0; w < n_words; w++)
        n += __builtin_popcountll(row[w]);
    return n;
}

size_t eai_eliminate(uint64_t *neighbours, int n, int *position)
{
    const size_t n_words = ((size_t)n + 63) / 64;
    size_t n_blocks = 0;
    for (int i = 0; i < n; i++)
        position[i] = -1 - count_row(neighbours + (size_t)i * n_words, n_words); /* -1 - degree */
    for (int place = 0; place < n; place++) {
        int least = -1;
        for (int i = 0; i < n; i++)
            if (position[i] < 0 && (least < 0 || position[i] > position[least])) least = i;
        const uint64_t *row = neighbours + (size_t)least * n_words;
        n_blocks += (size_t)(-1 - position[least]);
        position[least] = place;
        for (size_t w = 0; w < n_words; w++)
            for (uint64_t bits = row[w]; bits; bits &= bits - 1) {
                size_t i = 64 * w + (size_t)__builtin_ctzll(bits);
                uint64_t *other = neighbours + i * n_words;
                for (size_t k = 0; k < n_words; k++)
                    other[k] |= row[k];
                other[i / 64] &= ~(UINT64_C(1) << i % 64);
                other[least / 64] &= ~(UINT64_C(1) << least % 64);
                position[i] = -1 - count_row(other, n_words);
            }
    }
    return n_blocks;
}
