/* SPDX-License-Identifier: MIT */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "support/check.h"
#include "support/failing_allocator.h"
#include "support/gguf_image.h"
#include "support/temporary_folder.h"

static edgeai_context *context;
static char folder[TEMPORARY_PATH_BYTES];
static char path[TEMPORARY_PATH_BYTES + 32];
static const float numbers[6] = {1, -2, 3, -4, 5, -6};

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

static int make_folder(void **state)
{
    (void)state;
    temporary_folder_make(folder);
    snprintf(path, sizeof path, "%s/written.gguf", folder);
    return 0;
}

static int remove_folder(void **state)
{
    (void)state;
    temporary_folder_remove(folder);
    return 0;
}

static edgeai_tensor tensor_of(const char *name, int64_t rows)
{
    return (edgeai_tensor){
        name, EDGEAI_DTYPE_F32, 2, {2, rows, 1, 1}, numbers, (size_t)rows * 2 * sizeof(float)};
}

/* Every kind of entry, and two tensors; the first failing status. */
static edgeai_status fill(edgeai_model_writer *writer)
{
    const edgeai_string words[2] = {{"one", 3}, {"", 0}};
    const int32_t integers[3] = {-1, 0, 1};
    edgeai_tensor a = tensor_of("a.weight", 3), b = tensor_of("b.weight", 1);
    edgeai_status statuses[] = {
        edgeai_model_writer_set_string(writer, "general.architecture", "llada", 5),
        edgeai_model_writer_set_u32(writer, "u32", 7),
        edgeai_model_writer_set_f32(writer, "f32", 0.5f),
        edgeai_model_writer_set_bool(writer, "bool", true),
        edgeai_model_writer_set_strings(writer, "words", words, 2),
        edgeai_model_writer_set_strings(writer, "no words", NULL, 0),
        edgeai_model_writer_set_i32s(writer, "integers", integers, 3),
        edgeai_model_writer_set_f32s(writer, "numbers", numbers, 6),
        edgeai_model_writer_add_tensor(writer, &a),
        edgeai_model_writer_add_tensor(writer, &b),
    };
    for (size_t i = 0; i < sizeof statuses / sizeof statuses[0]; i++)
        if (statuses[i] != EDGEAI_OK) return statuses[i];
    return EDGEAI_OK;
}

static void write_file(void)
{
    edgeai_model_writer *writer;
    assert_ok(edgeai_model_writer_create(&writer, context, path));
    assert_ok(fill(writer));
    assert_ok(edgeai_model_writer_finish(writer));
    edgeai_model_writer_free(writer);
}

static void check_file(const edgeai_model_file *file)
{
    uint64_t integer = 0;
    double number = 0, numbers_found[6];
    bool flag = false;
    int64_t integers[3];
    edgeai_string text, words[2];
    size_t n = 0;
    assert_int_equal(edgeai_model_file_version(file), 3);
    assert_int_equal(edgeai_model_file_n_metadata(file), 8);
    assert_ok(edgeai_model_file_get_string(file, "general.architecture", &text));
    assert_memory_equal(text.bytes, "llada", 5);
    assert_ok(edgeai_model_file_get_u64(file, "u32", &integer));
    assert_int_equal(integer, 7);
    assert_ok(edgeai_model_file_get_f64(file, "f32", &number));
    assert_true(number == 0.5);
    assert_ok(edgeai_model_file_get_bool(file, "bool", &flag));
    assert_true(flag);
    assert_ok(edgeai_model_file_get_strings(file, "words", words, 2, &n));
    assert_true(n == 2 && words[0].n_bytes == 3 && words[1].n_bytes == 0);
    assert_ok(edgeai_model_file_get_strings(file, "no words", words, 2, &n));
    assert_int_equal(n, 0);
    assert_ok(edgeai_model_file_get_i64s(file, "integers", integers, 3, &n));
    assert_true(n == 3 && integers[0] == -1 && integers[2] == 1);
    assert_ok(edgeai_model_file_get_f64s(file, "numbers", numbers_found, 6, &n));
    assert_true(n == 6 && numbers_found[5] == -6);
    const edgeai_tensor *a = edgeai_model_file_find_tensor(file, "a.weight");
    const edgeai_tensor *b = edgeai_model_file_find_tensor(file, "b.weight");
    assert_true(a && b && a->shape[1] == 3 && b->shape[1] == 1 && a->n_dims == 2);
    assert_memory_equal(a->data, numbers, 24);
    assert_memory_equal(b->data, numbers, 8);
}

static void what_is_written_is_read_again(void **state)
{
    (void)state;
    write_file();
    edgeai_model_file *file;
    assert_ok(edgeai_model_file_open(&file, context, path));
    check_file(file);
    edgeai_model_file_free(file);
    assert_int_equal(temporary_folder_count(folder), 1);
}

static void files_get_the_usual_mode(void **state)
{
    (void)state;
    struct stat info;
    mode_t mask = umask(022);
    write_file();
    umask(mask);
    assert_int_equal(stat(path, &info), 0);
    assert_int_equal(info.st_mode & 0777, 0644);
}

static void an_empty_file_is_fine(void **state)
{
    (void)state;
    edgeai_model_writer *writer;
    edgeai_model_file *file;
    assert_ok(edgeai_model_writer_create(&writer, context, path));
    assert_ok(edgeai_model_writer_finish(writer));
    edgeai_model_writer_free(writer);
    assert_ok(edgeai_model_file_open(&file, context, path));
    assert_int_equal(edgeai_model_file_n_metadata(file), 0);
    edgeai_model_file_free(file);
}

/* All value types, nested arrays too, through edgeai_model_writer_copy(). */
static void copies_entries_of_every_type(void **state)
{
    (void)state;
    gguf_image image = {0};
    gguf_put_header(&image, 3, 0, 5);
    gguf_put_key(&image, "nested", EDGEAI_VALUE_ARRAY);
    gguf_put_array(&image, EDGEAI_VALUE_ARRAY, 2);
    gguf_put_array(&image, EDGEAI_VALUE_F64, 1);
    gguf_put_u64(&image, 1);
    gguf_put_array(&image, EDGEAI_VALUE_STRING, 1);
    gguf_put_string(&image, "deep");
    gguf_put_key_string(&image, "text", "x\ny");
    gguf_put_key(&image, "split.count", EDGEAI_VALUE_U16);
    gguf_put(&image, "\1\0", 2);
    gguf_put_key_u32(&image, "general.alignment", 256);
    gguf_put_key(&image, "i64", EDGEAI_VALUE_I64);
    gguf_put_u64(&image, UINT64_MAX);
    edgeai_model_file *source, *file;
    edgeai_model_writer *writer;
    edgeai_metadata entry;
    assert_ok(edgeai_model_file_open_memory(&source, context, image.bytes, image.n_bytes));
    assert_ok(edgeai_model_writer_create(&writer, context, path));
    for (size_t i = 0; i < 5; i++) {
        assert_ok(edgeai_model_file_metadata(source, i, &entry));
        assert_ok(edgeai_model_writer_copy(writer, source, &entry));
    }
    entry.key = (edgeai_string){"text", 4};
    assert_fails(edgeai_model_writer_copy(writer, source, &entry), EDGEAI_E_INVALID);
    assert_error_says("not of this file");
    edgeai_tensor a = tensor_of("a", 3), b = tensor_of("b", 1);
    assert_ok(edgeai_model_writer_add_tensor(writer, &a));
    assert_ok(edgeai_model_writer_add_tensor(writer, &b));
    assert_ok(edgeai_model_writer_finish(writer));
    edgeai_model_writer_free(writer);

    assert_ok(edgeai_model_file_open(&file, context, path));
    assert_int_equal(edgeai_model_file_n_metadata(file), 4);
    assert_ok(edgeai_model_file_find(file, "nested", &entry));
    assert_int_equal(entry.element_type, EDGEAI_VALUE_ARRAY);
    assert_int_equal(entry.n_elements, 2);
    double number;
    assert_ok(edgeai_model_file_get_f64(file, "i64", &number));
    assert_true(number == -1);
    const char *first = edgeai_model_file_find_tensor(file, "a")->data;
    const char *second = edgeai_model_file_find_tensor(file, "b")->data;
    assert_int_equal(second - first, 256);
    assert_memory_equal(second, numbers, 8);
    edgeai_model_file_free(file);
    edgeai_model_file_free(source);
    gguf_image_free(&image);
}

static void refuses_bad_entries(void **state)
{
    (void)state;
    edgeai_model_writer *writer;
    assert_ok(edgeai_model_writer_create(&writer, context, path));
    assert_ok(edgeai_model_writer_set_u32(writer, "key", 1));
    assert_fails(edgeai_model_writer_set_bool(writer, "key", true), EDGEAI_E_INVALID);
    assert_error_says("key 'key' was added before");
    assert_fails(edgeai_model_writer_set_u32(writer, "", 1), EDGEAI_E_INVALID);
    assert_fails(edgeai_model_writer_set_u32(writer, NULL, 1), EDGEAI_E_INVALID);
    assert_fails(edgeai_model_writer_set_string(writer, "text", NULL, 1), EDGEAI_E_INVALID);
    assert_fails(edgeai_model_writer_set_u32(writer, "general.alignment", 12), EDGEAI_E_INVALID);
    assert_fails(edgeai_model_writer_set_f32(writer, "general.alignment", 8), EDGEAI_E_INVALID);
    assert_ok(edgeai_model_writer_set_u32(writer, "general.alignment", 8));
    assert_fails(edgeai_model_writer_set_u32(writer, "general.alignment", 64), EDGEAI_E_INVALID);
    assert_ok(edgeai_model_writer_finish(writer));
    assert_fails(edgeai_model_writer_set_u32(writer, "late", 1), EDGEAI_E_INVALID);
    assert_fails(edgeai_model_writer_finish(writer), EDGEAI_E_INVALID);
    edgeai_model_writer_free(writer);
}

static void refuses_bad_tensors(void **state)
{
    (void)state;
    edgeai_model_writer *writer;
    assert_ok(edgeai_model_writer_create(&writer, context, path));
    edgeai_tensor good = tensor_of("good", 2), bad = good;
    assert_ok(edgeai_model_writer_add_tensor(writer, &good));
    assert_fails(edgeai_model_writer_add_tensor(writer, &bad), EDGEAI_E_INVALID);
    assert_error_says("tensor 'good' was added before");
    bad.name = "a name of sixty-four bytes is one byte more than this format has";
    assert_fails(edgeai_model_writer_add_tensor(writer, &bad), EDGEAI_E_INVALID);
    bad.name = "bad";
    bad.shape[1] = 0;
    assert_fails(edgeai_model_writer_add_tensor(writer, &bad), EDGEAI_E_SHAPE);
    bad.shape[1] = 3;
    assert_fails(edgeai_model_writer_add_tensor(writer, &bad), EDGEAI_E_SHAPE);
    assert_error_says("tensor 'bad': its shape needs 24 bytes of F32, found 16");
    bad = good;
    bad.name = "bad";
    bad.dtype = (edgeai_dtype)4;
    assert_fails(edgeai_model_writer_add_tensor(writer, &bad), EDGEAI_E_INVALID);
    bad.dtype = EDGEAI_DTYPE_F32;
    bad.n_dims = 5;
    assert_fails(edgeai_model_writer_add_tensor(writer, &bad), EDGEAI_E_SHAPE);
    bad.n_dims = 2;
    bad.data = NULL;
    assert_fails(edgeai_model_writer_add_tensor(writer, &bad), EDGEAI_E_INVALID);
    edgeai_model_writer_free(writer);
    assert_int_equal(temporary_folder_count(folder), 0);
}

static void leaves_an_older_file_alone(void **state)
{
    (void)state;
    write_file();
    /* Writing stops at a few bytes, as on a full disk. */
    struct rlimit limit, old;
    getrlimit(RLIMIT_FSIZE, &old);
    signal(SIGXFSZ, SIG_IGN);
    edgeai_model_writer *writer;
    assert_ok(edgeai_model_writer_create(&writer, context, path));
    assert_ok(edgeai_model_writer_set_u32(writer, "other", 1));
    edgeai_tensor a = tensor_of("a", 3);
    assert_ok(edgeai_model_writer_add_tensor(writer, &a));
    limit = (struct rlimit){100, old.rlim_max};
    setrlimit(RLIMIT_FSIZE, &limit);
    edgeai_status status = edgeai_model_writer_finish(writer);
    setrlimit(RLIMIT_FSIZE, &old);
    assert_int_equal(status, EDGEAI_E_IO);
    assert_error_says("cannot write: File too large");
    assert_int_equal(temporary_folder_count(folder), 1);
    edgeai_model_writer_free(writer);
    edgeai_model_file *file;
    assert_ok(edgeai_model_file_open(&file, context, path));
    check_file(file);
    edgeai_model_file_free(file);
}

/* Hands out `numbers`, `piece` bytes at a time, until `end`; then fails. */
typedef struct numbers_source {
    size_t piece, done, end;
} numbers_source;

static edgeai_status next_numbers(void *user, const void **bytes, size_t *n_bytes)
{
    numbers_source *source = user;
    if (source->done >= source->end) return EDGEAI_E_CANCELLED;
    *bytes = (const char *)numbers + source->done;
    *n_bytes = source->piece;
    source->done += source->piece;
    return EDGEAI_OK;
}

static edgeai_status write_from(numbers_source *first, numbers_source *second)
{
    edgeai_model_writer *writer;
    edgeai_tensor a = tensor_of("a.weight", 3), b = tensor_of("b.weight", 1);
    a.data = b.data = NULL;
    assert_ok(edgeai_model_writer_create(&writer, context, path));
    assert_ok(edgeai_model_writer_add_source(writer, &a, next_numbers, first));
    assert_ok(edgeai_model_writer_add_source(writer, &b, next_numbers, second));
    assert_fails(edgeai_model_writer_add_source(writer, &b, NULL, NULL), EDGEAI_E_INVALID);
    edgeai_status status = edgeai_model_writer_finish(writer);
    edgeai_model_writer_free(writer);
    assert_int_equal(temporary_folder_count(folder), status == EDGEAI_OK);
    return status;
}

static void data_come_in_pieces_from_sources(void **state)
{
    (void)state;
    numbers_source first = {.piece = 12, .end = 24}, second = {.piece = 8, .end = 8};
    edgeai_model_file *file;
    assert_ok(write_from(&first, &second));
    assert_ok(edgeai_model_file_open(&file, context, path));
    assert_memory_equal(edgeai_model_file_find_tensor(file, "a.weight")->data, numbers, 24);
    assert_memory_equal(edgeai_model_file_find_tensor(file, "b.weight")->data, numbers, 8);
    assert_true(edgeai_model_file_is_at(file, path));
    assert_false(edgeai_model_file_is_at(file, folder));
    edgeai_model_file_free(file);
}

static void a_source_that_fails_or_says_too_much_leaves_nothing(void **state)
{
    (void)state;
    numbers_source failing = {.piece = 8, .end = 16}, second = {.piece = 8, .end = 8};
    assert_fails(write_from(&failing, &second), EDGEAI_E_CANCELLED);
    numbers_source talkative = {.piece = 10, .end = 100}, mute = {.piece = 0, .end = 100};
    assert_fails(write_from(&talkative, &second), EDGEAI_E_INVALID);
    assert_error_says("tensor 'a.weight': expected a piece of 1 to 4 bytes, found 10");
    assert_fails(write_from(&mute, &second), EDGEAI_E_INVALID);
}

static void refuses_bad_paths(void **state)
{
    (void)state;
    edgeai_model_writer *writer;
    assert_fails(edgeai_model_writer_create(&writer, context, "/no/such/folder/x.gguf"),
                 EDGEAI_E_IO);
    assert_error_says("/no/such/folder/x.gguf");
    assert_null(writer);
    assert_fails(edgeai_model_writer_create(&writer, context, ""), EDGEAI_E_INVALID);
    assert_fails(edgeai_model_writer_create(&writer, NULL, path), EDGEAI_E_INVALID);
    edgeai_model_writer_free(NULL);
}

static void every_failing_allocation_is_survived(void **state)
{
    (void)state;
    failing_allocator allocator = {.fail_at = SIZE_MAX};
    edgeai_context_options options = EDGEAI_CONTEXT_OPTIONS_INIT;
    options.n_threads = 1;
    options.allocator = failing_allocator_make(&allocator);
    edgeai_context *failing;
    assert_ok(edgeai_context_create(&failing, &options));
    size_t live = allocator.n_live, n_failures = 0;
    for (bool done = false; !done;) {
        edgeai_model_writer *writer = NULL;
        allocator.fail_at = allocator.n_allocations + n_failures;
        edgeai_status status = edgeai_model_writer_create(&writer, failing, path);
        if (status == EDGEAI_OK) status = fill(writer);
        if (status == EDGEAI_OK) status = edgeai_model_writer_finish(writer);
        done = status == EDGEAI_OK;
        if (!done) assert_int_equal(status, EDGEAI_E_MEMORY);
        edgeai_model_writer_free(writer);
        assert_int_equal(allocator.n_live, live);
        assert_int_equal(temporary_folder_count(folder), done ? 1 : 0);
        n_failures++;
    }
    assert_true(n_failures > 10);
    edgeai_context_free(failing);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(what_is_written_is_read_again, make_folder, remove_folder),
        cmocka_unit_test_setup_teardown(files_get_the_usual_mode, make_folder, remove_folder),
        cmocka_unit_test_setup_teardown(an_empty_file_is_fine, make_folder, remove_folder),
        cmocka_unit_test_setup_teardown(copies_entries_of_every_type, make_folder, remove_folder),
        cmocka_unit_test_setup_teardown(refuses_bad_entries, make_folder, remove_folder),
        cmocka_unit_test_setup_teardown(refuses_bad_tensors, make_folder, remove_folder),
        cmocka_unit_test_setup_teardown(leaves_an_older_file_alone, make_folder, remove_folder),
        cmocka_unit_test_setup_teardown(data_come_in_pieces_from_sources, make_folder,
                                        remove_folder),
        cmocka_unit_test_setup_teardown(a_source_that_fails_or_says_too_much_leaves_nothing,
                                        make_folder, remove_folder),
        cmocka_unit_test_setup_teardown(refuses_bad_paths, make_folder, remove_folder),
        cmocka_unit_test_setup_teardown(every_failing_allocation_is_survived, make_folder,
                                        remove_folder),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
