/* SPDX-License-Identifier: MIT */

/* The picture of a map, layer by layer. */

#include "space/draw_map.h"

#include <edgeai/spatial_prompt.h>

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/fail.h"
#include "base/memory.h"
#include "base/sort.h"
#include "platform/context_internal.h"
#include "space/draw_parts.h"
#include "space/labels.h"
#include "space/map_internal.h"
#include "space/stroke_font.h"

enum { SIDE = 768, SIDE_MIN = 256, SIDE_MAX = 4096, OBJECTS = 60, OBJECTS_MAX = 1000 };

static const eai_rgb white = {255, 255, 255}, number_ink = {20, 20, 20};

static edgeai_status check_options(edgeai_map_draw_options *options, const char *caller)
{
    if (options->side_px == 0) options->side_px = SIDE;
    if (options->objects_max == 0) options->objects_max = OBJECTS;
    if (options->side_px < SIDE_MIN || options->side_px > SIDE_MAX)
        return eai_fail(EDGEAI_E_INVALID, "%s: side_px: expected %d to %d, found %d", caller,
                        SIDE_MIN, SIDE_MAX, options->side_px);
    if (options->objects_max < 1 || options->objects_max > OBJECTS_MAX)
        return eai_fail(EDGEAI_E_INVALID, "%s: objects_max: expected 1 to %d, found %d", caller,
                        OBJECTS_MAX, options->objects_max);
    if (options->n_labels > 0 && !options->labels)
        return eai_fail(EDGEAI_E_INVALID, "%s: labels is NULL, but n_labels is %zu", caller,
                        options->n_labels);
    for (size_t i = 0; i < options->n_labels; i++)
        if (!options->labels[i])
            return eai_fail(EDGEAI_E_INVALID, "%s: labels[%zu] is NULL", caller, i);
    return EDGEAI_OK;
}

edgeai_status eai_draw_setup_make(eai_draw_setup *setup, const edgeai_map *map,
                                  const edgeai_map_draw_options *options, const char *caller)
{
    *setup = (eai_draw_setup){0};
    if (options && options->struct_size < sizeof options->struct_size)
        return eai_fail(EDGEAI_E_INVALID, "%s: options: struct_size is not set", caller);
    if (options)
        memcpy(&setup->options, options,
               options->struct_size < sizeof *options ? options->struct_size : sizeof *options);
    EAI_TRY(check_options(&setup->options, caller));
    if (setup->options.question)
        EAI_TRY(edgeai_question_parse(&setup->question, map->context, setup->options.question, NULL,
                                      0));
    const eai_wanted wanted = {setup->question, setup->options.labels, setup->options.n_labels,
                               setup->options.aliases, setup->options.only_labels};
    const edgeai_status status =
        eai_rank_objects(&setup->ranking, &map->content, &map->context->allocator, &wanted);
    if (status != EDGEAI_OK) eai_draw_setup_free(setup);
    if (setup->ranking.n > (size_t)setup->options.objects_max)
        setup->ranking.n = (size_t)setup->options.objects_max;
    return status;
}

void eai_draw_setup_free(eai_draw_setup *setup)
{
    edgeai_question_free(setup->question);
    setup->question = NULL;
    eai_ranking_free(&setup->ranking);
}

/* The turn that brings the direction from the first object to the second upright. */
static edgeai_status find_turn(const eai_draw_setup *setup, const eai_map_content *content,
                               double *turn)
{
    const edgeai_question *q = setup->question;
    eai_instances at, facing;
    *turn = 0;
    if (!setup->options.facing_up) return EDGEAI_OK;
    if (!q ||
        ((q->kind < EDGEAI_QUESTION_DIRECTION_EASY || q->kind > EDGEAI_QUESTION_DIRECTION_HARD) &&
         q->kind != EDGEAI_QUESTION_ROUTE))
        return eai_fail(EDGEAI_E_NOT_FOUND,
                        "map_draw: facing_up: expected a question about facing something");
    eai_find_instances(&at, content, setup->options.aliases, q->objects[0]);
    eai_find_instances(&facing, content, setup->options.aliases, q->objects[1]);
    if (at.n == 0 || facing.n == 0)
        return eai_fail(EDGEAI_E_NOT_FOUND, "map_draw: facing_up: the map has no %s",
                        q->objects[at.n == 0 ? 0 : 1]);
    const double *from = content->objects[at.index[0]].center;
    const double *to = content->objects[facing.index[0]].center;
    *turn = acos(-1.0) / 2 - atan2(to[1] - from[1], to[0] - from[0]);
    return EDGEAI_OK;
}

static bool larger(const void *user, size_t a, size_t b)
{
    const double *areas = user;
    return areas[a] != areas[b] ? areas[a] > areas[b] : a < b;
}

/* Large boxes below small ones. */
static edgeai_status draw_boxes(const eai_drawing *drawing, const eai_ranking *ranking)
{
    const size_t n = ranking->n;
    if (n == 0) return EDGEAI_OK;
    size_t *order = eai_allocate_array(ranking->allocator, n, sizeof *order, "picture");
    double *areas = eai_allocate_array(ranking->allocator, n, sizeof *areas, "picture");
    for (size_t i = 0; order && areas && i < n; i++) {
        const double *size = drawing->content->objects[ranking->objects[i].index].size;
        order[i] = i;
        areas[i] = size[0] * size[1];
    }
    const bool is_ok = order && areas;
    if (is_ok) {
        eai_sort_items(order, n, larger, areas);
        eai_canvas_clip(drawing->canvas, drawing->view.plot);
        for (size_t i = 0; i < n; i++) {
            const eai_ranked *ranked = &ranking->objects[order[i]];
            eai_draw_box(drawing, &drawing->content->objects[ranked->index], ranked->is_wanted);
        }
    }
    eai_release(ranking->allocator, order, n * sizeof *order);
    eai_release(ranking->allocator, areas, n * sizeof *areas);
    return is_ok ? EDGEAI_OK : EDGEAI_E_MEMORY;
}

static size_t count_keys(const eai_map_content *content)
{
    size_t n = 0;
    for (size_t i = 0; i < content->n_frames; i++)
        n += content->frames[i].component == 0 && content->frames[i].key;
    return n;
}

/* Tags of objects, then the numbers of the key frames that have a triangle. */
static edgeai_status make_tags(eai_picture *picture, const eai_drawing *drawing,
                               const eai_draw_setup *setup)
{
    const eai_map_content *content = drawing->content;
    const bool has_path = !setup->options.without_path;
    const size_t n_keys = has_path ? count_keys(content) : 0;
    const size_t n_objects = setup->options.without_labels ? 0 : setup->ranking.n;
    const int height = n_objects > 60 ? 9 : n_objects > 25 ? 10 : 12;
    picture->capacity = n_objects + n_keys;
    if (picture->capacity == 0) return EDGEAI_OK;
    picture->tags = eai_allocate_array(picture->allocator, picture->capacity, sizeof *picture->tags,
                                       "picture's tags");
    if (!picture->tags) return EDGEAI_E_MEMORY;
    for (size_t i = 0; i < n_objects; i++) {
        eai_tag *tag = &picture->tags[picture->n_tags++];
        const eai_map_object *object = &content->objects[setup->ranking.objects[i].index];
        tag->about = eai_drawn_rect(drawing, object);
        tag->height = eai_drawing_px(drawing, height) / EAI_PX * EAI_PX;
        eai_tag_texts(tag, object);
    }
    const int step = eai_key_step(content);
    int number = 0;
    for (size_t i = 0; n_keys && i < content->n_frames; i++) {
        const eai_map_frame *frame = &content->frames[i];
        if (frame->component != 0 || !frame->key || number++ % step != 0) continue;
        eai_tag *tag = &picture->tags[picture->n_tags++];
        tag->about = eai_camera_rect(drawing, frame);
        tag->height = eai_drawing_px(drawing, 8) / EAI_PX * EAI_PX;
        tag->is_bare = true;
        snprintf(tag->text, sizeof tag->text, "%d", number);
    }
    return EDGEAI_OK;
}

/* What tags should leave to be seen: small boxes, cameras. */
static edgeai_status place_tags(eai_picture *picture, const eai_drawing *drawing, bool has_star)
{
    const eai_rect plot = drawing->view.plot;
    const int side = drawing->canvas->image->width;
    const int small = (int)(60 * drawing->scale);
    eai_rect star = {0};
    eai_tag_board board = {.reach_px = side / 5, .keep_free = &star};
    const eai_map_frame *last = eai_last_frame(drawing->content);
    if (picture->n_tags == 0) return EDGEAI_OK;
    eai_rect *avoid =
        eai_allocate_array(picture->allocator, picture->n_tags, sizeof *avoid, "picture's tags");
    if (!avoid) return EDGEAI_E_MEMORY;
    for (size_t i = 0; i < picture->n_tags; i++) {
        const eai_rect about = picture->tags[i].about;
        if (about.right - about.left < small && about.bottom - about.top < small)
            avoid[board.n_avoid++] = about;
    }
    board.avoid = avoid;
    if (last && has_star) {
        star = eai_camera_rect(drawing, last);
        board.n_keep_free = 1;
    }
    picture->inside = (eai_rect){plot.left + 1, 2, side - 2, plot.bottom - 1};
    board.inside = picture->inside;
    eai_place_tags(&board, picture->tags, picture->n_tags);
    eai_release(picture->allocator, avoid, picture->n_tags * sizeof *avoid);
    return EDGEAI_OK;
}

static void draw_tags(const eai_picture *picture, const eai_drawing *drawing,
                      const eai_draw_setup *setup)
{
    for (int pass = 0; pass < 2; pass++)
        for (size_t i = 0; i < picture->n_tags; i++) {
            const eai_tag *tag = &picture->tags[i];
            const eai_ranked *ranked = tag->is_bare ? NULL : &setup->ranking.objects[i];
            const eai_rgb color =
                ranked ? eai_object_color(drawing->content->objects[ranked->index].id) : number_ink;
            if (pass == 0 && ranked)
                eai_draw_tag_line(drawing, tag, color);
            else if (pass == 1)
                eai_draw_tag(drawing->canvas, tag, color, ranked && ranked->is_wanted,
                             drawing->scale);
        }
}

static edgeai_status draw_layers(eai_picture *picture, const eai_drawing *drawing,
                                 const eai_draw_setup *setup)
{
    const eai_rect all = {0, 0, picture->image->width, picture->image->height};
    eai_canvas_rect(drawing->canvas, all, white, EAI_OPAQUE);
    if (!setup->options.without_cells) eai_draw_cells(drawing);
    eai_draw_grid(drawing);
    eai_draw_axes(drawing);
    EAI_TRY(draw_boxes(drawing, &setup->ranking));
    if (!setup->options.without_path) {
        eai_draw_path(drawing);
        eai_draw_cameras(drawing);
    }
    EAI_TRY(make_tags(picture, drawing, setup));
    EAI_TRY(place_tags(picture, drawing, !setup->options.without_path));
    eai_canvas_clip(drawing->canvas, all);
    draw_tags(picture, drawing, setup);
    return EDGEAI_OK;
}

static edgeai_status draw(eai_picture *picture, const edgeai_map *map, const eai_draw_setup *setup)
{
    double turn;
    eai_canvas canvas;
    const int side = setup->options.side_px;
    EAI_TRY(find_turn(setup, &map->content, &turn));
    EAI_TRY(edgeai_image_create(&picture->image, map->context, side, side, 3));
    EAI_TRY(eai_canvas_start(&canvas, picture->image, picture->allocator));
    const eai_drawing drawing = {.content = &map->content,
                                 .canvas = &canvas,
                                 .view = eai_view_make(&map->content, side, turn),
                                 .scale = side / (double)SIDE,
                                 .is_turned = setup->options.facing_up};
    const edgeai_status status = draw_layers(picture, &drawing, setup);
    eai_canvas_end(&canvas);
    return status;
}

edgeai_status eai_picture_draw(eai_picture *picture, const edgeai_map *map,
                               const edgeai_map_draw_options *options)
{
    eai_draw_setup setup;
    *picture = (eai_picture){.allocator = &map->context->allocator};
    EAI_TRY(eai_draw_setup_make(&setup, map, options, "map_draw"));
    const edgeai_status status = draw(picture, map, &setup);
    eai_draw_setup_free(&setup);
    if (status != EDGEAI_OK) eai_picture_free(picture);
    return status;
}

void eai_picture_free(eai_picture *picture)
{
    edgeai_image_free(picture->image);
    if (picture->tags)
        eai_release(picture->allocator, picture->tags, picture->capacity * sizeof *picture->tags);
    *picture = (eai_picture){0};
}

edgeai_status edgeai_map_draw(edgeai_image **out, const edgeai_map *map,
                              const edgeai_map_draw_options *options)
{
    eai_picture picture;
    if (!out) return eai_fail(EDGEAI_E_INVALID, "map_draw: out is NULL");
    *out = NULL;
    if (!map) return eai_fail(EDGEAI_E_INVALID, "map_draw: map is NULL");
    EAI_TRY(eai_picture_draw(&picture, map, options));
    *out = picture.image;
    picture.image = NULL;
    eai_picture_free(&picture);
    return EDGEAI_OK;
}
