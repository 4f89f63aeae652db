/* SPDX-License-Identifier: MIT */
#include "space/stroke_font.h"

#include <string.h>

#include "base/memory.h"
#include "support/check.h"

enum { WIDTH = 60, HEIGHT = 40, LEFT = 10, LINE = 26 };

static uint8_t pixels[WIDTH * HEIGHT * 3];
static edgeai_image image = {pixels, WIDTH, HEIGHT, 3, WIDTH * 3};

static void draw(const char *text, int height)
{
    edgeai_allocator allocator = eai_default_allocator();
    eai_canvas canvas;
    memset(pixels, 255, sizeof pixels);
    assert_ok(eai_canvas_start(&canvas, &image, &allocator));
    eai_text_draw(&canvas, text, (eai_place2){LEFT * EAI_PX, LINE * EAI_PX},
                  (eai_pen){height * EAI_PX, {0, 0, 0}});
    eai_canvas_end(&canvas);
}

/* Every letter stays within the width and depth that are told, and no two look the same. */
static void every_letter(void **state)
{
    (void)state;
    static uint8_t seen['~' + 1][sizeof pixels];
    for (int c = '!'; c <= '~'; c++) {
        const char text[2] = {(char)c, '\0'};
        const int width = (eai_text_width(text, 12 * EAI_PX) + EAI_PX - 1) / EAI_PX;
        const int depth = eai_text_depth(12 * EAI_PX) / EAI_PX + 1;
        int n = 0;
        draw(text, 12);
        for (int y = 0; y < HEIGHT; y++)
            for (int x = 0; x < WIDTH; x++) {
                if (pixels[3 * (y * WIDTH + x)] == 255) continue;
                n++;
                if (x < LEFT || x >= LEFT + width || y < LINE - 13 || y > LINE + depth)
                    fail_msg("%c reaches %d, %d", c, x - LEFT, y - LINE);
            }
        assert_true(n > 3);
        memcpy(seen[c], pixels, sizeof pixels);
        for (int other = '!'; other < c; other++)
            if (memcmp(seen[c], seen[other], sizeof pixels) == 0)
                fail_msg("%c and %c look the same", c, other);
    }
}

static void widths(void **state)
{
    (void)state;
    assert_int_equal(eai_text_width("", 12 * EAI_PX), 0);
    assert_true(eai_text_width("mm", 12 * EAI_PX) > 2 * eai_text_width("m", 12 * EAI_PX));
    assert_int_equal(eai_text_width("chair", 24 * EAI_PX),
                     2 * eai_text_width("chair", 12 * EAI_PX));
}

/* A character without a glyph, and a byte that is none, take the place of one. */
static void other_characters(void **state)
{
    (void)state;
    const int box = eai_text_width("\xff", 12 * EAI_PX);
    assert_int_equal(eai_text_width("\xc3\xa9", 12 * EAI_PX), box);
    assert_int_equal(eai_text_width("\xf0\x9f\x98\x80", 12 * EAI_PX), box);
    assert_int_equal(eai_text_width("\x01", 12 * EAI_PX), box);
    draw("\xe2\x82", 12);                                         /* cut off */
    assert_int_equal(pixels[3 * ((LINE - 6) * WIDTH + LEFT)], 0); /* the box's left side */
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(every_letter), cmocka_unit_test(widths),
                                       cmocka_unit_test(other_characters)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
