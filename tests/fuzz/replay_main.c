/* SPDX-License-Identifier: MIT */

/* Feeds every file of the folders given to a fuzz target, where libFuzzer is not there to do it. */

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>

#include "fuzz_target.h"

/* The whole file in a block of its size, so that a sanitizer sees the first byte too many. */
static uint8_t *read_file(const char *path, size_t *n)
{
    FILE *file = fopen(path, "rb");
    if (!file) return NULL;
    fseek(file, 0, SEEK_END);
    long size = ftell(file);
    rewind(file);
    *n = size > 0 ? (size_t)size : 0;
    uint8_t *bytes = malloc(*n ? *n : 1);
    if (bytes && fread(bytes, 1, *n, file) != *n) {
        free(bytes);
        bytes = NULL;
    }
    fclose(file);
    return bytes;
}

static int replay_folder(const char *folder)
{
    DIR *entries = opendir(folder);
    if (!entries) {
        fprintf(stderr, "%s: cannot open\n", folder);
        return -1;
    }
    int n_files = 0;
    for (struct dirent *entry; (entry = readdir(entries)) != NULL;) {
        char path[4096];
        size_t n;
        if (entry->d_name[0] == '.') continue;
        snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
        uint8_t *bytes = read_file(path, &n);
        if (!bytes) {
            fprintf(stderr, "%s: cannot read\n", path);
            n_files = -1;
            break;
        }
        LLVMFuzzerTestOneInput(bytes, n);
        free(bytes);
        n_files++;
    }
    closedir(entries);
    return n_files;
}

int main(int argc, char **argv)
{
    int n_files = 0;
    for (int i = 1; i < argc; i++) {
        int n = replay_folder(argv[i]);
        if (n < 0) return 1;
        n_files += n;
    }
    printf("%d inputs replayed\n", n_files);
    return n_files > 0 ? 0 : 1;
}
