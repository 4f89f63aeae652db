/* SPDX-License-Identifier: MIT */

/* Networks from files, whatever their format. */

#include <string.h>

#include "base/fail.h"
#include "graph/graph_content.h"
#include "io/onnx_wire.h"
#include "platform/mapped_file.h"

static bool is_gguf(const void *bytes, size_t n_bytes)
{
    return n_bytes >= 4 && memcmp(bytes, "GGUF", 4) == 0;
}

edgeai_status eai_graph_read(eai_graph_content *out, edgeai_context *context, const char *path)
{
    *out = (eai_graph_content){0};
    eai_mapped_file map;
    EAI_TRY(eai_mapped_file_open(&map, path));
    const bool gguf = is_gguf(map.bytes, map.n_bytes);
    eai_mapped_file_close(&map);
    if (gguf) {
        edgeai_model_file *file;
        EAI_TRY(edgeai_model_file_open(&file, context, path));
        return eai_graph_read_gguf(out, context, file);
    }
    eai_onnx_model *model;
    EAI_TRY(eai_onnx_model_open(&model, context, path));
    return eai_graph_read_onnx(out, context, model, path);
}

edgeai_status eai_graph_read_memory(eai_graph_content *out, edgeai_context *context,
                                    const void *data, size_t n_bytes)
{
    *out = (eai_graph_content){0};
    if (is_gguf(data, n_bytes)) {
        edgeai_model_file *file;
        EAI_TRY(edgeai_model_file_open_memory(&file, context, data, n_bytes));
        return eai_graph_read_gguf(out, context, file);
    }
    eai_onnx_model *model;
    EAI_TRY(eai_onnx_model_open_memory(&model, context, data, n_bytes));
    return eai_graph_read_onnx(out, context, model, "model in memory");
}

void eai_graph_content_free(eai_graph_content *content)
{
    eai_ir_free(content->ir);
    eai_onnx_model_free(content->onnx);
    edgeai_model_file_free(content->file);
    *content = (eai_graph_content){0};
}
