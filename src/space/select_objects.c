/* SPDX-License-Identifier: MIT */
#include "space/select_objects.h"

#include <math.h>
#include <string.h>

#include "base/memory.h"

#define FOUND_LEAST 0.25 /* of the frames that should show it */

enum { REQUESTS_MAX = 65536 };

typedef struct selection {
    const edgeai_allocator *allocator;
    eai_candidates *candidates;
    const eai_groups *groups;
    const eai_placed_frames *placed;
    const eai_select_rules *rules;
    uint8_t *missed; /* [n candidates][n frames] bits */
    size_t row_bytes;
} selection;

static bool is_missed(const selection *self, size_t candidate, size_t f)
{
    return self->missed[candidate * self->row_bytes + f / 8] >> (f % 8) & 1;
}

static bool sees(const selection *self, const eai_candidate *candidate, size_t f, double box[4])
{
    return eai_visible((const float(*)[3])candidate->points, candidate->n_points,
                       &self->placed->frames[f], &self->placed->poses[f], &self->rules->visibility,
                       box);
}

static void find_misses(selection *self, size_t c)
{
    eai_candidate *candidate = &self->candidates->items[c];
    const eai_member *members = self->groups->members + candidate->first_member;
    int at = 0;
    for (size_t f = 0; f < self->placed->n; f++) {
        double box[4];
        while (at < candidate->n_members && members[at].frame < (int)f)
            at++;
        if (at < candidate->n_members && members[at].frame == (int)f) continue;
        if (!self->placed->fused[f] || !self->placed->frames[f].detector_ran) continue;
        if (!sees(self, candidate, f, box)) continue;
        self->missed[c * self->row_bytes + f / 8] |= (uint8_t)(1 << (f % 8));
        candidate->n_misses++;
    }
}

static bool is_ghost(const eai_candidate *candidate, int misses_max)
{
    const int n = candidate->n_views + candidate->n_misses;
    return (candidate->n_views < 2 && candidate->n_misses >= misses_max) ||
           candidate->n_views < FOUND_LEAST * n;
}

static void write_object(eai_map_object *out, const eai_candidate *from, const selection *self,
                         const char label[EDGEAI_LABEL_BYTES])
{
    const int first = self->groups->members[from->first_member].frame;
    *out = (eai_map_object){.id = from->id, .yaw = from->box.yaw, .n_views = from->n_views};
    memcpy(out->label, label, EDGEAI_LABEL_BYTES);
    memcpy(out->center, from->box.center, sizeof out->center);
    memcpy(out->size, from->box.size, sizeof out->size);
    out->confidence = fmin(from->label_share * from->n_views / (from->n_views + from->n_misses), 1);
    out->first_frame = first;
    out->first_seen_s = self->placed->frames[first].place.time_s;
    out->truncated = from->truncated;
}

/* Ghosts go; what stays is in front, in its order. Returns how many went. */
static size_t drop_ghosts(selection *self)
{
    eai_candidates *candidates = self->candidates;
    size_t kept = 0;
    for (size_t c = 0; c < candidates->n; c++) {
        if (is_ghost(&candidates->items[c], self->rules->misses_max)) continue;
        candidates->items[kept] = candidates->items[c];
        memmove(self->missed + kept * self->row_bytes, self->missed + c * self->row_bytes,
                self->row_bytes);
        kept++;
    }
    const size_t n = candidates->n - kept;
    candidates->n = kept;
    return n;
}

static edgeai_status write_requests(const selection *self, eai_map_content *content)
{
    size_t n = 0;
    for (size_t c = 0; c < self->candidates->n; c++)
        n += (size_t)self->candidates->items[c].n_misses;
    n = n < REQUESTS_MAX ? n : REQUESTS_MAX;
    if (n == 0) return EDGEAI_OK;
    content->requests =
        eai_allocate_array(self->allocator, n, sizeof *content->requests, "requests");
    if (!content->requests) return EDGEAI_E_MEMORY;
    content->n_requests = n;
    size_t at = 0;
    for (size_t f = 0; f < self->placed->n; f++)
        for (size_t c = 0; c < self->candidates->n && at < n; c++) {
            if (!is_missed(self, c, f)) continue;
            eai_map_request *request = &content->requests[at++];
            request->frame = (int)f;
            request->object_id = self->candidates->items[c].id;
            sees(self, &self->candidates->items[c], f, request->box);
        }
    return EDGEAI_OK;
}

static edgeai_status write_objects(const selection *self, eai_map_content *content,
                                   const char (*labels)[EDGEAI_LABEL_BYTES])
{
    const size_t n = self->candidates->n;
    if (n == 0) return EDGEAI_OK;
    content->objects = eai_allocate_array(self->allocator, n, sizeof *content->objects, "objects");
    if (!content->objects) return EDGEAI_E_MEMORY;
    content->n_objects = n;
    for (size_t c = 0; c < n; c++)
        write_object(&content->objects[c], &self->candidates->items[c], self,
                     labels[self->candidates->items[c].label]);
    return EDGEAI_OK;
}

edgeai_status eai_select_objects(eai_map_content *content, eai_candidates *candidates,
                                 const eai_groups *groups, const eai_placed_frames *placed,
                                 const char (*labels)[EDGEAI_LABEL_BYTES],
                                 const eai_select_rules *rules, size_t *n_ghosts)
{
    selection self = {content->allocator, candidates, groups, placed, rules, NULL,
                      (placed->n + 7) / 8};
    const size_t bytes = candidates->n * self.row_bytes;
    *n_ghosts = 0;
    if (bytes == 0) return EDGEAI_OK;
    self.missed = eai_allocate(self.allocator, bytes, "frames without an object");
    if (!self.missed) return EDGEAI_E_MEMORY;
    for (size_t c = 0; c < candidates->n; c++)
        find_misses(&self, c);
    *n_ghosts = drop_ghosts(&self);
    edgeai_status status = write_objects(&self, content, labels);
    if (!status) status = write_requests(&self, content);
    eai_release(self.allocator, self.missed, bytes);
    return status;
}
