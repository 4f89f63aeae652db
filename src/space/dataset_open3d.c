/* SPDX-License-Identifier: MIT */

/* Open3D: folders color and depth or a match list, an intrinsic JSON, a trajectory. */

#include <stdio.h>
#include <string.h>

#include "base/fail.h"
#include "space/folder_names.h"
#include "space/open3d_json.h"
#include "space/recorded.h"
#include "space/text_lines.h"

enum { NAME_BYTES = 512, FILES_MAX = 4 * EDGEAI_RECORDING_FRAMES_MAX };

static double time_of(const edgeai_recording *recording)
{
    return (double)recording->n_frames / EAI_FRAMES_PER_S;
}

/* The line's next field as text. */
static edgeai_status take_path(eai_text_lines *lines, char out[NAME_BYTES])
{
    const char *field;
    size_t n;
    if (!eai_text_lines_field(lines, &field, &n) || n >= NAME_BYTES)
        return eai_text_lines_fail(lines, EDGEAI_E_FORMAT,
                                   "expected two files, depth and colour, of less than %d bytes",
                                   NAME_BYTES);
    memcpy(out, field, n);
    out[n] = '\0';
    return EDGEAI_OK;
}

/* "depth/00000.png color/00000.jpg" on each line. */
static edgeai_status read_matches(edgeai_recording *recording, const char *name)
{
    eai_mapped_file file;
    char path[EAI_PATH_BYTES], depth[NAME_BYTES], color[NAME_BYTES];
    EAI_TRY(eai_recording_map(recording, name, &file, path));
    eai_text_lines lines = {.text = (const char *)file.bytes, .n = file.n_bytes, .name = path};
    edgeai_status status = EDGEAI_OK;
    while (status == EDGEAI_OK && eai_text_lines_next(&lines)) {
        status = take_path(&lines, depth);
        if (status == EDGEAI_OK) status = take_path(&lines, color);
        if (status == EDGEAI_OK)
            status = eai_recording_add(recording, path, NULL, time_of(recording), color, depth);
    }
    eai_mapped_file_close(&file);
    return status;
}

static edgeai_status read_folder(const edgeai_recording *recording, const char *name,
                                 eai_folder_names *names)
{
    char path[EAI_PATH_BYTES];
    *names = (eai_folder_names){0};
    EAI_TRY(eai_recording_path(recording, name, path));
    return eai_folder_names_read(names, recording->allocator, path, EDGEAI_RECORDING_FRAMES_MAX);
}

/* One colour image for each depth image, in the order of their names. */
static edgeai_status pair_folders(edgeai_recording *recording, const char *color_folder,
                                  const eai_folder_names *color, const eai_folder_names *depth)
{
    char color_path[NAME_BYTES], depth_path[NAME_BYTES];
    if (color->n != depth->n)
        return eai_fail(EDGEAI_E_SHAPE,
                        "%s: expected as many files in %s as in depth, found %zu and %zu",
                        recording->folder, color_folder, color->n, depth->n);
    for (size_t i = 0; i < depth->n; i++) {
        snprintf(color_path, sizeof color_path, "%s/%s", color_folder,
                 eai_folder_names_get(color, i));
        snprintf(depth_path, sizeof depth_path, "depth/%s", eai_folder_names_get(depth, i));
        EAI_TRY(eai_recording_add(recording, recording->folder, NULL, time_of(recording),
                                  color_path, depth_path));
    }
    return EDGEAI_OK;
}

static edgeai_status read_folders(edgeai_recording *recording)
{
    static const char *const places[] = {"color", "image", "rgb"};
    const char *name = places[0];
    for (size_t i = sizeof places / sizeof *places; i-- > 0;)
        if (eai_recording_has(recording, places[i])) name = places[i];
    eai_folder_names color, depth = {0};
    edgeai_status status = read_folder(recording, name, &color);
    if (status == EDGEAI_OK) status = read_folder(recording, "depth", &depth);
    if (status == EDGEAI_OK) status = pair_folders(recording, name, &color, &depth);
    eai_folder_names_free(&color);
    eai_folder_names_free(&depth);
    return status;
}

/* The name of the folder's only match list; "" without one. */
static edgeai_status find_matches(const edgeai_recording *recording, char out[NAME_BYTES])
{
    eai_folder_names names;
    edgeai_status status =
        eai_folder_names_read(&names, recording->allocator, recording->folder, FILES_MAX);
    out[0] = '\0';
    for (size_t i = 0; i < names.n && status == EDGEAI_OK; i++) {
        const char *name = eai_folder_names_get(&names, i);
        const size_t n = strlen(name);
        if (n < 7 || n >= NAME_BYTES || strcmp(name + n - 6, ".match") != 0) continue;
        if (out[0])
            status = eai_fail(EDGEAI_E_FORMAT, "%s: expected one match list, found %s and %s",
                              recording->folder, out, name);
        memcpy(out, name, n + 1);
    }
    eai_folder_names_free(&names);
    return status;
}

/* Under the names that Open3D's examples use. Its own RGB-D sample has two of them, of different
 * cameras, so none is taken before another. */
static edgeai_status find_camera(const edgeai_recording *recording, const char **found)
{
    static const char *const places[] = {"camera.json", "camera_primesense.json",
                                         "camera_intrinsic.json", "intrinsic.json"};
    *found = NULL;
    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        if (!eai_recording_has(recording, places[i])) continue;
        if (*found)
            return eai_fail(EDGEAI_E_FORMAT,
                            "%s: expected one camera, found %s and %s: name the one to use",
                            recording->folder, *found, places[i]);
        *found = places[i];
    }
    return EDGEAI_OK;
}

static edgeai_status read_camera(edgeai_recording *recording)
{
    char path[EAI_PATH_BYTES];
    const char *name;
    eai_mapped_file file;
    EAI_TRY(find_camera(recording, &name));
    if (!name) return EDGEAI_OK;
    EAI_TRY(eai_recording_map(recording, name, &file, path));
    const edgeai_status status =
        eai_open3d_camera((const char *)file.bytes, file.n_bytes, path, &recording->camera);
    eai_mapped_file_close(&file);
    return status;
}

edgeai_status eai_dataset_open3d(edgeai_recording *recording)
{
    static const char *const poses[] = {"trajectory.log", "camera_trajectory.json"};
    char name[NAME_BYTES], path[EAI_PATH_BYTES];
    EAI_TRY(find_matches(recording, name));
    EAI_TRY(name[0] ? read_matches(recording, name) : read_folders(recording));
    if (!recording->options.camera) EAI_TRY(read_camera(recording));
    for (size_t i = 0; i < sizeof poses / sizeof *poses; i++) {
        if (recording->options.ignore_poses || !eai_recording_has(recording, poses[i])) continue;
        EAI_TRY(eai_recording_path(recording, poses[i], path));
        return eai_recording_join_poses(recording, path);
    }
    return EDGEAI_OK;
}
