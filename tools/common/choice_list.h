/* SPDX-License-Identifier: MIT */
#ifndef TOOLS_COMMON_CHOICE_LIST_H
#define TOOLS_COMMON_CHOICE_LIST_H

/* A list of choices from the command line: "dico,threshold", or "all". */

#include <stdbool.h>
#include <stddef.h>

enum { CHOICE_LIST_MAX = 16 };

typedef struct choice_list {
    int items[CHOICE_LIST_MAX];
    size_t n;
} choice_list;

/*
 * Reads names separated by commas, letter case ignored, against NULL-terminated choices, each at
 * most once. False when one is unknown or doubled: its text is then in unknown[0..64).
 */
bool choice_list_read(choice_list *list, const char *text, const char *const *choices,
                      char unknown[64]);

#endif
