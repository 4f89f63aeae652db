/* SPDX-License-Identifier: MIT */
#ifndef EAI_SPACE_KEY_FRAMES_H
#define EAI_SPACE_KEY_FRAMES_H

/* Choosing key frames from what a scorer says about single frames. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <edgeai/context.h>
#include <edgeai/image.h>
#include <edgeai/status.h>

/* What one frame shows of one label. */
typedef struct eai_sighting {
    size_t label; /* below n_labels */
    double best;  /* highest score */
    size_t n;     /* detections */
} eai_sighting;

/* What one frame shows. */
typedef struct eai_evidence {
    double sharpness;              /* variance of the Laplacian; below 0: not known */
    const eai_sighting *sightings; /* [n_sightings], one for each label; the scorer's */
    size_t n_sightings;
} eai_evidence;

/* Looks at a frame; what it returns is valid until it is asked again. */
typedef edgeai_status (*eai_scorer)(void *user, size_t frame, eai_evidence *evidence);

typedef struct eai_key_frames_task {
    size_t n_frames, n_wanted, n_labels;
    const double *weights; /* [n_labels] of each label's score; all 0: sharpness alone decides */
    const bool *is_target; /* [n_labels] seen three times well, they end the search early */
    int n_rounds;
    uint64_t seed;
    eai_scorer score;
    void *user;
} eai_key_frames_task;

/* frames[n_wanted], rising. */
edgeai_status eai_key_frames_choose(const edgeai_allocator *allocator,
                                    const eai_key_frames_task *task, size_t *frames,
                                    size_t *n_frames);

/* Variance of the Laplacian of a picture's luma: low where it is blurred. */
double eai_image_sharpness(const edgeai_image *image);

#endif
