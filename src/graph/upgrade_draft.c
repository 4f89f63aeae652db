/* SPDX-License-Identifier: MIT */

/* A node in the making: its attributes, inputs, and helpers beside it. */

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/fail.h"
#include "base/text.h"
#include "graph/operator.h"
#include "graph/upgrade.h"
#include "kernels/half.h"

enum { SHOWN_BYTES = 64 };

edgeai_status eai_draft_fail(const eai_draft *draft, edgeai_status status, const char *format, ...)
{
    char text[EAI_ERROR_BYTES], op_type[SHOWN_BYTES], name[SHOWN_BYTES];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    return eai_fail(status, "%s: %s \"%s\" (opset %d): %s", draft->ir->source,
                    eai_printable(draft->op_type, strlen(draft->op_type), op_type, SHOWN_BYTES),
                    eai_printable(draft->name, strlen(draft->name), name, SHOWN_BYTES),
                    draft->opset, text);
}

const eai_attribute *eai_draft_attribute(const eai_draft *draft, const char *name)
{
    for (size_t i = 0; i < draft->n_attributes; i++)
        if (strcmp(draft->attributes[i].name, name) == 0) return &draft->attributes[i];
    return NULL;
}

void eai_draft_remove(eai_draft *draft, const char *name)
{
    const eai_attribute *attribute = eai_draft_attribute(draft, name);
    if (!attribute) return;
    size_t i = (size_t)(attribute - draft->attributes);
    memmove(&draft->attributes[i], &draft->attributes[i + 1],
            (draft->n_attributes - i - 1) * sizeof *draft->attributes);
    draft->n_attributes--;
}

int64_t eai_draft_int(const eai_draft *draft, const char *name, int64_t otherwise)
{
    const eai_attribute *attribute = eai_draft_attribute(draft, name);
    return attribute && attribute->kind == EAI_ATTRIBUTE_INT ? attribute->i : otherwise;
}

/* The one of this name made empty, or a new one. */
static eai_attribute *renew(eai_draft *draft, const char *name, eai_attribute_kind kind)
{
    eai_draft_remove(draft, name);
    eai_attribute *attribute = &draft->attributes[draft->n_attributes++];
    *attribute = (eai_attribute){.name = name, .kind = kind};
    return attribute;
}

void eai_draft_set_int(eai_draft *draft, const char *name, int64_t i)
{
    renew(draft, name, EAI_ATTRIBUTE_INT)->i = i;
}

void eai_draft_set_string(eai_draft *draft, const char *name, const char *s)
{
    renew(draft, name, EAI_ATTRIBUTE_STRING)->s = s;
}

bool eai_draft_has_input(const eai_draft *draft, size_t index)
{
    return index < draft->n_inputs && draft->inputs[index] != EAI_IR_NONE;
}

void eai_draft_set_input(eai_draft *draft, size_t index, int32_t value)
{
    while (draft->n_inputs <= index)
        draft->inputs[draft->n_inputs++] = EAI_IR_NONE;
    draft->inputs[index] = value;
}

static edgeai_status add_constant(eai_draft *draft, edgeai_element element, const void *data,
                                  size_t n, int n_dims, int32_t *out)
{
    eai_value value = {.name = "", .element = element, .n_dims = n_dims};
    value.dims[0] = n_dims ? (int64_t)n : 0;
    value.data_bytes = edgeai_element_bytes(element, n);
    value.data = eai_ir_duplicate(draft->ir, data, value.data_bytes);
    if (!value.data) return EDGEAI_E_MEMORY;
    return eai_ir_add_value(draft->ir, &value, out);
}

edgeai_status eai_draft_ints(eai_draft *draft, const int64_t *ints, size_t n, int n_dims,
                             int32_t *out)
{
    return add_constant(draft, EDGEAI_ELEMENT_I64, ints, n, n_dims, out);
}

edgeai_status eai_draft_floats(eai_draft *draft, int32_t like, const float *floats, size_t n,
                               int n_dims, int32_t *out)
{
    enum { FLOATS_MAX = 8 };
    edgeai_element element =
        like == EAI_IR_NONE ? EDGEAI_ELEMENT_NONE : draft->ir->values[like].element;
    uint16_t halves[FLOATS_MAX];
    double doubles[FLOATS_MAX];
    if (n <= FLOATS_MAX && element == EDGEAI_ELEMENT_F64) {
        for (size_t i = 0; i < n; i++)
            doubles[i] = (double)floats[i];
        return add_constant(draft, element, doubles, n, n_dims, out);
    }
    if (n <= FLOATS_MAX && element == EDGEAI_ELEMENT_F16) {
        for (size_t i = 0; i < n; i++)
            halves[i] = eai_float_to_half(floats[i]);
        return add_constant(draft, element, halves, n, n_dims, out);
    }
    return add_constant(draft, EDGEAI_ELEMENT_F32, floats, n, n_dims, out);
}

edgeai_status eai_draft_value(eai_draft *draft, int32_t *out)
{
    eai_value value = {.name = "", .n_dims = -1};
    return eai_ir_add_value(draft->ir, &value, out);
}

int eai_draft_rank(const eai_draft *draft, int32_t value)
{
    return value == EAI_IR_NONE ? -1 : draft->ir->values[value].n_dims;
}

edgeai_status eai_draft_helper_into(eai_draft *draft, const char *op_type, const char *suffix,
                                    const int32_t inputs[3], const char *attribute, int64_t i,
                                    int32_t out)
{
    char name[EAI_IR_NAME_MAX];
    snprintf(name, sizeof name, "%.*s/%s", EAI_IR_NAME_MAX - 64, draft->name, suffix);
    size_t n = 0;
    while (n < 3 && inputs[n] != EAI_IR_NONE)
        n++;
    int32_t number;
    EAI_TRY(eai_ir_add_node(draft->ir, "", op_type, name, n, 1, attribute ? 1 : 0, &number));
    eai_node *node = &draft->ir->nodes[number];
    memcpy(node->inputs, inputs, n * sizeof *inputs);
    node->outputs[0] = out;
    if (attribute)
        node->attributes[0] = (eai_attribute){.name = attribute, .kind = EAI_ATTRIBUTE_INT, .i = i};
    return EDGEAI_OK;
}

edgeai_status eai_draft_helper(eai_draft *draft, const char *op_type, const char *suffix,
                               const int32_t inputs[3], const char *attribute, int64_t i,
                               int32_t *out)
{
    EAI_TRY(eai_draft_value(draft, out));
    return eai_draft_helper_into(draft, op_type, suffix, inputs, attribute, i, *out);
}

edgeai_status eai_draft_finish(const eai_draft *draft)
{
    int32_t number;
    if (!eai_operator_find("", draft->op_type))
        return eai_draft_fail(draft, EDGEAI_E_UNSUPPORTED, "this operator is not supported");
    EAI_TRY(eai_ir_add_node(draft->ir, "", draft->op_type, draft->name, draft->n_inputs,
                            draft->n_outputs, draft->n_attributes, &number));
    eai_node *node = &draft->ir->nodes[number];
    memcpy(node->inputs, draft->inputs, draft->n_inputs * sizeof *draft->inputs);
    memcpy(node->outputs, draft->outputs, draft->n_outputs * sizeof *draft->outputs);
    memcpy(node->attributes, draft->attributes, draft->n_attributes * sizeof *draft->attributes);
    return EDGEAI_OK;
}
