/* SPDX-License-Identifier: MIT */
#include "space/tags.h"

#include <stdio.h>
#include <string.h>

#include "support/check.h"

enum { N = 200 };

static void check_placed(const eai_tag_board *board, const eai_tag *tags, size_t n)
{
    const eai_rect in = board->inside;
    for (size_t i = 0; i < n; i++) {
        const eai_rect r = tags[i].rect;
        if (!tags[i].is_placed) continue;
        assert_true(r.left >= in.left && r.top >= in.top && r.right <= in.right &&
                    r.bottom <= in.bottom && r.left < r.right && r.top < r.bottom);
        for (size_t k = 0; k < board->n_keep_free; k++)
            assert_false(eai_rects_overlap(r, board->keep_free[k]));
        for (size_t k = 0; k < i; k++)
            if (tags[k].is_placed) assert_false(eai_rects_overlap(r, tags[k].rect));
    }
}

static eai_tag make_tag(const char *text, int x, int y, int half)
{
    eai_tag tag = {.about = {x - half, y - half, x + half, y + half}, .height = 12 * EAI_PX};
    snprintf(tag.text, sizeof tag.text, "%s", text);
    snprintf(tag.short_text, sizeof tag.short_text, "%.2s", text);
    return tag;
}

static void one_tag(void **state)
{
    (void)state;
    const eai_tag_board board = {.inside = {0, 0, 400, 400}, .reach_px = 100};
    eai_tag large = make_tag("chair", 200, 200, 80), small = make_tag("chair", 200, 200, 5);
    eai_place_tags(&board, &large, 1);
    assert_true(large.is_placed);
    assert_int_equal((large.rect.left + large.rect.right) / 2, 200); /* in its middle */
    assert_int_equal((large.rect.top + large.rect.bottom) / 2, 200);
    eai_place_tags(&board, &small, 1);
    assert_true(small.is_placed);
    assert_false(eai_rects_overlap(small.rect, small.about)); /* beside it */
    assert_true(small.rect.bottom > 180);                     /* but near */
}

static void all_in_one_place(void **state)
{
    (void)state;
    static eai_tag tags[N];
    const eai_rect star = {190, 190, 210, 210};
    const eai_tag_board board = {
        .inside = {0, 0, 400, 400}, .keep_free = &star, .n_keep_free = 1, .reach_px = 150};
    for (int i = 0; i < N; i++)
        tags[i] = make_tag("123:dining table", 200, 200, 8);
    eai_place_tags(&board, tags, N);
    check_placed(&board, tags, N);
    int n_placed = 0, n_short = 0;
    for (int i = 0; i < N; i++) {
        n_placed += tags[i].is_placed;
        n_short += tags[i].is_placed && tags[i].is_short;
    }
    assert_true(tags[0].is_placed && !tags[0].is_short);
    assert_true(n_placed > 40 && n_placed < N);
    assert_true(n_short > 10);
}

static void at_and_beyond_the_border(void **state)
{
    (void)state;
    eai_tag tags[6];
    const eai_tag_board board = {.inside = {10, 10, 390, 390}, .reach_px = 100};
    tags[0] = make_tag("corner", 0, 0, 5);
    tags[1] = make_tag("edge", 395, 200, 5);
    tags[2] = make_tag("far", 4000, 200, 5);
    tags[3] = make_tag("", 200, 200, 5);
    tags[4] = make_tag("farther", INT32_MAX / 4, -INT32_MAX / 4, 5);
    tags[5] = make_tag("wide", 200, 200, 100000);
    eai_place_tags(&board, tags, 6);
    check_placed(&board, tags, 6);
    assert_true(tags[0].is_placed && tags[1].is_placed && tags[5].is_placed);
    assert_false(tags[2].is_placed || tags[4].is_placed);
}

static void what_is_drawn_is_avoided(void **state)
{
    (void)state;
    const eai_rect boxes[2] = {{180, 160, 220, 190}, {225, 190, 300, 215}};
    const eai_tag_board board = {
        .inside = {0, 0, 400, 400}, .avoid = boxes, .n_avoid = 2, .reach_px = 100};
    eai_tag tag = make_tag("chair", 200, 200, 8);
    eai_place_tags(&board, &tag, 1);
    assert_false(eai_rects_overlap(tag.rect, boxes[0]) || eai_rects_overlap(tag.rect, boxes[1]));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_tag), cmocka_unit_test(all_in_one_place),
        cmocka_unit_test(at_and_beyond_the_border), cmocka_unit_test(what_is_drawn_is_avoided)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
