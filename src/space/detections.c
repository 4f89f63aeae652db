/* SPDX-License-Identifier: MIT */

/* Detections: opened, and put into frames. What the formats look like is in detections_*.c. */

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/fail.h"
#include "base/memory.h"
#include "platform/context_internal.h"
#include "platform/mapped_file.h"
#include "space/detected.h"

enum { PATH_BYTES = 4096 };

static edgeai_status check_options(const edgeai_detections_options *options)
{
    if (options->struct_size != sizeof *options)
        return eai_fail(EDGEAI_E_INVALID, "detections_open: options: struct_size is not set");
    if ((int)options->kind < 0 || options->kind > EDGEAI_DETECTIONS_YOLO)
        return eai_fail(EDGEAI_E_INVALID, "detections_open: options: kind: expected 0 to 3");
    if (!(options->score_min >= 0 && options->score_min <= 1))
        return eai_fail(EDGEAI_E_INVALID, "detections_open: options: score_min: expected 0 to 1");
    return EDGEAI_OK;
}

/* Of a file: an array is COCO's, an object ours. */
static edgeai_detections_kind kind_of(const eai_mapped_file *file)
{
    for (size_t i = 0; i < file->n_bytes; i++) {
        if (file->bytes[i] == '[') return EDGEAI_DETECTIONS_COCO;
        if (!strchr(" \t\r\n", file->bytes[i]) || file->bytes[i] == '\0') break;
    }
    return EDGEAI_DETECTIONS_OURS;
}

static edgeai_status read_coco(edgeai_detections *self, const eai_mapped_file *file,
                               const char *path, const char *names)
{
    if (!names)
        return eai_fail(EDGEAI_E_INVALID,
                        "%s: COCO results need names: a JSON with images and categories", path);
    eai_mapped_file names_file;
    EAI_TRY(eai_mapped_file_open(&names_file, names));
    const edgeai_status status =
        eai_detections_read_coco(self, (const char *)file->bytes, file->n_bytes, path,
                                 (const char *)names_file.bytes, names_file.n_bytes, names);
    eai_mapped_file_close(&names_file);
    return status;
}

static edgeai_status open_file(edgeai_detections *self, const char *path, const char *names)
{
    eai_mapped_file file;
    EAI_TRY(eai_mapped_file_open(&file, path));
    if (self->kind == EDGEAI_DETECTIONS_AUTO) self->kind = kind_of(&file);
    edgeai_status status =
        self->kind == EDGEAI_DETECTIONS_COCO
            ? read_coco(self, &file, path, names)
            : eai_detections_read_ours(self, (const char *)file.bytes, file.n_bytes, path);
    eai_mapped_file_close(&file);
    if (status == EDGEAI_OK) status = eai_detections_finish(self, path);
    return status;
}

/* FOLDER/NAMEend. EDGEAI_E_LIMIT when it is too long. */
static edgeai_status join_path(char path[PATH_BYTES], const char *folder, const char *name,
                               const char *end)
{
    const int n = snprintf(path, PATH_BYTES, "%s/%s%s", folder, name, end);
    if (n > 0 && n < PATH_BYTES) return EDGEAI_OK;
    return eai_fail(EDGEAI_E_LIMIT, "%.100s...: expected a path of less than %d bytes", folder,
                    PATH_BYTES);
}

static edgeai_status open_folder(edgeai_detections *self, const char *folder, const char *names)
{
    char path[PATH_BYTES];
    eai_mapped_file file;
    self->kind = EDGEAI_DETECTIONS_YOLO;
    if (!eai_text_append_string(&self->folder, folder)) return EDGEAI_E_MEMORY;
    EAI_TRY(join_path(path, folder, "classes.txt", ""));
    const edgeai_status found = eai_mapped_file_open(&file, names ? names : path);
    if (found == EDGEAI_E_NOT_FOUND && !names)
        return eai_fail(EDGEAI_E_INVALID,
                        "%s: YOLO detections need names: a text with a class a line, or "
                        "classes.txt in the folder",
                        folder);
    EAI_TRY(found);
    const edgeai_status status = eai_detections_read_classes(self, (const char *)file.bytes,
                                                             file.n_bytes, names ? names : path);
    eai_mapped_file_close(&file);
    return status;
}

static edgeai_status open_any(edgeai_detections *self, const char *path, const char *names)
{
    struct stat info;
    if (stat(path, &info) != 0)
        return eai_fail(EDGEAI_E_NOT_FOUND, "%s: no such file or folder", path);
    const bool is_folder = S_ISDIR(info.st_mode);
    if (self->kind != EDGEAI_DETECTIONS_AUTO && is_folder != (self->kind == EDGEAI_DETECTIONS_YOLO))
        return eai_fail(EDGEAI_E_INVALID, "%s: expected a %s for detections of this kind", path,
                        is_folder ? "file" : "folder");
    return is_folder ? open_folder(self, path, names) : open_file(self, path, names);
}

edgeai_status edgeai_detections_open(edgeai_detections **out, edgeai_context *context,
                                     const char *path, const edgeai_detections_options *options)
{
    static const edgeai_detections_options defaults = EDGEAI_DETECTIONS_OPTIONS_INIT;
    if (!out) return eai_fail(EDGEAI_E_INVALID, "detections_open: out is NULL");
    *out = NULL;
    if (!context || !path)
        return eai_fail(EDGEAI_E_INVALID, "detections_open: context or path is NULL");
    if (!options) options = &defaults;
    EAI_TRY(check_options(options));
    edgeai_detections *self = eai_detections_make(context);
    if (!self) return EDGEAI_E_MEMORY;
    self->kind = options->kind;
    self->score_min = options->score_min;
    self->covers_all = options->covers_all;
    const edgeai_status status = open_any(self, path, options->names);
    if (status == EDGEAI_OK)
        *out = self;
    else
        edgeai_detections_free(self);
    return status;
}

size_t edgeai_detections_count(const edgeai_detections *self)
{
    return self && self->kind != EDGEAI_DETECTIONS_YOLO ? self->n_items : 0;
}

size_t edgeai_detections_n_labels(const edgeai_detections *self)
{
    return self ? self->labels->n : 0;
}

const char *edgeai_detections_label(const edgeai_detections *self, size_t i)
{
    if (i >= edgeai_detections_n_labels(self)) return NULL;
    return self->labels->bytes.bytes + self->labels->starts[i];
}

/* Drops the frame before; what was allocated for it stays for the next one. */
static void forget_frame(edgeai_detections *self)
{
    eai_release(self->allocator, self->order, self->n_frames * sizeof *self->order);
    self->order = NULL;
    self->n_frames = self->n_found = self->n_items = self->runs.n = 0;
}

/* An empty file is a frame in which nothing was seen. */
static edgeai_status read_yolo(edgeai_detections *self, const edgeai_frame *frame)
{
    char path[PATH_BYTES];
    struct stat info;
    eai_mapped_file file;
    forget_frame(self);
    if (strchr(frame->name, '/'))
        return eai_fail(EDGEAI_E_INVALID, "detections_apply: frame '%s': a name with a slash",
                        frame->name);
    EAI_TRY(join_path(path, self->folder.bytes, frame->name, ".txt"));
    if (stat(path, &info) != 0) return EDGEAI_OK;
    if (S_ISREG(info.st_mode) && info.st_size == 0) {
        EAI_TRY(eai_detections_add_frame(self, frame->name, path));
        return eai_detections_finish(self, path);
    }
    EAI_TRY(eai_mapped_file_open(&file, path));
    edgeai_status status =
        eai_detections_read_yolo(self, (const char *)file.bytes, file.n_bytes, path, frame);
    eai_mapped_file_close(&file);
    if (status == EDGEAI_OK) status = eai_detections_finish(self, path);
    if (status != EDGEAI_OK) forget_frame(self);
    return status;
}

edgeai_status edgeai_detections_apply(edgeai_detections *self, edgeai_frame *frame)
{
    if (!self || !frame)
        return eai_fail(EDGEAI_E_INVALID, "detections_apply: detections or frame is NULL");
    frame->detections = NULL;
    frame->n_detections = 0;
    frame->detector_ran = self->covers_all;
    if (!frame->name || frame->camera.width < 1 || frame->camera.height < 1)
        return eai_fail(EDGEAI_E_INVALID, "detections_apply: a frame without name or camera");
    if (self->kind == EDGEAI_DETECTIONS_YOLO) EAI_TRY(read_yolo(self, frame));
    const eai_detected_frame *found = eai_detections_find(self, frame->name);
    if (!found) return EDGEAI_OK;
    if (found->mask_width &&
        (found->mask_width != frame->camera.width || found->mask_height != frame->camera.height))
        return eai_fail(EDGEAI_E_SHAPE,
                        "frame '%s': expected masks of %d x %d pixels, found %d x %d", frame->name,
                        frame->camera.width, frame->camera.height, found->mask_width,
                        found->mask_height);
    frame->detector_ran = true;
    frame->n_detections = found->n;
    if (found->n) frame->detections = self->items + found->first;
    return EDGEAI_OK;
}
