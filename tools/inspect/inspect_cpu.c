/* SPDX-License-Identifier: MIT */
#include <stdio.h>

#include "common/json_out.h"
#include "inspect/inspect.h"

bool inspect_cpu(const edgeai_context *context, bool as_json)
{
    const char *level = edgeai_context_cpu(context);
    int n_threads = edgeai_context_threads(context);
    if (as_json) {
        cJSON *root = json_begin("edgeai-cpu/1");
        cJSON_AddStringToObject(root, "cpu", level);
        cJSON_AddNumberToObject(root, "n_threads", n_threads);
        bool is_ok = json_print(root, stdout);
        cJSON_Delete(root);
        return is_ok;
    }
    printf("Instruction set  %s\nThreads          %d\n", level, n_threads);
    return fflush(stdout) == 0 && !ferror(stdout);
}
