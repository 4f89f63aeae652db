/* SPDX-License-Identifier: MIT */
#include "support/temporary_folder.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "support/check.h"

void temporary_folder_make(char path[TEMPORARY_PATH_BYTES])
{
    snprintf(path, TEMPORARY_PATH_BYTES, "%s/test-XXXXXX", EDGEAI_TEST_BUILD);
    assert_non_null(mkdtemp(path));
}

/* Counts the files; removes them when asked. */
static int visit(const char *path, bool remove_them)
{
    DIR *folder = opendir(path);
    assert_non_null(folder);
    int n = 0;
    for (struct dirent *entry; (entry = readdir(folder)) != NULL;) {
        if (entry->d_name[0] == '.') continue;
        if (remove_them) unlinkat(dirfd(folder), entry->d_name, 0);
        n++;
    }
    closedir(folder);
    return n;
}

int temporary_folder_count(const char *path)
{
    return visit(path, false);
}

void temporary_folder_remove(const char *path)
{
    visit(path, true);
    rmdir(path);
}
