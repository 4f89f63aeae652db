/* SPDX-License-Identifier: MIT */
/* Functions of mathematics, element by element. */

#include "base/fail.h"
#include "graph/unary.h"

/* To nearest, ties to even: what rint() does in the default rounding mode. */
EAI_UNARY_FLOAT(round, "Round", 1, "", 0, "", 0, rint(x))
EAI_UNARY_FLOAT(floor, "Floor", 1, "", 0, "", 0, floor(x))
EAI_UNARY_FLOAT(ceil, "Ceil", 1, "", 0, "", 0, ceil(x))
EAI_UNARY_FLOAT(sqrt, "Sqrt", 4, "", 0, "", 0, sqrt(x))
EAI_UNARY_FLOAT(reciprocal, "Reciprocal", 4, "", 0, "", 0, 1 / x)
static void exp_row(const eai_kernels *kernels, const float *x, float *y, size_t n, float a)
{
    (void)a;
    kernels->exp_row(y, x, n);
}
EAI_UNARY_KERNEL(exp, "Exp", 3, "", 0, exp_row, exp(x))
EAI_UNARY_FLOAT(log, "Log", 16, "", 0, "", 0, log(x))
EAI_UNARY_FLOAT(erf, "Erf", 32, "", 0, "", 0, erf(x))
EAI_UNARY_FLOAT(sin, "Sin", 16, "", 0, "", 0, sin(x))
EAI_UNARY_FLOAT(cos, "Cos", 16, "", 0, "", 0, cos(x))
EAI_UNARY_FLOAT(tan, "Tan", 32, "", 0, "", 0, tan(x))
EAI_UNARY_FLOAT(asin, "Asin", 32, "", 0, "", 0, asin(x))
EAI_UNARY_FLOAT(acos, "Acos", 32, "", 0, "", 0, acos(x))
EAI_UNARY_FLOAT(atan, "Atan", 32, "", 0, "", 0, atan(x))
EAI_UNARY_FLOAT(sinh, "Sinh", 32, "", 0, "", 0, sinh(x))
EAI_UNARY_FLOAT(cosh, "Cosh", 32, "", 0, "", 0, cosh(x))
EAI_UNARY_FLOAT(asinh, "Asinh", 32, "", 0, "", 0, asinh(x))
EAI_UNARY_FLOAT(acosh, "Acosh", 32, "", 0, "", 0, acosh(x))
EAI_UNARY_FLOAT(atanh, "Atanh", 32, "", 0, "", 0, atanh(x))

/* Integers wrap: the negative of the least one is itself. */
EAI_UNARY_LOOP(abs_f32, float, fabs(x))
EAI_UNARY_LOOP(abs_f64, double, fabs(x))
EAI_UNARY_LOOP(abs_i64, int64_t, x < 0 ? 0 - (uint64_t)x : (uint64_t)x)
EAI_UNARY_LOOP(abs_u64, uint64_t, x)
static const eai_unary abs_loops = {.loops = {abs_f32, abs_f64, abs_i64, abs_u64}, .cost = 1};
EAI_UNARY_OPERATOR(abs, "Abs", "", 0, "", 0, eai_unary_infer_number)

EAI_UNARY_LOOP(neg_f32, float, -x)
EAI_UNARY_LOOP(neg_f64, double, -x)
EAI_UNARY_LOOP(neg_i64, int64_t, 0 - (uint64_t)x)
static const eai_unary neg_loops = {.loops = {neg_f32, neg_f64, neg_i64}, .cost = 1};
EAI_UNARY_OPERATOR(neg, "Neg", "", 0, "", 0, eai_unary_infer_signed)

/* NaN stays. */
EAI_UNARY_LOOP(sign_f32, float, x > 0 ? 1 : x < 0 ? -1 : x == 0 ? 0 : x)
EAI_UNARY_LOOP(sign_f64, double, x > 0 ? 1 : x < 0 ? -1 : x == 0 ? 0 : x)
EAI_UNARY_LOOP(sign_i64, int64_t, (x > 0) - (x < 0))
EAI_UNARY_LOOP(sign_u64, uint64_t, x > 0)
static const eai_unary sign_loops = {.loops = {sign_f32, sign_f64, sign_i64, sign_u64}, .cost = 1};
EAI_UNARY_OPERATOR(sign, "Sign", "", 0, "", 0, eai_unary_infer_number)

static edgeai_status integer_infer(const eai_call *call)
{
    EAI_TRY(eai_call_check_type(call, 0, EAI_TYPES_SIGNED | EAI_TYPES_UNSIGNED));
    return eai_infer_same(call);
}

EAI_UNARY_LOOP(bitwise_not_i64, int64_t, ~x)
EAI_UNARY_LOOP(bitwise_not_u64, uint64_t, ~x)
static const eai_unary bitwise_not_loops = {.loops = {NULL, NULL, bitwise_not_i64, bitwise_not_u64},
                                            .cost = 1};
EAI_UNARY_OPERATOR(bitwise_not, "BitwiseNot", "", 0, "", 0, integer_infer)
