/* SPDX-License-Identifier: MIT */
#include "space/keypoints.h"

#include <math.h>

#include "base/fail.h"
#include "base/memory.h"
#include "base/sort.h"

#define CORNERS   8192 /* candidates of all levels */
#define PER_CELL  4    /* of them from one square, so that no single poster takes all */
#define THRESHOLD 10   /* grey levels: half of what is usual, for rooms without daylight */

edgeai_status eai_keypoint_finder_create(eai_keypoint_finder **out,
                                         const edgeai_allocator *allocator)
{
    *out = NULL;
    eai_keypoint_finder *finder = eai_allocate(allocator, sizeof *finder, "keypoints");
    if (!finder) return EDGEAI_E_MEMORY;
    finder->allocator = allocator;
    eai_code_pattern_make(&finder->pattern);
    finder->corners = eai_allocate(allocator, CORNERS * sizeof *finder->corners, "corners");
    finder->order = eai_allocate(allocator, CORNERS * sizeof *finder->order, "corners");
    if (!finder->corners || !finder->order) {
        eai_keypoint_finder_free(finder);
        return EDGEAI_E_MEMORY;
    }
    *out = finder;
    return EDGEAI_OK;
}

void eai_keypoint_finder_free(eai_keypoint_finder *finder)
{
    if (!finder) return;
    const edgeai_allocator *allocator = finder->allocator;
    eai_grey_pyramid_free(&finder->pyramid, allocator);
    eai_release(allocator, finder->smooth, finder->smooth_bytes);
    eai_release(allocator, finder->corners, CORNERS * sizeof *finder->corners);
    eai_release(allocator, finder->order, CORNERS * sizeof *finder->order);
    eai_release(allocator, finder, sizeof *finder);
}

size_t eai_keypoint_finder_bytes(const eai_keypoint_finder *finder)
{
    return sizeof *finder + finder->pyramid.capacity + finder->smooth_bytes +
           CORNERS * (sizeof *finder->corners + sizeof *finder->order);
}

/* Room for the first level smoothed, and behind it for four rows of 16-bit numbers. */
static edgeai_status reserve(eai_keypoint_finder *finder, const eai_grey_level *level)
{
    size_t bytes = eai_align_up((size_t)level->width * (size_t)level->height) +
                   4 * sizeof(int16_t) * (size_t)level->width;
    if (bytes <= finder->smooth_bytes) return EDGEAI_OK;
    uint8_t *smooth = eai_allocate_unset(finder->allocator, bytes, "smoothed picture");
    if (!smooth) return EDGEAI_E_MEMORY;
    eai_release(finder->allocator, finder->smooth, finder->smooth_bytes);
    finder->smooth = smooth;
    finder->smooth_bytes = bytes;
    return EDGEAI_OK;
}

/* The stronger first; of equal ones those of larger levels, then in reading order. */
static bool is_before(const void *user, size_t a, size_t b)
{
    const eai_corner *corners = user;
    if (corners[a].score != corners[b].score) return corners[a].score > corners[b].score;
    return a < b;
}

/* Takes the strongest `n_wanted` of a level's corners as keypoints. */
static void take(eai_keypoint_finder *finder, const eai_grey_level *level, size_t n_corners,
                 size_t n_wanted)
{
    eai_grey_level smooth = *level;
    size_t pixels = (size_t)level->width * (size_t)level->height;
    smooth.pixels = finder->smooth;
    eai_smooth_level(level, finder->smooth, (uint16_t *)(finder->smooth + eai_align_up(pixels)));
    for (size_t i = 0; i < n_corners; i++)
        finder->order[i] = i;
    eai_sort_items(finder->order, n_corners, is_before, finder->corners);
    for (size_t i = 0; i < n_corners && i < n_wanted && finder->n < EAI_KEYPOINTS_MAX; i++) {
        const eai_corner *corner = &finder->corners[finder->order[i]];
        eai_keypoint *keypoint = &finder->keypoints[finder->n++];
        keypoint->u = (corner->x + 0.5) * level->scale_x - 0.5;
        keypoint->v = (corner->y + 0.5) * level->scale_y - 0.5;
        int direction = eai_patch_direction(level, corner->x, corner->y);
        keypoint->code = eai_patch_code(&finder->pattern, &smooth, corner->x, corner->y, direction);
    }
}

edgeai_status eai_keypoint_finder_run(eai_keypoint_finder *finder, const edgeai_image *image)
{
    finder->n = 0;
    EAI_TRY(eai_grey_pyramid_fill(&finder->pyramid, finder->allocator, image));
    const eai_grey_pyramid *pyramid = &finder->pyramid;
    if (pyramid->n_levels == 0) return EDGEAI_OK;
    EAI_TRY(reserve(finder, &pyramid->levels[0]));
    double share =
        (1 - 1 / EAI_PYRAMID_FACTOR) / (1 - pow(1 / EAI_PYRAMID_FACTOR, pyramid->n_levels));
    for (int i = 0; i < pyramid->n_levels; i++, share /= EAI_PYRAMID_FACTOR) {
        const eai_grey_level *level = &pyramid->levels[i];
        size_t n_wanted = (size_t)(EAI_KEYPOINTS_MAX * share + 0.5);
        int cell = (int)sqrt(2.0 * level->width * level->height / (double)n_wanted);
        if (cell < 16) cell = 16;
        size_t pixels = (size_t)level->width * (size_t)level->height;
        int16_t *rows = (int16_t *)(finder->smooth + eai_align_up(pixels));
        size_t n =
            eai_find_corners(level, i, THRESHOLD, cell, PER_CELL, rows, finder->corners, CORNERS);
        take(finder, level, n, n_wanted);
    }
    return EDGEAI_OK;
}
