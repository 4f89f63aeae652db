/* SPDX-License-Identifier: MIT */
#include "space/detected.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "base/fail.h"
#include "base/memory.h"
#include "base/sort.h"
#include "platform/context_internal.h"
#include "space/json_fields.h"

/* Doubles a block that is full. */
static edgeai_status make_room(const edgeai_allocator *allocator, void **block, size_t n,
                               size_t *capacity, size_t item_bytes, const char *what)
{
    if (n < *capacity) return EDGEAI_OK;
    const size_t wanted = *capacity ? 2 * *capacity : 64;
    void *bigger =
        eai_reallocate(allocator, *block, *capacity * item_bytes, wanted * item_bytes, what);
    if (!bigger) return EDGEAI_E_MEMORY;
    *block = bigger;
    *capacity = wanted;
    return EDGEAI_OK;
}

edgeai_detections *eai_detections_make(edgeai_context *context)
{
    const edgeai_allocator *allocator = &context->allocator;
    edgeai_detections *made = eai_allocate(allocator, sizeof *made, "detections");
    if (!made) return NULL;
    made->context = context;
    made->allocator = made->runs.allocator = made->folder.allocator = allocator;
    made->labels = eai_allocate(allocator, sizeof *made->labels, "labels");
    if (!made->labels) {
        edgeai_detections_free(made);
        return NULL;
    }
    made->labels->bytes.allocator = allocator;
    return made;
}

static void free_drafts(edgeai_detections *self)
{
    eai_release(self->allocator, self->found, self->found_capacity * sizeof *self->found);
    self->found = NULL;
    self->n_found = self->found_capacity = 0;
}

void edgeai_detections_free(edgeai_detections *self)
{
    if (!self) return;
    const edgeai_allocator *allocator = self->allocator;
    free_drafts(self);
    if (self->labels) eai_text_free(&self->labels->bytes);
    eai_release(allocator, self->labels, sizeof *self->labels);
    eai_release(allocator, self->frames, self->frames_capacity * sizeof *self->frames);
    eai_release(allocator, self->order, self->n_frames * sizeof *self->order);
    eai_release(allocator, self->items, self->items_capacity * sizeof *self->items);
    eai_runs_free(&self->runs);
    eai_text_free(&self->folder);
    eai_release(allocator, self, sizeof *self);
}

static const char *label_text(const eai_label_table *labels, size_t i)
{
    return labels->bytes.bytes + labels->starts[i];
}

edgeai_status eai_detections_label(edgeai_detections *self, const char *label, size_t n,
                                   const char *where, size_t *number)
{
    eai_label_table *labels = self->labels;
    size_t low = 0, high = labels->n;
    char shown[80];
    if (n == 0 || n >= EDGEAI_LABEL_BYTES)
        return eai_fail(n ? EDGEAI_E_LIMIT : EDGEAI_E_FORMAT,
                        "%s: expected a label of 1 to %d bytes, found '%s'", where,
                        EDGEAI_LABEL_BYTES - 1, eai_printable(label, n, shown, sizeof shown));
    while (low < high) {
        const size_t middle = (low + high) / 2, at = labels->order[middle];
        const char *other = label_text(labels, at);
        int order = strncmp(label, other, n);
        if (order == 0 && other[n]) order = -1;
        if (order == 0) {
            *number = at;
            return EDGEAI_OK;
        }
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    if (labels->n == EAI_LABELS_MAX)
        return eai_fail(EDGEAI_E_LIMIT, "%s: more than %d labels", where, EAI_LABELS_MAX);
    labels->starts[labels->n] = (uint32_t)labels->bytes.n;
    if (!eai_text_append(&labels->bytes, label, n) || !eai_text_append(&labels->bytes, "", 1))
        return EDGEAI_E_MEMORY;
    memmove(labels->order + low + 1, labels->order + low,
            (labels->n - low) * sizeof *labels->order);
    labels->order[low] = (uint16_t)labels->n;
    *number = labels->n++;
    return EDGEAI_OK;
}

edgeai_status eai_detections_add_frame(edgeai_detections *self, const char *name, const char *where)
{
    char shown[80];
    const size_t n = strlen(name);
    if (n == 0 || n >= EDGEAI_LABEL_BYTES)
        return eai_fail(EDGEAI_E_LIMIT,
                        "%s: expected the name of a frame, 1 to %d bytes, found '%s'", where,
                        EDGEAI_LABEL_BYTES - 1, eai_printable(name, n, shown, sizeof shown));
    if (self->n_frames == EDGEAI_RECORDING_FRAMES_MAX)
        return eai_fail(EDGEAI_E_LIMIT, "%s: more than %d frames", where,
                        EDGEAI_RECORDING_FRAMES_MAX);
    void *frames = self->frames;
    EAI_TRY(make_room(self->allocator, &frames, self->n_frames, &self->frames_capacity,
                      sizeof *self->frames, "frames of detections"));
    self->frames = frames;
    eai_detected_frame *frame = &self->frames[self->n_frames++];
    *frame = (eai_detected_frame){.n = 0};
    memcpy(frame->name, name, n + 1);
    return EDGEAI_OK;
}

const char *eai_detection_fault(const eai_found *found)
{
    if (!(found->score >= 0 && found->score <= 1)) return "expected a score from 0 to 1";
    for (int i = 0; i < 4; i++)
        if (!(fabsf(found->box[i]) <= 1e6f)) return "expected a box in pixels";
    if (found->box[2] < 0 || found->box[3] < 0) return "expected a box of left, top, width, height";
    return NULL;
}

edgeai_status eai_detections_add(edgeai_detections *self, const eai_found *found)
{
    if (found->score < self->score_min || !(found->box[2] > 0) || !(found->box[3] > 0)) {
        if (found->n_runs) self->runs.n = found->first_run;
        return EDGEAI_OK;
    }
    void *drafts = self->found;
    EAI_TRY(make_room(self->allocator, &drafts, self->n_found, &self->found_capacity,
                      sizeof *self->found, "detections"));
    self->found = drafts;
    self->found[self->n_found++] = *found;
    return EDGEAI_OK;
}

edgeai_status eai_detections_mask_size(edgeai_detections *self, size_t frame, int width, int height,
                                       const char *where)
{
    eai_detected_frame *of = &self->frames[frame];
    if (of->mask_width == 0) {
        of->mask_width = width;
        of->mask_height = height;
    }
    if (of->mask_width == width && of->mask_height == height) return EDGEAI_OK;
    return eai_fail(EDGEAI_E_FORMAT, "%s: frame '%s': masks of %d x %d and of %d x %d", where,
                    of->name, of->mask_width, of->mask_height, width, height);
}

/* An array of run lengths, or the compressed text. */
static edgeai_status read_counts(edgeai_detections *self, eai_json_scan *scan)
{
    eai_json_kind kind;
    EAI_TRY(eai_json_peek(scan, &kind));
    if (kind == EAI_JSON_ARRAY) {
        eai_fields_object array = {0};
        int64_t length;
        while (eai_fields_item(scan, &array)) {
            EAI_TRY(eai_fields_count(scan, UINT32_MAX, &length));
            EAI_TRY(eai_runs_push(&self->runs, (uint32_t)length));
        }
        return array.status;
    }
    const char *raw, *why;
    size_t n;
    EAI_TRY(eai_json_raw_string(scan, &raw, &n));
    char *text = eai_allocate_unset(self->allocator, n + 1, "mask");
    if (!text) return EDGEAI_E_MEMORY;
    const edgeai_status status =
        eai_runs_push_text(&self->runs, text, eai_json_unescape(raw, n, text), &why);
    eai_release(self->allocator, text, n + 1);
    return status == EDGEAI_E_FORMAT ? eai_json_fail(scan, "%s", why) : status;
}

static edgeai_status read_size(eai_json_scan *scan, int *width, int *height)
{
    double size[2];
    EAI_TRY(eai_fields_numbers(scan, size, 2));
    for (int i = 0; i < 2; i++)
        if (!(size[i] >= 1 && size[i] <= EDGEAI_IMAGE_SIDE_MAX) || floor(size[i]) < size[i])
            return eai_json_fail(scan, "size: expected height and width in pixels");
    *height = (int)size[0];
    *width = (int)size[1];
    return EDGEAI_OK;
}

edgeai_status eai_detections_read_mask(edgeai_detections *self, eai_json_scan *scan,
                                       eai_found *found)
{
    eai_fields_object object = {0};
    int width = 0, height = 0;
    const char *why;
    found->first_run = self->runs.n;
    while (eai_fields_key(scan, &object)) {
        if (eai_fields_is(object.key, object.n, "size"))
            EAI_TRY(read_size(scan, &width, &height));
        else if (eai_fields_is(object.key, object.n, "counts"))
            EAI_TRY(read_counts(self, scan));
        else
            EAI_TRY(eai_json_skip(scan));
    }
    EAI_TRY(object.status);
    if (width == 0) return eai_json_fail(scan, "expected a mask's size");
    if (eai_runs_check(&self->runs, found->first_run, width, height, &why) != EDGEAI_OK)
        return eai_json_fail(scan, "%s, %d x %d", why, width, height);
    found->n_runs = self->runs.n - found->first_run;
    return eai_detections_mask_size(self, found->frame, width, height, scan->what);
}

static bool is_before(const void *user, size_t a, size_t b)
{
    const eai_detected_frame *frames = user;
    return strcmp(frames[a].name, frames[b].name) < 0;
}

static edgeai_status sort_frames(edgeai_detections *self, const char *where)
{
    if (self->n_frames == 0) return EDGEAI_OK;
    self->order = eai_allocate_array(self->allocator, self->n_frames, sizeof *self->order,
                                     "frames of detections");
    if (!self->order) return EDGEAI_E_MEMORY;
    for (size_t i = 0; i < self->n_frames; i++)
        self->order[i] = i;
    eai_sort_items(self->order, self->n_frames, is_before, self->frames);
    for (size_t i = 1; i < self->n_frames; i++)
        if (!is_before(self->frames, self->order[i - 1], self->order[i]))
            return eai_fail(EDGEAI_E_FORMAT, "%s: two frames named '%s'", where,
                            self->frames[self->order[i]].name);
    return EDGEAI_OK;
}

/* Where each frame's items begin; the order within a frame stays. */
static edgeai_status place_frames(edgeai_detections *self, const char *where)
{
    size_t at = 0;
    for (size_t i = 0; i < self->n_frames; i++)
        self->frames[i].n = 0;
    for (size_t i = 0; i < self->n_found; i++)
        self->frames[self->found[i].frame].n++;
    for (size_t i = 0; i < self->n_frames; i++) {
        if (self->frames[i].n > EDGEAI_DETECTIONS_MAX)
            return eai_fail(EDGEAI_E_LIMIT, "%s: frame '%s': more than %d detections", where,
                            self->frames[i].name, EDGEAI_DETECTIONS_MAX);
        self->frames[i].first = at;
        at += self->frames[i].n;
        self->frames[i].n = 0; /* counted again while items are placed */
    }
    return EDGEAI_OK;
}

edgeai_status eai_detections_finish(edgeai_detections *self, const char *where)
{
    EAI_TRY(sort_frames(self, where));
    EAI_TRY(place_frames(self, where));
    if (self->n_found > self->items_capacity) {
        eai_release(self->allocator, self->items, self->items_capacity * sizeof *self->items);
        self->items_capacity = 0;
        self->items =
            eai_allocate_array(self->allocator, self->n_found, sizeof *self->items, "detections");
        if (!self->items) return EDGEAI_E_MEMORY;
        self->items_capacity = self->n_found;
    }
    self->n_items = self->n_found;
    for (size_t i = 0; i < self->n_found; i++) {
        const eai_found *from = &self->found[i];
        eai_detected_frame *frame = &self->frames[from->frame];
        self->items[frame->first + frame->n++] = (edgeai_detection){
            label_text(self->labels, from->label),
            from->score,
            {from->box[0], from->box[1], from->box[2], from->box[3]},
            from->n_runs ? self->runs.lengths + from->first_run : NULL,
            from->n_runs,
        };
    }
    free_drafts(self);
    return EDGEAI_OK;
}

const eai_detected_frame *eai_detections_find(const edgeai_detections *self, const char *name)
{
    size_t low = 0, high = self->n_frames;
    while (low < high) {
        const size_t middle = (low + high) / 2;
        const eai_detected_frame *frame = &self->frames[self->order[middle]];
        const int order = strcmp(name, frame->name);
        if (order == 0) return frame;
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return NULL;
}
