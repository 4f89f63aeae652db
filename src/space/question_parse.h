/* SPDX-License-Identifier: MIT */
#ifndef EAI_SPACE_QUESTION_PARSE_H
#define EAI_SPACE_QUESTION_PARSE_H

/* A question while it is taken apart. */

#include <stdbool.h>
#include <stddef.h>

#include <edgeai/spatial_prompt.h>

typedef struct eai_question {
    edgeai_question question; /* the first member: callers see it alone */
    const edgeai_allocator *allocator;
    size_t bytes; /* of all, with the text behind this struct */
    char names[EDGEAI_QUESTION_OBJECTS][EDGEAI_LABEL_BYTES];
    char *text; /* a copy in lower case, a blank wherever blanks were; no options */
} eai_question;

/* Kind, names and steps from `text`; LIMIT when there are more than fit. question_templates.c */
edgeai_status eai_question_match(eai_question *self);

/* The next option at or behind `at` of letter number i ("A." or "A)" at the begin of a line, or
 * behind a blank where `may_be_inline`): where its letter is, and what it says; NULL: none. */
const char *eai_option_find(const char *at, int i, bool may_be_inline, const char **says);

/* Cuts the options off and notes them, from the end of a copy of the question as it was given. */
edgeai_status eai_options_cut(eai_question *self, char *copy);

/* What an option says without its letter: behind "A. ", "B) ", "(C) ". */
const char *eai_option_text(const char *option);

#endif
