/* SPDX-License-Identifier: MIT */
#ifndef EAI_SPACE_RELEVANCE_H
#define EAI_SPACE_RELEVANCE_H

/* Which objects matter most when not all of them find room. */

#include <stdbool.h>
#include <stddef.h>

#include <edgeai/spatial_prompt.h>
#include <edgeai/status.h>

#include "space/map_content.h"

/* What is asked for. */
typedef struct eai_wanted {
    const edgeai_question *question; /* NULL: none */
    const char *const *labels;       /* [n_labels] further names */
    size_t n_labels;
    const edgeai_aliases *aliases;
    bool only_wanted; /* leave out all others */
} eai_wanted;

typedef struct eai_ranked {
    size_t index; /* in content->objects */
    double score;
    bool is_wanted;
} eai_ranked;

typedef struct eai_ranking {
    const edgeai_allocator *allocator;
    eai_ranked *objects; /* [n], the most relevant first; equal ones by id */
    size_t n, capacity;
} eai_ranking;

/* Wanted objects first, by confidence; then others by confidence and nearness to a wanted one.
 * Boxes with numbers that are not finite are left out. EDGEAI_E_MEMORY. */
edgeai_status eai_rank_objects(eai_ranking *ranking, const eai_map_content *content,
                               const edgeai_allocator *allocator, const eai_wanted *wanted);

void eai_ranking_free(eai_ranking *ranking); /* a zero one is fine */

#endif
