/* SPDX-License-Identifier: MIT */
/* Normalizations behind transposed convolutions. */

#include <string.h>

#include "support/check.h"
#include "support/reparam_case.h"
#include "support/two_ways.h"

enum { C = 6 };

static int32_t transposed(int32_t x, int64_t out, int64_t groups, int64_t stride, bool is_biased)
{
    const int32_t w = block_constant(case_graph, OP_DIMS(C, out / groups, 3, 2)),
                  bias = is_biased ? block_constant(case_graph, OP_DIMS(out)) : EAI_IR_NONE;
    const int32_t y = graph_node(case_graph, "", "ConvTranspose", 3, (int32_t[]){x, w, bias});
    graph_set_ints(case_graph, "strides", 2, (int64_t[]){stride, stride});
    graph_set_ints(case_graph, "pads", 4, (int64_t[]){1, 0, 0, 1});
    graph_set_int(case_graph, "group", groups);
    return y;
}

static void normalizations_scale_filters(void **state)
{
    (void)state;
    for (int64_t groups = 1; groups <= 3; groups++)
        for (int64_t stride = 1; stride <= 2; stride++) {
            reparam_case_begin(C, 5, 4);
            int32_t y = transposed(case_image, 6, groups, stride, groups != 2);
            y = block_batch_norm(case_graph, y, 6);
            y = graph_node(case_graph, "", "Sub", 2,
                           (int32_t[]){block_constant(case_graph, OP_DIMS(6, 1, 1)), y});
            reparam_case_expect(block_relu(case_graph, y, false), "ConvTranspose Relu");
        }
}

static void what_others_read_stays(void **state)
{
    (void)state;
    reparam_case_begin(C, 5, 4);
    const int32_t y = transposed(case_image, 4, 1, 1, true);
    graph_output(case_graph, block_relu(case_graph, y, false));
    reparam_case_expect(block_batch_norm(case_graph, y, 4),
                        "ConvTranspose Relu BatchNormalization");
    reparam_case_begin(C, 5, 4); /* a layer behind takes it */
    const int32_t z = block_batch_norm(case_graph, transposed(case_image, 4, 1, 1, true), 4);
    reparam_case_expect(block_square(case_graph, z, 4, 4, 1, 3, 1, 0), "ConvTranspose Conv");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(normalizations_scale_filters),
        cmocka_unit_test(what_others_read_stays),
    };
    const int failed = cmocka_run_group_tests(tests, NULL, NULL);
    two_ways_end();
    return failed;
}
