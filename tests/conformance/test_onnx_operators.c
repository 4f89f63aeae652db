/* SPDX-License-Identifier: MIT */
/*
 * The ONNX project's own tests of operators and layers (../shared/data/onnx): type and shape of
 * each output must be equal, and values as upstream compares them, rtol 1e-3 and atol 1e-7. Each
 * is run three ways: with all inputs bound to values but the first of floats, the same operator by
 * operator (options.plain), and with no input bound where shapes do not depend on one.
 */
#include <edgeai/graph.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "io/onnx_wire.h"
#include "kernels/half.h"
#include "support/check.h"

/* Of 318; the others are listed as they fail. */
enum { PASSED_AT_LEAST = 300, TENSORS_MAX = 16, REASON_BYTES = 400 };

#define FOLDER EDGEAI_TEST_DATA "/onnx"

typedef struct array {
    edgeai_element element;
    int n_dims;
    int64_t dims[EDGEAI_GRAPH_DIMS_MAX];
    size_t n;
    void *data;
} array;

typedef struct example {
    char folder[512];
    array inputs[TENSORS_MAX], outputs[TENSORS_MAX];
    size_t n_inputs, n_outputs;
    char reason[REASON_BYTES];
} example;

static bool blame(example *e, const char *what)
{
    snprintf(e->reason, sizeof e->reason, "%s: %s", what, edgeai_last_error());
    return false;
}

static bool load(edgeai_context *context, const char *path, array *out)
{
    const eai_onnx_tensor *tensor = NULL;
    if (eai_onnx_tensor_open(&tensor, context, path) != EDGEAI_OK) return false;
    const size_t bytes = tensor->n_elements * eai_onnx_element_bytes(tensor->type);
    *out = (array){.element = (edgeai_element)tensor->type,
                   .n_dims = tensor->n_dims,
                   .n = tensor->n_elements,
                   .data = malloc(bytes + 1)};
    bool fine = out->data && tensor->n_dims <= EDGEAI_GRAPH_DIMS_MAX &&
                eai_onnx_tensor_read(tensor, out->data, bytes) == EDGEAI_OK;
    if (fine && tensor->n_dims > 0)
        memcpy(out->dims, tensor->dims, (size_t)tensor->n_dims * sizeof out->dims[0]);
    eai_onnx_tensor_free(tensor);
    return fine;
}

/* input_0.pb, input_1.pb, ... as far as they go. */
static bool load_all(example *e, edgeai_context *context, const char *kind, array *arrays,
                     size_t *n)
{
    char path[640];
    for (*n = 0; *n < TENSORS_MAX; (*n)++) {
        snprintf(path, sizeof path, "%s/test_data_set_0/%s_%zu.pb", e->folder, kind, *n);
        if (access(path, R_OK) != 0) return true;
        if (!load(context, path, &arrays[*n])) return blame(e, kind);
    }
    return true;
}

/* The networks of light/ have no stored input: arange(n) / n. */
static void make_inputs(example *e, const edgeai_graph *graph)
{
    for (; e->n_inputs < edgeai_graph_n_inputs(graph); e->n_inputs++) {
        edgeai_port port;
        assert_ok(edgeai_graph_input(graph, e->n_inputs, &port));
        array *x = &e->inputs[e->n_inputs];
        *x = (array){.element = port.element, .n_dims = port.n_dims, .n = 1};
        for (int d = 0; d < port.n_dims; d++) {
            x->dims[d] = port.dims[d];
            x->n *= (size_t)port.dims[d];
        }
        float *values = malloc(x->n * sizeof *values);
        assert_non_null(values);
        for (size_t i = 0; i < x->n; i++)
            values[i] = (float)((double)i / (double)x->n);
        x->data = values;
    }
}

static bool is_float(edgeai_element element)
{
    return element == EDGEAI_ELEMENT_F32 || element == EDGEAI_ELEMENT_F64 ||
           element == EDGEAI_ELEMENT_F16 || element == EDGEAI_ELEMENT_BF16;
}

static double number(edgeai_element element, const void *data, size_t i)
{
    if (element == EDGEAI_ELEMENT_F32) return (double)((const float *)data)[i];
    if (element == EDGEAI_ELEMENT_F64) return ((const double *)data)[i];
    const uint16_t bits = ((const uint16_t *)data)[i];
    if (element == EDGEAI_ELEMENT_F16) return (double)eai_half_to_float(bits);
    return (double)eai_bfloat_to_float(bits);
}

static bool same_values(example *e, size_t index, const void *found)
{
    const array *expected = &e->outputs[index];
    for (size_t i = 0; i < expected->n; i++) {
        if (!is_float(expected->element)) {
            const size_t bytes = edgeai_element_bytes(expected->element, 1);
            if (memcmp((const char *)found + i * bytes, (char *)expected->data + i * bytes,
                       bytes) == 0)
                continue;
            snprintf(e->reason, sizeof e->reason, "output %zu: element %zu", index, i);
            return false;
        }
        const double a = number(expected->element, found, i);
        const double b = number(expected->element, expected->data, i);
        if (a == b || (isnan(a) && isnan(b)) || fabs(a - b) <= 1e-7 + 1e-3 * fabs(b)) continue;
        snprintf(e->reason, sizeof e->reason, "output %zu: element %zu is %.9g, expected %.9g",
                 index, i, a, b);
        return false;
    }
    return true;
}

static bool same_output(example *e, const edgeai_session *session, size_t index)
{
    const array *expected = &e->outputs[index];
    edgeai_port port;
    const void *data = NULL;
    if (edgeai_session_output(session, index, &port, &data) != EDGEAI_OK) return blame(e, "output");
    bool same = port.element == expected->element && port.n_dims == expected->n_dims;
    for (int d = 0; d < port.n_dims && same; d++)
        same = port.dims[d] == expected->dims[d];
    if (same) return same_values(e, index, data);
    int n = snprintf(e->reason, sizeof e->reason, "output %zu is %s [", index,
                     edgeai_element_name(port.element));
    for (int d = 0; d < port.n_dims; d++)
        n +=
            snprintf(e->reason + n, sizeof e->reason - (size_t)n, " %lld", (long long)port.dims[d]);
    n += snprintf(e->reason + n, sizeof e->reason - (size_t)n, " ], expected %s [",
                  edgeai_element_name(expected->element));
    for (int d = 0; d < expected->n_dims; d++)
        n += snprintf(e->reason + n, sizeof e->reason - (size_t)n, " %lld",
                      (long long)expected->dims[d]);
    snprintf(e->reason + n, sizeof e->reason - (size_t)n, " ]");
    return false;
}

static bool run(example *e, edgeai_session *session)
{
    for (size_t i = 0; i < e->n_inputs; i++) {
        void *data = NULL;
        if (edgeai_session_input(session, i, NULL, &data) != EDGEAI_OK) return blame(e, "input");
        const size_t bytes = edgeai_element_bytes(e->inputs[i].element, e->inputs[i].n);
        if (data && bytes > 0) memcpy(data, e->inputs[i].data, bytes);
    }
    if (edgeai_session_run(session) != EDGEAI_OK) return blame(e, "run");
    for (size_t i = 0; i < e->n_outputs; i++)
        if (!same_output(e, session, i)) return false;
    return true;
}

typedef enum way { BOUND, PLAIN, OPEN, N_WAYS } way;

static const char *const way_names[] = {"bound", "plain", "open"};

/* *created is false when the session could not be made. */
static bool run_way(example *e, const edgeai_graph *graph, way how, bool *created)
{
    edgeai_binding bindings[TENSORS_MAX] = {{0}};
    edgeai_session_options options = EDGEAI_SESSION_OPTIONS_INIT;
    bool has_free = false;
    for (size_t i = 0; i < e->n_inputs; i++) {
        edgeai_port port;
        if (edgeai_graph_input(graph, i, &port) != EDGEAI_OK) return blame(e, "input");
        const bool is_free = !has_free && is_float(e->inputs[i].element);
        if (is_free) has_free = true;
        bindings[i] = (edgeai_binding){.input = port.name,
                                       .n_dims = e->inputs[i].n_dims,
                                       .data = how == OPEN || is_free ? NULL : e->inputs[i].data};
        memcpy(bindings[i].dims, e->inputs[i].dims, sizeof bindings[i].dims);
    }
    options.bindings = bindings;
    options.n_bindings = e->n_inputs;
    options.plain = how == PLAIN;
    edgeai_session *session = NULL;
    *created = edgeai_session_create(&session, graph, &options) == EDGEAI_OK;
    if (!*created) return blame(e, "session");
    const bool passed = run(e, session);
    edgeai_session_free(session);
    return passed;
}

static bool check(example *e, edgeai_context *context)
{
    char path[640];
    edgeai_graph *graph = NULL;
    snprintf(path, sizeof path, "%s/model.onnx", e->folder);
    if (edgeai_graph_open(&graph, context, path) != EDGEAI_OK) return blame(e, "open");
    bool passed = load_all(e, context, "input", e->inputs, &e->n_inputs) &&
                  load_all(e, context, "output", e->outputs, &e->n_outputs);
    if (passed) make_inputs(e, graph);
    const bool is_loaded = passed;
    char reasons[REASON_BYTES] = "";
    size_t used = 0;
    for (int how = 0; how < N_WAYS && is_loaded; how++) {
        bool created = false;
        if (run_way(e, graph, (way)how, &created)) continue;
        if (how == OPEN && !created) continue; /* a shape depends on an input's values */
        passed = false;
        const int n = snprintf(reasons + used, sizeof reasons - used, "%s: %.120s; ",
                               way_names[how], e->reason);
        used += (size_t)n < sizeof reasons - used ? (size_t)n : 0;
    }
    if (used > 0) memcpy(e->reason, reasons, sizeof reasons);
    edgeai_graph_free(graph);
    return passed;
}

static void clear(example *e)
{
    for (size_t i = 0; i < TENSORS_MAX; i++) {
        free(e->inputs[i].data);
        free(e->outputs[i].data);
    }
}

static void the_public_tests_pass(void **state)
{
    (void)state;
    FILE *manifest = fopen(FOLDER "/MANIFEST.tsv", "r");
    if (!manifest) skip();
    edgeai_context *context = NULL;
    assert_ok(edgeai_context_create(&context, NULL));
    char line[8192], suite[64], name[256];
    size_t n_passed = 0, n = 0;
    assert_non_null(fgets(line, sizeof line, manifest)); /* the heading */
    while (fgets(line, sizeof line, manifest)) {
        if (sscanf(line, "%63[^\t]\t%255[^\t]", suite, name) != 2) continue;
        example e = {{0}};
        snprintf(e.folder, sizeof e.folder, FOLDER "/%s/%s", suite, name);
        const bool passed = check(&e, context);
        if (!passed) print_message("%s/%s: %s\n", suite, name, e.reason);
        clear(&e);
        n++;
        n_passed += passed;
    }
    fclose(manifest);
    edgeai_context_free(context);
    print_message("%zu of %zu pass\n", n_passed, n);
    assert_true(n_passed >= PASSED_AT_LEAST);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(the_public_tests_pass)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
