/* SPDX-License-Identifier: MIT */
#ifndef EAI_SPACE_MAP_FILES_H
#define EAI_SPACE_MAP_FILES_H

/* A map's content as the text of files, and back. Writers cannot fail but for memory. */

#include <stddef.h>

#include <edgeai/context.h>
#include <edgeai/status.h>

#include "space/map_content.h"
#include "space/text_writer.h"

/* docs/formats/map-json.md. */
#define EAI_MAP_JSON_VERSION 1

/* Cells along one side of the occupancy grid that are read. */
#define EAI_MAP_GRID_SIDE_MAX 8192

/* Objects, and requests, that are read; far more than fusing makes. */
#define EAI_MAP_OBJECTS_READ_MAX 131072

/* Lengths and coordinates further from zero are no map of a place. */
#define EAI_MAP_METRES_MAX 1e6

void eai_map_write_json(eai_writer *writer, const eai_map_content *content);
void eai_map_write_ply(eai_writer *writer, const eai_map_content *content);
void eai_map_write_gltf(eai_writer *writer, const eai_map_content *content);
void eai_map_write_tum(eai_writer *writer, const eai_map_content *content);

/* The YAML text for a picture of that name, and the picture itself, binary PGM. */
void eai_map_write_ros_yaml(eai_writer *writer, const eai_map_content *content, const char *image);
void eai_map_write_ros_pgm(eai_writer *writer, const eai_map_content *content);

/* `what` begins error texts. On failure content is zero. */
edgeai_status eai_map_read_json(eai_map_content *content, const edgeai_allocator *allocator,
                                const char *text, size_t n, const char *what);

#endif
