/* SPDX-License-Identifier: MIT */
#include "support/check.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/model_path.h"

static void touch(const char *path)
{
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fclose(file);
}

static void folders_are_searched_in_order(void **state)
{
    (void)state;
    char base[] = "/tmp/edgeai-test-XXXXXX", path[128], variable[256], found[256];
    assert_non_null(mkdtemp(base));
    snprintf(path, sizeof path, "%s/abc", base);
    assert_int_equal(mkdir(path, 0700), 0);

    snprintf(variable, sizeof variable, "/nowhere::%s", base);
    setenv("EDGEAI_MODEL_PATH", variable, 1);
    assert_false(model_path_find("abc", found, sizeof found));
    assert_non_null(strstr(found, variable)); /* the places looked at */

    snprintf(path, sizeof path, "%s/abc.gguf", base);
    touch(path);
    assert_true(model_path_find("abc", found, sizeof found));
    assert_string_equal(found, path);
    setenv("EDGEAI_MODEL_PATH", path, 1); /* the file itself */
    assert_true(model_path_find("abc", found, sizeof found));
    assert_string_equal(found, path);
    setenv("EDGEAI_MODEL_PATH", base, 1);
    remove(path);

    snprintf(path, sizeof path, "%s/abc/abc.gguf", base);
    touch(path);
    assert_true(model_path_find("abc", found, sizeof found));
    assert_string_equal(found, path);
    remove(path);
    unsetenv("EDGEAI_MODEL_PATH");
    assert_false(model_path_find("abc", found, sizeof found));
    snprintf(path, sizeof path, "%s/abc", base);
    rmdir(path);
    rmdir(base);
}

static void a_path_that_does_not_fit_is_not_found(void **state)
{
    (void)state;
    char small[8];
    setenv("EDGEAI_MODEL_PATH", "/a/very/long/folder/name", 1);
    assert_false(model_path_find("abc", small, sizeof small));
    unsetenv("EDGEAI_MODEL_PATH");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(folders_are_searched_in_order),
        cmocka_unit_test(a_path_that_does_not_fit_is_not_found),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
