/* SPDX-License-Identifier: MIT */
#include "space/fusing.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/fail.h"
#include "base/memory.h"
#include "base/sort.h"
#include "space/frame_check.h"

#define SAME_BOX      0.8 /* intersection over union of what is one detection twice */
#define TRANSLATION_M 1e6 /* farther away no pose makes sense */

/* What observing one frame's detections needs, and brings forth. */
typedef struct intake {
    eai_fusing *fusing;
    const edgeai_detection *detections;
    size_t *order, n_order; /* those above the least score, the best first */
    eai_observe_scratch *scratch;
    eai_observation *observations; /* [EDGEAI_MAP_VIEWS_MAX] */
    float *points;                 /* [EDGEAI_MAP_VIEWS_MAX * EDGEAI_MAP_POINTS_MAX][3] */
    int n_observations, n_points;
    eai_admission admission; /* of this frame */
} intake;

enum {
    OBSERVATION_BYTES = EDGEAI_MAP_VIEWS_MAX * sizeof(eai_observation),
    POINT_BYTES = EDGEAI_MAP_VIEWS_MAX * EDGEAI_MAP_POINTS_MAX * 3 * sizeof(float)
};

static bool better(const void *user, size_t a, size_t b)
{
    const edgeai_detection *detections = user;
    const float more = detections[a].score - detections[b].score;
    return more > 0 || (more == 0 && a < b);
}

static edgeai_status begin_intake(intake *self, size_t n)
{
    const edgeai_allocator *allocator = self->fusing->allocator;
    self->order = eai_allocate_array(allocator, n, sizeof *self->order, "a frame's detections");
    self->scratch = eai_allocate(allocator, sizeof *self->scratch, "a frame's detections");
    self->observations = eai_allocate(allocator, OBSERVATION_BYTES, "a frame's detections");
    self->points = eai_allocate(allocator, POINT_BYTES, "a frame's points");
    if (!self->order || !self->scratch || !self->observations || !self->points)
        return EDGEAI_E_MEMORY;
    for (size_t i = 0; i < n; i++)
        if ((double)self->detections[i].score >= self->fusing->rules.score_min)
            self->order[self->n_order++] = i;
    self->admission.n_detections = n;
    self->admission.n_below_score = n - self->n_order;
    eai_sort_items(self->order, self->n_order, better, self->detections);
    return EDGEAI_OK;
}

static void end_intake(intake *self, size_t n)
{
    const edgeai_allocator *allocator = self->fusing->allocator;
    eai_release(allocator, self->order, n * sizeof *self->order);
    eai_release(allocator, self->scratch, sizeof *self->scratch);
    eai_release(allocator, self->observations, OBSERVATION_BYTES);
    eai_release(allocator, self->points, POINT_BYTES);
}

static edgeai_status intern(eai_fusing *fusing, const char *label, int *index)
{
    for (int i = 0; i < fusing->n_labels; i++)
        if (strcmp(fusing->labels[i], label) == 0) {
            *index = i;
            return EDGEAI_OK;
        }
    if (fusing->n_labels == EDGEAI_MAP_LABELS_MAX)
        return eai_fail(EDGEAI_E_LIMIT, "map: expected at most %d different labels",
                        EDGEAI_MAP_LABELS_MAX);
    if (fusing->n_labels == fusing->labels_capacity) {
        const int more = 2 * fusing->labels_capacity + 32;
        void *grown = eai_reallocate(fusing->allocator, fusing->labels,
                                     (size_t)fusing->labels_capacity * sizeof *fusing->labels,
                                     (size_t)more * sizeof *fusing->labels, "a map's labels");
        if (!grown) return EDGEAI_E_MEMORY;
        fusing->labels = grown;
        fusing->labels_capacity = more;
    }
    memset(fusing->labels[fusing->n_labels], 0, sizeof fusing->labels[0]);
    memcpy(fusing->labels[fusing->n_labels], label, strlen(label));
    *index = fusing->n_labels++;
    return EDGEAI_OK;
}

static bool is_duplicate(const eai_observation *observations, int n, const float box[4], int label)
{
    for (int i = 0; i < n; i++)
        if (observations[i].label == label && eai_box_overlap(observations[i].box, box) >= SAME_BOX)
            return true;
    return false;
}

/* n_before observations of `before` are there already. */
static edgeai_status observe_all(intake *self, const edgeai_camera *camera, const eai_depth *depth,
                                 const eai_observation *before, int n_before)
{
    for (size_t i = 0; i < self->n_order; i++) {
        const edgeai_detection *detection = &self->detections[self->order[i]];
        if (n_before + self->n_observations == EDGEAI_MAP_VIEWS_MAX) {
            self->admission.n_beyond_limit += self->n_order - i;
            break;
        }
        int label = 0;
        edgeai_status status = intern(self->fusing, detection->label, &label);
        if (status) return status;
        if (is_duplicate(before, n_before, detection->box, label) ||
            is_duplicate(self->observations, self->n_observations, detection->box, label)) {
            self->admission.n_duplicates++;
            continue;
        }
        eai_observation *observation = &self->observations[self->n_observations];
        const int n = eai_observe(observation, self->points + 3 * (size_t)self->n_points, detection,
                                  camera, depth, self->fusing->rules.points_min, self->scratch);
        if (n == 0) {
            self->admission.n_without_depth++;
            continue;
        }
        observation->label = label;
        observation->first_point = self->n_points;
        self->n_points += n;
        self->n_observations++;
    }
    return EDGEAI_OK;
}

/* Puts the intake behind what the frame has: both arrays anew, or none. */
static edgeai_status append(const intake *self, eai_kept_frame *frame)
{
    const edgeai_allocator *allocator = self->fusing->allocator;
    const size_t n_before = (size_t)frame->n_observations, n_new = (size_t)self->n_observations;
    const size_t points_before = (size_t)frame->n_points, points_new = (size_t)self->n_points;
    if (n_new == 0) return EDGEAI_OK;
    eai_observation *observations = eai_allocate_array(
        allocator, n_before + n_new, sizeof *observations, "a frame's detections");
    float *points = eai_allocate_array(allocator, points_before + points_new, 3 * sizeof *points,
                                       "a frame's points");
    if (!observations || !points) {
        eai_release(allocator, observations, (n_before + n_new) * sizeof *observations);
        eai_release(allocator, points, (points_before + points_new) * 3 * sizeof *points);
        return EDGEAI_E_MEMORY;
    }
    if (n_before > 0) {
        memcpy(observations, frame->observations, n_before * sizeof *observations);
        memcpy(points, frame->points, 3 * points_before * sizeof *points);
    }
    memcpy(observations + n_before, self->observations, n_new * sizeof *observations);
    memcpy(points + 3 * points_before, self->points, 3 * points_new * sizeof *points);
    for (size_t i = n_before; i < n_before + n_new; i++)
        observations[i].first_point += frame->n_points;
    eai_release(allocator, frame->observations, n_before * sizeof *observations);
    eai_release(allocator, frame->points, 3 * points_before * sizeof *points);
    frame->observations = observations;
    frame->points = points;
    frame->n_observations += self->n_observations;
    frame->n_points += self->n_points;
    return EDGEAI_OK;
}

static void count(eai_admission *sums, const eai_admission *more)
{
    sums->n_detections += more->n_detections;
    sums->n_below_score += more->n_below_score;
    sums->n_beyond_limit += more->n_beyond_limit;
    sums->n_duplicates += more->n_duplicates;
    sums->n_without_depth += more->n_without_depth;
}

/* Observes detections in `depth` and appends them to the frame. */
static edgeai_status take_in(eai_fusing *fusing, eai_kept_frame *frame, const eai_depth *depth,
                             const edgeai_detection *detections, size_t n)
{
    if (n == 0) return EDGEAI_OK;
    intake self = {.fusing = fusing, .detections = detections};
    const int n_labels = fusing->n_labels;
    edgeai_status status = begin_intake(&self, n);
    if (!status)
        status = observe_all(&self, &frame->place.camera, depth, frame->observations,
                             frame->n_observations);
    if (!status) status = append(&self, frame);
    end_intake(&self, n);
    if (status)
        fusing->n_labels = n_labels;
    else
        count(&fusing->admission, &self.admission);
    return status;
}

static void name_frame(char out[EDGEAI_LABEL_BYTES], const char *name, size_t number)
{
    if (name)
        snprintf(out, EDGEAI_LABEL_BYTES, "%s", name);
    else
        snprintf(out, EDGEAI_LABEL_BYTES, "frame-%06zu", number);
}

static edgeai_status check_pose(eai_fusing *fusing, const edgeai_frame *frame, eai_kept_frame *kept)
{
    const char *name = kept->place.name;
    kept->place.pose = eai_pose_identity();
    if (fusing->n_frames > 0 && (frame->pose != NULL) != fusing->poses_given)
        return eai_fail(EDGEAI_E_INVALID,
                        "%s: %s pose, but the frames before have %s: all of a map or none", name,
                        frame->pose ? "a" : "no", frame->pose ? "none" : "one");
    if (!frame->pose) return EDGEAI_OK;
    kept->place.pose = *frame->pose;
    if (!eai_pose_orthonormalize(&kept->place.pose))
        return eai_fail(EDGEAI_E_INVALID,
                        "%s: the pose is not finite, or its rotation is none "
                        "(expected orthonormal rows, determinant 1)",
                        name);
    for (int i = 0; i < 3; i++)
        if (fabs(frame->pose->translation[i]) > TRANSLATION_M)
            return eai_fail(EDGEAI_E_INVALID, "%s: the pose is %g m away, expected at most %g",
                            name, frame->pose->translation[i], TRANSLATION_M);
    return EDGEAI_OK;
}

static edgeai_status check(eai_fusing *fusing, const edgeai_frame *frame, eai_kept_frame *kept)
{
    if (fusing->n_frames == EDGEAI_MAP_FRAMES_MAX)
        return eai_fail(EDGEAI_E_LIMIT, "map: expected at most %d frames", EDGEAI_MAP_FRAMES_MAX);
    name_frame(kept->place.name, frame->name, fusing->n_frames);
    EAI_TRY(eai_frame_check(frame, kept->place.name));
    EAI_TRY(eai_detections_check(frame->detections, frame->n_detections, &frame->camera,
                                 kept->place.name));
    EAI_TRY(check_pose(fusing, frame, kept));
    if (!frame->pose && !frame->color && !frame->depth)
        return eai_fail(EDGEAI_E_INVALID, "%s: neither pose, colour nor depth", kept->place.name);
    if (fusing->n_frames > 0 && frame->time_s < fusing->frames[fusing->n_frames - 1].place.time_s)
        return eai_fail(EDGEAI_E_INVALID, "%s: time %g s is before %g s of the frame before",
                        kept->place.name, frame->time_s,
                        fusing->frames[fusing->n_frames - 1].place.time_s);
    kept->place.time_s = frame->time_s;
    kept->place.camera = frame->camera;
    kept->place.reliability = 1;
    kept->detector_ran = frame->detector_ran || frame->n_detections > 0;
    return EDGEAI_OK;
}

static edgeai_status reserve(eai_fusing *fusing)
{
    if (fusing->n_frames < fusing->frames_capacity) return EDGEAI_OK;
    const size_t more = fusing->frames_capacity * 2 + 16;
    void *grown = eai_reallocate(fusing->allocator, fusing->frames,
                                 fusing->frames_capacity * sizeof *fusing->frames,
                                 more * sizeof *fusing->frames, "a map's frames");
    if (!grown) return EDGEAI_E_MEMORY;
    fusing->frames = grown;
    fusing->frames_capacity = more;
    return EDGEAI_OK;
}

/* Poses have to be found: the last step of adding, for it cannot be taken back. */
static edgeai_status align(eai_fusing *fusing, const edgeai_frame *frame)
{
    if (frame->pose) return EDGEAI_OK;
    if (!fusing->align) {
        const eai_align_options options = {.seed = fusing->rules.seed};
        EAI_TRY(eai_align_create(&fusing->align, fusing->context, &options));
    }
    return eai_align_add(fusing->align, frame);
}

edgeai_status eai_fusing_add(eai_fusing *fusing, const edgeai_frame *frame)
{
    eai_kept_frame kept = {0};
    EAI_TRY(check(fusing, frame, &kept));
    EAI_TRY(reserve(fusing));
    const edgeai_map_options *rules = &fusing->rules;
    const eai_depth depth = eai_depth_of_frame(frame, rules->depth_min_m, rules->depth_max_m);
    const eai_admission admission = fusing->admission;
    const int n_labels = fusing->n_labels;
    edgeai_status status = eai_depth_shrink(&kept.depth, &depth, fusing->allocator);
    if (!status) status = take_in(fusing, &kept, &depth, frame->detections, frame->n_detections);
    if (!status) status = align(fusing, frame);
    if (status) {
        fusing->admission = admission;
        fusing->n_labels = n_labels;
        eai_kept_frame_free(&kept, fusing->allocator);
        return status;
    }
    fusing->poses_given = frame->pose != NULL;
    fusing->frames[fusing->n_frames++] = kept;
    return EDGEAI_OK;
}

edgeai_status eai_fusing_add_detections(eai_fusing *fusing, size_t frame,
                                        const edgeai_detection *detections, size_t n)
{
    if (frame >= fusing->n_frames)
        return eai_fail(EDGEAI_E_INVALID, "map: expected a frame below %zu, found %zu",
                        fusing->n_frames, frame);
    eai_kept_frame *kept = &fusing->frames[frame];
    if (n > 0 && !detections)
        return eai_fail(EDGEAI_E_INVALID, "%s: %zu detections at NULL", kept->place.name, n);
    EAI_TRY(eai_detections_check(detections, n, &kept->place.camera, kept->place.name));
    EAI_TRY(take_in(fusing, kept, &kept->depth, detections, n));
    kept->detector_ran = true;
    if (fusing->tracks.n_frames > frame) eai_tracks_free(&fusing->tracks); /* begin again */
    return EDGEAI_OK;
}
