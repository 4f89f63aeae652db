/* SPDX-License-Identifier: MIT */
#include "tensor/prepared_rows.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "platform/cpu.h"
#include "support/check.h"

enum { K = 96, N = 14 };

/* Every group writes its own piece of the memory and no more; groups come in any order. */
static void check_kind(eai_tile_kind kind)
{
    eai_kernels kernels;
    eai_kernels_init(&kernels, eai_cpu_detect());
    const size_t bytes = eai_prepared_bytes(kind, N, K);
    assert_int_equal(bytes % 64, 0);
    unsigned char *forth = aligned_alloc(64, bytes + 64), *back = aligned_alloc(64, bytes + 64);
    assert_non_null(forth);
    assert_non_null(back);
    memset(forth, 0x3c, bytes + 64);
    memset(back, 0x3c, bytes + 64);
    float x[N * K];
    for (size_t i = 0; i < N * K; i++)
        x[i] = (float)(i * 37 % 101) - 50.0f;
    eai_rows a = eai_prepared_layout(kind, forth, N, K), b = eai_prepared_layout(kind, back, N, K);
    for (size_t group = 0; group < 3; group++)
        eai_prepared_fill(&a, kind, &kernels, x, K, group);
    for (size_t group = 3; group-- > 0;)
        eai_prepared_fill(&b, kind, &kernels, x, K, group);
    assert_memory_equal(forth, back, bytes + 64);
    for (size_t i = 0; i < 64; i++)
        assert_int_equal(forth[bytes + i], 0x3c);
    /* Row 13 is the second of the last group, which holds two. */
    const float *last = x + 13 * K;
    if (kind == EAI_TILE_F32) {
        const float *codes = (const float *)a.codes + 12 * K;
        for (size_t k = 0; k < K; k++)
            assert_true(codes[k * 2 + 1] == last[k]);
    } else {
        for (size_t k = 0; k < K; k++) {
            const float scale = a.scales[12 * (K / EAI_GROUP) + k / EAI_GROUP * 2 + 1];
            int code = kind == EAI_TILE_S16
                           ? ((const int16_t *)a.codes)[12 * K + (k / 2 * 2 + 1) * 2 + k % 2]
                           : ((const int8_t *)a.codes)[12 * K + (k / 4 * 2 + 1) * 4 + k % 4];
            assert_close(scale * (float)code, last[k], 0.21, 0);
        }
    }
    free(forth);
    free(back);
}

static void test_groups(void **state)
{
    (void)state;
    check_kind(EAI_TILE_F32);
    check_kind(EAI_TILE_U8);
    check_kind(EAI_TILE_S16);
}

static void test_alike(void **state)
{
    (void)state;
    assert_true(eai_prepared_alike(EAI_TILE_U8, EAI_TILE_U8_HALVES));
    assert_true(eai_prepared_alike(EAI_TILE_U8, EAI_TILE_S8));
    assert_false(eai_prepared_alike(EAI_TILE_U8, EAI_TILE_S16));
    assert_false(eai_prepared_alike(EAI_TILE_F32, EAI_TILE_S16));
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_groups), cmocka_unit_test(test_alike)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
