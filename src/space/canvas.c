/* SPDX-License-Identifier: MIT */

/*
 * Every row of pixels is looked at along four lines. On each, a shape is one or several spans whose
 * ends are rounded to sixteenths, so that a pixel is covered by 0 to 64 parts of 64.
 */

#include "space/canvas.h"

#include <math.h>
#include <string.h>

#include "base/memory.h"

enum { LINES = 4, PARTS = LINES * EAI_PX };

edgeai_status eai_canvas_start(eai_canvas *canvas, edgeai_image *image,
                               const edgeai_allocator *allocator)
{
    *canvas = (eai_canvas){
        .image = image, .allocator = allocator, .clip = {0, 0, image->width, image->height}};
    canvas->row = eai_allocate_array(allocator, (size_t)image->width + 1, sizeof *canvas->row,
                                     "a row of a picture");
    return canvas->row ? EDGEAI_OK : EDGEAI_E_MEMORY;
}

void eai_canvas_end(eai_canvas *canvas)
{
    if (!canvas->row) return;
    eai_release(canvas->allocator, canvas->row,
                ((size_t)canvas->image->width + 1) * sizeof *canvas->row);
    canvas->row = NULL;
}

static int at_least(int a, int b)
{
    return a > b ? a : b;
}

static int at_most(int a, int b)
{
    return a < b ? a : b;
}

static eai_rect intersection(eai_rect a, eai_rect b)
{
    return (eai_rect){at_least(a.left, b.left), at_least(a.top, b.top), at_most(a.right, b.right),
                      at_most(a.bottom, b.bottom)};
}

void eai_canvas_clip(eai_canvas *canvas, eai_rect clip)
{
    canvas->clip =
        intersection(clip, (eai_rect){0, 0, canvas->image->width, canvas->image->height});
}

static int to_place(double px)
{
    const double most = EAI_PLACE_MAX, place = px * EAI_PX;
    if (!(place > -most)) return -EAI_PLACE_MAX; /* NaN too */
    return place < most ? (int)lround(place) : EAI_PLACE_MAX;
}

eai_place2 eai_place_at(double x_px, double y_px)
{
    return (eai_place2){to_place(x_px), to_place(y_px)};
}

/* `weight` of 255 * PARTS. */
static void blend(uint8_t *pixel, eai_rgb color, int weight)
{
    const int whole = 255 * PARTS, rest = whole - weight;
    pixel[0] = (uint8_t)((color.r * weight + pixel[0] * rest + whole / 2) / whole);
    pixel[1] = (uint8_t)((color.g * weight + pixel[1] * rest + whole / 2) / whole);
    pixel[2] = (uint8_t)((color.b * weight + pixel[2] * rest + whole / 2) / whole);
}

void eai_canvas_rect(eai_canvas *canvas, eai_rect rect, eai_rgb color, int alpha)
{
    rect = intersection(rect, canvas->clip);
    for (int y = rect.top; y < rect.bottom; y++) {
        uint8_t *row = canvas->image->pixels + (size_t)y * canvas->image->row_bytes;
        for (int x = rect.left; x < rect.right; x++)
            blend(row + 3 * x, color, alpha * PARTS);
    }
}

/* Covers from x0 to x1 along one line of a row; extends the range of pixels that are touched. */
static void add_span(eai_canvas *canvas, int x0, int x1, int *first, int *last)
{
    x0 = at_least(x0, canvas->clip.left * EAI_PX);
    x1 = at_most(x1, canvas->clip.right * EAI_PX);
    if (x0 >= x1) return;
    const int left = x0 / EAI_PX, right = (x1 - 1) / EAI_PX;
    *first = at_most(*first, left);
    *last = at_least(*last, right);
    if (left == right) {
        canvas->row[left] += x1 - x0;
        return;
    }
    canvas->row[left] += (left + 1) * EAI_PX - x0;
    for (int x = left + 1; x < right; x++)
        canvas->row[x] += EAI_PX;
    canvas->row[right] += x1 - right * EAI_PX;
}

static void paint_row(eai_canvas *canvas, int y, int first, int last, eai_rgb color, int alpha)
{
    uint8_t *pixels = canvas->image->pixels + (size_t)y * canvas->image->row_bytes;
    for (int x = first; x <= last; x++) {
        if (canvas->row[x]) blend(pixels + 3 * x, color, alpha * at_most(canvas->row[x], PARTS));
        canvas->row[x] = 0;
    }
}

/* The rows that a shape between two heights may touch. */
static void rows_of(const eai_canvas *canvas, int low, int high, int *first, int *last)
{
    *first = at_least(low >= 0 ? low / EAI_PX : 0, canvas->clip.top);
    *last = at_most(high / EAI_PX + 1, canvas->clip.bottom);
}

typedef struct crossing {
    int x, direction;
} crossing;

/* Where the polygon's sides cross the line, from left to right. */
static int find_crossings(const eai_place2 *corners, int n, int y, crossing *found)
{
    int n_found = 0;
    for (int i = 0; i < n; i++) {
        const eai_place2 a = corners[i], b = corners[(i + 1) % n];
        if ((a.y <= y) == (b.y <= y)) continue;
        const int64_t run = (int64_t)(b.x - a.x) * (y - a.y);
        const crossing c = {a.x + (int)(run / (b.y - a.y)), b.y > a.y ? 1 : -1};
        int at = n_found++;
        for (; at > 0 && found[at - 1].x > c.x; at--)
            found[at] = found[at - 1];
        found[at] = c;
    }
    return n_found;
}

void eai_canvas_polygon(eai_canvas *canvas, const eai_place2 *corners, int n, eai_rgb color,
                        int alpha)
{
    int low = EAI_PLACE_MAX, high = -EAI_PLACE_MAX, top, bottom;
    for (int i = 0; i < n; i++) {
        low = at_most(low, corners[i].y);
        high = at_least(high, corners[i].y);
    }
    rows_of(canvas, low, high, &top, &bottom);
    for (int y = top; y < bottom; y++) {
        int first = canvas->image->width, last = -1;
        for (int line = 0; line < LINES; line++) {
            crossing found[EAI_POLYGON_MAX];
            const int at = y * EAI_PX + EAI_PX / LINES * line + EAI_PX / LINES / 2;
            const int n_found = find_crossings(corners, n, at, found);
            for (int i = 0, winding = 0; i + 1 < n_found; i++) {
                winding += found[i].direction;
                if (winding) add_span(canvas, found[i].x, found[i + 1].x, &first, &last);
            }
        }
        paint_row(canvas, y, first, last, color, alpha);
    }
}

/* The part of the line at height y that a disc covers, joined with what is there. */
static void widen_by_disc(double x, double dy, double radius, double *left, double *right)
{
    const double square = radius * radius - dy * dy;
    if (square <= 0) return;
    const double half = sqrt(square);
    *left = fmin(*left, x - half);
    *right = fmax(*right, x + half);
}

/* ... that the side from a to b touches. */
static void widen_by_side(double ax, double ay, double bx, double by, double y, double *left,
                          double *right)
{
    if ((ay <= y) == (by <= y)) return;
    const double x = ax + (bx - ax) * (y - ay) / (by - ay);
    *left = fmin(*left, x);
    *right = fmax(*right, x);
}

void eai_canvas_line(eai_canvas *canvas, eai_place2 a, eai_place2 b, int width, eai_rgb color,
                     int alpha)
{
    const double radius = width / 2.0, dx = b.x - a.x, dy = b.y - a.y, length = hypot(dx, dy);
    const double nx = length > 0 ? -dy / length * radius : 0;
    const double ny = length > 0 ? dx / length * radius : 0;
    int top, bottom;
    rows_of(canvas, at_most(a.y, b.y) - width, at_least(a.y, b.y) + width, &top, &bottom);
    for (int row = top; row < bottom; row++) {
        int first = canvas->image->width, last = -1;
        for (int line = 0; line < LINES; line++) {
            const double y = row * EAI_PX + EAI_PX / LINES * line + EAI_PX / LINES / 2;
            double left = INFINITY, right = -INFINITY;
            widen_by_disc(a.x, y - a.y, radius, &left, &right);
            widen_by_disc(b.x, y - b.y, radius, &left, &right);
            widen_by_side(a.x + nx, a.y + ny, b.x + nx, b.y + ny, y, &left, &right);
            widen_by_side(a.x - nx, a.y - ny, b.x - nx, b.y - ny, y, &left, &right);
            /* The ends of a wide line: its short sides. */
            widen_by_side(a.x + nx, a.y + ny, a.x - nx, a.y - ny, y, &left, &right);
            widen_by_side(b.x + nx, b.y + ny, b.x - nx, b.y - ny, y, &left, &right);
            if (left < right)
                add_span(canvas, (int)lround(left), (int)lround(right), &first, &last);
        }
        paint_row(canvas, row, first, last, color, alpha);
    }
}

void eai_canvas_outline(eai_canvas *canvas, const eai_place2 *corners, int n, int width,
                        eai_rgb color)
{
    for (int i = 0; i < n; i++)
        eai_canvas_line(canvas, corners[i], corners[(i + 1) % n], width, color, EAI_OPAQUE);
}
