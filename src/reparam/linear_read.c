/* SPDX-License-Identifier: MIT */
/* Nodes that are linear in one image. */

#include <string.h>

#include "base/fail.h"
#include "base/memory.h"
#include "graph/fusion.h"
#include "graph/window.h"
#include "platform/context_internal.h"
#include "reparam/linear_layer.h"

/* Numbers of the largest matrix that is looked at: in double precision it takes twice the file's
 * memory, and no convolution goes into one of that size. */
#define MATRIX_MAX ((int64_t)1 << 23)

typedef struct reader {
    const eai_ir *known;
    const eai_node *node;
    const edgeai_allocator *allocator;
    eai_linear *out;
    bool *is_linear;
} reader;

static const eai_value *input_of(const reader *self, size_t index)
{
    const eai_node *node = self->node;
    return index < node->n_inputs && node->inputs[index] != EAI_IR_NONE
               ? &self->known->values[node->inputs[index]]
               : NULL;
}

/* A float32 image [N, C, H, W] that is computed, none of its dimensions zero. */
static bool is_image(const eai_value *v)
{
    if (!v || v->data || v->element != EDGEAI_ELEMENT_F32 || v->n_dims != 4) return false;
    for (int d = 0; d < 4; d++)
        if (v->dims[d] < 1) return false;
    return true;
}

/* The same [N, C]. */
static bool is_vector(const eai_value *v)
{
    return v && !v->data && v->element == EDGEAI_ELEMENT_F32 && v->n_dims == 2 && v->dims[0] >= 1 &&
           v->dims[1] >= 1;
}

static bool has_channels(const eai_value *v)
{
    return is_image(v) || is_vector(v);
}

static bool is_constant(const eai_value *v, int n_dims)
{
    return v && v->data && v->element == EDGEAI_ELEMENT_F32 && (n_dims < 0 || v->n_dims == n_dims);
}

/* Sizes of images before and after; the rest is set by who made the kernel. */
static void finish(reader *self, size_t image)
{
    eai_linear *out = self->out;
    const eai_value *x = input_of(self, image), *y = &self->known->values[self->node->outputs[0]];
    out->form =
        (eai_linear_form){x->n_dims == 2 ? EAI_HEAD_VECTOR : EAI_HEAD_IMAGE, y->n_dims == 2};
    for (int i = 0; i < 2; i++) {
        out->input_size[i] = x->n_dims == 2 ? 1 : (size_t)x->dims[2 + i];
        out->output_size[i] = y->n_dims == 2 ? 1 : (size_t)y->dims[2 + i];
    }
    out->input = self->node->inputs[image];
    out->output = self->node->outputs[0];
    *self->is_linear = true;
}

static bool read_window(const reader *self, const int64_t *kernel, eai_kernel_shape *shape)
{
    const eai_call call = {.node = self->node, .context = self->known->context};
    eai_window w;
    if (eai_window_read(&call, input_of(self, 0)->dims + 2, 2, kernel, &w) != EDGEAI_OK)
        return false;
    for (int i = 0; i < 2; i++) {
        shape->size[i] = (size_t)w.kernel[i];
        shape->strides[i] = (size_t)w.stride[i];
        shape->dilations[i] = (size_t)w.dilation[i];
        shape->pads[i] = (size_t)w.begin[i];
        shape->pads[i + 2] = (size_t)w.end[i];
    }
    return true;
}

static edgeai_status read_conv(reader *self)
{
    const eai_value *x = input_of(self, 0), *w = input_of(self, 1), *b = input_of(self, 2);
    eai_kernel_shape shape = {0};
    if (!is_image(x) || !is_constant(w, 4) || (b && !is_constant(b, 1)) ||
        !read_window(self, w->dims + 2, &shape))
        return EDGEAI_OK;
    shape.out_channels = (size_t)w->dims[0];
    shape.in_channels = (size_t)x->dims[1];
    shape.groups = (size_t)eai_node_int(self->node, "group", 1);
    size_t n = 0;
    /* Too large a kernel is no error: the layer just stays as it is. */
    if (!eai_value_elements(w, &n) || n > EAI_KERNEL_WEIGHTS_MAX) return EDGEAI_OK;
    EAI_TRY(eai_kernel_create(&self->out->kernel, &shape, self->allocator));
    for (size_t i = 0; i < n; i++)
        self->out->kernel.weights[i] = (double)((const float *)w->data)[i];
    for (size_t o = 0; b && o < shape.out_channels; o++)
        self->out->kernel.bias[o] = (double)((const float *)b->data)[o];
    finish(self, 0);
    self->out->macs = eai_kernel_macs(&shape, self->out->output_size);
    self->out->weight_bytes = n * sizeof(float);
    return EDGEAI_OK;
}

static edgeai_status begin_pointwise(reader *self, size_t image)
{
    EAI_TRY(eai_kernel_identity(&self->out->kernel, (size_t)input_of(self, image)->dims[1],
                                self->allocator));
    self->out->is_pointwise = true;
    finish(self, image);
    return EDGEAI_OK;
}

static edgeai_status read_batch_norm(reader *self)
{
    const eai_value *x = input_of(self, 0);
    if (!has_channels(x) || eai_node_int(self->node, "training_mode", 0) != 0) return EDGEAI_OK;
    const size_t n = (size_t)x->dims[1];
    double *numbers = eai_allocate_array(self->allocator, 6 * n, sizeof *numbers, "normalization");
    if (!numbers) return EDGEAI_E_MEMORY;
    bool fits = true;
    for (size_t k = 0; k < 4; k++) {
        const eai_value *v = input_of(self, k + 1);
        fits = fits && is_constant(v, 1) && v->dims[0] == x->dims[1];
        for (size_t c = 0; fits && c < n; c++)
            numbers[k * n + c] = (double)((const float *)v->data)[c];
    }
    edgeai_status status = fits ? begin_pointwise(self, 0) : EDGEAI_OK;
    if (fits && status == EDGEAI_OK) {
        const double epsilon = (double)eai_node_float(self->node, "epsilon", 1e-5f);
        eai_kernel_batch_norm(n, numbers, numbers + n, numbers + 2 * n, numbers + 3 * n, epsilon,
                              numbers + 4 * n, numbers + 5 * n);
        eai_kernel_affine_after(&self->out->kernel, numbers + 4 * n, numbers + 5 * n);
    }
    eai_release(self->allocator, numbers, 6 * n * sizeof *numbers);
    return status;
}

/* The constant as one number for each channel of x. */
static bool channel_values(const eai_value *v, const eai_value *x, const float **values,
                           size_t *step)
{
    size_t n;
    if (!is_constant(v, -1) || v->n_dims > x->n_dims || !eai_value_elements(v, &n)) return false;
    for (int d = 0; d < v->n_dims; d++)
        if (v->dims[d] != 1 && (d + x->n_dims - v->n_dims != 1 || v->dims[d] != x->dims[1]))
            return false;
    *values = v->data;
    *step = n == 1 ? 0 : 1;
    return n > 0;
}

/* Add and Sub of an image and a constant one of the same rows and columns. */
static edgeai_status read_map(reader *self, size_t image)
{
    const eai_value *x = input_of(self, image), *v = input_of(self, 1 - image);
    const bool is_sub = self->node->op_type[0] == 'S';
    const size_t channels = (size_t)x->dims[1], plane = (size_t)(x->dims[2] * x->dims[3]);
    int64_t dims[4] = {1, 1, 1, 1};
    if (!is_constant(v, -1) || v->n_dims > 4) return EDGEAI_OK;
    for (int d = 0; d < v->n_dims; d++)
        dims[d + 4 - v->n_dims] = v->dims[d];
    if (dims[0] != 1 || (dims[1] != 1 && dims[1] != x->dims[1]) || dims[2] != x->dims[2] ||
        dims[3] != x->dims[3])
        return EDGEAI_OK;
    double *map = eai_allocate_array(self->allocator, channels * plane, sizeof *map, "map");
    if (!map) return EDGEAI_E_MEMORY;
    const edgeai_status status = begin_pointwise(self, image);
    if (status != EDGEAI_OK) {
        eai_release(self->allocator, map, channels * plane * sizeof *map);
        return status;
    }
    for (size_t c = 0; c < channels; c++) {
        const float *values = (const float *)v->data + (dims[1] == 1 ? 0 : c * plane);
        for (size_t i = 0; i < plane; i++)
            map[c * plane + i] = (double)values[i] * (is_sub && image == 0 ? -1 : 1);
        if (is_sub && image == 1) self->out->kernel.weights[c] = -1;
    }
    self->out->map = map;
    self->out->is_forward = true;
    return EDGEAI_OK;
}

/* Add, Sub, Mul and Div of an image and a constant. */
static edgeai_status read_arithmetic(reader *self)
{
    const char op = self->node->op_type[0];
    const size_t image = has_channels(input_of(self, 0)) ? 0 : 1;
    const eai_value *x = input_of(self, image);
    const float *values;
    size_t step;
    if (!has_channels(x) || (image == 1 && op == 'D')) return EDGEAI_OK;
    if (!channel_values(input_of(self, 1 - image), x, &values, &step))
        return is_image(x) && (op == 'A' || op == 'S') ? read_map(self, image) : EDGEAI_OK;
    EAI_TRY(begin_pointwise(self, image));
    eai_kernel *kernel = &self->out->kernel;
    for (size_t c = 0; c < kernel->shape.out_channels; c++) {
        const double v = (double)values[c * step];
        if (op == 'M') kernel->weights[c] = v;
        if (op == 'D') kernel->weights[c] = 1 / v;
        if (op == 'A') kernel->bias[c] = v;
        if (op == 'S') {
            kernel->bias[c] = image == 0 ? -v : v;
            kernel->weights[c] = image == 0 ? 1 : -1;
        }
    }
    return EDGEAI_OK;
}

static edgeai_status read_average(reader *self)
{
    const eai_value *x = input_of(self, 0);
    eai_kernel_shape shape = {0};
    if (!is_image(x) || eai_node_int(self->node, "ceil_mode", 0) != 0 ||
        !read_window(self, NULL, &shape))
        return EDGEAI_OK;
    const bool padded = shape.pads[0] + shape.pads[1] + shape.pads[2] + shape.pads[3] > 0;
    if (shape.dilations[0] != 1 || shape.dilations[1] != 1 ||
        (padded && eai_node_int(self->node, "count_include_pad", 0) == 0))
        return EDGEAI_OK;
    EAI_TRY(eai_kernel_average(&self->out->kernel, (size_t)x->dims[1], shape.size, shape.strides,
                               shape.pads, self->allocator));
    finish(self, 0);
    self->out->is_mean = true;
    self->out->macs = eai_kernel_macs(&self->out->kernel.shape, self->out->output_size);
    return EDGEAI_OK;
}

/* Whether v is one number for all of n outputs, or one for each. */
static bool is_bias(const eai_value *v, int64_t n)
{
    size_t elements;
    return is_constant(v, -1) && v->n_dims <= 2 && eai_value_elements(v, &elements) &&
           (elements == 1 || (elements == (size_t)n && v->dims[v->n_dims - 1] == n));
}

/* What Gemm's attributes say; a MatMul has none. */
typedef struct matrix {
    int64_t m, k;
    bool is_turned; /* [m, k] */
    const float *weights, *bias;
    size_t bias_step;
    double alpha, beta;
} matrix;

static void fill_matrix(const matrix *from, eai_kernel *kernel)
{
    const size_t m = (size_t)from->m, k = (size_t)from->k;
    for (size_t o = 0; o < m; o++) {
        for (size_t i = 0; i < k; i++)
            kernel->weights[o * k + i] =
                from->alpha * (double)from->weights[from->is_turned ? o * k + i : i * m + o];
        if (from->bias) kernel->bias[o] = from->beta * (double)from->bias[o * from->bias_step];
    }
}

/* Gemm and MatMul with a constant matrix. */
static edgeai_status read_matrix(reader *self, bool is_gemm)
{
    const eai_node *node = self->node;
    const eai_value *x = input_of(self, 0), *w = input_of(self, 1),
                    *c = is_gemm ? input_of(self, 2) : NULL;
    size_t n_bias = 0;
    if (!is_vector(x) || !is_constant(w, 2) || (is_gemm && eai_node_int(node, "transA", 0) != 0))
        return EDGEAI_OK;
    matrix from = {.is_turned = is_gemm && eai_node_int(node, "transB", 0) != 0,
                   .weights = w->data,
                   .bias = c ? c->data : NULL,
                   .alpha = is_gemm ? (double)eai_node_float(node, "alpha", 1) : 1,
                   .beta = is_gemm ? (double)eai_node_float(node, "beta", 1) : 1};
    from.m = w->dims[from.is_turned ? 0 : 1];
    from.k = w->dims[from.is_turned ? 1 : 0];
    if (from.k != x->dims[1] || from.m < 1 || from.m > MATRIX_MAX / from.k ||
        (c && !is_bias(c, from.m)))
        return EDGEAI_OK;
    from.bias_step = c && eai_value_elements(c, &n_bias) && n_bias > 1;
    const eai_kernel_shape shape = {(size_t)from.m, (size_t)from.k, 1, {1, 1}, {1, 1}, {1, 1}, {0}};
    EAI_TRY(eai_kernel_create(&self->out->kernel, &shape, self->allocator));
    fill_matrix(&from, &self->out->kernel);
    finish(self, 0);
    self->out->macs = (double)from.m * (double)from.k;
    self->out->weight_bytes = eai_kernel_n_weights(&shape) * sizeof(float);
    return EDGEAI_OK;
}

/* Rows and columns of constant padding, none of them negative; false for any other. */
static bool read_pads(const reader *self, size_t pads[4])
{
    const eai_value *p = input_of(self, 1), *axes = input_of(self, 3);
    if (strcmp(eai_node_string(self->node, "mode", "constant"), "constant") != 0 || !p ||
        !p->data || p->element != EDGEAI_ELEMENT_I64 || p->n_dims != 1 ||
        (axes && (!axes->data || axes->n_dims != 1 || axes->dims[0] > 4)))
        return false;
    const int64_t n = axes ? axes->dims[0] : 4, *counts = p->data;
    if (p->dims[0] != 2 * n) return false;
    memset(pads, 0, 4 * sizeof *pads);
    for (int64_t i = 0; i < n; i++) {
        int64_t axis = i;
        if (axes && axes->element == EDGEAI_ELEMENT_I64) axis = ((const int64_t *)axes->data)[i];
        if (axes && axes->element == EDGEAI_ELEMENT_I32) axis = ((const int32_t *)axes->data)[i];
        if (axis < 0) axis += 4;
        if (axis < 2 ? counts[i] != 0 || counts[n + i] != 0
                     : counts[i] < 0 || counts[n + i] < 0 || counts[i] > 1 << 16 ||
                           counts[n + i] > 1 << 16)
            return false;
        if (axis < 2) continue;
        pads[axis - 2] = (size_t)counts[i];
        pads[axis] = (size_t)counts[n + i];
    }
    return true;
}

/* An identity that pads; values other than zero are its map. */
static edgeai_status read_pad(reader *self)
{
    const eai_value *x = input_of(self, 0), *v = input_of(self, 2);
    size_t pads[4];
    if (!is_image(x) || (v && !is_constant(v, -1)) || !read_pads(self, pads)) return EDGEAI_OK;
    EAI_TRY(begin_pointwise(self, 0));
    eai_linear *out = self->out;
    memcpy(out->kernel.shape.pads, pads, sizeof pads);
    out->is_forward = true;
    const double value = v ? (double)((const float *)v->data)[0] : 0;
    if (value == 0) return EDGEAI_OK;
    out->map = eai_linear_spread_bias(out);
    if (!out->map) {
        eai_linear_free(out);
        return EDGEAI_E_MEMORY;
    }
    const size_t rows = out->output_size[0], columns = out->output_size[1];
    for (size_t i = 0; i < out->kernel.shape.out_channels * rows * columns; i++) {
        const size_t r = i / columns % rows, q = i % columns;
        if (r < pads[0] || r >= rows - pads[2] || q < pads[1] || q >= columns - pads[3])
            out->map[i] = value;
    }
    return EDGEAI_OK;
}

/* What passes its input on. */
static edgeai_status read_passed(reader *self)
{
    const eai_value *x = input_of(self, 0), *y = &self->known->values[self->node->outputs[0]];
    if (!has_channels(x) || !has_channels(y) || x->n_dims != y->n_dims ||
        memcmp(x->dims, y->dims, (size_t)x->n_dims * sizeof *x->dims) != 0)
        return EDGEAI_OK;
    return begin_pointwise(self, 0);
}

static bool is_op(const eai_node *node, const char *name)
{
    return strcmp(node->op_type, name) == 0;
}

edgeai_status eai_linear_read(const eai_ir *ir, const eai_ir *known, int32_t index, bool *is_linear,
                              eai_linear *out)
{
    const eai_node *node = &ir->nodes[index];
    *is_linear = false;
    *out = (eai_linear){.first = index, .last = index, .n_nodes = 1, .transposed = EAI_IR_NONE};
    reader self = {known, node, &ir->context->allocator, out, is_linear};
    if (node->dead || node->domain[0] != '\0' || node->n_outputs < 1 || node->n_inputs < 1 ||
        node->outputs[0] == EAI_IR_NONE || known->values[node->outputs[0]].data)
        return EDGEAI_OK;
    for (size_t k = 1; k < node->n_outputs; k++)
        if (node->outputs[k] != EAI_IR_NONE) return EDGEAI_OK;
    if (is_op(node, "Conv")) return read_conv(&self);
    if (is_op(node, "BatchNormalization")) return read_batch_norm(&self);
    if (is_op(node, "AveragePool")) return read_average(&self);
    if (is_op(node, "Pad")) return read_pad(&self);
    if (is_op(node, "Gemm")) return read_matrix(&self, true);
    if (is_op(node, "MatMul")) return read_matrix(&self, false);
    if (node->n_inputs == 2 &&
        (is_op(node, "Add") || is_op(node, "Sub") || is_op(node, "Mul") || is_op(node, "Div")))
        return read_arithmetic(&self);
    if (is_op(node, "Identity") || is_op(node, "Dropout")) return read_passed(&self);
    return EDGEAI_OK;
}
