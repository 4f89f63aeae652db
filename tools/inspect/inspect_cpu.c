/* SPDX-License-Identifier: MIT */
#include <stdio.h>

#include <edgeai/tensor.h>

#include "common/json_out.h"
#include "inspect/inspect.h"

static bool cpu_json(const edgeai_context *context)
{
    const char *op, *variant;
    cJSON *root = json_begin("edgeai-cpu/1");
    cJSON_AddStringToObject(root, "cpu", edgeai_context_cpu(context));
    cJSON_AddNumberToObject(root, "n_threads", edgeai_context_threads(context));
    cJSON *kernels = cJSON_AddObjectToObject(root, "kernels");
    for (size_t i = 0; edgeai_kernel_variant(context, i, &op, &variant) == EDGEAI_OK; i++)
        cJSON_AddStringToObject(kernels, op, variant);
    bool is_ok = json_print(root, stdout);
    cJSON_Delete(root);
    return is_ok;
}

bool inspect_cpu(const edgeai_context *context, bool as_json)
{
    if (as_json) return cpu_json(context);
    const char *op, *variant;
    printf("Instruction set  %s\nThreads          %d\n\nKernels\n", edgeai_context_cpu(context),
           edgeai_context_threads(context));
    for (size_t i = 0; edgeai_kernel_variant(context, i, &op, &variant) == EDGEAI_OK; i++)
        printf("  %-20s %s\n", op, variant);
    return fflush(stdout) == 0 && !ferror(stdout);
}
