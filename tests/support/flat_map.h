/* SPDX-License-Identifier: MIT */
#ifndef TESTS_SUPPORT_FLAT_MAP_H
#define TESTS_SUPPORT_FLAT_MAP_H

/* Made-up maps: a flat of two rooms with 18 things, and any number of things thrown about. */

#include <edgeai/space.h>

/* tests/golden/maps/flat.json; fails the test when it is not there. */
edgeai_map *flat_map_open(edgeai_context *context);

/* The map of a JSON text; fails the test when it is none. */
edgeai_map *flat_map_parse(edgeai_context *context, const char *json);

/* n objects of sixteen classes in a square that grows with them; the same for the same n. */
edgeai_map *flat_map_crowd(edgeai_context *context, int n);

/* FNV-1a of an image's pixels: golden pictures are compared by it. */
uint64_t flat_map_checksum(const edgeai_image *image);

#endif
