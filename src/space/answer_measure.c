/* SPDX-License-Identifier: MIT */

/* Numbers: how many, how far, how long, how large; and what is closest. */

#include <math.h>

#include "space/answer.h"
#include "space/box.h"

#include <edgeai/spatial_prompt.h>

#define TRUNCATED 0.4  /* a box that was cut off in all views is shorter than the thing */
#define NOT_ALONE 0.6  /* one of several was asked for, and it is not known which */
#define NEAR_M    0.15 /* options of closest-questions are farther apart than this */

void eai_answer_count(const eai_asking *asking)
{
    eai_instances found;
    edgeai_answer *answer = asking->answer;
    eai_find_instances(&found, asking->content, asking->aliases, asking->question->objects[0]);
    eai_answer_number(answer, (double)found.n_all, 0);
    if (found.n_all == 0) {
        eai_answer_because(answer, "The map has no %s.", asking->question->objects[0]);
        return; /* nobody asks for what is not there: it was missed */
    }
    double sum = 0;
    for (int i = 0; i < found.n; i++)
        sum += asking->content->objects[found.index[i]].confidence;
    answer->confidence = sum / found.n * (found.fit == EAI_FIT_FULL ? 1 : 0.7);
    eai_answer_because(answer, "The map has %zu objects labelled %s%s.", found.n_all,
                       asking->content->objects[found.index[0]].label,
                       found.fit == EAI_FIT_FULL ? "" : " or alike");
}

typedef struct nearest_pair {
    double distance;
    const eai_map_object *a, *b;
} nearest_pair;

static nearest_pair find_nearest(const eai_asking *asking, const eai_instances *a,
                                 const eai_instances *b)
{
    nearest_pair best = {INFINITY, NULL, NULL};
    for (int i = 0; i < a->n; i++)
        for (int k = 0; k < b->n; k++) {
            const eai_map_object *first = &asking->content->objects[a->index[i]];
            const eai_map_object *second = &asking->content->objects[b->index[k]];
            if (first == second) continue;
            const double distance = eai_box_distance(first, second);
            if (distance < best.distance) best = (nearest_pair){distance, first, second};
        }
    return best;
}

void eai_answer_distance(const eai_asking *asking)
{
    eai_instances a, b;
    char text[48];
    edgeai_answer *answer = asking->answer;
    if (!eai_asking_find(asking, 0, &a) || !eai_asking_find(asking, 1, &b)) return;
    const nearest_pair pair = find_nearest(asking, &a, &b);
    if (!pair.a) {
        eai_answer_because(answer, "The map has one object for both names.");
        return;
    }
    eai_answer_number(answer, pair.distance, 1);
    answer->confidence =
        sqrt(eai_instances_confidence(asking, &a) * eai_instances_confidence(asking, &b)) *
        (a.n_all + b.n_all > 2 ? NOT_ALONE : 1);
    eai_answer_because(answer,
                       "%d:%s and %d:%s are %s m apart between the nearest points of "
                       "their boxes.",
                       pair.a->id, pair.a->label, pair.b->id, pair.b->label,
                       eai_number_text(pair.distance, 3, text));
    if (a.n_all + b.n_all > 2)
        eai_answer_because(answer, "There are several; these are the nearest two.");
}

/* How likely the order of two distances is right: boxes are off by some centimetres. */
static double margin(double nearer, double farther)
{
    return 0.5 + 0.5 * fmin(1, (farther - nearer) / (2 * NEAR_M));
}

void eai_answer_closest(const eai_asking *asking)
{
    eai_instances reference, found;
    const edgeai_question *q = asking->question;
    edgeai_answer *answer = asking->answer;
    nearest_pair best = {INFINITY, NULL, NULL};
    double second = INFINITY, confidence = 0;
    size_t winner = 0, n_missing = 0;
    char near[48], far[48];
    if (!eai_asking_find(asking, 0, &reference)) return;
    for (size_t i = 1; i < q->n_objects; i++) {
        eai_find_instances(&found, asking->content, asking->aliases, q->objects[i]);
        const nearest_pair pair = find_nearest(asking, &reference, &found);
        if (!pair.a) {
            n_missing++;
            eai_answer_because(answer, "The map has no %s.", q->objects[i]);
        } else if (pair.distance < best.distance) {
            second = best.distance;
            best = pair;
            winner = i;
            confidence = eai_instances_confidence(asking, &found);
        } else {
            second = fmin(second, pair.distance);
        }
    }
    if (!best.a) return;
    for (size_t i = 0; q->objects[winner][i] && i + 1 < sizeof answer->text; i++)
        answer->text[i] = q->objects[winner][i];
    const size_t n = q->n_objects - 1;
    answer->confidence = sqrt(confidence * eai_instances_confidence(asking, &reference)) *
                         margin(best.distance, isfinite(second) ? second : best.distance + 1) *
                         (double)(n - n_missing) / (double)n *
                         (reference.n_all > 1 ? NOT_ALONE : 1);
    eai_answer_because(answer, "%d:%s is %s m from %d:%s", best.b->id, best.b->label,
                       eai_number_text(best.distance, 2, near), best.a->id, best.a->label);
    if (isfinite(second))
        eai_answer_because(answer, "and the next is %s m.", eai_number_text(second, 2, far));
}

void eai_answer_size(const eai_asking *asking)
{
    eai_instances found;
    char text[48];
    edgeai_answer *answer = asking->answer;
    if (!eai_asking_find(asking, 0, &found)) return;
    const eai_map_object *object = &asking->content->objects[found.index[0]];
    for (int i = 1; i < found.n; i++) /* of several, one that was seen whole */
        if (object->truncated && !asking->content->objects[found.index[i]].truncated)
            object = &asking->content->objects[found.index[i]];
    const double longest = fmax(object->size[0], fmax(object->size[1], object->size[2]));
    eai_answer_number(answer, 100 * longest, 0);
    answer->confidence = object->confidence * (found.fit == EAI_FIT_FULL ? 1 : 0.7) *
                         (found.n_all > 1 ? NOT_ALONE : 1) * (object->truncated ? TRUNCATED : 1);
    eai_answer_because(answer, "The longest side of %d:%s is %s m.", object->id, object->label,
                       eai_number_text(longest, 3, text));
    if (object->truncated)
        eai_answer_because(answer, "No view shows it whole, so it is at least that.");
}

void eai_answer_room(const eai_asking *asking)
{
    char text[48];
    const eai_map_content *content = asking->content;
    if (!(content->room_area_m2 > 0)) {
        eai_answer_because(asking->answer, "The map's floor area is not known.");
        return;
    }
    eai_answer_number(asking->answer, content->room_area_m2, 1);
    asking->answer->confidence = content->room_observed;
    eai_answer_because(asking->answer, "The floor's outline holds that area; %s %% of it was seen.",
                       eai_number_text(100 * content->room_observed, 0, text));
}
