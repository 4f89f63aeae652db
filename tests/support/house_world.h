/* SPDX-License-Identifier: MIT */
#ifndef TESTS_SUPPORT_HOUSE_WORLD_H
#define TESTS_SUPPORT_HOUSE_WORLD_H

/*
 * A real flat, labelled by hand: oriented boxes in rooms, from a Matterport .house file. Its rooms
 * are closed by walls along their floors' outlines, pushed back where things hang on them.
 */

#include <stdbool.h>

#include <edgeai/space.h>

#include "space/map_content.h"

enum { HOUSE_OBJECTS = 256, HOUSE_REGIONS = 16, HOUSE_CORNERS = 24 };

/* An upright solid box. */
typedef struct house_object {
    int region;
    char label[EDGEAI_LABEL_BYTES];
    double center[3], size[3], yaw;
    double cosine, sine; /* of yaw */
} house_object;

typedef struct house_region {
    char kind;                        /* b bedroom, a bathroom, t toilet, k kitchen ... */
    double corners[HOUSE_CORNERS][2]; /* of the floor, counter-clockwise, walls pushed back */
    int n_corners;
    double floor, ceiling;
    double area; /* m2 of the floor as drawn here */
} house_region;

typedef struct house_world {
    house_object objects[HOUSE_OBJECTS];
    int n_objects;
    house_region regions[HOUSE_REGIONS];
    int n_regions;
} house_world;

/* The labelled house; false when its file is not there. Walls, floors, ceilings, and boxes marked
 * as unknown or to be removed are no objects. */
bool house_world_read(house_world *world);

/* How far along `direction` a ray first meets a room's walls, floor or ceiling. */
double house_world_cast_room(const house_region *room, const double from[3],
                             const double direction[3]);

/* The same for an object, from outside; INFINITY when it misses. */
double house_world_cast_object(const house_object *object, const double from[3],
                               const double direction[3]);

/* Inside the room, `margin` metres from walls and from all boxes. */
bool house_world_is_free(const house_world *world, int region, const double at[3], double margin);

/* The ideal map: objects of the wanted list, ids being index + 1; frames, with their poses, from a
 * list; the rooms' floors as the grid, area of rooms. All [n] arrays are copied. */
typedef struct house_truth {
    const bool *wanted;     /* [n_objects] */
    const int *first_frame; /* [n_objects] */
    const eai_map_frame *frames;
    size_t n_frames;
    const bool *rooms; /* [n_regions] */
} house_truth;

bool house_world_content(eai_map_content *content, const house_world *world,
                         const house_truth *truth, const edgeai_allocator *allocator);

#endif
