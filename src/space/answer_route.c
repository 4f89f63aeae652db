/* SPDX-License-Identifier: MIT */

/*
 * A robot's turns. It starts at an object's centre with its heading to another one, goes straight
 * to each waypoint and keeps the heading it came with. A turn of more than 135 degrees is a turn
 * back; what an option costs is the sum of the degrees by which its turns miss the needed ones.
 */

#include <math.h>
#include <string.h>

#include "space/answer.h"
#include "space/box.h"

#include <edgeai/spatial_prompt.h>

#define BACK_DEG 135.0
#define STAND_M  0.4  /* from an object that is both start and what is faced */
#define REACH_M  3.0  /* farthest place to stand at */
#define SPREAD   60.0 /* degrees between two options that make the choice clear */

typedef enum turn { TURN_LEFT, TURN_RIGHT, TURN_BACK, TURN_NONE } turn;

static const char *const turn_names[] = {"turn left", "turn right", "turn back"};

typedef struct robot {
    double at[2], heading[2];             /* metres; of any length above 0 */
    double needed[EDGEAI_QUESTION_STEPS]; /* degrees to the left, -180 to 180 */
    size_t n_turns;
    double confidence;
} robot;

static bool is_free(const eai_map_grid *grid, int column, int row)
{
    return grid->cells[(size_t)row * (size_t)grid->width + (size_t)column] == EAI_CELL_FREE;
}

/* The nearest free cell not too near to the object. Without a grid: south of it. */
static void find_stand(const eai_map_content *content, const eai_map_object *object, double at[2])
{
    const eai_map_grid *grid = &content->grid;
    double least = REACH_M;
    at[0] = object->center[0];
    at[1] = object->center[1] - STAND_M - fmax(object->size[0], object->size[1]) / 2;
    for (int row = 0; row < grid->height; row++)
        for (int column = 0; column < grid->width; column++) {
            const double place[2] = {grid->x0 + (column + 0.5) * grid->cell_m,
                                     grid->y0 + (row + 0.5) * grid->cell_m};
            if (!is_free(grid, column, row)) continue;
            const double distance = eai_box_distance_xy(object, place);
            if (distance < STAND_M || distance >= least) continue;
            least = distance;
            memcpy(at, place, sizeof place);
        }
}

/* Of several, the nearest to where the robot is, but not where it already stands. */
static const eai_map_object *find_waypoint(const eai_asking *asking, size_t role, robot *r)
{
    eai_instances found;
    const eai_map_object *best = NULL;
    double least = INFINITY;
    if (!eai_asking_find(asking, role, &found)) return NULL;
    for (int i = 0; i < found.n; i++) {
        const eai_map_object *object = &asking->content->objects[found.index[i]];
        const double distance = hypot(object->center[0] - r->at[0], object->center[1] - r->at[1]);
        if (distance < least && (distance > 1e-6 || found.n == 1)) {
            least = distance;
            best = object;
        }
    }
    r->confidence *= eai_instances_confidence(asking, &found) * (found.n_all > 1 ? 0.8 : 1);
    return best;
}

static bool start_robot(const eai_asking *asking, robot *r)
{
    eai_instances at, facing;
    if (!eai_asking_find(asking, 0, &at) || !eai_asking_find(asking, 1, &facing)) return false;
    const eai_map_object *from = &asking->content->objects[at.index[0]];
    const eai_map_object *to = &asking->content->objects[facing.index[0]];
    *r = (robot){.at = {from->center[0], from->center[1]}};
    r->confidence =
        eai_instances_confidence(asking, &at) * eai_instances_confidence(asking, &facing);
    if (from == to) {
        find_stand(asking->content, from, r->at);
        r->confidence *= 0.7;
        eai_answer_because(asking->answer, "It stands in front of %d:%s.", from->id, from->label);
    }
    for (int k = 0; k < 2; k++)
        r->heading[k] = to->center[k] - r->at[k];
    return true;
}

/* The waypoint that the next step forward goes to; the goal when no such step follows. */
static size_t next_waypoint(const edgeai_question *q, size_t step)
{
    for (; step < q->n_steps; step++)
        if (q->steps[step] != EDGEAI_STEP_TURN) return (size_t)q->steps[step];
    return 2;
}

static bool walk(const eai_asking *asking, robot *r)
{
    const edgeai_question *q = asking->question;
    for (size_t i = 0; i < q->n_steps; i++) {
        const bool is_turn = q->steps[i] == EDGEAI_STEP_TURN;
        robot unchanged = *r; /* a waypoint counts once, when it is gone to */
        const eai_map_object *to = find_waypoint(
            asking, is_turn ? next_waypoint(q, i) : (size_t)q->steps[i], is_turn ? &unchanged : r);
        if (!to) return false;
        const double way[2] = {to->center[0] - r->at[0], to->center[1] - r->at[1]};
        if (is_turn) {
            const double ahead[2] = {r->at[0] + r->heading[0], r->at[1] + r->heading[1]};
            const double left = eai_bearing_deg(r->at, ahead, to->center);
            r->needed[r->n_turns++] = left > 180 ? left - 360 : left;
        } else {
            if (hypot(way[0], way[1]) > 1e-6) memcpy(r->heading, way, sizeof way);
            memcpy(r->at, to->center, sizeof r->at);
        }
        /* Turned means facing what comes next. */
        if (is_turn && hypot(way[0], way[1]) > 1e-6) memcpy(r->heading, way, sizeof way);
    }
    return true;
}

static turn best_turn(double needed)
{
    return fabs(needed) > BACK_DEG ? TURN_BACK : needed > 0 ? TURN_LEFT : TURN_RIGHT;
}

/* Degrees from the needed turn to the nearest one of that name. */
static double cost_of(turn t, double needed)
{
    const double back = BACK_DEG - fabs(needed);
    if (t == TURN_BACK) return fmax(back, 0);
    const double aside = t == TURN_LEFT ? needed : -needed; /* above 0: the right side */
    if (aside >= 0) return fmax(-back, 0);
    return fmin(-aside, 360 - BACK_DEG + aside);
}

/* The turns that an option names, in their order. */
static size_t read_turns(const char *option, turn *turns)
{
    size_t n = 0;
    char words[256];
    size_t i = 0;
    for (; option[i] && i + 1 < sizeof words; i++)
        words[i] = option[i] >= 'A' && option[i] <= 'Z' ? (char)(option[i] + 32) : option[i];
    words[i] = '\0';
    for (const char *at = words; *at && n < EDGEAI_QUESTION_STEPS;) {
        static const char *const names[] = {"left", "right", "back", "around"};
        turn found = TURN_NONE;
        for (int k = 0; k < 4; k++)
            if (strncmp(at, names[k], strlen(names[k])) == 0) found = k < 3 ? (turn)k : TURN_BACK;
        if (found != TURN_NONE) turns[n++] = found;
        at += found == TURN_NONE ? 1 : 4;
    }
    return n;
}

static void choose_route(const eai_asking *asking, const robot *r)
{
    turn turns[EDGEAI_QUESTION_STEPS];
    double best = INFINITY, second = INFINITY;
    int option = -1;
    for (size_t i = 0; i < asking->question->n_options; i++) {
        if (read_turns(asking->question->options[i], turns) != r->n_turns) continue;
        double cost = 0;
        for (size_t k = 0; k < r->n_turns; k++)
            cost += cost_of(turns[k], r->needed[k]);
        if (cost < best) {
            second = best;
            best = cost;
            option = (int)i;
        } else if (cost < second) {
            second = cost;
        }
    }
    if (option < 0) return; /* answer.c says that none fits */
    eai_answer_choose(asking, option);
    const double clear = isinf(second) ? 1 : fmin(1, (second - best) / SPREAD);
    asking->answer->confidence *= (0.4 + 0.6 * clear) * exp(-best / 90);
}

void eai_answer_route(const eai_asking *asking)
{
    robot r;
    edgeai_answer *answer = asking->answer;
    double surest = 1;
    if (!start_robot(asking, &r) || !walk(asking, &r)) {
        answer->confidence = 0;
        return;
    }
    if (r.n_turns == 0) {
        eai_answer_because(answer, "The question leaves no turn open.");
        return;
    }
    for (size_t i = 0; i < r.n_turns; i++) {
        const size_t used = strlen(answer->text);
        const char *name = turn_names[best_turn(r.needed[i])];
        char text[48];
        if (used + strlen(name) + 3 < sizeof answer->text) {
            if (i) strcat(answer->text, ", ");
            strcat(answer->text, name);
        }
        eai_answer_because(answer, "%s degrees to the %s%s",
                           eai_number_text(fabs(r.needed[i]), 0, text),
                           r.needed[i] >= 0 ? "left" : "right", i + 1 < r.n_turns ? "," : ".");
        const double edge = fmin(fabs(r.needed[i]), fabs(fabs(r.needed[i]) - BACK_DEG));
        surest = fmin(surest, edge / 20);
    }
    const double n = (double)asking->question->n_objects;
    answer->confidence = pow(r.confidence, 1 / n) * (0.5 + 0.5 * surest);
    if (asking->question->n_options > 0) choose_route(asking, &r);
}
