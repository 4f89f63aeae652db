/* SPDX-License-Identifier: MIT */
#include "tensor/panels.h"

#include <stdlib.h>
#include <string.h>

#include "platform/cpu.h"
#include "support/check.h"
#include "support/matmul_fixture.h"

/* Tiles of a panel's stretches, mapped and packed, whole and at the matrix's edge, are the same. */
static void check_tiles(const matmul_fixture *f, const eai_panel_format *format)
{
    static eai_tile_buffers mapped_buffers, packed_buffers;
    const size_t bytes = eai_panel_bytes(format, f->n_in);
    assert_int_equal(bytes % 32, 0);
    unsigned char *panel = aligned_alloc(32, bytes + 32);
    assert_non_null(panel);
    for (size_t first_row = 0; first_row < f->n_out; first_row += EAI_PANEL) {
        const size_t left = f->n_out - first_row;
        const eai_panel_source source = {f->blocks + first_row * f->plan.row_bytes,
                                         f->plan.row_bytes, left < EAI_PANEL ? left : EAI_PANEL};
        memset(panel + bytes, 0x77, 32);
        eai_panel_pack(panel, &mapped_buffers, format, &f->kernels, &source, f->n_in);
        for (size_t i = 0; i < 32; i++)
            assert_int_equal(panel[bytes + i], 0x77);
        for (size_t first = 0; first < f->n_in; first += EAI_STRETCH) {
            const size_t n = f->n_in - first < EAI_STRETCH ? f->n_in - first : EAI_STRETCH;
            eai_tile mapped, packed;
            eai_panel_tile_mapped(&mapped, &mapped_buffers, format, &f->kernels, &source, first, n);
            eai_panel_tile_packed(&packed, &packed_buffers, format, &f->kernels, panel, first, n);
            const size_t width = format->kind == EAI_TILE_F32   ? 4
                                 : format->kind == EAI_TILE_S16 ? 2
                                                                : 1;
            assert_memory_equal(mapped.codes, packed.codes, n * EAI_PANEL * width);
            if (format->kind == EAI_TILE_F32) continue;
            const size_t groups =
                n / (format->kind == EAI_TILE_U8_HALVES ? EAI_HALF_GROUP : EAI_GROUP);
            assert_memory_equal(mapped.scales, packed.scales, groups * EAI_PANEL * sizeof(float));
            if (format->kind == EAI_TILE_U8 || format->kind == EAI_TILE_U8_HALVES)
                assert_memory_equal(mapped.mins, packed.mins, groups * EAI_PANEL * sizeof(float));
        }
    }
    free(panel);
}

static void test_mapped_and_packed_tiles_agree(void **state)
{
    (void)state;
    for (size_t i = 0; i < MATMUL_N_DTYPES; i++) {
        matmul_fixture *f = matmul_fixture_make(matmul_dtypes[i], false, 1);
        eai_panel_format format = f->plan.format;
        if (format.code_bits > 0) check_tiles(f, &format);
        if (format.kind == EAI_TILE_S16) { /* as Arm takes them */
            format.kind = EAI_TILE_S8;
            check_tiles(f, &format);
        }
        matmul_fixture_free(f);
    }
}

/* scale * code + min is the weight as it is defined, up to the rounding of one addition. */
static void test_tiles_are_the_weights(void **state)
{
    (void)state;
    static eai_tile_buffers buffers;
    for (size_t i = 0; i < MATMUL_N_DTYPES; i++) {
        matmul_fixture *f = matmul_fixture_make(matmul_dtypes[i], false, 1);
        eai_panel_format format = f->plan.format;
        if (format.kind == EAI_TILE_S16) format.kind = EAI_TILE_S8;
        const eai_panel_source source = {f->blocks, f->plan.row_bytes, EAI_PANEL};
        float weights[EAI_STRETCH];
        eai_tile tile;
        eai_panel_tile_mapped(&tile, &buffers, &format, &f->kernels, &source, 0, EAI_STRETCH);
        for (size_t c = 0; c < EAI_PANEL; c++) {
            assert_ok(edgeai_dequantize(format.dtype, f->blocks + c * f->plan.row_bytes, weights,
                                        EAI_STRETCH));
            for (size_t k = 0; k < EAI_STRETCH; k++) {
                const size_t at = (k / 4 * EAI_PANEL + c) * 4 + k % 4;
                const size_t group = format.kind == EAI_TILE_U8_HALVES ? k / 16 : k / 32;
                double w = ((const float *)tile.codes)[0];
                if (format.kind == EAI_TILE_F32)
                    w = ((const float *)tile.codes)[k * EAI_PANEL + c];
                else if (format.kind == EAI_TILE_S8)
                    w = (double)tile.scales[group * EAI_PANEL + c] *
                        ((const int8_t *)tile.codes)[at];
                else
                    w = (double)tile.scales[group * EAI_PANEL + c] *
                            ((const uint8_t *)tile.codes)[at] +
                        tile.mins[group * EAI_PANEL + c];
                assert_close(w, weights[k], 1e-6, 0);
            }
        }
        matmul_fixture_free(f);
    }
}

static void test_bytes(void **state)
{
    (void)state;
    eai_kernels kernels;
    eai_kernels_init(&kernels, eai_cpu_detect());
    const struct {
        edgeai_dtype dtype;
        size_t bytes; /* of 16 rows of 512 */
    } expected[] = {
        {EDGEAI_DTYPE_Q4_0, 16 * 512 / 32 * 18},   {EDGEAI_DTYPE_Q8_0, 16 * 512 / 32 * 34},
        {EDGEAI_DTYPE_F16, 16 * 512 * 2},          {EDGEAI_DTYPE_TQ2_0, 16 * 512 / 256 * 66},
        {EDGEAI_DTYPE_Q4_K, 16 * 512 / 256 * 148}, {EDGEAI_DTYPE_Q2_K, 0},
    };
    for (size_t i = 0; i < sizeof expected / sizeof expected[0]; i++) {
        eai_panel_format format = eai_panel_format_of(expected[i].dtype, false, &kernels);
        assert_int_equal(eai_panel_bytes(&format, 512), expected[i].bytes);
    }
    eai_panel_format exact = eai_panel_format_of(EDGEAI_DTYPE_Q4_0, true, &kernels);
    assert_int_equal(eai_panel_bytes(&exact, 512), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_mapped_and_packed_tiles_agree),
        cmocka_unit_test(test_tiles_are_the_weights),
        cmocka_unit_test(test_bytes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
