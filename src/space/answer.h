/* SPDX-License-Identifier: MIT */
#ifndef EAI_SPACE_ANSWER_H
#define EAI_SPACE_ANSWER_H

/*
 * Answers from the map alone. Each kind of question leaves a number or words, a confidence and a
 * reason; answer.c turns that into an option. Rules and bounds are those that VSI-Bench's answers
 * were made with, as far as its public generators tell (arXiv 2412.14171).
 */

#include <stdbool.h>

#include <edgeai/spatial_prompt.h>

#include "space/labels.h"
#include "space/map_content.h"

typedef struct eai_asking {
    const eai_map_content *content;
    const edgeai_question *question;
    const edgeai_aliases *aliases;
    edgeai_answer *answer; /* kind is set; text, number, confidence and reason are to be */
} eai_asking;

void eai_answer_count(const eai_asking *asking);
void eai_answer_distance(const eai_asking *asking);
void eai_answer_closest(const eai_asking *asking);
void eai_answer_direction(const eai_asking *asking);
void eai_answer_size(const eai_asking *asking);
void eai_answer_room(const eai_asking *asking);
void eai_answer_order(const eai_asking *asking); /* chooses the option itself */
void eai_answer_route(const eai_asking *asking); /* chooses the option itself */

/* Finds what object number `role` of the question means; false, with the reason, when nothing. */
bool eai_asking_find(const eai_asking *asking, size_t role, eai_instances *found);

/* How sure it is that the name means what was found: the most certain instance's confidence, less
 * where the label fits by its head alone. */
double eai_instances_confidence(const eai_asking *asking, const eai_instances *found);

/* Adds a sentence to the reason; no %f. */
void eai_answer_because(edgeai_answer *answer, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* The number as the answer: text with so many decimals. */
void eai_answer_number(edgeai_answer *answer, double number, int decimals);

/* "2.9" for any locale; out of at least 32 bytes. */
const char *eai_number_text(double number, int decimals, char out[48]);

/* Chooses option i with words of its own; nothing without options. */
void eai_answer_choose(const eai_asking *asking, int option);

/* Directions: degrees counter-clockwise from facing to the object, 0 to 360. answer_direction.c */
double eai_bearing_deg(const double from[2], const double ahead[2], const double to[2]);

#endif
