/* SPDX-License-Identifier: MIT */
#include "inspect/inspect.h"

#include <stdio.h>
#include <string.h>

#include "common/graph_summary.h"
#include "common/safe_text.h"
#include "inspect/metadata_value.h"

/* What is shown of arrays and strings unless all is wanted. */
enum { ELEMENTS_SHOWN = 6, BYTES_SHOWN = 120, ELEMENT_BYTES_SHOWN = 24, TYPES_MAX = 64 };

static void print_size(uint64_t bytes)
{
    static const char *const units[] = {"B", "kB", "MB", "GB", "TB"};
    double size = (double)bytes;
    int unit = 0;
    for (; size >= 999.95 && unit < 4; unit++)
        size /= 1000;
    printf(unit ? "%.1f %s" : "%.0f %s", size, units[unit]);
}

static void print_string(edgeai_string string, size_t n_max)
{
    size_t n = string.n_bytes < n_max ? string.n_bytes : n_max;
    /* Do not cut a character in two. */
    while (n < string.n_bytes && n > 0 && ((unsigned char)string.bytes[n] & 0xc0) == 0x80)
        n--;
    putchar('"');
    for (size_t i = 0; i < n;) {
        size_t run = i;
        while (run < n && string.bytes[run] != '"' && string.bytes[run] != '\\')
            run++;
        safe_text_print(stdout, string.bytes + i, run - i);
        if (run < n) printf("\\%c", string.bytes[run++]);
        i = run;
    }
    fputs(n < string.n_bytes ? "..." : "", stdout);
    putchar('"');
}

static void print_value(const metadata_value *value, bool whole)
{
    bool is_array = value->entry.type == EDGEAI_VALUE_ARRAY;
    size_t n = value->n < ELEMENTS_SHOWN || whole ? value->n : ELEMENTS_SHOWN;
    for (size_t i = 0; i < n; i++) {
        char number[32];
        if (i) fputs(", ", stdout);
        if (value->strings) {
            print_string(value->strings[i], whole      ? SIZE_MAX
                                            : is_array ? ELEMENT_BYTES_SHOWN
                                                       : BYTES_SHOWN);
        } else {
            metadata_value_number(value, i, number);
            fputs(number, stdout);
        }
    }
    if (n < value->n) fputs(", ...", stdout);
}

static bool print_metadata(const edgeai_model_file *file, bool whole)
{
    size_t n = edgeai_model_file_n_metadata(file);
    printf("Metadata (%zu)\n", n);
    for (size_t i = 0; i < n; i++) {
        metadata_value value;
        char type[48];
        if (!metadata_value_read(&value, file, i)) return false;
        const edgeai_metadata *entry = &value.entry;
        fputs("  ", stdout);
        safe_text_print(stdout, entry->key.bytes, entry->key.n_bytes);
        if (entry->key.n_bytes < 44) printf("%*s", 44 - (int)entry->key.n_bytes, "");
        if (entry->type == EDGEAI_VALUE_ARRAY)
            snprintf(type, sizeof type, "%s[%llu]", metadata_value_type_name(entry->element_type),
                     (unsigned long long)entry->n_elements);
        else
            snprintf(type, sizeof type, "%s", metadata_value_type_name(entry->type));
        printf(" %-14s ", type);
        print_value(&value, whole);
        putchar('\n');
        metadata_value_free(&value);
    }
    return true;
}

static uint64_t n_elements(const edgeai_tensor *tensor)
{
    uint64_t n = 1;
    for (int k = 0; k < tensor->n_dims; k++)
        n *= (uint64_t)tensor->shape[k];
    return n;
}

static void print_tensors(const edgeai_model_file *file)
{
    size_t n = edgeai_model_file_n_tensors(file);
    printf("Tensors (%zu), shapes innermost first\n", n);
    for (size_t i = 0; i < n; i++) {
        const edgeai_tensor *tensor = edgeai_model_file_tensor(file, i);
        char shape[96];
        size_t used = 0;
        for (int k = 0; k < tensor->n_dims && used < sizeof shape; k++)
            used += (size_t)snprintf(shape + used, sizeof shape - used, "%s%lld", k ? " x " : "",
                                     (long long)tensor->shape[k]);
        fputs("  ", stdout);
        safe_text_print(stdout, tensor->name, strlen(tensor->name));
        if (strlen(tensor->name) < 36) printf("%*s", 36 - (int)strlen(tensor->name), "");
        printf(" %-7s %-24s ", edgeai_dtype_name(tensor->dtype), tensor->n_dims ? shape : "");
        print_size(tensor->data_bytes);
        putchar('\n');
    }
}

static void print_types(const edgeai_model_file *file)
{
    uint64_t elements[TYPES_MAX] = {0}, bytes[TYPES_MAX] = {0}, total = 0;
    size_t count[TYPES_MAX] = {0}, n = edgeai_model_file_n_tensors(file);
    for (size_t i = 0; i < n; i++) {
        const edgeai_tensor *tensor = edgeai_model_file_tensor(file, i);
        size_t type = (size_t)tensor->dtype % TYPES_MAX;
        count[type]++;
        elements[type] += n_elements(tensor);
        bytes[type] += tensor->data_bytes;
        total += n_elements(tensor);
    }
    printf("Types, %llu elements in all\n", (unsigned long long)total);
    for (size_t type = 0; type < TYPES_MAX; type++) {
        if (!count[type]) continue;
        printf("  %-7s %5zu tensors %14llu elements  ", edgeai_dtype_name((edgeai_dtype)type),
               count[type], (unsigned long long)elements[type]);
        print_size(bytes[type]);
        if (elements[type])
            printf(", %.4g bits each", 8.0 * (double)bytes[type] / (double)elements[type]);
        putchar('\n');
    }
}

bool inspect_text(const edgeai_model_file *file, bool whole)
{
    const char *path = edgeai_model_file_path(file);
    fputs("File      ", stdout);
    safe_text_print(stdout, path, strlen(path));
    printf("\nFormat    GGUF version %d, ", edgeai_model_file_version(file));
    print_size(edgeai_model_file_bytes(file));
    if (edgeai_model_file_parts(file) > 1) printf(" in %d files", edgeai_model_file_parts(file));
    printf("\n\n");
    graph_summary network;
    if (graph_summary_read(&network, file)) {
        graph_summary_print(&network, stdout);
        putchar('\n');
    }
    graph_summary_free(&network);
    if (!print_metadata(file, whole)) return false;
    putchar('\n');
    print_tensors(file);
    putchar('\n');
    print_types(file);
    return fflush(stdout) == 0 && !ferror(stdout);
}
