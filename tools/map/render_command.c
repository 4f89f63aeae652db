/* SPDX-License-Identifier: MIT */
/* edgeai-map render: a map as a picture and in other programs' formats. */

#include <stdio.h>

#include "common/exit_code.h"
#include "common/json_out.h"
#include "map/map_tool.h"

#include <edgeai/spatial_prompt.h>

static bool print(const map_settings *settings, const edgeai_map *map, const char *path)
{
    if (!settings->as_json) return true;
    edgeai_map_summary summary;
    edgeai_map_summarize(map, &summary);
    cJSON *root = json_begin("edgeai-map-render/1");
    json_add_text(root, "map", path);
    map_files_json(settings, root);
    cJSON_AddNumberToObject(root, "n_objects", (double)summary.n_objects);
    cJSON_AddNumberToObject(root, "n_frames", (double)summary.n_frames);
    const bool is_ok = json_print(root, stdout);
    cJSON_Delete(root);
    return is_ok;
}

static int run(const map_settings *settings, edgeai_context *context, char **operands,
               int n_operands)
{
    (void)n_operands;
    if (!map_has_outputs(settings))
        return options_usage_error(
            settings->program, "render: which? --png, --ply, --gltf, --ros or --trajectory FILE");
    edgeai_map *map = NULL;
    edgeai_aliases *aliases = NULL;
    edgeai_status status = edgeai_map_open(&map, context, operands[0]);
    if (status == EDGEAI_OK) status = map_open_aliases(settings, context, &aliases);
    if (status == EDGEAI_OK) status = map_write_files(settings, context, map, aliases);
    int code = status == EDGEAI_OK ? EXIT_CODE_OK : map_fail(settings, status);
    if (code == EXIT_CODE_OK && !print(settings, map, operands[0])) {
        fprintf(stderr, "%s: cannot write the result\n", settings->program->name);
        code = EXIT_CODE_RUN;
    }
    edgeai_aliases_free(aliases);
    edgeai_map_free(map);
    return code;
}

const map_command map_render = {"render", "MAP.json", 1, 1, run};
