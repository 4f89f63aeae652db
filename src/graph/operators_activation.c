/* SPDX-License-Identifier: MIT */
/* Activations, element by element. The defaults are those of the ONNX specification. */

#include <string.h>

#include "base/fail.h"
#include "graph/unary.h"

/* Comparisons are written so that NaN stays NaN. */
EAI_UNARY_FLOAT(leaky_relu, "LeakyRelu", 1, "alpha", 0.01f, "", 0, x < 0 ? a * x : x)
EAI_UNARY_FLOAT(elu, "Elu", 16, "alpha", 1, "", 0, x < 0 ? a * expm1(x) : x)
EAI_UNARY_FLOAT(selu, "Selu", 16, "alpha", 1.67326319217681884765625f, "gamma",
                1.05070102214813232421875f, x > 0 ? b * x : b * a * expm1(x))
EAI_UNARY_FLOAT(celu, "Celu", 16, "alpha", 1, "", 0, x < 0 ? a * expm1(x / a) : x)
EAI_UNARY_FLOAT(hard_sigmoid, "HardSigmoid", 2, "alpha", 0.2f, "beta", 0.5f,
                a *x + b < 0    ? 0
                : a * x + b > 1 ? 1
                                : a * x + b)
EAI_UNARY_FLOAT(hard_swish, "HardSwish", 2, "", 0, "", 0,
                x *(x + 3 < 0   ? 0
                    : x + 3 > 6 ? 1
                                : (x + 3) * (number)(1 / 6.0)))

static void sigmoid_row(const eai_kernels *kernels, const float *x, float *y, size_t n, float a)
{
    (void)a;
    kernels->sigmoid_row(y, x, n);
}
EAI_UNARY_KERNEL(sigmoid, "Sigmoid", 4, "", 0, sigmoid_row, 1 / (1 + exp(-x)))

static void tanh_row(const eai_kernels *kernels, const float *x, float *y, size_t n, float a)
{
    (void)a;
    kernels->tanh_row(y, x, n);
}
EAI_UNARY_KERNEL(tanh, "Tanh", 4, "", 0, tanh_row, tanh(x))

/* log(1 + exp(x)), without overflow. */
EAI_UNARY_FLOAT(softplus, "Softplus", 32, "", 0, "", 0, (x > 0 ? x : 0) + log1p(exp(-fabs(x))))
EAI_UNARY_FLOAT(softsign, "Softsign", 4, "", 0, "", 0, x / (1 + fabs(x)))
EAI_UNARY_FLOAT(mish, "Mish", 48, "", 0, "", 0, x *tanh(x > 30 ? x : log1p(exp(x))))

static void swish_row(const eai_kernels *kernels, const float *x, float *y, size_t n, float a)
{
    float gate[EAI_LANE_BLOCK];
    for (size_t first = 0; first < n; first += EAI_LANE_BLOCK) {
        const size_t some = n - first < EAI_LANE_BLOCK ? n - first : EAI_LANE_BLOCK;
        for (size_t i = 0; i < some; i++)
            gate[i] = a * x[first + i];
        kernels->sigmoid_row(gate, gate, some);
        for (size_t i = 0; i < some; i++)
            y[first + i] = x[first + i] * gate[i];
    }
}
EAI_UNARY_KERNEL(swish, "Swish", 6, "alpha", 1, swish_row, x / (1 + exp(-a * x)))

EAI_UNARY_FLOAT(thresholded_relu, "ThresholdedRelu", 1, "alpha", 1, "", 0,
                x > a    ? x
                : x <= a ? 0
                         : x)

EAI_UNARY_LOOP(relu_f32, float, x < 0 ? 0 : x)
EAI_UNARY_LOOP(relu_f64, double, x < 0 ? 0 : x)
EAI_UNARY_LOOP(relu_i64, int64_t, x < 0 ? 0 : x)
static const eai_unary relu_loops = {.loops = {relu_f32, relu_f64, relu_i64}, .cost = 1};
EAI_UNARY_OPERATOR(relu, "Relu", "", 0, "", 0, eai_unary_infer_signed)

/* a: lambd, b: bias. */
#define SHRINK(zero) x<-a ? x + b : x> a ? x - b : zero
EAI_UNARY_LOOP(shrink_f32, float, SHRINK(x == x ? 0 : x))
EAI_UNARY_LOOP(shrink_f64, double, SHRINK(x == x ? 0 : x))
static const eai_unary shrink_loops = {.loops = {shrink_f32, shrink_f64}, .cost = 2};
EAI_UNARY_OPERATOR(shrink, "Shrink", "lambd", 0.5f, "bias", 0, eai_unary_infer_float)

/* x times the normal distribution's integral up to x; the other form is its usual approximation,
 * 0.5 x (1 + tanh(sqrt(2 / pi) (x + 0.044715 x^3))) (Hendrycks and Gimpel 2016). */
#define HALF_X       (x * (number)0.5)
#define TANH_OF_X(x) tanh((number)0.7978845608028654 * ((x) + (number)0.044715 * (x) * (x) * (x)))
EAI_UNARY_LOOP(gelu_f32, float, HALF_X *(1 + erf(x * (number)0.7071067811865476)))
EAI_UNARY_LOOP(gelu_f64, double, HALF_X *(1 + erf(x * (number)0.7071067811865476)))
EAI_UNARY_LOOP(gelu_tanh_f32, float, HALF_X *(1 + TANH_OF_X(x)))
EAI_UNARY_LOOP(gelu_tanh_f64, double, HALF_X *(1 + TANH_OF_X(x)))
static const eai_unary gelu_loops = {.loops = {gelu_f32, gelu_f64}, .cost = 32};
static const eai_unary gelu_tanh_loops = {.loops = {gelu_tanh_f32, gelu_tanh_f64}, .cost = 32};

static bool is(const eai_call *call, const char *approximation)
{
    return strcmp(eai_node_string(call->node, "approximate", "none"), approximation) == 0;
}

static edgeai_status gelu_infer(const eai_call *call)
{
    if (!is(call, "none") && !is(call, "tanh"))
        return eai_call_fail(call, EDGEAI_E_UNSUPPORTED,
                             "approximate is neither \"none\" nor \"tanh\"");
    return eai_unary_infer_float(call);
}

static edgeai_status gelu_run(const eai_call *call)
{
    return eai_unary_run(call, is(call, "tanh") ? &gelu_tanh_loops : &gelu_loops, 0, 0);
}

const eai_operator eai_op_gelu = {
    .domain = "",
    .name = "Gelu",
    .min_inputs = 1,
    .max_inputs = 1,
    .min_outputs = 1,
    .max_outputs = 1,
    .flags = EAI_OP_IN_PLACE | EAI_OP_ANY_LAYOUT,
    .infer = gelu_infer,
    .run = gelu_run,
};
