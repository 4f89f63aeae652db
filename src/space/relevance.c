/* SPDX-License-Identifier: MIT */
#include "space/relevance.h"

#include <edgeai/spatial_prompt.h>

#include <math.h>
#include <string.h>

#include "base/memory.h"
#include "base/sort.h"
#include "space/labels.h"

enum { NEAR_TO_MAX = 64 }; /* wanted objects that nearness is measured to */

#define NEAR_M      2.0 /* nearness falls to 1/e */
#define NEAR_WEIGHT 0.5
#define WANTED      10.0 /* above all that confidence and nearness can give */

static bool is_finite_box(const eai_map_object *object)
{
    for (int k = 0; k < 3; k++)
        if (!isfinite(object->center[k]) || !isfinite(object->size[k])) return false;
    return isfinite(object->yaw);
}

static eai_label_fit fit_of(const eai_map_object *object, const edgeai_aliases *aliases,
                            const char *wanted)
{
    char label[EDGEAI_LABEL_BYTES];
    eai_label_normalize(object->label, strlen(object->label), label);
    return eai_label_fits(aliases, label, wanted);
}

/* Marks the objects that a name means: those that fit in full, or else by their head. */
static void mark(eai_ranking *ranking, const eai_map_content *content,
                 const edgeai_aliases *aliases, const char *name)
{
    char wanted[EDGEAI_LABEL_BYTES];
    eai_label_fit best = EAI_FIT_HEAD;
    eai_label_normalize(name, strlen(name), wanted);
    for (size_t i = 0; i < ranking->n; i++)
        if (fit_of(&content->objects[ranking->objects[i].index], aliases, wanted) == EAI_FIT_FULL)
            best = EAI_FIT_FULL;
    for (size_t i = 0; i < ranking->n; i++) {
        eai_ranked *ranked = &ranking->objects[i];
        if (fit_of(&content->objects[ranked->index], aliases, wanted) == best)
            ranked->is_wanted = true;
    }
}

static void score(eai_ranking *ranking, const eai_map_content *content)
{
    size_t targets[NEAR_TO_MAX], n_targets = 0;
    for (size_t i = 0; i < ranking->n && n_targets < NEAR_TO_MAX; i++)
        if (ranking->objects[i].is_wanted) targets[n_targets++] = ranking->objects[i].index;
    for (size_t i = 0; i < ranking->n; i++) {
        eai_ranked *ranked = &ranking->objects[i];
        const eai_map_object *object = &content->objects[ranked->index];
        double nearest = INFINITY;
        for (size_t k = 0; k < n_targets; k++) {
            const double *to = content->objects[targets[k]].center;
            nearest = fmin(nearest, hypot(object->center[0] - to[0], object->center[1] - to[1]));
        }
        ranked->score = object->confidence + NEAR_WEIGHT * exp(-nearest / NEAR_M) +
                        (ranked->is_wanted ? WANTED : 0);
    }
}

static bool before(const void *user, size_t a, size_t b)
{
    const eai_ranked *ranked = user;
    if (ranked[a].score != ranked[b].score) return ranked[a].score > ranked[b].score;
    return ranked[a].index < ranked[b].index;
}

static edgeai_status sort(eai_ranking *ranking)
{
    const size_t n = ranking->n;
    size_t *order = eai_allocate_array(ranking->allocator, n, sizeof *order, "ranking");
    eai_ranked *sorted =
        eai_allocate_array(ranking->allocator, ranking->capacity, sizeof *sorted, "ranking");
    const bool is_ok = order && sorted;
    if (is_ok) {
        for (size_t i = 0; i < n; i++)
            order[i] = i;
        eai_sort_items(order, n, before, ranking->objects);
        for (size_t i = 0; i < n; i++)
            sorted[i] = ranking->objects[order[i]];
        memcpy(ranking->objects, sorted, n * sizeof *sorted);
    }
    eai_release(ranking->allocator, order, n * sizeof *order);
    eai_release(ranking->allocator, sorted, ranking->capacity * sizeof *sorted);
    return is_ok ? EDGEAI_OK : EDGEAI_E_MEMORY;
}

static void drop_unwanted(eai_ranking *ranking)
{
    size_t n = 0;
    for (size_t i = 0; i < ranking->n; i++)
        if (ranking->objects[i].is_wanted) ranking->objects[n++] = ranking->objects[i];
    ranking->n = n;
}

edgeai_status eai_rank_objects(eai_ranking *ranking, const eai_map_content *content,
                               const edgeai_allocator *allocator, const eai_wanted *wanted)
{
    *ranking = (eai_ranking){.allocator = allocator};
    if (content->n_objects == 0) return EDGEAI_OK;
    ranking->objects =
        eai_allocate_array(allocator, content->n_objects, sizeof *ranking->objects, "ranking");
    if (!ranking->objects) return EDGEAI_E_MEMORY;
    ranking->capacity = content->n_objects;
    for (size_t i = 0; i < content->n_objects; i++)
        if (is_finite_box(&content->objects[i]))
            ranking->objects[ranking->n++] = (eai_ranked){.index = i};
    for (size_t i = 0; wanted->question && i < wanted->question->n_objects; i++)
        mark(ranking, content, wanted->aliases, wanted->question->objects[i]);
    for (size_t i = 0; i < wanted->n_labels; i++)
        mark(ranking, content, wanted->aliases, wanted->labels[i]);
    score(ranking, content);
    if (wanted->only_wanted) drop_unwanted(ranking);
    if (ranking->n == 0) return EDGEAI_OK;
    const edgeai_status status = sort(ranking);
    if (status != EDGEAI_OK) eai_ranking_free(ranking);
    return status;
}

void eai_ranking_free(eai_ranking *ranking)
{
    if (ranking->objects)
        eai_release(ranking->allocator, ranking->objects,
                    ranking->capacity * sizeof *ranking->objects);
    *ranking = (eai_ranking){0};
}
