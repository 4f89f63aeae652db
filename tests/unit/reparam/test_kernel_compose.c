/* SPDX-License-Identifier: MIT */
#include <math.h>
#include <string.h>

#include "base/memory.h"
#include "reparam/kernel_algebra.h"
#include "support/check.h"
#include "support/kernel_case.h"

static eai_rng rng;
static edgeai_allocator allocator;

static eai_kernel_shape random_shape(size_t in_channels, size_t groups, size_t per_group)
{
    eai_kernel_shape s = {groups * per_group, in_channels, groups, .size = {0}};
    for (int i = 0; i < 2; i++) {
        s.size[i] = random_between(&rng, 1, 4);
        s.strides[i] = random_between(&rng, 1, 3);
        s.dilations[i] = random_between(&rng, 1, 2);
        s.pads[i] = random_between(&rng, 0, 2);
        s.pads[i + 2] = random_between(&rng, 0, 2);
    }
    return s;
}

/* Rows and columns from each side where the two differ; asserts that the inside does not. */
static void expect_ring(const image_case *found, const image_case *expected, const size_t ring[4])
{
    const size_t rows = expected->size[0], columns = expected->size[1];
    for (size_t i = 0; i < expected->channels * rows * columns; i++) {
        const size_t r = i / columns % rows, q = i % columns;
        if (r < ring[0] || q < ring[1] || r + ring[2] >= rows || q + ring[3] >= columns) continue;
        assert_close(found->x[i], expected->x[i], 1e-10, 1e-10);
    }
}

/* Every row and column of the ring really differs. */
static void expect_ring_differs(const image_case *found, const image_case *expected,
                                const size_t ring[4])
{
    const size_t rows = expected->size[0], columns = expected->size[1];
    for (size_t line = 0; line < rows + columns; line++) {
        const size_t at = line < rows ? line : line - rows;
        const size_t n = line < rows ? rows : columns;
        const size_t *sides = line < rows ? ring : ring + 1;
        if (at >= sides[0] && at + sides[2] < n) continue;
        double most = 0;
        for (size_t i = 0; i < expected->channels * rows * columns; i++)
            if ((line < rows ? i / columns % rows : i % columns) == at)
                most = fmax(most, fabs(found->x[i] - expected->x[i]));
        assert_true(most > 1e-9);
    }
}

typedef struct pair {
    eai_kernel first, second, joint;
    image_case x, middle, expected, found;
    eai_kernel_border border;
} pair;

static pair run_pair(const eai_kernel_shape *s1, const eai_kernel_shape *s2, bool biased)
{
    pair p = {.first = kernel_random(&rng, s1), .second = kernel_random(&rng, s2)};
    if (!biased) memset(p.first.bias, 0, s1->out_channels * sizeof(double));
    p.x = image_random(&rng, s1->in_channels, random_between(&rng, 12, 17),
                       random_between(&rng, 12, 17));
    p.middle = kernel_naive(&p.first, &p.x);
    p.expected = kernel_naive(&p.second, &p.middle);
    assert_ok(eai_kernel_compose(&p.first, &p.second, &allocator, &p.joint));
    p.found = kernel_naive(&p.joint, &p.x);
    eai_kernel_judge(s1, eai_kernel_is_biased(&p.first), s2, p.x.size, &p.border);
    return p;
}

static void free_pair(pair *p)
{
    image_free(&p->x);
    image_free(&p->middle);
    image_free(&p->expected);
    image_free(&p->found);
    eai_kernel_free(&p->first);
    eai_kernel_free(&p->second);
    eai_kernel_free(&p->joint);
}

/* Random groups: 1, 2 or 3 of 6 channels in the middle. */
static void random_pair(eai_kernel_shape *s1, eai_kernel_shape *s2)
{
    const size_t g1 = (size_t[]){1, 2, 3, 6}[eai_rng_below(&rng, 4)],
                 g2 = (size_t[]){1, 2, 3, 6}[eai_rng_below(&rng, 4)];
    *s1 = random_shape(g1 * random_between(&rng, 1, 2), g1, 6 / g1);
    *s2 = random_shape(6, g2, random_between(&rng, 1, 2));
}

static void pairs_are_one_kernel_but_for_the_ring(void **state)
{
    (void)state;
    int n_exact = 0, n_constant = 0, n_inexact = 0;
    for (int round = 0; round < 600; round++) {
        eai_kernel_shape s1, s2;
        random_pair(&s1, &s2);
        pair p = run_pair(&s1, &s2, round % 3 != 0);
        assert_int_equal(p.found.size[0], p.expected.size[0]);
        assert_int_equal(p.found.size[1], p.expected.size[1]);
        expect_ring(&p.found, &p.expected, p.border.ring);
        n_exact += p.border.exactness == EAI_KERNEL_EXACT;
        n_constant += p.border.exactness == EAI_KERNEL_BORDER_CONSTANT;
        n_inexact += p.border.exactness == EAI_KERNEL_INEXACT;
        if (p.border.exactness == EAI_KERNEL_EXACT) {
            image_case narrow = kernel_naive_f32(&p.joint, &p.x);
            assert_same_images(&p.found, &p.expected, 1e-10);
            assert_same_images(&narrow, &p.expected, 1e-4);
            image_free(&narrow);
        }
        free_pair(&p);
    }
    assert_true(n_exact > 20 && n_constant > 20 && n_inexact > 20);
}

/* The map of biases makes those exact that differ by a constant. */
static void constant_borders_are_a_map(void **state)
{
    (void)state;
    int n = 0;
    for (int round = 0; round < 600; round++) {
        eai_kernel_shape s1, s2;
        random_pair(&s1, &s2);
        pair p = run_pair(&s1, &s2, true);
        if (p.border.exactness == EAI_KERNEL_BORDER_CONSTANT) {
            n++;
            const size_t plane = p.middle.size[0] * p.middle.size[1],
                         out_plane = p.expected.size[0] * p.expected.size[1];
            for (size_t i = 0; i < p.middle.channels * plane; i++)
                p.middle.x[i] = p.first.bias[i / plane];
            image_case map = kernel_naive(&p.second, &p.middle);
            for (size_t i = 0; i < map.channels * out_plane; i++)
                p.found.x[i] += map.x[i] - p.joint.bias[i / out_plane];
            assert_same_images(&p.found, &p.expected, 1e-10);
            image_free(&map);
        }
        free_pair(&p);
    }
    assert_true(n > 50);
}

static eai_kernel_shape square(size_t out, size_t in, size_t groups, size_t size, size_t stride,
                               size_t pad)
{
    return (eai_kernel_shape){
        out, in, groups, {size, size}, {stride, stride}, {1, 1}, {pad, pad, pad, pad}};
}

/* The table of the exact cases: k1, p1, biased, k2, s2, p2, verdict, ring at the top. */
static void the_table_of_exact_cases(void **state)
{
    (void)state;
    static const struct {
        size_t k1, s1, p1;
        bool biased;
        size_t k2, s2, p2;
        eai_kernel_exactness exactness;
        size_t ring;
    } cases[] = {
        {3, 1, 1, true, 3, 1, 0, EAI_KERNEL_EXACT, 0},
        {3, 2, 1, true, 3, 2, 0, EAI_KERNEL_EXACT, 0},
        {5, 3, 2, true, 1, 1, 0, EAI_KERNEL_EXACT, 0},
        {1, 1, 0, false, 3, 1, 1, EAI_KERNEL_EXACT, 0},
        {1, 2, 0, false, 4, 1, 2, EAI_KERNEL_EXACT, 0},
        {1, 1, 0, true, 3, 1, 1, EAI_KERNEL_BORDER_CONSTANT, 1},
        {1, 1, 0, true, 5, 1, 2, EAI_KERNEL_BORDER_CONSTANT, 2},
        {1, 1, 0, true, 5, 2, 2, EAI_KERNEL_BORDER_CONSTANT, 1},
        {3, 1, 1, true, 3, 1, 1, EAI_KERNEL_INEXACT, 1},
        {3, 1, 1, false, 3, 1, 1, EAI_KERNEL_INEXACT, 1},
        {3, 1, 0, false, 5, 1, 2, EAI_KERNEL_INEXACT, 2},
        {3, 1, 1, false, 5, 2, 3, EAI_KERNEL_INEXACT, 2},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const eai_kernel_shape s1 = square(4, 3, 1, cases[i].k1, cases[i].s1, cases[i].p1),
                               s2 = square(5, 4, 1, cases[i].k2, cases[i].s2, cases[i].p2);
        pair p = run_pair(&s1, &s2, cases[i].biased);
        assert_int_equal(p.border.exactness, cases[i].exactness);
        assert_int_equal(p.border.ring[0], cases[i].ring);
        assert_int_equal(p.border.ring[1], cases[i].ring);
        for (int side = 2; side < 4; side++)
            assert_true(p.border.ring[side] <= cases[i].ring);
        expect_ring(&p.found, &p.expected, p.border.ring);
        if (cases[i].exactness != EAI_KERNEL_EXACT)
            expect_ring_differs(&p.found, &p.expected, p.border.ring);
        /* Without a size the verdict is the same and the rings are no smaller. */
        eai_kernel_border any;
        eai_kernel_judge(&s1, cases[i].biased, &s2, (size_t[2]){0, 0}, &any);
        assert_int_equal(any.exactness, cases[i].exactness);
        for (int side = 0; side < 4; side++)
            assert_true(any.ring[side] >= p.border.ring[side]);
        free_pair(&p);
    }
}

static void dilation_and_groups_stay_where_they_can(void **state)
{
    (void)state;
    eai_kernel_shape s1 = square(6, 6, 6, 3, 1, 0), s2 = square(6, 6, 6, 3, 1, 0);
    s1.dilations[0] = s1.dilations[1] = s2.dilations[0] = s2.dilations[1] = 2;
    pair p = run_pair(&s1, &s2, true);
    assert_int_equal(p.joint.shape.groups, 6);
    assert_int_equal(p.joint.shape.dilations[0], 2);
    assert_int_equal(p.joint.shape.size[0], 5);
    assert_same_images(&p.found, &p.expected, 1e-10);
    free_pair(&p);
    s1 = square(6, 3, 3, 3, 1, 0); /* depthwise by two, then in three groups */
    s2 = square(3, 6, 3, 1, 1, 0);
    p = run_pair(&s1, &s2, true);
    assert_int_equal(p.joint.shape.groups, 3);
    free_pair(&p);
    s1 = square(6, 6, 2, 1, 1, 0);
    s2 = square(6, 6, 3, 1, 1, 0);
    p = run_pair(&s1, &s2, true);
    assert_int_equal(p.joint.shape.groups, 1);
    assert_same_images(&p.found, &p.expected, 1e-10);
    free_pair(&p);
}

static void inverted_residual_blocks_are_one_kernel(void **state)
{
    (void)state;
    const eai_kernel_shape expand = square(24, 4, 1, 1, 1, 1),
                           depthwise = square(24, 24, 24, 3, 1, 0),
                           project = square(4, 24, 1, 1, 1, 0);
    eai_kernel e = kernel_random(&rng, &expand), d = kernel_random(&rng, &depthwise),
               q = kernel_random(&rng, &project), ed, block, skip;
    image_case x = image_random(&rng, 4, 9, 8), a = kernel_naive(&e, &x), b = kernel_naive(&d, &a),
               expected = kernel_naive(&q, &b);
    for (size_t i = 0; i < 4 * 9 * 8; i++)
        expected.x[i] += x.x[i];
    assert_ok(eai_kernel_compose(&e, &d, &allocator, &ed));
    assert_ok(eai_kernel_compose(&ed, &q, &allocator, &block));
    assert_ok(eai_kernel_identity(&skip, 4, &allocator));
    assert_ok(eai_kernel_add(&block, &skip));
    image_case y = kernel_naive(&block, &x);
    assert_int_equal(block.shape.size[0], 3);
    assert_same_images(&y, &expected, 1e-10);
    image_case *images[] = {&x, &a, &b, &expected, &y};
    for (int i = 0; i < 5; i++)
        image_free(images[i]);
    eai_kernel *kernels[] = {&e, &d, &q, &ed, &block, &skip};
    for (int i = 0; i < 6; i++)
        eai_kernel_free(kernels[i]);
}

static void flattened_matrices_join_the_kernel_before(void **state)
{
    (void)state;
    const eai_kernel_shape s = square(4, 3, 1, 3, 2, 1);
    eai_kernel first = kernel_random(&rng, &s), matrix, joint;
    image_case x = image_random(&rng, 3, 9, 7), middle = kernel_naive(&first, &x);
    double weights[2 * 4 * 5 * 4];
    for (size_t i = 0; i < 160; i++)
        weights[i] = random_around_zero(&rng);
    assert_ok(eai_kernel_flat_matrix(&matrix, 2, 4, 5, 4, weights, &allocator));
    assert_ok(eai_kernel_compose(&first, &matrix, &allocator, &joint));
    image_case expected = kernel_naive(&matrix, &middle), y = kernel_naive(&joint, &x);
    assert_int_equal(y.size[0] * y.size[1], 1);
    assert_same_images(&y, &expected, 1e-10);
    image_free(&x);
    image_free(&middle);
    image_free(&expected);
    image_free(&y);
    eai_kernel_free(&first);
    eai_kernel_free(&matrix);
    eai_kernel_free(&joint);
}

static void channels_that_do_not_fit_are_refused(void **state)
{
    (void)state;
    const eai_kernel_shape s1 = square(4, 3, 1, 1, 1, 0), s2 = square(4, 3, 1, 1, 1, 0);
    eai_kernel a = kernel_random(&rng, &s1), b = kernel_random(&rng, &s2), joint;
    assert_fails(eai_kernel_compose(&a, &b, &allocator, &joint), EDGEAI_E_SHAPE);
    eai_kernel_free(&a);
    eai_kernel_free(&b);
}

int main(void)
{
    eai_rng_seed(&rng, 13);
    allocator = eai_default_allocator();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pairs_are_one_kernel_but_for_the_ring),
        cmocka_unit_test(constant_borders_are_a_map),
        cmocka_unit_test(the_table_of_exact_cases),
        cmocka_unit_test(dilation_and_groups_stay_where_they_can),
        cmocka_unit_test(inverted_residual_blocks_are_one_kernel),
        cmocka_unit_test(flattened_matrices_join_the_kernel_before),
        cmocka_unit_test(channels_that_do_not_fit_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
