/* SPDX-License-Identifier: MIT */
#include "run/row_view.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "common/safe_text.h"
#include "common/terminal.h"

/* How a cell looks; each has its control sequence, with and without colour. */
typedef enum cell_style {
    STYLE_TEXT = 0,
    STYLE_COMMITTED,    /* by this pass */
    STYLE_CLUSTER,      /* a token inside a cluster */
    STYLE_MASK,         /* in the block being decoded */
    STYLE_CLUSTER_MASK, /* inside a cluster */
    STYLE_WAITING,      /* a mask of a later block, an end token */
    N_STYLES
} cell_style;

static const char *const sequences[N_STYLES][2] = {
    {"\033[0m", "\033[0m"},    {"\033[0;7m", "\033[0;30;42m"}, {"\033[0;4m", "\033[0;4;36m"},
    {"\033[0m", "\033[0;37m"}, {"\033[0;4m", "\033[0;4;36m"},  {"\033[0;2m", "\033[0;2m"},
};

#define MASK_PICTURE         "\xe2\x96\x91" /* light shade */
#define CLUSTER_MASK_PICTURE "\xe2\x96\x92" /* medium shade */
#define END_PICTURE          "\xc2\xb7"     /* middle dot */
#define NEWLINE_PICTURE      "\xe2\x86\xb5" /* arrow down and left */

enum { LINES_MAX = 512, PIECE_BYTES = 1024 };

/* Lines being laid out: their text with control sequences, and where each begins. */
typedef struct canvas {
    FILE *out;
    int width, column;
    bool colours;
    cell_style style;
    size_t starts[LINES_MAX + 1];
    int n_lines, focus; /* focus: the line of the block's first mask */
} canvas;

static void break_line(canvas *self)
{
    if (self->style != STYLE_TEXT) fputs(sequences[STYLE_TEXT][0], self->out);
    self->style = STYLE_TEXT;
    self->column = 0;
    fflush(self->out);
    if (self->n_lines < LINES_MAX) self->starts[++self->n_lines] = (size_t)ftell(self->out);
}

static void put(canvas *self, const char *bytes, size_t n, int columns, cell_style style)
{
    if (self->n_lines >= LINES_MAX) return;
    if (self->column + columns > self->width) break_line(self);
    if (style != self->style) fputs(sequences[style][self->colours], self->out);
    self->style = style;
    fwrite(bytes, 1, n, self->out);
    self->column += columns;
}

/* The characters of a token. */
static void put_text(canvas *self, const char *bytes, size_t n, cell_style style)
{
    for (size_t i = 0; i < n;) {
        uint32_t c;
        size_t length = safe_text_next(bytes + i, n - i, &c);
        int columns = safe_text_columns(c);
        if (c == '\n') {
            put(self, NEWLINE_PICTURE, strlen(NEWLINE_PICTURE), 1, style);
            break_line(self);
        } else if (columns < 0) {
            put(self, END_PICTURE, strlen(END_PICTURE), 1, style);
        } else {
            put(self, bytes + i, length, columns, style);
        }
        i += length;
    }
}

static bool is_committed(const edgeai_decode_step *step, size_t position)
{
    for (size_t i = 0; i < step->n_committed; i++)
        if ((size_t)step->positions[i] == position) return true;
    return false;
}

static bool is_in_cluster(const edgeai_decode_step *step, size_t position)
{
    for (size_t i = 0; i < step->n_clusters; i++)
        if (position >= step->clusters[2 * i] && position < step->clusters[2 * i + 1]) return true;
    return false;
}

static cell_style style_of(const row_view *self, const edgeai_decode_step *step, size_t position)
{
    bool in_cluster = is_in_cluster(step, position);
    bool in_block = position >= step->block_begin && position < step->block_end;
    if (step->row[position] == self->mask_token)
        return in_cluster ? STYLE_CLUSTER_MASK : in_block ? STYLE_MASK : STYLE_WAITING;
    if (is_committed(step, position)) return STYLE_COMMITTED;
    if (edgeai_tokenizer_is_end(self->tokenizer, step->row[position])) return STYLE_WAITING;
    return in_cluster ? STYLE_CLUSTER : STYLE_TEXT;
}

static void put_row(const row_view *self, const edgeai_decode_step *step, canvas *to)
{
    edgeai_detokenizer decoder = EDGEAI_DETOKENIZER_INIT;
    to->focus = -1;
    for (size_t i = self->begin; i < step->n_tokens; i++) {
        cell_style style = style_of(self, step, i);
        int32_t token = step->row[i];
        char piece[PIECE_BYTES];
        size_t n = 0;
        bool is_mask = token == self->mask_token;
        bool is_end = !is_mask && edgeai_tokenizer_is_end(self->tokenizer, token);
        /* What stands in front of a mask or an end is not continued behind it. */
        if (edgeai_detokenizer_next(&decoder, self->tokenizer, is_mask || is_end ? -1 : token,
                                    piece, sizeof piece, &n) != EDGEAI_OK)
            n = 0;
        put_text(to, piece, n, style);
        if (is_end) put(to, END_PICTURE, strlen(END_PICTURE), 1, style);
        if (!is_mask) continue;
        const char *picture = style == STYLE_CLUSTER_MASK ? CLUSTER_MASK_PICTURE : MASK_PICTURE;
        put(to, picture, strlen(picture), 1, style);
        if (to->focus < 0) to->focus = to->n_lines;
    }
    break_line(to);
}

static const char *phase_name(edgeai_phase phase)
{
    static const char *const names[EDGEAI_N_PHASES] = {"step", "divide", "conquer", "finalize"};
    return (size_t)phase < EDGEAI_N_PHASES ? names[phase] : "?";
}

static void put_head(const row_view *self, const edgeai_decode_step *step, int width, FILE *out)
{
    /* Divide explores (yellow), Conquer advances (green), Finalize tidies up (magenta). */
    static const int colours[EDGEAI_N_PHASES] = {36, 33, 32, 35};
    char text[160];
    int n = snprintf(text, sizeof text, "pass %zu  %-8s  block %zu-%zu  +%zu  %zu masks left",
                     step->n_passes, phase_name(step->phase), step->block_begin, step->block_end,
                     step->n_committed, step->n_masked);
    if (step->n_clusters > 0 && n > 0 && (size_t)n < sizeof text)
        n += snprintf(text + n, sizeof text - (size_t)n, "  %zu cluster%s", step->n_clusters,
                      step->n_clusters == 1 ? "" : "s");
    if (n > width && width < (int)sizeof text) text[width] = '\0';
    fprintf(out, "\033[0;1");
    if (self->colours) fprintf(out, ";%d", colours[(size_t)step->phase % EDGEAI_N_PHASES]);
    fprintf(out, "m%s\033[0m\033[K", text);
}

/* The picture over the last one, in one write. */
static void show(row_view *self, const edgeai_decode_step *step, const canvas *from,
                 const char *text, int width)
{
    int room = terminal_height(stderr) - 2, first = 0, n = from->n_lines;
    if (room < 1) room = 1;
    if (n > room) {
        first = (from->focus < 0 ? n : from->focus) - room / 2;
        if (first > n - room) first = n - room;
        if (first < 0) first = 0;
        n = room;
    }
    char *picture = NULL;
    size_t n_bytes = 0;
    FILE *out = open_memstream(&picture, &n_bytes);
    if (!out) return;
    if (self->n_lines > 1) fprintf(out, "\033[%dA", self->n_lines - 1);
    fputc('\r', out);
    put_head(self, step, width, out);
    for (int i = first; i < first + n; i++) {
        fputc('\n', out);
        fwrite(text + from->starts[i], 1, from->starts[i + 1] - from->starts[i], out);
        fputs("\033[K", out);
    }
    fputs("\033[J", out);
    if (fclose(out) == 0) {
        fwrite(picture, 1, n_bytes, stderr);
        fflush(stderr);
        self->n_lines = n + 1;
    }
    free(picture);
}

void row_view_begin(row_view *self, bool wanted, bool whole_row)
{
    self->enabled = wanted && terminal_draws(stderr);
    self->colours = terminal_colours(stderr);
    self->whole_row = whole_row;
    self->begin = SIZE_MAX;
    self->n_lines = 0;
}

void row_view_draw(row_view *self, const edgeai_decode_step *step)
{
    if (!self->enabled) return;
    /* Blocks are cut from the first mask on. */
    if (self->begin == SIZE_MAX) self->begin = self->whole_row ? 0 : step->block_begin;
    char *text = NULL;
    size_t n_bytes = 0;
    canvas *lines = calloc(1, sizeof *lines);
    FILE *out = lines ? open_memstream(&text, &n_bytes) : NULL;
    if (out) {
        int width = terminal_width(stderr) - 1; /* the last column would wrap by itself */
        if (width < 2) width = 2;
        lines->out = out;
        lines->width = width;
        lines->colours = self->colours;
        put_row(self, step, lines);
        if (fclose(out) == 0) show(self, step, lines, text, width);
    }
    free(text);
    free(lines);
    if (self->delay_ms > 0) {
        struct timespec rest = {self->delay_ms / 1000, self->delay_ms % 1000 * 1000000};
        nanosleep(&rest, NULL); /* a signal ends it early */
    }
}

void row_view_end(row_view *self)
{
    if (self->n_lines > 1) fprintf(stderr, "\033[%dA", self->n_lines - 1);
    if (self->n_lines > 0) fputs("\r\033[J", stderr);
    fflush(stderr);
    self->n_lines = 0;
}
