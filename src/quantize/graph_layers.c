/* SPDX-License-Identifier: MIT */
#include "quantize/graph_layers.h"

#include <math.h>
#include <string.h>

#include "base/fail.h"
#include "base/text.h"
#include "quantize/graph_edit.h"

enum { SHOWN_BYTES = 80 };

/* Constant weights, or NULL: the node is no layer. */
static const eai_value *weights_of(const eai_ir *ir, const eai_node *node)
{
    if (!eai_edit_is(node, "Conv") && !eai_edit_is(node, "Gemm") && !eai_edit_is(node, "MatMul"))
        return NULL;
    if (node->n_inputs < 2 || node->inputs[1] == EAI_IR_NONE) return NULL;
    const eai_value *value = &ir->values[node->inputs[1]];
    size_t n;
    return value->data && eai_value_elements(value, &n) && n > 0 ? value : NULL;
}

/* Why a layer cannot be quantized; NULL when it can. */
static const char *obstacle(const eai_ir *ir, const eai_node *node, const eai_value *weights)
{
    if (!eai_edit_is(node, "Conv")) return "not a convolution";
    if (weights->element != EDGEAI_ELEMENT_F32) return "weights are not float32";
    if (weights->n_dims != 4) return "not two-dimensional";
    if (node->n_inputs > 2 && node->inputs[2] != EAI_IR_NONE) {
        const eai_value *bias = eai_edit_constant_input(ir, node, 2);
        if (!bias || bias->n_dims != 1 || bias->dims[0] != weights->dims[0])
            return "bias is not constant";
    }
    return NULL;
}

static void describe(eai_layer *layer, const eai_ir *ir, size_t number)
{
    const eai_node *node = &ir->nodes[number];
    const eai_value *weights = weights_of(ir, node);
    size_t n = 0;
    eai_value_elements(weights, &n);
    const bool is_transposed = eai_edit_is(node, "MatMul") ||
                               (eai_edit_is(node, "Gemm") && eai_node_int(node, "transB", 0) == 0);
    const int64_t filters = weights->n_dims == 0 ? 1
                            : is_transposed      ? weights->dims[weights->n_dims - 1]
                                                 : weights->dims[0];
    const char *reason = obstacle(ir, node, weights);
    *layer = (eai_layer){
        .info = {.name = node->name,
                 .op = node->op_type,
                 .is_quantized = !reason,
                 .note = reason ? reason : "",
                 .n_filters = (size_t)filters,
                 .n_weights = n,
                 .bytes_before = weights->data_bytes,
                 .bytes_after = weights->data_bytes,
                 .zeros = NAN,
                 .relative_rms = NAN,
                 .output_rms = NAN},
        .node = (int32_t)number,
        .norm = EAI_IR_NONE,
        .x = node->inputs[0],
        .y = node->outputs[0],
        .per_filter = n / (size_t)filters,
    };
}

static void keep(eai_layer *layer, const char *note)
{
    if (!layer->info.is_quantized) return;
    layer->info.is_quantized = false;
    layer->info.note = note;
}

static edgeai_status keep_named(eai_layer_list *list, const eai_ir *ir, const char *name)
{
    char shown[SHOWN_BYTES];
    bool is_found = false;
    if (!name) return eai_fail(EDGEAI_E_INVALID, "graph quantizer: options: keep holds NULL");
    if (strcmp(name, "first") == 0) {
        keep(&list->layers[0], "the first layer");
        return EDGEAI_OK;
    }
    if (strcmp(name, "last") == 0) {
        keep(&list->layers[list->n - 1], "the last layer");
        return EDGEAI_OK;
    }
    for (size_t i = 0; i < list->n; i++) {
        if (strcmp(list->layers[i].info.name, name) != 0) continue;
        keep(&list->layers[i], "to be kept");
        is_found = true;
    }
    if (is_found) return EDGEAI_OK;
    return eai_fail(EDGEAI_E_NOT_FOUND, "%s: layer to keep '%s': no layer has that name",
                    ir->source, eai_printable(name, strlen(name), shown, sizeof shown));
}

edgeai_status eai_layers_find(eai_layer_list *out, eai_ir *ir,
                              const edgeai_graph_quantize_options *options)
{
    static const char *const by_default[] = {"first", "last"};
    const char *const *names = options->keep ? options->keep : by_default;
    const size_t n_names = options->keep ? options->n_keep : 2;
    *out = (eai_layer_list){0};
    for (size_t i = 0; i < ir->n_nodes; i++)
        out->n += weights_of(ir, &ir->nodes[i]) != NULL;
    if (out->n == 0)
        return eai_fail(EDGEAI_E_NOT_FOUND, "%s: no convolution with constant weights", ir->source);
    out->layers = eai_ir_memory(ir, out->n * sizeof *out->layers);
    if (!out->layers) return EDGEAI_E_MEMORY;
    for (size_t i = 0, k = 0; i < ir->n_nodes; i++)
        if (weights_of(ir, &ir->nodes[i])) describe(&out->layers[k++], ir, i);
    for (size_t i = 0; i < n_names; i++)
        EAI_TRY(keep_named(out, ir, names[i]));
    for (size_t i = 0; i < out->n; i++)
        out->n_quantized += out->layers[i].info.is_quantized;
    if (out->n_quantized == 0)
        return eai_fail(EDGEAI_E_NOT_FOUND,
                        "%s: nothing to quantize: all %zu layers are kept (%s: %s)", ir->source,
                        out->n, out->layers[0].info.op, out->layers[0].info.note);
    return EDGEAI_OK;
}
