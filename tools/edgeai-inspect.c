/* SPDX-License-Identifier: MIT */
/* edgeai-inspect: what is in a model file, and what this machine's kernels are. */

#include <stdio.h>

#include <edgeai/context.h>
#include <edgeai/model_file.h>

#include "common/exit_code.h"
#include "common/interrupt.h"
#include "common/stderr_log.h"
#include "common/options.h"
#include "inspect/inspect.h"

static common_options common;
static bool as_json, about_cpu, all_elements;

static const tool_option options[] = {
    {OPTION_GROUP, .help = "Output"},
    {OPTION_FLAG, "json", .target = &as_json, .help = "One JSON object in place of text."},
    {OPTION_FLAG, "all", 'a', &all_elements,
     .help = "Print long arrays and strings whole; they are cut otherwise."},
    {OPTION_FLAG, "cpu", .target = &about_cpu,
     .help = "Print this machine's instruction set level, threads and kernels; no FILE needed."},
    {OPTION_GROUP, .help = "Common"},
    {OPTION_INTEGER, "threads", .target = &common.n_threads, .min = 0, .max = 256, .argument = "N",
     .preset = "0", .environment = "EDGEAI_THREADS",
     .help = "Threads that work in parallel; 0: the CPUs this process may use."},
    {OPTION_FLAG, "quiet", 'q', &common.quiet, .help = "Nothing on stderr but errors."},
    {OPTION_COUNT, "verbose", 'v', &common.verbose, .help = "Say more on stderr; twice: say all."},
};

static const tool_program self = {
    .name = "edgeai-inspect",
    .synopsis = "[OPTION]... FILE",
    .summary = "Prints the metadata and tensors of a GGUF model file, or what this machine offers.",
    .options = options,
    .n_options = sizeof options / sizeof options[0],
    .n_operands_max = 1,
    .operand_files = "file",
};

static int inspect(edgeai_context *context, const char *path)
{
    if (about_cpu) return inspect_cpu(context, as_json) ? EXIT_CODE_OK : EXIT_CODE_RUN;
    edgeai_model_file *file;
    edgeai_status status = edgeai_model_file_open(&file, context, path);
    if (status != EDGEAI_OK) return exit_with_error(self.name, status);
    bool is_ok = as_json ? inspect_json(file, all_elements) : inspect_text(file, all_elements);
    edgeai_model_file_free(file);
    if (!is_ok) fprintf(stderr, "%s: cannot write the result\n", self.name);
    return is_ok ? EXIT_CODE_OK : EXIT_CODE_RUN;
}

int main(int argc, char **argv)
{
    int first, code = options_parse(&self, argc, argv, &first);
    if (code >= 0) return code;
    const char *path = first < argc ? argv[first] : NULL;
    if (!path && !about_cpu) return options_usage_error(&self, "which FILE?");
    if (path && about_cpu) return options_usage_error(&self, "--cpu takes no FILE");
    if (path && (code = file_check(self.name, path)) != EXIT_CODE_OK) return code;

    interrupt_install();
    edgeai_context_options settings = EDGEAI_CONTEXT_OPTIONS_INIT;
    log_configure(&settings, self.name, &common);
    edgeai_context *context;
    edgeai_status status = edgeai_context_create(&context, &settings);
    if (status != EDGEAI_OK) return exit_with_error(self.name, status);
    code = inspect(context, path);
    edgeai_context_free(context);
    return code;
}
