/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "platform/mapped_file.h"
#include "support/check.h"

static char folder[64], path[128];

static int make_folder(void **state)
{
    (void)state;
    strcpy(folder, "/tmp/edgeai-test-XXXXXX");
    if (!mkdtemp(folder)) return -1;
    snprintf(path, sizeof path, "%s/file", folder);
    return 0;
}

static int remove_folder(void **state)
{
    (void)state;
    unlink(path);
    rmdir(path);
    return rmdir(folder);
}

static void write_file(const char *text)
{
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs(text, file);
    fclose(file);
}

static void bytes_are_the_files(void **state)
{
    (void)state;
    write_file("hello");
    eai_mapped_file file;
    assert_ok(eai_mapped_file_open(&file, path));
    assert_int_equal(file.n_bytes, 5);
    assert_int_equal(unlink(path), 0); /* the map outlives the name */
    assert_memory_equal(file.bytes, "hello", 5);
    eai_mapped_file_close(&file);
    assert_null(file.bytes);
    eai_mapped_file_close(&file);
}

static void missing_files_are_not_found(void **state)
{
    (void)state;
    eai_mapped_file file;
    assert_fails(eai_mapped_file_open(&file, path), EDGEAI_E_NOT_FOUND);
    assert_error_says(path);
    assert_error_says("No such file");
    assert_null(file.bytes);
    write_file("x");
    char below[160];
    snprintf(below, sizeof below, "%s/below", path);
    assert_fails(eai_mapped_file_open(&file, below), EDGEAI_E_NOT_FOUND);
    assert_fails(eai_mapped_file_open(&file, ""), EDGEAI_E_NOT_FOUND);
}

static void folders_and_empty_files_are_refused(void **state)
{
    (void)state;
    eai_mapped_file file;
    assert_fails(eai_mapped_file_open(&file, folder), EDGEAI_E_IO);
    assert_error_says("not a regular file");
    write_file("");
    assert_fails(eai_mapped_file_open(&file, path), EDGEAI_E_FORMAT);
    assert_error_says("empty");
}

/* Opening a pipe that nobody writes to must not wait. */
static void pipes_and_devices_are_refused(void **state)
{
    (void)state;
    eai_mapped_file file;
    assert_int_equal(mkfifo(path, 0600), 0);
    assert_fails(eai_mapped_file_open(&file, path), EDGEAI_E_IO);
    assert_error_says("not a regular file");
    assert_fails(eai_mapped_file_open(&file, "/dev/null"), EDGEAI_E_IO);
}

static void unreadable_files_are_io_errors(void **state)
{
    (void)state;
    write_file("secret");
    assert_int_equal(chmod(path, 0), 0);
    int probe = open(path, O_RDONLY);
    if (probe >= 0) { /* root may read everything */
        close(probe);
        print_message("running with the right to read any file\n");
        skip();
    }
    eai_mapped_file file;
    assert_fails(eai_mapped_file_open(&file, path), EDGEAI_E_IO);
    assert_error_says("Permission denied");
}

static void descriptors_are_not_kept(void **state)
{
    (void)state;
    write_file("hello");
    int before = dup(0);
    close(before);
    for (int i = 0; i < 3; i++) {
        eai_mapped_file file;
        assert_ok(eai_mapped_file_open(&file, path));
        eai_mapped_file_close(&file);
        assert_fails(eai_mapped_file_open(&file, folder), EDGEAI_E_IO);
    }
    int after = dup(0);
    close(after);
    assert_int_equal(before, after);
}

static void the_file_is_known_under_every_name(void **state)
{
    (void)state;
    char other[160], link_path[160];
    write_file("hello");
    snprintf(other, sizeof other, "%s/other", folder);
    snprintf(link_path, sizeof link_path, "%s/link", folder);
    assert_int_equal(symlink(path, link_path), 0);
    eai_mapped_file file;
    assert_ok(eai_mapped_file_open(&file, path));
    assert_true(eai_mapped_file_is_at(&file, path));
    assert_true(eai_mapped_file_is_at(&file, link_path));
    assert_false(eai_mapped_file_is_at(&file, other));
    assert_int_equal(rename(path, other), 0);
    assert_true(eai_mapped_file_is_at(&file, other));
    write_file("hello");
    assert_false(eai_mapped_file_is_at(&file, path));
    eai_mapped_file_close(&file);
    assert_false(eai_mapped_file_is_at(&file, other));
    unlink(link_path);
    unlink(other);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(bytes_are_the_files, make_folder, remove_folder),
        cmocka_unit_test_setup_teardown(the_file_is_known_under_every_name, make_folder,
                                        remove_folder),
        cmocka_unit_test_setup_teardown(missing_files_are_not_found, make_folder, remove_folder),
        cmocka_unit_test_setup_teardown(folders_and_empty_files_are_refused, make_folder,
                                        remove_folder),
        cmocka_unit_test_setup_teardown(pipes_and_devices_are_refused, make_folder, remove_folder),
        cmocka_unit_test_setup_teardown(unreadable_files_are_io_errors, make_folder, remove_folder),
        cmocka_unit_test_setup_teardown(descriptors_are_not_kept, make_folder, remove_folder),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
