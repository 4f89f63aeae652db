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

/* A frame's place in the map. */
typedef struct eai_map_frame {
    char name[EDGEAI_LABEL_BYTES];
    double time_s;
    edgeai_camera camera; /* of the colour image */
    edgeai_pose pose;     /* camera to map; meaningful when component is 0 */
    int component;        /* 0: connected with the root; others are sub-maps of their own */
    double reliability;   /* 0 to 1: product of the edges' confidence on the way to the root */
    bool key;             /* drawn and numbered */
} eai_map_frame;

/* An object: a box that stands upright and is turned about Z. */
typedef struct eai_map_object {
    int id; /* from 1, stable while frames are added */
    char label[EDGEAI_LABEL_BYTES];
    double center[3];  /* of the box */
    double size[3];    /* full lengths along the box's own x, y and z; above 0 */
    double yaw;        /* of the box's x axis from the map's X, counter-clockwise */
    double confidence; /* 0 to 1 */
    double first_seen_s;
    int first_frame; /* index of the frame */
    int n_views;     /* frames it was detected in */
    bool truncated;  /* cut by the image's border in all of them */
} eai_map_object;

/* A box to look at again: the object should be visible there, but was not detected. */
typedef struct eai_map_request {
    int frame; /* index */
    int object_id;
    double box[4]; /* left, top, width, height in pixels of the colour camera */
} eai_map_request;

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
