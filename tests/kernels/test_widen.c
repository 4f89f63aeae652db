/* SPDX-License-Identifier: MIT */

/* Halves made float32: every half, the same bits from every variant, at any address and length. */

#include "kernels/kernels.h"

#include <stdlib.h>
#include <string.h>

#include "kernels/half.h"
#include "platform/cpu.h"
#include "support/check.h"

enum { N = 65536, GUARD = 8 };

static void check_every_half(eai_widen_half_fn *kernel)
{
    unsigned char *odd = malloc(2 * N + 1);
    float *y = malloc((N + GUARD) * sizeof *y);
    assert_non_null(odd);
    assert_non_null(y);
    for (uint32_t i = 0; i < N; i++)
        memcpy(odd + 1 + 2 * i, &(uint16_t){(uint16_t)i}, 2);
    kernel(y, odd + 1, N);
    for (uint32_t i = 0; i < N; i++)
        assert_int_equal(eai_float_bits(y[i]), eai_float_bits(eai_half_to_float((uint16_t)i)));
    for (size_t n = 0; n < 40; n++) { /* nothing behind the last is touched */
        for (size_t i = 0; i < n + GUARD; i++)
            y[i] = 12345.0f;
        kernel(y, odd + 1 + 2 * 15000, n);
        for (size_t i = 0; i < n; i++)
            assert_true(y[i] == eai_half_to_float((uint16_t)(15000 + i)));
        for (size_t i = 0; i < GUARD; i++)
            assert_true(y[n + i] == 12345.0f);
    }
    free(odd);
    free(y);
}

static void test_variants(void **state)
{
    (void)state;
    eai_kernels kernels;
    eai_kernels_init(&kernels, 0);
    check_every_half(kernels.widen_half);
    eai_kernels_init(&kernels, eai_cpu_detect());
    check_every_half(kernels.widen_half);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_variants)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
