/* SPDX-License-Identifier: MIT */
#ifndef TOOLS_CONVERT_CONVERT_H
#define TOOLS_CONVERT_CONVERT_H

/* What the command line of edgeai-convert says, read. */

#include <stdbool.h>
#include <stddef.h>

/* Labels of a text file, one a line. */
typedef struct label_list {
    char **labels; /* [n] */
    size_t n, capacity;
} label_list;

/* False with errno set, or 0 where a line is no text. */
bool label_list_read(label_list *self, const char *path);
void label_list_free(label_list *self);

/*
 * "width=32,height=32,mean=0.5:0.5:0.5" as the JSON of edgeai.preprocess, with its version; a text
 * that begins with '{' is JSON already. free() it. NULL when memory is short, or where an entry is
 * no key=value: *wrong then is that entry.
 */
char *preprocess_json(const char *text, const char **wrong);

#endif
