/* SPDX-License-Identifier: MIT */
#ifndef TOOLS_COMMON_NUMBER_LIST_H
#define TOOLS_COMMON_NUMBER_LIST_H

/* Whole numbers from the command line: "1,8,32", "1-4", "32-128+32", "1-512*2". */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { NUMBER_LIST_MAX = 256 };

typedef struct number_list {
    int64_t items[NUMBER_LIST_MAX];
    size_t n;
} number_list;

/*
 * Reads numbers and ranges separated by commas, in their order. A range FIRST-LAST counts up by
 * one, by STEP with +STEP (>= 1), or is multiplied by FACTOR with *FACTOR (>= 2); it ends at the
 * greatest of its numbers that is not above LAST. False when a piece cannot be read, is outside
 * [min, max] (min >= 0), or makes the list too long: its text is then in bad[0..64).
 */
bool number_list_read(number_list *list, const char *text, int64_t min, int64_t max, char bad[64]);

/* The largest; 0 of an empty list. */
int64_t number_list_largest(const number_list *list);

#endif
