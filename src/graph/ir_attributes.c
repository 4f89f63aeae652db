/* SPDX-License-Identifier: MIT */
#include "graph/ir.h"

#include <string.h>

#include "base/memory.h"

const eai_attribute *eai_node_attribute(const eai_node *node, const char *name)
{
    for (size_t i = 0; i < node->n_attributes; i++)
        if (node->attributes[i].name && strcmp(node->attributes[i].name, name) == 0)
            return &node->attributes[i];
    return NULL;
}

static const eai_attribute *attribute_of(const eai_node *node, const char *name,
                                         eai_attribute_kind kind)
{
    const eai_attribute *attribute = eai_node_attribute(node, name);
    return attribute && attribute->kind == kind ? attribute : NULL;
}

int64_t eai_node_int(const eai_node *node, const char *name, int64_t otherwise)
{
    const eai_attribute *attribute = attribute_of(node, name, EAI_ATTRIBUTE_INT);
    return attribute ? attribute->i : otherwise;
}

float eai_node_float(const eai_node *node, const char *name, float otherwise)
{
    const eai_attribute *attribute = attribute_of(node, name, EAI_ATTRIBUTE_FLOAT);
    return attribute ? attribute->f : otherwise;
}

const char *eai_node_string(const eai_node *node, const char *name, const char *otherwise)
{
    const eai_attribute *attribute = attribute_of(node, name, EAI_ATTRIBUTE_STRING);
    return attribute ? attribute->s : otherwise;
}

const int64_t *eai_node_ints(const eai_node *node, const char *name, size_t *n)
{
    const eai_attribute *attribute = attribute_of(node, name, EAI_ATTRIBUTE_INTS);
    *n = attribute ? attribute->n : 0;
    return *n > 0 ? attribute->ints : NULL;
}

const float *eai_node_floats(const eai_node *node, const char *name, size_t *n)
{
    const eai_attribute *attribute = attribute_of(node, name, EAI_ATTRIBUTE_FLOATS);
    *n = attribute ? attribute->n : 0;
    return *n > 0 ? attribute->floats : NULL;
}

/* Product of dims[first..last); false when one is not known, or on overflow. */
static bool product(const eai_value *value, int first, int last, size_t *n)
{
    *n = 1;
    for (int i = first; i < last; i++)
        if (value->dims[i] < 0 || !eai_size_multiply(*n, (size_t)value->dims[i], n)) return false;
    return true;
}

bool eai_value_elements(const eai_value *value, size_t *n)
{
    *n = 0;
    return value->n_dims >= 0 && product(value, 0, value->n_dims, n);
}

bool eai_value_size(const eai_value *value, size_t *bytes)
{
    size_t n = 0, row = 1;
    *bytes = 0;
    if (!eai_value_elements(value, &n)) return false;
    if (value->data) {
        *bytes = value->data_bytes;
        return true;
    }
    if (n == 0) return true;
    if (value->element == EDGEAI_ELEMENT_TRITS || value->element == EDGEAI_ELEMENT_BITS) {
        if (value->n_dims > 0) row = (size_t)value->dims[value->n_dims - 1];
        return eai_size_multiply(n / row, edgeai_element_bytes(value->element, row), bytes);
    }
    *bytes = edgeai_element_bytes(value->element, n);
    return *bytes > 0;
}
