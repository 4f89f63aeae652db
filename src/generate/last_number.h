/* SPDX-License-Identifier: MIT */
#ifndef EAI_GENERATE_LAST_NUMBER_H
#define EAI_GENERATE_LAST_NUMBER_H

/* The number a worked answer ends with: "so she pays $1,250.00." gives 1,250.00. */

#include <stdbool.h>
#include <stddef.h>

/* Finds the text's last decimal number, text[*begin .. *end); false when there is none. */
bool eai_last_number(const char *text, size_t *begin, size_t *end);

/* Whether both texts have a last number, and it is the same value however it is written. */
bool eai_same_last_number(const char *a, const char *b);

#endif
