/* SPDX-License-Identifier: MIT */
#include "run/prompt_text.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/exit_code.h"

enum { BYTES_MAX = 16 << 20 };

/* Reads up to BYTES_MAX + 1 bytes, so that too long can be told; NULL when memory is short. */
static char *read_all(FILE *in, size_t *n_bytes)
{
    size_t capacity = 4096, n = 0;
    char *text = malloc(capacity + 1);
    while (text && n <= BYTES_MAX) {
        size_t n_read = fread(text + n, 1, capacity - n, in);
        if (n_read == 0) break;
        n += n_read;
        if (n < capacity) continue;
        capacity *= 2;
        char *bigger = realloc(text, capacity + 1);
        if (!bigger) free(text);
        text = bigger;
    }
    *n_bytes = n;
    return text;
}

static const char *problem_of(FILE *in, const char *text, size_t n)
{
    if (ferror(in)) return strerror(errno);
    if (n > BYTES_MAX) return "longer than 16 MiB";
    if (memchr(text, '\0', n)) return "no text: it holds a NUL byte";
    return NULL;
}

char *prompt_text_read(const char *program, const char *path, int *code)
{
    bool is_stdin = strcmp(path, "-") == 0;
    *code = EXIT_CODE_OK;
    if (!is_stdin && (*code = file_check(program, path)) != EXIT_CODE_OK) return NULL;
    FILE *in = is_stdin ? stdin : fopen(path, "rb");
    size_t n = 0;
    char *text = in ? read_all(in, &n) : NULL;
    const char *problem = !in ? strerror(errno) : text ? problem_of(in, text, n) : NULL;
    if (in && !is_stdin) fclose(in);
    if (!problem && text) {
        if (n > 0 && text[n - 1] == '\n') n--;
        if (n > 0 && text[n - 1] == '\r') n--;
        text[n] = '\0';
        return text;
    }
    free(text);
    fprintf(stderr, "%s: cannot read '%s': %s\n", program, is_stdin ? "standard input" : path,
            problem ? problem : "out of memory");
    *code = problem ? EXIT_CODE_FILE : EXIT_CODE_MEMORY;
    return NULL;
}
