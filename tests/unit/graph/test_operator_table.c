/* SPDX-License-Identifier: MIT */
#include "graph/operator_table.h"

#include <string.h>

#include "support/check.h"

/* What halving needs. */
static void groups_are_sorted_and_everything_is_found(void **state)
{
    (void)state;
    size_t n = 0;
    for (size_t g = 0; g < eai_operator_n_groups(); g++) {
        const eai_operator *before = NULL, *op;
        for (size_t i = 0; (op = eai_operator_at(g, i)); i++, before = op, n++) {
            if (before) {
                const int order = strcmp(before->name, op->name);
                if (order > 0 || (order == 0 && strcmp(before->domain, op->domain) >= 0))
                    fail_msg("%s must stand in front of %s", op->name, before->name);
            }
            if (eai_operator_find(op->domain, op->name) != op)
                fail_msg("%s is not found, or is there twice", op->name);
        }
    }
    assert_true(n >= 2);
}

static void every_operator_is_complete(void **state)
{
    (void)state;
    for (size_t g = 0; g < eai_operator_n_groups(); g++) {
        const eai_operator *op;
        for (size_t i = 0; (op = eai_operator_at(g, i)); i++) {
            if (op->max_inputs >= 0 && op->max_inputs < op->min_inputs)
                fail_msg("%s: inputs", op->name);
            if (op->min_outputs < 1 || (op->max_outputs >= 0 && op->max_outputs < op->min_outputs))
                fail_msg("%s: outputs", op->name);
            if (!op->run && !(op->flags & EAI_OP_RANDOM)) fail_msg("%s: no run", op->name);
            if (!op->infer && op->min_inputs < 1) fail_msg("%s: no infer", op->name);
            if (op->flags & EAI_OP_ALIAS && op->run != eai_run_copy)
                fail_msg("%s: an alias that does not copy", op->name);
        }
    }
}

static void domains_count(void **state)
{
    (void)state;
    assert_ptr_equal(eai_operator_find("ai.onnx", "Relu"), eai_operator_find("", "Relu"));
    assert_null(eai_operator_find("edgeai", "Relu"));
    assert_null(eai_operator_find("", "relu"));
    assert_null(eai_operator_find("", ""));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(groups_are_sorted_and_everything_is_found),
        cmocka_unit_test(every_operator_is_complete),
        cmocka_unit_test(domains_count),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
