/* SPDX-License-Identifier: MIT */

/* Every variant of the functions of single elements, against float64: all sizes of a tail, odd
 * addresses, in place, and that an element's result does not depend on where it lies. Bounds are
 * those of docs/numerics.md. */

#include "kernels/kernels.h"

#include <math.h>
#include <string.h>

#include "platform/cpu.h"
#include "support/check.h"

enum { N = 4099, GUARD = 9 };

static float x[N];

static double exact_exp(double v)
{
    return exp(v);
}

static double exact_sigmoid(double v)
{
    return 1.0 / (1.0 + exp(-v));
}

/* Near zero, where most is lost, and as far as anything changes. */
static void fill(void)
{
    for (size_t i = 0; i < N; i++) {
        const float u = (float)i / (float)(N - 1) * 2.0f - 1.0f;
        x[i] = i % 3 == 0 ? u * 87.0f : i % 3 == 1 ? u * 2.0f : u * u * u * 1e-3f;
    }
}

typedef void row_fn(float *y, const float *x, size_t n);

static void check_values(row_fn *kernel, const char *name, double (*exact)(double), double bound)
{
    static float y[N];
    fill();
    kernel(y, x, N);
    for (size_t i = 0; i < N; i++) {
        const double expected = exact((double)x[i]);
        if (!(fabs((double)y[i] - expected) <= bound * fabs(expected) + 1e-37))
            fail_msg("%s of %.9g: expected %.9g, found %.9g", name, (double)x[i], expected,
                     (double)y[i]);
    }
}

/* Every length, from an odd address, in place: the bits of the whole row. */
static void check_places(row_fn *kernel, const char *name)
{
    static float whole[N], room[N + 2 * GUARD];
    kernel(whole, x, N);
    for (size_t n = 0; n < 40; n++) {
        float *y = room + 1 + n % 3;
        for (size_t i = 0; i < sizeof room / sizeof room[0]; i++)
            room[i] = 77.0f;
        memcpy(y, x + 100 + n, n * sizeof *y);
        kernel(y, y, n);
        if (memcmp(y, whole + 100 + n, n * sizeof *y) != 0)
            fail_msg("%s: %zu elements differ", name, n);
        assert_true(y[-1] == 77.0f && y[n] == 77.0f);
    }
}

static void check_ends(row_fn *kernel, const float expected[4])
{
    const float ends[4] = {-INFINITY, -0.0f, INFINITY, NAN};
    float y[4];
    kernel(y, ends, 4);
    for (size_t i = 0; i < 3; i++)
        assert_memory_equal(&y[i], &expected[i], sizeof y[i]);
    assert_true(isnan(y[3]));
}

static void check_exp_row(eai_exp_row_fn *kernel, const char *name)
{
    check_values(kernel, name, exact_exp, 1.3e-7);
    check_places(kernel, name);
    check_ends(kernel, (float[4]){0.0f, 1.0f, INFINITY});
}

static void check_sigmoid_row(eai_sigmoid_row_fn *kernel, const char *name)
{
    check_values(kernel, name, exact_sigmoid, 2.5e-7);
    check_places(kernel, name);
    check_ends(kernel, (float[4]){0.0f, 0.5f, 1.0f});
}

static void check_tanh_row(eai_tanh_row_fn *kernel, const char *name)
{
    check_values(kernel, name, tanh, 2.5e-7);
    check_places(kernel, name);
    check_ends(kernel, (float[4]){-1.0f, -0.0f, 1.0f});
}

static void test_variants(void **state)
{
    (void)state;
    const unsigned cpu = eai_cpu_detect();
#define EAI_KERNEL(op, isa, needs)                                                                 \
    if (((needs) & ~cpu) == 0) check_##op(eai_##op##_##isa, #op " " #isa);
#include "kernels/variants_activations.inc"
#undef EAI_KERNEL
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_variants)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
