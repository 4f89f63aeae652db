/* SPDX-License-Identifier: MIT */
#include "support/check.h"

#include "quantize/pack_graph.h"

static void trits_begin_at_bytes(void **state)
{
    (void)state;
    const int8_t codes[] = {0, 1, -1, 0, 1, /* */ -1, -1, -1, -1, -1};
    const uint8_t expected[] = {0x34, 0x01, 0xff, 0x03};
    uint8_t packed[4] = {9, 9, 9, 9};
    assert_int_equal(eai_packed_bytes(EDGEAI_ELEMENT_TRITS, 2, 5), 4);
    eai_pack_codes(EDGEAI_ELEMENT_TRITS, codes, 2, 5, packed);
    assert_memory_equal(packed, expected, 4);
}

static void bits_begin_at_bytes(void **state)
{
    (void)state;
    const int8_t codes[] = {-1, 1, 1, 1, 1, 1, 1, -1, -1, /* */ 1, -1, 1, 1, 1, 1, 1, 1, 1};
    const uint8_t expected[] = {0x81, 0x01, 0x02, 0x00};
    uint8_t packed[4] = {9, 9, 9, 9};
    assert_int_equal(eai_packed_bytes(EDGEAI_ELEMENT_BITS, 2, 9), 4);
    eai_pack_codes(EDGEAI_ELEMENT_BITS, codes, 2, 9, packed);
    assert_memory_equal(packed, expected, 4);
}

/* As the format's page says how to read them. */
static int unpack(edgeai_element element, const uint8_t *filter, size_t i)
{
    if (element == EDGEAI_ELEMENT_BITS) return filter[i / 8] >> i % 8 & 1 ? -1 : 1;
    const int field = filter[i / 4] >> 2 * (i % 4) & 3;
    assert_int_not_equal(field, 2);
    return field == 3 ? -1 : field;
}

static void packed_codes_read_back(void **state)
{
    (void)state;
    enum { FILTERS = 3, MOST = 19 };
    static const edgeai_element elements[] = {EDGEAI_ELEMENT_TRITS, EDGEAI_ELEMENT_BITS};
    for (size_t k = 0; k < 2; k++)
        for (size_t n = 1; n <= MOST; n++) {
            int8_t codes[FILTERS * MOST];
            uint8_t packed[FILTERS * MOST];
            for (size_t i = 0; i < FILTERS * n; i++) {
                const int value = (int)(i * i + i / 3) % 3 - 1;
                codes[i] = (int8_t)(k == 1 && value == 0 ? 1 : value);
            }
            eai_pack_codes(elements[k], codes, FILTERS, n, packed);
            const size_t row = eai_packed_bytes(elements[k], 1, n);
            for (size_t i = 0; i < FILTERS * n; i++)
                assert_int_equal(unpack(elements[k], packed + i / n * row, i % n), codes[i]);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(trits_begin_at_bytes),
        cmocka_unit_test(bits_begin_at_bytes),
        cmocka_unit_test(packed_codes_read_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
