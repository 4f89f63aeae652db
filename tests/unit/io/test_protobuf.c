/* SPDX-License-Identifier: MIT */
#include "io/protobuf.h"

#include <string.h>

#include "support/check.h"
#include "support/protobuf_image.h"

static eai_protobuf message_of(const protobuf_image *image)
{
    return (eai_protobuf){image->bytes, 0, image->n};
}

/* The first field of these bytes is refused with this text. */
static void refuse(const char *bytes, size_t n, const char *text)
{
    eai_protobuf message = {(const unsigned char *)bytes, 0, n};
    eai_protobuf_field field;
    assert_fails(eai_protobuf_next(&message, &field), EDGEAI_E_FORMAT);
    assert_error_says(text);
}

static void reads_each_kind_of_field(void **state)
{
    (void)state;
    protobuf_image image = {0};
    eai_protobuf_field field;
    int64_t integer = 0;
    float number = 0;
    edgeai_string string;
    protobuf_put_int(&image, 1, -2);
    protobuf_put_float(&image, 2, 0.5f);
    protobuf_put_double(&image, (1u << 29) - 1, 1.0);
    protobuf_put_text(&image, 4, "four");
    protobuf_put_text(&image, 5, "");
    eai_protobuf message = message_of(&image);

    assert_ok(eai_protobuf_next(&message, &field));
    assert_int_equal(field.number, 1);
    assert_ok(eai_protobuf_integer(&field, "one", &integer));
    assert_int_equal(integer, -2);
    assert_int_equal(field.body.end - field.body.at, EAI_VARINT_BYTES_MAX);
    assert_ok(eai_protobuf_next(&message, &field));
    assert_int_equal(field.at, 11);
    assert_ok(eai_protobuf_float(&field, "two", &number));
    assert_true(number == 0.5f);
    assert_ok(eai_protobuf_next(&message, &field));
    assert_int_equal(field.number, (1u << 29) - 1);
    assert_int_equal(field.value, UINT64_C(0x3ff0000000000000));
    assert_ok(eai_protobuf_next(&message, &field));
    assert_ok(eai_protobuf_string(&field, "four", &string));
    assert_int_equal(string.n_bytes, 4);
    assert_memory_equal(string.bytes, "four", 4);
    assert_ok(eai_protobuf_next(&message, &field));
    assert_ok(eai_protobuf_string(&field, "five", &string));
    assert_int_equal(string.n_bytes, 0);
    assert_false(eai_protobuf_more(&message));
    protobuf_image_free(&image);
}

static void another_kind_than_expected_is_named(void **state)
{
    (void)state;
    int64_t integer;
    float number;
    edgeai_string string;
    size_t n;
    eai_protobuf message = {(const unsigned char *)"\x08\x01\x12\x00", 0, 4};
    eai_protobuf_field field;
    assert_ok(eai_protobuf_next(&message, &field));
    assert_fails(eai_protobuf_string(&field, "name", &string), EDGEAI_E_FORMAT);
    assert_error_says("byte 0: name (field 1): expected bytes with a length, found a varint");
    assert_fails(eai_protobuf_float(&field, "f", &number), EDGEAI_E_FORMAT);
    assert_fails(eai_protobuf_count(&field, EAI_WIRE_FIXED32, "f", &n), EDGEAI_E_FORMAT);
    assert_ok(eai_protobuf_next(&message, &field));
    assert_fails(eai_protobuf_integer(&field, "i", &integer), EDGEAI_E_FORMAT);
    assert_error_says("byte 2: i (field 2): expected a varint, found bytes with a length");
}

static void damaged_fields_are_refused(void **state)
{
    (void)state;
    refuse("\x00\x01", 2, "byte 0: expected a field number of 1 to 536870911, found 0");
    refuse("\x80\x80\x80\x80\x10\x00", 6, "found 536870912");
    refuse("\x0b", 1, "found 3 (a group's start)");
    refuse("\x0c", 1, "found 4 (a group's end)");
    refuse("\x0e", 1, "found 6 (?)");
    refuse("\x0f", 1, "found 7 (?)");
    refuse("\x80", 1, "byte 0: a varint is cut off after 1 bytes by the end at byte 1");
    refuse("\x08", 1, "byte 1: a varint is cut off after 0 bytes");
    refuse("\x0d\x01\x02\x03", 4, "byte 0: field 1: expected 4 bytes, found 3");
    refuse("\x09\x01\x02\x03\x04\x05\x06\x07", 8, "expected 8 bytes, found 7");
    refuse("\x0a\x02\x01", 3, "expected 2 bytes, found 1");
    refuse("\x0a\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01", 11,
           "expected 18446744073709551615 bytes, found 0");
    refuse("\x08\xff\xff\xff\xff\xff\xff\xff\xff\xff\x02", 11,
           "byte 1: expected a varint of at most 64 bits");
    refuse("\x08\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x00", 12,
           "byte 1: expected a varint of at most 64 bits");
}

static void the_largest_varint_is_read(void **state)
{
    (void)state;
    eai_protobuf list = {(const unsigned char *)"\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01", 0, 10};
    uint64_t value = 0;
    assert_ok(eai_protobuf_varint(&list, &value));
    assert_true(value == UINT64_MAX);
    assert_false(eai_protobuf_more(&list));
}

static void a_field_ends_where_its_message_does(void **state)
{
    (void)state;
    /* The string would fit into the file, not into the message. */
    eai_protobuf message = {(const unsigned char *)"xx\x0a\x03yzzz", 2, 6};
    eai_protobuf_field field;
    assert_fails(eai_protobuf_next(&message, &field), EDGEAI_E_FORMAT);
    assert_error_says("byte 2: field 1: expected 3 bytes, found 2");
}

static size_t count_first(const protobuf_image *image, eai_wire wire)
{
    eai_protobuf message = message_of(image);
    eai_protobuf_field field;
    size_t n = 99;
    assert_ok(eai_protobuf_next(&message, &field));
    assert_ok(eai_protobuf_count(&field, wire, "list", &n));
    return n;
}

static void counts_scalars_packed_and_alone(void **state)
{
    (void)state;
    protobuf_image image = {0};
    protobuf_put_ints(&image, 1, (const int64_t[]){1, -1, 300}, 3);
    assert_int_equal(count_first(&image, EAI_WIRE_VARINT), 3);
    image.n = 0;
    protobuf_put_int(&image, 1, 300);
    assert_int_equal(count_first(&image, EAI_WIRE_VARINT), 1);
    image.n = 0;
    protobuf_put_bytes(&image, 1, "12345678", 8);
    assert_int_equal(count_first(&image, EAI_WIRE_FIXED32), 2);
    assert_int_equal(count_first(&image, EAI_WIRE_FIXED64), 1);
    image.n = 0;
    protobuf_put_text(&image, 1, "");
    assert_int_equal(count_first(&image, EAI_WIRE_VARINT), 0);
    protobuf_image_free(&image);
}

static void lists_with_a_part_of_a_scalar_are_refused(void **state)
{
    (void)state;
    eai_protobuf message = {(const unsigned char *)"\x0a\x03\x01\x02\x83", 0, 5};
    eai_protobuf_field field;
    size_t n;
    assert_ok(eai_protobuf_next(&message, &field));
    assert_fails(eai_protobuf_count(&field, EAI_WIRE_VARINT, "ints", &n), EDGEAI_E_FORMAT);
    assert_error_says("ints (field 1): the last of its varints is cut off");
    assert_fails(eai_protobuf_count(&field, EAI_WIRE_FIXED32, "floats", &n), EDGEAI_E_FORMAT);
    assert_error_says("floats (field 1): expected a multiple of 4 bytes, found 3");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_each_kind_of_field),
        cmocka_unit_test(another_kind_than_expected_is_named),
        cmocka_unit_test(damaged_fields_are_refused),
        cmocka_unit_test(the_largest_varint_is_read),
        cmocka_unit_test(a_field_ends_where_its_message_does),
        cmocka_unit_test(counts_scalars_packed_and_alone),
        cmocka_unit_test(lists_with_a_part_of_a_scalar_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
