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

static void test_best_level_wins(void **state)
{
    (void)state;
    const char *op, *variant, *best;
    const unsigned cpu = eai_cpu_detect();
    best = cpu & EAI_CPU_AVX2 ? "avx2" : cpu & EAI_CPU_NEON ? "neon" : "ref";
    for (size_t i = 0; eai_kernels_choice(cpu, i, &op, &variant); i++)
        if (strcmp(op, "multiply_s8") != 0) /* x86 multiplies 16-bit codes in its place */
            assert_string_equal(variant, best);
    eai_kernels kernels;
    eai_kernels_init(&kernels, cpu);
#if defined(__x86_64__)
    if (cpu & EAI_CPU_AVX2) assert_ptr_equal(kernels.softmax, eai_softmax_avx2);
#elif defined(__aarch64__)
    assert_ptr_equal(kernels.softmax, eai_softmax_neon);
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
