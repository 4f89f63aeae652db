/* SPDX-License-Identifier: MIT */

/* TUM RGB-D: lists of times and files, joined by time. */

#include <math.h>
#include <string.h>

#include "base/fail.h"
#include "base/memory.h"
#include "space/recorded.h"
#include "space/text_lines.h"
#include "space/time_pairs.h"

/* A list: times, and where in `paths` their files are. */
typedef struct timed_files {
    const edgeai_allocator *allocator;
    double *times;
    size_t *starts;
    size_t n, capacity;
    eai_text paths;
} timed_files;

static void free_files(timed_files *files)
{
    eai_release(files->allocator, files->times, files->capacity * sizeof *files->times);
    eai_release(files->allocator, files->starts, files->capacity * sizeof *files->starts);
    eai_text_free(&files->paths);
}

/* Room for as many as a text of this size can have: "0 a\n" each. */
static edgeai_status reserve(timed_files *files, size_t n_bytes, const char *name)
{
    files->capacity = n_bytes / 4 + 1;
    if (files->capacity > EDGEAI_RECORDING_FRAMES_MAX)
        files->capacity = EDGEAI_RECORDING_FRAMES_MAX;
    files->times = eai_allocate_array(files->allocator, files->capacity, sizeof(double), name);
    files->starts = eai_allocate_array(files->allocator, files->capacity, sizeof(size_t), name);
    return files->times && files->starts ? EDGEAI_OK : EDGEAI_E_MEMORY;
}

/* "time file", the line's next two fields. */
static edgeai_status add_entry(timed_files *files, eai_text_lines *lines)
{
    const char *field;
    size_t n;
    double time_s;
    EAI_TRY(eai_text_lines_numbers(lines, &time_s, 1));
    if (!isfinite(time_s) || (files->n && time_s < files->times[files->n - 1]))
        return eai_text_lines_fail(lines, EDGEAI_E_FORMAT,
                                   "expected times that do not decrease, found %.6f", time_s);
    if (!eai_text_lines_field(lines, &field, &n))
        return eai_text_lines_fail(lines, EDGEAI_E_FORMAT, "expected a file behind the time");
    if (files->n == files->capacity)
        return eai_text_lines_fail(lines, EDGEAI_E_LIMIT, "more than %zu frames", files->n);
    files->times[files->n] = time_s;
    files->starts[files->n++] = files->paths.n;
    return eai_text_append(&files->paths, field, n) && eai_text_append(&files->paths, "", 1)
               ? EDGEAI_OK
               : EDGEAI_E_MEMORY;
}

/* Reads a list into one row of files, or associations into two. */
static edgeai_status read_list(const edgeai_recording *recording, const char *name,
                               timed_files *first, timed_files *second)
{
    eai_mapped_file file;
    char path[EAI_PATH_BYTES];
    EAI_TRY(eai_recording_map(recording, name, &file, path));
    eai_text_lines lines = {.text = (const char *)file.bytes, .n = file.n_bytes, .name = path};
    edgeai_status status = reserve(first, file.n_bytes, path);
    if (status == EDGEAI_OK && second) status = reserve(second, file.n_bytes, path);
    while (status == EDGEAI_OK && eai_text_lines_next(&lines)) {
        status = add_entry(first, &lines);
        if (status == EDGEAI_OK && second) status = add_entry(second, &lines);
    }
    eai_mapped_file_close(&file);
    return status;
}

static const char *file_of(const timed_files *files, size_t i)
{
    return files->paths.bytes + files->starts[i];
}

/* Frames of colour and depth, pair_of[color->n]; without depth images colour alone. */
static edgeai_status add_pairs(edgeai_recording *recording, const timed_files *color,
                               const timed_files *depth, const size_t *pair_of)
{
    for (size_t i = 0; i < color->n; i++) {
        const bool has_depth = pair_of[i] != EAI_UNPAIRED;
        if (!has_depth && depth->n) {
            recording->info.n_unpaired++;
            continue;
        }
        EAI_TRY(eai_recording_add(recording, recording->folder, NULL, color->times[i],
                                  file_of(color, i),
                                  has_depth ? file_of(depth, pair_of[i]) : NULL));
    }
    return EDGEAI_OK;
}

static edgeai_status pair_lists(edgeai_recording *recording, const timed_files *color,
                                const timed_files *depth)
{
    if (color->n == 0) {
        for (size_t i = 0; i < depth->n; i++)
            EAI_TRY(eai_recording_add(recording, recording->folder, NULL, depth->times[i], NULL,
                                      file_of(depth, i)));
        return EDGEAI_OK;
    }
    size_t *pair_of =
        eai_allocate_array(recording->allocator, color->n, sizeof *pair_of, "pairs of images");
    if (!pair_of) return EDGEAI_E_MEMORY;
    edgeai_status status =
        eai_time_pairs(recording->allocator, color->times, color->n, depth->times, depth->n,
                       recording->options.pair_s, pair_of);
    if (status == EDGEAI_OK) status = add_pairs(recording, color, depth, pair_of);
    eai_release(recording->allocator, pair_of, color->n * sizeof *pair_of);
    return status;
}

/* As associate.py writes them: pairs already. */
static edgeai_status add_associations(edgeai_recording *recording, timed_files *color,
                                      timed_files *depth)
{
    EAI_TRY(read_list(recording, "associations.txt", color, depth));
    for (size_t i = 0; i < color->n; i++)
        EAI_TRY(eai_recording_add(recording, recording->folder, NULL, color->times[i],
                                  file_of(color, i), file_of(depth, i)));
    return EDGEAI_OK;
}

static edgeai_status read_lists(edgeai_recording *recording, timed_files *color, timed_files *depth)
{
    const bool has_color = eai_recording_has(recording, "rgb.txt"),
               has_depth = eai_recording_has(recording, "depth.txt");
    if (!has_color && !has_depth) return add_associations(recording, color, depth);
    if (has_color) EAI_TRY(read_list(recording, "rgb.txt", color, NULL));
    if (has_depth) EAI_TRY(read_list(recording, "depth.txt", depth, NULL));
    return pair_lists(recording, color, depth);
}

/* The benchmark's folders have their camera in their name. */
static const char *camera_of(const char *folder)
{
    if (strstr(folder, "freiburg1")) return "fr1";
    if (strstr(folder, "freiburg2")) return "fr2";
    return strstr(folder, "freiburg3") ? "fr3" : "ros";
}

edgeai_status eai_dataset_tum(edgeai_recording *recording)
{
    timed_files color = {.allocator = recording->allocator,
                         .paths.allocator = recording->allocator};
    timed_files depth = color;
    edgeai_status status = read_lists(recording, &color, &depth);
    free_files(&color);
    free_files(&depth);
    EAI_TRY(status);
    recording->info.depth_units_per_m = 5000;
    EAI_TRY(
        edgeai_camera_read(&recording->camera, recording->context, camera_of(recording->folder)));
    char path[EAI_PATH_BYTES];
    if (!eai_recording_has(recording, "groundtruth.txt")) return EDGEAI_OK;
    EAI_TRY(eai_recording_path(recording, "groundtruth.txt", path));
    return eai_recording_join_poses(recording, path);
}
