/* SPDX-License-Identifier: MIT */

/* Recordings: opened, described, freed. What the kinds of folders look like is in dataset_*.c,
 * loading a frame in recording_load.c. */

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/fail.h"
#include "base/memory.h"
#include "platform/context_internal.h"
#include "space/camera_fit.h"
#include "space/recorded.h"

#include <edgeai/space.h>

typedef struct kind {
    edgeai_recording_kind kind;
    /* Files or folders of which one of each row must be there for AUTO. */
    const char *signs[2][3];
    edgeai_status (*read)(edgeai_recording *recording);
} kind;

/* The first that fits is taken: what names itself comes first. 7-Scenes has no file of fixed name,
 * so it is what is tried last. */
static const kind kinds[] = {
    {EDGEAI_RECORDING_MANIFEST, {{EDGEAI_RECORDING_FILE}}, eai_dataset_manifest},
    {EDGEAI_RECORDING_TUM, {{"rgb.txt", "associations.txt", "depth.txt"}}, eai_dataset_tum},
    {EDGEAI_RECORDING_SCANNET, {{"pose"}, {"depth", "color"}}, eai_dataset_scannet},
    {EDGEAI_RECORDING_OPEN3D, {{"depth"}, {"color", "image", "rgb"}}, eai_dataset_open3d},
    {EDGEAI_RECORDING_SEVEN_SCENES, {{NULL}}, eai_dataset_seven_scenes},
};
enum { N_KINDS = sizeof kinds / sizeof *kinds };

static edgeai_status check_options(const edgeai_recording_options *options)
{
    if (options->struct_size != sizeof *options)
        return eai_fail(EDGEAI_E_INVALID, "recording_open: options: struct_size is not set");
    if ((int)options->kind < 0 || options->kind > EDGEAI_RECORDING_MANIFEST)
        return eai_fail(EDGEAI_E_INVALID, "recording_open: options: kind: expected 0 to 5");
    if ((int)options->pose_convention < 0 ||
        options->pose_convention > EDGEAI_POSE_WORLD_TO_CAMERA || (int)options->depth_coding < 0 ||
        options->depth_coding > EDGEAI_DEPTH_SUN || (int)options->color < 0 ||
        options->color > EDGEAI_COLOR_NONE)
        return eai_fail(EDGEAI_E_INVALID, "recording_open: options: pose_convention, depth_coding "
                                          "or color: expected 0 to 2");
    if (!(options->depth_units_per_m >= 0 && options->depth_units_per_m <= 1e6))
        return eai_fail(EDGEAI_E_INVALID,
                        "recording_open: options: depth_units_per_m: expected above 0 and up to "
                        "1e6, found %g",
                        options->depth_units_per_m);
    if (!(options->pair_s >= 0 && options->pair_s <= 1e6))
        return eai_fail(EDGEAI_E_INVALID,
                        "recording_open: options: pair_s: expected 0 to 1e6, found %g",
                        options->pair_s);
    if (options->camera && eai_camera_check(options->camera, "options", false) != EDGEAI_OK)
        return eai_fail_within(EDGEAI_E_INVALID, "recording_open");
    return EDGEAI_OK;
}

void eai_recording_init(edgeai_recording *recording, edgeai_context *context,
                        const edgeai_recording_options *options)
{
    *recording = (edgeai_recording){.context = context, .allocator = &context->allocator};
    recording->paths.allocator = recording->allocator;
    recording->options = *options;
    if (recording->options.pair_s <= 0) recording->options.pair_s = 0.02;
    if (recording->options.step == 0) recording->options.step = 1;
}

void eai_recording_clear(edgeai_recording *recording)
{
    edgeai_image_free(recording->loaded_color);
    eai_depth_image_free(&recording->loaded_depth, recording->allocator);
    eai_release(recording->allocator, recording->frames,
                recording->capacity * sizeof *recording->frames);
    eai_text_free(&recording->paths);
}

/* A folder, or a manifest of any name: then its folder. *manifest is its name or "". */
static edgeai_status set_folder(edgeai_recording *recording, const char *path,
                                const char **manifest)
{
    struct stat info;
    const size_t n = strlen(path);
    const char *slash = strrchr(path, '/');
    *manifest = "";
    if (n + 1 >= EAI_PATH_BYTES)
        return eai_fail(EDGEAI_E_LIMIT, "recording_open: expected a path of less than %d bytes",
                        EAI_PATH_BYTES - 1);
    if (stat(path, &info) != 0)
        return eai_fail(EDGEAI_E_NOT_FOUND, "%s: no such folder or manifest", path);
    if (S_ISDIR(info.st_mode)) {
        memcpy(recording->folder, path, n + 1);
        return EDGEAI_OK;
    }
    *manifest = slash ? slash + 1 : path;
    if (slash == path)
        snprintf(recording->folder, sizeof recording->folder, "/");
    else
        snprintf(recording->folder, sizeof recording->folder, "%.*s",
                 slash ? (int)(slash - path) : 1, slash ? path : ".");
    return EDGEAI_OK;
}

static bool has_one(const edgeai_recording *recording, const char *const signs[3])
{
    for (int i = 0; i < 3 && signs[i]; i++)
        if (eai_recording_has(recording, signs[i])) return true;
    return !signs[0];
}

static const kind *find_kind(const edgeai_recording *recording)
{
    for (int i = 0; i < N_KINDS; i++)
        if (recording->options.kind == EDGEAI_RECORDING_AUTO
                ? has_one(recording, kinds[i].signs[0]) && has_one(recording, kinds[i].signs[1])
                : kinds[i].kind == recording->options.kind)
            return &kinds[i];
    return &kinds[N_KINDS - 1];
}

/* Leaves the frames that the options want, and counts. */
static void select_frames(edgeai_recording *recording)
{
    const edgeai_recording_options *options = &recording->options;
    size_t n = 0, n_seen = 0;
    for (size_t i = 0; i < recording->n_frames; i++) {
        eai_recorded_frame frame = recording->frames[i];
        if (options->color == EDGEAI_COLOR_NONE) frame.color = EAI_NO_FILE;
        if (options->ignore_poses) frame.has_pose = false;
        const bool has_images = options->color == EDGEAI_COLOR_ONLY
                                    ? frame.color != EAI_NO_FILE
                                    : frame.color != EAI_NO_FILE || frame.depth != EAI_NO_FILE;
        if (!has_images) continue;
        const size_t place = n_seen++;
        if (place < options->first || (place - options->first) % options->step != 0) continue;
        if (options->n_max && n == options->n_max) break;
        recording->info.n_color += frame.color != EAI_NO_FILE;
        recording->info.n_depth += frame.depth != EAI_NO_FILE;
        recording->info.n_poses += frame.has_pose;
        recording->frames[n++] = frame;
    }
    recording->n_frames = recording->info.n_frames = n;
}

static void set_defaults(edgeai_recording *recording)
{
    const edgeai_recording_options *options = &recording->options;
    if (options->camera) {
        recording->camera = *options->camera;
        recording->depth_camera = (edgeai_camera){0};
    }
    if (options->depth_units_per_m > 0)
        recording->info.depth_units_per_m = options->depth_units_per_m;
    if (!(recording->info.depth_units_per_m > 0)) recording->info.depth_units_per_m = 1000;
    if (options->depth_coding != EDGEAI_DEPTH_BY_KIND)
        recording->depth_coding = options->depth_coding;
}

static edgeai_status read_kind(edgeai_recording *recording, const char *manifest)
{
    if (*manifest) {
        eai_mapped_file file;
        char path[EAI_PATH_BYTES];
        recording->info.kind = EDGEAI_RECORDING_MANIFEST;
        EAI_TRY(eai_recording_map(recording, manifest, &file, path));
        const edgeai_status status =
            eai_manifest_read(recording, (const char *)file.bytes, file.n_bytes, path);
        eai_mapped_file_close(&file);
        return status;
    }
    const kind *found = find_kind(recording);
    recording->info.kind = found->kind;
    return found->read(recording);
}

static edgeai_status read(edgeai_recording *recording, const char *path)
{
    const char *manifest;
    EAI_TRY(set_folder(recording, path, &manifest));
    EAI_TRY(read_kind(recording, manifest));
    if (recording->options.poses && !recording->options.ignore_poses)
        EAI_TRY(eai_recording_join_poses(recording, recording->options.poses));
    set_defaults(recording);
    if (!(recording->camera.fx > 0))
        return eai_fail(EDGEAI_E_NOT_FOUND,
                        "%s: expected camera intrinsics, found none: name a camera", path);
    const size_t n_all = recording->n_frames;
    select_frames(recording);
    if (recording->n_frames == 0)
        return eai_fail(EDGEAI_E_NOT_FOUND, "%s: expected frames, found none%s", path,
                        n_all ? " that the options leave" : "");
    if (recording->info.n_lost)
        eai_log_line(&recording->context->log, EDGEAI_LOG_WARNING,
                     "%s: %zu frames are marked as lost and have no pose", path,
                     recording->info.n_lost);
    recording->options = (edgeai_recording_options){0};
    return EDGEAI_OK;
}

edgeai_status edgeai_recording_open(edgeai_recording **out, edgeai_context *context,
                                    const char *path, const edgeai_recording_options *options)
{
    static const edgeai_recording_options defaults = EDGEAI_RECORDING_OPTIONS_INIT;
    if (!out) return eai_fail(EDGEAI_E_INVALID, "recording_open: out is NULL");
    *out = NULL;
    if (!context || !path)
        return eai_fail(EDGEAI_E_INVALID, "recording_open: context or path is NULL");
    if (!options) options = &defaults;
    EAI_TRY(check_options(options));
    edgeai_recording *recording = eai_allocate(&context->allocator, sizeof *recording, "recording");
    if (!recording) return EDGEAI_E_MEMORY;
    eai_recording_init(recording, context, options);
    const edgeai_status status = read(recording, path);
    if (status == EDGEAI_OK)
        *out = recording;
    else
        edgeai_recording_free(recording);
    return status;
}

void edgeai_recording_free(edgeai_recording *recording)
{
    if (!recording) return;
    const edgeai_allocator *allocator = recording->allocator;
    eai_recording_clear(recording);
    eai_release(allocator, recording, sizeof *recording);
}

size_t edgeai_recording_frames(const edgeai_recording *recording)
{
    return recording ? recording->n_frames : 0;
}

void edgeai_recording_describe(const edgeai_recording *recording, edgeai_recording_info *info)
{
    if (recording && info) *info = recording->info;
}

edgeai_status edgeai_recording_frame(const edgeai_recording *recording, size_t i,
                                     edgeai_recording_frame_info *info)
{
    if (!recording || !info || i >= recording->n_frames)
        return eai_fail(EDGEAI_E_INVALID, "recording_frame: expected an index below %zu, found %zu",
                        edgeai_recording_frames(recording), i);
    const eai_recorded_frame *frame = &recording->frames[i];
    *info = (edgeai_recording_frame_info){
        frame->name,     frame->time_s, frame->color != EAI_NO_FILE, frame->depth != EAI_NO_FILE,
        frame->has_pose, frame->pose};
    return EDGEAI_OK;
}
