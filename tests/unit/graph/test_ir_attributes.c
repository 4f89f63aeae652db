/* SPDX-License-Identifier: MIT */
#include "graph/ir.h"

#include "support/check.h"

static const int64_t ints[] = {1, 2};
static const float floats[] = {0.5f};
static eai_attribute attributes[] = {
    {.name = "i", .kind = EAI_ATTRIBUTE_INT, .i = 7},
    {.name = NULL},
    {.name = "f", .kind = EAI_ATTRIBUTE_FLOAT, .f = 1.5f},
    {.name = "s", .kind = EAI_ATTRIBUTE_STRING, .s = "text"},
    {.name = "is", .kind = EAI_ATTRIBUTE_INTS, .n = 2, .ints = ints},
    {.name = "fs", .kind = EAI_ATTRIBUTE_FLOATS, .n = 1, .floats = floats},
    {.name = "none", .kind = EAI_ATTRIBUTE_INTS, .n = 0, .ints = ints},
};
static const eai_node node = {.n_attributes = 7, .attributes = attributes};

static void attributes_have_a_kind_and_a_default(void **state)
{
    (void)state;
    size_t n = 9;
    assert_int_equal(eai_node_int(&node, "i", 1), 7);
    assert_int_equal(eai_node_int(&node, "j", 1), 1);
    assert_int_equal(eai_node_int(&node, "f", 1), 1);
    assert_true(eai_node_float(&node, "f", 0) == 1.5f);
    assert_true(eai_node_float(&node, "i", 0.25f) == 0.25f);
    assert_string_equal(eai_node_string(&node, "s", ""), "text");
    assert_string_equal(eai_node_string(&node, "i", "else"), "else");
    assert_ptr_equal(eai_node_ints(&node, "is", &n), ints);
    assert_int_equal(n, 2);
    assert_null(eai_node_ints(&node, "none", &n));
    assert_int_equal(n, 0);
    assert_ptr_equal(eai_node_floats(&node, "fs", &n), floats);
    assert_int_equal(n, 1);
    assert_null(eai_node_floats(&node, "is", &n));
    assert_int_equal(n, 0);
    assert_null(eai_node_attribute(&node, "x"));
    assert_ptr_equal(eai_node_attribute(&node, "s"), &attributes[3]);
}

static void sizes_need_complete_shapes(void **state)
{
    (void)state;
    size_t n = 0;
    eai_value value = {.element = EDGEAI_ELEMENT_F32, .n_dims = 2, .dims = {3, 5}};
    assert_true(eai_value_elements(&value, &n));
    assert_int_equal(n, 15);
    assert_true(eai_value_size(&value, &n));
    assert_int_equal(n, 60);
    value.element = EDGEAI_ELEMENT_TRITS; /* rows of 5 take two bytes */
    assert_true(eai_value_size(&value, &n));
    assert_int_equal(n, 6);
    value.data = &n;
    value.data_bytes = 4; /* a constant: as many as there are */
    assert_true(eai_value_size(&value, &n));
    assert_int_equal(n, 4);
    value = (eai_value){.element = EDGEAI_ELEMENT_F32, .n_dims = 0};
    assert_true(eai_value_size(&value, &n));
    assert_int_equal(n, 4);
    value.n_dims = -1;
    assert_false(eai_value_elements(&value, &n));
    assert_false(eai_value_size(&value, &n));
    value = (eai_value){.element = EDGEAI_ELEMENT_F32, .n_dims = 2, .dims = {-1, 0}};
    assert_false(eai_value_elements(&value, &n));
    value.dims[0] = INT64_MAX;
    assert_true(eai_value_size(&value, &n));
    assert_int_equal(n, 0);
    value.dims[1] = 4;
    assert_false(eai_value_elements(&value, &n));
    value.dims[1] = 1;
    assert_false(eai_value_size(&value, &n));
    value = (eai_value){.element = EDGEAI_ELEMENT_NONE, .n_dims = 0};
    assert_false(eai_value_size(&value, &n));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(attributes_have_a_kind_and_a_default),
        cmocka_unit_test(sizes_need_complete_shapes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
