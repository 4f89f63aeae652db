/* SPDX-License-Identifier: MIT */
/* edgeai-classify: what a network sees in pictures. */

#include <string.h>

#include "classify/judge.h"
#include "common/exit_code.h"
#include "common/interrupt.h"

static classify_settings settings;

static const tool_option options[] = {
    {OPTION_GROUP, .help = "Network and pictures"},
    {OPTION_TEXT, "model", 'm', &settings.model, .argument = "FILE",
     .help = "GGUF file (architecture edgeai-graph) or ONNX file of the network."},
    {OPTION_CHOICE, "weights", .target = &settings.weights, .argument = "NAME", .preset = "auto",
     .choices = classify_weights,
     .help = "How weights of convolutions are kept: mapped: in the fewest bytes; packed: as they "
             "are fastest; auto: packed while that fits in half of the free memory."},
    {OPTION_FLAG, "labels-from-folders", .target = &settings.labels_from_folders,
     .help = "Accuracy: the operand is a folder with a subfolder of pictures for each class."},
    {OPTION_INTEGER, "limit", .target = &settings.n_limit, .min = 0, .max = 1e9, .argument = "N",
     .preset = "0", .shown = "all",
     .help = "Only N pictures of each folder that is an operand, at "
             "equal distances."},
    {OPTION_GROUP, .help = "How a picture becomes the input, in place of what the file says"},
    {OPTION_INT, "width", .target = &settings.width, .min = 0, .max = EDGEAI_IMAGE_SIDE_MAX,
     .argument = "N", .preset = "0", .shown = "the model's", .help = "Width of the input."},
    {OPTION_INT, "height", .target = &settings.height, .min = 0, .max = EDGEAI_IMAGE_SIDE_MAX,
     .argument = "N", .preset = "0", .shown = "the model's", .help = "Height of the input."},
    {OPTION_CHOICE, "fit", .target = &settings.fit, .argument = "NAME", .preset = "auto",
     .choices = classify_fits,
     .help = "How the sizes are brought together; crop takes the middle, letterbox adds a margin."},
    {OPTION_INT, "shorter-side", .target = &settings.shorter_side, .min = 0,
     .max = EDGEAI_IMAGE_SIDE_MAX, .argument = "N", .preset = "0", .shown = "the model's",
     .help = "Size of the shorter side before the middle is taken."},
    {OPTION_CHOICE, "filter", .target = &settings.filter, .argument = "NAME", .preset = "auto",
     .choices = classify_filters, .help = "How values between pixels are found."},
    {OPTION_CHOICE, "channels", .target = &settings.channels, .argument = "NAME", .preset = "auto",
     .choices = classify_channels, .help = "Channels and their order."},
    {OPTION_CHOICE, "layout", .target = &settings.layout, .argument = "NAME", .preset = "auto",
     .choices = classify_layouts, .help = "How the input lies in memory."},
    {OPTION_REAL, "scale", .target = &settings.scale, .min = 0, .max = 1e9, .argument = "X",
     .preset = "0", .shown = "the model's, or 1/255",
     .help = "A channel is (pixel * scale - mean) / std, pixels being 0 to 255."},
    {OPTION_TEXT, "mean", .target = &settings.mean, .argument = "A:B:C", .shown = "the model's",
     .help = "One number, or one for each channel."},
    {OPTION_TEXT, "std", .target = &settings.std, .argument = "A:B:C", .shown = "the model's",
     .help = "One number, or one for each channel."},
    {OPTION_GROUP, .help = "Output"},
    {OPTION_INTEGER, "top", 'k', &settings.n_top, .min = 1, .max = 1000, .argument = "N",
     .preset = "5", .help = "Classes to show, the best first."},
    {OPTION_CHOICE, "softmax", .target = &settings.softmax, .argument = "NAME", .preset = "auto",
     .choices = classify_softmaxes,
     .help = "Make probabilities of the scores; auto: unless none is below 0 and their sum is 1."},
    {OPTION_FLAG, "profile", .target = &settings.profile,
     .help = "A table of the steps: method, shape, multiply-adds and time of each."},
    {OPTION_FLAG, "plain", .target = &settings.plain,
     .help = "Run the operators one by one as the file has them."},
    {OPTION_FLAG, "json", .target = &settings.json,
     .help = "Print one JSON object in place of the text."},
    OPTIONS_COMMON(settings.common),
};

static const tool_program self = {
    .name = "edgeai-classify",
    .synopsis = "[OPTION]... -m FILE PICTURE|FOLDER|-...",
    .summary = "Says what a network sees in pictures; - reads their paths from standard input.",
    .options = options,
    .n_options = sizeof options / sizeof options[0],
    .n_operands_max = 1 << 20,
    .operand_files = "file",
};

static int check(char **operands, int n)
{
    if (!settings.model) return options_usage_error(&self, "which network? -m FILE");
    if (n == 0) return options_usage_error(&self, "which pictures?");
    if (settings.labels_from_folders && (n != 1 || strcmp(operands[0], "-") == 0))
        return options_usage_error(&self, "--labels-from-folders: expected one folder");
    return file_check(self.name, settings.model) == EXIT_CODE_OK ? -1 : EXIT_CODE_FILE;
}

int main(int argc, char **argv)
{
    int first, code = options_parse(&self, argc, argv, &first);
    if (code < 0) code = check(argv + first, argc - first);
    if (code >= 0) return code;
    interrupt_install();
    classifier c = {.program = self.name, .settings = &settings};
    code = classifier_open(&c);
    if (code == EXIT_CODE_OK)
        code = settings.labels_from_folders
                   ? judge_folder(&c, argv[first])
                   : judge_pictures(&c, argv + first, (size_t)(argc - first));
    classifier_close(&c);
    return code;
}
