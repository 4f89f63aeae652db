/* SPDX-License-Identifier: MIT */
#include <edgeai/tensor.h>

#include <string.h>
#include <strings.h>

#include "base/fail.h"
#include "base/memory.h"
#include "base/text.h"

typedef struct dtype_info {
    edgeai_dtype dtype;
    const char *name;
    int block_elements;
    size_t block_bytes;
} dtype_info;

/* Source: ggml's type table. */
static const dtype_info infos[] = {
    {EDGEAI_DTYPE_F32, "F32", 1, 4},         {EDGEAI_DTYPE_F16, "F16", 1, 2},
    {EDGEAI_DTYPE_Q4_0, "Q4_0", 32, 18},     {EDGEAI_DTYPE_Q4_1, "Q4_1", 32, 20},
    {EDGEAI_DTYPE_Q5_0, "Q5_0", 32, 22},     {EDGEAI_DTYPE_Q5_1, "Q5_1", 32, 24},
    {EDGEAI_DTYPE_Q8_0, "Q8_0", 32, 34},     {EDGEAI_DTYPE_Q2_K, "Q2_K", 256, 84},
    {EDGEAI_DTYPE_Q3_K, "Q3_K", 256, 110},   {EDGEAI_DTYPE_Q4_K, "Q4_K", 256, 144},
    {EDGEAI_DTYPE_Q5_K, "Q5_K", 256, 176},   {EDGEAI_DTYPE_Q6_K, "Q6_K", 256, 210},
    {EDGEAI_DTYPE_IQ4_NL, "IQ4_NL", 32, 18}, {EDGEAI_DTYPE_I8, "I8", 1, 1},
    {EDGEAI_DTYPE_I16, "I16", 1, 2},         {EDGEAI_DTYPE_I32, "I32", 1, 4},
    {EDGEAI_DTYPE_I64, "I64", 1, 8},         {EDGEAI_DTYPE_F64, "F64", 1, 8},
    {EDGEAI_DTYPE_BF16, "BF16", 1, 2},       {EDGEAI_DTYPE_TQ1_0, "TQ1_0", 256, 54},
    {EDGEAI_DTYPE_TQ2_0, "TQ2_0", 256, 66},
};

static const dtype_info *find(edgeai_dtype dtype)
{
    for (size_t i = 0; i < sizeof infos / sizeof infos[0]; i++)
        if (infos[i].dtype == dtype) return &infos[i];
    return NULL;
}

const char *edgeai_dtype_name(edgeai_dtype dtype)
{
    const dtype_info *info = find(dtype);
    return info ? info->name : "?";
}

edgeai_status edgeai_dtype_from_name(const char *name, edgeai_dtype *dtype)
{
    if (!name || !dtype) return eai_fail(EDGEAI_E_INVALID, "dtype_from_name: NULL argument");
    for (size_t i = 0; i < sizeof infos / sizeof infos[0]; i++) {
        if (strcasecmp(infos[i].name, name) == 0) {
            *dtype = infos[i].dtype;
            return EDGEAI_OK;
        }
    }
    char shown[32];
    return eai_fail(EDGEAI_E_NOT_FOUND, "no element type is called '%s'",
                    eai_printable(name, strlen(name), shown, sizeof shown));
}

int edgeai_dtype_block_elements(edgeai_dtype dtype)
{
    const dtype_info *info = find(dtype);
    return info ? info->block_elements : 0;
}

size_t edgeai_dtype_block_bytes(edgeai_dtype dtype)
{
    const dtype_info *info = find(dtype);
    return info ? info->block_bytes : 0;
}

size_t edgeai_dtype_row_bytes(edgeai_dtype dtype, int64_t n)
{
    const dtype_info *info = find(dtype);
    if (!info || n < 0 || n % info->block_elements != 0) return 0;
    size_t bytes;
    return eai_size_multiply((size_t)(n / info->block_elements), info->block_bytes, &bytes) ? bytes
                                                                                            : 0;
}
