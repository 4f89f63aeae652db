/* SPDX-License-Identifier: MIT */

/*
 * Each tag looks for the first free place on rings around what it belongs to: on it, then farther
 * and farther away, in sixteen directions. First without covering what is drawn, then only without
 * covering other tags, then shorter, then smaller.
 */

#include "space/tags.h"

#include "space/stroke_font.h"

enum { DIRECTIONS = 16, STEP_PX = 4, GAP_PX = 2, SIZES = 3 };

bool eai_rects_overlap(eai_rect a, eai_rect b)
{
    return a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
}

static bool meets_any(eai_rect rect, const eai_rect *others, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (eai_rects_overlap(rect, others[i])) return true;
    return false;
}

static bool meets_tags(eai_rect rect, const eai_tag *tags, size_t n)
{
    const eai_rect wide = {rect.left - GAP_PX, rect.top - GAP_PX, rect.right + GAP_PX,
                           rect.bottom + GAP_PX};
    for (size_t i = 0; i < n; i++)
        if (tags[i].is_placed && eai_rects_overlap(wide, tags[i].rect)) return true;
    return false;
}

static int to_px(int sixteenths)
{
    return (sixteenths + EAI_PX - 1) / EAI_PX;
}

/* Left and right, above and below the text. */
static void margins(const eai_tag *tag, int *aside, int *above, int *below)
{
    const int pad = tag->is_bare ? 1 : to_px(tag->height / 3);
    *aside = pad;
    *above = pad + (tag->is_bare ? 0 : 1);
    *below = (tag->is_bare ? 0 : to_px(eai_text_depth(tag->height))) + pad;
}

static void measure(const eai_tag *tag, const char *text, int *width, int *height)
{
    int aside, above, below;
    margins(tag, &aside, &above, &below);
    *width = to_px(eai_text_width(text, tag->height)) + 2 * aside;
    *height = to_px(tag->height) + above + below;
}

eai_place2 eai_tag_text_at(const eai_tag *tag)
{
    int aside, above, below;
    margins(tag, &aside, &above, &below);
    return (eai_place2){(tag->rect.left + aside) * EAI_PX,
                        (tag->rect.top + above) * EAI_PX + tag->height};
}

/* Sixteenths of the circle in sixty-fourths of the radius, right first, then alternately. */
static const int directions[DIRECTIONS][2] = {
    {0, -64},  {64, 0},    {-64, 0},  {0, 64},    {45, -45}, {-45, -45}, {45, 45}, {-45, 45},
    {24, -59}, {-24, -59}, {59, -24}, {-59, -24}, {24, 59},  {-24, 59},  {59, 24}, {-59, 24}};

typedef struct search {
    const eai_tag_board *board;
    const eai_tag *tags;
    size_t n;
    int width, height;
} search;

static bool is_free(const search *s, eai_rect rect, bool is_shy)
{
    const eai_rect in = s->board->inside;
    if (rect.left < in.left || rect.top < in.top || rect.right > in.right ||
        rect.bottom > in.bottom)
        return false;
    if (meets_any(rect, s->board->keep_free, s->board->n_keep_free)) return false;
    if (is_shy && meets_any(rect, s->board->avoid, s->board->n_avoid)) return false;
    return !meets_tags(rect, s->tags, s->n);
}

static eai_rect rect_around(const search *s, int x, int y)
{
    const int left = x - s->width / 2, top = y - s->height / 2;
    return (eai_rect){left, top, left + s->width, top + s->height};
}

/* Rings start with the tag's edge on the edge of what it belongs to, so that none is hidden by its
 * own tag, unless it has room for it. */
static bool find_place(const search *s, eai_rect about, int reach, bool is_shy, eai_rect *found)
{
    const int x = (about.left + about.right) / 2, y = (about.top + about.bottom) / 2;
    const int half_w = (about.right - about.left) / 2, half_h = (about.bottom - about.top) / 2;
    *found = rect_around(s, x, y);
    const bool has_room = half_w * 2 >= s->width + 4 && half_h * 2 >= s->height + 4;
    if (has_room && is_free(s, *found, is_shy)) return true;
    for (int ring = 1; ring <= reach; ring += STEP_PX)
        for (int i = 0; i < DIRECTIONS; i++) {
            /* Along each axis the ring's radius is that of both rectangles and the distance. */
            const int rx = half_w + s->width / 2 + ring, ry = half_h + s->height / 2 + ring;
            const int dx = directions[i][0], dy = directions[i][1];
            *found = rect_around(s, x + rx * dx / 64, y + ry * dy / 64);
            if (is_free(s, *found, is_shy)) return true;
        }
    /* A large box has places inside. */
    for (int ring = STEP_PX; ring < half_w || ring < half_h; ring += 2 * STEP_PX)
        for (int i = 0; i < DIRECTIONS; i++) {
            const int rx = ring < half_w ? ring : half_w, ry = ring < half_h ? ring : half_h;
            *found = rect_around(s, x + rx * directions[i][0] / 64, y + ry * directions[i][1] / 64);
            if (is_free(s, *found, is_shy)) return true;
        }
    return false;
}

/* Free room only becomes less, so what found none needs not be looked for again. */
typedef struct failure {
    int width, height; /* 0: none so far */
} failure;

static bool try_text(const eai_tag_board *board, eai_tag *tags, size_t i, bool is_short,
                     failure *least)
{
    eai_tag *tag = &tags[i];
    search s = {board, tags, i, 0, 0};
    measure(tag, is_short ? tag->short_text : tag->text, &s.width, &s.height);
    if (least->width && s.width >= least->width && s.height >= least->height) return false;
    if (find_place(&s, tag->about, board->reach_px / 3, true, &tag->rect) ||
        find_place(&s, tag->about, board->reach_px, false, &tag->rect)) {
        tag->is_placed = true;
        tag->is_short = is_short;
        return true;
    }
    return false;
}

void eai_place_tags(const eai_tag_board *board, eai_tag *tags, size_t n)
{
    /* In a full picture every tag looks everywhere in vain; after so many, others do not look. */
    enum { PATIENCE = 40 };
    int n_failed = 0;
    failure least = {0, 0};
    for (size_t i = 0; i < n; i++) {
        const int height = tags[i].height;
        for (int size = 0; size < SIZES && !tags[i].is_placed; size++) {
            tags[i].height = height * (6 - size) / 6 / EAI_PX * EAI_PX;
            if (try_text(board, tags, i, false, &least)) break;
            if (tags[i].short_text[0]) try_text(board, tags, i, true, &least);
        }
        if (tags[i].is_placed || ++n_failed < PATIENCE) continue;
        measure(&tags[i], tags[i].short_text[0] ? tags[i].short_text : tags[i].text, &least.width,
                &least.height);
    }
}
