/* SPDX-License-Identifier: MIT */
#include "common/choice_list.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

static int find(const char *name, size_t n, const char *const *choices)
{
    for (int i = 0; choices[i]; i++)
        if (strlen(choices[i]) == n && strncasecmp(choices[i], name, n) == 0) return i;
    return -1;
}

static bool contains(const choice_list *list, int item)
{
    for (size_t i = 0; i < list->n; i++)
        if (list->items[i] == item) return true;
    return false;
}

bool choice_list_read(choice_list *list, const char *text, const char *const *choices,
                      char unknown[64])
{
    *list = (choice_list){0};
    if (strcmp(text, "all") == 0) {
        while (choices[list->n] && list->n < CHOICE_LIST_MAX) {
            list->items[list->n] = (int)list->n;
            list->n++;
        }
        return true;
    }
    for (;;) {
        size_t n = strcspn(text, ",");
        int item = find(text, n, choices);
        if (item < 0 || contains(list, item) || list->n == CHOICE_LIST_MAX) {
            snprintf(unknown, 64, "%.*s", n < 63 ? (int)n : 63, text);
            return false;
        }
        list->items[list->n++] = item;
        if (!text[n]) return true;
        text += n + 1;
    }
}
