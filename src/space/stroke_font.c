/* SPDX-License-Identifier: MIT */
#include "space/stroke_font.h"

#include <stdbool.h>
#include <string.h>

#include "base/text.h"

/*
 * A glyph is its width and its strokes, with a blank between them: a pair of digits (0-9, a-g) for
 * each corner, x to the right, y down, capitals from 0 to c. A stroke that begins with ~ is a
 * curve: its corners are cut twice (Chaikin), so that it runs through the middle of each side. One
 * that ends where it began is closed.
 */
typedef struct glyph {
    unsigned char width;
    const char *strokes;
} glyph;

enum { UNITS = 12, GAP = 4, WEIGHT = 2, DEPTH = 4, CORNERS_MAX = 12, CUTS = 2 };

static const glyph glyphs['~' - ' ' + 1] = {
    {3, ""},                                    /* blank */
    {0, "0008 0c0c"},                           /* ! */
    {3, "0004 3034"},                           /* " */
    {7, "301c 604c 0474 0878"},                 /* # */
    {7, "~73700006767c0c09 404c"},              /* $ */
    {8, "801c ~0030340400 ~58888c5c58"},        /* % */
    {8, "~8c1310505407070c5c87"},               /* & */
    {0, "0004"},                                /* ' */
    {3, "~30030b3e"},                           /* ( */
    {3, "~00333b0e"},                           /* ) */
    {6, "3139 0367 6307"},                      /* * */
    {6, "343a 0767"},                           /* + */
    {1, "1c0e"},                                /* , */
    {4, "0747"},                                /* - */
    {0, "0c0c"},                                /* . */
    {5, "0d50"},                                /* / */
    {6, "~00606c0c00"},                         /* 0 */
    {4, "03202c 0c4c"},                         /* 1 */
    {6, "~030060660c 0c6c"},                    /* 2 */
    {6, "~0200606626 ~26666c0c0a"},             /* 3 */
    {7, "5c500878"},                            /* 4 */
    {6, "600005 ~05646c0c0a"},                  /* 5 */
    {6, "~500008 ~05656c0c05"},                 /* 6 */
    {6, "00602c"},                              /* 7 */
    {6, "~0060660600 ~06666c0c06"},             /* 8 */
    {6, "~0060670700 ~1c6c64"},                 /* 9 */
    {0, "0505 0c0c"},                           /* : */
    {1, "1515 1c0e"},                           /* ; */
    {6, "62076c"},                              /* < */
    {6, "0565 0969"},                           /* = */
    {6, "02670c"},                              /* > */
    {6, "~030060653638 3c3c"},                  /* ? */
    {9, "~9c0c0090996966 ~3565693935"},         /* @ */
    {8, "0c408c 1878"},                         /* A */
    {7, "000c ~00606606 ~06767c0c"},            /* B */
    {7, "~7370000c7c79"},                       /* C */
    {7, "000c ~00707c0c"},                      /* D */
    {6, "60000c6c 0656"},                       /* E */
    {6, "60000c 0656"},                         /* F */
    {7, "~7370000c7c77 7747"},                  /* G */
    {7, "000c 707c 0676"},                      /* H */
    {4, "0040 202c 0c4c"},                      /* I */
    {5, "5058 ~585c0c09"},                      /* J */
    {7, "000c 7007 257c"},                      /* K */
    {6, "000c6c"},                              /* L */
    {9, "0c0047909c"},                          /* M */
    {7, "0c007c70"},                            /* N */
    {8, "~00808c0c00"},                         /* O */
    {7, "000c ~00707707"},                      /* P */
    {8, "~00808c0c00 598d"},                    /* Q */
    {7, "000c ~00707707 377c"},                 /* R */
    {7, "~73700006767c0c09"},                   /* S */
    {8, "0080 404c"},                           /* T */
    {7, "0007 ~070c7c77 7770"},                 /* U */
    {8, "004c80"},                              /* V */
    {10, "002c538ca0"},                         /* W */
    {7, "007c 700c"},                           /* X */
    {8, "004680 464c"},                         /* Y */
    {7, "00700c7c"},                            /* Z */
    {3, "30000e3e"},                            /* [ */
    {5, "005d"},                                /* \ */
    {3, "00303e0e"},                            /* ] */
    {6, "043064"},                              /* ^ */
    {7, "0e7e"},                                /* _ */
    {2, "0022"},                                /* ` */
    {6, "~04646c0c04 646c"},                    /* a */
    {6, "000c ~04646c0c04"},                    /* b */
    {6, "~6664040c6c6a"},                       /* c */
    {6, "606c ~04646c0c04"},                    /* d */
    {6, "0868 ~6864040c6c6a"},                  /* e */
    {5, "~502024 242c 0454"},                   /* f */
    {6, "~04646c0c04 646d ~6d6g0g0e"},          /* g */
    {6, "000c ~08046468 686c"},                 /* h */
    {0, "040c 0000"},                           /* i */
    {3, "343d ~3d3g0g 3030"},                   /* j */
    {6, "000c 6409 276c"},                      /* k */
    {2, "0009 ~090c2c"},                        /* l */
    {10, "040c ~08045458 585c ~5854a4a8 a8ac"}, /* m */
    {6, "040c ~08046468 686c"},                 /* n */
    {6, "~04646c0c04"},                         /* o */
    {6, "040g ~04646c0c04"},                    /* p */
    {6, "646g ~04646c0c04"},                    /* q */
    {4, "040c ~08044445"},                      /* r */
    {5, "~56540408585c0c0a"},                   /* s */
    {5, "2129 ~292c5c 0454"},                   /* t */
    {6, "0408 ~080c6c68 646c"},                 /* u */
    {6, "043c64"},                              /* v */
    {10, "043c547ca4"},                         /* w */
    {6, "046c 640c"},                           /* x */
    {6, "043c 642f"},                           /* y */
    {6, "04640c6c"},                            /* z */
    {4, "~40202606 ~06262e4e"},                 /* { */
    {0, "000e"},                                /* | */
    {4, "~00202646 ~46262e0e"},                 /* } */
    {6, "~080535396966"},                       /* ~ */
};

static const glyph unknown = {6, "00606c0c00"};

static int digit(char c)
{
    return c <= '9' ? c - '0' : c - 'a' + 10;
}

/* One stroke: its corners in units. Returns how many, and whether it is a curve. */
static int read_stroke(const char **at, double corners[][2], bool *is_curve)
{
    int n = 0;
    *is_curve = **at == '~';
    if (*is_curve) ++*at;
    while (**at && **at != ' ' && n < CORNERS_MAX) {
        corners[n][0] = digit((*at)[0]);
        corners[n++][1] = digit((*at)[1]);
        *at += 2;
    }
    while (**at == ' ')
        ++*at;
    return n;
}

/* Chaikin's cut: two points on each side, a quarter and three quarters along. Ends stay, unless it
 * is closed. */
static int cut_corners(double corners[][2], int n)
{
    double cut[CORNERS_MAX << (CUTS + 1)][2];
    const bool is_closed = corners[0][0] == corners[n - 1][0] && corners[0][1] == corners[n - 1][1];
    int n_cut = 0;
    if (!is_closed) memcpy(cut[n_cut++], corners[0], sizeof *cut);
    for (int i = 0; i + 1 < n; i++)
        for (int part = 1; part <= 3; part += 2) {
            if (!is_closed && ((i == 0 && part == 1) || (i + 2 == n && part == 3))) continue;
            for (int k = 0; k < 2; k++)
                cut[n_cut][k] = corners[i][k] + (corners[i + 1][k] - corners[i][k]) * part / 4;
            n_cut++;
        }
    memcpy(cut[n_cut++], is_closed ? cut[0] : corners[n - 1], sizeof *cut);
    memcpy(corners, cut, (size_t)n_cut * sizeof *cut);
    return n_cut;
}

typedef struct brush {
    eai_canvas *canvas;
    int height, width;
    eai_rgb color;
} brush;

static void draw_glyph(const brush *b, const glyph *g, eai_place2 at)
{
    double corners[CORNERS_MAX << (CUTS + 1)][2];
    const double unit = (double)b->height / UNITS / EAI_PX;
    const double x = (double)at.x / EAI_PX, y = (double)at.y / EAI_PX - unit * UNITS;
    for (const char *stroke = g->strokes; *stroke;) {
        bool is_curve;
        int n = read_stroke(&stroke, corners, &is_curve);
        for (int cut = 0; is_curve && cut < CUTS; cut++)
            n = cut_corners(corners, n);
        for (int i = 0; i + 1 < n; i++)
            eai_canvas_line(
                b->canvas, eai_place_at(x + unit * corners[i][0], y + unit * corners[i][1]),
                eai_place_at(x + unit * corners[i + 1][0], y + unit * corners[i + 1][1]), b->width,
                b->color, EAI_OPAQUE);
    }
}

/* The glyph of the character at *text, which is left behind. */
static const glyph *next_glyph(const char **text)
{
    uint32_t code_point;
    const int length = eai_utf8_decode((const unsigned char *)*text, strlen(*text), &code_point);
    *text += length > 0 ? length : 1;
    const bool is_known = length == 1 && code_point >= ' ' && code_point <= '~';
    return is_known ? &glyphs[code_point - ' '] : &unknown;
}

int eai_text_width(const char *text, int height)
{
    int units = 0;
    while (*text)
        units += next_glyph(&text)->width + GAP;
    if (units) units += WEIGHT - GAP; /* half a stroke on both sides */
    return (units * height + UNITS - 1) / UNITS;
}

int eai_text_depth(int height)
{
    return (DEPTH * height + UNITS - 1) / UNITS;
}

static void draw_text(const brush *b, const char *text, eai_place2 at)
{
    int units = WEIGHT / 2;
    while (*text) {
        const glyph *g = next_glyph(&text);
        draw_glyph(b, g, (eai_place2){at.x + units * b->height / UNITS, at.y});
        units += g->width + GAP;
    }
}

void eai_text_draw(eai_canvas *canvas, const char *text, eai_place2 at, eai_pen pen)
{
    const brush b = {canvas, pen.height, WEIGHT * pen.height / UNITS, pen.color};
    draw_text(&b, text, at);
}

void eai_text_draw_rimmed(eai_canvas *canvas, const char *text, eai_place2 at, eai_pen pen,
                          eai_rgb rim)
{
    const brush wide = {canvas, pen.height, WEIGHT * pen.height / UNITS + 4 * EAI_PX, rim};
    draw_text(&wide, text, at);
    eai_text_draw(canvas, text, at, pen);
}
