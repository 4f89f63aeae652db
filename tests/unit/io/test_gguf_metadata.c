/* SPDX-License-Identifier: MIT */
#include <math.h>
#include <string.h>

#include "support/check.h"
#include "support/gguf_image.h"

static edgeai_context *context;
static edgeai_model_file *file;
static gguf_image image;

static void put_scalar(const char *key, uint32_t type, const void *value, size_t n)
{
    gguf_put_key(&image, key, type);
    gguf_put(&image, value, n);
}

static void put_arrays(void)
{
    gguf_put_key(&image, "words", EDGEAI_VALUE_ARRAY);
    gguf_put_array(&image, EDGEAI_VALUE_STRING, 3);
    gguf_put_string(&image, "one");
    gguf_put_string(&image, "");
    gguf_put_string(&image, "three");
    gguf_put_key(&image, "shorts", EDGEAI_VALUE_ARRAY);
    gguf_put_array(&image, EDGEAI_VALUE_I16, 3);
    gguf_put(&image, (int16_t[]){-1, 0, 32767}, 6);
    gguf_put_key(&image, "large", EDGEAI_VALUE_ARRAY);
    gguf_put_array(&image, EDGEAI_VALUE_U64, 2);
    gguf_put(&image, (uint64_t[]){1, UINT64_MAX}, 16);
    gguf_put_key(&image, "floats", EDGEAI_VALUE_ARRAY);
    gguf_put_array(&image, EDGEAI_VALUE_F32, 2);
    gguf_put(&image, (float[]){0.5f, -2.0f}, 8);
    gguf_put_key(&image, "none", EDGEAI_VALUE_ARRAY);
    gguf_put_array(&image, EDGEAI_VALUE_STRING, 0);
}

static int start(void **state)
{
    (void)state;
    edgeai_context_options options = EDGEAI_CONTEXT_OPTIONS_INIT;
    options.n_threads = 1;
    if (edgeai_context_create(&context, &options) != EDGEAI_OK) return -1;
    gguf_put_header(&image, 3, 0, 18);
    put_scalar("u8", EDGEAI_VALUE_U8, &(uint8_t){200}, 1);
    put_scalar("i8", EDGEAI_VALUE_I8, &(int8_t){-100}, 1);
    put_scalar("u16", EDGEAI_VALUE_U16, &(uint16_t){60000}, 2);
    put_scalar("i16", EDGEAI_VALUE_I16, &(int16_t){-30000}, 2);
    put_scalar("u32", EDGEAI_VALUE_U32, &(uint32_t){4000000000u}, 4);
    put_scalar("i32", EDGEAI_VALUE_I32, &(int32_t){7}, 4);
    put_scalar("u64", EDGEAI_VALUE_U64, &(uint64_t){UINT64_MAX}, 8);
    put_scalar("i64", EDGEAI_VALUE_I64, &(int64_t){INT64_MIN}, 8);
    put_scalar("f32", EDGEAI_VALUE_F32, &(float){0.25f}, 4);
    put_scalar("f64", EDGEAI_VALUE_F64, &(double){1e300}, 8);
    put_scalar("yes", EDGEAI_VALUE_BOOL, "\1", 1);
    put_scalar("no", EDGEAI_VALUE_BOOL, "\0", 1);
    gguf_put_key_string(&image, "text", "h\xc3\xa9");
    put_arrays();
    return edgeai_model_file_open_memory(&file, context, image.bytes, image.n_bytes);
}

static int stop(void **state)
{
    (void)state;
    edgeai_model_file_free(file);
    edgeai_context_free(context);
    gguf_image_free(&image);
    return 0;
}

static void entries_come_in_file_order(void **state)
{
    (void)state;
    edgeai_metadata entry;
    assert_int_equal(edgeai_model_file_n_metadata(file), 18);
    assert_ok(edgeai_model_file_metadata(file, 4, &entry));
    assert_int_equal(entry.key.n_bytes, 3);
    assert_memory_equal(entry.key.bytes, "u32", 3);
    assert_int_equal(entry.type, EDGEAI_VALUE_U32);
    assert_int_equal(entry.n_elements, 1);
    assert_ok(edgeai_model_file_find(file, "words", &entry));
    assert_int_equal(entry.type, EDGEAI_VALUE_ARRAY);
    assert_int_equal(entry.element_type, EDGEAI_VALUE_STRING);
    assert_int_equal(entry.n_elements, 3);
    assert_fails(edgeai_model_file_metadata(file, 18, &entry), EDGEAI_E_INVALID);
    assert_fails(edgeai_model_file_find(file, "word", &entry), EDGEAI_E_NOT_FOUND);
    assert_error_says("key 'word' is absent");
    assert_fails(edgeai_model_file_find(file, "words2", &entry), EDGEAI_E_NOT_FOUND);
}

static void integers_keep_their_values(void **state)
{
    (void)state;
    uint64_t value = 1;
    static const struct {
        const char *key;
        uint64_t value;
    } good[] = {{"u8", 200}, {"u16", 60000}, {"u32", 4000000000u}, {"i32", 7}, {"u64", UINT64_MAX},
                {"yes", 1},  {"no", 0}};
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        assert_ok(edgeai_model_file_get_u64(file, good[i].key, &value));
        assert_true(value == good[i].value);
    }
    value = 99;
    static const char *const negative[] = {"i8", "i16", "i64"};
    for (int i = 0; i < 3; i++)
        assert_fails(edgeai_model_file_get_u64(file, negative[i], &value), EDGEAI_E_LIMIT);
    assert_fails(edgeai_model_file_get_u64(file, "i8", &value), EDGEAI_E_LIMIT);
    assert_error_says("key 'i8': expected an integer >= 0, found -100");
    assert_fails(edgeai_model_file_get_u64(file, "f32", &value), EDGEAI_E_DTYPE);
    assert_error_says("key 'f32': expected an integer, found f32");
    assert_fails(edgeai_model_file_get_u64(file, "shorts", &value), EDGEAI_E_DTYPE);
    assert_error_says("found an array of i16");
    assert_fails(edgeai_model_file_get_u64(file, "absent", &value), EDGEAI_E_NOT_FOUND);
    assert_int_equal(value, 99);
}

static void numbers_widen(void **state)
{
    (void)state;
    double value = 3;
    static const struct {
        const char *key;
        double value;
    } good[] = {{"f32", 0.25}, {"f64", 1e300}, {"i8", -100}, {"u64", 0x1p64}, {"i64", -0x1p63}};
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        assert_ok(edgeai_model_file_get_f64(file, good[i].key, &value));
        assert_true(value == good[i].value);
    }
    assert_fails(edgeai_model_file_get_f64(file, "yes", &value), EDGEAI_E_DTYPE);
    assert_fails(edgeai_model_file_get_f64(file, "text", &value), EDGEAI_E_DTYPE);
    assert_true(value == good[4].value);
}

static void bools_and_strings(void **state)
{
    (void)state;
    bool flag = false;
    assert_ok(edgeai_model_file_get_bool(file, "yes", &flag));
    assert_true(flag);
    assert_ok(edgeai_model_file_get_bool(file, "no", &flag));
    assert_false(flag);
    assert_fails(edgeai_model_file_get_bool(file, "u8", &flag), EDGEAI_E_DTYPE);
    edgeai_string text;
    assert_ok(edgeai_model_file_get_string(file, "text", &text));
    assert_int_equal(text.n_bytes, 3);
    assert_memory_equal(text.bytes, "h\xc3\xa9", 3);
    assert_fails(edgeai_model_file_get_string(file, "words", &text), EDGEAI_E_DTYPE);
}

static void string_arrays(void **state)
{
    (void)state;
    edgeai_string words[3];
    size_t n = 0;
    assert_fails(edgeai_model_file_get_strings(file, "words", NULL, 0, &n), EDGEAI_E_LIMIT);
    assert_int_equal(n, 3);
    assert_ok(edgeai_model_file_get_strings(file, "words", words, 3, &n));
    assert_memory_equal(words[0].bytes, "one", 3);
    assert_int_equal(words[1].n_bytes, 0);
    assert_memory_equal(words[2].bytes, "three", 5);
    assert_ok(edgeai_model_file_get_strings(file, "none", NULL, 0, &n));
    assert_int_equal(n, 0);
    assert_fails(edgeai_model_file_get_strings(file, "shorts", words, 3, &n), EDGEAI_E_DTYPE);
    assert_fails(edgeai_model_file_get_strings(file, "text", words, 3, &n), EDGEAI_E_DTYPE);
}

static void number_arrays(void **state)
{
    (void)state;
    int64_t integers[3];
    double numbers[3];
    size_t n = 0;
    assert_ok(edgeai_model_file_get_i64s(file, "shorts", integers, 3, &n));
    assert_true(n == 3 && integers[0] == -1 && integers[1] == 0 && integers[2] == 32767);
    assert_fails(edgeai_model_file_get_i64s(file, "shorts", integers, 2, &n), EDGEAI_E_LIMIT);
    assert_int_equal(n, 3);
    assert_fails(edgeai_model_file_get_i64s(file, "large", integers, 3, &n), EDGEAI_E_LIMIT);
    assert_error_says("key 'large', element 1");
    assert_fails(edgeai_model_file_get_i64s(file, "floats", integers, 3, &n), EDGEAI_E_DTYPE);
    assert_fails(edgeai_model_file_get_i64s(file, "u8", integers, 3, &n), EDGEAI_E_DTYPE);
    assert_ok(edgeai_model_file_get_f64s(file, "floats", numbers, 3, &n));
    assert_true(n == 2 && numbers[0] == 0.5 && numbers[1] == -2);
    assert_ok(edgeai_model_file_get_f64s(file, "shorts", numbers, 3, &n));
    assert_true(n == 3 && numbers[0] == -1 && numbers[2] == 32767);
    assert_fails(edgeai_model_file_get_f64s(file, "words", numbers, 3, &n), EDGEAI_E_DTYPE);
    assert_fails(edgeai_model_file_get_f64s(file, "f32", numbers, 3, &n), EDGEAI_E_DTYPE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(entries_come_in_file_order),
        cmocka_unit_test(integers_keep_their_values),
        cmocka_unit_test(numbers_widen),
        cmocka_unit_test(bools_and_strings),
        cmocka_unit_test(string_arrays),
        cmocka_unit_test(number_arrays),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
