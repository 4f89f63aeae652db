/* SPDX-License-Identifier: MIT */
#ifndef TESTS_SUPPORT_HOUSE_WALK_H
#define TESTS_SUPPORT_HOUSE_WALK_H

/* A camera carried through rooms of the labelled house: depth as a Kinect measures it, detections
 * as a detector makes them, poses as a tracker gives them. Same seed, same walk. */

#include <stdbool.h>
#include <stdint.h>

#include "base/rng.h"
#include "support/house_world.h"

typedef struct house_walk_options {
    uint64_t seed;
    int width, height; /* of depth and colour */
    int frames_per_room;
    double depth_noise;      /* times a Kinect's: 0.0012 + 0.0019 (z - 0.4)^2 m */
    double holes;            /* share of pixels without depth, besides half of those at edges */
    double misses;           /* share of visible objects not detected */
    double false_alarms;     /* per frame, on average */
    double jitter;           /* standard deviation of box sides, by the image's longer side */
    double confusions;       /* share of detections with another label */
    double pose_m, pose_rad; /* standard deviations of poses' errors, each axis */
    bool masks;
    bool rooms[HOUSE_REGIONS]; /* that are visited */
} house_walk_options;

/* The bar that maps are measured at: Kinect noise, 15 % misses, boxes off by half a percent of the
 * image (3 pixels of 640), every third frame with a false alarm, 2 % wrong labels, poses off by a
 * centimetre and 0.2 degrees. All rooms. */
house_walk_options house_walk_defaults(void);

enum { HOUSE_DETECTIONS = 96, HOUSE_WALK_FRAMES = 4096 };

typedef struct house_walk {
    const house_world *world;
    house_walk_options options;
    eai_rng rng;
    int region, n_in_room;
    double waypoints[16][2];
    int n_waypoints;
    /* The frame at hand. */
    edgeai_frame frame;
    edgeai_pose true_pose, given_pose;
    uint16_t *depth;
    int16_t *objects; /* per pixel, -1: none */
    edgeai_detection detections[HOUSE_DETECTIONS];
    uint32_t *mask_runs; /* of all detections */
    size_t n_mask_runs;
    int n_frames;
    /* What was to be seen so far, for objects: frames that show it clearly, and at all. */
    int n_clear[HOUSE_OBJECTS], n_glimpsed[HOUSE_OBJECTS], first_frame[HOUSE_OBJECTS];
    eai_map_frame true_frames[HOUSE_WALK_FRAMES];
} house_walk;

/* False when memory is short. Free with house_walk_free(). */
bool house_walk_begin(house_walk *walk, const house_world *world,
                      const house_walk_options *options);
void house_walk_free(house_walk *walk);

/* The next frame, in walk->frame, valid until the next call; false at the end. */
bool house_walk_next(house_walk *walk);

/*
 * The ideal map of what was shown so far. Objects really seen: in at least three frames with 0.2 %
 * of the image, half of its outline in the image, and half of that not hidden.
 */
bool house_walk_truth(const house_walk *walk, eai_map_content *content,
                      const edgeai_allocator *allocator);

/* Whether an object of the world (id - 1) was shown at all. */
bool house_walk_glimpsed(const house_walk *walk, int object);

#endif
