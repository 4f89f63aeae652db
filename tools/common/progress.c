/* SPDX-License-Identifier: MIT */
#include "common/progress.h"

#include <stdio.h>
#include <string.h>

#include "common/terminal.h"

enum { BAR_COLUMNS = 24 };

#define INTERVAL_MS 100.0
#define PATIENCE_MS 500.0

void progress_begin(progress *self, size_t n_total, bool wanted)
{
    *self = (progress){.enabled = wanted && n_total > 0 && terminal_draws(stderr),
                       .n_total = n_total,
                       .start_ms = terminal_clock_ms()};
}

void progress_show(progress *self, size_t n_done, const char *note)
{
    double now = terminal_clock_ms();
    if (!self->enabled || now - self->start_ms < PATIENCE_MS) return;
    if (self->drawn && now - self->drawn_ms < INTERVAL_MS) return;
    if (n_done > self->n_total) n_done = self->n_total;
    double share = (double)n_done / (double)self->n_total;
    int filled = (int)(share * BAR_COLUMNS);
    char bar[BAR_COLUMNS + 1], left[32] = "", line[256];
    for (int i = 0; i < BAR_COLUMNS; i++)
        bar[i] = i < filled ? '#' : '.';
    bar[BAR_COLUMNS] = '\0';
    if (n_done > 0) {
        double left_s = (now - self->start_ms) * (1 / share - 1) * 1e-3;
        snprintf(left, sizeof left, "  %d:%02d left", (int)(left_s / 60), (int)left_s % 60);
    }
    int n =
        snprintf(line, sizeof line, "%s [%s] %zu/%zu%s", note, bar, n_done, self->n_total, left);
    int width = terminal_width(stderr) - 1;
    if (n > width && width > 0 && width < (int)sizeof line) line[width] = '\0';
    fprintf(stderr, "\r\033[K%s", line);
    fflush(stderr);
    self->drawn = true;
    self->drawn_ms = now;
}

void progress_end(progress *self)
{
    if (self->drawn) fputs("\r\033[K", stderr);
    fflush(stderr);
    self->enabled = self->drawn = false;
}
