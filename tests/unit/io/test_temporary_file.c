/* SPDX-License-Identifier: MIT */
#include "io/temporary_file.h"

#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "support/check.h"
#include "support/temporary_folder.h"

static char folder[TEMPORARY_PATH_BYTES];
static char path[TEMPORARY_PATH_BYTES + 32];
static edgeai_allocator allocator;

static int make_folder(void **state)
{
    (void)state;
    allocator = eai_default_allocator();
    temporary_folder_make(folder);
    snprintf(path, sizeof path, "%s/file", folder);
    return 0;
}

static int remove_folder(void **state)
{
    (void)state;
    temporary_folder_remove(folder);
    return 0;
}

static size_t read_path(char bytes[16])
{
    FILE *file = fopen(path, "rb");
    if (!file) return 0;
    size_t n = fread(bytes, 1, 16, file);
    fclose(file);
    return n;
}

static void appears_when_committed(void **state)
{
    (void)state;
    char bytes[16];
    eai_temporary_file file;
    assert_ok(eai_temporary_file_create(&file, &allocator, path));
    assert_ok(eai_temporary_file_write(&file, "12", 2));
    assert_ok(eai_temporary_file_write(&file, "3", 1));
    assert_int_equal(read_path(bytes), 0);
    assert_ok(eai_temporary_file_commit(&file));
    eai_temporary_file_close(&file);
    assert_int_equal(read_path(bytes), 3);
    assert_memory_equal(bytes, "123", 3);
    assert_int_equal(temporary_folder_count(folder), 1);
}

static void leaves_nothing_when_closed(void **state)
{
    (void)state;
    eai_temporary_file file;
    assert_ok(eai_temporary_file_create(&file, &allocator, path));
    assert_ok(eai_temporary_file_write(&file, "12", 2));
    assert_int_equal(temporary_folder_count(folder), 1);
    eai_temporary_file_close(&file);
    assert_int_equal(temporary_folder_count(folder), 0);
}

/* Two writers of one path do not meet; the later commit wins. */
static void two_at_once_keep_apart(void **state)
{
    (void)state;
    char bytes[16];
    eai_temporary_file one, two;
    assert_ok(eai_temporary_file_create(&one, &allocator, path));
    assert_ok(eai_temporary_file_create(&two, &allocator, path));
    assert_ok(eai_temporary_file_write(&one, "one", 3));
    assert_ok(eai_temporary_file_write(&two, "second", 6));
    assert_ok(eai_temporary_file_commit(&two));
    assert_ok(eai_temporary_file_commit(&one));
    eai_temporary_file_close(&one);
    eai_temporary_file_close(&two);
    assert_int_equal(read_path(bytes), 3);
    assert_memory_equal(bytes, "one", 3);
    assert_int_equal(temporary_folder_count(folder), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(appears_when_committed, make_folder, remove_folder),
        cmocka_unit_test_setup_teardown(leaves_nothing_when_closed, make_folder, remove_folder),
        cmocka_unit_test_setup_teardown(two_at_once_keep_apart, make_folder, remove_folder),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
