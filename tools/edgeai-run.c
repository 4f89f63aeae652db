/* SPDX-License-Identifier: MIT */
/* edgeai-run: text from a diffusion language model. */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/exit_code.h"
#include "common/interrupt.h"
#include "common/model_path.h"
#include "common/stderr_log.h"
#include "common/terminal.h"
#include "run/prompt_text.h"
#include "run/run.h"

static run_settings settings;

static const tool_option options[] = {
    {OPTION_GROUP, .help = "Model and prompt"},
    {OPTION_TEXT, "model", 'm', &settings.model, .argument = "FILE",
     .shown = "the bundled " MODEL_PATH_BUNDLED, .help = "GGUF file of the model."},
    DECODE_SETTINGS_LOADING(settings.decode),
    {OPTION_TEXT, "prompt", 'p', &settings.prompt, .argument = "TEXT",
     .help = "The prompt; without it and -f it is read from a pipe on standard input."},
    {OPTION_TEXT, "file", 'f', &settings.file, .argument = "FILE",
     .help = "Read the prompt from a file; - is standard input."},
    {OPTION_TEXT, "infill", .target = &settings.infill, .argument = "TEXT",
     .help = "Fill in the gaps of a text, [MASK] for one token or [MASK:8] for eight."},
    {OPTION_FLAG, "interactive", 'i', &settings.interactive,
     .help = "A conversation that keeps its history: a message a line; Ctrl-D ends it."},
    {OPTION_CHOICE, "chat", .target = &settings.decode.chat, .argument = "NAME", .preset = "auto",
     .choices = decode_settings_chats, .bare = "auto",
     .help = "How messages are put into a prompt; auto: as the model's file says."},
    {OPTION_TEXT, "system", .target = &settings.system, .argument = "TEXT",
     .help = "A system message in front."},
    {OPTION_TEXTS, "stop", .target = &settings.stops, .argument = "TEXT",
     .help = "Cut the answer before this text; may be given several times."},
    DECODE_SETTINGS_LENGTH(settings.decode),
    {OPTION_CHOICE, "decoder", 'd', &settings.decoder, .argument = "NAME", .preset = "dico",
     .choices = decode_settings_decoders, .help = "Which tokens each forward pass commits."},
    {OPTION_CHOICE, "cache", .target = &settings.cache, .argument = "NAME", .preset = "none",
     .choices = decode_settings_caches,
     .help = "Keys and values kept within a block: none, those in front of it, or all outside."},
    DECODE_SETTINGS_SAMPLING(settings.decode),
    DECODE_SETTINGS_DICO(settings.decode),
    {OPTION_GROUP, .help = "Output"},
    {OPTION_FLAG, "show", .target = &settings.show,
     .help = "Draw the row on the terminal as it denoises."},
    {OPTION_INTEGER, "delay", .target = &settings.delay_ms, .min = 0, .max = 10000,
     .argument = "MS", .preset = "0", .help = "With --show, rest this long after each pass."},
    {OPTION_FLAG, "stats", .target = &settings.stats,
     .help = "Print forward passes, tokens per pass, tokens/s, times and memory on stderr."},
    {OPTION_FLAG, "json", .target = &settings.json,
     .help = "Print one JSON object in place of the text."},
    OPTIONS_COMMON(settings.common),
};

static const tool_program self = {
    .name = "edgeai-run",
    .synopsis = "[OPTION]... -p TEXT",
    .summary = "Writes text with a diffusion language model, many tokens per forward pass.",
    .options = options,
    .n_options = sizeof options / sizeof options[0],
};

/* Options that exclude each other. */
static int check(void)
{
    int n_sources = (settings.prompt != NULL) + (settings.file != NULL) +
                    (settings.infill != NULL) + settings.interactive;
    if (n_sources > 1)
        return options_usage_error(&self, "only one of --prompt, --file, --infill, --interactive");
    if (settings.infill && (settings.system || settings.stops.n > 0))
        return options_usage_error(&self, "--infill takes no --system and no --stop");
    for (size_t i = 0; i < settings.stops.n; i++)
        if (!*settings.stops.texts[i]) return options_usage_error(&self, "--stop: empty text");
    if (settings.decode.decode.guidance_scale > 0 && settings.cache != EDGEAI_CACHE_NONE)
        return options_usage_error(&self, "--cfg needs --cache none");
    if (n_sources == 0 && terminal_is(stdin))
        return options_usage_error(&self, "no prompt: give -p TEXT, -f FILE or -i");
    return -1;
}

static int answer_once(run_state *state, const char *prompt)
{
    edgeai_message messages[2];
    size_t n = 0;
    if (settings.system) messages[n++] = (edgeai_message){EDGEAI_ROLE_SYSTEM, settings.system};
    messages[n++] = (edgeai_message){EDGEAI_ROLE_USER, prompt};
    edgeai_generation result;
    edgeai_status status = run_answer(state, messages, n, settings.infill, &result);
    if (status != EDGEAI_OK && status != EDGEAI_E_CANCELLED)
        return exit_with_error(self.name, status);
    return run_print(state, &result, status);
}

static int generate(run_state *state, const char *prompt)
{
    edgeai_generate_options *chosen = &state->options;
    *chosen = (edgeai_generate_options)EDGEAI_GENERATE_OPTIONS_INIT;
    decode_settings_apply(&settings.decode, chosen);
    chosen->cache = (edgeai_cache)settings.cache;
    chosen->stop_texts = settings.stops.texts;
    chosen->n_stop_texts = settings.stops.n;
    chosen->decode.decoder = (edgeai_decoder)settings.decoder;
    chosen->decode.on_step = run_on_step;
    chosen->decode.on_step_user = state;

    double start_ms = terminal_clock_ms();
    edgeai_status status =
        edgeai_generator_create(&state->generator, state->context, state->model_path, chosen);
    if (status != EDGEAI_OK) return exit_with_error(self.name, status);
    state->load_ms = terminal_clock_ms() - start_ms;
    edgeai_lm_info info = {.struct_size = sizeof info};
    edgeai_lm_get_info(edgeai_generator_lm(state->generator), &info);
    state->view = (row_view){.tokenizer = edgeai_generator_tokenizer(state->generator),
                             .mask_token = info.mask_token,
                             .delay_ms = settings.delay_ms};
    int code = settings.interactive ? run_converse(state) : answer_once(state, prompt);
    edgeai_generator_free(state->generator);
    return code;
}

static int run(const char *prompt)
{
    char place[4096];
    run_state state = {.program = self.name, .settings = &settings};
    state.model_path = model_path_choose(self.name, settings.model, place, sizeof place);
    if (!state.model_path) return EXIT_CODE_FILE;
    interrupt_install();
    edgeai_context_options context = EDGEAI_CONTEXT_OPTIONS_INIT;
    log_configure(&context, self.name, &settings.common);
    edgeai_status status = edgeai_context_create(&state.context, &context);
    if (status != EDGEAI_OK) return exit_with_error(self.name, status);
    int code = generate(&state, prompt);
    edgeai_context_free(state.context);
    return code;
}

int main(int argc, char **argv)
{
    int first, code = options_parse(&self, argc, argv, &first);
    if (code < 0) code = check();
    if (code >= 0) return code;
    const char *prompt = settings.prompt;
    char *text = NULL;
    if (!prompt && !settings.infill && !settings.interactive) {
        text = prompt_text_read(self.name, settings.file ? settings.file : "-", &code);
        if (!text) return code;
        prompt = text;
    }
    code = run(prompt);
    free(text);
    return code;
}
