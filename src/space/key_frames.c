/* SPDX-License-Identifier: MIT */

/*
 * Key frames by sampling: what is seen in some frames says where to look next, spread in time by a
 * Gaussian that narrows from round to round (step 5 of MosaicThinker, arXiv 2602.07082). Numbers
 * that it does not publish are our own.
 */

#include "space/key_frames.h"

#include <math.h>
#include <string.h>

#include "base/memory.h"
#include "base/rng.h"
#include "base/sort.h"

/* 26 % of the frames in twenty rounds; never fewer than four in one. */
static const double SHARE_A_ROUND = 0.013;
enum { LEAST_A_ROUND = 4, STABLE_ROUNDS = 3, ENOUGH_VIEWS = 3 };

static const double WELL_SEEN = 0.5;    /* score of a frame that shows a target well */
static const double CANDIDATE = 0.3;    /* of the best score: least of a key frame */
static const double PER_INSTANCE = 0.5; /* worth of an instance not shown before */
static const double LEAST_GAIN = 0.1;   /* of the best score: below it gaps are filled instead */
static const double CURIOSITY = 0.05;   /* of the best score: what any frame may be drawn with */
static const double REACH = 4;          /* deviations at which a Gaussian ends */

/* A frame that was looked at. */
typedef struct visit {
    size_t frame;
    double shown, sharpness, score;
    size_t first, n; /* sightings */
} visit;

typedef struct chooser {
    const edgeai_allocator *allocator;
    const eai_key_frames_task *task;
    eai_rng rng;
    visit *visits;
    size_t n_visits, n_visits_max, *order; /* order: of visits, for sorting */
    eai_sighting *sightings;
    size_t n_sightings, sightings_capacity;
    double *sums, *weights, *chances; /* [n_frames] */
    bool *is_visited, *is_picked, *was_top;
    size_t *covered; /* [n_labels] most instances in one picked frame */
    double best, median_sharpness;
    int n_stable; /* rounds without a change among the best */
} chooser;

static size_t draws_a_round(const chooser *self)
{
    const size_t share = (size_t)ceil(SHARE_A_ROUND * (double)self->task->n_frames);
    return share > LEAST_A_ROUND ? share : LEAST_A_ROUND;
}

static edgeai_status keep_sightings(chooser *self, visit *of, const eai_evidence *evidence)
{
    of->first = self->n_sightings;
    of->n = evidence->n_sightings;
    if (self->n_sightings + of->n > self->sightings_capacity) {
        const size_t wanted = 2 * (self->n_sightings + of->n);
        void *bigger = eai_reallocate(self->allocator, self->sightings,
                                      self->sightings_capacity * sizeof *self->sightings,
                                      wanted * sizeof *self->sightings, "key frames");
        if (!bigger) return EDGEAI_E_MEMORY;
        self->sightings = bigger;
        self->sightings_capacity = wanted;
    }
    if (of->n)
        memcpy(self->sightings + of->first, evidence->sightings, of->n * sizeof *self->sightings);
    self->n_sightings += of->n;
    return EDGEAI_OK;
}

static edgeai_status look_at(chooser *self, size_t frame)
{
    const eai_key_frames_task *task = self->task;
    eai_evidence evidence = {.sharpness = -1};
    visit *made = &self->visits[self->n_visits];
    const edgeai_status status = task->score(task->user, frame, &evidence);
    if (status != EDGEAI_OK) return status;
    *made = (visit){.frame = frame, .sharpness = evidence.sharpness};
    bool has_weights = false;
    for (size_t i = 0; i < task->n_labels && !has_weights; i++)
        has_weights = task->weights[i] > 0;
    for (size_t i = 0; i < evidence.n_sightings; i++)
        made->shown += task->weights[evidence.sightings[i].label] * evidence.sightings[i].best;
    if (!has_weights) made->shown = 1;
    self->is_visited[frame] = true;
    self->n_visits++;
    return keep_sightings(self, made, &evidence);
}

static bool is_sharper(const void *user, size_t a, size_t b)
{
    const visit *visits = user;
    return visits[a].sharpness > visits[b].sharpness;
}

/* Earlier frames first among equals, so that the order does not depend on how it was found. */
static bool is_better(const void *user, size_t a, size_t b)
{
    const visit *visits = user;
    if (visits[a].score > visits[b].score || visits[a].score < visits[b].score)
        return visits[a].score > visits[b].score;
    return visits[a].frame < visits[b].frame;
}

static void sort_visits(chooser *self, eai_before before)
{
    for (size_t i = 0; i < self->n_visits; i++)
        self->order[i] = i;
    if (self->n_visits) eai_sort_items(self->order, self->n_visits, before, self->visits);
}

/* All scores anew: the median changes with every frame seen. */
static void score_visits(chooser *self)
{
    sort_visits(self, is_sharper);
    size_t n_known = 0;
    while (n_known < self->n_visits && self->visits[self->order[n_known]].sharpness >= 0)
        n_known++;
    const double median = n_known ? self->visits[self->order[n_known / 2]].sharpness : 0;
    self->best = 0;
    for (size_t i = 0; i < self->n_visits; i++) {
        visit *at = &self->visits[i];
        const bool is_known = at->sharpness >= 0 && median > 0;
        at->score = at->shown * (is_known ? fmin(1, at->sharpness / median) : 1);
        self->best = fmax(self->best, at->score);
    }
}

/* Expected scores of all frames as chances to be drawn. */
static double spread(chooser *self, double sigma)
{
    const size_t n = self->task->n_frames;
    double mean = 0, total = 0;
    memset(self->sums, 0, n * sizeof *self->sums);
    memset(self->weights, 0, n * sizeof *self->weights);
    for (size_t i = 0; i < self->n_visits; i++) {
        const visit *at = &self->visits[i];
        const size_t reach = (size_t)(REACH * sigma) + 1;
        const size_t from = at->frame > reach ? at->frame - reach : 0;
        mean += at->score / (double)self->n_visits;
        for (size_t t = from; t < n && t <= at->frame + reach; t++) {
            const double d = ((double)t - (double)at->frame) / sigma, g = exp(-d * d / 2);
            self->sums[t] += g * at->score;
            self->weights[t] += g;
        }
    }
    for (size_t t = 0; t < n; t++) {
        const double expected = self->weights[t] > 1e-3 ? self->sums[t] / self->weights[t] : mean;
        self->chances[t] = self->is_visited[t] ? 0 : expected + CURIOSITY * self->best + 1e-12;
        total += self->chances[t];
    }
    return total;
}

/* Systematic sampling: evenly spaced along the sum of all chances, from a random start. */
static edgeai_status draw(chooser *self, double total)
{
    const size_t n = self->task->n_frames, n_draws = draws_a_round(self);
    const double step = total / (double)n_draws;
    double next = eai_rng_uniform(&self->rng) * step, sum = 0;
    for (size_t t = 0; t < n && self->n_visits < self->n_visits_max; t++) {
        sum += self->chances[t];
        if (self->chances[t] <= 0 || sum <= next) continue;
        const edgeai_status status = look_at(self, t);
        if (status != EDGEAI_OK) return status;
        while (next < sum)
            next += step;
    }
    return EDGEAI_OK;
}

/* Whether every target was seen well three times. */
static bool are_targets_seen(const chooser *self)
{
    for (size_t label = 0; label < self->task->n_labels; label++) {
        if (!self->task->is_target[label]) continue;
        int n_well = 0;
        for (size_t i = 0; i < self->n_visits; i++) {
            const visit *at = &self->visits[i];
            for (size_t k = 0; k < at->n; k++)
                n_well += self->sightings[at->first + k].label == label && at->score > WELL_SEEN;
        }
        if (n_well < ENOUGH_VIEWS) return false;
    }
    return true;
}

/* Counts rounds in which the best frames stay the same. */
static void compare_best(chooser *self)
{
    const size_t n = self->n_visits < self->task->n_wanted ? self->n_visits : self->task->n_wanted;
    bool changed = false;
    sort_visits(self, is_better);
    for (size_t i = 0; i < n; i++)
        changed = changed || !self->was_top[self->visits[self->order[i]].frame];
    memset(self->was_top, 0, self->task->n_frames * sizeof *self->was_top);
    for (size_t i = 0; i < n; i++)
        self->was_top[self->visits[self->order[i]].frame] = true;
    self->n_stable = changed ? 0 : self->n_stable + 1;
}

static edgeai_status search(chooser *self)
{
    const double n_draws = (double)draws_a_round(self);
    const double widest = (double)self->task->n_frames / (2 * n_draws);
    for (int round = 0; round < self->task->n_rounds; round++) {
        const double sigma = fmax(1, widest * pow(0.9, round));
        const double total = spread(self, sigma);
        if (self->n_visits == self->n_visits_max) break;
        const edgeai_status status = draw(self, total);
        if (status != EDGEAI_OK) return status;
        score_visits(self);
        compare_best(self);
        if (self->n_stable >= STABLE_ROUNDS && are_targets_seen(self)) break;
    }
    return EDGEAI_OK;
}

/* Nearness in time to the picked frame that is nearest, 1 for the frame itself. */
static double nearness(const chooser *self, size_t frame, size_t n_picked, const size_t *picked)
{
    const double sigma = fmax(1, (double)self->task->n_frames / (2 * (double)self->task->n_wanted));
    double most = 0;
    for (size_t i = 0; i < n_picked; i++) {
        const double d = ((double)frame - (double)picked[i]) / sigma;
        most = fmax(most, exp(-d * d / 2));
    }
    return most;
}

static double gain(const chooser *self, const visit *at, size_t n_picked, const size_t *picked)
{
    size_t n_new = 0;
    for (size_t i = 0; i < at->n; i++) {
        const eai_sighting *seen = &self->sightings[at->first + i];
        if (self->task->weights[seen->label] > 0 && seen->n > self->covered[seen->label])
            n_new += seen->n - self->covered[seen->label];
    }
    return at->score * (1 - nearness(self, at->frame, n_picked, picked)) +
           PER_INSTANCE * (double)n_new * fmin(1, at->score);
}

static void pick(chooser *self, const visit *at, size_t frame, size_t *frames, size_t *n)
{
    self->is_picked[frame] = true;
    frames[(*n)++] = frame;
    for (size_t i = 0; at && i < at->n; i++) {
        const eai_sighting *seen = &self->sightings[at->first + i];
        if (seen->n > self->covered[seen->label]) self->covered[seen->label] = seen->n;
    }
}

/* The frames worth most, one after the other. */
static void pick_best(chooser *self, size_t *frames, size_t *n)
{
    while (*n < self->task->n_wanted) {
        const visit *best = NULL;
        double most = LEAST_GAIN * self->best;
        for (size_t i = 0; i < self->n_visits; i++) {
            const visit *at = &self->visits[self->order[i]];
            if (self->is_picked[at->frame] || at->score < CANDIDATE * self->best) continue;
            const double worth = gain(self, at, *n, frames);
            if (worth > most) {
                most = worth;
                best = at;
            }
        }
        if (!best) return;
        pick(self, best, best->frame, frames, n);
    }
}

/* Frames in the middle of the largest gaps, so that neighbours overlap. */
static void fill_gaps(chooser *self, size_t *frames, size_t *n)
{
    const size_t n_frames = self->task->n_frames;
    while (*n < self->task->n_wanted) {
        size_t longest = 0, middle = 0, begin = 0;
        for (size_t t = 0; t <= n_frames; t++) {
            if (t < n_frames && !self->is_picked[t]) continue;
            if (t - begin > longest) {
                longest = t - begin;
                middle = begin + longest / 2;
            }
            begin = t + 1;
        }
        if (longest == 0) return;
        pick(self, NULL, middle, frames, n);
    }
}

static bool make_room(chooser *self)
{
    const edgeai_allocator *allocator = self->allocator;
    const size_t n = self->task->n_frames, n_labels = self->task->n_labels + 1;
    const size_t most = draws_a_round(self) * (size_t)self->task->n_rounds;
    self->n_visits_max = most < n ? most : n;
    self->visits = eai_allocate_array(allocator, self->n_visits_max, sizeof *self->visits, "key");
    self->order = eai_allocate_array(allocator, self->n_visits_max, sizeof *self->order, "key");
    self->sums = eai_allocate_array(allocator, n, 3 * sizeof *self->sums, "key frames");
    self->is_visited = eai_allocate_array(allocator, n, 3 * sizeof *self->is_visited, "key frames");
    self->covered = eai_allocate_array(allocator, n_labels, sizeof *self->covered, "key frames");
    if (!self->visits || !self->order || !self->sums || !self->is_visited || !self->covered)
        return false;
    self->weights = self->sums + n;
    self->chances = self->weights + n;
    self->is_picked = self->is_visited + n;
    self->was_top = self->is_picked + n;
    return true;
}

static void give_back(chooser *self)
{
    const edgeai_allocator *allocator = self->allocator;
    const size_t n = self->task->n_frames, n_labels = self->task->n_labels + 1;
    eai_release(allocator, self->visits, self->n_visits_max * sizeof *self->visits);
    eai_release(allocator, self->order, self->n_visits_max * sizeof *self->order);
    eai_release(allocator, self->sums, n * 3 * sizeof *self->sums);
    eai_release(allocator, self->is_visited, n * 3 * sizeof *self->is_visited);
    eai_release(allocator, self->covered, n_labels * sizeof *self->covered);
    eai_release(allocator, self->sightings, self->sightings_capacity * sizeof *self->sightings);
}

edgeai_status eai_key_frames_choose(const edgeai_allocator *allocator,
                                    const eai_key_frames_task *task, size_t *frames,
                                    size_t *n_frames)
{
    *n_frames = 0;
    if (task->n_frames <= task->n_wanted) {
        while (*n_frames < task->n_frames) {
            frames[*n_frames] = *n_frames;
            ++*n_frames;
        }
        return EDGEAI_OK;
    }
    chooser self = {.allocator = allocator, .task = task};
    eai_rng_seed(&self.rng, task->seed);
    edgeai_status status = make_room(&self) ? search(&self) : EDGEAI_E_MEMORY;
    if (status == EDGEAI_OK) {
        size_t n = 0;
        pick_best(&self, frames, &n);
        fill_gaps(&self, frames, &n);
        for (size_t t = 0; t < task->n_frames; t++)
            if (self.is_picked[t]) frames[(*n_frames)++] = t;
    }
    give_back(&self);
    return status;
}
