/* SPDX-License-Identifier: MIT */
#ifndef TESTS_SUPPORT_OPERATOR_FIXTURE_H
#define TESTS_SUPPORT_OPERATOR_FIXTURE_H

/*
 * One operator on given arrays:
 *
 *     op_test *t = op_begin("", "Concat");
 *     op_f32(t, OP_DIMS(1, 2), (float[]){1, 2});
 *     op_f32(t, OP_DIMS(1, 1), (float[]){3});
 *     op_set_int(t, "axis", 1);
 *     assert_ok(op_run(t, 1));
 *     op_expect_f32(t, 0, OP_DIMS(1, 3), (float[]){1, 2, 3}, 0);
 *     op_end(t);
 *
 * op_run() infers, prepares and runs. Outputs have guard bytes, running may not allocate, operators
 * that say they work in place are run once more in place and must give the same bytes.
 */

#include <edgeai/context.h>

#include "graph/operator.h"
#include "support/check.h"

typedef struct op_test op_test;

/* dims and their number, as two arguments; OP_SCALAR for none. */
#define OP_DIMS(...)                                                                               \
    (const int64_t[]){__VA_ARGS__}, (int)(sizeof((const int64_t[]){__VA_ARGS__}) / sizeof(int64_t))
#define OP_SCALAR NULL, 0

/* The test fails where the operator does not exist. */
op_test *op_begin(const char *domain, const char *name);
void op_end(op_test *t);

/* For op_begin(): a context with this many threads and ISA level (NULL: the best). */
op_test *op_begin_in(const char *domain, const char *name, int n_threads, const char *cpu);

/* The next input: elements are copied. Of TRITS and BITS: packed as weights are. */
void op_input(op_test *t, edgeai_element element, const int64_t *dims, int n_dims,
              const void *data);
/* The next input, known when shapes are inferred. */
void op_constant(op_test *t, edgeai_element element, const int64_t *dims, int n_dims,
                 const void *data);
/* The next input is left out. */
void op_absent(op_test *t);

void op_f32(op_test *t, const int64_t *dims, int n_dims, const float *data);
void op_i64(op_test *t, const int64_t *dims, int n_dims, const int64_t *data); /* constant */

void op_set_int(op_test *t, const char *name, int64_t value);
void op_set_float(op_test *t, const char *name, float value);
void op_set_string(op_test *t, const char *name, const char *value);
void op_set_ints(op_test *t, const char *name, size_t n, const int64_t *values);
void op_set_floats(op_test *t, const char *name, size_t n, const float *values);

/* Infers only; op_run() does it by itself. wanted: bit i for output i. */
edgeai_status op_infer(op_test *t, size_t n_outputs);
edgeai_status op_run(op_test *t, size_t n_outputs);
/* As op_run(), with only those outputs wanted whose bits are set. */
edgeai_status op_run_wanted(op_test *t, size_t n_outputs, uint64_t wanted);

/* What came out. */
const eai_operand *op_output(const op_test *t, size_t index);
const eai_prepared *op_prepared(const op_test *t);

/* Type, shape and elements; f32 within atol + rtol |expected|, NaN equals NaN. */
void op_expect_shape(op_test *t, size_t index, edgeai_element element, const int64_t *dims,
                     int n_dims);
void op_expect(op_test *t, size_t index, edgeai_element element, const int64_t *dims, int n_dims,
               const void *data);
void op_expect_f32(op_test *t, size_t index, const int64_t *dims, int n_dims, const float *data,
                   double tolerance);

#endif
