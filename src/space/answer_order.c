/* SPDX-License-Identifier: MIT */

/* In which order things were first seen: of a class the first instance counts. */

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "space/answer.h"

#include <edgeai/spatial_prompt.h>

#define CLEAR_S 1.0 /* questions leave out classes that appear closer together */

typedef struct appearance {
    double time_s; /* infinite: not in the map */
    int frame;
} appearance;

static bool is_earlier(const appearance *a, const appearance *b)
{
    return a->time_s != b->time_s ? a->time_s < b->time_s : a->frame < b->frame;
}

static void find_first(const eai_asking *asking, size_t role, appearance *first, double *confidence)
{
    eai_instances found;
    *first = (appearance){INFINITY, 0};
    eai_find_instances(&found, asking->content, asking->aliases, asking->question->objects[role]);
    *confidence = found.n > 0 ? eai_instances_confidence(asking, &found) : 0;
    for (int i = 0; i < found.n; i++) {
        const eai_map_object *object = &asking->content->objects[found.index[i]];
        const appearance own = {object->first_seen_s, object->first_frame};
        if (isinf(first->time_s) || is_earlier(&own, first)) *first = own;
    }
}

/* The question's objects in the order in which an option names them; false when it names others.
 */
static bool read_option(const eai_asking *asking, const char *option, size_t *order)
{
    const edgeai_question *q = asking->question;
    bool is_used[EDGEAI_QUESTION_OBJECTS] = {false};
    size_t n = 0;
    while (*option) {
        char name[EDGEAI_LABEL_BYTES];
        const size_t n_name = strcspn(option, ",");
        eai_label_normalize(option, n_name, name);
        size_t i = 0;
        while (i < q->n_objects &&
               (is_used[i] || eai_label_fits(asking->aliases, q->objects[i], name) != EAI_FIT_FULL))
            i++;
        if (i == q->n_objects || n == q->n_objects) return false;
        is_used[i] = true;
        order[n++] = i;
        option += n_name + (option[n_name] == ',');
    }
    return n == q->n_objects;
}

/* Kendall's tau over the pairs that were both seen, -1 to 1. */
static double kendall(const appearance *seen, const size_t *order, size_t n)
{
    int sum = 0, n_pairs = 0;
    for (size_t i = 0; i < n; i++)
        for (size_t k = i + 1; k < n; k++) {
            const appearance *a = &seen[order[i]], *b = &seen[order[k]];
            if (isinf(a->time_s) || isinf(b->time_s)) continue;
            n_pairs++;
            sum += is_earlier(a, b) ? 1 : is_earlier(b, a) ? -1 : 0;
        }
    return n_pairs ? (double)sum / n_pairs : 0;
}

static void choose_option(const eai_asking *asking, const appearance *seen)
{
    size_t order[EDGEAI_QUESTION_OBJECTS];
    const edgeai_question *q = asking->question;
    double best = -2, second = -2;
    int option = -1;
    for (size_t i = 0; i < q->n_options; i++) {
        if (!read_option(asking, q->options[i], order)) continue;
        const double tau = kendall(seen, order, q->n_objects);
        if (tau > best) {
            second = best;
            best = tau;
            option = (int)i;
        } else if (tau > second) {
            second = tau;
        }
    }
    eai_answer_choose(asking, option);
    if (best < 1) {
        asking->answer->confidence *= 0.5 + 0.5 * fmax(best, 0);
        eai_answer_because(asking->answer, "No option has that order; the nearest was taken.");
    }
    if (best == second) asking->answer->confidence *= 0.5;
}

/* Sorted by time, classes that are missing last. */
static void sort_roles(const appearance *seen, size_t n, size_t *roles)
{
    for (size_t i = 0; i < n; i++) {
        size_t at = i;
        for (; at > 0 && is_earlier(&seen[i], &seen[roles[at - 1]]); at--)
            roles[at] = roles[at - 1];
        roles[at] = i;
    }
}

static void write_order(const eai_asking *asking, const size_t *roles, size_t n_seen)
{
    edgeai_answer *answer = asking->answer;
    for (size_t i = 0; i < n_seen; i++) {
        const size_t used = strlen(answer->text);
        snprintf(answer->text + used, sizeof answer->text - used, "%s%s", i ? ", " : "",
                 asking->question->objects[roles[i]]);
    }
}

void eai_answer_order(const eai_asking *asking)
{
    const edgeai_question *q = asking->question;
    edgeai_answer *answer = asking->answer;
    appearance seen[EDGEAI_QUESTION_OBJECTS];
    size_t roles[EDGEAI_QUESTION_OBJECTS], n_seen = 0;
    double product = 1, confidence;
    char text[48];
    for (size_t i = 0; i < q->n_objects; i++) {
        find_first(asking, i, &seen[i], &confidence);
        if (isinf(seen[i].time_s)) continue;
        n_seen++;
        product *= confidence;
    }
    if (n_seen == 0) {
        eai_answer_because(answer, "The map has none of them.");
        return;
    }
    sort_roles(seen, q->n_objects, roles);
    write_order(asking, roles, n_seen);
    answer->confidence = pow(product, 1.0 / (double)n_seen) * (double)n_seen / (double)q->n_objects;
    for (size_t i = 0; i < n_seen; i++)
        eai_answer_because(answer, "%s at %s s%s", q->objects[roles[i]],
                           eai_number_text(seen[roles[i]].time_s, 1, text),
                           i + 1 < n_seen ? "," : ".");
    if (n_seen < q->n_objects)
        eai_answer_because(answer, "%zu of %zu are not in the map.", q->n_objects - n_seen,
                           q->n_objects);
    for (size_t i = 0; i + 1 < n_seen; i++)
        if (seen[roles[i + 1]].time_s - seen[roles[i]].time_s < CLEAR_S) answer->confidence *= 0.8;
    if (q->n_options > 0) choose_option(asking, seen);
}
