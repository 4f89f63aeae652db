/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "base/fail.h"
#include "base/memory.h"
#include "base/text.h"
#include "graph/session_internal.h"
#include "platform/context_internal.h"

typedef struct binding_list {
    const edgeai_binding *all;
    size_t n;
} binding_list;

static const edgeai_binding *find(const binding_list *list, const char *name)
{
    for (size_t i = 0; i < list->n; i++)
        if (strcmp(list->all[i].input, name) == 0) return &list->all[i];
    return NULL;
}

static edgeai_status check_bindings(const eai_ir *ir, const binding_list *list)
{
    for (size_t i = 0; i < list->n; i++) {
        const edgeai_binding *binding = &list->all[i];
        if (!binding->input)
            return eai_fail(EDGEAI_E_INVALID, "session: binding %zu has no name", i);
        bool found = false;
        for (size_t k = 0; k < ir->n_inputs && !found; k++)
            found = strcmp(ir->values[ir->inputs[k]].name, binding->input) == 0;
        char text[64];
        eai_printable(binding->input, strlen(binding->input), text, sizeof text);
        if (!found)
            return eai_fail(EDGEAI_E_NOT_FOUND, "session: the graph has no input \"%s\"", text);
        if (find(list, binding->input) != binding)
            return eai_fail(EDGEAI_E_INVALID, "session: input \"%s\" is bound twice", text);
        if (binding->n_dims < 0 || binding->n_dims > EDGEAI_GRAPH_DIMS_MAX)
            return eai_fail(EDGEAI_E_INVALID, "session: input \"%s\": %d dimensions", text,
                            binding->n_dims);
        for (int d = 0; d < binding->n_dims; d++)
            if (binding->dims[d] < 0)
                return eai_fail(EDGEAI_E_INVALID, "session: input \"%s\": dimension %d is %lld",
                                text, d, (long long)binding->dims[d]);
    }
    return EDGEAI_OK;
}

static edgeai_status bind_shape(eai_value *value, const edgeai_binding *binding)
{
    char text[64];
    eai_printable(value->name, strlen(value->name), text, sizeof text);
    if (value->n_dims >= 0 && value->n_dims != binding->n_dims)
        return eai_fail(EDGEAI_E_SHAPE, "session: input \"%s\" has %d dimensions, bound to %d",
                        text, value->n_dims, binding->n_dims);
    for (int d = 0; d < binding->n_dims; d++) {
        if (value->n_dims >= 0 && value->dims[d] >= 0 && value->dims[d] != binding->dims[d])
            return eai_fail(EDGEAI_E_SHAPE,
                            "session: input \"%s\": dimension %d is %lld, bound to %lld", text, d,
                            (long long)value->dims[d], (long long)binding->dims[d]);
        value->dims[d] = binding->dims[d];
    }
    value->n_dims = binding->n_dims;
    return EDGEAI_OK;
}

static const char *symbol_of(const edgeai_session *session, size_t input, int d)
{
    const eai_input_symbols *symbols = session->graph->content.symbols;
    return symbols ? symbols[input].dims[d] : NULL;
}

/* What another binding makes of an open dimension's name; 1 when none does. */
static int64_t symbol_size(const edgeai_session *session, const binding_list *list,
                           const char *symbol)
{
    const eai_ir *ir = session->graph->content.ir;
    if (!symbol || list->n == 0) return 1;
    for (size_t i = 0; i < ir->n_inputs; i++) {
        const edgeai_binding *binding = find(list, ir->values[ir->inputs[i]].name);
        for (int d = 0; binding && d < binding->n_dims; d++) {
            const char *other = symbol_of(session, i, d);
            if (other && strcmp(other, symbol) == 0) return binding->dims[d];
        }
    }
    return 1;
}

static edgeai_status close_shape(const edgeai_session *session, const binding_list *list,
                                 size_t input, eai_value *value)
{
    char text[64];
    eai_printable(value->name, strlen(value->name), text, sizeof text);
    if (value->n_dims < 0)
        return eai_fail(EDGEAI_E_UNSUPPORTED,
                        "session: input \"%s\" has no shape in the file; bind one", text);
    for (int d = 0; d < value->n_dims; d++) {
        const char *symbol = symbol_of(session, input, d);
        const int64_t wanted = symbol_size(session, list, symbol);
        if (value->dims[d] < 0) value->dims[d] = wanted;
    }
    size_t n = 0, bytes = 0;
    if (!eai_value_elements(value, &n) || n > EAI_ELEMENTS_MAX || !eai_value_size(value, &bytes))
        return eai_fail(EDGEAI_E_LIMIT, "session: input \"%s\" is too large", text);
    return EDGEAI_OK;
}

static edgeai_status bind_data(edgeai_session *session, int32_t v, const void *data)
{
    eai_value *value = &session->ir->values[v];
    size_t bytes = 0;
    (void)eai_value_size(value, &bytes);
    void *copy = eai_constants_add(&session->constants, &session->context->allocator, v, bytes);
    if (!copy) return EDGEAI_E_MEMORY;
    if (bytes > 0) memcpy(copy, data, bytes);
    value->data = copy;
    value->data_bytes = bytes;
    return EDGEAI_OK;
}

edgeai_status eai_session_bind(edgeai_session *session, const edgeai_binding *bindings, size_t n)
{
    eai_ir *ir = session->ir;
    const binding_list list = {bindings, n};
    EAI_TRY(check_bindings(ir, &list));
    size_t n_left = 0;
    for (size_t i = 0; i < ir->n_inputs; i++) {
        const int32_t v = ir->inputs[i];
        eai_value *value = &ir->values[v];
        const edgeai_binding *binding = find(&list, value->name);
        if (binding) EAI_TRY(bind_shape(value, binding));
        EAI_TRY(close_shape(session, &list, i, value));
        if (binding && binding->data)
            EAI_TRY(bind_data(session, v, binding->data));
        else
            ir->inputs[n_left++] = v;
    }
    ir->n_inputs = n_left;
    return EDGEAI_OK;
}
