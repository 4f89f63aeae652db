/* SPDX-License-Identifier: MIT */
#include "common/number_list.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct number_range {
    int64_t first, last;
    int64_t step, factor; /* one of them is 0 */
} number_range;

/* A number at *text, which is moved behind it. Signs and blanks, which strtoll takes, are none. */
static bool read_number(const char **text, int64_t *number)
{
    char *end;
    if (!isdigit((unsigned char)**text)) return false;
    errno = 0;
    *number = strtoll(*text, &end, 10);
    *text = end;
    return errno == 0;
}

static bool read_range(const char **text, number_range *range)
{
    *range = (number_range){.step = 1};
    if (!read_number(text, &range->first)) return false;
    range->last = range->first;
    if (**text != '-') return true;
    ++*text;
    if (!read_number(text, &range->last)) return false;
    const char kind = **text;
    if (kind != '+' && kind != '*') return true;
    ++*text;
    range->step = 0;
    return read_number(text, kind == '+' ? &range->step : &range->factor);
}

/* Whether counting through the range moves on, stays within limits, and ends. */
static bool is_sound(const number_range *range, int64_t min, int64_t max)
{
    if (range->first < min || range->last > max || range->first > range->last) return false;
    return range->step ? range->step >= 1 : range->factor >= 2 && range->first >= 1;
}

static bool add_range(number_list *list, const number_range *range)
{
    for (int64_t number = range->first;;) {
        if (list->n == NUMBER_LIST_MAX) return false;
        list->items[list->n++] = number;
        /* Compared with what is left, so that nothing overflows. */
        if (range->step) {
            if (range->step > range->last - number) return true;
            number += range->step;
        } else {
            if (number > range->last / range->factor) return true;
            number *= range->factor;
        }
    }
}

bool number_list_read(number_list *list, const char *text, int64_t min, int64_t max, char bad[64])
{
    *list = (number_list){0};
    for (;;) {
        const char *piece = text;
        number_range range;
        bool is_ok = read_range(&text, &range) && (*text == ',' || *text == '\0') &&
                     is_sound(&range, min, max) && add_range(list, &range);
        if (!is_ok) {
            size_t n = strcspn(piece, ",");
            snprintf(bad, 64, "%.*s", n < 63 ? (int)n : 63, piece);
            return false;
        }
        if (*text == '\0') return true;
        text++;
    }
}

int64_t number_list_largest(const number_list *list)
{
    int64_t largest = 0;
    for (size_t i = 0; i < list->n; i++)
        if (list->items[i] > largest) largest = list->items[i];
    return largest;
}
