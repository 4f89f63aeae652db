/* SPDX-License-Identifier: MIT */
#include <math.h>

#include "support/operator_fixture.h"
#include "graph/lanes.h"

static void every_type_is_widened_and_narrowed(void **state)
{
    (void)state;
    static const edgeai_element types[] = {
        EDGEAI_ELEMENT_F32, EDGEAI_ELEMENT_U8,  EDGEAI_ELEMENT_I8,  EDGEAI_ELEMENT_U16,
        EDGEAI_ELEMENT_I16, EDGEAI_ELEMENT_I32, EDGEAI_ELEMENT_I64, EDGEAI_ELEMENT_F16,
        EDGEAI_ELEMENT_F64, EDGEAI_ELEMENT_U32, EDGEAI_ELEMENT_U64, EDGEAI_ELEMENT_BF16,
    };
    for (size_t t = 0; t < sizeof types / sizeof types[0]; t++) {
        const double values[] = {0, 1, 100};
        eai_lane_block lanes;
        uint64_t data[3];
        eai_lane_convert(EAI_LANE_F64, values, eai_lane_of(types[t]), &lanes, 3);
        eai_lane_store(types[t], data, 0, 3, &lanes);
        for (size_t i = 0; i < 3; i++)
            assert_true(eai_lane_get(types[t], data, i) == values[i]);
    }
}

static void narrowing_keeps_low_bits(void **state)
{
    (void)state;
    const int64_t lanes[] = {256 + 7, -1, -129};
    int8_t small[3];
    eai_lane_store(EDGEAI_ELEMENT_I8, small, 0, 3, lanes);
    assert_int_equal(small[0], 7);
    assert_int_equal(small[1], -1);
    assert_int_equal(small[2], 127);
    uint8_t truth[3];
    eai_lane_store(EDGEAI_ELEMENT_BOOL, truth, 0, 3, lanes);
    assert_int_equal(truth[0] + truth[1] + truth[2], 3);
}

static void floats_out_of_range_are_cut(void **state)
{
    (void)state;
    assert_true(eai_to_i64(NAN) == 0 && eai_to_u64(NAN) == 0);
    assert_true(eai_to_i64(1e30) == INT64_MAX && eai_to_i64(-1e30) == INT64_MIN);
    assert_true(eai_to_u64(1e30) == UINT64_MAX && eai_to_u64(-5) == 0 && eai_to_u64(-0.5) == 0);
    assert_true(eai_to_i64(-2.9) == -2 && eai_to_u64(2.9) == 2);
}

static void native_types_stay_where_they_are(void **state)
{
    (void)state;
    float data[4] = {1, 2, 3, 4};
    eai_lane_block block;
    assert_ptr_equal(eai_lane_load(EDGEAI_ELEMENT_F32, data, 1, 3, &block), &data[1]);
    assert_ptr_equal(eai_lane_place(EDGEAI_ELEMENT_F32, data, 2, &block), &data[2]);
    assert_ptr_equal(eai_lane_place(EDGEAI_ELEMENT_F16, data, 2, &block), &block);
    assert_true(eai_lane_is_native(EDGEAI_ELEMENT_U64));
    assert_false(eai_lane_is_native(EDGEAI_ELEMENT_U32));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_type_is_widened_and_narrowed),
        cmocka_unit_test(narrowing_keeps_low_bits),
        cmocka_unit_test(floats_out_of_range_are_cut),
        cmocka_unit_test(native_types_stay_where_they_are),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
