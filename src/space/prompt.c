/* SPDX-License-Identifier: MIT */

/* A map in words, within a budget. */

#include <string.h>

#include "base/fail.h"
#include "base/memory.h"
#include "platform/context_internal.h"
#include "space/draw_parts.h"
#include "space/map_internal.h"
#include "space/prompt_parts.h"
#include "space/tokens.h"

#include <edgeai/spatial_prompt.h>

enum { BUDGET = 2048, OBJECTS = 40, OBJECTS_MAX = 1000, SIDE = 768 };

typedef struct owned_prompt {
    edgeai_prompt prompt; /* the first member: callers see it alone */
    const edgeai_allocator *allocator;
    eai_text text;
} owned_prompt;

typedef struct asked {
    edgeai_map_prompt_options options;
    const edgeai_question *question; /* NULL: none */
    const char *text;                /* of the question, as it was given; NULL: none */
    eai_prompt_detail detail;
} asked;

static size_t count_connected(const eai_map_content *content)
{
    size_t n = 0;
    for (size_t i = 0; i < content->n_frames; i++)
        n += content->frames[i].component == 0;
    return n;
}

/* What the picture shows, in the words of what the JSON calls it. */
static void write_picture(eai_writer *w, const eai_map_content *content)
{
    const eai_map_view view = eai_view_make(content, SIDE, 0);
    eai_write(w,
              "You see a top-down map of one scene, built from %zu frames. +X is right, +Y is "
              "up, units are metres, grid lines are ",
              count_connected(content));
    eai_write_fixed(w, view.grid_m, view.grid_m < 1);
    eai_write(w, " m apart. Boxes carry id:class.");
    if (eai_last_frame(content))
        eai_write(w, " The black line is the camera's path, numbered triangles are key frames, "
                     "the red star is where the camera is now.");
    eai_write(w, "\n");
}

/* What the JSON's keys mean. */
static void write_legend(eai_writer *w, eai_prompt_detail detail)
{
    if (detail == EAI_DETAIL_ALL)
        eai_write(w, "JSON: x, y, z are an object's centre, z above the floor; size along its own "
                     "axes, the last upwards; yaw_deg and heading_deg counter-clockwise from "
                     "+X; seen_first_s when it was first seen.\n");
    else if (detail == EAI_DETAIL_SIZE)
        eai_write(w, "JSON: x, y are an object's centre; size along its own axes, the last "
                     "upwards; heading_deg counter-clockwise from +X.\n");
    else
        eai_write(w, "JSON: x, y are an object's centre; seen_first_s is when it was first seen; "
                     "heading_deg counter-clockwise from +X.\n");
}

static void write_head(eai_writer *w, const eai_map_content *content, const asked *a)
{
    const bool is_grid = a->options.form == EDGEAI_PROMPT_GRID;
    if (a->options.json_only) return;
    if (!a->options.without_picture)
        write_picture(w, content);
    else
        eai_write(w, "This is a map of one scene seen from above, built from %zu frames.\n",
                  count_connected(content));
    if (is_grid) {
        const eai_cognitive_frame frame = eai_cognitive_frame_of(content);
        eai_write(w, "JSON: the centres [x,y] of all objects of a class on a grid of 10 x 10 "
                     "cells, x to the right, y up, [0,0] lower left. A cell is ");
        eai_write_fixed(w, frame.cell_m, 1);
        eai_write(w, " m wide.\n");
    } else {
        write_legend(w, a->detail);
    }
    if (!content->metric) eai_write(w, "The scale is not known: units are not metres.\n");
}

/* How the answer is to look, after VSI-Bench's own endings. */
static void write_question(eai_writer *w, const asked *a)
{
    const edgeai_question *q = a->question;
    if (!a->text || a->options.json_only) return;
    eai_write(w, "\nQuestion: ");
    eai_write_text(w, a->text);
    eai_write(w, "\n");
    for (size_t i = 0; i < a->options.n_options; i++) { /* others stand in the question */
        if (i == 0) eai_write(w, "Options:\n");
        eai_write(w, "%c. ", (int)('A' + i));
        eai_write_plain(w, q->options[i]);
        eai_write(w, "\n");
    }
    if (q->n_options > 0)
        eai_write(w, "Answer with the option's letter from the given choices directly.\n");
    else if (q->kind == EDGEAI_QUESTION_COUNT || q->kind == EDGEAI_QUESTION_DISTANCE ||
             q->kind == EDGEAI_QUESTION_SIZE || q->kind == EDGEAI_QUESTION_ROOM)
        eai_write(w, "Answer with a single number.\n");
    else
        eai_write(w, "Answer with a single word or phrase.\n");
}

static void write_all(eai_writer *w, const eai_map_content *content, const eai_ranking *ranking,
                      const asked *a, size_t n)
{
    write_head(w, content, a);
    if (a->options.form == EDGEAI_PROMPT_GRID)
        eai_prompt_write_grid(w, content, ranking, n);
    else
        eai_prompt_write_coordinates(w, content, ranking, n, a->detail);
    eai_write(w, "\n");
    write_question(w, a);
}

/* The text with n objects, and what it costs. */
static edgeai_status compose(eai_writer *w, const eai_map_content *content,
                             const eai_ranking *ranking, const asked *a, size_t n, int *n_tokens)
{
    eai_text_clear(&w->text);
    write_all(w, content, ranking, a, n);
    if (w->failed) return EDGEAI_E_MEMORY;
    *n_tokens = eai_estimate_tokens(w->text.bytes, w->text.n);
    return EDGEAI_OK;
}

/* The most objects, up to `most`, whose text fits: more objects never cost less. */
static edgeai_status fit(eai_writer *w, const eai_map_content *content, const eai_ranking *ranking,
                         const asked *a, size_t most, size_t *n)
{
    size_t low = 0, high = most;
    const int budget = a->options.token_budget;
    int n_tokens = 0;
    EAI_TRY(compose(w, content, ranking, a, 0, &n_tokens));
    if (n_tokens > budget)
        return eai_fail(EDGEAI_E_LIMIT,
                        "map_prompt: token_budget: expected at least %d for the text without any "
                        "object, found %d",
                        n_tokens, budget);
    while (low < high) {
        const size_t middle = low + (high - low + 1) / 2;
        EAI_TRY(compose(w, content, ranking, a, middle, &n_tokens));
        if (n_tokens <= budget)
            low = middle;
        else
            high = middle - 1;
    }
    *n = low;
    return EDGEAI_OK;
}

/* All that is known of each object where that fits; else less of more objects. */
static edgeai_status fit_best(owned_prompt *self, eai_writer *w, const eai_map_content *content,
                              const eai_ranking *ranking, asked *a)
{
    size_t most = ranking->n, n = 0;
    const bool is_order = a->question && a->question->kind == EDGEAI_QUESTION_ORDER;
    if (most > (size_t)a->options.objects_max) most = (size_t)a->options.objects_max;
    const edgeai_status whole = fit(w, content, ranking, a, most, &n);
    if (whole != EDGEAI_OK && (whole != EDGEAI_E_LIMIT || a->options.form == EDGEAI_PROMPT_GRID))
        return whole;
    if ((whole != EDGEAI_OK || n < most) && a->options.form == EDGEAI_PROMPT_COORDINATES) {
        a->detail = is_order ? EAI_DETAIL_FIRST_SEEN : EAI_DETAIL_SIZE;
        EAI_TRY(fit(w, content, ranking, a, most, &n));
    }
    EAI_TRY(compose(w, content, ranking, a, n, &self->prompt.n_tokens));
    self->prompt.n_objects = n;
    self->prompt.n_left_out = content->n_objects - n;
    return EDGEAI_OK;
}

static edgeai_status check_options(edgeai_map_prompt_options *own,
                                   const edgeai_map_prompt_options *given)
{
    *own = (edgeai_map_prompt_options){0};
    if (given && given->struct_size < sizeof given->struct_size)
        return eai_fail(EDGEAI_E_INVALID, "map_prompt: options: struct_size is not set");
    if (given)
        memcpy(own, given, given->struct_size < sizeof *own ? given->struct_size : sizeof *own);
    if (own->token_budget == 0) own->token_budget = BUDGET;
    if (own->objects_max == 0) own->objects_max = OBJECTS;
    if (own->form != EDGEAI_PROMPT_COORDINATES && own->form != EDGEAI_PROMPT_GRID)
        return eai_fail(EDGEAI_E_INVALID, "map_prompt: form: no form has number %d",
                        (int)own->form);
    if (own->token_budget < 0)
        return eai_fail(EDGEAI_E_INVALID, "map_prompt: token_budget: expected 0 or more, found %d",
                        own->token_budget);
    if (own->objects_max < 1 || own->objects_max > OBJECTS_MAX)
        return eai_fail(EDGEAI_E_INVALID, "map_prompt: objects_max: expected 1 to %d, found %d",
                        OBJECTS_MAX, own->objects_max);
    if ((own->n_labels && !own->labels) || (own->n_options && !own->options))
        return eai_fail(EDGEAI_E_INVALID, "map_prompt: labels or options is NULL");
    for (size_t i = 0; i < own->n_labels; i++)
        if (!own->labels[i])
            return eai_fail(EDGEAI_E_INVALID, "map_prompt: labels[%zu] is NULL", i);
    return EDGEAI_OK;
}

static edgeai_status make_text(owned_prompt *self, const edgeai_map *map, asked *a)
{
    eai_ranking ranking;
    eai_writer w = eai_writer_start(self->allocator);
    const eai_wanted wanted = {a->question, a->options.labels, a->options.n_labels,
                               a->options.aliases, false};
    EAI_TRY(eai_rank_objects(&ranking, &map->content, self->allocator, &wanted));
    const edgeai_status status = fit_best(self, &w, &map->content, &ranking, a);
    eai_ranking_free(&ranking);
    self->text = w.text;
    self->prompt.text = w.text.bytes;
    self->prompt.n_bytes = w.text.n;
    return status;
}

edgeai_status edgeai_map_prompt(edgeai_prompt **out, const edgeai_map *map,
                                const edgeai_map_prompt_options *options, const char *question)
{
    asked a = {.text = question};
    edgeai_question *parsed = NULL;
    if (!out) return eai_fail(EDGEAI_E_INVALID, "map_prompt: out is NULL");
    *out = NULL;
    if (!map) return eai_fail(EDGEAI_E_INVALID, "map_prompt: map is NULL");
    EAI_TRY(check_options(&a.options, options));
    if (question)
        EAI_TRY(edgeai_question_parse(&parsed, map->context, question, a.options.options,
                                      a.options.n_options));
    a.question = parsed;
    const edgeai_allocator *allocator = &map->context->allocator;
    owned_prompt *self = eai_allocate(allocator, sizeof *self, "prompt");
    edgeai_status status = EDGEAI_E_MEMORY;
    if (self) {
        self->allocator = allocator;
        self->text.allocator = allocator;
        status = make_text(self, map, &a);
    }
    edgeai_question_free(parsed);
    if (status == EDGEAI_OK)
        *out = &self->prompt;
    else if (self)
        edgeai_prompt_free(&self->prompt);
    return status;
}

void edgeai_prompt_free(edgeai_prompt *prompt)
{
    if (!prompt) return;
    owned_prompt *self = (owned_prompt *)prompt; /* its first member */
    eai_text_free(&self->text);
    eai_release(self->allocator, self, sizeof *self);
}
