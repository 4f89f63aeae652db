/* SPDX-License-Identifier: MIT */
#include "support/check.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/image_folder.h"

static char base[64];
static const char *const folders[] = {"cat", "Polar_bear", "empty", "."};
static const char *const files[] = {"cat/b.JPG",        "cat/a.png", "cat/notes.txt",
                                    "Polar_bear/x.ppm", "z.pgm",     ".hidden.png"};
enum { N_FOLDERS = 4, N_FILES = 6 };

static void touch(const char *name)
{
    char path[128];
    snprintf(path, sizeof path, "%s/%s", base, name);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fclose(file);
}

static void drop(const char *name)
{
    char path[128];
    snprintf(path, sizeof path, "%s/%s", base, name);
    remove(path);
}

static void make_folder(const char *name)
{
    char path[128];
    snprintf(path, sizeof path, "%s/%s", base, name);
    assert_int_equal(mkdir(path, 0700), 0);
}

/* Two classes of two and one pictures. */
static int make_base(void **state)
{
    (void)state;
    strcpy(base, "/tmp/edgeai-test-XXXXXX");
    if (!mkdtemp(base)) return -1;
    for (size_t i = 0; i < 2; i++)
        make_folder(folders[i]);
    for (size_t i = 0; i < 4; i++)
        touch(files[i]);
    return 0;
}

static int drop_base(void **state)
{
    (void)state;
    for (size_t i = 0; i < N_FILES; i++)
        drop(files[i]);
    for (size_t i = 0; i < N_FOLDERS; i++)
        drop(folders[i]);
    return 0;
}

static bool ends_in(const char *text, const char *end)
{
    return strlen(text) >= strlen(end) && strcmp(text + strlen(text) - strlen(end), end) == 0;
}

static void classes_are_subfolders_in_order(void **state)
{
    (void)state;
    image_folder folder;
    assert_true(image_folder_open(&folder, "test", base, NULL, 0));
    assert_int_equal(folder.n_classes, 2);
    assert_string_equal(folder.classes[0], "Polar_bear");
    assert_int_equal(folder.n_items, 3);
    assert_true(ends_in(folder.items[0].path, "/Polar_bear/x.ppm"));
    assert_true(ends_in(folder.items[1].path, "/cat/a.png"));
    assert_true(ends_in(folder.items[2].path, "/cat/b.JPG"));
    assert_int_equal(folder.items[0].class_index, 0);
    assert_int_equal(folder.items[2].class_index, 1);
    assert_true(image_folder_is_labelled(&folder));
    image_folder_free(&folder);
    assert_int_equal(folder.n_items, 0);
}

static void labels_number_the_classes(void **state)
{
    (void)state;
    const char *const labels[] = {"dog", "CAT", "polar bear"}, *const others[] = {"cat", "bear"};
    image_folder folder;
    assert_true(image_folder_open(&folder, "test", base, labels, 3));
    assert_int_equal(folder.items[0].class_index, 2);
    assert_int_equal(folder.items[1].class_index, 1);
    image_folder_free(&folder);
    assert_false(image_folder_open(&folder, "test", base, others, 2));
    image_folder_free(&folder);

    make_folder("empty"); /* a class, but nothing in it */
    const char *const with_empty[] = {"empty", "cat", "polar bear"};
    assert_false(image_folder_open(&folder, "test", base, with_empty, 3));
    image_folder_free(&folder);
}

static void numbers_are_classes_too(void **state)
{
    (void)state;
    char path[128], name[128];
    const char *const labels[] = {"dog", "polar bear", "lynx"};
    image_folder folder;
    snprintf(path, sizeof path, "%s/cat", base);
    snprintf(name, sizeof name, "%s/2", base);
    assert_int_equal(rename(path, name), 0);
    bool is_open = image_folder_open(&folder, "test", base, labels, 3);
    assert_int_equal(rename(name, path), 0);
    assert_true(is_open);
    assert_int_equal(folder.items[0].class_index, 2);
    assert_int_equal(folder.items[2].class_index, 1);
    image_folder_free(&folder);
}

static void a_heap_has_no_classes(void **state)
{
    (void)state;
    image_folder folder;
    touch("z.pgm");
    touch(".hidden.png");
    assert_true(image_folder_open(&folder, "test", base, NULL, 0));
    assert_int_equal(folder.n_items, 4);
    assert_int_equal(folder.items[0].class_index, IMAGE_FOLDER_NO_CLASS);
    assert_false(image_folder_is_labelled(&folder));
    image_folder_free(&folder);
    assert_false(image_folder_open(&folder, "test", "/nowhere/at/all", NULL, 0));
    image_folder_free(&folder);
}

static void a_sample_is_spread_evenly(void **state)
{
    (void)state;
    image_folder folder;
    assert_true(image_folder_open(&folder, "test", base, NULL, 0));
    image_folder_sample(&folder, 5);
    assert_int_equal(folder.n_items, 3);
    image_folder_sample(&folder, 2); /* the middles of two parts of three: 0 and 2 */
    assert_int_equal(folder.n_items, 2);
    assert_int_equal(folder.items[0].class_index, 0);
    assert_true(ends_in(folder.items[1].path, "/cat/b.JPG"));
    image_folder_free(&folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(classes_are_subfolders_in_order, make_base, drop_base),
        cmocka_unit_test_setup_teardown(labels_number_the_classes, make_base, drop_base),
        cmocka_unit_test_setup_teardown(numbers_are_classes_too, make_base, drop_base),
        cmocka_unit_test_setup_teardown(a_heap_has_no_classes, make_base, drop_base),
        cmocka_unit_test_setup_teardown(a_sample_is_spread_evenly, make_base, drop_base),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
