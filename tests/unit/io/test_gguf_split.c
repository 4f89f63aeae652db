/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "support/check.h"
#include "support/gguf_image.h"
#include "support/temporary_folder.h"

static edgeai_context *context;
static char folder[TEMPORARY_PATH_BYTES];

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
    return 0;
}

static int remove_folder(void **state)
{
    (void)state;
    temporary_folder_remove(folder);
    return 0;
}

static void part_path(char path[TEMPORARY_PATH_BYTES + 32], int no, int count)
{
    snprintf(path, TEMPORARY_PATH_BYTES + 32, "%s/m-%05d-of-%05d.gguf", folder, no + 1, count);
}

typedef struct part {
    int no, count; /* in the file's name */
    uint32_t key_no, key_count, key_tensors;
    const char *tensor; /* its name; its 32 bytes hold `no` */
} part;

static void write_part(part p)
{
    char path[TEMPORARY_PATH_BYTES + 32];
    gguf_image image = {0};
    gguf_put_header(&image, 3, 1, 4);
    gguf_put_key(&image, "split.no", EDGEAI_VALUE_U16);
    gguf_put(&image, &(uint16_t){(uint16_t)p.key_no}, 2);
    gguf_put_key(&image, "split.count", EDGEAI_VALUE_U16);
    gguf_put(&image, &(uint16_t){(uint16_t)p.key_count}, 2);
    gguf_put_key(&image, "split.tensors.count", EDGEAI_VALUE_I32);
    gguf_put_u32(&image, p.key_tensors);
    gguf_put_key_u32(&image, "general.alignment", p.no == 1 ? 64 : 32);
    gguf_put_tensor(&image, p.tensor, 1, (uint64_t[]){8}, EDGEAI_DTYPE_F32, 0);
    gguf_put_padding(&image, p.no == 1 ? 64 : 32);
    for (int i = 0; i < 32; i++)
        gguf_put(&image, &(unsigned char){(unsigned char)p.no}, 1);
    part_path(path, p.no, p.count);
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(image.bytes, 1, image.n_bytes, file), image.n_bytes);
    fclose(file);
    gguf_image_free(&image);
}

static edgeai_status open_part(edgeai_model_file **file, int no, int count)
{
    char path[TEMPORARY_PATH_BYTES + 32];
    part_path(path, no, count);
    return edgeai_model_file_open(file, context, path);
}

static void joins_three_parts(void **state)
{
    (void)state;
    static const char *const names[] = {"c", "a", "b"};
    for (int i = 0; i < 3; i++)
        write_part((part){i, 3, (uint32_t)i, 3, 3, names[i]});
    edgeai_model_file *file;
    assert_ok(open_part(&file, 0, 3));
    assert_int_equal(edgeai_model_file_parts(file), 3);
    assert_int_equal(edgeai_model_file_n_tensors(file), 3);
    for (size_t i = 0; i < 3; i++) {
        const edgeai_tensor *tensor = edgeai_model_file_tensor(file, i);
        assert_string_equal(tensor->name, names[i]);
        assert_int_equal(((const unsigned char *)tensor->data)[31], i);
        assert_ptr_equal(edgeai_model_file_find_tensor(file, names[i]), tensor);
    }
    edgeai_model_file_free(file);
    assert_fails(open_part(&file, 1, 3), EDGEAI_E_INVALID);
    assert_error_says("this is part 2 of 3; open the first one");
}

static void refuses_sets_that_do_not_fit(void **state)
{
    (void)state;
    edgeai_model_file *file;
    write_part((part){0, 2, 0, 2, 2, "a"});
    assert_fails(open_part(&file, 0, 2), EDGEAI_E_NOT_FOUND);
    assert_error_says("m-00002-of-00002.gguf");
    write_part((part){1, 2, 0, 2, 2, "b"});
    assert_fails(open_part(&file, 0, 2), EDGEAI_E_FORMAT);
    assert_error_says("m-00002-of-00002.gguf: key 'split.no': expected 1, found 0");
    write_part((part){1, 2, 1, 3, 2, "b"});
    assert_fails(open_part(&file, 0, 2), EDGEAI_E_FORMAT);
    assert_error_says("key 'split.count': expected 2, found 3");
    write_part((part){1, 2, 1, 2, 2, "a"});
    assert_fails(open_part(&file, 0, 2), EDGEAI_E_FORMAT);
    assert_error_says("tensor 'a' is there twice");
    write_part((part){1, 2, 1, 2, 2, "b"});
    assert_ok(open_part(&file, 0, 2));
    edgeai_model_file_free(file);
    write_part((part){0, 2, 0, 2, 7, "a"});
    assert_fails(open_part(&file, 0, 2), EDGEAI_E_FORMAT);
    assert_error_says("key 'split.tensors.count': expected the 2 tensors of all parts, found 7");
    write_part((part){0, 3, 0, 2, 2, "a"});
    assert_fails(open_part(&file, 0, 3), EDGEAI_E_FORMAT);
    assert_error_says("expected a file name that ends in -00001-of-00002.gguf");
    write_part((part){0, 2, 0, 5000, 2, "a"});
    assert_fails(open_part(&file, 0, 2), EDGEAI_E_FORMAT);
    assert_error_says("key 'split.count': expected at most 4096, found 5000");
}

static void a_set_of_one_is_a_file(void **state)
{
    (void)state;
    edgeai_model_file *file;
    write_part((part){0, 1, 0, 1, 1, "a"});
    assert_ok(open_part(&file, 0, 1));
    assert_int_equal(edgeai_model_file_parts(file), 1);
    edgeai_model_file_free(file);
}

static void memory_has_no_parts(void **state)
{
    (void)state;
    gguf_image image = {0};
    edgeai_model_file *file;
    gguf_put_header(&image, 3, 0, 1);
    gguf_put_key_u32(&image, "split.count", 2);
    assert_fails(edgeai_model_file_open_memory(&file, context, image.bytes, image.n_bytes),
                 EDGEAI_E_UNSUPPORTED);
    gguf_image_free(&image);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(joins_three_parts, make_folder, remove_folder),
        cmocka_unit_test_setup_teardown(refuses_sets_that_do_not_fit, make_folder, remove_folder),
        cmocka_unit_test_setup_teardown(a_set_of_one_is_a_file, make_folder, remove_folder),
        cmocka_unit_test(memory_has_no_parts),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
