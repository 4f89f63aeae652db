/* SPDX-License-Identifier: MIT */
#include "space/folder_names.h"

#include <string.h>

#include "support/check.h"
#include "support/depth_files.h"
#include "support/failing_allocator.h"
#include "support/temporary_folder.h"

static void numbers_count(void **state)
{
    (void)state;
    static const char *const rising[] = {"", "a", "a1", "a01b", "a2", "a10", "a10.png", "b"};
    for (size_t i = 0; i < sizeof rising / sizeof *rising; i++)
        for (size_t k = 0; k < sizeof rising / sizeof *rising; k++)
            assert_int_equal(eai_name_before(rising[i], rising[k]), i < k);
    assert_true(eai_name_before("01", "1") != eai_name_before("1", "01"));
    assert_true(eai_name_before("99999999999999999999998", "99999999999999999999999"));
}

static void frames_have_names(void **state)
{
    (void)state;
    static const char *const cases[][2] = {
        {"color/12.jpg", "12"},
        {"frame-000025.color.png", "frame-000025"},
        {"a/frame-000025.depth.png", "frame-000025"},
        {"rgb/1305031452.791720.png", "1305031452.791720"},
        {"x-rgb.ppm", "x"},
        {"plain", "plain"},
        {".hidden", ".hidden"},
    };
    char name[20];
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_true(eai_frame_name(cases[i][0], name, sizeof name));
        assert_string_equal(name, cases[i][1]);
    }
    assert_false(eai_frame_name("folder/", name, sizeof name));
    assert_false(eai_frame_name("12345678901234567890.png", name, sizeof name));
}

static void folders_are_read_in_order(void **state)
{
    (void)state;
    failing_allocator memory = {.fail_at = SIZE_MAX};
    const edgeai_allocator allocator = failing_allocator_make(&memory);
    char folder[TEMPORARY_PATH_BYTES];
    temporary_folder_make(folder);
    static const char *const files[] = {"10.png", "9.png", ".hidden", "100.png", "1.png"};
    for (size_t i = 0; i < 5; i++)
        folder_put_text(folder, files[i], "x");
    eai_folder_names names;
    assert_ok(eai_folder_names_read(&names, &allocator, folder, 4));
    assert_int_equal(names.n, 4);
    assert_string_equal(eai_folder_names_get(&names, 0), "1.png");
    assert_string_equal(eai_folder_names_get(&names, 1), "9.png");
    assert_string_equal(eai_folder_names_get(&names, 3), "100.png");
    eai_folder_names_free(&names);
    assert_fails(eai_folder_names_read(&names, &allocator, folder, 3), EDGEAI_E_LIMIT);
    eai_folder_names_free(&names);
    folder_remove(folder);
    assert_fails(eai_folder_names_read(&names, &allocator, folder, 3), EDGEAI_E_NOT_FOUND);
    eai_folder_names_free(&names);
    assert_int_equal(memory.n_live, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_count),
        cmocka_unit_test(frames_have_names),
        cmocka_unit_test(folders_are_read_in_order),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
