/* SPDX-License-Identifier: MIT */

/* The cognitive map of "Thinking in Space" (arXiv 2412.14171): where things are on ten by ten
 * cells, one scale for both axes, X right and Y up. */

#include <math.h>
#include <string.h>

#include "space/labels.h"
#include "space/map_view.h"
#include "space/prompt_parts.h"

eai_cognitive_frame eai_cognitive_frame_of(const eai_map_content *content)
{
    const eai_bounds bounds = eai_map_bounds(content);
    const double width = bounds.high[0] - bounds.low[0], height = bounds.high[1] - bounds.low[1];
    /* In whole decimetres, so that the text says exactly what a cell is. */
    const double cell = fmax(ceil(fmax(width, height) / EAI_COGNITIVE_CELLS * 10 - 1e-9) / 10, 0.1);
    const double side = cell * EAI_COGNITIVE_CELLS;
    return (eai_cognitive_frame){bounds.low[0] - (side - width) / 2,
                                 bounds.low[1] - (side - height) / 2, cell};
}

void eai_cognitive_cell(const eai_cognitive_frame *frame, const double point[2], int cell[2])
{
    const double origin[2] = {frame->x0, frame->y0};
    for (int k = 0; k < 2; k++) {
        const double at = floor((point[k] - origin[k]) / frame->cell_m);
        cell[k] = (int)fmin(fmax(at, 0), EAI_COGNITIVE_CELLS - 1);
    }
}

/* The next class in the order of names; NULL: none. Few objects are ever written. */
static const char *next_label(const eai_map_content *content, const eai_ranking *ranking, size_t n,
                              const char *after)
{
    const char *next = NULL;
    for (size_t i = 0; i < n; i++) {
        const char *label = content->objects[ranking->objects[i].index].label;
        if (after && strcmp(label, after) <= 0) continue;
        if (!next || strcmp(label, next) < 0) next = label;
    }
    return next;
}

/* The next object of the class by index above `after`; SIZE_MAX: none. */
static size_t next_instance(const eai_map_content *content, const eai_ranking *ranking, size_t n,
                            const char *label, size_t first)
{
    size_t next = SIZE_MAX;
    for (size_t i = 0; i < n; i++) {
        const size_t index = ranking->objects[i].index;
        if (index < first || index >= next) continue;
        if (strcmp(content->objects[index].label, label) == 0) next = index;
    }
    return next;
}

void eai_prompt_write_grid(eai_writer *w, const eai_map_content *content,
                           const eai_ranking *ranking, size_t n)
{
    const eai_cognitive_frame frame = eai_cognitive_frame_of(content);
    const char *label = next_label(content, ranking, n, NULL);
    eai_write(w, "{");
    for (bool is_first = true; label; label = next_label(content, ranking, n, label)) {
        eai_write(w, is_first ? "" : ",");
        is_first = false;
        eai_write_json_string(w, label);
        eai_write(w, ":[");
        size_t index = next_instance(content, ranking, n, label, 0);
        for (bool is_begin = true; index != SIZE_MAX; is_begin = false) {
            int cell[2];
            eai_cognitive_cell(&frame, content->objects[index].center, cell);
            eai_write(w, "%s[%d,%d]", is_begin ? "" : ",", cell[0], cell[1]);
            index = next_instance(content, ranking, n, label, index + 1);
        }
        eai_write(w, "]");
    }
    eai_write(w, "}");
}
