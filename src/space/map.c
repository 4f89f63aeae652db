/* SPDX-License-Identifier: MIT */
#include <edgeai/space.h>

#include <math.h>
#include <string.h>

#include "base/fail.h"
#include "base/memory.h"
#include "platform/context_internal.h"
#include "space/fusing.h"
#include "space/map_internal.h"

enum { TASK_LABELS_MAX = 256 };

/* A number of the options: 0 becomes the default, all else must be in range. */
static edgeai_status settle(double *value, const char *name, double otherwise, double low,
                            double high)
{
    if (*value == 0) *value = otherwise;
    if (!(*value >= low && *value <= high))
        return eai_fail(EDGEAI_E_INVALID, "map options: %s: expected %g to %g, found %g", name, low,
                        high, *value);
    return EDGEAI_OK;
}

static edgeai_status settle_int(int *value, const char *name, int otherwise, int high)
{
    if (*value == 0) *value = otherwise;
    if (*value < 1 || *value > high)
        return eai_fail(EDGEAI_E_INVALID, "map options: %s: expected 1 to %d, found %d", name, high,
                        *value);
    return EDGEAI_OK;
}

static edgeai_status settle_all(edgeai_map_options *o)
{
    EAI_TRY(settle(&o->depth_min_m, "depth_min_m", 0.2, 0.01, 100));
    EAI_TRY(settle(&o->depth_max_m, "depth_max_m", 5, 0.01, 100));
    EAI_TRY(settle(&o->score_min, "score_min", 0.2, 0, 1));
    EAI_TRY(settle_int(&o->points_min, "points_min", 16, 1000));
    EAI_TRY(settle(&o->associate_min, "associate_min", 0.35, 0.01, 1));
    EAI_TRY(settle(&o->label_penalty, "label_penalty", 0.5, 0, 1));
    EAI_TRY(settle(&o->merge_min, "merge_min", 0.5, 0.01, 1));
    EAI_TRY(settle_int(&o->views_min, "views_min", 2, EDGEAI_MAP_FRAMES_MAX));
    EAI_TRY(settle_int(&o->misses_max, "misses_max", 4, EDGEAI_MAP_FRAMES_MAX));
    EAI_TRY(settle(&o->visible_min, "visible_min", 0.3, 0.01, 1));
    EAI_TRY(settle(&o->hidden_m, "hidden_m", 0.25, 0.01, 10));
    EAI_TRY(settle(&o->floor_tolerance_m, "floor_tolerance_m", 0.03, 0.001, 1));
    EAI_TRY(settle(&o->cell_m, "cell_m", 0.05, 0.01, 1));
    EAI_TRY(settle(&o->obstacle_low_m, "obstacle_low_m", 0.1, 0.001, 10));
    EAI_TRY(settle(&o->obstacle_high_m, "obstacle_high_m", 1.8, 0.001, 100));
    EAI_TRY(settle(&o->close_m, "close_m", 0.3, 0.01, 10));
    if (o->depth_max_m <= o->depth_min_m)
        return eai_fail(EDGEAI_E_INVALID,
                        "map options: expected depth_min_m below depth_max_m, found %g and %g",
                        o->depth_min_m, o->depth_max_m);
    return EDGEAI_OK;
}

static edgeai_status check_task(const edgeai_map_options *o)
{
    if (o->n_task_labels > TASK_LABELS_MAX)
        return eai_fail(EDGEAI_E_INVALID, "map options: expected at most %d task labels, found %zu",
                        TASK_LABELS_MAX, o->n_task_labels);
    if (o->n_task_labels > 0 && !o->task_labels)
        return eai_fail(EDGEAI_E_INVALID, "map options: %zu task labels at NULL", o->n_task_labels);
    for (size_t i = 0; i < o->n_task_labels; i++) {
        const char *label = o->task_labels[i];
        const size_t n = label ? strnlen(label, EDGEAI_LABEL_BYTES) : 0;
        if (n == 0 || n == EDGEAI_LABEL_BYTES)
            return eai_fail(EDGEAI_E_INVALID, "map options: task label %zu: expected 1 to %d bytes",
                            i, EDGEAI_LABEL_BYTES - 1);
    }
    for (int i = 0; i < 3; i++)
        if (!(fabs(o->up[i]) <= 1e6))
            return eai_fail(EDGEAI_E_INVALID, "map options: up: expected numbers up to 1e6");
    return EDGEAI_OK;
}

edgeai_status edgeai_map_create(edgeai_map **out, edgeai_context *context,
                                const edgeai_map_options *options)
{
    if (!out) return eai_fail(EDGEAI_E_INVALID, "edgeai_map_create: out is NULL");
    *out = NULL;
    if (!context) return eai_fail(EDGEAI_E_INVALID, "edgeai_map_create: context is NULL");
    edgeai_map_options rules = EDGEAI_MAP_OPTIONS_INIT;
    if (options) {
        if (options->struct_size != sizeof *options)
            return eai_fail(EDGEAI_E_INVALID, "map options: expected struct_size %zu, found %zu",
                            sizeof *options, options->struct_size);
        rules = *options;
    }
    EAI_TRY(settle_all(&rules));
    EAI_TRY(check_task(&rules));
    edgeai_map *map = eai_allocate(&context->allocator, sizeof *map, "a map");
    if (!map) return EDGEAI_E_MEMORY;
    map->context = context;
    map->content = (eai_map_content){.allocator = &context->allocator, .root = -1};
    map->content.metric = !rules.not_metric;
    const edgeai_status status = eai_fusing_create(&map->fusing, context, &rules);
    if (status) {
        eai_release(&context->allocator, map, sizeof *map);
        return status;
    }
    *out = map;
    return EDGEAI_OK;
}

void edgeai_map_free(edgeai_map *map)
{
    if (!map) return;
    eai_fusing_free(map->fusing);
    eai_map_content_free(&map->content);
    eai_release(&map->context->allocator, map, sizeof *map);
}

static edgeai_status check_takes_frames(const edgeai_map *map)
{
    if (!map) return eai_fail(EDGEAI_E_INVALID, "map: NULL");
    if (!map->fusing)
        return eai_fail(EDGEAI_E_UNSUPPORTED, "map: read from a file, it takes no frames");
    return EDGEAI_OK;
}

edgeai_status edgeai_map_add(edgeai_map *map, const edgeai_frame *frame)
{
    EAI_TRY(check_takes_frames(map));
    if (!frame) return eai_fail(EDGEAI_E_INVALID, "edgeai_map_add: frame is NULL");
    if (frame->struct_size != sizeof *frame)
        return eai_fail(EDGEAI_E_INVALID, "frame: expected struct_size %zu, found %zu",
                        sizeof *frame, frame->struct_size);
    return eai_fusing_add(map->fusing, frame);
}

edgeai_status edgeai_map_add_detections(edgeai_map *map, size_t frame,
                                        const edgeai_detection *detections, size_t n_detections)
{
    EAI_TRY(check_takes_frames(map));
    return eai_fusing_add_detections(map->fusing, frame, detections, n_detections);
}

edgeai_status edgeai_map_update(edgeai_map *map)
{
    EAI_TRY(check_takes_frames(map));
    return eai_fusing_update(map->fusing, &map->content);
}

size_t edgeai_map_n_frames(const edgeai_map *map)
{
    return map->content.n_frames;
}

const edgeai_mapped_frame *edgeai_map_frame(const edgeai_map *map, size_t index)
{
    return index < map->content.n_frames ? &map->content.frames[index] : NULL;
}

size_t edgeai_map_n_objects(const edgeai_map *map)
{
    return map->content.n_objects;
}

const edgeai_mapped_object *edgeai_map_object(const edgeai_map *map, size_t index)
{
    return index < map->content.n_objects ? &map->content.objects[index] : NULL;
}

size_t edgeai_map_n_requests(const edgeai_map *map)
{
    return map->content.n_requests;
}

const edgeai_mapped_request *edgeai_map_request(const edgeai_map *map, size_t index)
{
    return index < map->content.n_requests ? &map->content.requests[index] : NULL;
}

void edgeai_map_summarize(const edgeai_map *map, edgeai_map_summary *summary)
{
    const eai_map_content *content = &map->content;
    *summary = (edgeai_map_summary){.n_frames = content->n_frames,
                                    .n_components = content->n_components,
                                    .root = content->root,
                                    .n_objects = content->n_objects,
                                    .n_requests = content->n_requests,
                                    .room_area_m2 = content->room_area_m2,
                                    .room_observed = content->room_observed,
                                    .metric = content->metric};
    for (size_t i = 0; i < content->n_frames; i++)
        summary->n_connected += content->frames[i].component == 0;
    if (!map->fusing) return;
    const eai_admission *admission = &map->fusing->admission;
    const eai_fusing_result *result = &map->fusing->result;
    summary->floor_found = result->floor_found;
    summary->n_detections = admission->n_detections;
    summary->n_below_score = admission->n_below_score;
    summary->n_beyond_limit = admission->n_beyond_limit;
    summary->n_duplicates = admission->n_duplicates;
    summary->n_without_depth = admission->n_without_depth;
    summary->n_candidates = result->n_candidates;
    summary->n_ghosts = result->n_ghosts;
    summary->n_beyond_capacity = result->n_beyond_capacity;
}

size_t edgeai_map_memory(const edgeai_map *map)
{
    const eai_map_content *content = &map->content;
    return sizeof *map + content->n_frames * sizeof *content->frames +
           content->n_objects * sizeof *content->objects +
           content->n_requests * sizeof *content->requests +
           (size_t)content->grid.width * (size_t)content->grid.height +
           (map->fusing ? eai_fusing_bytes(map->fusing) : 0);
}
