/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/rng.h"
#include "support/check.h"
#include "support/failing_allocator.h"
#include "support/gguf_image.h"

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

static edgeai_status open_image(edgeai_model_file **file, const gguf_image *image)
{
    return edgeai_model_file_open_memory(file, context, image->bytes, image->n_bytes);
}

/* The image is refused with this status and text; frees it. */
static void refuse(gguf_image *image, edgeai_status status, const char *text)
{
    edgeai_model_file *file = (edgeai_model_file *)image;
    assert_fails(open_image(&file, image), status);
    assert_null(file);
    assert_error_says(text);
    gguf_image_free(image);
}

/* Entries of every type and three tensors, the second in front of the first in the data. */
static gguf_image small_image(uint32_t version)
{
    static const uint64_t vector[] = {8}, matrix[] = {32, 3}, cube[] = {2, 3, 1, 2};
    gguf_image image = {0};
    gguf_put_header(&image, version, 3, 6);
    gguf_put_key_string(&image, "general.architecture", "llada");
    gguf_put_key_u32(&image, "general.alignment", 64);
    gguf_put_key(&image, "flag", EDGEAI_VALUE_BOOL);
    gguf_put(&image, "\1", 1);
    gguf_put_key(&image, "words", EDGEAI_VALUE_ARRAY);
    gguf_put_array(&image, EDGEAI_VALUE_STRING, 3);
    gguf_put_string(&image, "one");
    gguf_put_string(&image, "");
    gguf_put_string(&image, "three");
    gguf_put_key(&image, "nested", EDGEAI_VALUE_ARRAY);
    gguf_put_array(&image, EDGEAI_VALUE_ARRAY, 2);
    gguf_put_array(&image, EDGEAI_VALUE_I8, 3);
    gguf_put(&image, "abc", 3);
    gguf_put_array(&image, EDGEAI_VALUE_STRING, 1);
    gguf_put_string(&image, "deep");
    gguf_put_key(&image, "epsilon", EDGEAI_VALUE_F32);
    gguf_put(&image, &(float){0.5f}, 4);
    gguf_put_tensor(&image, "norm", 1, vector, EDGEAI_DTYPE_F32, 64);
    gguf_put_tensor(&image, "matrix", 2, matrix, EDGEAI_DTYPE_Q4_0, 0);
    gguf_put_tensor(&image, "cube", 4, cube, EDGEAI_DTYPE_F16, 128);
    gguf_put_padding(&image, 64);
    for (int i = 0; i < 128 + 24; i++)
        gguf_put(&image, &(unsigned char){(unsigned char)i}, 1);
    return image;
}

static void reads_tensors_of_both_versions(void **state)
{
    (void)state;
    for (uint32_t version = 2; version <= 3; version++) {
        gguf_image image = small_image(version);
        edgeai_model_file *file;
        assert_ok(open_image(&file, &image));
        assert_int_equal(edgeai_model_file_version(file), version);
        assert_int_equal(edgeai_model_file_parts(file), 1);
        assert_int_equal(edgeai_model_file_bytes(file), image.n_bytes);
        assert_string_equal(edgeai_model_file_path(file), "");
        assert_int_equal(edgeai_model_file_n_tensors(file), 3);
        assert_null(edgeai_model_file_tensor(file, 3));
        assert_null(edgeai_model_file_find_tensor(file, "nor"));
        assert_null(edgeai_model_file_find_tensor(file, "norma"));
        const edgeai_tensor *matrix = edgeai_model_file_find_tensor(file, "matrix");
        assert_ptr_equal(matrix, edgeai_model_file_tensor(file, 1));
        assert_int_equal(matrix->dtype, EDGEAI_DTYPE_Q4_0);
        assert_int_equal(matrix->n_dims, 2);
        assert_int_equal(matrix->shape[0], 32);
        assert_int_equal(matrix->shape[1], 3);
        assert_int_equal(matrix->shape[2], 1);
        assert_int_equal(matrix->data_bytes, 54);
        assert_int_equal(((const unsigned char *)matrix->data)[5], 5);
        const edgeai_tensor *cube = edgeai_model_file_find_tensor(file, "cube");
        assert_int_equal(cube->data_bytes, 24);
        assert_int_equal(((const unsigned char *)cube->data)[0], 128);
        assert_int_equal(edgeai_model_file_find_tensor(file, "norm")->shape[0], 8);
        edgeai_model_file_free(file);
        gguf_image_free(&image);
    }
}

/* Opens data[0..n) and reads all that the file claims to hold; any error is fine. */
static bool survives(const unsigned char *data, size_t n)
{
    edgeai_model_file *file;
    if (edgeai_model_file_open_memory(&file, context, data, n) != EDGEAI_OK) {
        assert_null(file);
        assert_true(strlen(edgeai_last_error()) > 10);
        return false;
    }
    unsigned sum = 0;
    for (size_t i = 0; i < edgeai_model_file_n_tensors(file); i++) {
        const edgeai_tensor *tensor = edgeai_model_file_tensor(file, i);
        for (size_t j = 0; j < tensor->data_bytes; j++)
            sum += ((const unsigned char *)tensor->data)[j];
    }
    edgeai_string words[64];
    size_t n_words = 0;
    if (edgeai_model_file_get_strings(file, "words", words, 64, &n_words) == EDGEAI_OK)
        for (size_t i = 0; i < n_words; i++)
            for (size_t j = 0; j < words[i].n_bytes; j++)
                sum += (unsigned char)words[i].bytes[j];
    edgeai_model_file_free(file);
    return sum < UINT32_MAX; /* keeps the reads */
}

/* In a block of exactly its size, so that a sanitizer sees a read behind the end. */
static void a_file_cut_off_anywhere_is_refused(void **state)
{
    (void)state;
    gguf_image image = small_image(3);
    for (size_t n = 0; n < image.n_bytes; n++) {
        unsigned char *copy = malloc(n ? n : 1);
        assert_non_null(copy);
        memcpy(copy, image.bytes, n);
        assert_false(survives(copy, n));
        free(copy);
    }
    gguf_image_free(&image);
}

static void any_flipped_bit_is_survived(void **state)
{
    (void)state;
    gguf_image image = small_image(3);
    size_t n_opened = 0, n_bits = 8 * (image.n_bytes - 128 - 24);
    for (size_t bit = 0; bit < n_bits; bit++) {
        image.bytes[bit / 8] ^= (unsigned char)(1 << bit % 8);
        n_opened += survives(image.bytes, image.n_bytes);
        image.bytes[bit / 8] ^= (unsigned char)(1 << bit % 8);
    }
    /* Letters of keys, names and strings, numbers and padding: those flips cannot be seen. */
    assert_true(n_opened > n_bits / 4 && n_opened < n_bits * 3 / 4);
    gguf_image_free(&image);
}

static void refuses_other_files(void **state)
{
    (void)state;
    gguf_image image = {0};
    gguf_put(&image, "GGML", 4);
    gguf_put_u32(&image, 3);
    refuse(&image, EDGEAI_E_FORMAT, "expected 'GGUF' at byte 0, found 'GGML'");
    gguf_put_header(&image, 1, 0, 0);
    refuse(&image, EDGEAI_E_VERSION, "expected 2 or 3, found 1");
    gguf_put_header(&image, 4, 0, 0);
    refuse(&image, EDGEAI_E_VERSION, "found 4");
    gguf_put_header(&image, 3u << 24, 0, 0);
    refuse(&image, EDGEAI_E_VERSION, "big-endian");
}

static void an_empty_set_is_fine(void **state)
{
    (void)state;
    gguf_image image = {0};
    gguf_put_header(&image, 3, 0, 0);
    edgeai_model_file *file;
    assert_ok(open_image(&file, &image));
    assert_int_equal(edgeai_model_file_n_tensors(file), 0);
    assert_null(edgeai_model_file_find_tensor(file, "x"));
    edgeai_model_file_free(file);
    gguf_image_free(&image);
}

static void refuses_absurd_counts_before_allocating(void **state)
{
    (void)state;
    failing_allocator allocator = {.fail_at = SIZE_MAX};
    edgeai_context_options options = EDGEAI_CONTEXT_OPTIONS_INIT;
    options.n_threads = 1;
    options.allocator = failing_allocator_make(&allocator);
    edgeai_context *counted;
    assert_ok(edgeai_context_create(&counted, &options));
    size_t before = allocator.n_allocations;
    static const uint64_t counts[] = {1000, UINT64_C(1) << 32, UINT64_MAX};
    for (int i = 0; i < 6; i++) {
        gguf_image image = {0};
        gguf_put_header(&image, 3, i < 3 ? counts[i] : 0, i < 3 ? 0 : counts[i - 3]);
        edgeai_model_file *file;
        assert_fails(edgeai_model_file_open_memory(&file, counted, image.bytes, image.n_bytes),
                     EDGEAI_E_FORMAT);
        assert_error_says("do not fit");
        gguf_image_free(&image);
    }
    assert_int_equal(allocator.n_allocations, before);
    edgeai_context_free(counted);
}

static void refuses_bad_keys(void **state)
{
    (void)state;
    gguf_image image = {0};
    gguf_put_header(&image, 3, 0, 1);
    gguf_put_u64(&image, UINT64_MAX - 3);
    gguf_put_padding(&image, 64);
    refuse(&image, EDGEAI_E_FORMAT, "claims 18446744073709551612 bytes");
    gguf_put_header(&image, 3, 0, 1);
    gguf_put_key_u32(&image, "", 1);
    refuse(&image, EDGEAI_E_FORMAT, "expected 1 to 65535 bytes, found 0");
    gguf_put_header(&image, 3, 0, 1);
    gguf_put_u64(&image, 3);
    gguf_put(&image, "a\0b", 3);
    gguf_put_padding(&image, 64);
    refuse(&image, EDGEAI_E_FORMAT, "NUL");
    gguf_put_header(&image, 3, 0, 2);
    gguf_put_key_u32(&image, "twice", 1);
    gguf_put_key_u32(&image, "twice", 1);
    refuse(&image, EDGEAI_E_FORMAT, "key 'twice' is there twice");
    gguf_put_header(&image, 3, 0, 1);
    gguf_put_key(&image, "odd\x1b", 13);
    gguf_put_u64(&image, 0);
    refuse(&image, EDGEAI_E_FORMAT, "key 'odd?': value type 13 is unknown");
    gguf_put_header(&image, 3, 0, 1);
    gguf_put_key(&image, "maybe", EDGEAI_VALUE_BOOL);
    gguf_put(&image, "\2", 1);
    refuse(&image, EDGEAI_E_FORMAT, "key 'maybe': expected a bool, 0 or 1, found 2");
}

static void refuses_bad_arrays(void **state)
{
    (void)state;
    gguf_image image = {0};
    gguf_put_header(&image, 3, 0, 1);
    gguf_put_key(&image, "huge", EDGEAI_VALUE_ARRAY);
    gguf_put_array(&image, EDGEAI_VALUE_U64, (UINT64_C(1) << 61) + 1); /* * 8 overflows to 8 */
    gguf_put_u64(&image, 0);
    refuse(&image, EDGEAI_E_FORMAT, "key 'huge': 2305843009213693953 values of type u64");
    gguf_put_header(&image, 3, 0, 1);
    gguf_put_key(&image, "words", EDGEAI_VALUE_ARRAY);
    gguf_put_array(&image, EDGEAI_VALUE_STRING, 2);
    gguf_put_string(&image, "long enough");
    gguf_put_u64(&image, 12);
    refuse(&image, EDGEAI_E_FORMAT, "key 'words': string: a string at byte");
    gguf_put_header(&image, 3, 0, 1);
    gguf_put_key(&image, "deep", EDGEAI_VALUE_ARRAY);
    for (int i = 0; i < 1000; i++)
        gguf_put_array(&image, EDGEAI_VALUE_ARRAY, 1);
    gguf_put_array(&image, EDGEAI_VALUE_U8, 0);
    refuse(&image, EDGEAI_E_FORMAT, "nested more than 4 deep");
    gguf_put_header(&image, 3, 0, 1);
    gguf_put_key(&image, "what", EDGEAI_VALUE_ARRAY);
    gguf_put_array(&image, 99, 0);
    refuse(&image, EDGEAI_E_FORMAT, "key 'what': value type 99 is unknown");
}

static void refuses_bad_alignment(void **state)
{
    (void)state;
    static const uint32_t bad[] = {0, 1, 4, 12, 1u << 21};
    gguf_image image = {0};
    for (int i = 0; i < 5; i++) {
        gguf_put_header(&image, 3, 0, 1);
        gguf_put_key_u32(&image, "general.alignment", bad[i]);
        refuse(&image, EDGEAI_E_FORMAT, "key 'general.alignment': expected a multiple of 8");
    }
    gguf_put_header(&image, 3, 0, 1);
    gguf_put_key_string(&image, "general.alignment", "32");
    refuse(&image, EDGEAI_E_FORMAT,
           "key 'general.alignment': expected an integer >= 0, found type");
}

/* An image with one tensor and `n_bytes` of data. */
static gguf_image with_tensor(const char *name, uint32_t n_dims, const uint64_t *shape,
                              uint32_t type, uint64_t offset, size_t n_bytes)
{
    gguf_image image = {0};
    gguf_put_header(&image, 3, 1, 0);
    gguf_put_tensor(&image, name, n_dims, shape, type, offset);
    gguf_put_padding(&image, 32);
    for (size_t i = 0; i < n_bytes; i++)
        gguf_put(&image, "", 1);
    return image;
}

static void refuses_bad_tensors(void **state)
{
    (void)state;
    const uint64_t shape[] = {32, 2, 1, 1, 1}, zero[] = {32, 0}, negative[] = {32, UINT64_MAX};
    const uint64_t odd[] = {33, 2}, large[] = {UINT64_C(1) << 40, UINT64_C(1) << 40};
    const uint64_t wrap[] = {32, UINT64_C(1) << 57}; /* * 128 bytes overflows to 0 */
    static const struct {
        const char *name, *text;
        uint32_t n_dims, shape, type;
        uint64_t offset;
        edgeai_status status;
    } cases[] = {
        {"t", "'t': expected 1 to 4 dimensions, found 0", 0, 0, 0, 0, EDGEAI_E_FORMAT},
        {"t", "'t': expected 1 to 4 dimensions, found 5", 5, 0, 0, 0, EDGEAI_E_FORMAT},
        {"t", "'t': dimension 1: expected a positive size, found 0", 2, 1, 0, 0, EDGEAI_E_FORMAT},
        {"t", "dimension 1: expected a positive size, found -1", 2, 2, 0, 0, EDGEAI_E_FORMAT},
        {"t", "rows of type Q4_0: expected a multiple of 32", 2, 3, 2, 0, EDGEAI_E_FORMAT},
        {"t", "'t': the product of its dimensions overflows", 2, 4, 0, 0, EDGEAI_E_FORMAT},
        {"t", "'t': the product of its dimensions overflows", 2, 5, 0, 0, EDGEAI_E_FORMAT},
        {"t", "'t': type 4 is unknown", 2, 0, 4, 0, EDGEAI_E_FORMAT},
        {"t", "'t': type 4294967295 is unknown", 2, 0, UINT32_MAX, 0, EDGEAI_E_FORMAT},
        {"t", "'t': type IQ4_XS (23) is not supported", 2, 0, 23, 0, EDGEAI_E_UNSUPPORTED},
        {"t", "'t': expected an offset in multiples of 32, found 8", 2, 0, 0, 8, EDGEAI_E_FORMAT},
        {"t", "'t': expected 256 bytes of data at 32", 2, 0, 0, 32, EDGEAI_E_FORMAT},
        {"t", "bytes of data at 18446744073709551584", 2, 0, 0, UINT64_MAX - 31, EDGEAI_E_FORMAT},
        {"", "tensor name at byte 24: expected 1 to 127 bytes", 2, 0, 0, 0, EDGEAI_E_FORMAT},
    };
    const uint64_t *const shapes[] = {shape, zero, negative, odd, large, wrap};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        gguf_image image = with_tensor(cases[i].name, cases[i].n_dims, shapes[cases[i].shape],
                                       cases[i].type, cases[i].offset, 256);
        refuse(&image, cases[i].status, cases[i].text);
    }
}

static void refuses_tensors_that_collide(void **state)
{
    (void)state;
    const uint64_t shape[] = {32};
    gguf_image image = {0};
    for (int overlap = 0; overlap < 2; overlap++) {
        gguf_put_header(&image, 3, 2, 0);
        gguf_put_tensor(&image, "a", 1, shape, EDGEAI_DTYPE_F32, 96);
        gguf_put_tensor(&image, overlap ? "b" : "a", 1, shape, EDGEAI_DTYPE_F32, overlap ? 0 : 224);
        gguf_put_padding(&image, 32);
        for (int i = 0; i < 352; i++)
            gguf_put(&image, "", 1);
        refuse(&image, EDGEAI_E_FORMAT,
               overlap ? "tensors 'b' and 'a' overlap" : "tensor 'a' is there twice");
    }
}

static void refuses_bad_arguments(void **state)
{
    (void)state;
    edgeai_model_file *file;
    gguf_image image = small_image(3);
    assert_fails(edgeai_model_file_open(NULL, context, "x"), EDGEAI_E_INVALID);
    assert_fails(edgeai_model_file_open(&file, context, NULL), EDGEAI_E_INVALID);
    assert_fails(edgeai_model_file_open(&file, NULL, "x"), EDGEAI_E_INVALID);
    assert_fails(edgeai_model_file_open(&file, context, "/no/such/file"), EDGEAI_E_NOT_FOUND);
    assert_error_says("/no/such/file");
    assert_fails(edgeai_model_file_open_memory(&file, context, image.bytes + 4, 100),
                 EDGEAI_E_INVALID);
    assert_fails(edgeai_model_file_open_memory(&file, context, NULL, 100), EDGEAI_E_INVALID);
    gguf_image_free(&image);
    edgeai_model_file_free(NULL);
}

static void every_failing_allocation_is_survived(void **state)
{
    (void)state;
    gguf_image image = small_image(3);
    failing_allocator allocator = {.fail_at = SIZE_MAX};
    edgeai_context_options options = EDGEAI_CONTEXT_OPTIONS_INIT;
    options.n_threads = 1;
    options.allocator = failing_allocator_make(&allocator);
    edgeai_context *failing;
    assert_ok(edgeai_context_create(&failing, &options));
    size_t live = allocator.n_live;
    edgeai_model_file *file = NULL;
    int n_failures = 0;
    for (;;) {
        allocator.fail_at = allocator.n_allocations + (size_t)n_failures;
        edgeai_status status =
            edgeai_model_file_open_memory(&file, failing, image.bytes, image.n_bytes);
        if (status == EDGEAI_OK) break;
        assert_int_equal(status, EDGEAI_E_MEMORY);
        assert_int_equal(allocator.n_live, live);
        n_failures++;
    }
    assert_true(n_failures >= 2);
    edgeai_model_file_free(file);
    assert_int_equal(allocator.n_live, live);
    edgeai_context_free(failing);
    gguf_image_free(&image);
}

static void real_vocabularies_open(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        size_t n_tokens;
    } files[] = {{"gpt-2", 50257}, {"refact", 49216}, {"deepseek-coder", 32256}};
    edgeai_string *tokens = malloc(60000 * sizeof *tokens);
    assert_non_null(tokens);
    for (int i = 0; i < 3; i++) {
        char path[512];
        snprintf(path, sizeof path, "%s/vocab/ggml-vocab-%s.gguf", EDGEAI_TEST_DATA, files[i].name);
        edgeai_model_file *file;
        edgeai_status status = edgeai_model_file_open(&file, context, path);
        if (status == EDGEAI_E_NOT_FOUND) {
            print_message("%s is absent\n", path);
            free(tokens);
            skip();
        }
        assert_ok(status);
        assert_string_equal(edgeai_model_file_path(file), path);
        size_t n;
        assert_ok(edgeai_model_file_get_strings(file, "tokenizer.ggml.tokens", tokens, 60000, &n));
        assert_int_equal(n, files[i].n_tokens);
        edgeai_model_file_free(file);
    }
    free(tokens);
}

/* A real header is large: damage at random places, by a seed that can be repeated. */
static void a_damaged_vocabulary_is_survived(void **state)
{
    (void)state;
    static const char path[] = EDGEAI_TEST_DATA "/vocab/ggml-vocab-deepseek-coder.gguf";
    FILE *stream = fopen(path, "rb");
    if (!stream) {
        print_message("%s is absent\n", path);
        skip();
    }
    gguf_image image = {0};
    char buffer[4096];
    for (size_t n; (n = fread(buffer, 1, sizeof buffer, stream)) > 0;)
        gguf_put(&image, buffer, n);
    fclose(stream);
    eai_rng rng;
    eai_rng_seed(&rng, 20);
    for (int i = 0; i < 400; i++) {
        size_t at = (size_t)eai_rng_below(&rng, i % 2 ? image.n_bytes : 2000);
        unsigned char old = image.bytes[at];
        image.bytes[at] = (unsigned char)eai_rng_next(&rng);
        survives(image.bytes, image.n_bytes);
        image.bytes[at] = old;
        assert_false(survives(image.bytes, (size_t)eai_rng_below(&rng, image.n_bytes)));
    }
    assert_true(survives(image.bytes, image.n_bytes));
    gguf_image_free(&image);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_tensors_of_both_versions),
        cmocka_unit_test(a_file_cut_off_anywhere_is_refused),
        cmocka_unit_test(any_flipped_bit_is_survived),
        cmocka_unit_test(refuses_other_files),
        cmocka_unit_test(an_empty_set_is_fine),
        cmocka_unit_test(refuses_absurd_counts_before_allocating),
        cmocka_unit_test(refuses_bad_keys),
        cmocka_unit_test(refuses_bad_arrays),
        cmocka_unit_test(refuses_bad_alignment),
        cmocka_unit_test(refuses_bad_tensors),
        cmocka_unit_test(refuses_tensors_that_collide),
        cmocka_unit_test(refuses_bad_arguments),
        cmocka_unit_test(every_failing_allocation_is_survived),
        cmocka_unit_test(real_vocabularies_open),
        cmocka_unit_test(a_damaged_vocabulary_is_survived),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
