/* SPDX-License-Identifier: MIT */
#ifndef TESTS_SUPPORT_HOUSE_FILE_H
#define TESTS_SUPPORT_HOUSE_FILE_H

/* The labelled boxes of one room of the Matterport .house file among the test data, as a map. */

#include <stdbool.h>

#include <edgeai/context.h>

#include "space/map_content.h"

/*
 * Objects of the region (-1: of all), with the file's labels and ids one above its numbers; its
 * floor's outline as room_area_m2. *box_m2: area of the rectangle around that; may be NULL. False
 * when the file is not there. To be freed with eai_map_content_free().
 */
bool house_file_read(eai_map_content *content, int region, const edgeai_allocator *allocator,
                     double *box_m2);

#endif
