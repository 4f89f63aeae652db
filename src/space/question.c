/* SPDX-License-Identifier: MIT */

/* A question's memory, its options, and what its kinds are called. */

#include <string.h>

#include "base/fail.h"
#include "base/memory.h"
#include "platform/context_internal.h"
#include "space/question_parse.h"

#include <edgeai/spatial_prompt.h>

const char *edgeai_question_kind_name(edgeai_question_kind kind)
{
    static const char *const names[EDGEAI_QUESTION_KINDS] = {
        [EDGEAI_QUESTION_UNKNOWN] = "unknown",
        [EDGEAI_QUESTION_COUNT] = "object_counting",
        [EDGEAI_QUESTION_DISTANCE] = "object_abs_distance",
        [EDGEAI_QUESTION_CLOSEST] = "object_rel_distance",
        [EDGEAI_QUESTION_DIRECTION_EASY] = "object_rel_direction_easy",
        [EDGEAI_QUESTION_DIRECTION_MEDIUM] = "object_rel_direction_medium",
        [EDGEAI_QUESTION_DIRECTION_HARD] = "object_rel_direction_hard",
        [EDGEAI_QUESTION_SIZE] = "object_size_estimation",
        [EDGEAI_QUESTION_ROOM] = "room_size_estimation",
        [EDGEAI_QUESTION_ORDER] = "obj_appearance_order",
        [EDGEAI_QUESTION_ROUTE] = "route_planning"};
    const int number = (int)kind;
    return names[number >= 0 && number < EDGEAI_QUESTION_KINDS ? number : 0];
}

static bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

const char *eai_option_find(const char *at, int i, bool may_be_inline, const char **says)
{
    const char letter = (char)('A' + i);
    for (bool is_begin = true, is_line = true; *at; at++) {
        if (*at == letter && (at[1] == '.' || at[1] == ')') && is_space(at[2]) &&
            (is_line || (may_be_inline && is_begin))) {
            *says = at + 2;
            return at;
        }
        if (*at == '\n') is_line = true;
        is_begin = is_space(*at) || *at == ',' || *at == ';' || *at == '(';
        if (!is_begin) is_line = false;
    }
    return NULL;
}

const char *eai_option_text(const char *option)
{
    while (is_space(*option) || *option == '(')
        option++;
    const bool has_letter = option[0] >= 'A' && option[0] < 'A' + EDGEAI_QUESTION_OPTIONS &&
                            (option[1] == '.' || option[1] == ')');
    if (has_letter) option += 2;
    while (is_space(*option))
        option++;
    return option;
}

static char *trim(char *text)
{
    size_t n = strlen(text);
    while (n > 0 && (is_space(text[n - 1]) || text[n - 1] == ',' || text[n - 1] == ';'))
        text[--n] = '\0';
    while (is_space(*text))
        text++;
    return text;
}

/* The last "options:" whatever its case. */
static char *find_options_word(char *copy)
{
    static const char word[] = "options:";
    char *found = NULL;
    for (char *at = copy; *at; at++) {
        size_t n = 0;
        while (word[n] && (at[n] | 0x20) == (word[n] | 0x20))
            n++;
        if (!word[n]) found = at;
    }
    return found;
}

edgeai_status eai_options_cut(eai_question *self, char *copy)
{
    char *word = find_options_word(copy);
    const char *says, *next_says;
    const char *at = eai_option_find(word ? word : copy, 0, word != NULL, &says);
    if (!at) return EDGEAI_OK; /* "options:" may be a word like any other */
    edgeai_question *q = &self->question;
    char *const begin = word && word < at ? word : copy + (at - copy);
    for (int i = 0;; i++) {
        if (i == EDGEAI_QUESTION_OPTIONS)
            return eai_fail(EDGEAI_E_LIMIT, "question: at most %d options",
                            EDGEAI_QUESTION_OPTIONS);
        char *text = copy + (says - copy);
        const char *next = eai_option_find(says, i + 1, word != NULL, &next_says);
        if (next) copy[next - copy] = '\0';
        q->options[q->n_options++] = trim(text);
        if (!next) break;
        says = next_says;
    }
    *begin = '\0';
    return EDGEAI_OK;
}

/* Lower case with single blanks: the templates see no line breaks. */
static void flatten(char *text)
{
    char *out = text;
    for (const char *at = text; *at; at++) {
        const char c = *at >= 'A' && *at <= 'Z' ? (char)(*at - 'A' + 'a') : *at;
        if (!is_space(c))
            *out++ = c;
        else if (out > text && out[-1] != ' ')
            *out++ = ' ';
    }
    while (out > text && out[-1] == ' ')
        out--;
    *out = '\0';
}

static edgeai_status measure(const char *text, const char *const *options, size_t n_options,
                             size_t *bytes)
{
    if (n_options > EDGEAI_QUESTION_OPTIONS)
        return eai_fail(EDGEAI_E_LIMIT, "question: at most %d options, found %zu",
                        EDGEAI_QUESTION_OPTIONS, n_options);
    size_t n = strlen(text);
    for (size_t i = 0; i < n_options; i++) {
        if (!options[i]) return eai_fail(EDGEAI_E_INVALID, "question: option %zu is NULL", i);
        n += strlen(options[i]) + 1;
    }
    if (n > EDGEAI_QUESTION_BYTES_MAX)
        return eai_fail(EDGEAI_E_LIMIT, "question: at most %d bytes with its options, found %zu",
                        EDGEAI_QUESTION_BYTES_MAX, n);
    *bytes = sizeof(eai_question) + 2 * (n + 1);
    return EDGEAI_OK;
}

static edgeai_status fill(eai_question *self, const char *text, const char *const *options,
                          size_t n_options)
{
    edgeai_question *q = &self->question;
    const size_t n = strlen(text);
    char *copy = (char *)(self + 1), *spare = copy + n + 1;
    memcpy(copy, text, n + 1);
    EAI_TRY(eai_options_cut(self, copy));
    if (n_options) q->n_options = 0;
    for (size_t i = 0; i < n_options; i++) {
        const size_t n_option = strlen(options[i]);
        memcpy(spare, options[i], n_option + 1);
        q->options[q->n_options++] = trim(spare + (eai_option_text(spare) - spare));
        spare += n_option + 1;
    }
    self->text = spare; /* `copy` holds the options that were cut off */
    memcpy(self->text, copy, strlen(copy) + 1);
    flatten(self->text);
    return eai_question_match(self);
}

edgeai_status edgeai_question_parse(edgeai_question **out, edgeai_context *context,
                                    const char *text, const char *const *options, size_t n_options)
{
    if (!out) return eai_fail(EDGEAI_E_INVALID, "question_parse: out is NULL");
    *out = NULL;
    if (!context || !text || (n_options && !options))
        return eai_fail(EDGEAI_E_INVALID, "question_parse: context, text or options are NULL");
    size_t bytes = 0;
    EAI_TRY(measure(text, options, n_options, &bytes));
    eai_question *self = eai_allocate(&context->allocator, bytes, "question");
    if (!self) return EDGEAI_E_MEMORY;
    self->allocator = &context->allocator;
    self->bytes = bytes;
    const edgeai_status status = fill(self, text, options, n_options);
    if (status == EDGEAI_OK)
        *out = &self->question;
    else
        edgeai_question_free(&self->question);
    return status;
}

void edgeai_question_free(edgeai_question *question)
{
    if (!question) return;
    eai_question *self = (eai_question *)question; /* its first member */
    eai_release(self->allocator, self, self->bytes);
}
