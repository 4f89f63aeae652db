/* SPDX-License-Identifier: MIT */
#include "support/flat_map.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "base/rng.h"
#include "platform/context_internal.h"
#include "space/map_internal.h"
#include "support/check.h"

edgeai_map *flat_map_open(edgeai_context *context)
{
    edgeai_map *map;
    assert_ok(edgeai_map_open(&map, context, EDGEAI_TEST_SOURCE "/tests/golden/maps/flat.json"));
    return map;
}

edgeai_map *flat_map_parse(edgeai_context *context, const char *json)
{
    edgeai_map *map;
    assert_ok(edgeai_map_open_memory(&map, context, json, strlen(json)));
    return map;
}

static double between(eai_rng *rng, double low, double high)
{
    return low + (high - low) * eai_rng_uniform(rng);
}

edgeai_map *flat_map_crowd(edgeai_context *context, int n)
{
    static const char *const names[16] = {
        "chair", "table", "lamp",      "monitor", "dining table", "keyboard", "cup",   "book",
        "plant", "shelf", "trash bin", "bag",     "box",          "phone",    "clock", "printer"};
    eai_rng rng;
    edgeai_map *map =
        flat_map_parse(context, "{\"format\":\"edgeai-map\",\"version\":1,\"objects\":[]}");
    eai_map_content *content = &map->content;
    const double side = 1 + sqrt(n);
    eai_rng_seed(&rng, (uint64_t)n);
    content->objects =
        eai_allocate_array(content->allocator, (size_t)n, sizeof *content->objects, "crowd");
    assert_non_null(content->objects);
    content->n_objects = (size_t)n;
    for (int i = 0; i < n; i++) {
        eai_map_object *object = &content->objects[i];
        *object = (eai_map_object){.id = i + 1, .n_views = 3, .first_frame = -1};
        snprintf(object->label, sizeof object->label, "%s", names[eai_rng_below(&rng, 16)]);
        for (int k = 0; k < 3; k++) {
            object->center[k] = between(&rng, 0, k < 2 ? side : 1);
            object->size[k] = between(&rng, 0.1, 1);
        }
        object->yaw = between(&rng, -1.5, 1.5);
        object->confidence = between(&rng, 0.3, 1);
        object->first_seen_s = between(&rng, 0, 60);
    }
    return map;
}

uint64_t flat_map_checksum(const edgeai_image *image)
{
    uint64_t hash = 14695981039346656037u;
    for (int y = 0; y < image->height; y++)
        for (int x = 0; x < image->width * image->n_channels; x++) {
            hash ^= image->pixels[(size_t)y * image->row_bytes + (size_t)x];
            hash *= 1099511628211u;
        }
    return hash;
}
