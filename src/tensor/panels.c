/* SPDX-License-Identifier: MIT */
#include "tensor/panels.h"

#include <string.h>

#include "kernels/block_layouts.h"
#include "tensor/panel_scales.h"

/* Types with codes, with the kind of tile their codes fit. */
static const eai_panel_format coded[] = {
    {EDGEAI_DTYPE_Q4_0, EAI_TILE_U8, EAI_CODES_Q4_0, 4, EAI_BLOCK, 0, false},
    {EDGEAI_DTYPE_Q4_1, EAI_TILE_U8, EAI_CODES_Q4_1, 4, EAI_BLOCK, 0, true},
    {EDGEAI_DTYPE_Q5_0, EAI_TILE_U8_HALVES, EAI_CODES_Q5_0, 8, EAI_BLOCK, 0, false},
    {EDGEAI_DTYPE_Q5_1, EAI_TILE_U8_HALVES, EAI_CODES_Q5_1, 8, EAI_BLOCK, 0, true},
    {EDGEAI_DTYPE_Q8_0, EAI_TILE_S8, EAI_CODES_Q8_0, 8, EAI_BLOCK, 0, false},
    {EDGEAI_DTYPE_IQ4_NL, EAI_TILE_S8, EAI_CODES_IQ4_NL, 8, EAI_BLOCK, 0, false},
    {EDGEAI_DTYPE_Q4_K, EAI_TILE_U8, EAI_CODES_Q4_K, 4, EAI_SUPERBLOCK, 8, true},
    {EDGEAI_DTYPE_Q5_K, EAI_TILE_U8_HALVES, EAI_CODES_Q5_K, 8, EAI_SUPERBLOCK, 8, true},
    {EDGEAI_DTYPE_Q6_K, EAI_TILE_U8_HALVES, EAI_CODES_Q6_K, 8, EAI_SUPERBLOCK, 16, false},
    {EDGEAI_DTYPE_TQ1_0, EAI_TILE_U8, EAI_CODES_TQ1_0, 2, EAI_SUPERBLOCK, 0, false},
    {EDGEAI_DTYPE_TQ2_0, EAI_TILE_U8, EAI_CODES_TQ2_0, 2, EAI_SUPERBLOCK, 0, false},
};

eai_panel_format eai_panel_format_of(edgeai_dtype dtype, bool exact, const eai_kernels *kernels)
{
    for (size_t i = 0; i < sizeof coded / sizeof coded[0] && !exact; i++)
        if (coded[i].dtype == dtype) {
            eai_panel_format format = coded[i];
            if (format.kind == EAI_TILE_S8) format.kind = kernels->signed_kind;
            return format;
        }
    eai_panel_format format = {.dtype = dtype, .kind = EAI_TILE_F32};
    if (dtype == EDGEAI_DTYPE_F32) format.code_bits = 32;
    if (dtype == EDGEAI_DTYPE_F16 || dtype == EDGEAI_DTYPE_BF16) format.code_bits = 16;
    return format;
}

static size_t code_bytes(const eai_panel_format *format, size_t n)
{
    return n * EAI_PANEL * (size_t)format->code_bits / 8;
}

/* Bytes of a stretch's scales, which come before its codes: they are wanted first. */
static size_t scale_bytes(const eai_panel_format *format, size_t n)
{
    return format->kind == EAI_TILE_F32 ? 0 : eai_scale_bytes(format, n);
}

static size_t stretch_bytes(const eai_panel_format *format, size_t n)
{
    return scale_bytes(format, n) + code_bytes(format, n);
}

size_t eai_panel_bytes(const eai_panel_format *format, size_t n_inputs)
{
    const size_t rest = n_inputs % EAI_STRETCH;
    size_t bytes = n_inputs / EAI_STRETCH * stretch_bytes(format, EAI_STRETCH);
    if (rest > 0) bytes += stretch_bytes(format, rest);
    return format->code_bits == 0 ? 0 : (bytes + 31) & ~(size_t)31;
}

static void decode_floats(float *out, const unsigned char *blocks, edgeai_dtype dtype,
                          const eai_kernels *kernels, size_t n)
{
    if (dtype == EDGEAI_DTYPE_F16)
        kernels->widen_half(out, blocks, n);
    else if (dtype == EDGEAI_DTYPE_BF16)
        kernels->widen_bfloat(out, blocks, n);
    else /* cannot fail: the plan checked type and length */
        (void)edgeai_dequantize(dtype, blocks, out, n);
}

/* Codes of each row, one after the other, in the kind's own width. */
static void decode_rows(eai_tile_buffers *buffers, const eai_panel_format *format,
                        const eai_kernels *kernels, const eai_panel_source *source, size_t offset,
                        size_t n)
{
    for (size_t c = 0; c < source->n_columns; c++) {
        const unsigned char *blocks = source->rows + c * source->row_bytes + offset;
        if (format->kind == EAI_TILE_F32) {
            decode_floats((float *)(void *)(buffers->rows + c * 4 * n), blocks, format->dtype,
                          kernels, n);
        } else if (format->kind == EAI_TILE_S16) {
            kernels->decode_codes(buffers->codes, blocks, n, format->codes);
            kernels->widen_bytes((int16_t *)(void *)(buffers->rows + c * 2 * n),
                                 (const int8_t *)buffers->codes, n);
        } else {
            kernels->decode_codes(buffers->rows + c * n, blocks, n, format->codes);
        }
    }
}

/* Bytes of one input's code in a tile. */
static size_t tile_code_bytes(eai_tile_kind kind)
{
    return kind == EAI_TILE_F32 ? 4 : kind == EAI_TILE_S16 ? 2 : 1;
}

/* Bytes from a row's begin to its input `first`. */
static size_t row_offset(const eai_panel_format *format, size_t first)
{
    return edgeai_dtype_row_bytes(format->dtype, (int64_t)first);
}

/* buffers->codes = the tile's codes. */
static void mapped_codes(eai_tile_buffers *buffers, const eai_panel_format *format,
                         const eai_kernels *kernels, const eai_panel_source *source, size_t first,
                         size_t n)
{
    const size_t offset = row_offset(format, first), row_bytes = n * tile_code_bytes(format->kind);
    if (format->dtype == EDGEAI_DTYPE_F32) {
        kernels->transpose_dwords(buffers->codes, source->rows + offset, source->row_bytes,
                                  source->n_columns, n);
        return;
    }
    decode_rows(buffers, format, kernels, source, offset, n);
    kernels->transpose_dwords(buffers->codes, buffers->rows, row_bytes, source->n_columns,
                              row_bytes / 4);
}

static void gather_scales(const eai_panel_format *format, const eai_scale_planes *planes,
                          const eai_panel_source *source, size_t first, size_t n)
{
    const size_t offset = row_offset(format, first);
    if (source->n_columns < EAI_PANEL) memset(planes->d, 0, eai_scale_bytes(format, n));
    for (size_t c = 0; c < source->n_columns; c++)
        eai_scales_gather(format, planes, source->rows + c * source->row_bytes + offset, c);
}

void eai_panel_tile_mapped(eai_tile *tile, eai_tile_buffers *buffers,
                           const eai_panel_format *format, const eai_kernels *kernels,
                           const eai_panel_source *source, size_t first, size_t n)
{
    mapped_codes(buffers, format, kernels, source, first, n);
    *tile = (eai_tile){buffers->codes, buffers->scales, buffers->mins, n, NULL};
    if (format->kind == EAI_TILE_F32) return;
    eai_scale_planes planes = eai_scale_planes_at(format, buffers->rows, n);
    gather_scales(format, &planes, source, first, n);
    eai_scales_expand(format, kernels, &planes, n, buffers->scales, buffers->mins);
}

/* Packed codes as the kernels take them: used in place where they are stored like that. */
static const void *unpack_codes(eai_tile_buffers *buffers, const eai_panel_format *format,
                                const eai_kernels *kernels, const unsigned char *packed, size_t n)
{
    const size_t n_codes = n * EAI_PANEL;
    switch (format->code_bits) {
    case 2:
        kernels->unpack_pairs(buffers->codes, packed, n_codes);
        break;
    case 4:
        kernels->unpack_nibbles(buffers->codes, packed, n_codes);
        break;
    case 8:
        if (format->kind != EAI_TILE_S16) return packed;
        kernels->widen_bytes((int16_t *)(void *)buffers->codes, (const int8_t *)packed, n_codes);
        break;
    case 16:
        if (format->dtype == EDGEAI_DTYPE_F16)
            kernels->widen_half((float *)(void *)buffers->codes, packed, n_codes);
        else
            kernels->widen_bfloat((float *)(void *)buffers->codes, packed, n_codes);
        break;
    default:
        return packed;
    }
    return buffers->codes;
}

/* Where the stretch from input `first` on begins in a packed panel. */
static const unsigned char *stretch_at(const eai_panel_format *format, const unsigned char *panel,
                                       size_t first)
{
    return panel + first / EAI_STRETCH * stretch_bytes(format, EAI_STRETCH);
}

void eai_panel_tile_as_packed(eai_tile *tile, const eai_panel_format *format,
                              const unsigned char *panel, size_t first, size_t n)
{
    const unsigned char *at = stretch_at(format, panel, first);
    *tile = (eai_tile){.codes = at + scale_bytes(format, n), .n_inputs = n, .packed_scales = at};
}

void eai_panel_tile_packed(eai_tile *tile, eai_tile_buffers *buffers,
                           const eai_panel_format *format, const eai_kernels *kernels,
                           const unsigned char *panel, size_t first, size_t n)
{
    const unsigned char *at = stretch_at(format, panel, first);
    const void *codes = unpack_codes(buffers, format, kernels, at + scale_bytes(format, n), n);
    *tile = (eai_tile){codes, buffers->scales, buffers->mins, n, NULL};
    if (format->kind == EAI_TILE_F32) return;
    const eai_scale_planes planes = eai_scale_planes_at(format, (unsigned char *)(uintptr_t)at, n);
    eai_scales_expand(format, kernels, &planes, n, buffers->scales, buffers->mins);
}

eai_multiply_fn *eai_panel_multiply_packed(const eai_panel_format *format,
                                           const eai_kernels *kernels)
{
    if (!kernels->multiplies_packed) return NULL;
    if (format->dtype == EDGEAI_DTYPE_F16) return kernels->multiply_half_floats;
    if (format->kind == EAI_TILE_F32) return NULL;
    if (format->kind == EAI_TILE_S16) return kernels->multiply_bytes;
    switch (format->codes) {
    case EAI_CODES_Q4_0:
        return kernels->multiply_q4_0;
    case EAI_CODES_Q4_1:
        return kernels->multiply_q4_1;
    case EAI_CODES_Q4_K:
        return kernels->multiply_q4_k;
    default:
        return NULL;
    }
}

/* Halves [inputs][EAI_PANEL] from rows of them. */
static void pack_halves(unsigned char *to, const eai_panel_source *source, size_t first, size_t n)
{
    for (size_t k = first; k < first + n; k++)
        for (size_t c = 0; c < EAI_PANEL; c++, to += 2)
            if (c < source->n_columns)
                memcpy(to, source->rows + c * source->row_bytes + 2 * k, 2);
            else
                memset(to, 0, 2);
}

/* The tile's codes in code_bits each; the inverse of unpack_codes(). */
static void pack_codes(unsigned char *restrict to, const unsigned char *restrict codes,
                       const eai_panel_format *format, size_t n)
{
    const size_t n_codes = n * EAI_PANEL;
    if (format->code_bits == 2)
        for (size_t i = 0; i < n_codes; i += 128, to += 32)
            for (size_t j = 0; j < 32; j++)
                to[j] = (unsigned char)(codes[i + j] | codes[i + j + 32] << 2 |
                                        codes[i + j + 64] << 4 | codes[i + j + 96] << 6);
    else if (format->code_bits == 4)
        for (size_t i = 0; i < n_codes; i += 64, to += 32)
            for (size_t j = 0; j < 32; j++)
                to[j] = (unsigned char)(codes[i + j] | codes[i + j + 32] << 4);
    else if (format->kind == EAI_TILE_S16)
        for (size_t i = 0; i < n_codes; i++)
            to[i] = codes[2 * i + (__BYTE_ORDER__ == __ORDER_BIG_ENDIAN__)];
    else
        memcpy(to, codes, code_bytes(format, n));
}

static void pack_stretch(unsigned char *to, eai_tile_buffers *buffers,
                         const eai_panel_format *format, const eai_kernels *kernels,
                         const eai_panel_source *source, size_t first, size_t n)
{
    if (format->code_bits == 16) {
        pack_halves(to, source, first, n);
        return;
    }
    mapped_codes(buffers, format, kernels, source, first, n);
    pack_codes(to + scale_bytes(format, n), buffers->codes, format, n);
    if (format->kind == EAI_TILE_F32) return;
    eai_scale_planes planes = eai_scale_planes_at(format, to, n);
    gather_scales(format, &planes, source, first, n);
}

void eai_panel_pack(unsigned char *panel, eai_tile_buffers *buffers, const eai_panel_format *format,
                    const eai_kernels *kernels, const eai_panel_source *source, size_t n_inputs)
{
    for (size_t first = 0; first < n_inputs; first += EAI_STRETCH) {
        size_t n = n_inputs - first < EAI_STRETCH ? n_inputs - first : EAI_STRETCH;
        pack_stretch(panel, buffers, format, kernels, source, first, n);
        panel += stretch_bytes(format, n);
    }
}
