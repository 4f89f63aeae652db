/* SPDX-License-Identifier: MIT */
/* What a build says when it is done, and its requests. */

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "common/json_out.h"
#include "common/safe_text.h"
#include "map/map_tool.h"

enum { NAMES_SHOWN = 8 };

const char *const map_kinds[] = {"auto", "tum", "7-scenes", "scannet", "open3d", "manifest", NULL};

bool map_request_print(const edgeai_mapped_frame *frame, const edgeai_mapped_object *object,
                       const edgeai_mapped_request *request, FILE *out)
{
    cJSON *line = cJSON_CreateObject(), *box = cJSON_AddArrayToObject(line, "box");
    json_add_text(line, "frame", frame ? frame->name : NULL);
    cJSON_AddNumberToObject(line, "object", request->object_id);
    json_add_text(line, "label", object ? object->label : NULL);
    for (int i = 0; i < 4; i++)
        cJSON_AddItemToArray(box, cJSON_CreateNumber(round(request->box[i] * 10) / 10));
    const bool is_ok = json_print_line(line, out);
    cJSON_Delete(line);
    return is_ok;
}

static cJSON *recording_json(const map_build_result *result)
{
    const edgeai_recording_info *info = &result->recording;
    cJSON *object = cJSON_CreateObject();
    json_add_text(object, "path", result->input);
    json_add_text(object, "kind", map_kinds[info->kind]);
    cJSON_AddNumberToObject(object, "n_frames", (double)info->n_frames);
    cJSON_AddNumberToObject(object, "n_color", (double)info->n_color);
    cJSON_AddNumberToObject(object, "n_depth", (double)info->n_depth);
    cJSON_AddNumberToObject(object, "n_poses", (double)info->n_poses);
    cJSON_AddNumberToObject(object, "n_lost", (double)info->n_lost);
    cJSON_AddNumberToObject(object, "n_unpaired", (double)info->n_unpaired);
    cJSON_AddNumberToObject(object, "n_chosen", (double)result->n_chosen);
    cJSON_AddNumberToObject(object, "n_without_pose", (double)result->n_skipped);
    cJSON_AddBoolToObject(object, "poses_given", result->has_poses);
    const bool is_checked = result->check.n_pairs > 0;
    json_add_real(object, "pose_fitting", is_checked ? result->check.fitting : NAN, 3);
    json_add_real(object, "pose_median_m", is_checked ? result->check.median_m : NAN, 4);
    return object;
}

/* Names of the frames that are not connected with the root. */
static cJSON *unconnected_json(const edgeai_map *map)
{
    cJSON *names = cJSON_CreateArray();
    for (size_t i = 0; i < edgeai_map_n_frames(map); i++)
        if (edgeai_map_frame(map, i)->component != 0)
            cJSON_AddItemToArray(names, cJSON_CreateString(edgeai_map_frame(map, i)->name));
    return names;
}

static cJSON *objects_json(const edgeai_map *map)
{
    cJSON *objects = cJSON_CreateArray();
    for (size_t i = 0; i < edgeai_map_n_objects(map); i++) {
        const edgeai_mapped_object *object = edgeai_map_object(map, i);
        cJSON *item = cJSON_CreateObject(), *center = cJSON_AddArrayToObject(item, "center"),
              *size = cJSON_AddArrayToObject(item, "size");
        cJSON_AddNumberToObject(item, "id", object->id);
        json_add_text(item, "label", object->label);
        for (int k = 0; k < 3; k++) {
            cJSON_AddItemToArray(center, cJSON_CreateNumber(round(object->center[k] * 1e3) / 1e3));
            cJSON_AddItemToArray(size, cJSON_CreateNumber(round(object->size[k] * 1e3) / 1e3));
        }
        json_add_real(item, "yaw_rad", object->yaw, 4);
        json_add_real(item, "confidence", object->confidence, 3);
        cJSON_AddNumberToObject(item, "n_views", object->n_views);
        cJSON_AddItemToArray(objects, item);
    }
    return objects;
}

static void map_json(cJSON *root, const edgeai_map *map, const edgeai_map_summary *summary)
{
    const edgeai_mapped_frame *at =
        summary->root >= 0 ? edgeai_map_frame(map, (size_t)summary->root) : NULL;
    cJSON_AddNumberToObject(root, "n_frames", (double)summary->n_frames);
    cJSON_AddNumberToObject(root, "n_connected", (double)summary->n_connected);
    cJSON_AddNumberToObject(root, "n_components", summary->n_components);
    json_add_text(root, "root", at ? at->name : NULL);
    cJSON_AddItemToObject(root, "unconnected", unconnected_json(map));
    cJSON_AddBoolToObject(root, "metric", summary->metric);
    cJSON_AddBoolToObject(root, "floor_found", summary->floor_found);
    json_add_real(root, "room_area_m2", summary->room_area_m2, 2);
    json_add_real(root, "room_observed", summary->room_observed, 3);
    cJSON *seen = cJSON_AddObjectToObject(root, "detections");
    cJSON_AddNumberToObject(seen, "n", (double)summary->n_detections);
    cJSON_AddNumberToObject(seen, "n_below_score", (double)summary->n_below_score);
    cJSON_AddNumberToObject(seen, "n_beyond_limit", (double)summary->n_beyond_limit);
    cJSON_AddNumberToObject(seen, "n_duplicates", (double)summary->n_duplicates);
    cJSON_AddNumberToObject(seen, "n_without_depth", (double)summary->n_without_depth);
    cJSON_AddNumberToObject(root, "n_candidates", (double)summary->n_candidates);
    cJSON_AddNumberToObject(root, "n_ghosts", (double)summary->n_ghosts);
    cJSON_AddNumberToObject(root, "n_requests", (double)summary->n_requests);
    cJSON_AddItemToObject(root, "objects", objects_json(map));
}

static bool print_json(const map_settings *settings, const edgeai_map *map,
                       const map_build_result *result)
{
    cJSON *root = json_begin("edgeai-map-build/1");
    json_add_text(root, "status", result->is_cut ? "cancelled" : "ok");
    cJSON_AddItemToObject(root, "recording", recording_json(result));
    json_add_text(root, "map", settings->output);
    map_files_json(settings, root);
    map_json(root, map, &result->map);
    json_add_real(root, "load_ms", result->load_ms, 3);
    json_add_real(root, "add_ms", result->add_ms, 3);
    json_add_real(root, "update_ms", result->update_ms, 3);
    cJSON_AddNumberToObject(root, "memory_bytes", (double)result->memory_bytes);
    const bool is_ok = json_print(root, stdout);
    cJSON_Delete(root);
    return is_ok;
}

static void print_unconnected(const edgeai_map *map, const edgeai_map_summary *summary)
{
    size_t n = 0;
    const size_t n_left = summary->n_frames - summary->n_connected;
    if (n_left == 0) return;
    printf("unconnected  ");
    for (size_t i = 0; i < edgeai_map_n_frames(map) && n < NAMES_SHOWN; i++) {
        const edgeai_mapped_frame *frame = edgeai_map_frame(map, i);
        if (frame->component == 0) continue;
        printf(n++ ? ", " : "");
        safe_text_print(stdout, frame->name, strlen(frame->name));
    }
    printf(n_left > n ? ", ... (%zu in all)\n" : "\n", n_left);
}

static void print_objects(const edgeai_map *map)
{
    for (size_t i = 0; i < edgeai_map_n_objects(map); i++) {
        const edgeai_mapped_object *object = edgeai_map_object(map, i);
        printf("%5d  ", object->id);
        safe_text_print(stdout, object->label, strlen(object->label));
        printf(": at %.2f, %.2f, %.2f; %.2f x %.2f x %.2f m; %d views\n", object->center[0],
               object->center[1], object->center[2], object->size[0], object->size[1],
               object->size[2], object->n_views);
    }
}

static void print_text(const map_settings *settings, const edgeai_map *map,
                       const map_build_result *result)
{
    const edgeai_map_summary *summary = &result->map;
    printf("recording    %s, %zu frames, %zu used, poses %s\n", map_kinds[result->recording.kind],
           result->recording.n_frames, summary->n_frames,
           result->has_poses ? "given" : "found from the images");
    if (result->check.n_pairs > 0)
        printf("pose check   %.0f %% of depth fits, median difference %.1f mm\n",
               100 * result->check.fitting, 1000 * result->check.median_m);
    if (result->n_skipped) printf("lost         %zu frames without a pose\n", result->n_skipped);
    printf("connected    %zu of %zu frames\n", summary->n_connected, summary->n_frames);
    print_unconnected(map, summary);
    printf("detections   %zu, of them %zu without depth, %zu below the score\n",
           summary->n_detections, summary->n_without_depth, summary->n_below_score);
    if (summary->room_area_m2 > 0)
        printf("room         %.1f m2, %.0f %% of it seen\n", summary->room_area_m2,
               100 * summary->room_observed);
    else
        printf("room         not known\n");
    printf("look again   %zu places\n", summary->n_requests);
    printf("map          %s%s\n", settings->output, summary->metric ? "" : ", not metric");
    printf("objects      %zu\n", summary->n_objects);
    print_objects(map);
}

bool map_build_print(const map_settings *settings, const edgeai_map *map,
                     const map_build_result *result)
{
    if (settings->as_json) return print_json(settings, map, result);
    print_text(settings, map, result);
    return fflush(stdout) == 0 && !ferror(stdout);
}
