/* SPDX-License-Identifier: MIT */
/* The files that are made of a map. */

#include <string.h>

#include <edgeai/image.h>
#include <edgeai/spatial_prompt.h>

#include "common/json_out.h"
#include "map/map_tool.h"

void map_draw_settings(const map_settings *settings, const edgeai_aliases *aliases,
                       edgeai_map_draw_options *options)
{
    *options = (edgeai_map_draw_options)EDGEAI_MAP_DRAW_OPTIONS_INIT;
    options->side_px = settings->side_px;
    options->question = settings->question;
    options->labels = settings->labels.n ? settings->labels.texts : NULL;
    options->n_labels = settings->labels.n;
    options->aliases = aliases;
    options->objects_max = settings->n_objects;
    options->only_labels = settings->only_labels;
    options->facing_up = settings->facing_up;
    options->without_cells = settings->without_cells;
    options->without_path = settings->without_path;
    options->without_labels = settings->without_tags;
}

static edgeai_status write_png(const map_settings *settings, edgeai_context *context,
                               const edgeai_map *map, const edgeai_aliases *aliases)
{
    edgeai_map_draw_options options;
    edgeai_image *image;
    map_draw_settings(settings, aliases, &options);
    edgeai_status status = edgeai_map_draw(&image, map, &options);
    if (status != EDGEAI_OK) return status;
    status = edgeai_image_write_png(image, context, settings->png);
    edgeai_image_free(image);
    return status;
}

/* Each kind of file, and the path that was given for it. */
typedef struct wanted {
    const char *key, *path;
    edgeai_map_file kind;
} wanted;

enum { N_KINDS = 4 };

static void list_files(const map_settings *settings, wanted files[N_KINDS])
{
    const wanted all[N_KINDS] = {{"ply", settings->ply, EDGEAI_MAP_PLY},
                                 {"gltf", settings->gltf, EDGEAI_MAP_GLTF},
                                 {"ros", settings->ros, EDGEAI_MAP_ROS},
                                 {"trajectory", settings->trajectory, EDGEAI_MAP_TUM}};
    memcpy(files, all, sizeof all);
}

bool map_has_outputs(const map_settings *settings)
{
    return settings->png || settings->ply || settings->gltf || settings->ros ||
           settings->trajectory;
}

edgeai_status map_write_files(const map_settings *settings, edgeai_context *context,
                              const edgeai_map *map, const edgeai_aliases *aliases)
{
    wanted files[N_KINDS];
    list_files(settings, files);
    edgeai_status status = EDGEAI_OK;
    if (settings->png) status = write_png(settings, context, map, aliases);
    for (int i = 0; i < N_KINDS && status == EDGEAI_OK; i++)
        if (files[i].path) status = edgeai_map_save(map, files[i].kind, files[i].path);
    return status;
}

void map_files_json(const map_settings *settings, cJSON *object)
{
    wanted files[N_KINDS];
    list_files(settings, files);
    cJSON *members = cJSON_AddObjectToObject(object, "files");
    if (settings->png) json_add_text(members, "png", settings->png);
    for (int i = 0; i < N_KINDS; i++)
        if (files[i].path) json_add_text(members, files[i].key, files[i].path);
}
