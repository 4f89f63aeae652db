/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "io/onnx_wire.h"
#include "support/check.h"
#include "support/protobuf_image.h"

static edgeai_context *context;

static int start(void **state)
{
    (void)state;
    edgeai_context_options options = EDGEAI_CONTEXT_OPTIONS_INIT;
    options.n_threads = 1;
    return edgeai_context_create(&context, &options);
}

static int stop(void **state)
{
    (void)state;
    edgeai_context_free(context);
    return 0;
}

/* A tensor t [n] without its elements. */
static protobuf_image tensor_of(eai_onnx_type type, int64_t n)
{
    protobuf_image image = {0};
    protobuf_put_int(&image, 1, n);
    protobuf_put_int(&image, 2, type);
    protobuf_put_text(&image, 8, "t");
    return image;
}

/* Opens, reads and frees. */
static edgeai_status read_image(protobuf_image *image, void *out, size_t n_bytes)
{
    const eai_onnx_tensor *tensor;
    edgeai_status status = eai_onnx_tensor_open_memory(&tensor, context, image->bytes, image->n);
    if (status == EDGEAI_OK) status = eai_onnx_tensor_read(tensor, out, n_bytes);
    eai_onnx_tensor_free(tensor);
    protobuf_image_free(image);
    return status;
}

/* Values in int32_data (5), int64_data (7) or uint64_data (11) come out as these bytes. */
static void integers_become(eai_onnx_type type, uint32_t field, const int64_t *values, size_t n,
                            const void *expected)
{
    unsigned char out[64];
    const size_t bytes = n * eai_onnx_element_bytes(type);
    protobuf_image packed = tensor_of(type, (int64_t)n), alone = tensor_of(type, (int64_t)n);
    protobuf_put_ints(&packed, field, values, n);
    for (size_t i = 0; i < n; i++)
        protobuf_put_int(&alone, field, values[i]);
    assert_ok(read_image(&packed, out, bytes));
    assert_memory_equal(out, expected, bytes);
    memset(out, 0, sizeof out);
    assert_ok(read_image(&alone, out, bytes));
    assert_memory_equal(out, expected, bytes);
}

static void integers_of_every_type_are_read(void **state)
{
    (void)state;
    const int64_t small[] = {-128, 127}, bytes[] = {0, 255}, words[] = {0, 65535};
    const int64_t shorts[] = {-32768, 32767}, ints[] = {INT32_MIN, INT32_MAX};
    const int64_t longs[] = {INT64_MIN, INT64_MAX}, bits[] = {0, 1}, wide[] = {0, UINT32_MAX};
    integers_become(EAI_ONNX_I8, 5, small, 2, (int8_t[]){-128, 127});
    integers_become(EAI_ONNX_U8, 5, bytes, 2, (uint8_t[]){0, 255});
    integers_become(EAI_ONNX_BOOL, 5, bits, 2, (uint8_t[]){0, 1});
    integers_become(EAI_ONNX_U16, 5, words, 2, (uint16_t[]){0, 65535});
    integers_become(EAI_ONNX_F16, 5, words, 2, (uint16_t[]){0, 65535});
    integers_become(EAI_ONNX_BF16, 5, words, 2, (uint16_t[]){0, 65535});
    integers_become(EAI_ONNX_I16, 5, shorts, 2, (int16_t[]){-32768, 32767});
    integers_become(EAI_ONNX_I32, 5, ints, 2, (int32_t[]){INT32_MIN, INT32_MAX});
    integers_become(EAI_ONNX_I64, 7, longs, 2, (int64_t[]){INT64_MIN, INT64_MAX});
    integers_become(EAI_ONNX_U32, 11, wide, 2, (uint32_t[]){0, UINT32_MAX});
    integers_become(EAI_ONNX_U64, 11, longs, 2, longs);
}

static void floats_are_read_packed_and_alone(void **state)
{
    (void)state;
    float floats[3];
    double doubles[2];
    protobuf_image image = tensor_of(EAI_ONNX_F32, 3);
    protobuf_put_bytes(&image, 4, &(float[2]){1.5f, -2.5f}, 8);
    protobuf_put_float(&image, 4, 3.5f);
    assert_ok(read_image(&image, floats, sizeof floats));
    assert_memory_equal(floats, ((float[3]){1.5f, -2.5f, 3.5f}), sizeof floats);
    image = tensor_of(EAI_ONNX_F64, 2);
    protobuf_put_double(&image, 10, 1.25);
    protobuf_put_double(&image, 10, -0.5);
    assert_ok(read_image(&image, doubles, sizeof doubles));
    assert_memory_equal(doubles, ((double[2]){1.25, -0.5}), sizeof doubles);
}

static void nibbles_become_bytes(void **state)
{
    (void)state;
    int8_t out[3];
    protobuf_image image = tensor_of(EAI_ONNX_I4, 3);
    protobuf_put_bytes(&image, 9, "\x7f\x08", 2);
    assert_ok(read_image(&image, out, sizeof out));
    assert_memory_equal(out, ((int8_t[3]){-1, 7, -8}), sizeof out);
    image = tensor_of(EAI_ONNX_U4, 3);
    protobuf_put_ints(&image, 5, (const int64_t[]){0x7f, 0x08}, 2);
    assert_ok(read_image(&image, out, sizeof out));
    assert_memory_equal(out, ((int8_t[3]){15, 7, 8}), sizeof out);
}

static void raw_data_can_be_borrowed(void **state)
{
    (void)state;
    const eai_onnx_tensor *tensor;
    const void *borrowed;
    protobuf_image image = tensor_of(EAI_ONNX_U8, 3);
    protobuf_put_bytes(&image, 9, "abc", 3);
    assert_ok(eai_onnx_tensor_open_memory(&tensor, context, image.bytes, image.n));
    assert_ok(eai_onnx_tensor_borrow(tensor, &borrowed));
    assert_ptr_equal(borrowed, image.bytes + image.n - 3);
    eai_onnx_tensor_free(tensor);
    protobuf_image_free(&image);
    image = tensor_of(EAI_ONNX_U8, 1);
    protobuf_put_int(&image, 5, 3);
    assert_ok(eai_onnx_tensor_open_memory(&tensor, context, image.bytes, image.n));
    assert_ok(eai_onnx_tensor_borrow(tensor, &borrowed));
    assert_null(borrowed);
    eai_onnx_tensor_free(tensor);
    protobuf_image_free(&image);
}

/* The tensor is refused when opened or read; frees it. */
static void refuse(protobuf_image image, size_t n_bytes, edgeai_status status, const char *text)
{
    unsigned char out[64];
    assert_true(n_bytes <= sizeof out);
    assert_fails(read_image(&image, out, n_bytes), status);
    assert_error_says(text);
}

static protobuf_image with_ints(eai_onnx_type type, int64_t n, uint32_t field, int64_t value)
{
    protobuf_image image = tensor_of(type, n);
    protobuf_put_int(&image, field, value);
    return image;
}

static protobuf_image with_raw(eai_onnx_type type, int64_t n, const char *raw, size_t n_raw)
{
    protobuf_image image = tensor_of(type, n);
    protobuf_put_bytes(&image, 9, raw, n_raw);
    return image;
}

static void elements_that_do_not_fit_are_refused(void **state)
{
    (void)state;
    refuse(with_ints(EAI_ONNX_U8, 1, 5, 256), 1, EDGEAI_E_FORMAT, "type uint8, found 256");
    refuse(with_ints(EAI_ONNX_U8, 1, 5, -1), 1, EDGEAI_E_FORMAT, "type uint8, found -1");
    refuse(with_ints(EAI_ONNX_BOOL, 1, 5, 2), 1, EDGEAI_E_FORMAT, "type bool, found 2");
    refuse(with_ints(EAI_ONNX_U8, 2, 5, 1), 2, EDGEAI_E_FORMAT, "expected 2 elements, found 1");
    refuse(with_ints(EAI_ONNX_U8, 0, 5, 1), 0, EDGEAI_E_FORMAT, "expected 0 elements, found 1");
    protobuf_image image = with_ints(EAI_ONNX_U8, 2, 5, 1);
    protobuf_put_ints(&image, 5, (const int64_t[]){2, 3}, 2);
    refuse(image, 2, EDGEAI_E_FORMAT, "expected 2 elements, found 3 or more");
    refuse(with_ints(EAI_ONNX_U8, 1, 7, 1), 1, EDGEAI_E_FORMAT, "int64_data does not go with");
    refuse(with_raw(EAI_ONNX_F32, 1, "abc", 3), 4, EDGEAI_E_FORMAT,
           "tensor 't' at byte 0: raw data: expected 4 bytes");
    refuse(with_raw(EAI_ONNX_F32, 1, "abcde", 5), 4, EDGEAI_E_FORMAT, "found 5");
    refuse(with_raw(EAI_ONNX_I4, 4, "a", 1), 4, EDGEAI_E_FORMAT, "expected 2 bytes for 4 elements");
    refuse(with_raw(EAI_ONNX_BOOL, 2, "\1\2", 2), 2, EDGEAI_E_FORMAT, "byte 1: expected a bool");
    refuse(with_raw(EAI_ONNX_U8, 3, "abc", 3), 2, EDGEAI_E_INVALID, "a buffer of 3 bytes, found 2");
    refuse(tensor_of(EAI_ONNX_U8, 2), 2, EDGEAI_E_FORMAT, "expected 2 elements of type uint8");
    refuse(tensor_of(EAI_ONNX_STRING, 1), 0, EDGEAI_E_UNSUPPORTED, "type 8 (string)");
    refuse(tensor_of((eai_onnx_type)17, 1), 0, EDGEAI_E_UNSUPPORTED, "(float8e4m3fn)");
    refuse(tensor_of((eai_onnx_type)99, 1), 0, EDGEAI_E_UNSUPPORTED, "type 99 (unknown)");
}

static void an_empty_tensor_needs_no_elements(void **state)
{
    (void)state;
    protobuf_image image = tensor_of(EAI_ONNX_F32, 0);
    assert_ok(read_image(&image, NULL, 0));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(integers_of_every_type_are_read),
        cmocka_unit_test(floats_are_read_packed_and_alone),
        cmocka_unit_test(nibbles_become_bytes),
        cmocka_unit_test(raw_data_can_be_borrowed),
        cmocka_unit_test(elements_that_do_not_fit_are_refused),
        cmocka_unit_test(an_empty_tensor_needs_no_elements),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
