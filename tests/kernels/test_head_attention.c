/* SPDX-License-Identifier: MIT */

/* Every variant of attention against float64: odd sizes, extreme values, strides, and guards around
 * everything that may be written. The bound is that of docs/numerics.md. */

#include "kernels/kernels.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/rng.h"
#include "platform/cpu.h"
#include "support/check.h"

enum { GUARD = 16, N_KEYS_MAX = 513, HEAD_DIM_MAX = 130 };
static const float guard_value = 12345.0f;

/* What queries and keys hold; values are always around 1 unless said. */
typedef enum fill {
    NORMAL,
    PEAKED,      /* scores of some hundreds: one key takes nearly all */
    HUGE_SCORES, /* of 1e30, exact, with one largest key */
    ALL_EQUAL,   /* every key scores the same */
    TINY,        /* subnormal queries, keys and values */
    FALLING,     /* each key scores less than the one before, to far below */
    RISING,      /* the other way: the running maximum moves at every key */
    N_FILLS
} fill;

/* Memory with guards before and after, off any alignment but a float's. */
typedef struct room {
    float *all, *floats;
    size_t n;
} room;

static room make_room(size_t n)
{
    room r = {malloc((n + 2 * GUARD + 1) * sizeof(float)), NULL, n};
    assert_non_null(r.all);
    for (size_t i = 0; i < n + 2 * GUARD + 1; i++)
        r.all[i] = guard_value;
    r.floats = r.all + GUARD + 1;
    return r;
}

static void free_room(room *r, const char *what)
{
    for (size_t i = 0; i < GUARD; i++)
        if (r->all[i + 1] != guard_value || r->floats[r->n + i] != guard_value)
            fail_msg("%s: written outside", what);
    free(r->all);
}

typedef struct problem {
    eai_attention_shape shape;
    room query, keys, values;
} problem;

static float one_value(eai_rng *rng)
{
    return (float)(2.0 * eai_rng_uniform(rng) - 1.0);
}

static void fill_rows(room *r, size_t n, size_t stride, size_t width, eai_rng *rng, float size)
{
    for (size_t i = 0; i < n; i++)
        for (size_t d = 0; d < width; d++)
            r->floats[i * stride + d] = size * one_value(rng);
}

/* Scores that are `step` * key, in the first dimension alone, so that they are exact. */
static void fill_steps(problem *p, float step, float size)
{
    const eai_attention_shape *s = &p->shape;
    for (size_t i = 0; i < s->n_queries; i++) {
        memset(p->query.floats + i * s->query_stride, 0, s->head_dim * sizeof(float));
        p->query.floats[i * s->query_stride] = size;
    }
    for (size_t j = 0; j < s->n_keys; j++)
        p->keys.floats[j * s->key_stride] = step * (float)j;
}

/* Rows end where the last one's head does: a variant that reads further meets a guard. */
static size_t rows_floats(size_t n, size_t stride, size_t width)
{
    return n == 0 ? 0 : (n - 1) * stride + width;
}

static problem make_problem(size_t n_queries, size_t n_keys, size_t head_dim, size_t gap, fill how)
{
    problem p = {.shape = {n_queries, n_keys, head_dim, head_dim + gap, head_dim + 2 * gap,
                           1.0f / sqrtf((float)head_dim)}};
    const eai_attention_shape *s = &p.shape;
    const float sizes[N_FILLS] = {2.0f, 40.0f, 0.0f, 0.0f, 1e-39f, 0.0f, 0.0f};
    eai_rng rng;
    eai_rng_seed(&rng, 1 + n_queries * 7 + n_keys * 131 + head_dim * 1031);
    p.query = make_room(rows_floats(n_queries, s->query_stride, head_dim));
    p.keys = make_room(rows_floats(n_keys, s->key_stride, head_dim));
    p.values = make_room(rows_floats(n_keys, s->key_stride, head_dim));
    fill_rows(&p.query, n_queries, s->query_stride, head_dim, &rng, sizes[how]);
    fill_rows(&p.keys, n_keys, s->key_stride, head_dim, &rng, sizes[how]);
    fill_rows(&p.values, n_keys, s->key_stride, head_dim, &rng, how == TINY ? 1e-39f : 1.0f);
    if (how == FALLING) fill_steps(&p, -3.0f, 4.0f);
    if (how == RISING) fill_steps(&p, 3.0f, 4.0f);
    if (how == HUGE_SCORES) {
        fill_steps(&p, -1e15f, 1e15f);
        p.keys.floats[n_keys / 2 * s->key_stride] = 1e15f;
    }
    if (how == ALL_EQUAL) {
        fill_rows(&p.query, n_queries, s->query_stride, head_dim, &rng, 3.0f);
        for (size_t j = 0; j < n_keys; j++)
            for (size_t d = 0; d < head_dim; d++)
                p.keys.floats[j * s->key_stride + d] = 0.25f * (float)(d % 3);
    }
    return p;
}

static void free_problem(problem *p)
{
    free_room(&p->query, "query");
    free_room(&p->keys, "keys");
    free_room(&p->values, "values");
}

/* Scores of one query, softmaxed, and how far rounding may move each of them. */
static void weigh_exactly(double *weight, double *off, const problem *p, const float *q)
{
    const eai_attention_shape *s = &p->shape;
    double max = -INFINITY, sum = 0.0;
    for (size_t j = 0; j < s->n_keys; j++) {
        const float *k = p->keys.floats + j * s->key_stride;
        double dot = 0.0, size = 0.0;
        for (size_t d = 0; d < s->head_dim; d++) {
            dot += (double)q[d] * k[d];
            size += fabs((double)q[d] * k[d]);
        }
        weight[j] = s->scale * dot;
        max = fmax(max, weight[j]);
        off[j] = s->scale * size * (double)(s->head_dim + 3) * 0x1p-24;
    }
    for (size_t j = 0; j < s->n_keys; j++)
        sum += weight[j] = exp(weight[j] - max);
    for (size_t j = 0; j < s->n_keys; j++)
        weight[j] /= sum;
}

/*
 * One query in float64. With w the weights and e what scores are off by, weight j is off by
 * w_j |e_j - sum(w_k e_k)| to first order, so that a key which takes all is off by nothing.
 */
static void attend_exactly(double *out, double *bound, const problem *p, size_t i)
{
    const eai_attention_shape *s = &p->shape;
    double weight[N_KEYS_MAX], off[N_KEYS_MAX], mean = 0.0;
    weigh_exactly(weight, off, p, p->query.floats + i * s->query_stride);
    for (size_t j = 0; j < s->n_keys; j++)
        mean += weight[j] * off[j];
    for (size_t d = 0; d < s->head_dim; d++) {
        double largest = 0.0;
        out[d] = bound[d] = 0.0;
        for (size_t j = 0; j < s->n_keys; j++) {
            const double value = p->values.floats[j * s->key_stride + d];
            const double moved = (1.0 - weight[j]) * off[j] + (mean - weight[j] * off[j]);
            out[d] += weight[j] * value;
            bound[d] += weight[j] * fabs(value) * (moved + 3e-6);
            largest = fmax(largest, fabs(value));
        }
        bound[d] += (double)s->n_keys * (1.2e-38 * largest + 1.5e-45);
    }
}

static void check_out(const char *name, const problem *p, const room *out, fill how)
{
    const eai_attention_shape *s = &p->shape;
    double expected[HEAD_DIM_MAX], bound[HEAD_DIM_MAX];
    for (size_t i = 0; i < s->n_queries; i++) {
        attend_exactly(expected, bound, p, i);
        for (size_t d = 0; d < s->head_dim; d++) {
            const double found = out->floats[i * s->query_stride + d];
            if (!(fabs(found - expected[d]) <= bound[d]))
                fail_msg("%s, %zu queries, %zu keys, head %zu, values %d: query %zu, element %zu: "
                         "expected %.9g within %.3g, found %.9g",
                         name, s->n_queries, s->n_keys, s->head_dim, (int)how, i, d, expected[d],
                         bound[d], found);
        }
        for (size_t d = s->head_dim; d < s->query_stride && i + 1 < s->n_queries; d++)
            assert_true(out->floats[i * s->query_stride + d] == guard_value);
    }
}

static void run(eai_attention_fn *kernel, const problem *p, room *out)
{
    room scratch = make_room(eai_attention_scratch(p->shape.n_keys, p->shape.head_dim));
    kernel(out->floats, p->query.floats, p->keys.floats, p->values.floats, &p->shape,
           scratch.floats);
    free_room(&scratch, "scratch");
}

/* Out of place, then where the queries are: the same bits. */
static void check_one(eai_attention_fn *kernel, const char *name, size_t n_queries, size_t n_keys,
                      size_t head_dim, fill how)
{
    problem p = make_problem(n_queries, n_keys, head_dim, head_dim % 5, how);
    room out = make_room(p.query.n);
    run(kernel, &p, &out);
    check_out(name, &p, &out, how);
    run(kernel, &p, &p.query);
    if (memcmp(out.floats, p.query.floats, out.n * sizeof(float)) != 0)
        fail_msg("%s, %zu queries, %zu keys, head %zu, values %d: in place differs", name,
                 n_queries, n_keys, head_dim, (int)how);
    free_room(&out, "out");
    free_problem(&p);
}

static void check_sizes(eai_attention_fn *kernel, const char *name)
{
    static const size_t dims[] = {1,  4,  5,  7,  8,  9,  15, 16,  17,  24,  31, 32,
                                  33, 40, 48, 63, 64, 65, 80, 100, 127, 128, 130};
    static const size_t keys[] = {1,  2,  3,  4,  5,  6,  7,  8,   11,  12,  13,  17, 23,
                                  31, 47, 64, 65, 95, 96, 97, 101, 113, 130, 193, 513};
    static const size_t queries[] = {63, 64, 65, 70, 81, 130};
    for (size_t n = 0; n <= 17; n++)
        for (size_t k = 0; k < sizeof keys / sizeof keys[0]; k++)
            check_one(kernel, name, n, keys[k], dims[(n + k) % (sizeof dims / sizeof dims[0])],
                      NORMAL);
    for (size_t d = 0; d < sizeof dims / sizeof dims[0]; d++)
        for (size_t k = 0; k < 3; k++)
            check_one(kernel, name, 15 + d % 3, (size_t[]){3, 98, 130}[k], dims[d], NORMAL);
    for (size_t n = 0; n < sizeof queries / sizeof queries[0]; n++)
        check_one(kernel, name, queries[n], 100, 40, NORMAL);
}

static void check_values(eai_attention_fn *kernel, const char *name)
{
    for (fill how = NORMAL; how < N_FILLS; how++) {
        check_one(kernel, name, 1, 5, 8, how);
        check_one(kernel, name, 7, 97, 24, how);
        check_one(kernel, name, 17, 200, 33, how);
        check_one(kernel, name, 9, 513, 64, how);
    }
}

/* A value that is no number reaches its dimension of every query, and no other. */
static void check_nan_value(eai_attention_fn *kernel, const char *name)
{
    problem p = make_problem(11, 130, 20, 3, FALLING);
    room out = make_room(p.query.n);
    p.values.floats[120 * p.shape.key_stride + 13] = NAN; /* at a weight of 0 */
    run(kernel, &p, &out);
    for (size_t i = 0; i < 11; i++)
        for (size_t d = 0; d < 20; d++)
            if ((d == 13) != isnan(out.floats[i * p.shape.query_stride + d]))
                fail_msg("%s: query %zu, element %zu: found %g", name, i, d,
                         out.floats[i * p.shape.query_stride + d]);
    free_room(&out, "out");
    free_problem(&p);
}

/* One in a query reaches that query alone; one in a key, all. */
static void check_nan_score(eai_attention_fn *kernel, const char *name, bool in_key, size_t row)
{
    problem p = make_problem(11, 130, 20, 3, NORMAL);
    room out = make_room(p.query.n);
    if (in_key)
        p.keys.floats[row * p.shape.key_stride + 2] = NAN;
    else
        p.query.floats[row * p.shape.query_stride + 2] = NAN;
    run(kernel, &p, &out);
    for (size_t i = 0; i < 11; i++)
        for (size_t d = 0; d < 20; d++)
            if ((in_key || i == row) != isnan(out.floats[i * p.shape.query_stride + d]))
                fail_msg("%s: query %zu, element %zu: found %g", name, i, d,
                         out.floats[i * p.shape.query_stride + d]);
    free_room(&out, "out");
    free_problem(&p);
}

/* Scores of -infinity weigh nothing, wherever they stand, a whole block of them at the front too.
 */
static void check_lowest_scores(eai_attention_fn *kernel, const char *name)
{
    problem p = make_problem(5, 130, 16, 0, ALL_EQUAL);
    room out = make_room(p.query.n);
    for (size_t i = 0; i < 5; i++)
        for (size_t d = 0; d < 16; d++)
            p.query.floats[i * p.shape.query_stride + d] = 1.0f;
    for (size_t j = 0; j < 129; j++)
        p.keys.floats[j * p.shape.key_stride] = -INFINITY;
    run(kernel, &p, &out);
    for (size_t i = 0; i < 5; i++)
        for (size_t d = 0; d < 16; d++) {
            const float found = out.floats[i * p.shape.query_stride + d];
            const float expected = p.values.floats[129 * p.shape.key_stride + d];
            if (!(fabsf(found - expected) <= 1e-6f * fabsf(expected)))
                fail_msg("%s: query %zu, element %zu: expected %g, found %g", name, i, d, expected,
                         found);
        }
    free_room(&out, "out");
    free_problem(&p);
}

/* What a query gets does not depend on the queries beside it. */
static void check_alone(eai_attention_fn *kernel, const char *name)
{
    problem p = make_problem(81, 150, 48, 2, NORMAL);
    room out = make_room(p.query.n), alone = make_room(p.query.n);
    run(kernel, &p, &out);
    for (size_t i = 0; i < 81; i++) {
        problem one = p;
        one.shape.n_queries = 1;
        one.query.floats = p.query.floats + i * p.shape.query_stride;
        run(kernel, &one, &alone);
        if (memcmp(out.floats + i * p.shape.query_stride, alone.floats, 48 * sizeof(float)) != 0)
            fail_msg("%s: query %zu alone differs", name, i);
    }
    free_room(&out, "out");
    free_room(&alone, "alone");
    free_problem(&p);
}

static void check_attention(eai_attention_fn *kernel, const char *name)
{
    check_sizes(kernel, name);
    check_values(kernel, name);
    check_nan_value(kernel, name);
    check_nan_score(kernel, name, true, 0);
    check_nan_score(kernel, name, true, 99);
    check_nan_score(kernel, name, false, 0);
    check_nan_score(kernel, name, false, 10);
    check_lowest_scores(kernel, name);
    check_alone(kernel, name);
}

static void test_variants(void **state)
{
    (void)state;
    const unsigned cpu = eai_cpu_detect();
#define EAI_KERNEL(op, isa, needs)                                                                 \
    if (strcmp(#op, "attention") == 0 && ((needs) & ~cpu) == 0)                                    \
        check_attention((eai_attention_fn *)(void (*)(void))eai_##op##_##isa, #op " " #isa);
#include "kernels/variants_rows.inc"
#undef EAI_KERNEL
}

/* The reference itself, by hand. */
static void test_by_hand(void **state)
{
    (void)state;
    const float query[] = {2.0f, 0.0f}, keys[] = {1.0f, 5.0f, 2.0f, -3.0f};
    const float values[] = {10.0f, 0.0f, 0.0f, 1.0f};
    const eai_attention_shape shape = {1, 2, 2, 2, 2, 0.5f};
    float out[2], *scratch = malloc(eai_attention_scratch(2, 2) * sizeof *scratch);
    assert_non_null(scratch);
    eai_attention_ref(out, query, keys, values, &shape, scratch); /* scores 1 and 2 */
    assert_close(out[0], 10.0 / (1.0 + exp(1.0)), 0, 1e-6);
    assert_close(out[1], exp(1.0) / (1.0 + exp(1.0)), 0, 1e-6);
    free(scratch);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_variants),
        cmocka_unit_test(test_by_hand),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
