/* SPDX-License-Identifier: MIT */

/*
 * Standing at A, facing B, where is C? Centres seen from above; the angle from A-B to A-C, counter-
 * clockwise. Two ways: left below 180 degrees. Three: left below 135, back below 225, right. Four
 * quadrants: front-left, back-left, back-right, front-right.
 */

#include <math.h>
#include <string.h>

#include "space/answer.h"
#include "space/box.h"

#include <edgeai/spatial_prompt.h>

/* The generators leave out questions nearer to a boundary, with more corners elsewhere, or with
 * pairs nearer or farther than these. */
#define EDGE_DEG  10.0
#define CORNERS   2
#define NEAR_M    0.30
#define FAR_M     5.0
#define DOUBTFUL  0.6
#define NOT_ALONE 0.6

static double to_degrees(double radians)
{
    return radians * 180 / acos(-1.0);
}

double eai_bearing_deg(const double from[2], const double ahead[2], const double to[2])
{
    const double fx = ahead[0] - from[0], fy = ahead[1] - from[1];
    const double qx = to[0] - from[0], qy = to[1] - from[1];
    const double angle = to_degrees(atan2(fx * qy - fy * qx, fx * qx + fy * qy));
    return angle < 0 ? angle + 360 : angle;
}

typedef struct sectors {
    int n;
    double ends[4]; /* degrees; the last is 360 */
    const char *names[4];
} sectors;

static const sectors *sectors_of(edgeai_question_kind kind)
{
    static const sectors two = {2, {180, 360}, {"left", "right"}};
    static const sectors three = {3, {135, 225, 360}, {"left", "back", "right"}};
    static const sectors four = {
        4, {90, 180, 270, 360}, {"front-left", "back-left", "back-right", "front-right"}};
    return kind == EDGEAI_QUESTION_DIRECTION_EASY     ? &two
           : kind == EDGEAI_QUESTION_DIRECTION_MEDIUM ? &three
                                                      : &four;
}

static int sector_at(const sectors *s, double angle)
{
    int i = 0;
    while (i + 1 < s->n && angle >= s->ends[i])
        i++;
    return i;
}

/* Degrees to the nearest boundary; 0 itself is one. */
static double to_boundary(const sectors *s, double angle)
{
    double least = angle;
    for (int i = 0; i < s->n; i++)
        least = fmin(least, fabs(angle - s->ends[i]));
    return least;
}

typedef struct triple {
    const eai_map_object *at, *facing, *query;
} triple;

static double distance_xy(const eai_map_object *a, const eai_map_object *b)
{
    return hypot(a->center[0] - b->center[0], a->center[1] - b->center[1]);
}

/* How far the direction can be trusted, 0 to 1, with the reason where it is not wholly. */
static double trust(const triple *t, const sectors *s, double angle, edgeai_answer *answer)
{
    double factor = 1, corners[4][2];
    int n_elsewhere = 0;
    const double edge = to_boundary(s, angle);
    if (edge < EDGE_DEG) {
        factor *= 0.5 + 0.5 * edge / EDGE_DEG;
        eai_answer_because(answer, "That is near a boundary.");
    }
    eai_box_footprint(t->query, corners);
    for (int i = 0; i < 4; i++)
        n_elsewhere += sector_at(s, eai_bearing_deg(t->at->center, t->facing->center,
                                                    corners[i])) != sector_at(s, angle);
    if (2 * n_elsewhere > CORNERS) { /* upper and lower corners are one from above */
        factor *= n_elsewhere > 2 ? DOUBTFUL : 0.8;
        eai_answer_because(answer, "Its box reaches into another direction.");
    }
    const double pairs[3] = {distance_xy(t->at, t->facing), distance_xy(t->at, t->query),
                             distance_xy(t->facing, t->query)};
    for (int i = 0; i < 3; i++)
        if (pairs[i] < NEAR_M || pairs[i] > FAR_M) {
            factor *= pairs[i] < NEAR_M ? DOUBTFUL : 0.9;
            eai_answer_because(answer, "Two of them are very %s.",
                               pairs[i] < NEAR_M ? "near to each other" : "far apart");
        }
    return factor;
}

/* The share of all combinations of instances that say the same. */
static double agreement(const eai_asking *asking, const eai_instances found[3], const sectors *s,
                        int sector)
{
    enum { EACH = 8 };
    int n = 0, n_same = 0;
    for (int a = 0; a < found[0].n && a < EACH; a++)
        for (int b = 0; b < found[1].n && b < EACH; b++)
            for (int c = 0; c < found[2].n && c < EACH; c++) {
                const double *at = asking->content->objects[found[0].index[a]].center;
                const double *to = asking->content->objects[found[1].index[b]].center;
                const double *what = asking->content->objects[found[2].index[c]].center;
                n++;
                n_same += sector_at(s, eai_bearing_deg(at, to, what)) == sector;
            }
    return (double)n_same / n;
}

void eai_answer_direction(const eai_asking *asking)
{
    eai_instances found[3];
    char text[48];
    edgeai_answer *answer = asking->answer;
    double confidence = 1;
    size_t n_all = 0;
    for (size_t role = 0; role < 3; role++) {
        if (!eai_asking_find(asking, role, &found[role])) return;
        confidence *= eai_instances_confidence(asking, &found[role]);
        n_all += found[role].n_all;
    }
    const eai_map_object *objects = asking->content->objects;
    const triple t = {&objects[found[0].index[0]], &objects[found[1].index[0]],
                      &objects[found[2].index[0]]};
    if (t.at == t.facing || t.at == t.query) {
        eai_answer_because(answer, "Two of the names mean one object of the map.");
        return;
    }
    const sectors *s = sectors_of(asking->question->kind);
    const double angle = eai_bearing_deg(t.at->center, t.facing->center, t.query->center);
    const int sector = sector_at(s, angle);
    strcpy(answer->text, s->names[sector]);
    eai_answer_because(answer,
                       "Standing at %d:%s and facing %d:%s, %d:%s is %s degrees to the left.",
                       t.at->id, t.at->label, t.facing->id, t.facing->label, t.query->id,
                       t.query->label, eai_number_text(angle, 1, text));
    answer->confidence = cbrt(confidence) * trust(&t, s, angle, answer);
    if (n_all > 3) {
        answer->confidence *= agreement(asking, found, s, sector);
        eai_answer_because(answer, "There are several of a name.");
    }
}
