/* SPDX-License-Identifier: MIT */
#include "platform/cpu.h"
#include "support/check.h"

static const unsigned everything = EAI_CPU_AVX2 | EAI_CPU_NEON | EAI_CPU_DOTPROD;

static void levels_include_the_lower_ones(void **state)
{
    (void)state;
    unsigned mask = 99;
    assert_ok(eai_cpu_level("ref", everything, &mask));
    assert_int_equal(mask, 0);
    assert_ok(eai_cpu_level("avx2", everything, &mask));
    assert_int_equal(mask, EAI_CPU_AVX2);
    assert_ok(eai_cpu_level("neon", everything, &mask));
    assert_int_equal(mask, EAI_CPU_NEON);
    assert_ok(eai_cpu_level("dotprod", everything, &mask));
    assert_int_equal(mask, EAI_CPU_NEON | EAI_CPU_DOTPROD);
}

static void names_are_the_levels(void **state)
{
    (void)state;
    static const char *const names[] = {"ref", "avx2", "neon", "dotprod"};
    for (size_t i = 0; i < 4; i++) {
        unsigned mask;
        assert_ok(eai_cpu_level(names[i], everything, &mask));
        assert_string_equal(eai_cpu_name(mask), names[i]);
    }
}

static void levels_that_the_machine_lacks_are_unsupported(void **state)
{
    (void)state;
    unsigned mask = 99;
    assert_fails(eai_cpu_level("avx2", 0, &mask), EDGEAI_E_UNSUPPORTED);
    assert_error_says("\"avx2\": this machine has only \"ref\"");
    assert_fails(eai_cpu_level("dotprod", EAI_CPU_NEON, &mask), EDGEAI_E_UNSUPPORTED);
    assert_int_equal(mask, 99);
}

static void other_names_are_invalid(void **state)
{
    (void)state;
    unsigned mask = 99;
    assert_fails(eai_cpu_level("AVX2", everything, &mask), EDGEAI_E_INVALID);
    assert_error_says("found \"AVX2\"");
    assert_fails(eai_cpu_level("", everything, &mask), EDGEAI_E_INVALID);
    assert_int_equal(mask, 99);
}

static void this_machine_has_a_level_of_its_own_kind(void **state)
{
    (void)state;
    unsigned mask = eai_cpu_detect();
#if defined(__x86_64__)
    assert_int_equal(mask & ~(unsigned)EAI_CPU_AVX2, 0);
#elif defined(__aarch64__)
    assert_true(mask & EAI_CPU_NEON);
    assert_int_equal(mask & EAI_CPU_AVX2, 0);
#endif
    unsigned same = 99;
    assert_ok(eai_cpu_level(eai_cpu_name(mask), mask, &same));
    assert_int_equal(same, mask);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(levels_include_the_lower_ones),
        cmocka_unit_test(names_are_the_levels),
        cmocka_unit_test(levels_that_the_machine_lacks_are_unsupported),
        cmocka_unit_test(other_names_are_invalid),
        cmocka_unit_test(this_machine_has_a_level_of_its_own_kind),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
