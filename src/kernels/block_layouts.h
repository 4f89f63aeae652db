/* SPDX-License-Identifier: MIT */
#ifndef EAI_KERNELS_BLOCK_LAYOUTS_H
#define EAI_KERNELS_BLOCK_LAYOUTS_H

/*
 * The block formats of GGUF tensors, byte by byte (source: ggml's block definitions). All members
 * are bytes, so a block may lie at any address and has no padding; halves are read with
 * eai_load_half(). d scales, m and dmin offset; what a stored number means is written beside it.
 * The order of elements is in src/tensor/block_formats_*.c.
 */

#include <assert.h>
#include <stdint.h>

enum { EAI_BLOCK = 32, EAI_SUPERBLOCK = 256 };

typedef struct eai_block_q4_0 { /* d * (q - 8) */
    uint8_t d[2];
    uint8_t qs[16]; /* low nibbles: elements 0-15, high nibbles: 16-31 */
} eai_block_q4_0;

typedef struct eai_block_q4_1 { /* d * q + m */
    uint8_t d[2];
    uint8_t m[2];
    uint8_t qs[16];
} eai_block_q4_1;

typedef struct eai_block_q5_0 { /* d * (q - 16) */
    uint8_t d[2];
    uint8_t qh[4]; /* little-endian word: bit j is bit 4 of element j */
    uint8_t qs[16];
} eai_block_q5_0;

typedef struct eai_block_q5_1 { /* d * q + m */
    uint8_t d[2];
    uint8_t m[2];
    uint8_t qh[4];
    uint8_t qs[16];
} eai_block_q5_1;

typedef struct eai_block_q8_0 { /* d * q */
    uint8_t d[2];
    int8_t qs[32];
} eai_block_q8_0;

typedef struct eai_block_iq4_nl { /* d * table[q] */
    uint8_t d[2];
    uint8_t qs[16];
} eai_block_iq4_nl;

typedef struct eai_block_q2_k { /* 16 groups of 16: d * scale * q - dmin * min */
    uint8_t scales[16];         /* low nibble: scale, high nibble: min */
    uint8_t qs[64];
    uint8_t d[2];
    uint8_t dmin[2];
} eai_block_q2_k;

typedef struct eai_block_q3_k { /* 16 groups of 16: d * (scale - 32) * (q - 4) */
    uint8_t hmask[32];          /* bit 2 of q */
    uint8_t qs[64];
    uint8_t scales[12]; /* 16 numbers of six bits */
    uint8_t d[2];
} eai_block_q3_k;

typedef struct eai_block_q4_k { /* 8 groups of 32: d * scale * q - dmin * min */
    uint8_t d[2];
    uint8_t dmin[2];
    uint8_t scales[12]; /* 8 scales and 8 mins of six bits */
    uint8_t qs[128];
} eai_block_q4_k;

typedef struct eai_block_q5_k { /* as Q4_K with five bits */
    uint8_t d[2];
    uint8_t dmin[2];
    uint8_t scales[12];
    uint8_t qh[32];
    uint8_t qs[128];
} eai_block_q5_k;

typedef struct eai_block_q6_k { /* 16 groups of 16: d * scale * (q - 32) */
    uint8_t ql[128];
    uint8_t qh[64];
    int8_t scales[16];
    uint8_t d[2];
} eai_block_q6_k;

typedef struct eai_block_tq1_0 { /* d * (trit - 1) */
    uint8_t qs[48];              /* five trits each, as a fraction of 256 */
    uint8_t qh[4];               /* four trits each */
    uint8_t d[2];
} eai_block_tq1_0;

typedef struct eai_block_tq2_0 { /* d * (q - 1) */
    uint8_t qs[64];
    uint8_t d[2];
} eai_block_tq2_0;

static_assert(sizeof(eai_block_q4_0) == 18, "Q4_0");
static_assert(sizeof(eai_block_q4_1) == 20, "Q4_1");
static_assert(sizeof(eai_block_q5_0) == 22, "Q5_0");
static_assert(sizeof(eai_block_q5_1) == 24, "Q5_1");
static_assert(sizeof(eai_block_q8_0) == 34, "Q8_0");
static_assert(sizeof(eai_block_iq4_nl) == 18, "IQ4_NL");
static_assert(sizeof(eai_block_q2_k) == 84, "Q2_K");
static_assert(sizeof(eai_block_q3_k) == 110, "Q3_K");
static_assert(sizeof(eai_block_q4_k) == 144, "Q4_K");
static_assert(sizeof(eai_block_q5_k) == 176, "Q5_K");
static_assert(sizeof(eai_block_q6_k) == 210, "Q6_K");
static_assert(sizeof(eai_block_tq1_0) == 54, "TQ1_0");
static_assert(sizeof(eai_block_tq2_0) == 66, "TQ2_0");

/* Values of IQ4_NL's sixteen codes. */
extern const int8_t eai_iq4_nl_values[16];

/* Scale and min of group j (0-7) in the twelve bytes of Q4_K and Q5_K. */
static inline void eai_scale_min_k4(const uint8_t scales[12], int j, uint8_t *scale, uint8_t *min)
{
    if (j < 4) {
        *scale = scales[j] & 63u;
        *min = scales[j + 4] & 63u;
    } else {
        *scale = (uint8_t)((scales[j + 4] & 15u) | (scales[j - 4] >> 6) << 4);
        *min = (uint8_t)(scales[j + 4] >> 4 | (scales[j] >> 6) << 4);
    }
}

/* Scale of group j (0-15), -32 to 31, in the twelve bytes of Q3_K. */
static inline int eai_scale_q3_k(const uint8_t scales[12], int j)
{
    int low = scales[j % 8] >> (j / 8 * 4) & 15;
    int high = scales[8 + j % 4] >> (j / 4 * 2) & 3;
    return (low | high << 4) - 32;
}

#endif
