/* SPDX-License-Identifier: MIT */
#ifndef TOOLS_MAP_MAP_TOOL_H
#define TOOLS_MAP_MAP_TOOL_H

/* What the parts of edgeai-map share: the command line, and what several commands do. */

#include <cjson/cJSON.h>
#include <stdio.h>

#include <edgeai/recording.h>
#include <edgeai/spatial_prompt.h>

#include "common/options.h"

typedef struct map_settings {
    const tool_program *program;
    common_options common;
    bool as_json;
    int64_t seed;
    /* What is asked for. */
    const char *question, *aliases_path;
    option_texts choices, labels;
    /* Recording. */
    int kind, pose_convention, depth_coding, color;
    const char *camera, *poses;
    bool ignore_poses, unchecked_poses;
    double depth_units_per_m, pair_s;
    int64_t n_first, n_step, n_frames, n_key_frames;
    /* Detections. */
    const char *detections, *names;
    int detections_kind;
    double score_min;
    bool covers_all;
    /* Map. */
    const char *up;
    double depth_max_m, cell_m;
    bool not_metric;
    /* Files to write. */
    const char *output, *png, *ply, *gltf, *ros, *trajectory, *marks, *requests;
    /* Picture and prompt. */
    int side_px, n_objects, token_budget, form;
    bool only_labels, facing_up, without_cells, without_path, without_tags, without_picture;
    bool prompt_json;
    /* Answers. */
    const char *questions;
    double confidence_min;
    /* Trajectories. */
    int fit;
    bool by_index;
    int64_t delta;
} map_settings;

/* Names of the kinds of recordings in the order of edgeai_recording_kind, NULL at the end. */
extern const char *const map_kinds[];

/* A command: its operands stand behind its name. */
typedef struct map_command {
    const char *name, *operands; /* operands: for the usage error */
    int n_operands_min, n_operands_max;
    int (*run)(const map_settings *settings, edgeai_context *context, char **operands,
               int n_operands);
} map_command;

extern const map_command map_build, map_render, map_prompt, map_ask, map_eval;

/* Says what went wrong; a missing file of the user's is a file error, unlike one inside a model. */
int map_fail(const map_settings *settings, edgeai_status status);

/* "expected ..." for an option whose text the table cannot check. -1 when all are fine. */
int map_check_options(const map_settings *settings);

/* "X,Y,Z" into three numbers. */
bool map_read_vector(const char *text, double out[3]);

/* Opens the recording of `path`, and the detections of the options (NULL: none). */
edgeai_status map_open_recording(const map_settings *settings, edgeai_context *context,
                                 const char *path, edgeai_recording **recording);
edgeai_status map_open_detections(const map_settings *settings, edgeai_context *context,
                                  edgeai_detections **detections);

/* Aliases of the options; NULL when there are none. */
edgeai_status map_open_aliases(const map_settings *settings, edgeai_context *context,
                               edgeai_aliases **aliases);

/* Labels that the question and --label ask for. */
enum { MAP_LABELS_MAX = 256 };

typedef struct map_task {
    edgeai_question *question; /* NULL: none */
    edgeai_aliases *aliases;
    const char *labels[MAP_LABELS_MAX]; /* borrowed from the two, the options and detections */
    size_t n_labels;
} map_task;

/* Everything asked for; with detections, also their labels that mean the same. */
edgeai_status map_task_open(map_task *task, const map_settings *settings, edgeai_context *context,
                            const edgeai_detections *detections);
void map_task_free(map_task *task);

/* Options of the library made of the command line; pointers are borrowed from it. */
void map_draw_settings(const map_settings *settings, const edgeai_aliases *aliases,
                       edgeai_map_draw_options *options);

/* Whether a file besides the map itself is to be written. */
bool map_has_outputs(const map_settings *settings);

/* Writes what --png, --ply, --gltf, --ros and --trajectory name. */
edgeai_status map_write_files(const map_settings *settings, edgeai_context *context,
                              const edgeai_map *map, const edgeai_aliases *aliases);

/* The files written, as members of a JSON object. */
void map_files_json(const map_settings *settings, cJSON *object);

/* What became of a build. */
typedef struct map_build_result {
    const char *input;
    edgeai_recording_info recording;
    edgeai_map_summary map;
    size_t n_chosen, n_skipped; /* frames: to be used; of them without a pose, so left out */
    bool has_poses, is_cut;     /* is_cut: a signal came */
    edgeai_pose_check check;    /* of given poses */
    double load_ms, add_ms, update_ms;
    size_t memory_bytes;
} map_build_result;

/* The result on stdout; false when that failed. */
bool map_build_print(const map_settings *settings, const edgeai_map *map,
                     const map_build_result *result);

/* One request as a line of JSON. */
bool map_request_print(const edgeai_mapped_frame *frame, const edgeai_mapped_object *object,
                       const edgeai_mapped_request *request, FILE *out);

#endif
