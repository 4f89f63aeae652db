/* SPDX-License-Identifier: MIT */

/* Stands in until fusing brings its own. */

#include "base/memory.h"
#include "platform/context_internal.h"
#include "space/map_internal.h"

void edgeai_map_free(edgeai_map *map)
{
    if (!map) return;
    eai_map_content_free(&map->content);
    eai_release(&map->context->allocator, map, sizeof *map);
}
