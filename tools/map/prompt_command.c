/* SPDX-License-Identifier: MIT */
/* edgeai-map prompt: a map in words for a language model, and the picture to go with it. */

#include <stdio.h>

#include "common/exit_code.h"
#include "common/json_out.h"
#include "map/map_tool.h"

#include <edgeai/spatial_prompt.h>

static bool print(const map_settings *settings, const edgeai_prompt *prompt, const char *path)
{
    if (!settings->as_json) {
        printf("%s\n", prompt->text);
        return fflush(stdout) == 0 && !ferror(stdout);
    }
    cJSON *root = json_begin("edgeai-map-prompt/1");
    json_add_text(root, "map", path);
    json_add_text(root, "text", prompt->text);
    cJSON_AddNumberToObject(root, "n_tokens", prompt->n_tokens);
    cJSON_AddNumberToObject(root, "n_objects", (double)prompt->n_objects);
    cJSON_AddNumberToObject(root, "n_left_out", (double)prompt->n_left_out);
    map_files_json(settings, root);
    const bool is_ok = json_print(root, stdout);
    cJSON_Delete(root);
    return is_ok;
}

static edgeai_status make(const map_settings *settings, const edgeai_map *map,
                          const edgeai_aliases *aliases, edgeai_prompt **prompt)
{
    edgeai_map_prompt_options options = EDGEAI_MAP_PROMPT_OPTIONS_INIT;
    options.form = (edgeai_prompt_form)settings->form;
    options.token_budget = settings->token_budget;
    options.objects_max = settings->n_objects;
    options.options = settings->choices.n ? settings->choices.texts : NULL;
    options.n_options = settings->choices.n;
    options.labels = settings->labels.n ? settings->labels.texts : NULL;
    options.n_labels = settings->labels.n;
    options.aliases = aliases;
    options.without_picture = settings->without_picture;
    options.json_only = settings->prompt_json;
    return edgeai_map_prompt(prompt, map, &options, settings->question);
}

static int run(const map_settings *given, edgeai_context *context, char **operands, int n_operands)
{
    map_settings settings = *given;
    edgeai_map *map = NULL;
    edgeai_aliases *aliases = NULL;
    edgeai_prompt *prompt = NULL;
    if (n_operands > 1) settings.question = operands[1];
    edgeai_status status = edgeai_map_open(&map, context, operands[0]);
    if (status == EDGEAI_OK) status = map_open_aliases(&settings, context, &aliases);
    if (status == EDGEAI_OK) status = make(&settings, map, aliases, &prompt);
    if (status == EDGEAI_OK) status = map_write_files(&settings, context, map, aliases);
    int code = status == EDGEAI_OK ? EXIT_CODE_OK : map_fail(&settings, status);
    if (code == EXIT_CODE_OK && !print(&settings, prompt, operands[0])) {
        fprintf(stderr, "%s: cannot write the result\n", settings.program->name);
        code = EXIT_CODE_RUN;
    }
    edgeai_prompt_free(prompt);
    edgeai_aliases_free(aliases);
    edgeai_map_free(map);
    return code;
}

const map_command map_prompt = {"prompt", "MAP.json [QUESTION]", 1, 2, run};
