/* SPDX-License-Identifier: MIT */
#include "quantize/graph_observer.h"

#include <string.h>

#include "base/fail.h"
#include "base/memory.h"
#include "graph/graph_internal.h"
#include "platform/context_internal.h"

static size_t elements_of(const edgeai_port *port)
{
    size_t n = 1;
    for (int i = 0; i < port->n_dims; i++)
        n *= (size_t)port->dims[i];
    return n;
}

static int32_t place_of(const int32_t *outputs, size_t n_outputs, int32_t value)
{
    for (size_t i = 0; i < n_outputs; i++)
        if (outputs[i] == value) return (int32_t)i;
    return EAI_IR_NONE;
}

/* The wanted values become the outputs, each once; the graph's own where there are none. */
static edgeai_status choose_outputs(eai_observer *self, eai_ir *ir, const int32_t *values)
{
    int32_t *outputs = eai_ir_memory(ir, (self->n + 1) * sizeof *outputs);
    size_t n = 0;
    if (!outputs) return EDGEAI_E_MEMORY;
    for (size_t i = 0; i < self->n; i++) {
        self->places[i] = EAI_IR_NONE;
        if (values[i] == ir->inputs[0]) continue;
        self->places[i] = place_of(outputs, n, values[i]);
        if (self->places[i] != EAI_IR_NONE) continue;
        self->places[i] = (int32_t)n;
        outputs[n++] = values[i];
    }
    if (n == 0) outputs[n++] = ir->outputs[0];
    return eai_ir_set_ports(ir, ir->inputs, ir->n_inputs, outputs, n);
}

/* Sides that the network leaves open are those of its pictures. */
static edgeai_status create_session(eai_observer *self)
{
    const edgeai_image_input_options *image = edgeai_graph_image_options(self->graph);
    edgeai_session_options options = EDGEAI_SESSION_OPTIONS_INIT;
    edgeai_port port;
    EAI_TRY(edgeai_graph_input(self->graph, 0, &port));
    if (!image || port.n_dims != 4) return edgeai_session_create(&self->session, self->graph, NULL);
    const int64_t picture[] = {1, image->channels == EDGEAI_IMAGE_GREY ? 1 : 3, image->height,
                               image->width};
    edgeai_binding binding = {.input = port.name, .n_dims = 4};
    for (int i = 0; i < 4; i++)
        binding.dims[i] = port.dims[i] < 0 ? picture[i] : port.dims[i];
    options.bindings = &binding;
    options.n_bindings = 1;
    return edgeai_session_create(&self->session, self->graph, &options);
}

static edgeai_status open_session(eai_observer *self)
{
    edgeai_port port;
    EAI_TRY(create_session(self));
    EAI_TRY(edgeai_session_input(self->session, 0, &port, &self->input));
    self->n_input = elements_of(&port);
    if (port.element == EDGEAI_ELEMENT_F32) return EDGEAI_OK;
    return eai_fail(EDGEAI_E_UNSUPPORTED, "input '%s': expected f32, found %s", port.name,
                    edgeai_element_name(port.element));
}

edgeai_status eai_observer_open(eai_observer *self, const eai_graph_content *content,
                                const eai_ir *ir, const int32_t *values, size_t n)
{
    eai_graph_content inside = *content;
    *self = (eai_observer){.context = ir->context, .n = n};
    if (ir->n_inputs != 1 || ir->n_outputs == 0)
        return eai_fail(EDGEAI_E_UNSUPPORTED, "%s: expected one input, found %zu", ir->source,
                        ir->n_inputs);
    inside.file = NULL;
    inside.onnx = NULL;
    EAI_TRY(eai_ir_copy(&inside.ir, ir));
    self->places = eai_allocate_array(&ir->context->allocator, n + 1, sizeof *self->places,
                                      "values to look at");
    edgeai_status status = self->places ? choose_outputs(self, inside.ir, values) : EDGEAI_E_MEMORY;
    if (status != EDGEAI_OK)
        eai_ir_free(inside.ir);
    else
        status = eai_graph_wrap(&self->graph, ir->context, &inside);
    if (status == EDGEAI_OK) status = open_session(self);
    if (status != EDGEAI_OK) eai_observer_close(self);
    return status;
}

void eai_observer_close(eai_observer *self)
{
    if (!self->context) return;
    edgeai_session_free(self->session);
    edgeai_graph_free(self->graph);
    eai_release(&self->context->allocator, self->places, (self->n + 1) * sizeof *self->places);
    *self = (eai_observer){0};
}

edgeai_status eai_observer_run(eai_observer *self, const float *input, size_t n)
{
    if (n != self->n_input)
        return eai_fail(EDGEAI_E_SHAPE, "graph quantizer: input: expected %zu numbers, found %zu",
                        self->n_input, n);
    if (n > 0) memcpy(self->input, input, n * sizeof *input);
    return edgeai_session_run(self->session);
}

edgeai_status eai_observer_values(const eai_observer *self, size_t index, const float **values,
                                  size_t *n)
{
    edgeai_port port;
    const void *data = self->input;
    if (self->places[index] == EAI_IR_NONE) {
        *n = self->n_input;
    } else {
        EAI_TRY(edgeai_session_output(self->session, (size_t)self->places[index], &port, &data));
        if (port.element != EDGEAI_ELEMENT_F32)
            return eai_fail(EDGEAI_E_DTYPE, "activation '%s': expected f32, found %s", port.name,
                            edgeai_element_name(port.element));
        *n = elements_of(&port);
    }
    *values = data;
    return EDGEAI_OK;
}
