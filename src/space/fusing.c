/* SPDX-License-Identifier: MIT */
#include "space/fusing.h"

#include <math.h>
#include <string.h>
#include <strings.h>

#include "base/memory.h"
#include "platform/context_internal.h"
#include "space/candidates.h"
#include "space/floor.h"
#include "space/gravity.h"
#include "space/occupancy.h"
#include "space/room_area.h"
#include "space/select_objects.h"

#define RELIABLE 0.1 /* frames on weaker paths keep their place, but what they saw is not fused */

enum { KEY_FRAMES = 25, MERGE_ROUNDS = 3 };

/* One update's work, thrown away afterwards. */
typedef struct update {
    eai_fusing *fusing;
    const edgeai_allocator *allocator;
    eai_place *places;           /* [n frames] */
    edgeai_pose *poses, *mapped; /* [n frames] camera to the poses' frame, and to the map */
    bool *fused;                 /* [n frames] */
    bool *wanted;                /* [n labels] */
    eai_groups groups;
    eai_candidates candidates;
    eai_map_content content;
    eai_fusing_result result;
} update;

/* ---- where frames are ---- */

static edgeai_status place_frames(update *self)
{
    const eai_fusing *fusing = self->fusing;
    const size_t n = fusing->n_frames;
    int root = 0, n_components = 1;
    if (fusing->align) {
        edgeai_status status = eai_align_solve(fusing->align, self->places, &root, &n_components);
        if (status) return status;
    }
    for (size_t i = 0; i < n; i++) {
        if (!fusing->align) self->places[i] = (eai_place){fusing->frames[i].place.pose, 0, 1};
        self->poses[i] = self->places[i].pose;
        self->fused[i] = self->places[i].component == 0 && self->places[i].reliability >= RELIABLE;
        self->result.n_connected += self->places[i].component == 0;
    }
    self->content.root = root;
    self->content.n_components = n_components;
    return EDGEAI_OK;
}

/* ---- who is who ---- */

static bool tracks_are_current(const eai_fusing *fusing, const update *self)
{
    const size_t n = fusing->tracks.n_frames;
    return n > 0 && n <= fusing->n_frames &&
           memcmp(fusing->track_poses, self->poses, n * sizeof *self->poses) == 0 &&
           memcmp(fusing->track_fused, self->fused, n * sizeof *self->fused) == 0;
}

static edgeai_status reserve_track_poses(eai_fusing *fusing)
{
    const size_t n = fusing->n_frames, old = fusing->track_poses_capacity;
    if (n <= old) return EDGEAI_OK;
    const size_t more = n + n / 2 + 16;
    edgeai_pose *poses =
        eai_allocate_array(fusing->allocator, more, sizeof *poses, "a map's poses");
    bool *fused = eai_allocate_array(fusing->allocator, more, sizeof *fused, "a map's poses");
    if (!poses || !fused) {
        eai_release(fusing->allocator, poses, more * sizeof *poses);
        eai_release(fusing->allocator, fused, more * sizeof *fused);
        return EDGEAI_E_MEMORY;
    }
    if (old > 0) {
        memcpy(poses, fusing->track_poses, old * sizeof *poses);
        memcpy(fused, fusing->track_fused, old * sizeof *fused);
    }
    eai_release(fusing->allocator, fusing->track_poses, old * sizeof *poses);
    eai_release(fusing->allocator, fusing->track_fused, old * sizeof *fused);
    fusing->track_poses = poses;
    fusing->track_fused = fused;
    fusing->track_poses_capacity = more;
    return EDGEAI_OK;
}

static edgeai_status associate(update *self)
{
    eai_fusing *fusing = self->fusing;
    const edgeai_map_options *rules = &fusing->rules;
    const eai_placed_frames placed = {fusing->frames, self->poses, self->fused, fusing->n_frames};
    const eai_associate_rules how = {rules->associate_min, rules->label_penalty};
    if (!tracks_are_current(fusing, self)) eai_tracks_free(&fusing->tracks);
    edgeai_status status = reserve_track_poses(fusing);
    if (!status) status = eai_associate(&fusing->tracks, &placed, &how);
    if (status) {
        eai_tracks_free(&fusing->tracks); /* half a frame may have been taken in */
        return status;
    }
    memcpy(fusing->track_poses, self->poses, fusing->n_frames * sizeof *self->poses);
    memcpy(fusing->track_fused, self->fused, fusing->n_frames * sizeof *self->fused);
    self->result.n_beyond_capacity = fusing->tracks.n_beyond_capacity;
    return eai_merge_objects(&self->groups, &fusing->tracks, &placed, rules->merge_min);
}

/* ---- the map's frame ---- */

static void choose_up(double up[3], const update *self, const eai_placed_frames *placed,
                      bool *given)
{
    const double *wanted = self->fusing->rules.up;
    const double length =
        sqrt(wanted[0] * wanted[0] + wanted[1] * wanted[1] + wanted[2] * wanted[2]);
    *given = length > 0 && self->fusing->poses_given;
    if (!*given) {
        eai_gravity_up(up, placed);
        return;
    }
    for (int i = 0; i < 3; i++)
        up[i] = wanted[i] / length;
}

static edgeai_status find_map_frame(update *self)
{
    const eai_fusing *fusing = self->fusing;
    const eai_placed_frames placed = {fusing->frames, self->poses, self->fused, fusing->n_frames};
    edgeai_pose to_map = eai_pose_identity();
    if (fusing->rules.keep_frame && fusing->poses_given) {
        self->result.floor_found = true;
    } else {
        double up[3];
        eai_floor_rules rules = {fusing->rules.floor_tolerance_m, false, fusing->rules.seed};
        const size_t bytes = EAI_SCENE_POINTS * sizeof(eai_scene_point);
        eai_scene_point *points = eai_allocate(self->allocator, bytes, "surface points");
        if (!points) return EDGEAI_E_MEMORY;
        choose_up(up, self, &placed, &rules.up_is_known);
        const int n = eai_scene_points(points, &placed);
        to_map = eai_find_floor(up, points, n, &rules, &self->result.floor_found);
        eai_release(self->allocator, points, bytes);
    }
    for (size_t i = 0; i < fusing->n_frames; i++)
        self->mapped[i] = eai_pose_compose(&to_map, &self->poses[i]);
    return EDGEAI_OK;
}

/* ---- what is there ---- */

/* Parts of one thing become one group; *changed: boxes are to be made anew. */
static edgeai_status merge_boxes(update *self, const eai_placed_frames *placed, bool *changed)
{
    const size_t n = self->candidates.n;
    *changed = false;
    if (n == 0) return EDGEAI_OK;
    eai_boxed_group *boxed = eai_allocate_array(self->allocator, n, sizeof *boxed, "boxes");
    if (!boxed) return EDGEAI_E_MEMORY;
    for (size_t i = 0; i < n; i++) {
        const eai_candidate *candidate = &self->candidates.items[i];
        boxed[i] = (eai_boxed_group){candidate->id - 1,   candidate->label,
                                     candidate->box,      (const float(*)[3])candidate->points,
                                     candidate->n_points, candidate->truncated};
    }
    *changed = eai_merge_boxes(&self->groups, boxed, (int)n, &self->fusing->tracks, placed) > 0;
    eai_release(self->allocator, boxed, n * sizeof *boxed);
    return EDGEAI_OK;
}

static edgeai_status make_candidates(update *self)
{
    const eai_fusing *fusing = self->fusing;
    const edgeai_map_options *rules = &fusing->rules;
    const eai_placed_frames placed = {fusing->frames, self->mapped, self->fused, fusing->n_frames};
    for (int i = 0; i < fusing->n_labels; i++)
        for (size_t k = 0; k < rules->n_task_labels; k++)
            if (strcasecmp(fusing->labels[i], fusing->task_labels[k]) == 0) self->wanted[i] = true;
    bool changed = true;
    for (int round = 0; changed; round++) {
        eai_candidates_free(&self->candidates);
        edgeai_status status = eai_make_candidates(&self->candidates, &self->groups, &placed,
                                                   fusing->n_labels, self->wanted, rules->views_min,
                                                   self->result.floor_found, self->allocator);
        if (status || round == MERGE_ROUNDS) return status;
        status = merge_boxes(self, &placed, &changed);
        if (status) return status;
    }
    return EDGEAI_OK;
}

static edgeai_status find_objects(update *self)
{
    const eai_fusing *fusing = self->fusing;
    const edgeai_map_options *rules = &fusing->rules;
    const eai_placed_frames placed = {fusing->frames, self->mapped, self->fused, fusing->n_frames};
    edgeai_status status = make_candidates(self);
    if (status) return status;
    const eai_select_rules how = {{rules->visible_min, rules->hidden_m}, rules->misses_max};
    self->result.n_candidates = self->candidates.n;
    return eai_select_objects(&self->content, &self->candidates, &self->groups, &placed,
                              (const char(*)[EDGEAI_LABEL_BYTES])fusing->labels, &how,
                              &self->result.n_ghosts);
}

static edgeai_status find_room(update *self)
{
    const eai_fusing *fusing = self->fusing;
    const edgeai_map_options *rules = &fusing->rules;
    const size_t n = fusing->n_frames;
    const eai_placed_frames placed = {fusing->frames, self->mapped, self->fused, n};
    const eai_occupancy_rules how = {rules->cell_m, rules->obstacle_low_m, rules->obstacle_high_m};
    edgeai_status status = eai_occupancy(&self->content.grid, &placed, &how, self->allocator);
    if (status || self->content.grid.width == 0) return status;
    double(*cameras)[2] = eai_allocate_array(self->allocator, n, sizeof *cameras, "camera places");
    if (!cameras) return EDGEAI_E_MEMORY;
    size_t n_cameras = 0;
    for (size_t i = 0; i < n; i++)
        if (self->fused[i])
            memcpy(cameras[n_cameras++], self->mapped[i].translation, sizeof *cameras);
    status =
        eai_room_area(&self->content.grid, (const double(*)[2])cameras, n_cameras, rules->close_m,
                      self->allocator, &self->content.room_area_m2, &self->content.room_observed);
    eai_release(self->allocator, cameras, n * sizeof *cameras);
    return status;
}

static void write_frames(update *self)
{
    const size_t n = self->fusing->n_frames, every = (n + KEY_FRAMES - 1) / KEY_FRAMES;
    for (size_t i = 0; i < n; i++) {
        eai_map_frame *frame = &self->content.frames[i];
        *frame = self->fusing->frames[i].place;
        frame->pose = self->mapped[i];
        frame->component = self->places[i].component;
        frame->reliability = self->places[i].reliability;
        frame->key = i % every == 0 && frame->component == 0;
    }
}

static edgeai_status begin(update *self)
{
    const size_t n = self->fusing->n_frames, n_labels = (size_t)self->fusing->n_labels;
    const edgeai_allocator *allocator = self->allocator;
    self->places = eai_allocate_array(allocator, n, sizeof *self->places, "frames' places");
    self->poses = eai_allocate_array(allocator, n, sizeof *self->poses, "frames' poses");
    self->mapped = eai_allocate_array(allocator, n, sizeof *self->mapped, "frames' poses");
    self->fused = eai_allocate_array(allocator, n, sizeof *self->fused, "frames' poses");
    self->wanted = eai_allocate_array(allocator, n_labels + 1, sizeof *self->wanted, "labels");
    self->content.allocator = allocator;
    self->content.metric = !self->fusing->rules.not_metric;
    self->content.frames =
        eai_allocate_array(allocator, n, sizeof *self->content.frames, "a map's frames");
    if (!self->places || !self->poses || !self->mapped || !self->fused || !self->wanted ||
        !self->content.frames)
        return EDGEAI_E_MEMORY;
    self->content.n_frames = n;
    return EDGEAI_OK;
}

static void end(update *self)
{
    const size_t n = self->fusing->n_frames, n_labels = (size_t)self->fusing->n_labels;
    const edgeai_allocator *allocator = self->allocator;
    eai_release(allocator, self->places, n * sizeof *self->places);
    eai_release(allocator, self->poses, n * sizeof *self->poses);
    eai_release(allocator, self->mapped, n * sizeof *self->mapped);
    eai_release(allocator, self->fused, n * sizeof *self->fused);
    eai_release(allocator, self->wanted, (n_labels + 1) * sizeof *self->wanted);
    eai_groups_free(&self->groups);
    eai_candidates_free(&self->candidates);
    if (self->content.n_frames == 0) { /* begin() failed half-way */
        eai_release(allocator, self->content.frames, n * sizeof *self->content.frames);
        self->content.frames = NULL;
    }
    eai_map_content_free(&self->content);
}

edgeai_status eai_fusing_update(eai_fusing *fusing, eai_map_content *content)
{
    update self = {.fusing = fusing, .allocator = fusing->allocator};
    if (fusing->n_frames == 0) {
        eai_map_content_free(content);
        *content = (eai_map_content){.allocator = fusing->allocator, .root = -1};
        content->metric = !fusing->rules.not_metric;
        return EDGEAI_OK;
    }
    edgeai_status status = begin(&self);
    if (!status) status = place_frames(&self);
    if (!status) status = associate(&self);
    if (!status) status = find_map_frame(&self);
    if (!status) status = find_objects(&self);
    if (!status) status = find_room(&self);
    if (!status) {
        write_frames(&self);
        eai_map_content_free(content);
        *content = self.content;
        fusing->result = self.result;
        self.content = (eai_map_content){.n_frames = 1}; /* handed over */
    }
    end(&self);
    return status;
}

/* ---- birth and death ---- */

edgeai_status eai_fusing_create(eai_fusing **out, edgeai_context *context,
                                const edgeai_map_options *options)
{
    const edgeai_allocator *allocator = &context->allocator;
    const size_t n = options->n_task_labels;
    *out = NULL;
    eai_fusing *fusing = eai_allocate(allocator, sizeof *fusing, "a map");
    if (!fusing) return EDGEAI_E_MEMORY;
    fusing->context = context;
    fusing->allocator = fusing->tracks.allocator = allocator;
    fusing->rules = *options;
    fusing->rules.task_labels = NULL;
    if (n > 0) {
        fusing->task_labels =
            eai_allocate_array(allocator, n, sizeof *fusing->task_labels, "a map's task labels");
        if (!fusing->task_labels) {
            eai_release(allocator, fusing, sizeof *fusing);
            return EDGEAI_E_MEMORY;
        }
        for (size_t i = 0; i < n; i++)
            memcpy(fusing->task_labels[i], options->task_labels[i],
                   strnlen(options->task_labels[i], EDGEAI_LABEL_BYTES - 1));
    }
    *out = fusing;
    return EDGEAI_OK;
}

void eai_fusing_free(eai_fusing *fusing)
{
    if (!fusing) return;
    const edgeai_allocator *allocator = fusing->allocator;
    for (size_t i = 0; i < fusing->n_frames; i++)
        eai_kept_frame_free(&fusing->frames[i], allocator);
    eai_release(allocator, fusing->frames, fusing->frames_capacity * sizeof *fusing->frames);
    eai_release(allocator, fusing->labels,
                (size_t)fusing->labels_capacity * sizeof *fusing->labels);
    eai_release(allocator, fusing->task_labels,
                fusing->rules.n_task_labels * sizeof *fusing->task_labels);
    eai_release(allocator, fusing->track_poses,
                fusing->track_poses_capacity * sizeof *fusing->track_poses);
    eai_release(allocator, fusing->track_fused,
                fusing->track_poses_capacity * sizeof *fusing->track_fused);
    eai_tracks_free(&fusing->tracks);
    if (fusing->align) eai_align_free(fusing->align);
    eai_release(allocator, fusing, sizeof *fusing);
}

size_t eai_fusing_bytes(const eai_fusing *fusing)
{
    size_t bytes = sizeof *fusing + eai_tracks_bytes(&fusing->tracks);
    for (size_t i = 0; i < fusing->n_frames; i++)
        bytes += eai_kept_frame_bytes(&fusing->frames[i]);
    bytes += (fusing->frames_capacity - fusing->n_frames) * sizeof *fusing->frames;
    bytes += (size_t)fusing->labels_capacity * sizeof *fusing->labels;
    bytes += fusing->rules.n_task_labels * sizeof *fusing->task_labels;
    return bytes + fusing->track_poses_capacity *
                       (sizeof *fusing->track_poses + sizeof *fusing->track_fused);
}
