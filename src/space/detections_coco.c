/* SPDX-License-Identifier: MIT */

/* COCO results: an array of detections by numbers of images and categories, whose names are in
 * another file. Numbers have gaps (1 to 90 for 80 categories). */

#include <inttypes.h>
#include <string.h>

#include "base/fail.h"
#include "base/memory.h"
#include "base/sort.h"
#include "space/detected.h"
#include "space/folder_names.h"
#include "space/json_fields.h"

enum { PATH_BYTES = 1024 };

/* Numbers of a file, each standing for an index. */
typedef struct numbers {
    const edgeai_allocator *allocator;
    int64_t *ids;
    size_t *values, *order; /* order: by id */
    size_t n, capacity;
} numbers;

static void free_numbers(numbers *self)
{
    eai_release(self->allocator, self->ids, self->capacity * sizeof *self->ids);
    eai_release(self->allocator, self->values, self->capacity * sizeof *self->values);
    eai_release(self->allocator, self->order, self->capacity * sizeof *self->order);
}

/* Room for as many as an array of this many bytes can have. */
static edgeai_status reserve(numbers *self, size_t n)
{
    self->capacity = n;
    self->ids = eai_allocate_array(self->allocator, n, sizeof *self->ids, "numbers");
    self->values = eai_allocate_array(self->allocator, n, sizeof *self->values, "numbers");
    self->order = eai_allocate_array(self->allocator, n, sizeof *self->order, "numbers");
    return self->ids && self->values && self->order ? EDGEAI_OK : EDGEAI_E_MEMORY;
}

static bool is_before(const void *user, size_t a, size_t b)
{
    const int64_t *ids = user;
    return ids[a] < ids[b];
}

static edgeai_status sort_numbers(numbers *self, const char *what, const char *where)
{
    for (size_t i = 0; i < self->n; i++)
        self->order[i] = i;
    if (self->n) eai_sort_items(self->order, self->n, is_before, self->ids);
    for (size_t i = 1; i < self->n; i++)
        if (self->ids[self->order[i - 1]] == self->ids[self->order[i]])
            return eai_fail(EDGEAI_E_FORMAT, "%s: two %s of id %" PRId64, where, what,
                            self->ids[self->order[i]]);
    return EDGEAI_OK;
}

static bool find_number(const numbers *self, int64_t id, size_t *value)
{
    size_t low = 0, high = self->n;
    while (low < high) {
        const size_t middle = (low + high) / 2;
        if (self->ids[self->order[middle]] < id)
            low = middle + 1;
        else
            high = middle;
    }
    if (low == self->n || self->ids[self->order[low]] != id) return false;
    *value = self->values[self->order[low]];
    return true;
}

/* {"id": 3, KEY: "text"}; false in *found when either is missing. */
static edgeai_status read_named(eai_json_scan *scan, const char *key, int64_t *id,
                                char text[PATH_BYTES], bool *found)
{
    eai_fields_object object = {0};
    bool has_id = false, has_text = false;
    while (eai_fields_key(scan, &object)) {
        if (eai_fields_is(object.key, object.n, "id")) {
            has_id = true;
            EAI_TRY(eai_json_int(scan, id));
        } else if (eai_fields_is(object.key, object.n, key)) {
            has_text = true;
            EAI_TRY(eai_fields_text(scan, text, PATH_BYTES));
        } else {
            EAI_TRY(eai_json_skip(scan));
        }
    }
    *found = has_id && has_text;
    return object.status;
}

typedef struct coco {
    edgeai_detections *detections;
    numbers images, categories;
} coco;

static edgeai_status add_number(numbers *self, int64_t id, size_t value)
{
    self->ids[self->n] = id;
    self->values[self->n++] = value;
    return EDGEAI_OK;
}

static edgeai_status read_images(coco *self, eai_json_scan *scan)
{
    eai_fields_object array = {0};
    while (eai_fields_item(scan, &array)) {
        char path[PATH_BYTES], name[EDGEAI_LABEL_BYTES];
        int64_t id;
        bool found;
        EAI_TRY(read_named(scan, "file_name", &id, path, &found));
        if (!found) return eai_json_fail(scan, "images: expected id and file_name");
        if (!eai_frame_name(path, name, sizeof name)) name[0] = '\0';
        EAI_TRY(eai_detections_add_frame(self->detections, name, scan->what));
        EAI_TRY(add_number(&self->images, id, self->detections->n_frames - 1));
    }
    return array.status;
}

static edgeai_status read_categories(coco *self, eai_json_scan *scan)
{
    eai_fields_object array = {0};
    while (eai_fields_item(scan, &array)) {
        char name[PATH_BYTES];
        int64_t id;
        size_t label;
        bool found;
        EAI_TRY(read_named(scan, "name", &id, name, &found));
        if (!found) return eai_json_fail(scan, "categories: expected id and name");
        EAI_TRY(eai_detections_label(self->detections, name, strlen(name), scan->what, &label));
        EAI_TRY(add_number(&self->categories, id, label));
    }
    return array.status;
}

static edgeai_status read_names(coco *self, const char *text, size_t n, const char *where)
{
    eai_json_scan scan = {text, n, 0, where};
    eai_fields_object object = {0};
    bool has_images = false, has_categories = false;
    /* The shortest entry is {"id":1}, and a comma. */
    EAI_TRY(reserve(&self->images, n / 8 + 1));
    EAI_TRY(reserve(&self->categories, n / 8 + 1));
    while (eai_fields_key(&scan, &object)) {
        if (eai_fields_is(object.key, object.n, "images")) {
            has_images = true;
            EAI_TRY(read_images(self, &scan));
        } else if (eai_fields_is(object.key, object.n, "categories")) {
            has_categories = true;
            EAI_TRY(read_categories(self, &scan));
        } else {
            EAI_TRY(eai_json_skip(&scan));
        }
    }
    EAI_TRY(object.status);
    EAI_TRY(eai_json_end(&scan));
    if (!has_images || !has_categories)
        return eai_fail(EDGEAI_E_FORMAT, "%s: expected COCO's images and categories", where);
    EAI_TRY(sort_numbers(&self->images, "images", where));
    return sort_numbers(&self->categories, "categories", where);
}

static edgeai_status read_image_id(const coco *self, eai_json_scan *scan, eai_found *found)
{
    int64_t id;
    EAI_TRY(eai_json_int(scan, &id));
    if (find_number(&self->images, id, &found->frame)) return EDGEAI_OK;
    return eai_json_fail(scan, "image_id %" PRId64 ": no such image among the names", id);
}

static edgeai_status read_category_id(const coco *self, eai_json_scan *scan, eai_found *found)
{
    int64_t id;
    EAI_TRY(eai_json_int(scan, &id));
    if (find_number(&self->categories, id, &found->label)) return EDGEAI_OK;
    return eai_json_fail(scan, "category_id %" PRId64 ": no such category among the names", id);
}

/* The keys of a detection come in any order, but a mask needs its image: it is read afterwards. */
static edgeai_status read_result(coco *self, eai_json_scan *scan)
{
    eai_found found = {.score = 1};
    eai_fields_object object = {0};
    eai_json_scan mask = {0};
    double box[4] = {0}, score = 1;
    bool has_image = false, has_category = false, has_box = false;
    while (eai_fields_key(scan, &object)) {
        if (eai_fields_is(object.key, object.n, "image_id")) {
            has_image = true;
            EAI_TRY(read_image_id(self, scan, &found));
        } else if (eai_fields_is(object.key, object.n, "category_id")) {
            has_category = true;
            EAI_TRY(read_category_id(self, scan, &found));
        } else if (eai_fields_is(object.key, object.n, "bbox")) {
            has_box = true;
            EAI_TRY(eai_fields_numbers(scan, box, 4));
        } else if (eai_fields_is(object.key, object.n, "score")) {
            EAI_TRY(eai_fields_number(scan, &score));
        } else {
            if (eai_fields_is(object.key, object.n, "segmentation")) mask = *scan;
            EAI_TRY(eai_json_skip(scan));
        }
    }
    EAI_TRY(object.status);
    if (!has_image || !has_category || (!has_box && !mask.text))
        return eai_json_fail(scan, "expected image_id, category_id and bbox or segmentation");
    if (mask.text) EAI_TRY(eai_detections_read_mask(self->detections, &mask, &found));
    found.score = score >= 0 && score <= 1 ? (float)score : -1;
    for (int i = 0; i < 4; i++)
        found.box[i] = box[i] > -1e9 && box[i] < 1e9 ? (float)box[i] : 1e9f;
    if (!has_box)
        (void)eai_runs_box(self->detections->runs.lengths + found.first_run, found.n_runs,
                           self->detections->frames[found.frame].mask_height, found.box);
    const char *fault = eai_detection_fault(&found);
    return fault ? eai_json_fail(scan, "%s", fault) : eai_detections_add(self->detections, &found);
}

static edgeai_status read_results(coco *self, const char *text, size_t n, const char *where)
{
    eai_json_scan scan = {text, n, 0, where};
    eai_fields_object array = {0};
    while (eai_fields_item(&scan, &array))
        EAI_TRY(read_result(self, &scan));
    EAI_TRY(array.status);
    return eai_json_end(&scan);
}

edgeai_status eai_detections_read_coco(edgeai_detections *detections, const char *text, size_t n,
                                       const char *where, const char *names, size_t n_names,
                                       const char *names_where)
{
    coco self = {.detections = detections};
    self.images.allocator = self.categories.allocator = detections->allocator;
    edgeai_status status = read_names(&self, names, n_names, names_where);
    if (status == EDGEAI_OK) status = read_results(&self, text, n, where);
    free_numbers(&self.images);
    free_numbers(&self.categories);
    return status;
}
