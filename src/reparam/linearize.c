/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "base/fail.h"
#include "graph/operator.h"
#include "reparam/reparam_internal.h"

static const char *const activations[] = {
    "Relu",    "Clip", "LeakyRelu", "PRelu",    "Sigmoid", "Tanh", "HardSwish",       "HardSigmoid",
    "Elu",     "Selu", "Gelu",      "Softplus", "Celu",    "Mish", "ThresholdedRelu", "Swish",
    "Softsign"};

static bool is_activation(const eai_node *node)
{
    for (size_t i = 0; i < sizeof activations / sizeof *activations; i++)
        if (node->domain[0] == '\0' && strcmp(node->op_type, activations[i]) == 0) return true;
    return false;
}

edgeai_status eai_linearize_check(const eai_ir *ir, size_t *n)
{
    *n = 0;
    for (size_t i = 0; i < ir->n_nodes; i++) {
        if (!eai_is_linearizable(&ir->nodes[i])) continue;
        if (!is_activation(&ir->nodes[i]))
            return eai_fail(EDGEAI_E_FORMAT,
                            "%s: %s \"%s\" is marked as linearizable, but is no activation",
                            ir->source, ir->nodes[i].op_type, ir->nodes[i].name);
        ++*n;
    }
    return EDGEAI_OK;
}

bool eai_is_linearizable(const eai_node *node)
{
    return eai_node_int(node, "edgeai_linearizable", 0) != 0;
}

void eai_linearize(eai_ir *ir, const bool *chosen)
{
    const eai_operator *identity = eai_operator_find("", "Identity");
    for (size_t i = 0; i < ir->n_nodes && identity; i++) {
        eai_node *node = &ir->nodes[i];
        if (!eai_is_linearizable(node) || (chosen && !chosen[i])) continue;
        node->op = identity;
        node->op_type = identity->name;
        node->n_inputs = 1;
        node->n_attributes = 0;
    }
}
