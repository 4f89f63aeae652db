/* SPDX-License-Identifier: MIT */
#include "space/answer.h"

#include <edgeai/spatial_prompt.h>

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/fail.h"
#include "base/text.h"
#include "space/map_internal.h"

#define CONFIDENCE_MIN 0.2
#define HEAD_FIT       0.7 /* "chair" may be what the map calls "office chair", or not */

const char *eai_number_text(double number, int decimals, char out[48])
{
    if (!isfinite(number)) number = 0;
    snprintf(out, 48, "%.*f", decimals, fmin(fmax(number, -1e15), 1e15) + 0.0);
    char *comma = strchr(out, ',');
    if (comma) *comma = '.';
    return out;
}

void eai_answer_because(edgeai_answer *answer, const char *format, ...)
{
    const size_t used = strlen(answer->reason), left = sizeof answer->reason - used;
    va_list arguments;
    va_start(arguments, format);
    if (left > 2) {
        const int blank = used > 0;
        if (blank) strcpy(answer->reason + used, " ");
        vsnprintf(answer->reason + used + (size_t)blank, left - (size_t)blank, format, arguments);
    }
    va_end(arguments);
}

void eai_answer_number(edgeai_answer *answer, double number, int decimals)
{
    char text[48];
    answer->number = number;
    snprintf(answer->text, sizeof answer->text, "%s", eai_number_text(number, decimals, text));
}

bool eai_asking_find(const eai_asking *asking, size_t role, eai_instances *found)
{
    const char *name = asking->question->objects[role];
    eai_find_instances(found, asking->content, asking->aliases, name);
    if (found->n > 0) return true;
    asking->answer->confidence = 0;
    eai_answer_because(asking->answer, "The map has no %s.", name);
    return false;
}

double eai_instances_confidence(const eai_asking *asking, const eai_instances *found)
{
    const double own = asking->content->objects[found->index[0]].confidence;
    return own * (found->fit == EAI_FIT_FULL ? 1 : HEAD_FIT);
}

void eai_answer_choose(const eai_asking *asking, int option)
{
    edgeai_answer *answer = asking->answer;
    if (option < 0 || option >= (int)asking->question->n_options) return;
    answer->option = option;
    snprintf(answer->text, sizeof answer->text, "%c", 'A' + option);
}

/* A number in an option's text: "2.9 m". */
static bool read_number(const char *text, double *number)
{
    char copy[48];
    const char *at = strpbrk(text, "0123456789");
    if (!at) return false;
    const size_t n = strspn(at, "0123456789.");
    if (n >= sizeof copy) return false;
    memcpy(copy, at, n);
    copy[n] = '\0';
    double value = 0, place = 1;
    bool is_behind = false;
    for (size_t i = 0; i < n; i++) { /* strtod() would follow the locale */
        if (copy[i] == '.') {
            if (is_behind) break;
            is_behind = true;
            continue;
        }
        value = value * 10 + (copy[i] - '0');
        if (is_behind) place *= 10;
    }
    *number = value / place;
    return true;
}

static void choose_by_number(const eai_asking *asking)
{
    double least = INFINITY;
    int best = -1;
    for (size_t i = 0; i < asking->question->n_options; i++) {
        double number;
        if (!read_number(asking->question->options[i], &number)) continue;
        if (fabs(number - asking->answer->number) < least) {
            least = fabs(number - asking->answer->number);
            best = (int)i;
        }
    }
    eai_answer_choose(asking, best);
}

static void choose_by_words(const eai_asking *asking)
{
    for (size_t i = 0; i < asking->question->n_options; i++)
        if (edgeai_aliases_match(asking->aliases, asking->question->options[i],
                                 asking->answer->text)) {
            eai_answer_choose(asking, (int)i);
            return;
        }
}

static void choose(const eai_asking *asking)
{
    const edgeai_answer *answer = asking->answer;
    if (asking->question->n_options == 0 || answer->option >= 0 || !answer->text[0]) return;
    if (!isnan(answer->number))
        choose_by_number(asking);
    else
        choose_by_words(asking);
    if (answer->option < 0) {
        asking->answer->confidence = 0;
        eai_answer_because(asking->answer, "None of the options says \"%s\".", answer->text);
    }
}

/* Lengths of a map without a scale say nothing in metres. */
static void check_scale(const eai_asking *asking)
{
    const edgeai_question_kind kind = asking->question->kind;
    const bool is_length = kind == EDGEAI_QUESTION_DISTANCE || kind == EDGEAI_QUESTION_SIZE ||
                           kind == EDGEAI_QUESTION_ROOM;
    if (!is_length || asking->content->metric || !asking->answer->text[0]) return;
    asking->answer->confidence = 0;
    eai_answer_because(asking->answer, "The map is not metric: its lengths are not metres.");
}

static void answer_question(const eai_asking *asking)
{
    static void (*const answers[EDGEAI_QUESTION_KINDS])(const eai_asking *) = {
        [EDGEAI_QUESTION_COUNT] = eai_answer_count,
        [EDGEAI_QUESTION_DISTANCE] = eai_answer_distance,
        [EDGEAI_QUESTION_CLOSEST] = eai_answer_closest,
        [EDGEAI_QUESTION_DIRECTION_EASY] = eai_answer_direction,
        [EDGEAI_QUESTION_DIRECTION_MEDIUM] = eai_answer_direction,
        [EDGEAI_QUESTION_DIRECTION_HARD] = eai_answer_direction,
        [EDGEAI_QUESTION_SIZE] = eai_answer_size,
        [EDGEAI_QUESTION_ROOM] = eai_answer_room,
        [EDGEAI_QUESTION_ORDER] = eai_answer_order,
        [EDGEAI_QUESTION_ROUTE] = eai_answer_route};
    if (asking->question->kind == EDGEAI_QUESTION_UNKNOWN) {
        eai_answer_because(asking->answer, "The question is of no kind that the map can answer.");
        return;
    }
    answers[asking->question->kind](asking);
    check_scale(asking);
    choose(asking);
}

/* What others wrote may have been cut within a character. */
static void end_whole(char *text)
{
    size_t n = strlen(text), at = n;
    while (at > 0 && n - at < 4 && ((unsigned char)text[at - 1] & 0xc0) == 0x80)
        at--;
    if (at == 0) return;
    const unsigned char first = (unsigned char)text[at - 1];
    const size_t length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : first >= 0xc0 ? 2 : 1;
    if (length > 1 && n - (at - 1) < length) text[at - 1] = '\0';
}

/* Labels have any bytes. */
static void to_utf8(char *text)
{
    end_whole(text);
    for (size_t n = strlen(text); n > 0;) {
        uint32_t code_point;
        const int length = eai_utf8_decode((const unsigned char *)text, n, &code_point);
        const size_t step = length > 0 ? (size_t)length : 1;
        if (length <= 0 || (unsigned char)*text < ' ') *text = '?';
        text += step;
        n -= step;
    }
}

static edgeai_status check_ask_options(edgeai_map_ask_options *own,
                                       const edgeai_map_ask_options *given)
{
    *own = (edgeai_map_ask_options){0};
    if (given && given->struct_size < sizeof given->struct_size)
        return eai_fail(EDGEAI_E_INVALID, "map_ask: options: struct_size is not set");
    if (given)
        memcpy(own, given, given->struct_size < sizeof *own ? given->struct_size : sizeof *own);
    if (!(own->confidence_min >= 0 && own->confidence_min <= 1))
        return eai_fail(EDGEAI_E_INVALID, "map_ask: confidence_min: expected 0 to 1");
    if (own->confidence_min == 0) own->confidence_min = CONFIDENCE_MIN;
    return EDGEAI_OK;
}

edgeai_status edgeai_map_ask(const edgeai_map *map, const char *question,
                             const edgeai_map_ask_options *options, edgeai_answer *answer)
{
    edgeai_map_ask_options own;
    edgeai_question *parsed;
    if (!map || !question || !answer)
        return eai_fail(EDGEAI_E_INVALID, "map_ask: map, question or answer is NULL");
    EAI_TRY(check_ask_options(&own, options));
    EAI_TRY(edgeai_question_parse(&parsed, map->context, question, own.options, own.n_options));
    *answer = (edgeai_answer){.kind = parsed->kind, .number = NAN, .option = -1};
    const eai_asking asking = {&map->content, parsed, own.aliases, answer};
    answer_question(&asking);
    answer->confidence = fmin(fmax(answer->confidence, 0), 1);
    answer->abstained = !answer->text[0] || answer->confidence < own.confidence_min;
    to_utf8(answer->text);
    to_utf8(answer->reason);
    edgeai_question_free(parsed);
    return EDGEAI_OK;
}
