/* SPDX-License-Identifier: MIT */
#ifndef EAI_SPACE_MAP_CONTENT_H
#define EAI_SPACE_MAP_CONTENT_H

/*
 * What a finished map holds: fusing writes it, pictures, prompts, answers and files read it, and a
 * map read back from JSON is one too. Everything is in the map's frame: Z up, floor at 0.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <edgeai/context.h>
#include <edgeai/space.h>

typedef edgeai_mapped_frame eai_map_frame;
typedef edgeai_mapped_object eai_map_object;
typedef edgeai_mapped_request eai_map_request;

/* One cell in four states; log-odds stay with the one who measured them. */
typedef enum eai_cell { EAI_CELL_UNKNOWN = 0, EAI_CELL_FREE, EAI_CELL_OCCUPIED } eai_cell;

/* Occupancy seen from above. Cell (column, row) covers x0 + column * cell_m .. , row 0 at y0. */
typedef struct eai_map_grid {
    int width, height; /* cells; 0: no grid */
    double cell_m;
    double x0, y0;  /* lower left corner of cell (0, 0) */
    uint8_t *cells; /* [height][width] of eai_cell */
} eai_map_grid;

typedef struct eai_map_content {
    const edgeai_allocator *allocator; /* all arrays are from it */
    eai_map_frame *frames;
    size_t n_frames;
    eai_map_object *objects; /* in the order of their ids */
    size_t n_objects;
    eai_map_request *requests;
    size_t n_requests;
    eai_map_grid grid;
    double room_area_m2;  /* 0: not known */
    double room_observed; /* share of it that was seen, 0 to 1 */
    int root;             /* index of the root frame; -1: none */
    int n_components;     /* 1: all frames connected */
    bool metric;          /* lengths are real metres */
} eai_map_content;

void eai_map_content_free(eai_map_content *content); /* zero afterwards; zero is fine */

#endif
