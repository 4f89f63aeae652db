/* SPDX-License-Identifier: MIT */
#include "inspect/inspect.h"

#include <cjson/cJSON.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/graph_summary.h"
#include "common/json_out.h"
#include "common/safe_text.h"
#include "inspect/metadata_value.h"

/* Elements of an array that are printed unless all are wanted. */
enum { ELEMENTS_PRINTED = 16 };

static cJSON *element(const metadata_value *value, size_t i)
{
    if (value->strings) {
        char *copy = safe_text_copy(value->strings[i].bytes, value->strings[i].n_bytes);
        cJSON *item = copy ? cJSON_CreateString(copy) : NULL;
        free(copy);
        return item;
    }
    if (value->reals && !isfinite(value->reals[i])) return cJSON_CreateNull();
    char number[32];
    metadata_value_number(value, i, number);
    return cJSON_CreateRaw(number);
}

/* {"type": ..., "value": ...}, for arrays with their length and whether they were cut. */
static cJSON *entry_object(const metadata_value *value, bool whole)
{
    const edgeai_metadata *entry = &value->entry;
    bool is_array = entry->type == EDGEAI_VALUE_ARRAY;
    cJSON *object = cJSON_CreateObject();
    cJSON_AddStringToObject(object, "type", metadata_value_type_name(entry->type));
    if (!is_array) {
        cJSON_AddItemToObject(object, "value", value->n ? element(value, 0) : cJSON_CreateNull());
        return object;
    }
    size_t n = value->n < ELEMENTS_PRINTED || whole ? value->n : ELEMENTS_PRINTED;
    cJSON_AddStringToObject(object, "element_type", metadata_value_type_name(entry->element_type));
    cJSON_AddNumberToObject(object, "n_elements", (double)entry->n_elements);
    cJSON_AddBoolToObject(object, "is_cut", n < entry->n_elements);
    cJSON *list = cJSON_AddArrayToObject(object, "value");
    for (size_t i = 0; i < n; i++)
        cJSON_AddItemToArray(list, element(value, i));
    return object;
}

static bool add_metadata(cJSON *root, const edgeai_model_file *file, bool whole)
{
    cJSON *all = cJSON_AddObjectToObject(root, "metadata");
    for (size_t i = 0; i < edgeai_model_file_n_metadata(file); i++) {
        metadata_value value;
        if (!metadata_value_read(&value, file, i)) return false;
        char *key = safe_text_copy(value.entry.key.bytes, value.entry.key.n_bytes);
        if (key) cJSON_AddItemToObject(all, key, entry_object(&value, whole));
        free(key);
        metadata_value_free(&value);
        if (!key) return false;
    }
    return true;
}

static void add_tensors(cJSON *root, const edgeai_model_file *file)
{
    double n_elements = 0;
    cJSON *all = cJSON_AddArrayToObject(root, "tensors");
    for (size_t i = 0; i < edgeai_model_file_n_tensors(file); i++) {
        const edgeai_tensor *tensor = edgeai_model_file_tensor(file, i);
        double n = 1;
        cJSON *object = cJSON_CreateObject();
        json_add_text(object, "name", tensor->name);
        cJSON_AddStringToObject(object, "dtype", edgeai_dtype_name(tensor->dtype));
        cJSON *shape = cJSON_AddArrayToObject(object, "shape");
        for (int k = 0; k < tensor->n_dims; k++) {
            cJSON_AddItemToArray(shape, cJSON_CreateNumber((double)tensor->shape[k]));
            n *= (double)tensor->shape[k];
        }
        cJSON_AddNumberToObject(object, "n_bytes", (double)tensor->data_bytes);
        cJSON_AddItemToArray(all, object);
        n_elements += n;
    }
    cJSON_AddNumberToObject(root, "n_elements", n_elements);
}

bool inspect_json(const edgeai_model_file *file, bool whole)
{
    cJSON *root = json_begin("edgeai-inspect/1");
    json_add_text(root, "file", edgeai_model_file_path(file));
    cJSON_AddStringToObject(root, "format", "GGUF");
    cJSON_AddNumberToObject(root, "format_version", edgeai_model_file_version(file));
    cJSON_AddNumberToObject(root, "n_parts", edgeai_model_file_parts(file));
    cJSON_AddNumberToObject(root, "n_bytes", (double)edgeai_model_file_bytes(file));
    bool is_ok = add_metadata(root, file, whole);
    add_tensors(root, file);
    graph_summary network;
    if (graph_summary_read(&network, file))
        graph_summary_json(&network, cJSON_AddObjectToObject(root, "network"));
    graph_summary_free(&network);
    is_ok = is_ok && json_print(root, stdout);
    cJSON_Delete(root);
    return is_ok;
}
