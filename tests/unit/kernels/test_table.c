/* SPDX-License-Identifier: MIT */
#include "kernels/kernels.h"

#include <string.h>

#include "platform/cpu.h"
#include "support/check.h"

static void test_reference_alone(void **state)
{
    (void)state;
    const char *op, *variant;
    eai_kernels kernels = {0};
    eai_kernels_init(&kernels, 0);
    assert_ptr_equal(kernels.softmax, eai_softmax_ref);
    assert_ptr_equal(kernels.logits_summarize, eai_logits_summarize_ref);
    size_t n = 0;
    for (; eai_kernels_choice(0, n, &op, &variant); n++)
        assert_string_equal(variant, "ref");
    /* One for each operation: they are all of the table but its last member. */
    assert_int_equal(n, offsetof(eai_kernels, signed_kind) / sizeof kernels.softmax);
}

/* What Arm does without: it multiplies bytes, and unpacks codes before multiplying. */
static int is_for_x86(const char *op)
{
    static const char *const ops[] = {"multiply_s16",  "multiply_q4_0",  "multiply_q4_1",
                                      "multiply_q4_k", "multiply_bytes", "multiply_half_floats",
                                      "scale_mins",    "interleave_rows"};
    for (size_t i = 0; i < sizeof ops / sizeof ops[0]; i++)
        if (strcmp(op, ops[i]) == 0) return 1;
    return 0;
}

/* The best variant of an operation that this build has for `cpu`. */
static const char *best_variant(unsigned cpu, const char *op)
{
    const int is_s8 = strcmp(op, "multiply_s8") == 0;
    if (cpu & EAI_CPU_AVX2) return is_s8 ? "ref" : "avx2"; /* 16-bit codes take the bytes' place */
    if (!(cpu & EAI_CPU_NEON) || is_for_x86(op)) return "ref";
    const int has_dots = is_s8 || strncmp(op, "multiply_u8", strlen("multiply_u8")) == 0 ||
                         strcmp(op, "multiply_codes") == 0;
    return has_dots && cpu & EAI_CPU_DOTPROD ? "dotprod" : "neon";
}

static void test_best_level_wins(void **state)
{
    (void)state;
    const char *op, *variant;
    const unsigned cpu = eai_cpu_detect();
    for (size_t i = 0; eai_kernels_choice(cpu, i, &op, &variant); i++)
        assert_string_equal(variant, best_variant(cpu, op));
    eai_kernels kernels;
    eai_kernels_init(&kernels, cpu);
#if defined(__x86_64__)
    if (cpu & EAI_CPU_AVX2) assert_ptr_equal(kernels.softmax, eai_softmax_avx2);
#elif defined(__aarch64__)
    assert_ptr_equal(kernels.softmax, eai_softmax_neon);
    assert_ptr_equal(kernels.multiply_u8,
                     cpu & EAI_CPU_DOTPROD ? eai_multiply_u8_dotprod : eai_multiply_u8_neon);
    assert_int_equal(kernels.signed_kind, EAI_TILE_S8);
#endif
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_reference_alone),
        cmocka_unit_test(test_best_level_wins),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
