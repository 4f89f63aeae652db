/* SPDX-License-Identifier: MIT */

/* Our own detections: docs/formats/detections.md. */

#include <string.h>

#include "base/fail.h"
#include "space/detected.h"
#include "space/json_fields.h"

enum { VERSION = 1 };

static edgeai_status read_box(eai_json_scan *scan, float box[4])
{
    double values[4];
    EAI_TRY(eai_fields_numbers(scan, values, 4));
    for (int i = 0; i < 4; i++)
        box[i] = values[i] > -1e9 && values[i] < 1e9 ? (float)values[i] : 1e9f;
    return EDGEAI_OK;
}

static edgeai_status read_detection(edgeai_detections *self, eai_json_scan *scan)
{
    eai_found found = {.frame = self->n_frames - 1, .score = 1};
    eai_fields_object object = {0};
    bool has_label = false, has_box = false;
    char label[EDGEAI_LABEL_BYTES];
    while (eai_fields_key(scan, &object)) {
        if (eai_fields_is(object.key, object.n, "label")) {
            has_label = true;
            EAI_TRY(eai_fields_text(scan, label, sizeof label));
            EAI_TRY(eai_detections_label(self, label, strlen(label), scan->what, &found.label));
        } else if (eai_fields_is(object.key, object.n, "score")) {
            double score;
            EAI_TRY(eai_fields_number(scan, &score));
            found.score = score >= 0 && score <= 1 ? (float)score : -1;
        } else if (eai_fields_is(object.key, object.n, "box")) {
            has_box = true;
            EAI_TRY(read_box(scan, found.box));
        } else if (eai_fields_is(object.key, object.n, "mask") && found.n_runs == 0) {
            EAI_TRY(eai_detections_read_mask(self, scan, &found));
        } else {
            EAI_TRY(eai_json_skip(scan));
        }
    }
    EAI_TRY(object.status);
    if (!has_label || !has_box) return eai_json_fail(scan, "expected a label and a box");
    const char *fault = eai_detection_fault(&found);
    return fault ? eai_json_fail(scan, "%s", fault) : eai_detections_add(self, &found);
}

static edgeai_status read_detections(edgeai_detections *self, eai_json_scan *scan)
{
    eai_fields_object array = {0};
    while (eai_fields_item(scan, &array))
        EAI_TRY(read_detection(self, scan));
    return array.status;
}

/* The name may stand behind the detections. */
static edgeai_status read_frame(edgeai_detections *self, eai_json_scan *scan)
{
    eai_fields_object object = {0};
    char name[EDGEAI_LABEL_BYTES] = "";
    EAI_TRY(eai_detections_add_frame(self, "?", scan->what));
    while (eai_fields_key(scan, &object)) {
        if (eai_fields_is(object.key, object.n, "name"))
            EAI_TRY(eai_fields_text(scan, name, sizeof name));
        else if (eai_fields_is(object.key, object.n, "detections"))
            EAI_TRY(read_detections(self, scan));
        else
            EAI_TRY(eai_json_skip(scan));
    }
    EAI_TRY(object.status);
    if (!name[0]) return eai_json_fail(scan, "frame %zu: expected a name", self->n_frames - 1);
    memcpy(self->frames[self->n_frames - 1].name, name, sizeof name);
    return EDGEAI_OK;
}

edgeai_status eai_detections_read_ours(edgeai_detections *self, const char *text, size_t n,
                                       const char *where)
{
    eai_json_scan scan = {text, n, 0, where};
    eai_fields_object object = {0};
    bool has_version = false;
    while (eai_fields_key(&scan, &object)) {
        if (eai_fields_is(object.key, object.n, "version")) {
            has_version = true;
            EAI_TRY(eai_fields_version(&scan, VERSION));
        } else if (eai_fields_is(object.key, object.n, "frames")) {
            eai_fields_object array = {0};
            while (eai_fields_item(&scan, &array))
                EAI_TRY(read_frame(self, &scan));
            EAI_TRY(array.status);
        } else {
            EAI_TRY(eai_json_skip(&scan));
        }
    }
    EAI_TRY(object.status);
    EAI_TRY(eai_json_end(&scan));
    if (has_version) return EDGEAI_OK;
    return eai_fail(EDGEAI_E_VERSION, "%s: expected \"version\": %d", where, VERSION);
}
