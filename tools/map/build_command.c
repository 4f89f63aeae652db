/* SPDX-License-Identifier: MIT */
/* edgeai-map build: a recording and its detections become a map. */

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include <edgeai/image.h>
#include <edgeai/spatial_prompt.h>

#include "common/exit_code.h"
#include "common/interrupt.h"
#include "common/out_file.h"
#include "common/progress.h"
#include "map/map_tool.h"

typedef struct builder {
    const map_settings *settings;
    edgeai_context *context;
    edgeai_recording *recording;
    edgeai_detections *detections;
    edgeai_map *map;
    map_task task;
    size_t *frames; /* [n_frames] of the recording, in the order of the map */
    size_t n_frames;
    progress bar;
    map_build_result result;
} builder;

static double now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

/* Which frames: all, or key frames. */
static edgeai_status choose_frames(builder *self)
{
    const size_t n = edgeai_recording_frames(self->recording);
    const size_t n_wanted = (size_t)self->settings->n_key_frames;
    self->frames = malloc((n > n_wanted ? n : n_wanted) * sizeof *self->frames);
    if (!self->frames) return EDGEAI_E_MEMORY;
    if (n_wanted == 0) {
        for (size_t i = 0; i < n; i++)
            self->frames[i] = i;
        self->n_frames = n;
        return EDGEAI_OK;
    }
    edgeai_key_frames_options options = EDGEAI_KEY_FRAMES_OPTIONS_INIT;
    options.n_wanted = n_wanted;
    options.seed = (uint64_t)self->settings->seed;
    options.targets = self->task.n_labels ? self->task.labels : NULL;
    options.n_targets = self->task.n_labels;
    return edgeai_key_frames(self->recording, self->detections, &options, self->frames,
                             &self->n_frames);
}

/* Frames that were lost have no pose where the others have one: they cannot be placed. */
static void drop_lost(builder *self)
{
    edgeai_recording_frame_info info;
    size_t n = 0, n_poses = 0;
    self->result.n_chosen = self->n_frames;
    for (size_t i = 0; i < self->n_frames; i++)
        if (edgeai_recording_frame(self->recording, self->frames[i], &info) == EDGEAI_OK)
            n_poses += info.has_pose;
    self->result.has_poses = n_poses > 0;
    for (size_t i = 0; i < self->n_frames; i++) {
        if (n_poses > 0 &&
            (edgeai_recording_frame(self->recording, self->frames[i], &info) != EDGEAI_OK ||
             !info.has_pose))
            continue;
        self->frames[n++] = self->frames[i];
    }
    self->result.n_skipped = self->n_frames - n;
    self->n_frames = n;
}

/* The word that would turn the poses round; "" where it depends on what stands in a file. */
static const char *other_convention(const builder *self)
{
    const int given = self->settings->pose_convention;
    const edgeai_recording_kind kind = self->result.recording.kind;
    if (given != EDGEAI_POSE_BY_KIND)
        return given == EDGEAI_POSE_WORLD_TO_CAMERA ? " camera-to-world" : " world-to-camera";
    const bool is_known = kind != EDGEAI_RECORDING_OPEN3D && kind != EDGEAI_RECORDING_MANIFEST &&
                          !self->settings->poses;
    return is_known ? " world-to-camera" : "";
}

/* Depth knows whether poses can be right: -1, or the exit code when they cannot. */
static int judge_poses(const builder *self)
{
    const edgeai_pose_check *check = &self->result.check;
    const char *name = self->settings->program->name;
    const double fitting = 100 * check->fitting, best = 100 * check->best;
    if (check->verdict == EDGEAI_POSES_INVERTED)
        fprintf(stderr,
                "%s: %s: %.0f %% of the depth fits the poses, %.0f %% would if they went the other "
                "way: --pose-convention%s\n",
                name, self->result.input, fitting, best, other_convention(self));
    if (check->verdict == EDGEAI_POSES_UNITS)
        fprintf(stderr,
                "%s: %s: %.0f %% of the depth fits the poses, %.0f %% would if it were %g times as "
                "far: --depth-scale %g\n",
                name, self->result.input, fitting, best, check->depth_factor,
                self->result.recording.depth_units_per_m / check->depth_factor);
    if (check->verdict == EDGEAI_POSES_UNFIT)
        fprintf(stderr, "%s: %s: only %.0f %% of the depth fits the poses\n", name,
                self->result.input, fitting);
    const bool is_other = check->verdict >= EDGEAI_POSES_Y_UP;
    if (is_other)
        fprintf(stderr,
                "%s: %s: %.0f %% of the depth fits the poses, %.0f %% would if they are %s\n", name,
                self->result.input, fitting, best, check->reading);
    const bool is_wrong =
        is_other || check->verdict == EDGEAI_POSES_INVERTED || check->verdict == EDGEAI_POSES_UNITS;
    return is_wrong && !self->settings->unchecked_poses ? EXIT_CODE_VERIFY : -1;
}

static edgeai_status create_map(builder *self)
{
    edgeai_map_options options = EDGEAI_MAP_OPTIONS_INIT;
    options.seed = (uint64_t)self->settings->seed;
    options.task_labels = self->task.n_labels ? self->task.labels : NULL;
    options.n_task_labels = self->task.n_labels;
    if (self->settings->up) (void)map_read_vector(self->settings->up, options.up);
    options.depth_max_m = self->settings->depth_max_m;
    options.cell_m = self->settings->cell_m;
    options.not_metric = self->settings->not_metric;
    return edgeai_map_create(&self->map, self->context, &options);
}

static edgeai_status add_frame(builder *self, size_t i)
{
    edgeai_frame frame = EDGEAI_FRAME_INIT;
    const double start = now_ms();
    edgeai_status status = edgeai_recording_load(self->recording, self->frames[i], &frame);
    if (status == EDGEAI_OK && self->detections)
        status = edgeai_detections_apply(self->detections, &frame);
    const double loaded = now_ms();
    if (status == EDGEAI_OK) {
        progress_show(&self->bar, i, frame.name);
        status = edgeai_map_add(self->map, &frame);
    }
    self->result.load_ms += loaded - start;
    self->result.add_ms += now_ms() - loaded;
    return status;
}

/* A signal ends it after a frame; the map is then of the frames so far. */
static edgeai_status add_frames(builder *self)
{
    edgeai_status status = EDGEAI_OK;
    const common_options *common = &self->settings->common;
    progress_begin(&self->bar, self->n_frames, !common->quiet && !common->no_progress);
    for (size_t i = 0; i < self->n_frames && status == EDGEAI_OK; i++) {
        if (interrupt_came()) {
            self->result.is_cut = true;
            break;
        }
        status = add_frame(self, i);
    }
    progress_end(&self->bar);
    if (status != EDGEAI_OK) return status;
    const double start = now_ms();
    status = edgeai_map_update(self->map);
    self->result.update_ms = now_ms() - start;
    self->result.memory_bytes = edgeai_map_memory(self->map);
    edgeai_map_summarize(self->map, &self->result.map);
    return status;
}

/* One key frame with the map's ids on it, in FOLDER/NAME.png. */
static edgeai_status mark_frame(const builder *self, size_t i, const char *name)
{
    char path[4096];
    edgeai_frame frame = EDGEAI_FRAME_INIT;
    edgeai_map_draw_options options;
    edgeai_image *image;
    if (strchr(name, '/') ||
        snprintf(path, sizeof path, "%s/%s.png", self->settings->marks, name) >= (int)sizeof path)
        return EDGEAI_OK;
    edgeai_status status = edgeai_recording_load(self->recording, self->frames[i], &frame);
    if (status != EDGEAI_OK || !frame.color) return status;
    map_draw_settings(self->settings, self->task.aliases, &options);
    status = edgeai_map_mark_frame(&image, self->map, i, &frame, &options);
    if (status != EDGEAI_OK) return status;
    status = edgeai_image_write_png(image, self->context, path);
    edgeai_image_free(image);
    return status;
}

static edgeai_status mark_frames(const builder *self)
{
    /* A folder that is there already is fine; any other reason shows when a file is written. */
    (void)mkdir(self->settings->marks, 0777);
    edgeai_status status = EDGEAI_OK;
    for (size_t i = 0; i < edgeai_map_n_frames(self->map) && status == EDGEAI_OK; i++) {
        const edgeai_mapped_frame *frame = edgeai_map_frame(self->map, i);
        if (frame->key && frame->component == 0) status = mark_frame(self, i, frame->name);
    }
    return status;
}

static edgeai_status write_all(const builder *self)
{
    const map_settings *settings = self->settings;
    edgeai_status status = edgeai_map_save(self->map, EDGEAI_MAP_JSON, settings->output);
    if (status == EDGEAI_OK)
        status = map_write_files(settings, self->context, self->map, self->task.aliases);
    if (status == EDGEAI_OK && settings->marks) status = mark_frames(self);
    return status;
}

/* Places to look at again, for the detector: one JSON object on each line. */
static int write_requests(const builder *self)
{
    static out_file file;
    const map_settings *settings = self->settings;
    if (!settings->requests) return EXIT_CODE_OK;
    bool is_ok = out_file_open(&file, settings->requests);
    for (size_t i = 0; is_ok && i < edgeai_map_n_requests(self->map); i++) {
        const edgeai_mapped_request *request = edgeai_map_request(self->map, i);
        const edgeai_mapped_frame *frame = edgeai_map_frame(self->map, (size_t)request->frame);
        const edgeai_mapped_object *object = NULL;
        for (size_t k = 0; k < edgeai_map_n_objects(self->map); k++)
            if (edgeai_map_object(self->map, k)->id == request->object_id)
                object = edgeai_map_object(self->map, k);
        is_ok = map_request_print(frame, object, request, file.stream);
    }
    if (is_ok) is_ok = out_file_commit(&file);
    if (is_ok) return EXIT_CODE_OK;
    fprintf(stderr, "%s: cannot write '%s': %s\n", settings->program->name, settings->requests,
            strerror(errno));
    out_file_abandon(&file);
    return EXIT_CODE_FILE;
}

static edgeai_status open_inputs(builder *self, const char *path)
{
    edgeai_status status =
        map_open_recording(self->settings, self->context, path, &self->recording);
    if (status == EDGEAI_OK)
        status = map_open_detections(self->settings, self->context, &self->detections);
    if (status == EDGEAI_OK)
        status = map_task_open(&self->task, self->settings, self->context, self->detections);
    if (status == EDGEAI_OK) edgeai_recording_describe(self->recording, &self->result.recording);
    return status;
}

/* Until the first frame may be added. */
static edgeai_status prepare(builder *self)
{
    edgeai_status status = open_inputs(self, self->result.input);
    if (status == EDGEAI_OK && self->result.recording.n_poses > 0)
        status = edgeai_recording_check_poses(self->recording, &self->result.check);
    if (status == EDGEAI_OK) status = choose_frames(self);
    if (status == EDGEAI_OK) drop_lost(self);
    return status;
}

static int finish(builder *self)
{
    edgeai_status status = create_map(self);
    if (status == EDGEAI_OK) status = add_frames(self);
    if (status == EDGEAI_OK) status = write_all(self);
    if (status != EDGEAI_OK) return map_fail(self->settings, status);
    const int code = write_requests(self);
    if (code != EXIT_CODE_OK) return code;
    if (!map_build_print(self->settings, self->map, &self->result)) {
        fprintf(stderr, "%s: cannot write the result\n", self->settings->program->name);
        return EXIT_CODE_RUN;
    }
    return self->result.is_cut ? interrupt_exit_code() : EXIT_CODE_OK;
}

static int run(const map_settings *settings, edgeai_context *context, char **operands,
               int n_operands)
{
    (void)n_operands;
    builder self = {.settings = settings, .context = context};
    self.result.input = operands[0];
    const edgeai_status status = prepare(&self);
    int code = status == EDGEAI_OK ? judge_poses(&self) : map_fail(settings, status);
    if (code < 0) code = finish(&self);
    map_task_free(&self.task);
    edgeai_map_free(self.map);
    edgeai_detections_free(self.detections);
    edgeai_recording_free(self.recording);
    free(self.frames);
    return code;
}

const map_command map_build = {"build", "RECORDING", 1, 1, run};
