/* SPDX-License-Identifier: MIT */
#ifndef EAI_SPACE_PROMPT_PARTS_H
#define EAI_SPACE_PROMPT_PARTS_H

/* What a prompt is put together from. */

#include "space/map_content.h"
#include "space/relevance.h"
#include "space/text_writer.h"

/* How much is said of an object. */
typedef enum eai_prompt_detail {
    EAI_DETAIL_ALL,
    EAI_DETAIL_SIZE,       /* id, label, x, y, size: about 40 tokens */
    EAI_DETAIL_FIRST_SEEN, /* id, label, x, y, seen_first_s */
} eai_prompt_detail;

/* {"id":3,"label":"chair","x":1.2,...}: an object of the coordinate form. */
void eai_prompt_write_object(eai_writer *w, const eai_map_object *object, eai_prompt_detail detail);

/* The JSON object of the first n ranked objects, in the order of their ids. */
void eai_prompt_write_coordinates(eai_writer *w, const eai_map_content *content,
                                  const eai_ranking *ranking, size_t n, eai_prompt_detail detail);

/* Side of the cognitive map's grid. */
enum { EAI_COGNITIVE_CELLS = 10 };

typedef struct eai_cognitive_frame {
    double x0, y0, cell_m; /* cell (i, j) begins at x0 + i * cell_m, y0 + j * cell_m */
} eai_cognitive_frame;

/* The square that holds the map, in ten by ten cells. cognitive_map.c */
eai_cognitive_frame eai_cognitive_frame_of(const eai_map_content *content);
void eai_cognitive_cell(const eai_cognitive_frame *frame, const double point[2], int cell[2]);

/* {"chair":[[3,7],[4,2]],...}: classes by name, instances by id. */
void eai_prompt_write_grid(eai_writer *w, const eai_map_content *content,
                           const eai_ranking *ranking, size_t n);

#endif
