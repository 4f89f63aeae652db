/* SPDX-License-Identifier: MIT */
/* edgeai-map: one map from many frames, and what is made of it. */

#include <stdio.h>
#include <string.h>

#include "common/exit_code.h"
#include "common/interrupt.h"
#include "common/stderr_log.h"
#include "map/map_tool.h"

static map_settings settings;

static const char *const conventions[] = {"by-kind", "camera-to-world", "world-to-camera", NULL};
static const char *const codings[] = {"by-kind", "plain", "sun", NULL};
static const char *const colors[] = {"any", "only", "none", NULL};
static const char *const detection_kinds[] = {"auto", "ours", "coco", "yolo", NULL};
static const char *const forms[] = {"coordinates", "grid", NULL};
static const char *const fits[] = {"rigid", "similar", "none", NULL};

static const tool_option options[] = {
    {OPTION_GROUP, .help = "build, eval: the recording"},
    {OPTION_CHOICE, "kind", .target = &settings.kind, .argument = "NAME", .preset = "auto",
     .choices = map_kinds, .help = "How its folder is laid out; auto: found from its files."},
    {OPTION_TEXT, "camera", .target = &settings.camera, .argument = "CAMERA",
     .shown = "the recording's",
     .help = "ros, fr1, fr2, fr3, kinect, FX,FY,CX,CY, WxH,FX,FY,CX,CY, or an Open3D intrinsic "
             "file ending in .json."},
    {OPTION_REAL, "depth-scale", .target = &settings.depth_units_per_m, .min = 0, .max = 1e6,
     .argument = "X", .preset = "0", .shown = "5000 for tum, the manifest's, else 1000",
     .help = "What a metre is in the depth images."},
    {OPTION_CHOICE, "depth-coding", .target = &settings.depth_coding, .argument = "NAME",
     .preset = "by-kind", .choices = codings, .help = "sun: bits turned, as in SUN RGB-D."},
    {OPTION_TEXT, "poses", .target = &settings.poses, .argument = "FILE",
     .shown = "the recording's", .help = "Poses of the frames: TUM text, Open3D .log or JSON."},
    {OPTION_CHOICE, "pose-convention", .target = &settings.pose_convention, .argument = "NAME",
     .preset = "by-kind", .choices = conventions,
     .help = "Which way poses go; it is never guessed from their values."},
    {OPTION_FLAG, "ignore-poses", .target = &settings.ignore_poses,
     .help = "Find poses from the images, whatever the recording has."},
    {OPTION_FLAG, "unchecked-poses", .target = &settings.unchecked_poses,
     .help = "Use the recording's poses even where depth says that they are wrong."},
    {OPTION_REAL, "pair-time", .target = &settings.pair_s, .min = 0, .max = 1e6, .argument = "S",
     .preset = "0.02", .help = "Times that differ by less belong together."},
    {OPTION_CHOICE, "color", .target = &settings.color, .argument = "WHICH", .preset = "any",
     .choices = colors, .help = "only: frames with colour; none: depth alone."},
    {OPTION_INTEGER, "first", .target = &settings.n_first, .min = 0, .max = 1 << 20,
     .argument = "N", .preset = "0", .help = "Leave out N frames at the beginning."},
    {OPTION_INTEGER, "step", .target = &settings.n_step, .min = 1, .max = 1 << 20, .argument = "N",
     .preset = "1", .help = "Use every Nth frame."},
    {OPTION_INTEGER, "frames", .target = &settings.n_frames, .min = 0, .max = 1 << 20,
     .argument = "N", .preset = "0", .shown = "all", .help = "Use N frames at most."},
    {OPTION_GROUP, .help = "build"},
    {OPTION_TEXT, "output", 'o', &settings.output, .argument = "FILE", .preset = "map.json",
     .help = "The map."},
    {OPTION_TEXT, "detections", 'd', &settings.detections, .argument = "PATH",
     .help = "What a detector saw: our JSON, COCO results, or a folder of YOLO text."},
    {OPTION_CHOICE, "detections-kind", .target = &settings.detections_kind, .argument = "NAME",
     .preset = "auto", .choices = detection_kinds, .help = "Their form; auto: found from them."},
    {OPTION_TEXT, "names", .target = &settings.names, .argument = "FILE",
     .help = "COCO: the JSON with images and categories. YOLO: class names, one a line."},
    {OPTION_REAL, "score-min", .target = &settings.score_min, .min = 0, .max = 1, .argument = "X",
     .preset = "0", .help = "Leave out detections below this score."},
    {OPTION_FLAG, "covers-all", .target = &settings.covers_all,
     .help = "The detector ran on frames without an entry too, and saw nothing there."},
    {OPTION_INTEGER, "key-frames", 'k', &settings.n_key_frames, .min = 0, .max = 4096,
     .argument = "N", .preset = "0", .shown = "all frames",
     .help = "Use N key frames, chosen for sharpness and for what is asked about."},
    {OPTION_TEXT, "up", .target = &settings.up, .argument = "X,Y,Z", .shown = "found",
     .help = "Up in the frame of the given poses, as an accelerometer says."},
    {OPTION_REAL, "depth-max", .target = &settings.depth_max_m, .min = 0, .max = 1000,
     .argument = "M", .preset = "0", .shown = "5", .help = "Depth beyond is not used."},
    {OPTION_REAL, "cell", .target = &settings.cell_m, .min = 0, .max = 1, .argument = "M",
     .preset = "0", .shown = "0.05", .help = "Side of the occupancy grid's cells."},
    {OPTION_FLAG, "not-metric", .target = &settings.not_metric,
     .help = "Depth has no known scale: the map says so."},
    {OPTION_INTEGER, "seed", .target = &settings.seed, .min = 0, .max = 9007199254740991.0,
     .argument = "N", .preset = "0", .help = "Seed of every random choice."},
    {OPTION_TEXT, "mark", .target = &settings.marks, .argument = "FOLDER",
     .help = "Write key frames with the map's ids drawn on them."},
    {OPTION_TEXT, "requests", .target = &settings.requests, .argument = "FILE",
     .help = "Write where objects should be visible but were not detected, as JSON lines."},
    {OPTION_GROUP, .help = "build, render, prompt: files to write"},
    {OPTION_TEXT, "png", .target = &settings.png, .argument = "FILE",
     .help = "The map from above as a picture."},
    {OPTION_TEXT, "ply", .target = &settings.ply, .argument = "FILE",
     .help = "Boxes and cameras as a mesh."},
    {OPTION_TEXT, "gltf", .target = &settings.gltf, .argument = "FILE",
     .help = "The same as a glTF scene."},
    {OPTION_TEXT, "ros", .target = &settings.ros, .argument = "FILE",
     .help = "The occupancy grid for ROS map_server: YAML, and a .pgm beside it."},
    {OPTION_TEXT, "trajectory", .target = &settings.trajectory, .argument = "FILE",
     .help = "Poses of the connected frames as TUM text."},
    {OPTION_GROUP, .help = "build, render, prompt, ask: what is asked for"},
    {OPTION_TEXT, "question", .target = &settings.question, .argument = "TEXT",
     .help = "Its objects are looked for, kept and outlined."},
    {OPTION_TEXTS, "choice", .target = &settings.choices, .argument = "TEXT",
     .help = "An option of the question, where it does not hold them; may be repeated."},
    {OPTION_TEXTS, "label", 'l', &settings.labels, .argument = "LABEL",
     .help = "A further object; may be repeated."},
    {OPTION_TEXT, "aliases", .target = &settings.aliases_path, .argument = "FILE",
     .shown = "built in", .help = "Words that mean the same object, as JSON."},
    {OPTION_GROUP, .help = "build, render, prompt: picture and text"},
    {OPTION_INT, "size", .target = &settings.side_px, .min = 256, .max = 4096, .argument = "PX",
     .preset = "768", .help = "Width and height of the picture."},
    {OPTION_INT, "objects", .target = &settings.n_objects, .min = 0, .max = 1000, .argument = "N",
     .preset = "0", .shown = "60 in the picture, 40 in the text", .help = "Most objects."},
    {OPTION_FLAG, "only-labels", .target = &settings.only_labels,
     .help = "Draw what is asked for alone."},
    {OPTION_FLAG, "facing-up", .target = &settings.facing_up,
     .help = "Turn the picture as one standing by A and facing B sees it."},
    {OPTION_FLAG, "no-cells", .target = &settings.without_cells, .help = "Draw no occupancy."},
    {OPTION_FLAG, "no-path", .target = &settings.without_path, .help = "Draw no cameras."},
    {OPTION_FLAG, "no-tags", .target = &settings.without_tags, .help = "Draw no labels."},
    {OPTION_GROUP, .help = "prompt"},
    {OPTION_CHOICE, "form", .target = &settings.form, .argument = "NAME", .preset = "coordinates",
     .choices = forms, .help = "Metres, or VSI-Bench's grid of 10 x 10."},
    {OPTION_INT, "token-budget", .target = &settings.token_budget, .min = 0, .max = 1 << 20,
     .argument = "N", .preset = "0", .shown = "2048",
     .help = "Most tokens, by estimate; the most relevant objects are kept."},
    {OPTION_FLAG, "no-picture", .target = &settings.without_picture,
     .help = "The text speaks of no picture."},
    {OPTION_FLAG, "objects-only", .target = &settings.prompt_json,
     .help = "The JSON object of the prompt alone."},
    {OPTION_GROUP, .help = "ask"},
    {OPTION_TEXT, "questions", .target = &settings.questions, .argument = "FILE",
     .help = "Answer a file of VSI-Bench's questions, and score the answers."},
    {OPTION_REAL, "confidence-min", .target = &settings.confidence_min, .min = 0, .max = 1,
     .argument = "X", .preset = "0", .shown = "0.2", .help = "Abstain below."},
    {OPTION_GROUP, .help = "eval"},
    {OPTION_CHOICE, "fit", .target = &settings.fit, .argument = "NAME", .preset = "rigid",
     .choices = fits, .help = "How the estimate is laid on the truth; similar: also scaled."},
    {OPTION_FLAG, "by-index", .target = &settings.by_index,
     .help = "Compare pose by pose in place of by time."},
    {OPTION_INTEGER, "delta", .target = &settings.delta, .min = 1, .max = 1 << 22, .argument = "N",
     .preset = "1", .help = "Poses between the two of a relative error."},
    {OPTION_GROUP, .help = "Output"},
    {OPTION_FLAG, "json", .target = &settings.as_json, .help = "One JSON object in place of text."},
    OPTIONS_COMMON(settings.common),
};

static const tool_program self = {
    .name = "edgeai-map",
    .synopsis = "build|render|prompt|ask|eval [OPTION]... OPERAND...",
    .summary = "Makes one map of the frames of a recording, draws it, puts it into words, answers "
               "questions from it, and measures trajectories.",
    .options = options,
    .n_options = sizeof options / sizeof options[0],
    .n_operands_max = 3,
    .operand_files = "file",
};

static const map_command *const commands[] = {&map_build, &map_render, &map_prompt, &map_ask,
                                              &map_eval};

static const map_command *find_command(const char *name)
{
    for (size_t i = 0; i < sizeof commands / sizeof commands[0]; i++)
        if (strcmp(commands[i]->name, name) == 0) return commands[i];
    return NULL;
}

int main(int argc, char **argv)
{
    int first, code = options_parse(&self, argc, argv, &first);
    if (code >= 0) return code;
    if (first == argc)
        return options_usage_error(&self, "what? build, render, prompt, ask or eval");
    const map_command *command = find_command(argv[first]);
    const int n_operands = argc - first - 1;
    if (!command)
        return options_usage_error(&self, "expected build, render, prompt, ask or eval, found '%s'",
                                   argv[first]);
    if (n_operands < command->n_operands_min || n_operands > command->n_operands_max)
        return options_usage_error(&self, "%s: expected %s", command->name, command->operands);
    settings.program = &self;
    code = map_check_options(&settings);
    if (code >= 0) return code;
    interrupt_install();
    edgeai_context_options context_options = EDGEAI_CONTEXT_OPTIONS_INIT;
    log_configure(&context_options, self.name, &settings.common);
    edgeai_context *context;
    const edgeai_status status = edgeai_context_create(&context, &context_options);
    if (status != EDGEAI_OK) return exit_with_error(self.name, status);
    code = command->run(&settings, context, argv + first + 1, n_operands);
    edgeai_context_free(context);
    return code;
}
