/* SPDX-License-Identifier: MIT */
/* edgeai-bench: times of matrix products, convolutions, networks, forward passes and decodings on
 * this machine. */

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "bench/bench.h"
#include "common/exit_code.h"
#include "common/interrupt.h"
#include "common/json_out.h"
#include "common/model_path.h"
#include "common/out_file.h"

static bench_options given;
static bench_run run = {.options = &given, .program = "edgeai-bench"};
static const char *model, *out_path, *power_mode;
static int format;
static bool as_json;

static const tool_option options[] = {
    {OPTION_GROUP, .help = "Measuring"},
    {OPTION_TEXT, "threads", .target = &given.threads_text, .argument = "LIST", .preset = "0",
     .environment = "EDGEAI_THREADS",
     .help = "Threads that work in parallel; 0: the CPUs this process may use."},
    {OPTION_INTEGER, "warmup", .target = &given.n_warmup, .min = 0, .max = 1000, .argument = "N",
     .preset = "1", .help = "Calls in front of each row that do not count; decode: problems."},
    {OPTION_INTEGER, "repetitions", 'r', &given.n_repetitions, .min = 1, .max = BENCH_SAMPLES_MAX,
     .argument = "N", .preset = "5", .help = "Least number of measurements of a row."},
    {OPTION_REAL, "min-time", .target = &given.min_time_ms, .min = 0, .max = 1e7, .argument = "MS",
     .preset = "200", .help = "Least time of all measurements of a row."},
    {OPTION_GROUP, .help = "matmul, conv, forward"},
    {OPTION_TEXT, "weights", .target = &given.weights_text, .argument = "A,B,...", .preset = "auto",
     .help = "How weights are kept, or all: auto, mapped, packed."},
    {OPTION_GROUP, .help = "matmul, forward"},
    {OPTION_TEXT, "activations", .target = &given.activations_text, .argument = "A,B,...",
     .preset = "auto", .help = "What they are multiplied with, or all: auto, f32."},
    {OPTION_GROUP, .help = "matmul, conv"},
    {OPTION_TEXT, "type", .target = &given.types_text, .argument = "A,B,...",
     .shown = "matmul F32,F16,Q8_0,Q4_0,Q4_K; conv all",
     .help = "Element types of the weights, or all; of a convolution f32, int8, ternary8 (int8 "
             "activations, ternary weights), ternary and binary (both sides)."},
    {OPTION_GROUP, .help = "matmul, conv, graph"},
    {OPTION_TEXT, "baseline", .target = &given.baseline_text, .argument = "NAME", .shown = "none",
     .help = "Measured alternately: openblas, its sgemm on one thread, with float32 weights; for "
             "matmul read, reading as many bytes as the weights take; for graph the file of "
             "another network."},
    {OPTION_GROUP, .help = "matmul"},
    {OPTION_TEXT, "rows", .target = &given.rows_text, .argument = "LIST", .preset = "1,8,32,128",
     .help = "Rows that are multiplied with the weights."},
    {OPTION_TEXT, "k", .target = &given.k_text, .argument = "LIST", .preset = "2048",
     .help = "Inputs: length of a row of weights."},
    {OPTION_TEXT, "m", .target = &given.m_text, .argument = "LIST", .preset = "2048",
     .help = "Outputs: rows of weights."},
    {OPTION_GROUP, .help = "conv"},
    {OPTION_TEXT, "channels", .target = &given.channels_text, .argument = "LIST", .preset = "128",
     .help = "Channels of the input."},
    {OPTION_TEXT, "filters", .target = &given.filters_text, .argument = "LIST", .preset = "0",
     .help = "Channels of the output; 0: as many as the input has."},
    {OPTION_TEXT, "kernel", .target = &given.kernel_text, .argument = "LIST", .preset = "3",
     .help = "Height and width of a filter; the input is padded by half of it."},
    {OPTION_TEXT, "stride", .target = &given.stride_text, .argument = "LIST", .preset = "1",
     .help = "Step from one output to the next."},
    {OPTION_GROUP, .help = "conv, graph"},
    {OPTION_TEXT, "size", .target = &given.size_text, .argument = "LIST",
     .shown = "conv 28; graph: the network's",
     .help = "Height and width of the input; graph: one size, HxW, where the network leaves it "
             "open."},
    {OPTION_GROUP, .help = "graph, forward, decode"},
    {OPTION_TEXT, "model", 'm', &model, .argument = "FILE",
     .shown = "graph none; else the bundled " MODEL_PATH_BUNDLED,
     .help = "GGUF file of the model; graph: GGUF or ONNX file of the network."},
    {OPTION_GROUP, .help = "forward"},
    {OPTION_TEXT, "positions", .target = &given.positions_text, .argument = "LIST",
     .preset = "32,128", .help = "Tokens in the row."},
    {OPTION_TEXT, "window", .target = &given.window_text, .argument = "LIST", .preset = "0",
     .help = "Positions computed in a pass that uses the dual cache; 0: the row, without cache."},
    {OPTION_TEXT, "read", .target = &given.read_text, .argument = "LIST", .preset = "0",
     .help = "Positions whose logits are read out; 0: all that are computed."},
    {OPTION_GROUP, .help = "decode"},
    {OPTION_TEXT, "tasks", 't', &given.tasks, .argument = "FILE",
     .help = "Problems: JSON lines with prompt and answer, or GSM8K's question and answer."},
    {OPTION_TEXT, "decoder", 'd', &given.decoders_text, .argument = "A,B,...", .preset = "all",
     .help = "Decoders to compare, or all: dico, low-confidence, random, origin, maskgit-plus, "
             "topk-margin, entropy, threshold, factor, entropy-bound, klass."},
    {OPTION_TEXT, "cache", .target = &given.caches_text, .argument = "A,B,...", .preset = "none",
     .help = "Caches to compare, or all: none, prefix, dual."},
    {OPTION_INTEGER, "limit", .target = &given.n_limit, .min = 0, .max = 1e9, .argument = "N",
     .preset = "20", .help = "Only the first N problems; 0: all."},
    {OPTION_CHOICE, "chat", .target = &given.decoding.chat, .argument = "NAME", .preset = "auto",
     .choices = decode_settings_chats, .bare = "auto",
     .help = "How prompts are put into a template; auto: as the model's file says."},
    DECODE_SETTINGS_LENGTH(given.decoding),
    DECODE_SETTINGS_SAMPLING(given.decoding),
    DECODE_SETTINGS_DICO(given.decoding),
    {OPTION_GROUP, .help = "Output"},
    {OPTION_CHOICE, "format", .target = &format, .argument = "NAME", .preset = "md",
     .choices = report_format_names, .help = "Form of the table."},
    {OPTION_FLAG, "json", .target = &as_json, .help = "The same as --format json."},
    {OPTION_TEXT, "output", 'o', &out_path, .argument = "FILE",
     .help = "Write the table to this file in place of stdout."},
    {OPTION_TEXT, "power-mode", .target = &power_mode, .argument = "FILE",
     .help = "On a Jetson: what 'nvpmodel -q' printed, for the description of the machine."},
    {OPTION_GROUP, .help = "Common"},
    {OPTION_TEXT, "cpu", .target = &given.common.cpu, .argument = "LEVEL", .shown = "the best here",
     .environment = "EDGEAI_CPU",
     .help = "Highest instruction set of the kernels: ref, avx2, neon or dotprod."},
    {OPTION_FLAG, "no-progress", .target = &given.common.no_progress, .help = "No progress bar."},
    {OPTION_FLAG, "quiet", 'q', &given.common.quiet, .help = "Nothing on stderr but errors."},
    {OPTION_COUNT, "verbose", 'v', &given.common.verbose,
     .help = "Say more on stderr; twice: say all."},
};

static const tool_program self = {
    .name = "edgeai-bench",
    .synopsis = "matmul|conv|graph|forward|decode [OPTION]...",
    .summary =
        "Measures matrix products, convolutions, networks, forward passes or decodings. A "
        "LIST is numbers and ranges, as 1,8,32 or 32-128+32 or 1-512*2; all combinations run.",
    .options = options,
    .n_options = sizeof options / sizeof options[0],
    .n_operands_max = 1,
};

static const bench_kind *const kinds[] = {&bench_matmul, &bench_conv, &bench_graph, &bench_forward,
                                          &bench_decode};

static const bench_kind *find_kind(const char *name)
{
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
        if (strcmp(kinds[i]->name, name) == 0) return kinds[i];
    return NULL;
}

/* What JSON says besides the rows. */
static cJSON *about(const bench_kind *kind, const bench_host *host)
{
    cJSON *members = cJSON_CreateObject();
    cJSON_AddItemToObject(members, "host", bench_host_json(host));
    cJSON *settings = cJSON_AddObjectToObject(members, "settings");
    cJSON_AddNumberToObject(settings, "warmup", (double)given.n_warmup);
    cJSON_AddNumberToObject(settings, "repetitions", (double)given.n_repetitions);
    cJSON_AddNumberToObject(settings, "min_time_ms", given.min_time_ms);
    cJSON_AddNumberToObject(settings, "seed", (double)given.decoding.seed);
    if (kind->add_settings) kind->add_settings(&given, settings);
    return members;
}

static bool write_table(const bench_kind *kind, const bench_host *host, bool is_whole, FILE *out)
{
    cJSON *members = about(kind, host), *line = json_begin(kind->schema);
    cJSON_DeleteItemFromObject(line, "schema"); /* each line has it already */
    for (const cJSON *item = members ? members->child : NULL; item; item = item->next)
        cJSON_AddItemToObject(line, item->string, cJSON_Duplicate(item, true));
    run.table.line_about = line;
    if (format == REPORT_MD) bench_host_print(host, out);
    bool is_ok = report_write(&run.table, out, (report_format)format, kind->schema,
                              is_whole ? "ok" : "cancelled", members);
    cJSON_Delete(members);
    cJSON_Delete(line);
    return is_ok;
}

/* Writes what is finished, also after an interruption: an exit code. */
static int finish(const bench_kind *kind, const bench_host *host, out_file *file,
                  edgeai_status status)
{
    if (status != EDGEAI_OK && status != EDGEAI_E_CANCELLED) {
        out_file_abandon(file);
        return exit_with_error(self.name, status);
    }
    const bool is_whole = status == EDGEAI_OK;
    bool is_ok = write_table(kind, host, is_whole, out_path ? file->stream : stdout);
    if (out_path && !is_ok) out_file_abandon(file);
    if (out_path && is_ok) is_ok = out_file_commit(file);
    if (!is_ok) {
        fprintf(stderr, "%s: cannot write the table: %s\n", self.name, strerror(errno));
        return out_path ? EXIT_CODE_FILE : EXIT_CODE_RUN;
    }
    return is_whole ? EXIT_CODE_OK : interrupt_exit_code();
}

static int measure(const bench_kind *kind)
{
    static bench_host host;
    static out_file file;
    edgeai_context *context;
    edgeai_status status = bench_context(&run, given.threads.items[0], &context);
    if (status != EDGEAI_OK) return exit_with_error(self.name, status);
    bench_host_read(&host, "", edgeai_context_cpu(context), power_mode);
    edgeai_context_free(context);
    if (out_path && !out_file_open(&file, out_path)) {
        fprintf(stderr, "%s: cannot write '%s': %s\n", self.name, out_path, strerror(errno));
        return EXIT_CODE_FILE;
    }
    report_begin(&run.table, kind->columns, kind->n_columns(&given));
    progress_begin(&run.bar, kind->count(&given), !given.common.quiet && !given.common.no_progress);
    status = kind->measure(&run);
    progress_end(&run.bar);
    bench_host_read_after(&host);
    int code = finish(kind, &host, &file, status);
    report_free(&run.table);
    return code;
}

int main(int argc, char **argv)
{
    static char place[4096];
    int first, code = options_parse(&self, argc, argv, &first);
    if (code >= 0) return code;
    if (first == argc)
        return options_usage_error(&self, "measure what? matmul, conv, graph, forward or decode");
    const bench_kind *kind = find_kind(argv[first]);
    if (!kind)
        return options_usage_error(
            &self, "expected matmul, conv, graph, forward or decode, found '%s'", argv[first]);
    given.model = model;
    code = bench_options_read(&given, &self, kind);
    if (code < 0 && kind->check) code = kind->check(&given, &self);
    if (code >= 0) return code;
    if (kind->uses_tasks && !given.tasks)
        return options_usage_error(&self, "which problems? --tasks FILE");
    if (as_json) format = REPORT_JSON;
    if (kind->uses_model) given.model = model_path_choose(self.name, model, place, sizeof place);
    if (kind->uses_model && !given.model) return EXIT_CODE_FILE;
    if (kind->uses_tasks && file_check(self.name, given.tasks) != EXIT_CODE_OK)
        return EXIT_CODE_FILE;
    if (power_mode && file_check(self.name, power_mode) != EXIT_CODE_OK) return EXIT_CODE_FILE;
    interrupt_install();
    return measure(kind);
}
