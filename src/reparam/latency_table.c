/* SPDX-License-Identifier: MIT */
/* Measured layers as a file (docs/formats/latency-table.md). */

#include <stdio.h>
#include <string.h>

#include "base/fail.h"
#include "base/json.h"
#include "base/memory.h"
#include "base/text.h"
#include "io/temporary_file.h"
#include "platform/context_internal.h"
#include "platform/mapped_file.h"
#include "reparam/layer_timer.h"

enum { VERSION = 1, LAYERS_MAX = 1 << 16 };

bool eai_latency_table_find(const eai_latency_table *table, const char *key, double *ms)
{
    for (size_t i = 0; i < table->n; i++)
        if (strcmp(table->layers[i].key, key) == 0) {
            *ms = table->layers[i].ms;
            return true;
        }
    return false;
}

edgeai_status eai_latency_table_add(eai_latency_table *table, const eai_timed_layer *layer)
{
    if (table->n == table->capacity) {
        const size_t wanted = table->capacity ? 2 * table->capacity : 32;
        void *bigger = eai_reallocate(&table->context->allocator, table->layers,
                                      table->capacity * sizeof *layer, wanted * sizeof *layer,
                                      "latency table");
        if (!bigger) return EDGEAI_E_MEMORY;
        table->layers = bigger;
        table->capacity = wanted;
    }
    table->layers[table->n++] = *layer;
    return EDGEAI_OK;
}

void eai_latency_table_free(eai_latency_table *table)
{
    if (!table->context) return;
    eai_release(&table->context->allocator, table->layers, table->capacity * sizeof *table->layers);
    *table = (eai_latency_table){0};
}

static edgeai_status read_layer(eai_latency_table *table, const cJSON *item, const char *path)
{
    eai_timed_layer layer;
    const char *key;
    EAI_TRY(eai_json_string(item, "key", path, &key));
    const cJSON *ms = cJSON_GetObjectItemCaseSensitive(item, "ms");
    if (strlen(key) >= sizeof layer.key)
        return eai_fail(EDGEAI_E_FORMAT, "%s: key: expected less than %zu bytes", path,
                        sizeof layer.key);
    if (!cJSON_IsNumber(ms) || !(ms->valuedouble >= 0) || ms->valuedouble > 1e9)
        return eai_fail(EDGEAI_E_FORMAT, "%s: \"%s\": ms: expected a number from 0 to 1e9", path,
                        key);
    snprintf(layer.key, sizeof layer.key, "%s", key);
    layer.ms = ms->valuedouble;
    return eai_latency_table_add(table, &layer);
}

static edgeai_status read_root(eai_latency_table *table, const cJSON *root, const char *path)
{
    const cJSON *version = cJSON_GetObjectItemCaseSensitive(root, "version"),
                *layers = cJSON_GetObjectItemCaseSensitive(root, "layers"), *item;
    if (!cJSON_IsNumber(version) || version->valuedouble != VERSION)
        return eai_fail(EDGEAI_E_VERSION, "%s: expected a latency table of version %d", path,
                        VERSION);
    if (!cJSON_IsArray(layers))
        return eai_fail(EDGEAI_E_FORMAT, "%s: layers: expected an array", path);
    if (cJSON_GetArraySize(layers) > LAYERS_MAX)
        return eai_fail(EDGEAI_E_LIMIT, "%s: more than %d layers", path, LAYERS_MAX);
    cJSON_ArrayForEach(item, layers) EAI_TRY(read_layer(table, item, path));
    return EDGEAI_OK;
}

edgeai_status eai_latency_table_open(eai_latency_table *table, edgeai_context *context,
                                     const char *path)
{
    *table = (eai_latency_table){.context = context};
    if (!path) return EDGEAI_OK;
    eai_mapped_file file = {0};
    edgeai_status status = eai_mapped_file_open(&file, path);
    if (status == EDGEAI_E_NOT_FOUND) return EDGEAI_OK;
    EAI_TRY(status);
    cJSON *root = NULL;
    status = eai_json_parse(&root, (const char *)file.bytes, file.n_bytes, path);
    if (status == EDGEAI_OK) status = read_root(table, root, path);
    cJSON_Delete(root);
    eai_mapped_file_close(&file);
    if (status != EDGEAI_OK) eai_latency_table_free(table);
    return status;
}

/* Keys are our own: letters, digits and signs that need no escape, or came from a file whose
 * escapes are written again. */
static bool append_layer(eai_text *text, const eai_timed_layer *layer, bool is_first)
{
    char number[64];
    cJSON *key = cJSON_CreateString(layer->key);
    char *quoted = key ? cJSON_PrintUnformatted(key) : NULL;
    snprintf(number, sizeof number, ", \"ms\": %.6g}", layer->ms);
    const bool is_ok = quoted && eai_text_append_string(text, is_first ? "\n" : ",\n") &&
                       eai_text_append_string(text, "{\"key\": ") &&
                       eai_text_append_string(text, quoted) && eai_text_append_string(text, number);
    cJSON_free(quoted);
    cJSON_Delete(key);
    return is_ok;
}

edgeai_status eai_latency_table_save(const eai_latency_table *table, const char *path)
{
    if (!path || !table->is_changed) return EDGEAI_OK;
    const edgeai_allocator *allocator = &table->context->allocator;
    eai_text text = {.allocator = allocator};
    bool is_ok = eai_text_append_string(&text, "{\"version\": 1, \"layers\": [");
    for (size_t i = 0; i < table->n && is_ok; i++)
        is_ok = append_layer(&text, &table->layers[i], i == 0);
    is_ok = is_ok && eai_text_append_string(&text, "]}\n");
    edgeai_status status =
        is_ok ? EDGEAI_OK : eai_fail(EDGEAI_E_MEMORY, "%s: no memory for the text", path);
    eai_temporary_file file = {.descriptor = -1};
    if (status == EDGEAI_OK) status = eai_temporary_file_create(&file, allocator, path);
    if (status == EDGEAI_OK) status = eai_temporary_file_write(&file, text.bytes, text.n);
    if (status == EDGEAI_OK) status = eai_temporary_file_commit(&file);
    eai_temporary_file_close(&file);
    eai_text_free(&text);
    return status;
}
