/* SPDX-License-Identifier: MIT */

/* Opening and closing, ModelProto, and the block that everything read is in. */

#include "io/onnx_wire.h"

#include "base/arena.h"
#include "base/fail.h"
#include "base/memory.h"
#include "io/onnx_parse.h"
#include "platform/context_internal.h"

static const struct {
    size_t bytes, most;
    const char *name;
} pools[EAI_ONNX_N_POOLS] = {
    [EAI_ONNX_POOL_NODES] = {sizeof(eai_onnx_node), EAI_ONNX_NODES_MAX, "nodes"},
    [EAI_ONNX_POOL_ATTRIBUTES] = {sizeof(eai_onnx_attribute), EAI_ONNX_ATTRIBUTES_MAX,
                                  "attributes"},
    [EAI_ONNX_POOL_TENSORS] = {sizeof(eai_onnx_tensor), EAI_ONNX_TENSORS_MAX, "tensors"},
    [EAI_ONNX_POOL_VALUES] = {sizeof(eai_onnx_value), EAI_ONNX_VALUES_MAX, "values"},
    [EAI_ONNX_POOL_STRINGS] = {sizeof(edgeai_string), EAI_ONNX_STRINGS_MAX, "strings"},
    [EAI_ONNX_POOL_INTS] = {sizeof(int64_t), EAI_ONNX_NUMBERS_MAX, "integers"},
    [EAI_ONNX_POOL_FLOATS] = {sizeof(float), EAI_ONNX_NUMBERS_MAX, "floats"},
    [EAI_ONNX_POOL_VALUE_DIMS] = {sizeof(eai_onnx_dim), EAI_ONNX_VALUE_DIMS_MAX,
                                  "dimensions of values"},
    [EAI_ONNX_POOL_OPSETS] = {sizeof(eai_onnx_opset), EAI_ONNX_NODES_MAX, "operator sets"},
};

/* Behind every model, and every tensor of a file of its own. */
typedef struct onnx_file {
    eai_onnx_model model;
    eai_onnx_tensor tensor;
    edgeai_context *context;
    eai_mapped_file map; /* zero for one in memory */
    eai_arena arena;     /* all lists */
    eai_onnx_externals externals;
} onnx_file;

/* Reads the message that is the whole file into the file's `model` or `tensor`. */
typedef edgeai_status (*parse_function)(eai_onnx_reader *reader, eai_protobuf message,
                                        onnx_file *file);

edgeai_status eai_onnx_take(eai_onnx_reader *reader, eai_onnx_pool pool, size_t n, void **out)
{
    const size_t taken = reader->n[pool];
    const size_t room = reader->is_filling ? reader->room[pool] : pools[pool].most;
    *out = NULL;
    if (n > room - taken)
        return eai_fail(EDGEAI_E_LIMIT, "expected at most %zu %s in a file, found %zu or more",
                        room, pools[pool].name, taken + n);
    reader->n[pool] = taken + n;
    if (reader->items[pool]) *out = (char *)reader->items[pool] + taken * pools[pool].bytes;
    return EDGEAI_OK;
}

/* A block for what was counted; the reader fills from here on. */
static edgeai_status make_room(eai_onnx_reader *reader, onnx_file *file)
{
    eai_arena size = {0};
    for (int i = 0; i < EAI_ONNX_N_POOLS; i++)
        eai_arena_take(&size, reader->n[i], pools[i].bytes);
    if (size.used > 0 &&
        !eai_arena_init(&file->arena, &file->context->allocator, size.used, "ONNX file"))
        return EDGEAI_E_MEMORY;
    for (int i = 0; i < EAI_ONNX_N_POOLS; i++) {
        reader->items[i] =
            reader->n[i] ? eai_arena_take(&file->arena, reader->n[i], pools[i].bytes) : NULL;
        reader->room[i] = reader->n[i];
        reader->n[i] = 0;
    }
    reader->is_filling = true;
    return EDGEAI_OK;
}

static edgeai_status parse_opset(const eai_protobuf_field *opset_field, eai_onnx_opset *opset)
{
    *opset = (eai_onnx_opset){.domain = EAI_ONNX_NO_STRING};
    EAI_TRY(eai_protobuf_want(opset_field, EAI_WIRE_BYTES, "opset_import"));
    for (eai_protobuf rest = opset_field->body; eai_protobuf_more(&rest);) {
        eai_protobuf_field field;
        EAI_TRY(eai_protobuf_next(&rest, &field));
        if (field.number == 1) EAI_TRY(eai_onnx_domain(&field, &opset->domain));
        if (field.number == 2) EAI_TRY(eai_protobuf_integer(&field, "version", &opset->version));
    }
    return EDGEAI_OK;
}

static edgeai_status parse_function_name(const eai_protobuf_field *function, edgeai_string *name)
{
    *name = EAI_ONNX_NO_STRING;
    EAI_TRY(eai_protobuf_want(function, EAI_WIRE_BYTES, "functions"));
    for (eai_protobuf rest = function->body; eai_protobuf_more(&rest);) {
        eai_protobuf_field field;
        EAI_TRY(eai_protobuf_next(&rest, &field));
        if (field.number == 1) EAI_TRY(eai_onnx_name(&field, "functions.name", name));
    }
    return EDGEAI_OK;
}

/* All but the lists. */
static edgeai_status see_model(eai_protobuf message, eai_onnx_model *model)
{
    while (eai_protobuf_more(&message)) {
        eai_protobuf_field field;
        EAI_TRY(eai_protobuf_next(&message, &field));
        switch (field.number) {
        case 1:
            EAI_TRY(eai_protobuf_integer(&field, "ir_version", &model->ir_version));
            break;
        case 2:
            EAI_TRY(eai_onnx_name(&field, "producer_name", &model->producer_name));
            break;
        case 3:
            EAI_TRY(eai_onnx_name(&field, "producer_version", &model->producer_version));
            break;
        case 8:
            model->n_opsets++;
            break;
        case 25:
            model->n_functions++;
            break;
        default:
            break;
        }
    }
    return EDGEAI_OK;
}

static edgeai_status fill_model(eai_onnx_reader *reader, eai_protobuf message,
                                eai_onnx_opset *opsets, edgeai_string *functions,
                                eai_onnx_graph *graph)
{
    size_t n_opsets = 0, n_functions = 0;
    bool has_graph = false;
    while (eai_protobuf_more(&message)) {
        eai_protobuf_field field;
        eai_onnx_opset opset;
        edgeai_string name;
        EAI_TRY(eai_protobuf_next(&message, &field));
        if (field.number == 7) {
            EAI_TRY(eai_onnx_once(&field, "graph", &has_graph));
            EAI_TRY(eai_onnx_parse_graph(reader, &field, graph));
        } else if (field.number == 8) {
            EAI_TRY(parse_opset(&field, &opset));
            if (opsets) opsets[n_opsets] = opset;
            n_opsets++;
        } else if (field.number == 25) {
            EAI_TRY(parse_function_name(&field, &name));
            if (functions) functions[n_functions] = name;
            n_functions++;
        }
    }
    if (has_graph) return EDGEAI_OK;
    return eai_fail(EDGEAI_E_FORMAT, "no ONNX model: expected a graph (field 7), found none");
}

static edgeai_status parse_model(eai_onnx_reader *reader, eai_protobuf message, onnx_file *file)
{
    eai_onnx_model *model = &file->model;
    void *opsets = NULL, *functions = NULL;
    *model = (eai_onnx_model){.producer_name = EAI_ONNX_NO_STRING};
    model->producer_version = EAI_ONNX_NO_STRING;
    EAI_TRY(see_model(message, model));
    EAI_TRY(eai_onnx_take(reader, EAI_ONNX_POOL_OPSETS, model->n_opsets, &opsets));
    EAI_TRY(eai_onnx_take(reader, EAI_ONNX_POOL_STRINGS, model->n_functions, &functions));
    model->opsets = opsets;
    model->functions = functions;
    return fill_model(reader, message, opsets, functions, &model->graph);
}

static edgeai_status parse_bare_tensor(eai_onnx_reader *reader, eai_protobuf message,
                                       onnx_file *file)
{
    return eai_onnx_parse_tensor(reader, message, &file->tensor);
}

/* `path` is NULL for a file in memory. */
static edgeai_status read_file(onnx_file *file, eai_protobuf message, const char *path,
                               parse_function parse)
{
    eai_onnx_reader reader = {0};
    EAI_TRY(parse(&reader, message, file));
    EAI_TRY(make_room(&reader, file));
    EAI_TRY(parse(&reader, message, file));
    const edgeai_allocator *allocator = &file->context->allocator;
    if (parse == parse_bare_tensor)
        return eai_onnx_externals_open(&file->externals, allocator, path, &file->tensor, 1);
    return eai_onnx_externals_open(&file->externals, allocator, path,
                                   reader.items[EAI_ONNX_POOL_TENSORS],
                                   reader.n[EAI_ONNX_POOL_TENSORS]);
}

static void free_file(onnx_file *file)
{
    if (!file) return;
    const edgeai_allocator *allocator = &file->context->allocator;
    eai_onnx_externals_close(&file->externals, allocator);
    eai_arena_free(&file->arena, allocator);
    eai_mapped_file_close(&file->map);
    eai_release(allocator, file, sizeof *file);
}

static edgeai_status create(onnx_file **out, edgeai_context *context, const char *path,
                            const void *bytes, size_t n_bytes, parse_function parse)
{
    *out = NULL;
    onnx_file *file = eai_allocate(&context->allocator, sizeof *file, "ONNX file");
    if (!file) return EDGEAI_E_MEMORY;
    file->context = context;
    edgeai_status status = EDGEAI_OK;
    if (path) {
        status = eai_mapped_file_open(&file->map, path);
        bytes = file->map.bytes;
        n_bytes = file->map.n_bytes;
    }
    if (status == EDGEAI_OK) {
        status = read_file(file, (eai_protobuf){bytes, 0, n_bytes}, path, parse);
        if (status != EDGEAI_OK && path) eai_fail_within(status, "%s", path);
    }
    if (status == EDGEAI_OK)
        *out = file;
    else
        free_file(file);
    return status;
}

/* The public pair of openings: arguments checked, and the file's part that is asked for. */
static edgeai_status open_file(onnx_file **file, edgeai_context *context, const char *path,
                               parse_function parse)
{
    *file = NULL;
    if (!context || !path) return eai_fail(EDGEAI_E_INVALID, "ONNX: context or path is NULL");
    return create(file, context, path, NULL, 0, parse);
}

static edgeai_status open_memory(onnx_file **file, edgeai_context *context, const void *bytes,
                                 size_t n_bytes, parse_function parse)
{
    *file = NULL;
    if (!context || !bytes) return eai_fail(EDGEAI_E_INVALID, "ONNX: context or bytes is NULL");
    return create(file, context, NULL, bytes, n_bytes, parse);
}

edgeai_status eai_onnx_model_open(eai_onnx_model **out, edgeai_context *context, const char *path)
{
    onnx_file *file;
    edgeai_status status = open_file(&file, context, path, parse_model);
    *out = file ? &file->model : NULL;
    return status;
}

edgeai_status eai_onnx_model_open_memory(eai_onnx_model **out, edgeai_context *context,
                                         const void *bytes, size_t n_bytes)
{
    onnx_file *file;
    edgeai_status status = open_memory(&file, context, bytes, n_bytes, parse_model);
    *out = file ? &file->model : NULL;
    return status;
}

void eai_onnx_model_free(eai_onnx_model *model)
{
    free_file((onnx_file *)model); /* its first member */
}

edgeai_status eai_onnx_tensor_open(const eai_onnx_tensor **out, edgeai_context *context,
                                   const char *path)
{
    onnx_file *file;
    edgeai_status status = open_file(&file, context, path, parse_bare_tensor);
    *out = file ? &file->tensor : NULL;
    return status;
}

edgeai_status eai_onnx_tensor_open_memory(const eai_onnx_tensor **out, edgeai_context *context,
                                          const void *bytes, size_t n_bytes)
{
    onnx_file *file;
    edgeai_status status = open_memory(&file, context, bytes, n_bytes, parse_bare_tensor);
    *out = file ? &file->tensor : NULL;
    return status;
}

void eai_onnx_tensor_free(const eai_onnx_tensor *tensor)
{
    if (tensor) free_file((onnx_file *)((size_t)tensor - offsetof(onnx_file, tensor)));
}
