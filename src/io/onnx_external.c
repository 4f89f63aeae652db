/* SPDX-License-Identifier: MIT */

/* External data: tensors whose elements lie in files beside the model's. */

#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/fail.h"
#include "base/memory.h"
#include "base/text.h"
#include "io/onnx_parse.h"

static edgeai_status take_number(edgeai_string digits, const char *what, uint64_t *value)
{
    char shown[EAI_ONNX_SHOWN_BYTES];
    uint64_t sum = 0;
    bool is_number = digits.n_bytes > 0;
    for (size_t i = 0; i < digits.n_bytes && is_number; i++) {
        const unsigned digit = (unsigned)(unsigned char)digits.bytes[i] - '0';
        is_number = digit <= 9 && !__builtin_mul_overflow(sum, 10u, &sum) &&
                    !__builtin_add_overflow(sum, digit, &sum);
    }
    *value = sum;
    if (is_number) return EDGEAI_OK;
    return eai_fail(EDGEAI_E_FORMAT,
                    "external_data: %s: expected a decimal number of 64 bits, found '%s'", what,
                    eai_printable(digits.bytes, digits.n_bytes, shown, sizeof shown));
}

edgeai_status eai_onnx_external_entry(const eai_protobuf_field *field, eai_onnx_external *external)
{
    edgeai_string key = EAI_ONNX_NO_STRING, value = EAI_ONNX_NO_STRING;
    EAI_TRY(eai_protobuf_want(field, EAI_WIRE_BYTES, "external_data"));
    for (eai_protobuf rest = field->body; eai_protobuf_more(&rest);) {
        eai_protobuf_field part;
        EAI_TRY(eai_protobuf_next(&rest, &part));
        if (part.number == 1) EAI_TRY(eai_onnx_name(&part, "external_data.key", &key));
        if (part.number == 2) EAI_TRY(eai_onnx_name(&part, "external_data.value", &value));
    }
    if (eai_onnx_is(key, "location")) external->location = value;
    if (eai_onnx_is(key, "offset")) return take_number(value, "offset", &external->offset);
    if (!eai_onnx_is(key, "length")) return EDGEAI_OK;
    external->has_length = true;
    return take_number(value, "length", &external->length);
}

/* Only names that go down, whatever is there: no "/..." and no "..". */
static edgeai_status check_location(edgeai_string location)
{
    char shown[EAI_ONNX_SHOWN_BYTES];
    bool leads_out = location.bytes[0] == '/';
    for (size_t i = 0; i + 1 < location.n_bytes; i++) {
        const bool begins = i == 0 || location.bytes[i - 1] == '/';
        const bool ends = i + 2 == location.n_bytes || location.bytes[i + 2] == '/';
        leads_out = leads_out || (begins && ends && memcmp(location.bytes + i, "..", 2) == 0);
    }
    if (!leads_out) return EDGEAI_OK;
    return eai_fail(EDGEAI_E_FORMAT, "external data in '%s': expected a file in the model's folder",
                    eai_printable(location.bytes, location.n_bytes, shown, sizeof shown));
}

static edgeai_status resolve(const char *path, char resolved[PATH_MAX])
{
    char reason[128];
    if (realpath(path, resolved)) return EDGEAI_OK;
    const int error = errno;
    return eai_fail(error == ENOENT || error == ENOTDIR ? EDGEAI_E_NOT_FOUND : EDGEAI_E_IO,
                    "%s: cannot find: %s", path, strerror_r(error, reason, sizeof reason));
}

/* The folder of the model file, with a slash at its end. */
static edgeai_status find_folder(const char *path, char folder[PATH_MAX + 1])
{
    char given[PATH_MAX];
    const char *slash = strrchr(path, '/');
    const size_t n = slash ? (size_t)(slash - path) + 1 : 0;
    if (n + 2 > sizeof given)
        return eai_fail(EDGEAI_E_LIMIT, "the path has %zu bytes, expected less than %d",
                        strlen(path), PATH_MAX);
    memcpy(given, path, n);
    memcpy(given + n, ".", 2);
    EAI_TRY(resolve(given, folder));
    const size_t end = strlen(folder);
    if (folder[end - 1] != '/') memcpy(folder + end, "/", 2);
    return EDGEAI_OK;
}

/* Where the file really is, which may be neither outside the folder nor reached through a link that
 * leads there. */
static edgeai_status find_file(const char *folder, edgeai_string location, char found[PATH_MAX])
{
    char path[PATH_MAX];
    const size_t n_folder = strlen(folder);
    EAI_TRY(check_location(location));
    if (n_folder + location.n_bytes + 1 > sizeof path)
        return eai_fail(EDGEAI_E_LIMIT,
                        "external data: the path has %zu bytes, expected less than %d",
                        n_folder + location.n_bytes, PATH_MAX);
    memcpy(path, folder, n_folder);
    memcpy(path + n_folder, location.bytes, location.n_bytes);
    path[n_folder + location.n_bytes] = '\0';
    EAI_TRY(resolve(path, found));
    if (strncmp(found, folder, n_folder) == 0) return EDGEAI_OK;
    return eai_fail(EDGEAI_E_FORMAT,
                    "external data in '%.200s': expected a file in the model's folder, but a link "
                    "leads to '%.200s'",
                    path, found);
}

static bool is_same(edgeai_string a, edgeai_string b)
{
    return a.n_bytes == b.n_bytes && memcmp(a.bytes, b.bytes, a.n_bytes) == 0;
}

/* The open file of this name: mostly the one before. */
static const eai_onnx_external_file *find_open(const eai_onnx_externals *externals,
                                               edgeai_string location)
{
    for (size_t i = externals->n; i-- > 0;)
        if (is_same(externals->files[i].location, location)) return &externals->files[i];
    return NULL;
}

static edgeai_status open_file(eai_onnx_externals *externals, const char *folder,
                               edgeai_string location, const eai_onnx_external_file **out)
{
    char path[PATH_MAX];
    *out = find_open(externals, location);
    if (*out) return EDGEAI_OK;
    if (externals->n == externals->capacity)
        return eai_fail(EDGEAI_E_LIMIT, "external data: expected at most %d files, found more",
                        EAI_ONNX_EXTERNAL_FILES_MAX);
    EAI_TRY(find_file(folder, location, path));
    eai_onnx_external_file *file = &externals->files[externals->n];
    EAI_TRY(eai_mapped_file_open(&file->map, path));
    file->location = location;
    externals->n++;
    *out = file;
    return EDGEAI_OK;
}

/* Without a length it is what the elements need, or for types that are not read all there is. */
static edgeai_status place_raw(eai_onnx_tensor *tensor, const eai_onnx_external *external,
                               const eai_mapped_file *map)
{
    const size_t size = eai_onnx_element_bytes(tensor->type);
    const bool is_whole = tensor->type != EAI_ONNX_U4 && tensor->type != EAI_ONNX_I4;
    if (external->offset > map->n_bytes)
        return eai_fail(EDGEAI_E_FORMAT,
                        "external data: expected an offset up to the file's %zu bytes, found "
                        "%" PRIu64,
                        map->n_bytes, external->offset);
    const size_t left = map->n_bytes - (size_t)external->offset;
    uint64_t length = external->length;
    if (!external->has_length) length = size > 0 && is_whole ? tensor->n_elements * size : left;
    if (length > left)
        return eai_fail(EDGEAI_E_FORMAT,
                        "external data: expected %" PRIu64 " bytes at %" PRIu64
                        ", found %zu: the file is cut off or damaged",
                        length, external->offset, left);
    tensor->raw = (edgeai_string){(const char *)map->bytes + external->offset, (size_t)length};
    return EDGEAI_OK;
}

static edgeai_status open_tensor(eai_onnx_externals *externals, const char *folder,
                                 eai_onnx_tensor *tensor)
{
    eai_onnx_external external = {.location = tensor->location};
    const eai_onnx_external_file *file = NULL;
    for (eai_protobuf rest = eai_onnx_tensor_message(tensor); eai_protobuf_more(&rest);) {
        eai_protobuf_field field;
        EAI_TRY(eai_protobuf_next(&rest, &field));
        if (field.number == 13) EAI_TRY(eai_onnx_external_entry(&field, &external));
    }
    EAI_TRY(open_file(externals, folder, tensor->location, &file));
    return place_raw(tensor, &external, &file->map);
}

static edgeai_status fail_at(edgeai_status status, const eai_onnx_tensor *tensor)
{
    char shown[EAI_ONNX_SHOWN_BYTES];
    return eai_fail_within(
        status, "tensor '%s' at byte %zu",
        eai_printable(tensor->name.bytes, tensor->name.n_bytes, shown, sizeof shown),
        tensor->message_at);
}

edgeai_status eai_onnx_externals_open(eai_onnx_externals *externals,
                                      const edgeai_allocator *allocator, const char *path,
                                      eai_onnx_tensor *tensors, size_t n_tensors)
{
    char folder[PATH_MAX + 1];
    for (size_t i = 0; i < n_tensors; i++) {
        eai_onnx_tensor *tensor = &tensors[i];
        if (tensor->location.n_bytes == 0) continue;
        if (!path)
            return fail_at(
                eai_fail(EDGEAI_E_UNSUPPORTED, "external data: a model in memory cannot have any"),
                tensor);
        if (externals->capacity == 0) {
            const size_t most = n_tensors - i, limit = EAI_ONNX_EXTERNAL_FILES_MAX;
            const size_t capacity = most < limit ? most : limit;
            EAI_TRY(find_folder(path, folder));
            externals->files =
                eai_allocate_array(allocator, capacity, sizeof *externals->files, "external data");
            if (!externals->files) return EDGEAI_E_MEMORY;
            externals->capacity = capacity;
        }
        edgeai_status status = open_tensor(externals, folder, tensor);
        if (status != EDGEAI_OK) return fail_at(status, tensor);
    }
    return EDGEAI_OK;
}

void eai_onnx_externals_close(eai_onnx_externals *externals, const edgeai_allocator *allocator)
{
    for (size_t i = 0; i < externals->n; i++)
        eai_mapped_file_close(&externals->files[i].map);
    eai_release(allocator, externals->files, externals->capacity * sizeof *externals->files);
    *externals = (eai_onnx_externals){0};
}
