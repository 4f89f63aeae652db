/* SPDX-License-Identifier: MIT */

/* A map's ids on a frame's own picture, so that a model that sees both can join them. */

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/fail.h"
#include "base/memory.h"
#include "io/image_internal.h"
#include "platform/context_internal.h"
#include "space/box.h"
#include "space/draw_map.h"
#include "space/draw_parts.h"
#include "space/map_internal.h"
#include "space/pose.h"

#include <edgeai/spatial_prompt.h>

#define NEAR_M      0.05 /* what is nearer to the camera is cut off */
#define HIDDEN_M    0.25 /* depth this much in front of a point hides it */
#define VISIBLE_MIN 0.3  /* of the points that depth was measured at */
#define INNER       0.4  /* points of a box that are looked for, of its size */

enum { LEAST_PX = 6, SIDE = 768, ALPHA = 200 };

/* A picture as a camera sees the map. */
typedef struct frame_view {
    edgeai_pose from_map;  /* map to camera */
    double fx, fy, cx, cy; /* of the picture drawn into */
    const edgeai_frame *frame;
    eai_canvas canvas;
    double scale;
} frame_view;

static edgeai_status check_frame(const edgeai_frame *frame)
{
    if (frame->struct_size < sizeof frame->struct_size)
        return eai_fail(EDGEAI_E_INVALID, "map_mark_frame: frame: struct_size is not set");
    EAI_TRY(eai_image_check(frame->color, "map_mark_frame: color"));
    const edgeai_camera *c = &frame->camera, *d = &frame->depth_camera;
    if (c->width < 1 || c->height < 1 || !(c->fx > 0) || !(c->fy > 0) || !isfinite(c->fx) ||
        !isfinite(c->fy) || !isfinite(c->cx) || !isfinite(c->cy))
        return eai_fail(EDGEAI_E_INVALID, "map_mark_frame: camera: expected pixels and focal "
                                          "lengths above 0");
    if (frame->depth &&
        (d->width < 1 || d->height < 1 || d->width > EDGEAI_DEPTH_SIDE_MAX ||
         d->height > EDGEAI_DEPTH_SIDE_MAX || !(d->fx > 0) || !(d->fy > 0) || !isfinite(d->fx) ||
         !isfinite(d->fy) || !isfinite(d->cx) || !isfinite(d->cy)))
        return eai_fail(EDGEAI_E_INVALID,
                        "map_mark_frame: depth_camera: expected pixels, at most "
                        "%d a side, and focal lengths above 0",
                        EDGEAI_DEPTH_SIDE_MAX);
    return EDGEAI_OK;
}

static edgeai_status find_pose(const eai_map_content *content, size_t index,
                               const edgeai_frame *frame, edgeai_pose *pose)
{
    if (index >= content->n_frames)
        return eai_fail(EDGEAI_E_INVALID,
                        "map_mark_frame: index: the map has %zu frames, found "
                        "%zu",
                        content->n_frames, index);
    *pose = frame->pose ? *frame->pose : content->frames[index].pose;
    if (!frame->pose && content->frames[index].component != 0)
        return eai_fail(EDGEAI_E_NOT_FOUND,
                        "map_mark_frame: frame %zu is not connected with the map", index);
    if (!eai_pose_orthonormalize(pose))
        return eai_fail(EDGEAI_E_INVALID, "map_mark_frame: pose: no rotation, or not finite");
    return EDGEAI_OK;
}

/* Three channels of whatever the picture has. */
static edgeai_status copy_color(edgeai_image **out, edgeai_context *context,
                                const edgeai_image *color)
{
    EAI_TRY(edgeai_image_create(out, context, color->width, color->height, 3));
    for (int y = 0; y < color->height; y++) {
        const uint8_t *from = color->pixels + (size_t)y * color->row_bytes;
        uint8_t *to = (*out)->pixels + (size_t)y * (*out)->row_bytes;
        for (int x = 0; x < color->width; x++)
            for (int c = 0; c < 3; c++)
                to[3 * x + c] = from[color->n_channels == 3 ? 3 * x + c : x];
    }
    return EDGEAI_OK;
}

static eai_place2 place_of(const frame_view *view, const double p[3])
{
    /* Pixel centres are at whole numbers. */
    return eai_place_at(view->fx * p[0] / p[2] + view->cx + 0.5,
                        view->fy * p[1] / p[2] + view->cy + 0.5);
}

/* Cuts the line at the near plane; false when all of it is behind. */
static bool cut_line(double a[3], double b[3])
{
    if (a[2] < NEAR_M && b[2] < NEAR_M) return false;
    double *behind = a[2] < b[2] ? a : b;
    const double *ahead = a[2] < b[2] ? b : a;
    if (behind[2] >= NEAR_M) return true;
    const double t = (NEAR_M - behind[2]) / (ahead[2] - behind[2]);
    for (int k = 0; k < 2; k++)
        behind[k] += t * (ahead[k] - behind[k]);
    behind[2] = NEAR_M;
    return true;
}

typedef struct seen_box {
    eai_place2 lines[12][2];
    int n_lines;
    eai_rect rect; /* inside the picture; empty: not seen */
} seen_box;

static void widen(eai_rect *rect, eai_place2 place)
{
    const int x = place.x / EAI_PX, y = place.y / EAI_PX;
    if (x < rect->left) rect->left = x;
    if (y < rect->top) rect->top = y;
    if (x + 1 > rect->right) rect->right = x + 1;
    if (y + 1 > rect->bottom) rect->bottom = y + 1;
}

static void see_box(const frame_view *view, const eai_map_object *object, seen_box *seen)
{
    double corners[8][3];
    const edgeai_image *image = view->canvas.image;
    *seen = (seen_box){.rect = {INT32_MAX, INT32_MAX, INT32_MIN, INT32_MIN}};
    eai_box_corners(object, corners);
    for (int i = 0; i < 8; i++)
        eai_pose_apply(&view->from_map, corners[i], corners[i]);
    for (int i = 0; i < 12; i++) {
        double a[3], b[3];
        memcpy(a, corners[eai_box_edges[i][0]], sizeof a);
        memcpy(b, corners[eai_box_edges[i][1]], sizeof b);
        if (!cut_line(a, b)) continue;
        eai_place2 *line = seen->lines[seen->n_lines++];
        line[0] = place_of(view, a);
        line[1] = place_of(view, b);
        widen(&seen->rect, line[0]);
        widen(&seen->rect, line[1]);
    }
    eai_rect *r = &seen->rect;
    if (seen->n_lines == 0) *r = (eai_rect){0, 0, 0, 0}; /* all of it is behind the camera */
    if (r->left < 0) r->left = 0;
    if (r->top < 0) r->top = 0;
    if (r->right > image->width) r->right = image->width;
    if (r->bottom > image->height) r->bottom = image->height;
}

/* Metres at the pixel that a point in the camera's frame falls on; 0: not measured. */
static double depth_at(const edgeai_frame *frame, const double p[3])
{
    const edgeai_camera *c = &frame->depth_camera;
    const double u = floor(c->fx * p[0] / p[2] + c->cx + 0.5);
    const double v = floor(c->fy * p[1] / p[2] + c->cy + 0.5);
    if (!(u >= 0 && u < c->width && v >= 0 && v < c->height)) return 0;
    const uint16_t units = frame->depth[(size_t)v * (size_t)c->width + (size_t)u];
    const double per_m = frame->depth_units_per_m > 0 ? frame->depth_units_per_m : 1000;
    return units == UINT16_MAX ? 0 : units / per_m;
}

/* Whether enough of the box is in front of what was measured; 27 points of its inside. */
static bool is_in_front(const frame_view *view, const eai_map_object *object)
{
    int n = 0, n_visible = 0;
    if (!view->frame->depth) return true;
    const double c = cos(object->yaw), s = sin(object->yaw);
    for (int i = 0; i < 27; i++) {
        const double x = (i % 3 - 1) * INNER * object->size[0];
        const double y = (i / 3 % 3 - 1) * INNER * object->size[1];
        double p[3] = {object->center[0] + c * x - s * y, object->center[1] + s * x + c * y,
                       object->center[2] + (i / 9 - 1) * INNER * object->size[2]};
        eai_pose_apply(&view->from_map, p, p);
        const double depth = p[2] > NEAR_M ? depth_at(view->frame, p) : 0;
        if (depth <= 0) continue;
        n++;
        n_visible += depth > p[2] - HIDDEN_M;
    }
    return n == 0 || n_visible >= VISIBLE_MIN * n;
}

typedef struct marks {
    const edgeai_allocator *allocator;
    eai_tag *tags;
    const eai_ranked **ranked; /* [n] whose tag it is */
    size_t n, capacity;
} marks;

static bool make_marks(marks *m, const edgeai_allocator *allocator, size_t capacity)
{
    *m = (marks){.allocator = allocator, .capacity = capacity};
    m->tags = eai_allocate_array(allocator, capacity, sizeof *m->tags, "marks");
    m->ranked = eai_allocate_array(allocator, capacity, sizeof *m->ranked, "marks");
    return m->tags && m->ranked;
}

static void free_marks(marks *m)
{
    eai_release(m->allocator, m->tags, m->capacity * sizeof *m->tags);
    eai_release(m->allocator, m->ranked, m->capacity * sizeof *m->ranked);
}

static void draw_seen(frame_view *view, const seen_box *seen, eai_rgb color, bool is_wanted)
{
    const int width = (int)lround((is_wanted ? 3 : 1.8) * view->scale * EAI_PX);
    for (int i = 0; i < seen->n_lines; i++)
        eai_canvas_line(&view->canvas, seen->lines[i][0], seen->lines[i][1], width, color, ALPHA);
}

/* "frame 3": the number that the triangle on the map has. */
static void number_frame(const eai_map_content *content, size_t index, double scale, eai_tag *tag)
{
    int number = 0;
    *tag = (eai_tag){.height = (int)(11 * scale) * EAI_PX};
    if (!content->frames[index].key) return;
    for (size_t i = 0; i <= index; i++)
        number += content->frames[i].component == 0 && content->frames[i].key;
    snprintf(tag->text, sizeof tag->text, "frame %d", number);
}

static void mark_objects(frame_view *view, const eai_map_content *content,
                         const eai_draw_setup *setup, marks *m)
{
    for (size_t i = 0; i < setup->ranking.n; i++) {
        const eai_ranked *ranked = &setup->ranking.objects[i];
        const eai_map_object *object = &content->objects[ranked->index];
        seen_box seen;
        see_box(view, object, &seen);
        if (seen.rect.right - seen.rect.left < LEAST_PX ||
            seen.rect.bottom - seen.rect.top < LEAST_PX || !is_in_front(view, object))
            continue;
        draw_seen(view, &seen, eai_object_color(object->id), ranked->is_wanted);
        eai_tag *tag = &m->tags[m->n];
        m->ranked[m->n++] = ranked;
        tag->about = seen.rect;
        tag->height = (int)(12 * view->scale) * EAI_PX;
        eai_tag_texts(tag, object);
        if (setup->options.without_labels) memcpy(tag->text, tag->short_text, sizeof tag->text);
    }
}

static edgeai_status draw_marks(frame_view *view, const eai_map_content *content, size_t index,
                                const eai_draw_setup *setup, const edgeai_allocator *allocator)
{
    marks m;
    const edgeai_image *image = view->canvas.image;
    const eai_rgb ink = {40, 40, 40};
    eai_tag number;
    eai_tag_board board = {.inside = {2, 2, image->width - 2, image->height - 2},
                           .reach_px = image->width / 6};
    number_frame(content, index, view->scale, &number);
    if (number.text[0]) {
        eai_place_tags(&board, &number, 1);
        board.keep_free = &number.rect;
        board.n_keep_free = number.is_placed ? 1 : 0;
    }
    if (setup->ranking.n > 0) {
        const bool is_ok = make_marks(&m, allocator, setup->ranking.n);
        if (is_ok) {
            mark_objects(view, content, setup, &m);
            eai_place_tags(&board, m.tags, m.n);
            for (size_t i = 0; i < m.n; i++)
                eai_draw_tag(&view->canvas, &m.tags[i],
                             eai_object_color(content->objects[m.ranked[i]->index].id),
                             m.ranked[i]->is_wanted, view->scale);
        }
        free_marks(&m);
        if (!is_ok) return EDGEAI_E_MEMORY;
    }
    eai_draw_tag(&view->canvas, &number, ink, false, view->scale);
    return EDGEAI_OK;
}

static edgeai_status mark(edgeai_image *image, const edgeai_map *map, size_t index,
                          const edgeai_frame *frame, const edgeai_pose *pose,
                          const edgeai_map_draw_options *options)
{
    eai_draw_setup setup;
    const edgeai_camera *camera = &frame->camera;
    const double sx = (double)image->width / camera->width;
    const double sy = (double)image->height / camera->height;
    frame_view view = {.from_map = eai_pose_inverse(pose),
                       .fx = camera->fx * sx,
                       .fy = camera->fy * sy,
                       .cx = (camera->cx + 0.5) * sx - 0.5,
                       .cy = (camera->cy + 0.5) * sy - 0.5,
                       .frame = frame};
    view.scale = fmax(fmax(image->width, image->height) / (double)SIDE, 0.75);
    EAI_TRY(eai_draw_setup_make(&setup, map, options, "map_mark_frame"));
    edgeai_status status = eai_canvas_start(&view.canvas, image, &map->context->allocator);
    if (status == EDGEAI_OK)
        status = draw_marks(&view, &map->content, index, &setup, &map->context->allocator);
    eai_canvas_end(&view.canvas);
    eai_draw_setup_free(&setup);
    return status;
}

edgeai_status edgeai_map_mark_frame(edgeai_image **out, const edgeai_map *map, size_t index,
                                    const edgeai_frame *frame,
                                    const edgeai_map_draw_options *options)
{
    edgeai_pose pose;
    edgeai_image *image;
    if (!out) return eai_fail(EDGEAI_E_INVALID, "map_mark_frame: out is NULL");
    *out = NULL;
    if (!map || !frame) return eai_fail(EDGEAI_E_INVALID, "map_mark_frame: map or frame is NULL");
    EAI_TRY(check_frame(frame));
    EAI_TRY(find_pose(&map->content, index, frame, &pose));
    EAI_TRY(copy_color(&image, map->context, frame->color));
    const edgeai_status status = mark(image, map, index, frame, &pose, options);
    if (status == EDGEAI_OK)
        *out = image;
    else
        edgeai_image_free(image);
    return status;
}
