/* SPDX-License-Identifier: MIT */
#include "common/graph_summary.h"

#include <stdlib.h>
#include <string.h>

#include "common/json_out.h"
#include "common/safe_text.h"

static bool is_network(const edgeai_model_file *file, edgeai_string *text)
{
    static const char wanted[] = "edgeai-graph";
    edgeai_string found;
    return edgeai_model_file_get_string(file, "general.architecture", &found) == EDGEAI_OK &&
           found.n_bytes == sizeof wanted - 1 && memcmp(found.bytes, wanted, found.n_bytes) == 0 &&
           edgeai_model_file_get_string(file, "edgeai.graph", text) == EDGEAI_OK;
}

static int by_name(const void *a, const void *b)
{
    return strcmp(((const graph_kind *)a)->op, ((const graph_kind *)b)->op);
}

static int by_count(const void *a, const void *b)
{
    const graph_kind *x = a, *y = b;
    return x->n != y->n ? (x->n < y->n ? 1 : -1) : by_name(a, b);
}

/* One entry a node, then equal ones joined. */
static bool count_kinds(graph_summary *self)
{
    const cJSON *nodes = cJSON_GetObjectItemCaseSensitive(self->root, "nodes"), *node;
    self->n_nodes = (size_t)cJSON_GetArraySize(nodes);
    self->kinds = calloc(self->n_nodes + 1, sizeof *self->kinds);
    if (!self->kinds) return false;
    size_t n = 0;
    cJSON_ArrayForEach(node, nodes)
    {
        const char *op = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(node, "op"));
        self->kinds[n++] = (graph_kind){op ? op : "?", 1};
    }
    qsort(self->kinds, n, sizeof *self->kinds, by_name);
    for (size_t i = 0; i < n; i++) {
        graph_kind *last = self->n_kinds ? &self->kinds[self->n_kinds - 1] : NULL;
        if (last && strcmp(last->op, self->kinds[i].op) == 0)
            last->n++;
        else
            self->kinds[self->n_kinds++] = self->kinds[i];
    }
    qsort(self->kinds, self->n_kinds, sizeof *self->kinds, by_count);
    return true;
}

static void count_constants(graph_summary *self, const edgeai_model_file *file)
{
    const cJSON *constant, *dim;
    cJSON_ArrayForEach(constant, cJSON_GetObjectItemCaseSensitive(self->root, "constants"))
    {
        double n = 1;
        self->n_constants++;
        if (!cJSON_GetObjectItemCaseSensitive(constant, "tensor")) continue;
        cJSON_ArrayForEach(dim, cJSON_GetObjectItemCaseSensitive(constant, "shape"))
        {
            n *= cJSON_IsNumber(dim) ? dim->valuedouble : 1;
        }
        self->n_parameters += n;
    }
    for (size_t i = 0; i < edgeai_model_file_n_tensors(file); i++)
        self->tensor_bytes += edgeai_model_file_tensor(file, i)->data_bytes;
}

bool graph_summary_read(graph_summary *self, const edgeai_model_file *file)
{
    edgeai_string text;
    *self = (graph_summary){0};
    if (!is_network(file, &text)) return false;
    self->root = cJSON_ParseWithLength(text.bytes, text.n_bytes);
    if (!self->root || !count_kinds(self)) {
        graph_summary_free(self);
        return false;
    }
    count_constants(self, file);
    return true;
}

void graph_summary_free(graph_summary *self)
{
    cJSON_Delete(self->root);
    free(self->kinds);
    *self = (graph_summary){0};
}

static void print_safe(FILE *out, const char *text)
{
    if (text) safe_text_print(out, text, strlen(text));
}

static void print_input(FILE *out, const cJSON *input)
{
    const cJSON *shape = cJSON_GetObjectItemCaseSensitive(input, "shape"), *dim;
    const char *type = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(input, "type"));
    const char *between = " [";
    print_safe(out, cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(input, "name")));
    fputs(" ", out);
    print_safe(out, type ? type : "?");
    cJSON_ArrayForEach(dim, shape)
    {
        fputs(between, out);
        between = ", ";
        if (cJSON_IsNumber(dim))
            fprintf(out, "%.0f", dim->valuedouble);
        else
            print_safe(out, cJSON_IsString(dim) ? dim->valuestring : "?");
    }
    fputs(!shape ? " [...]\n" : cJSON_GetArraySize(shape) ? "]\n" : " []\n", out);
}

bool graph_summary_print(const graph_summary *self, FILE *out)
{
    const cJSON *item;
    cJSON_ArrayForEach(item, cJSON_GetObjectItemCaseSensitive(self->root, "inputs"))
    {
        fputs("Input       ", out);
        print_input(out, item);
    }
    cJSON_ArrayForEach(item, cJSON_GetObjectItemCaseSensitive(self->root, "outputs"))
    {
        fputs("Output      ", out);
        print_safe(out, cJSON_GetStringValue(item));
        fputs("\n", out);
    }
    fprintf(out, "Operators   %zu\n", self->n_nodes);
    for (size_t i = 0; i < self->n_kinds; i++) {
        fprintf(out, "  %6zu  ", self->kinds[i].n);
        print_safe(out, self->kinds[i].op);
        fputs("\n", out);
    }
    fprintf(out, "Constants   %zu\nParameters  %.0f, %llu bytes\n", self->n_constants,
            self->n_parameters, (unsigned long long)self->tensor_bytes);
    return fflush(out) == 0 && !ferror(out);
}

void graph_summary_json(const graph_summary *self, cJSON *object)
{
    cJSON_AddNumberToObject(object, "n_nodes", (double)self->n_nodes);
    cJSON *operators = cJSON_AddObjectToObject(object, "operators");
    for (size_t i = 0; i < self->n_kinds; i++)
        cJSON_AddNumberToObject(operators, self->kinds[i].op, (double)self->kinds[i].n);
    static const char *const lists[] = {"inputs", "outputs"};
    for (int i = 0; i < 2; i++) {
        cJSON *copy = cJSON_Duplicate(cJSON_GetObjectItemCaseSensitive(self->root, lists[i]), true);
        if (copy) cJSON_AddItemToObject(object, lists[i], copy);
    }
    cJSON_AddNumberToObject(object, "n_constants", (double)self->n_constants);
    cJSON_AddNumberToObject(object, "n_parameters", self->n_parameters);
    cJSON_AddNumberToObject(object, "tensor_bytes", (double)self->tensor_bytes);
}
