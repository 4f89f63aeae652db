/* SPDX-License-Identifier: MIT */
#include "space/map_content.h"

#include "base/memory.h"

void eai_map_content_free(eai_map_content *content)
{
    const edgeai_allocator *allocator = content->allocator;
    if (!allocator) return;
    eai_release(allocator, content->frames, content->n_frames * sizeof *content->frames);
    eai_release(allocator, content->objects, content->n_objects * sizeof *content->objects);
    eai_release(allocator, content->requests, content->n_requests * sizeof *content->requests);
    eai_release(allocator, content->grid.cells,
                (size_t)content->grid.width * (size_t)content->grid.height);
    *content = (eai_map_content){0};
}
