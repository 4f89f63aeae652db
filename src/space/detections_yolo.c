/* SPDX-License-Identifier: MIT */

/* YOLO's text: one file for each frame, `class cx cy w h [score]` or `class x1 y1 x2 y2 ...
 * [score]`, lengths as shares of the image's sides. */

#include <math.h>
#include <string.h>

#include "base/fail.h"
#include "base/memory.h"
#include "space/detected.h"
#include "space/text_lines.h"

/* Polygons by hand and from masks have far fewer corners. */
enum { NUMBERS_MAX = 20000 };

/* Rounding takes detectors a little over the border; more than that is another unit. */
static const double OVER = 0.01;

edgeai_status eai_detections_read_classes(edgeai_detections *self, const char *text, size_t n,
                                          const char *where)
{
    size_t at = 0, label;
    while (at < n) {
        const char *begin = text + at, *end = memchr(begin, '\n', n - at);
        size_t n_line = end ? (size_t)(end - begin) : n - at;
        at += n_line + 1;
        while (n_line && strchr(" \t\r", begin[n_line - 1]))
            n_line--;
        if (n_line == 0) continue;
        if (self->n_class_labels == EAI_LABELS_MAX)
            return eai_fail(EDGEAI_E_LIMIT, "%s: more than %d classes", where, EAI_LABELS_MAX);
        EAI_TRY(eai_detections_label(self, begin, n_line, where, &label));
        self->class_labels[self->n_class_labels++] = (uint16_t)label;
    }
    return self->n_class_labels
               ? EDGEAI_OK
               : eai_fail(EDGEAI_E_FORMAT, "%s: expected names of classes, one a line", where);
}

static edgeai_status check_shares(const eai_text_lines *lines, const double *values, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (!(values[i] >= -OVER && values[i] <= 1 + OVER))
            return eai_text_lines_fail(lines, EDGEAI_E_FORMAT,
                                       "expected shares of the image's sides, 0 to 1, found %g%s",
                                       values[i], values[i] > 1 ? ": pixels?" : "");
    return EDGEAI_OK;
}

static void clip_box(eai_found *found, double left, double top, double right, double bottom,
                     const edgeai_camera *camera)
{
    left = fmax(left, 0);
    top = fmax(top, 0);
    right = fmin(right, camera->width);
    bottom = fmin(bottom, camera->height);
    found->box[0] = (float)left;
    found->box[1] = (float)top;
    found->box[2] = (float)fmax(right - left, 0);
    found->box[3] = (float)fmax(bottom - top, 0);
}

static void set_box(eai_found *found, const double v[4], const edgeai_camera *camera)
{
    const double w = camera->width, h = camera->height;
    clip_box(found, (v[0] - v[2] / 2) * w, (v[1] - v[3] / 2) * h, (v[0] + v[2] / 2) * w,
             (v[1] + v[3] / 2) * h, camera);
}

/* A polygon's mask, and the box around it. values[2 * n] becomes pixels. */
static edgeai_status set_polygon(edgeai_detections *self, eai_found *found, double *values,
                                 size_t n, double *crossings, const edgeai_camera *camera)
{
    double least[2] = {INFINITY, INFINITY}, most[2] = {-INFINITY, -INFINITY};
    for (size_t i = 0; i < 2 * n; i++) {
        values[i] *= i % 2 ? camera->height : camera->width;
        least[i % 2] = fmin(least[i % 2], values[i]);
        most[i % 2] = fmax(most[i % 2], values[i]);
    }
    clip_box(found, least[0], least[1], most[0], most[1], camera);
    found->first_run = self->runs.n;
    EAI_TRY(eai_runs_push_polygon(&self->runs, (const double(*)[2])(void *)values, n, camera->width,
                                  camera->height, crossings));
    found->n_runs = self->runs.n - found->first_run;
    return EDGEAI_OK;
}

static edgeai_status read_line(edgeai_detections *self, eai_text_lines *lines, double *values,
                               const edgeai_camera *camera)
{
    eai_found found = {.score = 1};
    size_t n;
    double class_number;
    EAI_TRY(eai_text_lines_numbers(lines, &class_number, 1));
    if (!(class_number >= 0 && class_number < (double)self->n_class_labels) ||
        floor(class_number) < class_number)
        return eai_text_lines_fail(lines, EDGEAI_E_FORMAT,
                                   "expected a class of the %zu that have names, found %g",
                                   self->n_class_labels, class_number);
    found.label = self->class_labels[(size_t)class_number];
    EAI_TRY(eai_text_lines_all_numbers(lines, values, NUMBERS_MAX, &n));
    if (n < 4)
        return eai_text_lines_fail(lines, EDGEAI_E_FORMAT,
                                   "expected class cx cy w h, found %zu numbers", n + 1);
    if (n == 5 || (n > 6 && n % 2)) {
        found.score = (float)values[--n];
        if (!(found.score >= 0 && found.score <= 1))
            return eai_text_lines_fail(lines, EDGEAI_E_FORMAT,
                                       "expected a score from 0 to 1, found %g", values[n]);
    }
    EAI_TRY(check_shares(lines, values, n));
    if (n == 4)
        set_box(&found, values, camera);
    else
        EAI_TRY(set_polygon(self, &found, values, n / 2, values + NUMBERS_MAX, camera));
    return eai_detections_add(self, &found);
}

edgeai_status eai_detections_read_yolo(edgeai_detections *self, const char *text, size_t n,
                                       const char *where, const edgeai_frame *frame)
{
    eai_text_lines lines = {.text = text, .n = n, .name = where};
    const size_t bytes = (NUMBERS_MAX + NUMBERS_MAX / 2) * sizeof(double);
    double *values = eai_allocate_unset(self->allocator, bytes, "polygon");
    if (!values) return EDGEAI_E_MEMORY;
    edgeai_status status = eai_detections_add_frame(self, frame->name, where);
    while (status == EDGEAI_OK && eai_text_lines_next(&lines))
        status = read_line(self, &lines, values, &frame->camera);
    if (status == EDGEAI_OK)
        status =
            eai_detections_mask_size(self, 0, frame->camera.width, frame->camera.height, where);
    eai_release(self->allocator, values, bytes);
    return status;
}
