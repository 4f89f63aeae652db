/* SPDX-License-Identifier: MIT */

/*
 * Opening model files: every part is mapped and walked once without allocating, then entries and
 * tensors are laid out and walked again to fill them. Only the pages of headers are touched.
 */

#include <inttypes.h>
#include <string.h>

#include "base/fail.h"
#include "base/memory.h"
#include "base/sort.h"
#include "base/text.h"
#include "io/gguf_file.h"
#include "io/gguf_split.h"
#include "platform/context_internal.h"

enum { SHOWN_BYTES = 100 };

/* Where the pieces of the arena lie; counts come from the walk over all parts. */
typedef struct layout {
    char *path;
    char *names;
    size_t *by_offset; /* tensors of one part, to find overlaps */
    size_t path_bytes, names_bytes;
} layout;

static int compare_bytes(const char *a, size_t n_a, const char *b, size_t n_b)
{
    int order = memcmp(a, b, n_a < n_b ? n_a : n_b);
    return order ? order : (n_a > n_b) - (n_a < n_b);
}

static bool key_before(const void *user, size_t a, size_t b)
{
    const eai_gguf_entry *entries = user;
    const edgeai_string *x = &entries[a].metadata.key, *y = &entries[b].metadata.key;
    return compare_bytes(x->bytes, x->n_bytes, y->bytes, y->n_bytes) < 0;
}

static bool name_before(const void *user, size_t a, size_t b)
{
    const edgeai_tensor *tensors = user;
    return strcmp(tensors[a].name, tensors[b].name) < 0;
}

static bool data_before(const void *user, size_t a, size_t b)
{
    const edgeai_tensor *tensors = user;
    return (uintptr_t)tensors[a].data < (uintptr_t)tensors[b].data;
}

static void lay_out(eai_arena *arena, edgeai_model_file *file, layout *places)
{
    file->entries = eai_arena_take(arena, file->n_entries, sizeof *file->entries);
    file->entry_order = eai_arena_take(arena, file->n_entries, sizeof *file->entry_order);
    file->tensors = eai_arena_take(arena, file->n_tensors, sizeof *file->tensors);
    file->tensor_order = eai_arena_take(arena, file->n_tensors, sizeof *file->tensor_order);
    places->by_offset = eai_arena_take(arena, file->n_tensors, sizeof *places->by_offset);
    places->names = eai_arena_take(arena, places->names_bytes, 1);
    places->path = eai_arena_take(arena, places->path_bytes, 1);
}

static edgeai_status allocate_tables(edgeai_model_file *file, layout *places)
{
    eai_arena measure = {0};
    lay_out(&measure, file, places);
    if (!eai_arena_init(&file->arena, &file->context->allocator, measure.used, "model file"))
        return EDGEAI_E_MEMORY;
    lay_out(&file->arena, file, places);
    return EDGEAI_OK;
}

static edgeai_status fill_entries(edgeai_model_file *file, const eai_gguf_part *part)
{
    char shown[SHOWN_BYTES];
    eai_gguf_cursor cursor = {part->bytes, part->tensors_at, part->entries_at};
    for (size_t i = 0; i < file->n_entries; i++) {
        EAI_TRY(eai_gguf_next_entry(&cursor, &file->entries[i]));
        file->entry_order[i] = i;
    }
    eai_sort_items(file->entry_order, file->n_entries, key_before, file->entries);
    for (size_t i = 1; i < file->n_entries; i++) {
        const edgeai_string *key = &file->entries[file->entry_order[i]].metadata.key;
        if (!key_before(file->entries, file->entry_order[i - 1], file->entry_order[i]))
            return eai_fail(EDGEAI_E_FORMAT, "key '%s' is there twice",
                            eai_printable(key->bytes, key->n_bytes, shown, sizeof shown));
    }
    return EDGEAI_OK;
}

/* Makes the view, once the data are known to lie inside the file; the name goes to *names. */
static edgeai_status place_tensor(edgeai_tensor *view, const eai_gguf_tensor *tensor,
                                  const eai_gguf_part *part, char **names)
{
    memcpy(*names, tensor->name.bytes, tensor->name.n_bytes);
    *view = (edgeai_tensor){*names, tensor->dtype, tensor->n_dims, {0}, NULL, tensor->n_bytes};
    memcpy(view->shape, tensor->shape, sizeof view->shape);
    *names += tensor->name.n_bytes + 1;
    char shown[SHOWN_BYTES];
    eai_printable(tensor->name.bytes, tensor->name.n_bytes, shown, sizeof shown);
    if (tensor->offset % part->alignment != 0)
        return eai_fail(EDGEAI_E_FORMAT,
                        "tensor '%s': expected an offset in multiples of %zu, found %" PRIu64,
                        shown, part->alignment, tensor->offset);
    size_t room = part->n_bytes > part->data_at ? part->n_bytes - part->data_at : 0;
    if (tensor->offset > room || tensor->n_bytes > room - tensor->offset)
        return eai_fail(EDGEAI_E_FORMAT,
                        "tensor '%s': expected %zu bytes of data at %" PRIu64
                        ", but the data end at %zu: the file is cut off or damaged",
                        shown, tensor->n_bytes, tensor->offset, room);
    view->data = part->bytes + part->data_at + (size_t)tensor->offset;
    return EDGEAI_OK;
}

/* Tensors that share bytes are a damaged offset; the order in the file is free. */
static edgeai_status check_overlaps(const edgeai_tensor *tensors, size_t n, size_t *by_offset)
{
    char shown[SHOWN_BYTES], other[SHOWN_BYTES];
    for (size_t i = 0; i < n; i++)
        by_offset[i] = i;
    eai_sort_items(by_offset, n, data_before, tensors);
    for (size_t i = 1; i < n; i++) {
        const edgeai_tensor *a = &tensors[by_offset[i - 1]], *b = &tensors[by_offset[i]];
        if ((uintptr_t)b->data - (uintptr_t)a->data < a->data_bytes)
            return eai_fail(EDGEAI_E_FORMAT, "tensors '%s' and '%s' overlap",
                            eai_printable(a->name, strlen(a->name), shown, sizeof shown),
                            eai_printable(b->name, strlen(b->name), other, sizeof other));
    }
    return EDGEAI_OK;
}

static edgeai_status fill_tensors(edgeai_tensor *tensors, const eai_gguf_part *part, char **names,
                                  size_t *by_offset)
{
    eai_gguf_cursor cursor = {part->bytes, part->n_bytes, part->tensors_at};
    for (size_t i = 0; i < part->n_tensors; i++) {
        eai_gguf_tensor tensor;
        EAI_TRY(eai_gguf_next_tensor(&cursor, &tensor));
        EAI_TRY(place_tensor(&tensors[i], &tensor, part, names));
    }
    return check_overlaps(tensors, part->n_tensors, by_offset);
}

static edgeai_status index_tensors(edgeai_model_file *file)
{
    char shown[SHOWN_BYTES];
    for (size_t i = 0; i < file->n_tensors; i++)
        file->tensor_order[i] = i;
    eai_sort_items(file->tensor_order, file->n_tensors, name_before, file->tensors);
    for (size_t i = 1; i < file->n_tensors; i++) {
        const char *name = file->tensors[file->tensor_order[i]].name;
        if (strcmp(name, file->tensors[file->tensor_order[i - 1]].name) == 0)
            return eai_fail(EDGEAI_E_FORMAT, "tensor '%s' is there twice",
                            eai_printable(name, strlen(name), shown, sizeof shown));
    }
    return EDGEAI_OK;
}

/* Tables of a file whose parts have all been walked. */
static edgeai_status build_tables(edgeai_model_file *file, const eai_gguf_part *parts,
                                  const char *path)
{
    layout places = {.path_bytes = strlen(path) + 1};
    file->version = parts[0].version;
    file->n_entries = parts[0].n_entries;
    for (size_t i = 0; i < file->n_parts; i++) {
        file->n_bytes += parts[i].n_bytes;
        file->n_tensors += parts[i].n_tensors;
        places.names_bytes += parts[i].names_bytes;
    }
    if (parts[0].split_tensors != 0 && parts[0].split_tensors != file->n_tensors)
        return eai_fail(EDGEAI_E_FORMAT,
                        "key 'split.tensors.count': expected the %zu tensors of all parts, found "
                        "%" PRIu64,
                        file->n_tensors, parts[0].split_tensors);
    EAI_TRY(allocate_tables(file, &places));
    memcpy(places.path, path, places.path_bytes);
    file->path = places.path;
    EAI_TRY(fill_entries(file, &parts[0]));
    edgeai_tensor *tensors = file->tensors;
    for (size_t i = 0; i < file->n_parts; i++) {
        EAI_TRY(fill_tensors(tensors, &parts[i], &places.names, places.by_offset));
        tensors += parts[i].n_tensors;
    }
    return index_tensors(file);
}

static edgeai_status map_part(eai_gguf_part *part, eai_mapped_file *map, const char *path)
{
    EAI_TRY(eai_mapped_file_open(map, path));
    part->bytes = map->bytes;
    part->n_bytes = map->n_bytes;
    edgeai_status status = eai_gguf_parse(part);
    return status == EDGEAI_OK ? EDGEAI_OK : eai_fail_within(status, "%s", path);
}

/* Parts 1 to n-1 beside the first; `path` is a copy that may be written over. */
static edgeai_status map_other_parts(edgeai_model_file *file, eai_gguf_part *parts, char *path)
{
    for (size_t i = 1; i < file->n_parts; i++) {
        eai_split_rename(path, i, file->n_parts);
        EAI_TRY(map_part(&parts[i], &file->maps[i], path));
        edgeai_status status = eai_split_check(&parts[i], i, &parts[0]);
        if (status != EDGEAI_OK) return eai_fail_within(status, "%s", path);
    }
    return EDGEAI_OK;
}

/* Parts are known only after the first was walked, so their tables come second. */
static edgeai_status open_parts(edgeai_model_file *file, const eai_gguf_part *first,
                                const eai_mapped_file *map, const char *path)
{
    const edgeai_allocator *allocator = &file->context->allocator;
    size_t n_parts = first->split_count > 1 ? (size_t)first->split_count : 1;
    file->maps = eai_allocate_array(allocator, n_parts, sizeof *file->maps, "parts");
    if (!file->maps) return EDGEAI_E_MEMORY;
    file->n_parts = n_parts;
    file->maps[0] = *map;

    eai_arena scratch = {0};
    size_t bytes = eai_align_up(n_parts * sizeof(eai_gguf_part)) + eai_align_up(strlen(path) + 1);
    if (!eai_arena_init(&scratch, allocator, bytes, "parts")) return EDGEAI_E_MEMORY;
    eai_gguf_part *parts = eai_arena_take(&scratch, n_parts, sizeof *parts);
    char *other_path = eai_arena_take(&scratch, strlen(path) + 1, 1);
    parts[0] = *first;
    strcpy(other_path, path);
    edgeai_status status = map_other_parts(file, parts, other_path);
    if (status == EDGEAI_OK) {
        status = build_tables(file, parts, path);
        if (status != EDGEAI_OK) eai_fail_within(status, "%s", path);
    }
    eai_arena_free(&scratch, allocator);
    return status;
}

/* Takes the first part's map over, also on failure. */
static edgeai_status create(edgeai_model_file **out, edgeai_context *context,
                            const eai_gguf_part *first, eai_mapped_file map, const char *path)
{
    edgeai_model_file *file = eai_allocate(&context->allocator, sizeof *file, "model file");
    if (!file) {
        eai_mapped_file_close(&map);
        return EDGEAI_E_MEMORY;
    }
    file->context = context;
    edgeai_status status = open_parts(file, first, &map, path);
    if (status != EDGEAI_OK) {
        if (!file->maps) eai_mapped_file_close(&map);
        edgeai_model_file_free(file);
        return status;
    }
    *out = file;
    return EDGEAI_OK;
}

edgeai_status edgeai_model_file_open(edgeai_model_file **out, edgeai_context *context,
                                     const char *path)
{
    if (!out) return eai_fail(EDGEAI_E_INVALID, "model_file_open: out is NULL");
    *out = NULL;
    if (!context || !path)
        return eai_fail(EDGEAI_E_INVALID, "model_file_open: context or path is NULL");
    eai_mapped_file map = {0};
    eai_gguf_part first = {0};
    edgeai_status status = map_part(&first, &map, path);
    if (status == EDGEAI_OK && first.split_count > 1) {
        status = eai_split_check_first(path, &first);
        if (status != EDGEAI_OK) eai_fail_within(status, "%s", path);
    }
    if (status != EDGEAI_OK) {
        eai_mapped_file_close(&map);
        return status;
    }
    return create(out, context, &first, map, path);
}

edgeai_status edgeai_model_file_open_memory(edgeai_model_file **out, edgeai_context *context,
                                            const void *data, size_t n_bytes)
{
    if (!out) return eai_fail(EDGEAI_E_INVALID, "model_file_open_memory: out is NULL");
    *out = NULL;
    if (!context || !data || (uintptr_t)data % 8 != 0)
        return eai_fail(EDGEAI_E_INVALID,
                        "model_file_open_memory: expected a context and data aligned to 8 bytes");
    eai_gguf_part first = {.bytes = data, .n_bytes = n_bytes};
    EAI_TRY(eai_gguf_parse(&first));
    if (first.split_count > 1)
        return eai_fail(EDGEAI_E_UNSUPPORTED,
                        "key 'split.count' is %" PRIu64 ": a file in memory cannot have parts",
                        first.split_count);
    return create(out, context, &first, (eai_mapped_file){0}, "");
}

void edgeai_model_file_free(edgeai_model_file *file)
{
    if (!file) return;
    const edgeai_allocator *allocator = &file->context->allocator;
    for (size_t i = 0; i < file->n_parts; i++)
        eai_mapped_file_close(&file->maps[i]);
    eai_release(allocator, file->maps, file->n_parts * sizeof *file->maps);
    eai_arena_free(&file->arena, allocator);
    eai_release(allocator, file, sizeof *file);
}

void eai_model_file_let_go(const edgeai_model_file *file, const void *begin, size_t n_bytes)
{
    for (size_t i = 0; i < file->n_parts; i++)
        eai_mapped_file_let_go(&file->maps[i], begin, n_bytes);
}

bool edgeai_model_file_is_at(const edgeai_model_file *file, const char *path)
{
    for (size_t i = 0; i < file->n_parts; i++)
        if (eai_mapped_file_is_at(&file->maps[i], path)) return true;
    return false;
}

const char *edgeai_model_file_path(const edgeai_model_file *file)
{
    return file->path;
}

int edgeai_model_file_version(const edgeai_model_file *file)
{
    return file->version;
}

uint64_t edgeai_model_file_bytes(const edgeai_model_file *file)
{
    return file->n_bytes;
}

int edgeai_model_file_parts(const edgeai_model_file *file)
{
    return (int)file->n_parts;
}

size_t edgeai_model_file_n_tensors(const edgeai_model_file *file)
{
    return file->n_tensors;
}

const edgeai_tensor *edgeai_model_file_tensor(const edgeai_model_file *file, size_t index)
{
    return index < file->n_tensors ? &file->tensors[index] : NULL;
}

const edgeai_tensor *edgeai_model_file_find_tensor(const edgeai_model_file *file, const char *name)
{
    size_t low = 0, high = file->n_tensors;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        const edgeai_tensor *tensor = &file->tensors[file->tensor_order[middle]];
        int order = strcmp(name, tensor->name);
        if (order == 0) return tensor;
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return NULL;
}
