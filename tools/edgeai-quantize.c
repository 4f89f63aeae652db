/* SPDX-License-Identifier: MIT */
/* edgeai-quantize: a model file with other weights, and what that costs. */

#include <stdio.h>
#include <string.h>

#include "common/exit_code.h"
#include "common/interrupt.h"
#include "common/stderr_log.h"
#include "quantize/quantization.h"

static const char *const weights_names[] = {"int8", "ternary", "binary", NULL};
static const char *const activation_names[] = {"f32", "int8", "ternary", "binary", NULL};

static const char *const input_scale_names[] = {"constant", "map", NULL};

static quantize_settings settings = {.weights = -1, .activations = -1};

static const tool_option options[] = {
    {OPTION_GROUP, .help = "Language models"},
    {OPTION_FLAG, "pure", .target = &settings.pure,
     .help = "Give every weight matrix TYPE; otherwise some are kept better."},
    {OPTION_TEXT, "output-tensor-type", .target = &settings.output_type, .argument = "TYPE",
     .shown = "by rule", .help = "Type of output.weight, or of what stands for it."},
    {OPTION_TEXT, "token-embedding-type", .target = &settings.embedding_type, .argument = "TYPE",
     .shown = "by rule", .help = "Type of token_embd.weight."},
    {OPTION_TEXTS, "tensor-type", .target = &settings.rule_texts, .argument = "REGEX=TYPE",
     .help = "Type of the weight matrices whose name the expression is found in; may be repeated, "
             "the first that matches wins."},
    {OPTION_FLAG, "allow-requantize", .target = &settings.allow_requantize,
     .help = "Also convert tensors that are quantized already, which adds their errors."},
    {OPTION_TEXT, "tasks", 't', &settings.tasks_path, .argument = "FILE",
     .help = "Let both models answer these problems: JSON lines with prompt and answer, or GSM8K's "
             "question and answer."},
    {OPTION_CHOICE, "chat", .target = &settings.decoding.chat, .argument = "NAME", .preset = "auto",
     .choices = decode_settings_chats, .bare = "auto",
     .help = "How prompts are put into a template; auto: as the model's file says."},
    DECODE_SETTINGS_LENGTH(settings.decoding),
    {OPTION_GROUP, .help = "Convolutional networks"},
    {OPTION_CHOICE, "weights", .target = &settings.weights, .argument = "KIND",
     .choices = weights_names, .help = "Weights of the convolutions: ternary, binary or int8."},
    {OPTION_CHOICE, "activations", .target = &settings.activations, .argument = "KIND",
     .shown = "f32", .choices = activation_names,
     .help = "What the convolutions read: f32, int8, ternary or binary."},
    {OPTION_CHOICE, "input-scale", .target = &settings.input_scale, .argument = "HOW",
     .preset = "constant", .choices = input_scale_names,
     .help = "Scale of binary activations: constant, or map, one for each position (XNOR-Net)."},
    {OPTION_TEXT, "scale", .target = &settings.scale, .argument = "WHICH", .shown = "filter",
     .help = "Who shares a scale: layer, filter, or group:G for G neighbouring filters."},
    {OPTION_FLAG, "sort-filters", .target = &settings.sort_filters,
     .help = "Bring filters of similar size together first, where the network allows it."},
    {OPTION_TEXT, "keep", .target = &settings.keep, .argument = "NAMES", .shown = "first,last",
     .help = "Layers that stay as they are: first, last, names of nodes; or none."},
    {OPTION_TEXT, "calibrate", .target = &settings.calibrate_path, .argument = "FOLDER",
     .help = "Pictures to see what values activations take."},
    {OPTION_TEXT, "method", .target = &settings.method, .argument = "HOW", .shown = "minmax",
     .help = "Range of int8 activations: minmax, percentile:P or kl."},
    {OPTION_INTEGER, "samples", .target = &settings.n_samples, .min = 0, .max = 1e6,
     .argument = "N", .preset = "0", .shown = "100", .help = "Pictures of --calibrate to use."},
    {OPTION_FLAG, "correct", .target = &settings.correct,
     .help = "Give channels their mean and spread over the pictures of --calibrate back."},
    {OPTION_TEXT, "evaluate", .target = &settings.evaluate_path, .argument = "FOLDER",
     .help = "Let both networks classify these pictures: a subfolder for each class."},
    {OPTION_GROUP, .help = "Work and output"},
    {OPTION_FLAG, "dry-run", .target = &settings.dry_run,
     .help = "Print types and sizes only; OUT may be left out."},
    {OPTION_INTEGER, "limit", .target = &settings.n_limit, .min = 0, .max = 1e9, .argument = "N",
     .preset = "0", .shown = "all",
     .help = "Only the first N problems, or N pictures of --evaluate."},
    {OPTION_CHOICE, "format", .target = &settings.format, .argument = "NAME", .preset = "md",
     .choices = report_format_names, .help = "Form of the tables."},
    {OPTION_FLAG, "json", .target = &settings.as_json, .help = "The same as --format json."},
    OPTIONS_COMMON(settings.common),
};

static const tool_program self = {
    .name = "edgeai-quantize",
    .synopsis = "[OPTION]... IN OUT.gguf [TYPE]",
    .summary = "Writes a language model or a convolutional network with other weights, and prints "
               "sizes and errors.",
    .options = options,
    .n_options = sizeof options / sizeof options[0],
    .n_operands_max = 3,
    .operand_files = "file",
};

/* Whether the file begins as GGUF files do. */
static bool is_gguf(const char *path)
{
    char magic[4] = "";
    FILE *file = fopen(path, "rb");
    bool is_ok = file && fread(magic, 1, sizeof magic, file) == sizeof magic;
    if (file) fclose(file);
    return is_ok && memcmp(magic, "GGUF", sizeof magic) == 0;
}

static bool ends_in(const char *text, const char *end)
{
    size_t n = strlen(text), n_end = strlen(end);
    return n >= n_end && strcmp(text + n - n_end, end) == 0;
}

/* A GGUF file says what it is. Else ONNX has networks alone; for others the options tell. */
static bool is_network(edgeai_context *context, const char *path)
{
    static const char graph[] = "edgeai-graph";
    edgeai_model_file *file;
    edgeai_string name;
    if (!is_gguf(path)) return ends_in(path, ".onnx") || settings.weights >= 0;
    if (edgeai_model_file_open(&file, context, path) != EDGEAI_OK) return settings.weights >= 0;
    bool is_graph =
        edgeai_model_file_get_string(file, "general.architecture", &name) == EDGEAI_OK &&
        name.n_bytes == sizeof graph - 1 && memcmp(name.bytes, graph, name.n_bytes) == 0;
    edgeai_model_file_free(file);
    return is_graph;
}

int main(int argc, char **argv)
{
    int first, code = options_parse(&self, argc, argv, &first);
    if (code >= 0) return code;
    if (first == argc) return options_usage_error(&self, "expected IN and OUT.gguf");
    if (settings.as_json) settings.format = REPORT_JSON;
    settings.program = &self;
    interrupt_install();
    edgeai_context_options context_options = EDGEAI_CONTEXT_OPTIONS_INIT;
    log_configure(&context_options, self.name, &settings.common);
    edgeai_context *context;
    edgeai_status status = edgeai_context_create(&context, &context_options);
    if (status != EDGEAI_OK) return exit_with_error(self.name, status);
    code = is_network(context, argv[first])
               ? quantize_network(&settings, context, argc - first, argv + first)
               : quantize_language(&settings, context, argc - first, argv + first);
    edgeai_context_free(context);
    return code;
}
