/* SPDX-License-Identifier: MIT */
#include "support/tiny_room.h"

#include <math.h>
#include <string.h>

void tiny_room_make(house_world *world)
{
    static const double corners[4][2] = {{0, 0}, {4, 0}, {4, 3.6}, {0, 3.6}};
    static const house_object objects[TINY_OBJECTS] = {
        {0, "table", {2.9, 0.6, 0.38}, {1.4, 0.7, 0.76}, 0, 0, 0},
        {0, "chair", {0.5, 0.5, 0.4}, {0.5, 0.5, 0.8}, 0, 0, 0},
        {0, "chair", {0.5, 1.9, 0.4}, {0.5, 0.5, 0.8}, 0.5, 0, 0},
        {0, "cabinet", {2.8, 3.3, 0.6}, {1, 0.5, 1.2}, 0, 0, 0}};
    memset(world, 0, sizeof *world);
    world->n_regions = 1;
    world->regions[0] = (house_region){.kind = 'l', .n_corners = 4, .ceiling = 2.6, .area = 14.4};
    memcpy(world->regions[0].corners, corners, sizeof corners);
    world->n_objects = TINY_OBJECTS;
    memcpy(world->objects, objects, sizeof objects);
    for (int i = 0; i < TINY_OBJECTS; i++) {
        world->objects[i].cosine = cos(objects[i].yaw);
        world->objects[i].sine = sin(objects[i].yaw);
    }
}

house_walk_options tiny_room_walk(void)
{
    return (house_walk_options){
        .seed = 5, .width = 96, .height = 72, .frames_per_room = 20, .rooms = {true}};
}
