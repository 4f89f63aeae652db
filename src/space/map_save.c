/* SPDX-License-Identifier: MIT */

/* Maps to files and back. */

#include <string.h>

#include "base/fail.h"
#include "base/memory.h"
#include "io/temporary_file.h"
#include "platform/context_internal.h"
#include "platform/mapped_file.h"
#include "space/map_files.h"
#include "space/map_internal.h"

/* Hands the text to a file, and frees it. */
static edgeai_status write_file(eai_writer *w, const edgeai_allocator *allocator, const char *path)
{
    eai_temporary_file file;
    edgeai_status status = w->failed ? EDGEAI_E_MEMORY : EDGEAI_OK;
    if (status == EDGEAI_OK) {
        status = eai_temporary_file_create(&file, allocator, path);
        if (status == EDGEAI_OK) {
            status = eai_temporary_file_write(&file, w->text.bytes, w->text.n);
            if (status == EDGEAI_OK) status = eai_temporary_file_commit(&file);
            eai_temporary_file_close(&file);
        }
    }
    eai_text_free(&w->text);
    return status;
}

static const char *name_in(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

/* The picture's path: the other's with .pgm for what stands behind the last point of its name. */
static void write_picture_path(eai_writer *w, const char *path)
{
    const char *name = name_in(path), *point = strrchr(name, '.');
    const size_t n = point && point > name ? (size_t)(point - path) : strlen(path);
    eai_write_bytes(w, path, n);
    eai_write_bytes(w, ".pgm", 4);
}

/* The picture first, so that no YAML file names one that is not there. */
static edgeai_status save_ros(const edgeai_allocator *allocator, const eai_map_content *content,
                              const char *path)
{
    eai_writer picture = eai_writer_start(allocator), w = eai_writer_start(allocator);
    if (content->grid.width < 1 || content->grid.height < 1)
        return eai_fail(EDGEAI_E_NOT_FOUND, "%s: the map has no occupancy grid", path);
    write_picture_path(&picture, path);
    if (!picture.failed && strcmp(picture.text.bytes, path) == 0) {
        eai_text_free(&picture.text);
        return eai_fail(EDGEAI_E_INVALID, "%s: expected the path of the YAML file, found .pgm",
                        path);
    }
    edgeai_status status = picture.failed ? EDGEAI_E_MEMORY : EDGEAI_OK;
    if (status == EDGEAI_OK) {
        eai_map_write_ros_pgm(&w, content);
        status = write_file(&w, allocator, picture.text.bytes);
    }
    if (status == EDGEAI_OK) {
        w = eai_writer_start(allocator);
        eai_map_write_ros_yaml(&w, content, name_in(picture.text.bytes));
        status = write_file(&w, allocator, path);
    }
    eai_text_free(&picture.text);
    return status;
}

edgeai_status edgeai_map_save(const edgeai_map *map, edgeai_map_file kind, const char *path)
{
    static void (*const writers[])(eai_writer *, const eai_map_content *) = {
        [EDGEAI_MAP_JSON] = eai_map_write_json,
        [EDGEAI_MAP_PLY] = eai_map_write_ply,
        [EDGEAI_MAP_GLTF] = eai_map_write_gltf,
        [EDGEAI_MAP_ROS] = NULL,
        [EDGEAI_MAP_TUM] = eai_map_write_tum};
    const int number = (int)kind;
    if (!map || !path || !*path)
        return eai_fail(EDGEAI_E_INVALID, "map_save: map or path is missing");
    if (number < 0 || number >= (int)(sizeof writers / sizeof *writers))
        return eai_fail(EDGEAI_E_INVALID, "map_save: no kind of file has number %d", number);
    const edgeai_allocator *allocator = &map->context->allocator;
    if (kind == EDGEAI_MAP_ROS) return save_ros(allocator, &map->content, path);
    eai_writer w = eai_writer_start(allocator);
    writers[number](&w, &map->content);
    return write_file(&w, allocator, path);
}

static edgeai_status open_text(edgeai_map **out, edgeai_context *context, const char *text,
                               size_t n, const char *what)
{
    edgeai_map *map = eai_allocate(&context->allocator, sizeof *map, "map");
    if (!map) return EDGEAI_E_MEMORY;
    map->context = context;
    const edgeai_status status =
        eai_map_read_json(&map->content, &context->allocator, text, n, what);
    if (status == EDGEAI_OK)
        *out = map;
    else
        edgeai_map_free(map);
    return status;
}

edgeai_status edgeai_map_open(edgeai_map **out, edgeai_context *context, const char *path)
{
    if (!out) return eai_fail(EDGEAI_E_INVALID, "map_open: out is NULL");
    *out = NULL;
    if (!context || !path) return eai_fail(EDGEAI_E_INVALID, "map_open: context or path is NULL");
    eai_mapped_file file;
    EAI_TRY(eai_mapped_file_open(&file, path));
    const edgeai_status status =
        open_text(out, context, (const char *)file.bytes, file.n_bytes, path);
    eai_mapped_file_close(&file);
    return status;
}

edgeai_status edgeai_map_open_memory(edgeai_map **out, edgeai_context *context, const void *json,
                                     size_t n_bytes)
{
    if (!out) return eai_fail(EDGEAI_E_INVALID, "map_open_memory: out is NULL");
    *out = NULL;
    if (!context || !json)
        return eai_fail(EDGEAI_E_INVALID, "map_open_memory: context or json is NULL");
    return open_text(out, context, json, n_bytes, "map in memory");
}
