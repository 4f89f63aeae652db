/* SPDX-License-Identifier: MIT */
#ifndef EDGEAI_SPACE_H
#define EDGEAI_SPACE_H

/**
 * @file space.h
 * One map from many frames: colour, depth and detections of single frames become one semantic map,
 * and that map a picture and a text that a vision-language model can reason over.
 *
 * Detector, depth network and vision-language model are the caller's. Frames are added one at a
 * time, as a robot sees them, and the map is the same as if all had been there at once:
 * @code
 * edgeai_map *map = NULL;
 * edgeai_status status = edgeai_map_create(&map, context, NULL);
 * while (!status && camera_next(&frame)) status = edgeai_map_add(map, &frame);
 * if (!status) status = edgeai_map_update(map);
 * if (!status) status = edgeai_map_prompt(map, NULL, question, &text);
 * edgeai_map_free(map);
 * @endcode
 *
 * Units are metres, seconds and radians. Camera frames are OpenCV's: x right, y down, z forward.
 * The map's frame has Z up, the floor at z = 0, X right and Y up on the picture. Source:
 * "MosaicThinker: On-Device Visual Spatial Reasoning for Embodied AI", arXiv 2602.07082.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <edgeai/context.h>
#include <edgeai/image.h>
#include <edgeai/status.h>

#ifdef __cplusplus
extern "C" {
#endif

#define EDGEAI_MAP_FRAMES_MAX 4096    /**< Frames of one map. */
#define EDGEAI_DETECTIONS_MAX 1000000 /**< Detections of one frame. */
#define EDGEAI_LABEL_BYTES    64      /**< Longest label, NUL included. */
#define EDGEAI_DEPTH_SIDE_MAX 4096    /**< Pixels of a depth image's side. */

/** A rigid motion, camera to world: p_world = rotation * p_camera + translation. */
typedef struct edgeai_pose {
    double rotation[9];    /**< Row-major, orthonormal, determinant 1. */
    double translation[3]; /**< Metres: where the camera is. */
} edgeai_pose;

/** A pinhole camera without distortion: u = fx * x / z + cx, pixel centres at whole numbers. */
typedef struct edgeai_camera {
    int width, height; /**< Pixels of the image that the other four belong to. */
    double fx, fy;     /**< Focal lengths in pixels, above 0. */
    double cx, cy;     /**< Principal point in pixels. */
} edgeai_camera;

/** What a detector saw in one frame. */
typedef struct edgeai_detection {
    const char *label;         /**< Class, at most EDGEAI_LABEL_BYTES - 1 bytes of UTF-8. */
    float score;               /**< 0 to 1. */
    float box[4];              /**< Left, top, width, height in pixels of the colour camera. */
    const uint32_t *mask_runs; /**< NULL: box only. COCO's run lengths of zeros and ones in turn,
                                    zeros first, down the columns of the whole colour image. */
    size_t n_mask_runs;        /**< Runs. */
} edgeai_detection;

/** One frame. All pointers are borrowed for the call only. */
typedef struct edgeai_frame {
    size_t struct_size;        /**< sizeof(edgeai_frame). */
    const char *name;          /**< For messages and the map: "frame-000025". NULL: its number. */
    double time_s;             /**< Seconds since anything; not decreasing. */
    edgeai_camera camera;      /**< Of the colour image, and of the boxes of detections. */
    const edgeai_image *color; /**< NULL: none. Registered to the depth image. */
    const uint16_t *depth;     /**< [depth_camera.height][depth_camera.width]; NULL: none. Distance
                                    along the optical axis; 0 and 65535: not measured. */
    edgeai_camera
        depth_camera; /**< Same point of view as `camera`; other size and numbers allowed. */
    double depth_units_per_m;           /**< 1000: millimetres. 0: 1000. */
    const edgeai_pose *pose;            /**< NULL: to be found. */
    const edgeai_detection *detections; /**< [n_detections]; NULL with 0. */
    size_t n_detections;                /**< 0 to EDGEAI_DETECTIONS_MAX. */
    bool detector_ran; /**< With 0 detections: nothing was seen, not nobody looked. */
} edgeai_frame;

/** Initializer; name, camera, depth and so on are to be set. */
#define EDGEAI_FRAME_INIT EDGEAI_SIZED_INIT(edgeai_frame)

#ifdef __cplusplus
}
#endif
#endif
