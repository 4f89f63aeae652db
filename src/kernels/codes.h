/* SPDX-License-Identifier: MIT */
#ifndef EAI_KERNELS_CODES_H
#define EAI_KERNELS_CODES_H

/*
 * Codes out of blocks, in plain loops that compilers vectorise: the variants of eai_decode_codes
 * are this header compiled with each instruction set's flags. The order of elements is that of
 * src/tensor/block_formats.c and superblock_formats.c.
 */

#include <string.h>

#include "kernels/block_layouts.h"
#include "kernels/kernels.h"

/* Inlined, so that n is a constant. */
static inline __attribute__((always_inline)) void
split_nibbles(uint8_t *restrict out, const uint8_t *restrict qs, size_t n)
{
    for (size_t j = 0; j < n; j++) {
        out[j] = qs[j] & 15;
        out[j + n] = qs[j] >> 4;
    }
}

/* Sixteen bytes of nibbles, and the same looked up in a table of bytes. A variant may bring its
 * own: gcc makes nothing of loops as short as these. */
#ifndef EAI_OWN_SIXTEEN
static void split_sixteen(uint8_t *restrict out, const uint8_t *restrict qs)
{
    split_nibbles(out, qs, 16);
}

static void look_up(uint8_t *restrict out, const uint8_t *restrict qs)
{
    for (size_t j = 0; j < 16; j++) {
        out[j] = (uint8_t)eai_iq4_nl_values[qs[j] & 15];
        out[j + 16] = (uint8_t)eai_iq4_nl_values[qs[j] >> 4];
    }
}
#endif

static void add_fifth_bits(uint8_t *restrict out, const uint8_t *restrict qh)
{
    for (size_t j = 0; j < 32; j++)
        out[j] = (uint8_t)(out[j] | (qh[j / 8] >> (j % 8) & 1) << 4);
}

static void decode_q5_k(uint8_t *restrict out, const eai_block_q5_k *restrict block)
{
    for (int pair = 0; pair < 4; pair++, out += 64) {
        const uint8_t *qs = block->qs + 32 * pair;
        for (int l = 0; l < 32; l++) {
            int high = block->qh[l] >> (2 * pair);
            out[l] = (uint8_t)((qs[l] & 15) | (high & 1) << 4);
            out[l + 32] = (uint8_t)(qs[l] >> 4 | (high & 2) << 3);
        }
    }
}

static void decode_q6_k(uint8_t *restrict out, const eai_block_q6_k *restrict block)
{
    for (int half = 0; half < 2; half++, out += 128) {
        const uint8_t *ql = block->ql + 64 * half, *qh = block->qh + 32 * half;
        for (int l = 0; l < 32; l++) {
            out[l] = (uint8_t)((ql[l] & 15) | (qh[l] & 3) << 4);
            out[l + 32] = (uint8_t)((ql[l + 32] & 15) | (qh[l] >> 2 & 3) << 4);
            out[l + 64] = (uint8_t)(ql[l] >> 4 | (qh[l] >> 4 & 3) << 4);
            out[l + 96] = (uint8_t)(ql[l + 32] >> 4 | (qh[l] >> 6) << 4);
        }
    }
}

/* The next trit of each byte is the whole part of its fraction of 256 times 3. */
static void decode_trits(uint8_t *restrict out, const uint8_t *restrict bytes, int n, uint8_t power)
{
    for (int m = 0; m < n; m++)
        out[m] = (uint8_t)((uint8_t)(bytes[m] * power) * 3 >> 8);
}

static void decode_tq1_0(uint8_t *restrict out, const eai_block_tq1_0 *restrict block)
{
    static const uint8_t powers[5] = {1, 3, 9, 27, 81};
    for (int k = 0; k < 5; k++) {
        decode_trits(out + 32 * k, block->qs, 32, powers[k]);
        decode_trits(out + 160 + 16 * k, block->qs + 32, 16, powers[k]);
    }
    for (int k = 0; k < 4; k++)
        decode_trits(out + 240 + 4 * k, block->qh, 4, powers[k]);
}

static void decode_tq2_0(uint8_t *restrict out, const eai_block_tq2_0 *restrict block)
{
    for (int part = 0; part < 8; part++, out += 32)
        for (int m = 0; m < 32; m++)
            out[m] = block->qs[32 * (part / 4) + m] >> (part % 4 * 2) & 3;
}

/* One block's codes; returns its bytes. */
static size_t decode_block(uint8_t *restrict out, const void *restrict at, eai_code_format format)
{
    switch (format) {
    case EAI_CODES_Q4_0:
        split_sixteen(out, ((const eai_block_q4_0 *)at)->qs);
        return sizeof(eai_block_q4_0);
    case EAI_CODES_Q4_1:
        split_sixteen(out, ((const eai_block_q4_1 *)at)->qs);
        return sizeof(eai_block_q4_1);
    case EAI_CODES_Q5_0:
        split_sixteen(out, ((const eai_block_q5_0 *)at)->qs);
        add_fifth_bits(out, ((const eai_block_q5_0 *)at)->qh);
        return sizeof(eai_block_q5_0);
    case EAI_CODES_Q5_1:
        split_sixteen(out, ((const eai_block_q5_1 *)at)->qs);
        add_fifth_bits(out, ((const eai_block_q5_1 *)at)->qh);
        return sizeof(eai_block_q5_1);
    case EAI_CODES_Q8_0:
        memcpy(out, ((const eai_block_q8_0 *)at)->qs, 32);
        return sizeof(eai_block_q8_0);
    case EAI_CODES_IQ4_NL:
        look_up(out, ((const eai_block_iq4_nl *)at)->qs);
        return sizeof(eai_block_iq4_nl);
    case EAI_CODES_Q4_K:
        for (int pair = 0; pair < 4; pair++)
            split_nibbles(out + 64 * pair, ((const eai_block_q4_k *)at)->qs + 32 * pair, 32);
        return sizeof(eai_block_q4_k);
    case EAI_CODES_Q5_K:
        decode_q5_k(out, at);
        return sizeof(eai_block_q5_k);
    case EAI_CODES_Q6_K:
        decode_q6_k(out, at);
        return sizeof(eai_block_q6_k);
    case EAI_CODES_TQ1_0:
        decode_tq1_0(out, at);
        return sizeof(eai_block_tq1_0);
    default:
        decode_tq2_0(out, at);
        return sizeof(eai_block_tq2_0);
    }
}

static size_t block_elements(eai_code_format format)
{
    return format >= EAI_CODES_Q4_K ? EAI_SUPERBLOCK : EAI_BLOCK;
}

static void decode_codes(uint8_t *out, const void *blocks, size_t n, eai_code_format format)
{
    const unsigned char *at = blocks;
    const size_t step = block_elements(format);
    for (size_t i = 0; i < n; i += step)
        at += decode_block(out + i, at, format);
}

#endif
