/* SPDX-License-Identifier: MIT */

/* Key frames of a recording: its frames loaded and scored one by one. */

#include <string.h>
#include <strings.h>

#include "base/fail.h"
#include "base/memory.h"
#include "platform/context_internal.h"
#include "space/detected.h"
#include "space/key_frames.h"
#include "space/recorded.h"

enum { WANTED = 25, ROUNDS = 20, LABELS_MAX = 4096 };

/* What the scorer works with. */
typedef struct scorer {
    edgeai_recording *recording;
    edgeai_detections *detections;
    size_t n_labels;
    double *weights;         /* [n_labels] */
    bool *is_target;         /* [n_labels] */
    eai_sighting *sightings; /* [n_labels] of the frame at hand */
    size_t *places;          /* [n_labels] 1 + place in sightings; 0: not seen */
    size_t n_sightings;
} scorer;

static void give_back(scorer *self, const edgeai_allocator *allocator)
{
    eai_release(allocator, self->weights, self->n_labels * sizeof *self->weights);
    eai_release(allocator, self->is_target, self->n_labels * sizeof *self->is_target);
    eai_release(allocator, self->sightings, self->n_labels * sizeof *self->sightings);
    eai_release(allocator, self->places, self->n_labels * sizeof *self->places);
}

static edgeai_status make_room(scorer *self, const edgeai_allocator *allocator)
{
    const size_t n = self->n_labels;
    if (n == 0) return EDGEAI_OK;
    self->weights = eai_allocate_array(allocator, n, sizeof *self->weights, "key frames");
    self->is_target = eai_allocate_array(allocator, n, sizeof *self->is_target, "key frames");
    self->sightings = eai_allocate_array(allocator, n, sizeof *self->sightings, "key frames");
    self->places = eai_allocate_array(allocator, n, sizeof *self->places, "key frames");
    const bool is_ok = self->weights && self->is_target && self->sightings && self->places;
    return is_ok ? EDGEAI_OK : EDGEAI_E_MEMORY;
}

static bool is_among(const char *const *labels, size_t n, const char *label)
{
    for (size_t i = 0; i < n; i++)
        if (labels[i] && strcasecmp(labels[i], label) == 0) return true;
    return false;
}

static void weigh(scorer *self, const edgeai_key_frames_options *options)
{
    for (size_t i = 0; i < self->n_labels; i++) {
        const char *label = edgeai_detections_label(self->detections, i);
        self->is_target[i] = is_among(options->targets, options->n_targets, label);
        self->weights[i] = self->is_target[i] || options->n_targets == 0     ? 1
                           : is_among(options->cues, options->n_cues, label) ? 0.5
                                                                             : 0;
    }
}

/* The label's number. Labels are the detections' own texts, so addresses are enough to know one,
 * and rise with its number. */
static size_t number_of(const scorer *self, const char *label)
{
    const eai_label_table *labels = self->detections->labels;
    const size_t at = (size_t)(label - labels->bytes.bytes);
    size_t low = 0, high = labels->n;
    while (low + 1 < high) {
        const size_t middle = (low + high) / 2;
        if (labels->starts[middle] <= at)
            low = middle;
        else
            high = middle;
    }
    return low;
}

static void count(scorer *self, const edgeai_frame *frame)
{
    for (size_t i = 0; i < self->n_sightings; i++)
        self->places[self->sightings[i].label] = 0;
    self->n_sightings = 0;
    for (size_t i = 0; i < frame->n_detections; i++) {
        const edgeai_detection *detection = &frame->detections[i];
        const size_t label = number_of(self, detection->label);
        if (!self->places[label]) {
            self->sightings[self->n_sightings++] = (eai_sighting){label, 0, 0};
            self->places[label] = self->n_sightings;
        }
        eai_sighting *seen = &self->sightings[self->places[label] - 1];
        if ((double)detection->score > seen->best) seen->best = (double)detection->score;
        seen->n++;
    }
}

static edgeai_status score(void *user, size_t i, eai_evidence *evidence)
{
    scorer *self = user;
    edgeai_frame frame = EDGEAI_FRAME_INIT;
    EAI_TRY(edgeai_recording_load(self->recording, i, &frame));
    if (self->detections) EAI_TRY(edgeai_detections_apply(self->detections, &frame));
    count(self, &frame);
    evidence->sharpness = frame.color ? eai_image_sharpness(frame.color) : -1;
    evidence->sightings = self->sightings;
    evidence->n_sightings = self->n_sightings;
    return EDGEAI_OK;
}

static edgeai_status check(const edgeai_key_frames_options *options)
{
    if (options->struct_size != sizeof *options)
        return eai_fail(EDGEAI_E_INVALID, "key_frames: options: struct_size is not set");
    if (options->n_rounds < 0 || options->n_rounds > 1000)
        return eai_fail(EDGEAI_E_INVALID, "key_frames: options: n_rounds: expected 0 to 1000");
    if ((options->n_targets && !options->targets) || (options->n_cues && !options->cues) ||
        options->n_targets > LABELS_MAX || options->n_cues > LABELS_MAX)
        return eai_fail(EDGEAI_E_INVALID,
                        "key_frames: options: expected 0 to %d targets and cues, none of them NULL",
                        LABELS_MAX);
    return EDGEAI_OK;
}

edgeai_status edgeai_key_frames(edgeai_recording *recording, edgeai_detections *detections,
                                const edgeai_key_frames_options *options, size_t *frames,
                                size_t *n_frames)
{
    static const edgeai_key_frames_options defaults = EDGEAI_KEY_FRAMES_OPTIONS_INIT;
    if (!recording || !frames || !n_frames)
        return eai_fail(EDGEAI_E_INVALID, "key_frames: recording, frames or n_frames is NULL");
    *n_frames = 0;
    if (!options) options = &defaults;
    EAI_TRY(check(options));
    const edgeai_allocator *allocator = recording->allocator;
    scorer self = {recording, detections, edgeai_detections_n_labels(detections)};
    edgeai_status status = make_room(&self, allocator);
    if (status == EDGEAI_OK) {
        weigh(&self, options);
        const eai_key_frames_task task = {
            .n_frames = edgeai_recording_frames(recording),
            .n_wanted = options->n_wanted ? options->n_wanted : WANTED,
            .n_labels = self.n_labels,
            .weights = self.weights,
            .is_target = self.is_target,
            .n_rounds = options->n_rounds ? options->n_rounds : ROUNDS,
            .seed = options->seed,
            .score = score,
            .user = &self,
        };
        status = eai_key_frames_choose(allocator, &task, frames, n_frames);
    }
    give_back(&self, allocator);
    return status;
}
