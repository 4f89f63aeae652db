/* SPDX-License-Identifier: MIT */

/* Weights into the order of tiles and back out of packed codes: every variant gives the
 * reference's bytes, at any source address, and writes nothing else. */

#include "kernels/kernels.h"

#include <string.h>

#include "base/rng.h"
#include "platform/cpu.h"
#include "support/check.h"

enum { N_BYTES = 16384, GUARD = 64 };

static _Alignas(64) unsigned char source[N_BYTES + 2 * GUARD];
static _Alignas(64) unsigned char expected[N_BYTES + GUARD], found[N_BYTES + GUARD];

static void begin(void)
{
    eai_rng rng;
    eai_rng_seed(&rng, 11);
    for (size_t i = 0; i < sizeof source; i++)
        source[i] = (unsigned char)eai_rng_next(&rng);
    memset(expected, 0x5a, sizeof expected);
    memset(found, 0x5a, sizeof found);
}

static void check(const char *op, const char *isa, size_t n)
{
    if (memcmp(expected, found, sizeof found) != 0) fail_msg("%s %s: %zu", op, isa, n);
}

static void check_transpose_dwords(eai_transpose_dwords_fn *kernel, const char *isa)
{
    for (size_t n = 0; n < 70; n = n < 20 ? n + 1 : n + 13)
        for (size_t columns = 1; columns <= EAI_PANEL; columns += 5) {
            begin();
            eai_transpose_dwords_ref(expected, source + 3, 4 * n + 7, columns, n);
            kernel(found, source + 3, 4 * n + 7, columns, n);
            check("transpose_dwords", isa, n);
        }
}

static void check_unpack_nibbles(eai_unpack_nibbles_fn *kernel, const char *isa)
{
    for (size_t n = 0; n <= 512; n += 64) {
        begin();
        eai_unpack_nibbles_ref(expected, source, n);
        kernel(found, source, n);
        check("unpack_nibbles", isa, n);
    }
}

static void check_unpack_pairs(eai_unpack_pairs_fn *kernel, const char *isa)
{
    for (size_t n = 0; n <= 1024; n += 128) {
        begin();
        eai_unpack_pairs_ref(expected, source, n);
        kernel(found, source, n);
        check("unpack_pairs", isa, n);
    }
}

static void check_widen_bytes(eai_widen_bytes_fn *kernel, const char *isa)
{
    for (size_t n = 0; n < 100; n++) {
        begin();
        eai_widen_bytes_ref((int16_t *)(void *)expected, (const int8_t *)source + 1, n);
        kernel((int16_t *)(void *)found, (const int8_t *)source + 1, n);
        check("widen_bytes", isa, n);
    }
}

static void check_widen_bfloat(eai_widen_bfloat_fn *kernel, const char *isa)
{
    for (size_t n = 0; n < 4000; n = n < 40 ? n + 1 : n + 1001) {
        begin();
        eai_widen_bfloat_ref((float *)(void *)expected, source + 1, n);
        kernel((float *)(void *)found, source + 1, n);
        check("widen_bfloat", isa, n);
    }
}

/* Halves of any kind but infinity and NaN, bytes at an odd address. */
static void check_scale_mins(eai_scale_mins_fn *kernel, const char *isa)
{
    begin();
    for (size_t i = 0; i < 64; i += 2)
        source[i + 1] &= 0xbf; /* no exponent of infinity */
    eai_scale_mins_ref((float *)(void *)expected, (float *)(void *)(expected + 1024), source,
                       source + 65);
    kernel((float *)(void *)found, (float *)(void *)(found + 1024), source, source + 65);
    check("scale_mins", isa, 0);
}

#define check_decode_codes(kernel, isa)    (void)kernel /* test_codes.c */
#define check_quantize_inputs(kernel, isa) (void)kernel /* test_quantize_inputs.c */

static void test_variants(void **state)
{
    (void)state;
    const unsigned cpu = eai_cpu_detect();
#define EAI_KERNEL(op, isa, needs)                                                                 \
    if (((needs) & ~cpu) == 0) check_##op(eai_##op##_##isa, #isa);
#include "kernels/variants_layout.inc"
#undef EAI_KERNEL
}

static void test_references_by_hand(void **state)
{
    (void)state;
    begin();
    for (unsigned char i = 0; i < 32; i++)
        source[i] = (unsigned char)(i | (15 - i % 16) << 4);
    eai_unpack_nibbles_ref(found, source, 64);
    assert_int_equal(found[5], 5);
    assert_int_equal(found[32 + 5], 10);
    source[7] = 0xe4; /* 0, 1, 2, 3 */
    eai_unpack_pairs_ref(found, source, 128);
    for (size_t i = 0; i < 4; i++)
        assert_int_equal(found[7 + 32 * i], i);
    memcpy(source + 20, "abcd", 4);
    eai_transpose_dwords_ref(found, source, 16, 2, 4); /* dword 1 of column 1 */
    assert_memory_equal(found + 4 * (1 * EAI_PANEL + 1), "abcd", 4);
    assert_memory_equal(found + 4 * (1 * EAI_PANEL + 2), "\0\0\0\0", 4);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_variants),
                                       cmocka_unit_test(test_references_by_hand)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
