/* SPDX-License-Identifier: MIT */
#ifndef TESTS_SUPPORT_TINY_ROOM_H
#define TESTS_SUPPORT_TINY_ROOM_H

/* A room of 4 m by 3.6 m with a table, two chairs and a cabinet, made here: no data needed. */

#include "support/house_walk.h"

enum { TINY_TABLE, TINY_CHAIR_LEFT, TINY_CHAIR_RIGHT, TINY_CABINET, TINY_OBJECTS };

void tiny_room_make(house_world *world);

/* A walk through it without any error, 96 x 72 pixels, 20 frames: errors are up to the test. */
house_walk_options tiny_room_walk(void);

#endif
