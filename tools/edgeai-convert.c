/* SPDX-License-Identifier: MIT */
/* edgeai-convert: a network from ONNX as GGUF, and what is in it. */

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <edgeai/graph.h>

#include "common/exit_code.h"
#include "common/graph_summary.h"
#include "common/interrupt.h"
#include "common/json_out.h"
#include "common/options.h"
#include "common/stderr_log.h"
#include "convert/convert.h"

static common_options common;
static bool as_json;
static const char *labels_path, *preprocess, *name;

static const tool_option options[] = {
    {OPTION_GROUP, .help = "Network"},
    {OPTION_TEXT, "labels", .target = &labels_path, .argument = "FILE",
     .help = "Names of the classes, one a line, in the order of the scores."},
    {OPTION_TEXT, "preprocess", .target = &preprocess, .argument = "SETTINGS",
     .help = "How an image becomes the first input: key=value parted by commas, lists by colons "
             "(width=32,height=32,mean=0.5:0.5:0.5), or a JSON object."},
    {OPTION_TEXT, "name", .target = &name, .argument = "TEXT", .help = "The network's name."},
    {OPTION_GROUP, .help = "Output"},
    {OPTION_FLAG, "json", .target = &as_json, .help = "One JSON object in place of text."},
    {OPTION_GROUP, .help = "Common"},
    {OPTION_FLAG, "quiet", 'q', &common.quiet, .help = "Nothing on stderr but errors."},
    {OPTION_COUNT, "verbose", 'v', &common.verbose, .help = "Say more on stderr; twice: say all."},
};

static const tool_program self = {
    .name = "edgeai-convert",
    .synopsis = "[OPTION]... IN.onnx OUT.gguf",
    .summary = "Writes a network as GGUF, and prints what is in it.",
    .options = options,
    .n_options = sizeof options / sizeof options[0],
    .n_operands_max = 2,
    .operand_files = "file",
};

static bool print_summary(const graph_summary *summary, const char *in, const char *out)
{
    if (!as_json) return graph_summary_print(summary, stdout);
    cJSON *root = json_begin("edgeai-convert/1");
    json_add_text(root, "input", in);
    json_add_text(root, "output", out);
    graph_summary_json(summary, root);
    bool is_ok = json_print(root, stdout);
    cJSON_Delete(root);
    return is_ok;
}

/* What was written, as it reads. */
static int report(edgeai_context *context, const char *in, const char *out)
{
    edgeai_model_file *file;
    graph_summary summary;
    edgeai_status status = edgeai_model_file_open(&file, context, out);
    if (status != EDGEAI_OK) return exit_with_error(self.name, status);
    bool is_ok = graph_summary_read(&summary, file) && print_summary(&summary, in, out);
    graph_summary_free(&summary);
    edgeai_model_file_free(file);
    if (!is_ok) fprintf(stderr, "%s: cannot write the result\n", self.name);
    return is_ok ? EXIT_CODE_OK : EXIT_CODE_RUN;
}

static int convert(edgeai_context *context, const char *in, const char *out,
                   const label_list *labels, const char *json)
{
    edgeai_graph_save_options settings = EDGEAI_GRAPH_SAVE_OPTIONS_INIT;
    settings.name = name;
    settings.labels = labels_path ? (const char *const *)labels->labels : NULL;
    settings.n_labels = labels->n;
    settings.preprocess = json;
    edgeai_graph *graph;
    edgeai_status status = edgeai_graph_open(&graph, context, in);
    if (status == EDGEAI_OK) status = edgeai_graph_save_as(graph, out, &settings);
    edgeai_graph_free(graph);
    return status == EDGEAI_OK ? report(context, in, out) : exit_with_error(self.name, status);
}

static int run(const char *in, const char *out, const label_list *labels, const char *json)
{
    edgeai_context_options settings = EDGEAI_CONTEXT_OPTIONS_INIT;
    log_configure(&settings, self.name, &common);
    edgeai_context *context;
    edgeai_status status = edgeai_context_create(&context, &settings);
    if (status != EDGEAI_OK) return exit_with_error(self.name, status);
    int code = convert(context, in, out, labels, json);
    edgeai_context_free(context);
    return code;
}

int main(int argc, char **argv)
{
    int first, code = options_parse(&self, argc, argv, &first);
    if (code >= 0) return code;
    if (argc - first < 2) return options_usage_error(&self, "expected IN.onnx and OUT.gguf");
    if (file_check(self.name, argv[first]) != EXIT_CODE_OK ||
        (labels_path && file_check(self.name, labels_path) != EXIT_CODE_OK))
        return EXIT_CODE_FILE;
    const char *wrong = NULL;
    char *json = preprocess ? preprocess_json(preprocess, &wrong) : NULL;
    if (wrong)
        return options_usage_error(&self, "--preprocess: expected key=value, found '%s'", wrong);
    label_list labels = {0};
    if (labels_path && !label_list_read(&labels, labels_path)) {
        fprintf(stderr, "%s: %s: %s\n", self.name, labels_path,
                errno ? strerror(errno) : "expected lines of text");
        free(json);
        return EXIT_CODE_FILE;
    }
    interrupt_install();
    code = run(argv[first], argv[first + 1], &labels, json);
    label_list_free(&labels);
    free(json);
    return code;
}
