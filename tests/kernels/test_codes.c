/* SPDX-License-Identifier: MIT */

/* Codes out of blocks: every variant gives the reference's, and none is out of its kind's range. */

#include "kernels/kernels.h"

#include <string.h>

#include "base/rng.h"
#include "platform/cpu.h"
#include "support/check.h"

enum { N = 1024, GUARD = 64 };

/* Random bytes are blocks of every format. */
static unsigned char source[2 * N];
static uint8_t expected[N + GUARD], found[N + GUARD];

static unsigned largest(eai_code_format format)
{
    switch (format) {
    case EAI_CODES_Q4_0:
    case EAI_CODES_Q4_1:
    case EAI_CODES_Q4_K:
        return 15;
    case EAI_CODES_Q6_K:
        return 63;
    case EAI_CODES_TQ1_0:
        return 2;
    case EAI_CODES_TQ2_0:
        return 3;
    case EAI_CODES_Q8_0:
    case EAI_CODES_IQ4_NL:
        return 255;
    default:
        return 31;
    }
}

static void check_kernel(eai_decode_codes_fn *kernel, const char *isa)
{
    eai_rng rng;
    eai_rng_seed(&rng, 11);
    for (size_t i = 0; i < sizeof source; i++)
        source[i] = (unsigned char)eai_rng_next(&rng);
    for (eai_code_format format = EAI_CODES_Q4_0; format <= EAI_CODES_TQ2_0; format++)
        for (size_t n = 0; n <= N; n += 256) {
            memset(expected, 0x5a, sizeof expected);
            memset(found, 0x5a, sizeof found);
            eai_decode_codes_ref(expected, source + 1, n, format);
            kernel(found, source + 1, n, format);
            if (memcmp(expected, found, sizeof found) != 0)
                fail_msg("%s: format %d, %zu codes", isa, (int)format, n);
            for (size_t i = 0; i < n; i++)
                assert_in_range(expected[i], 0, largest(format));
        }
}

static void test_variants(void **state)
{
    (void)state;
    check_kernel(eai_decode_codes_ref, "ref");
    eai_kernels kernels;
    eai_kernels_init(&kernels, eai_cpu_detect());
    check_kernel(kernels.decode_codes, "best");
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_variants)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
