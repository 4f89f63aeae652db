/* SPDX-License-Identifier: MIT */
#include "graph/operator_table.h"

#include <string.h>

#define EAI_OPERATOR(domain, name, identifier) extern const eai_operator eai_op_##identifier;
#include "graph/operators.inc"
#undef EAI_OPERATOR

/* Group by group; NULL ends each, so that none is empty. */
#define EAI_OPERATOR(domain, name, identifier) &eai_op_##identifier,
#define GROUP(name)                            static const eai_operator *const name[] = {
#define END_OF_GROUP                                                                               \
    NULL                                                                                           \
    }                                                                                              \
    ;

GROUP(binary)
#include "graph/operators_binary.inc"
END_OF_GROUP
GROUP(conv)
#include "graph/operators_conv.inc"
END_OF_GROUP
GROUP(matmul)
#include "graph/operators_matmul.inc"
END_OF_GROUP
GROUP(nhwc)
#include "graph/operators_nhwc.inc"
END_OF_GROUP
GROUP(pool)
#include "graph/operators_pool.inc"
END_OF_GROUP
GROUP(quantize)
#include "graph/operators_quantize.inc"
END_OF_GROUP
GROUP(reduce)
#include "graph/operators_reduce.inc"
END_OF_GROUP
GROUP(resize)
#include "graph/operators_resize.inc"
END_OF_GROUP
GROUP(select_group)
#include "graph/operators_select.inc"
END_OF_GROUP
GROUP(shape)
#include "graph/operators_shape.inc"
END_OF_GROUP
GROUP(unary)
#include "graph/operators_unary.inc"
END_OF_GROUP

static const struct {
    const eai_operator *const *operators;
    size_t n;
} groups[] = {
#define ENTRY(name)                                                                                \
    {                                                                                              \
        name, sizeof name / sizeof name[0] - 1                                                     \
    }
    ENTRY(binary), ENTRY(conv),   ENTRY(matmul),       ENTRY(nhwc),  ENTRY(pool),  ENTRY(quantize),
    ENTRY(reduce), ENTRY(resize), ENTRY(select_group), ENTRY(shape), ENTRY(unary),
};

#define N_GROUPS (sizeof groups / sizeof groups[0])

static int compare(const char *domain, const char *name, const eai_operator *op)
{
    const int by_name = strcmp(name, op->name);
    return by_name != 0 ? by_name : strcmp(domain, op->domain);
}

const eai_operator *eai_operator_find(const char *domain, const char *name)
{
    if (strcmp(domain, "ai.onnx") == 0) domain = "";
    for (size_t g = 0; g < N_GROUPS; g++) {
        size_t low = 0, high = groups[g].n;
        while (low < high) {
            const size_t middle = low + (high - low) / 2;
            const int order = compare(domain, name, groups[g].operators[middle]);
            if (order == 0) return groups[g].operators[middle];
            if (order < 0)
                high = middle;
            else
                low = middle + 1;
        }
    }
    return NULL;
}

const eai_operator *eai_operator_at(size_t group, size_t index)
{
    return group < N_GROUPS && index < groups[group].n ? groups[group].operators[index] : NULL;
}

size_t eai_operator_n_groups(void)
{
    return N_GROUPS;
}
