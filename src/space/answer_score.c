/* SPDX-License-Identifier: MIT */

/* How right answers are, after VSI-Bench's own evaluation. */

#include <math.h>
#include <stdbool.h>
#include <string.h>

#include <edgeai/spatial_prompt.h>

/* The first decimal number in a text. */
static bool first_number(const char *text, double *number)
{
    const char *at = strpbrk(text, "0123456789");
    if (!at) return false;
    const bool is_negative = at > text && at[-1] == '-';
    double value = 0, place = 1;
    for (; *at >= '0' && *at <= '9'; at++)
        value = value * 10 + (*at - '0');
    if (*at == '.')
        for (at++; *at >= '0' && *at <= '9'; at++) {
            value = value * 10 + (*at - '0');
            place *= 10;
        }
    *number = (is_negative ? -value : value) / place;
    return isfinite(*number);
}

static double mean_relative_accuracy(double found, double truth)
{
    enum { THRESHOLDS = 10 };
    int n = 0;
    const double off = found == truth ? 0 : fabs(found - truth) / fabs(truth);
    for (int i = 0; i < THRESHOLDS; i++)
        n += off <= 1 - (0.5 + 0.05 * i);
    return (double)n / THRESHOLDS;
}

static bool is_letter(char c)
{
    const unsigned char u = (unsigned char)c;
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || u >= 0x80;
}

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

/* The first word, marks around it left out: "B" of "(B) left". */
static size_t first_word(const char *text, const char **word)
{
    size_t n = 0;
    while (*text && !is_letter(*text))
        text++;
    *word = text;
    while (is_letter(text[n]) || (n && text[n] == '-' && is_letter(text[n + 1])))
        n++;
    return n;
}

static bool same_word(const char *a, const char *b)
{
    const char *first, *second;
    const size_t n = first_word(a, &first);
    if (n == 0 || first_word(b, &second) != n) return false;
    for (size_t i = 0; i < n; i++)
        if (lower(first[i]) != lower(second[i])) return false;
    return true;
}

double edgeai_answer_score(edgeai_question_kind kind, const char *truth, const char *answer)
{
    double found, expected;
    switch (kind) {
    case EDGEAI_QUESTION_COUNT:
    case EDGEAI_QUESTION_DISTANCE:
    case EDGEAI_QUESTION_SIZE:
    case EDGEAI_QUESTION_ROOM:
        if (!first_number(truth, &expected) || !first_number(answer, &found)) return 0;
        return mean_relative_accuracy(found, expected);
    default:
        return same_word(truth, answer) ? 1 : 0;
    }
}

double edgeai_answer_overall(const double *sums, const size_t *counts)
{
    double sum = 0, directions = 0;
    int n = 0, n_directions = 0;
    for (int kind = 1; kind < EDGEAI_QUESTION_KINDS; kind++) {
        if (counts[kind] == 0) continue;
        const double mean = sums[kind] / (double)counts[kind];
        if (kind >= EDGEAI_QUESTION_DIRECTION_EASY && kind <= EDGEAI_QUESTION_DIRECTION_HARD) {
            directions += mean;
            n_directions++;
        } else {
            sum += mean;
            n++;
        }
    }
    if (n_directions) {
        sum += directions / n_directions;
        n++;
    }
    return n ? sum / n : 0;
}
