/* SPDX-License-Identifier: MIT */

/*
 * VSI-Bench's wordings (arXiv 2412.14171, section 3 and its public question files), and others
 * close to them. The text is in lower case with single blanks.
 */

#include <string.h>

#include "base/fail.h"
#include "space/labels.h"
#include "space/question_parse.h"

#include <edgeai/spatial_prompt.h>

/* Where `part` ends in the text at or behind `at`; NULL when it is not there. */
static const char *behind(const char *at, const char *part)
{
    const char *found = at ? strstr(at, part) : NULL;
    return found ? found + strlen(part) : NULL;
}

/* The first of the endings, separated by '|', at or behind `at`; the text's end when none is. */
static const char *until(const char *at, const char *endings)
{
    const char *first = at + strlen(at);
    while (*endings) {
        char ending[32];
        const size_t n = strcspn(endings, "|");
        memcpy(ending, endings, n);
        ending[n] = '\0';
        const char *found = strstr(at, ending);
        if (found && found < first) first = found;
        endings += n + (endings[n] == '|');
    }
    return first;
}

static edgeai_status add_name(eai_question *self, const char *begin, const char *end)
{
    edgeai_question *q = &self->question;
    if (q->n_objects == EDGEAI_QUESTION_OBJECTS)
        return eai_fail(EDGEAI_E_LIMIT, "question: at most %d names of objects",
                        EDGEAI_QUESTION_OBJECTS);
    char *name = self->names[q->n_objects];
    eai_label_normalize(begin, (size_t)(end - begin), name);
    q->objects[q->n_objects++] = name;
    return EDGEAI_OK;
}

/* Adds the name from *at to the first ending, and goes there. */
static edgeai_status take(eai_question *self, const char **at, const char *endings)
{
    const char *end = until(*at, endings);
    const edgeai_status status = add_name(self, *at, end);
    *at = end;
    return status;
}

/* "a, b, and c" up to `end`. */
static edgeai_status take_list(eai_question *self, const char *at, const char *end)
{
    while (at < end) {
        const char *comma = memchr(at, ',', (size_t)(end - at));
        if (!comma) comma = end;
        if (*at == ' ') at++;
        if (end - at > 4 && memcmp(at, "and ", 4) == 0) at += 4;
        if (comma > at) EAI_TRY(add_name(self, at, comma));
        at = comma < end ? comma + 1 : end;
    }
    return EDGEAI_OK;
}

static edgeai_status match_count(eai_question *self)
{
    const char *at = behind(self->text, "how many ");
    if (!at) return EDGEAI_OK;
    self->question.kind = EDGEAI_QUESTION_COUNT;
    return take(self, &at, "(s)| are | is | can | do | does | in th|?");
}

static edgeai_status match_distance(eai_question *self)
{
    const char *at = behind(self->text, "distance between ");
    if (!at) at = behind(self->text, "distance from ");
    const bool is_far = !at;
    if (is_far) at = behind(self->text, "how far is ");
    if (!at) return EDGEAI_OK;
    self->question.kind = EDGEAI_QUESTION_DISTANCE;
    const char *from = at;
    EAI_TRY(take(self, &from, is_far ? " away from | from | to " : " and | to "));
    const char *second = behind(from, is_far ? "from " : " and ");
    if (!second) second = behind(from, " to ");
    if (!second) return EDGEAI_OK;
    return take(self, &second, " (| in met|?|,|.");
}

static edgeai_status match_closest(eai_question *self)
{
    const char *at = behind(self->text, "which of these objects");
    const char *list = behind(at, "("), *list_end = list ? strchr(list, ')') : NULL;
    const char *reference = behind(list_end, "closest to ");
    if (!reference) reference = behind(list_end, "nearest to ");
    if (!reference) return EDGEAI_OK;
    self->question.kind = EDGEAI_QUESTION_CLOSEST;
    EAI_TRY(take(self, &reference, "?|."));
    return take_list(self, list, list_end);
}

static edgeai_question_kind level_of(const char *text)
{
    if (strstr(text, "front-left") || strstr(text, "front left"))
        return EDGEAI_QUESTION_DIRECTION_HARD;
    const char *asked = behind(text, " to my ");
    if (asked && strstr(asked, "back")) return EDGEAI_QUESTION_DIRECTION_MEDIUM;
    return EDGEAI_QUESTION_DIRECTION_EASY;
}

static edgeai_status match_direction(eai_question *self)
{
    const char *at = behind(self->text, "standing by ");
    if (!at) at = behind(self->text, "standing at ");
    if (!at) at = behind(self->text, "standing next to ");
    const char *facing = behind(at, " facing "), *query = behind(facing, " is ");
    if (!query) return EDGEAI_OK;
    self->question.kind = level_of(query);
    EAI_TRY(take(self, &at, " and facing | facing |,"));
    EAI_TRY(take(self, &facing, ","));
    return take(self, &query, " to my | to the left| to the right| on my | located|?");
}

static edgeai_status match_size(eai_question *self)
{
    const char *at = behind(self->text, "longest dimension");
    if (!at) at = behind(self->text, "longest side");
    const char *name = at ? behind(at, ") of ") : NULL;
    if (!name) name = behind(at, " of ");
    if (!name) return EDGEAI_OK;
    self->question.kind = EDGEAI_QUESTION_SIZE;
    return take(self, &name, ", measured| in centi| (|?|,");
}

static edgeai_status match_room(eai_question *self)
{
    static const char *const wordings[] = {"size of this room",      "size of the room",
                                           "area of this room",      "area of the room",
                                           "how large is this room", "how big is this room"};
    for (size_t i = 0; i < sizeof wordings / sizeof *wordings; i++)
        if (strstr(self->text, wordings[i])) self->question.kind = EDGEAI_QUESTION_ROOM;
    return EDGEAI_OK;
}

static edgeai_status match_order(eai_question *self)
{
    const char *at = behind(self->text, "appearance order");
    const char *list = behind(at, ": ");
    if (!list) return EDGEAI_OK;
    self->question.kind = EDGEAI_QUESTION_ORDER;
    return take_list(self, list, until(list, "?"));
}

static edgeai_status add_step(eai_question *self, int step)
{
    edgeai_question *q = &self->question;
    if (q->n_steps == EDGEAI_QUESTION_STEPS)
        return eai_fail(EDGEAI_E_LIMIT, "question: at most %d steps", EDGEAI_QUESTION_STEPS);
    q->steps[q->n_steps++] = step;
    return EDGEAI_OK;
}

/* "1. [please fill in] 2. go forward until the sink 3. ..." in whatever order. */
static edgeai_status take_steps(eai_question *self, const char *at)
{
    static const char gap[] = "please fill in]", go[] = "go forward until ";
    while (at) {
        const char *next_gap = behind(at, gap), *next_go = behind(at, go);
        if (!next_gap && !next_go) return EDGEAI_OK;
        if (next_gap && (!next_go || next_gap < next_go)) {
            EAI_TRY(add_step(self, EDGEAI_STEP_TURN));
            at = next_gap;
        } else {
            /* The next action begins with its number; "until the sink is on your left" ends too. */
            EAI_TRY(add_step(self, (int)self->question.n_objects));
            const char *name = next_go;
            const char *end = name + strcspn(name, "0123456789.,;[]");
            const char *relation = until(name, " is on | is to | and ");
            EAI_TRY(add_name(self, name, relation < end ? relation : end));
            at = end;
        }
    }
    return EDGEAI_OK;
}

static edgeai_status match_route(eai_question *self)
{
    const char *at = behind(self->text, "robot beginning at ");
    const char *facing = behind(at, " facing "), *goal = behind(facing, "navigate to ");
    if (!goal) return EDGEAI_OK;
    self->question.kind = EDGEAI_QUESTION_ROUTE;
    EAI_TRY(take(self, &at, " and facing | facing |,|."));
    EAI_TRY(take(self, &facing, ".|, | and then "));
    EAI_TRY(take(self, &goal, ".|,"));
    /* The gaps' explanation in brackets has one too. */
    const char *actions = behind(goal, "1.");
    return take_steps(self, actions ? actions : goal);
}

/* A kind of which a name is missing is none. */
static bool is_whole(const edgeai_question *q)
{
    static const size_t needed[EDGEAI_QUESTION_KINDS] = {[EDGEAI_QUESTION_COUNT] = 1,
                                                         [EDGEAI_QUESTION_DISTANCE] = 2,
                                                         [EDGEAI_QUESTION_CLOSEST] = 2,
                                                         [EDGEAI_QUESTION_DIRECTION_EASY] = 3,
                                                         [EDGEAI_QUESTION_DIRECTION_MEDIUM] = 3,
                                                         [EDGEAI_QUESTION_DIRECTION_HARD] = 3,
                                                         [EDGEAI_QUESTION_SIZE] = 1,
                                                         [EDGEAI_QUESTION_ORDER] = 1,
                                                         [EDGEAI_QUESTION_ROUTE] = 3};
    for (size_t i = 0; i < q->n_objects; i++)
        if (!*q->objects[i]) return false;
    return q->n_objects >= needed[q->kind];
}

edgeai_status eai_question_match(eai_question *self)
{
    /* The more particular ones first: a route may speak of distances. */
    static edgeai_status (*const matchers[])(eai_question *) = {
        match_route, match_direction, match_order, match_closest,
        match_size,  match_distance,  match_room,  match_count};
    edgeai_question *q = &self->question;
    for (size_t i = 0; i < sizeof matchers / sizeof *matchers; i++) {
        EAI_TRY(matchers[i](self));
        if (q->kind != EDGEAI_QUESTION_UNKNOWN && is_whole(q)) return EDGEAI_OK;
        q->kind = EDGEAI_QUESTION_UNKNOWN;
        q->n_objects = q->n_steps = 0;
    }
    return EDGEAI_OK;
}
