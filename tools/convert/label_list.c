/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "convert/convert.h"

static bool add(label_list *self, const char *line, size_t n)
{
    if (self->n == self->capacity) {
        size_t capacity = self->capacity ? 2 * self->capacity : 64;
        char **bigger = realloc(self->labels, capacity * sizeof *bigger);
        if (!bigger) return false;
        self->labels = bigger;
        self->capacity = capacity;
    }
    char *copy = malloc(n + 1);
    if (!copy) return false;
    memcpy(copy, line, n);
    copy[n] = '\0';
    self->labels[self->n++] = copy;
    return true;
}

/* Lines end in \n or \r\n; empty ones at the end do not count. */
bool label_list_read(label_list *self, const char *path)
{
    *self = (label_list){0};
    FILE *file = fopen(path, "rb");
    if (!file) return false;
    char *line = NULL;
    size_t room = 0;
    ssize_t got;
    bool is_ok = true;
    while (is_ok && (got = getline(&line, &room, file)) >= 0) {
        size_t n = (size_t)got;
        while (n > 0 && (line[n - 1] == '\n' || line[n - 1] == '\r'))
            n--;
        errno = 0;
        is_ok = !memchr(line, 0, n) && add(self, line, n);
    }
    if (is_ok && ferror(file)) is_ok = false;
    free(line);
    fclose(file);
    while (self->n > 0 && !*self->labels[self->n - 1])
        free(self->labels[--self->n]);
    if (!is_ok) label_list_free(self);
    return is_ok;
}

void label_list_free(label_list *self)
{
    for (size_t i = 0; i < self->n; i++)
        free(self->labels[i]);
    free(self->labels);
    *self = (label_list){0};
}
