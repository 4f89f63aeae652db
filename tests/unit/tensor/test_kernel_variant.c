/* SPDX-License-Identifier: MIT */
#include <edgeai/context.h>
#include <edgeai/tensor.h>

#include "support/check.h"

static void test_list_of_a_forced_level(void **state)
{
    (void)state;
    edgeai_context_options options = EDGEAI_CONTEXT_OPTIONS_INIT;
    edgeai_context *context;
    const char *op, *variant;
    options.cpu = "ref";
    assert_ok(edgeai_context_create(&context, &options));
    assert_ok(edgeai_kernel_variant(context, 0, &op, &variant));
    assert_string_equal(variant, "ref");
    size_t n = 0;
    while (edgeai_kernel_variant(context, n, &op, &variant) == EDGEAI_OK)
        n++;
    assert_true(n >= 5);
    assert_fails(edgeai_kernel_variant(context, n, &op, &variant), EDGEAI_E_NOT_FOUND);
    assert_fails(edgeai_kernel_variant(context, 0, NULL, &variant), EDGEAI_E_INVALID);
    edgeai_context_free(context);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_list_of_a_forced_level)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
