/* SPDX-License-Identifier: MIT */
/* From the command line to recordings, detections and what is asked for. */

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "common/exit_code.h"
#include "map/map_tool.h"

#include <edgeai/spatial_prompt.h>

int map_fail(const map_settings *settings, edgeai_status status)
{
    const int code = exit_with_error(settings->program->name, status);
    return status == EDGEAI_E_NOT_FOUND ? EXIT_CODE_FILE : code;
}

bool map_read_vector(const char *text, double out[3])
{
    for (int i = 0; i < 3; i++) {
        char *end;
        out[i] = strtod(text, &end);
        if (end == text || *end != (i < 2 ? ',' : '\0') || !isfinite(out[i])) return false;
        text = end + 1;
    }
    return fabs(out[0]) + fabs(out[1]) + fabs(out[2]) > 0;
}

int map_check_options(const map_settings *settings)
{
    double up[3];
    if (settings->up && !map_read_vector(settings->up, up))
        return options_usage_error(settings->program, "--up: expected X,Y,Z, found '%s'",
                                   settings->up);
    if (settings->choices.n > EDGEAI_QUESTION_OPTIONS)
        return options_usage_error(settings->program, "--choice: at most %d",
                                   EDGEAI_QUESTION_OPTIONS);
    return -1;
}

edgeai_status map_open_recording(const map_settings *settings, edgeai_context *context,
                                 const char *path, edgeai_recording **recording)
{
    edgeai_recording_options options = EDGEAI_RECORDING_OPTIONS_INIT;
    edgeai_camera camera;
    *recording = NULL;
    if (settings->camera) {
        const edgeai_status status = edgeai_camera_read(&camera, context, settings->camera);
        if (status != EDGEAI_OK) return status;
        options.camera = &camera;
    }
    options.kind = (edgeai_recording_kind)settings->kind;
    options.depth_units_per_m = settings->depth_units_per_m;
    options.depth_coding = (edgeai_depth_coding)settings->depth_coding;
    options.pose_convention = (edgeai_pose_convention)settings->pose_convention;
    options.ignore_poses = settings->ignore_poses;
    options.poses = settings->poses;
    options.pair_s = settings->pair_s;
    options.color = (edgeai_color_use)settings->color;
    options.first = (size_t)settings->n_first;
    options.step = (size_t)settings->n_step;
    options.n_max = (size_t)settings->n_frames;
    return edgeai_recording_open(recording, context, path, &options);
}

edgeai_status map_open_detections(const map_settings *settings, edgeai_context *context,
                                  edgeai_detections **detections)
{
    edgeai_detections_options options = EDGEAI_DETECTIONS_OPTIONS_INIT;
    *detections = NULL;
    if (!settings->detections) return EDGEAI_OK;
    options.kind = (edgeai_detections_kind)settings->detections_kind;
    options.names = settings->names;
    options.score_min = settings->score_min;
    options.covers_all = settings->covers_all;
    return edgeai_detections_open(detections, context, settings->detections, &options);
}

edgeai_status map_open_aliases(const map_settings *settings, edgeai_context *context,
                               edgeai_aliases **aliases)
{
    *aliases = NULL;
    if (!settings->aliases_path) return EDGEAI_OK;
    return edgeai_aliases_open(aliases, context, settings->aliases_path);
}

static void add_label(map_task *task, const char *label)
{
    for (size_t i = 0; i < task->n_labels; i++)
        if (strcmp(task->labels[i], label) == 0) return;
    if (task->n_labels < MAP_LABELS_MAX) task->labels[task->n_labels++] = label;
}

/* What detections call the things that are asked for. */
static void add_detected(map_task *task, const edgeai_detections *detections)
{
    const size_t n = edgeai_detections_n_labels(detections), n_asked = task->n_labels;
    for (size_t i = 0; i < n; i++) {
        const char *label = edgeai_detections_label(detections, i);
        for (size_t k = 0; k < n_asked; k++)
            if (edgeai_aliases_match(task->aliases, task->labels[k], label)) {
                add_label(task, label);
                break;
            }
    }
}

edgeai_status map_task_open(map_task *task, const map_settings *settings, edgeai_context *context,
                            const edgeai_detections *detections)
{
    *task = (map_task){.n_labels = 0};
    edgeai_status status = map_open_aliases(settings, context, &task->aliases);
    if (status == EDGEAI_OK && settings->question)
        status = edgeai_question_parse(&task->question, context, settings->question,
                                       settings->choices.n ? settings->choices.texts : NULL,
                                       settings->choices.n);
    if (status != EDGEAI_OK) {
        map_task_free(task);
        return status;
    }
    for (size_t i = 0; i < settings->labels.n; i++)
        add_label(task, settings->labels.texts[i]);
    for (size_t i = 0; task->question && i < task->question->n_objects; i++)
        add_label(task, task->question->objects[i]);
    if (detections) add_detected(task, detections);
    return EDGEAI_OK;
}

void map_task_free(map_task *task)
{
    edgeai_question_free(task->question);
    edgeai_aliases_free(task->aliases);
    *task = (map_task){.n_labels = 0};
}
