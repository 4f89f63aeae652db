/* SPDX-License-Identifier: MIT */
#ifndef EAI_KERNELS_TILES_H
#define EAI_KERNELS_TILES_H

/*
 * Matrix products y[n, M] = x[n, K] W[M, K]^T, one tile of weights at a time.
 *
 * A tile holds EAI_PANEL rows of W (columns of y) over a stretch of at most EAI_STRETCH inputs, in
 * an order that lets every step load whole vectors of weights; it stays in the first-level cache
 * while all rows of x pass over it. Rows of x are prepared once for a product, EAI_ROW_GROUP of
 * them interleaved (the last group has what is left), so that a step reads consecutive bytes.
 *
 * Inputs of x are float32, or integers of eight bits with one scale for each group of EAI_GROUP:
 * x = scale * code, code in [-127, 127]. What a kernel adds to y is defined to the bit, sum over
 * sum, so that every instruction set gives the same result: see multiply_ref.c.
 *
 * Rules for all kernels here: pointers and sizes only; tiles are aligned to 32 bytes.
 */

#include <stddef.h>
#include <stdint.h>

enum {
    EAI_PANEL = 16,
    EAI_STRETCH = 256,
    EAI_GROUP = 32,
    EAI_HALF_GROUP = 16,
    EAI_ROW_GROUP = 6,
};

/*
 * How a tile stores its weights. A dword holds four codes (U8, S8), two (S16), or one float (F32)
 * of the same column; dwords are ordered [inputs / 4, / 2 or / 1][EAI_PANEL].
 *
 * U8: 0 to 15, one scale and min for a group: weight = scale * code + min. U8_HALVES: 0 to 63, for
 * each half of a group. The limits keep sums of products inside 16 bits: 16 * 15 * 127 and
 * 4 * 63 * 127 are below 2^15. S8, S16: -128 to 127, weight = scale * code; the same codes, as the
 * instruction set likes them.
 */
typedef enum eai_tile_kind {
    EAI_TILE_F32,
    EAI_TILE_U8,
    EAI_TILE_U8_HALVES,
    EAI_TILE_S8,
    EAI_TILE_S16,
} eai_tile_kind;

typedef struct eai_tile {
    const void *codes;
    const float *scales;       /* [groups, or halves][EAI_PANEL]; integer kinds */
    const float *mins;         /* the same; U8 kinds */
    size_t n_inputs;           /* 1 to EAI_STRETCH; a multiple of EAI_GROUP for integer kinds */
    const void *packed_scales; /* of packed codes, in place of scales and mins */
    const void *next; /* as many codes that are needed next, which kernels may fetch; or NULL */
    int is_first;     /* of products of pairs: nothing was summed up before */
} eai_tile;

/*
 * Prepared rows. Group i holds rows [6 i, 6 i + r), r = 6 or what is left. Its codes are
 * [K / 4][r][4] int8, [K / 2][r][2] int16 or [K][r] float32; scales [K / 32][r];
 * sums [K / 32][r] and half_sums [K / 16][r] hold the sums of codes. A group's data begin at 6 i
 * times the row's size.
 */
typedef struct eai_rows {
    const void *codes;
    const float *scales;
    const float *sums;
    const float *half_sums;
    size_t n_rows;
    size_t n_inputs; /* K */
} eai_rows;

/* y[n_rows, stride] += rows [first_input, first_input + tile's inputs) times the tile; EAI_PANEL
 * columns of each row of y are written. */
typedef void eai_multiply_fn(float *y, size_t y_stride, const eai_tile *tile, const eai_rows *rows,
                             size_t first_input);
typedef eai_multiply_fn eai_multiply_f32_fn, eai_multiply_u8_fn, eai_multiply_u8_halves_fn,
    eai_multiply_s8_fn, eai_multiply_s16_fn;

/*
 * The same for few rows, codes and scales of the tile being still packed: with one row, widening
 * them to memory would take as long as multiplying. Codes are as eai_unpack_nibbles() takes them
 * (Q4: tiles of U8), bytes (of S16), or float16 (of F32). packed_scales, aligned to 32, with d and
 * m as float16 [groups][EAI_PANEL]:
 *
 *     Q4_0   d: weight = d * code - 8 * d
 *     Q4_1   d, then m: weight = d * code + m
 *     Q4_K   as eai_scale_mins_fn takes them: halves, then bytes; n_inputs is EAI_STRETCH
 *     bytes  d: weight = d * code
 */
typedef eai_multiply_fn eai_multiply_q4_0_fn, eai_multiply_q4_1_fn, eai_multiply_q4_k_fn,
    eai_multiply_bytes_fn, eai_multiply_half_floats_fn;

/*
 * The same for integers of 16 bits in pairs, without scales: tile and rows are as for EAI_TILE_S16,
 * n_inputs is any even number, and sums are exact modulo 2^32. Where the tile's is_first is set, y
 * is written, not added to.
 */
typedef void eai_multiply_pairs_fn(int32_t *y, size_t y_stride, const eai_tile *tile,
                                   const eai_rows *rows, size_t first_input);

/* The same with weights of eight bits, widened on the way. wide[n_inputs * EAI_PANEL], aligned to
 * 64, may be written. */
typedef void eai_multiply_byte_pairs_fn(int32_t *y, size_t y_stride, const eai_tile *tile,
                                        const eai_rows *rows, size_t first_input, int16_t *wide);

/* Row groups from rows that lie src_stride bytes apart. Dwords: out[k][i] = dword k of row i of r,
 * r <= EAI_ROW_GROUP, k < n. */
typedef void eai_interleave_rows_fn(void *out, const void *src, size_t src_stride, size_t r,
                                    size_t n);

/* From n bytes a row to pairs of int16: out[k / 2][i][k % 2] = byte k of row i. An odd last byte is
 * followed by zero. */
typedef void eai_widen_pairs_fn(int16_t *out, const void *src, size_t src_stride, size_t r,
                                size_t n, int is_signed);

/*
 * One group of r rows of n inputs (a multiple of EAI_GROUP), x[r, x_stride], to eight bits:
 * scale = max |x| / 127 over a group of inputs, code = x * (127 / max) rounded to nearest, ties to
 * even. Below 2^-100 all is zero; a group with infinity or NaN gets a scale of NaN. wide: codes are
 * int16 in pairs, else int8 in fours.
 */
typedef struct eai_row_group {
    void *codes;
    float *scales, *sums, *half_sums;
} eai_row_group;
typedef void eai_quantize_inputs_fn(const eai_row_group *out, const float *x, size_t x_stride,
                                    size_t r, size_t n, int wide);

/* out[i][c] = dword i of row c of src, whose rows are src_stride bytes apart and of n dwords; rows
 * from n_columns (1 to EAI_PANEL) on are taken as zero. src needs no alignment. */
typedef void eai_transpose_dwords_fn(void *out, const void *src, size_t src_stride,
                                     size_t n_columns, size_t n);

/* Packed codes back to bytes. A block of 64 codes in tile order is 32 bytes: code j in the low half
 * of byte j, code j + 32 in the high half. n: codes, a multiple of 64. */
typedef void eai_unpack_nibbles_fn(uint8_t *out, const uint8_t *packed, size_t n);

/* Likewise for blocks of 128 codes in 32 bytes: code j + 32 i in bits 2 i of byte j. */
typedef void eai_unpack_pairs_fn(uint8_t *out, const uint8_t *packed, size_t n);

/*
 * Scales and mins of a superblock of Q4_K or Q5_K, sixteen columns: scales[i][c] = d[c] * scale and
 * mins[i][c] = -dmin[c] * min, both exact. halves: d[EAI_PANEL], then dmin, as float16; bytes: the
 * scales [8][EAI_PANEL], then the mins.
 */
typedef void eai_scale_mins_fn(float *scales, float *mins, const void *halves,
                               const uint8_t *bytes);

/* out[i] = in[i]: int8 to int16. */
typedef void eai_widen_bytes_fn(int16_t *out, const int8_t *in, size_t n);

/* out[i] = the bfloat16 at in + 2 i, exactly; NaNs become quiet. */
typedef void eai_widen_bfloat_fn(float *out, const void *in, size_t n);

/*
 * Codes of n inputs from consecutive blocks of one row, in order: what a scale is multiplied with.
 * Unsigned for the formats of the U8 kinds, int8 for Q8_0 and IQ4_NL. n: a multiple of the block's
 * elements.
 */
typedef enum eai_code_format {
    EAI_CODES_Q4_0,
    EAI_CODES_Q4_1,
    EAI_CODES_Q5_0,
    EAI_CODES_Q5_1,
    EAI_CODES_Q8_0,
    EAI_CODES_IQ4_NL,
    EAI_CODES_Q4_K,
    EAI_CODES_Q5_K,
    EAI_CODES_Q6_K,
    EAI_CODES_TQ1_0,
    EAI_CODES_TQ2_0,
} eai_code_format;
typedef void eai_decode_codes_fn(uint8_t *out, const void *blocks, size_t n,
                                 eai_code_format format);

#endif
