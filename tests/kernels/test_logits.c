/* SPDX-License-Identifier: MIT */

/* Summaries of logits: every variant against float64 sums and an obvious search. */

#include "kernels/logits.h"

#include <math.h>
#include <string.h>

#include "base/rng.h"
#include "platform/cpu.h"
#include "support/check.h"

enum { N_MAX = 600 };

static const size_t sizes[] = {0,  1,  2,  3,  4,  5,  6,  7,  8,  9,   11,  15,  16,
                               17, 23, 24, 31, 32, 33, 63, 64, 65, 127, 130, 257, 600};
#define N_SIZES (sizeof sizes / sizeof sizes[0])

static void obvious(eai_logits_summary *out, double *moment_size, const float *logits,
                    const float *penalty, size_t n)
{
    *out = eai_logits_nothing();
    *moment_size = 0.0;
    for (size_t i = 0; i < n; i++) {
        out->max = fmaxf(out->max, logits[i]);
        if (penalty && penalty[i] < 0.0f) continue;
        if (out->best_id < 0 || logits[i] > logits[out->best_id]) out->best_id = (int32_t)i;
    }
    if (out->best_id >= 0) out->best = logits[out->best_id];
    for (size_t i = 0; i < n; i++) {
        double below = (double)logits[i] - out->max;
        out->moment += below * exp(below);
        if ((int32_t)i == out->best_id) continue;
        out->rest += exp(below);
        if (penalty && penalty[i] < 0.0f) continue;
        out->second = fmaxf(out->second, logits[i]);
    }
}

/* n + 2 floats at `logits`, the outer ones guards that must not be read as logits. */
static void check_one(eai_logits_summarize_fn *kernel, const char *name, const float *logits,
                      const float *penalty, size_t n)
{
    eai_logits_summary e, f, shallow;
    double unused;
    obvious(&e, &unused, logits, penalty, n);
    kernel(&f, logits, penalty, n, EAI_LOGITS_MOMENT);
    if (f.max != e.max || f.best != e.best || f.second != e.second || f.best_id != e.best_id)
        fail_msg("%s, n = %zu: expected %g %g %g %d, found %g %g %g %d", name, n, e.max, e.best,
                 e.second, e.best_id, f.max, f.best, f.second, f.best_id);
    assert_close(f.rest, e.rest, 1e-37 * (double)n, 1e-6);
    assert_close(f.moment, e.moment, 1e-35 * (double)n, 1e-6);
    kernel(&shallow, logits, penalty, n, EAI_LOGITS_BEST);
    assert_int_equal(shallow.best_id, e.best_id);
    assert_true(shallow.second == e.second);
    kernel(&shallow, logits, penalty, n, EAI_LOGITS_REST);
    assert_true(shallow.rest == f.rest);
}

static void check_kernel(eai_logits_summarize_fn *kernel, const char *name)
{
    static float logits[N_MAX + 3], penalty[N_MAX + 3];
    eai_rng rng;
    eai_rng_seed(&rng, 11);
    for (size_t s = 0; s < N_SIZES; s++)
        for (int round = 0; round < 8; round++) {
            const size_t n = sizes[s];
            const float spread = round % 2 ? 40.0f : 3.0f;
            for (size_t i = 0; i < N_MAX + 3; i++) {
                logits[i] = spread * (float)eai_rng_uniform(&rng);
                if (round >= 4) logits[i] = (float)(int)logits[i]; /* ties */
                penalty[i] = eai_rng_uniform(&rng) < 0.3 ? -INFINITY : 0.0f;
            }
            logits[0] = logits[n + 1] = 1e9f;
            check_one(kernel, name, logits + 1, NULL, n);
            check_one(kernel, name, logits + 1, penalty + 1, n);
        }
}

static void test_variants(void **state)
{
    (void)state;
    const unsigned cpu = eai_cpu_detect();
#define EAI_KERNEL(op, isa, needs)                                                                 \
    if (strcmp(#op, "logits_summarize") == 0 && ((needs) & ~cpu) == 0)                             \
        check_kernel((eai_logits_summarize_fn *)(void (*)(void))eai_##op##_##isa, #op " " #isa);
#include "kernels/variants_rows.inc"
#undef EAI_KERNEL
}

/* Logits that are no numbers must show: in the sums, or by there being no best token. */
static void check_broken(eai_logits_summarize_fn *kernel, float broken)
{
    for (size_t at = 0; at < 19; at++) {
        float logits[19] = {0};
        eai_logits_summary s;
        logits[at] = broken;
        kernel(&s, logits, NULL, 19, EAI_LOGITS_MOMENT);
        assert_true(s.best_id < 0 || !isfinite(s.rest) || !isfinite(s.moment) || !isfinite(s.best));
    }
}

static void test_broken_logits_show(void **state)
{
    (void)state;
    eai_kernels best;
    eai_kernels_init(&best, eai_cpu_detect());
    check_broken(eai_logits_summarize_ref, NAN);
    check_broken(eai_logits_summarize_ref, INFINITY);
    check_broken(best.logits_summarize, NAN);
    check_broken(best.logits_summarize, INFINITY);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_variants),
        cmocka_unit_test(test_broken_logits_show),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
