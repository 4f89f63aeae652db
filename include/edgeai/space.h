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
 * if (!status) status = edgeai_map_prompt(&prompt, map, NULL, question);
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
    int width;  /**< Pixels of the image that the other four belong to. */
    int height; /**< As width. */
    double fx;  /**< Focal length in pixels along u, above 0. */
    double fy;  /**< The same along v. */
    double cx;  /**< u of the principal point, pixels. */
    double cy;  /**< Its v. */
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

/* ---- The map ----------------------------------------------------------------------------------
 */

#define EDGEAI_MAP_VIEWS_MAX   256  /**< Detections of one frame that are kept: the best scored. */
#define EDGEAI_MAP_POINTS_MAX  128  /**< Points that are kept of a detection. */
#define EDGEAI_MAP_LABELS_MAX  4096 /**< Different labels of one map. */
#define EDGEAI_MAP_OBJECTS_MAX 8192 /**< Candidates for objects of one map. */
#define EDGEAI_MAP_DEPTH_SIDE  160  /**< Longest side of the depth image that is kept of a frame. */

/** Settings of a map. All lengths in metres; 0 is the default that stands behind each. */
typedef struct edgeai_map_options {
    size_t struct_size; /**< sizeof(edgeai_map_options). */
    uint64_t seed;      /**< Of all random choices: finding poses and the floor. */
    /** [n_task_labels] What will be asked about, letter case ignored: such an object is kept after
     *  one detection, all others after `views_min`. Copied. */
    const char *const *task_labels;
    size_t n_task_labels; /**< 0 to 256. */
    /** Up, in the frame of the given poses, from an accelerometer; need not have length 1. All 0:
     *  opposite to the mean of the cameras' down axes, then the floor's normal. */
    double up[3];
    bool keep_frame;    /**< Given poses already are in the map's frame: Z up, floor at 0. They stay
                             as they are, and neither floor nor walls are looked for. */
    bool not_metric;    /**< Depth has no known scale: only sets edgeai_map_summary.metric. */
    double depth_min_m; /**< Nearer depth is not used. 0: 0.2. */
    double depth_max_m; /**< Farther depth is not used. 0: 5, as far as a Kinect can be trusted. */
    double score_min;   /**< Detections below are not used. 0: 0.2. */
    int points_min;     /**< Depth pixels that a detection must have. 0: 16. */
    double associate_min; /**< Least score, 0 to 1, for a detection to be a known object: half
                               overlap, half distance of centres. 0: 0.35. */
    double label_penalty; /**< Factor on that score, 0 to 1, when labels differ. 0: 0.5. */
    double merge_min;     /**< Two objects of one label that share this much of their points, and
                               were never seen side by side, are one. 0: 0.5. */
    int views_min;        /**< Frames an object must be detected in, under its label. 0: 2. */
    int misses_max;       /**< An object that was detected only once, but should have been in this
                               many other frames, is none; nor is one found in less than a quarter
                               of the frames that should show it. 0: 4. */
    double visible_min;   /**< Share of an object's points in the image and not hidden, for it to be
                               visible there. 0: 0.3. */
    double hidden_m;      /**< Depth this much in front of a point hides it. 0: 0.25. */
    double floor_tolerance_m; /**< Points this near a plane are on it. 0: 0.03. */
    double cell_m;            /**< Side of the grid's cells, 0.01 to 1. 0: 0.05. */
    double obstacle_low_m;    /**< What is lower above the floor is the floor. 0: 0.1. */
    double obstacle_high_m;   /**< What is higher is in nobody's way. 0: 1.8. */
    double close_m;           /**< Gaps this wide in the room's outline are closed. 0: 0.3. */
} edgeai_map_options;

/** Initializer with every field at its default. */
#define EDGEAI_MAP_OPTIONS_INIT EDGEAI_SIZED_INIT(edgeai_map_options)

/** A frame's place in the map. */
typedef struct edgeai_mapped_frame {
    char name[EDGEAI_LABEL_BYTES]; /**< As it was given, cut to fit; else "frame-000025". */
    double time_s;                 /**< As it was given. */
    edgeai_camera camera;          /**< Of the colour image. */
    edgeai_pose pose;              /**< Camera to map; meaningful when component is 0. */
    int component;      /**< 0: connected with the root; others are sub-maps of their own. */
    double reliability; /**< 0 to 1: product of the edges' confidence on the way to the root. */
    bool key;           /**< To be drawn and numbered. */
} edgeai_mapped_frame;

/** An object: a box that stands upright and is turned about Z. */
typedef struct edgeai_mapped_object {
    int id;                         /**< From 1; stays while frames are added. */
    char label[EDGEAI_LABEL_BYTES]; /**< Class with the largest sum of scores. */
    double center[3];               /**< Of the box, in the map's frame. */
    double size[3];                 /**< Full lengths along the box's own x, y and z; above 0. */
    double yaw;        /**< Of the box's x axis from the map's X, counter-clockwise: -pi/2..pi/2. */
    double confidence; /**< 0 to 1: mean score of its label times the share of frames with it. */
    double first_seen_s; /**< Time of the first frame that it was detected in. */
    int first_frame;     /**< Index of that frame. */
    int n_views;         /**< Frames it was detected in. */
    bool truncated;      /**< Cut by the image's border in all of them. */
} edgeai_mapped_object;

/** A place to look at again: the object should be visible there, but was not detected. */
typedef struct edgeai_mapped_request {
    int frame;     /**< Index. */
    int object_id; /**< edgeai_mapped_object.id. */
    double box[4]; /**< Left, top, width, height in pixels of the colour camera. */
} edgeai_mapped_request;

/** The whole in numbers. */
typedef struct edgeai_map_summary {
    size_t n_frames;      /**< Added so far. */
    size_t n_connected;   /**< Of them in one piece with the root; only they are fused. */
    int n_components;     /**< Pieces; 0 without frames. */
    int root;             /**< Index of the frame that all hangs on; -1: none. */
    size_t n_objects;     /**< In the map. */
    size_t n_requests;    /**< Places to look at again. */
    double room_area_m2;  /**< Floor of the rooms that cameras were in, gaps closed and holes
                               filled; of the largest region without such; 0: not known. */
    double room_observed; /**< Share of their convex hulls that was seen, 0 to 1. */
    bool floor_found;     /**< z = 0 is a plane that was seen, or the caller's. */
    bool metric;          /**< Lengths are real metres. */
    /* What became of detections. */
    size_t n_detections;      /**< Of all frames. */
    size_t n_below_score;     /**< Not used: score too low. */
    size_t n_beyond_limit;    /**< Not used: more than EDGEAI_MAP_VIEWS_MAX in their frame. */
    size_t n_duplicates;      /**< Not used: a better one of that label has the same box. */
    size_t n_without_depth;   /**< Not used: too few points measured. */
    size_t n_candidates;      /**< Objects before those were taken out that are too little seen. */
    size_t n_ghosts;          /**< Candidates that should have been seen more often. */
    size_t n_beyond_capacity; /**< Detections lost since EDGEAI_MAP_OBJECTS_MAX are there. */
} edgeai_map_summary;

/** A map and what it is made from. Opaque. Belongs to one thread at a time. */
typedef struct edgeai_map edgeai_map;

/**
 * Begins a map without frames.
 *
 * @param[out] out     Yours, free with edgeai_map_free(). NULL on failure.
 * @param[in]  context Not NULL; must outlive the map.
 * @param[in]  options NULL for all defaults; copied.
 * @return EDGEAI_OK; EDGEAI_E_INVALID (a field outside its range; the text names it);
 *         EDGEAI_E_MEMORY.
 */
EDGEAI_API edgeai_status edgeai_map_create(edgeai_map **out, edgeai_context *context,
                                           const edgeai_map_options *options);

/** Frees it. @param map NULL is fine. */
EDGEAI_API void edgeai_map_free(edgeai_map *map);

/**
 * Adds a frame behind those that are there. The map itself changes with edgeai_map_update().
 *
 * Either all frames of a map have poses or none has: the first frame decides. Without, poses come
 * from the pictures, and each frame needs colour or depth. A frame whose depth has no valid pixel
 * adds its pose only. Poses are made orthonormal.
 *
 * Of a detection its object's points are kept. With a mask: the mask's pixels less a border of one.
 * Without: what hangs together with the nearest depth that a fifth of the box's middle has. Pixels
 * at depth edges and those off the median by more than 3.5 deviations are left out.
 *
 * @param[in] map   Not NULL, not read from a file.
 * @param[in] frame Not NULL; nothing in it is needed afterwards.
 * @return EDGEAI_OK; EDGEAI_E_INVALID (a field outside its range, a pose that is not finite or not
 *         a rotation, a pose where frames before have none or the other way round, time running
 *         backwards, a detection that is not finite, without label, or of a score outside 0 to 1);
 *         EDGEAI_E_SHAPE (a mask that is not of the colour image's size); EDGEAI_E_LIMIT (more than
 *         EDGEAI_MAP_FRAMES_MAX frames, EDGEAI_DETECTIONS_MAX detections, EDGEAI_MAP_LABELS_MAX
 *         labels); EDGEAI_E_UNSUPPORTED (a map that was read from a file); EDGEAI_E_MEMORY. After
 *         an error the map is as it was.
 * Memory: kept of each frame are about 400 bytes, its depth at most EDGEAI_MAP_DEPTH_SIDE pixels
 *         long (38 KiB at 4:3), 64 bytes for each detection used and 12 for each of its points: at
 *         most 450 KiB for EDGEAI_MAP_VIEWS_MAX detections, 30 KiB for 20. And what finding poses
 *         keeps, where none are given.
 */
EDGEAI_API edgeai_status edgeai_map_add(edgeai_map *map, const edgeai_frame *frame);

/**
 * Further detections for a frame that is there already: what the detector found where
 * edgeai_map_request() asked it to look. They are measured in the depth that was kept.
 *
 * @param[in] map        Not NULL.
 * @param     frame      Index of the frame.
 * @param[in] detections [n_detections].
 * @param n_detections   0 to EDGEAI_DETECTIONS_MAX.
 * @return As edgeai_map_add(). EDGEAI_E_INVALID also for a frame that is not there.
 */
EDGEAI_API edgeai_status edgeai_map_add_detections(edgeai_map *map, size_t frame,
                                                   const edgeai_detection *detections,
                                                   size_t n_detections);

/**
 * Makes the map of all frames that were added. The result is a function of the frames and options
 * alone, to the bit: called after every frame or once at the end, it is the same. An object keeps
 * its id while frames are added; two that turn out to be one keep the smaller.
 *
 * Frame by frame detections are assigned to known objects (Hungarian method; two of one frame are
 * never one object); then come votes about each point (is it inside the boxes of its object's other
 * detections?), boxes, merging, floor and walls, visibility, grid, and area.
 *
 * @param[in] map Not NULL. Without frames the map is empty.
 * @return EDGEAI_OK; EDGEAI_E_UNSUPPORTED (a map that was read from a file); EDGEAI_E_MEMORY. After
 *         an error the map is what the last update made it.
 * Memory: while it runs up to 50 MB for the grid (1 MB for a flat), and 64 bytes for each point
 *         kept of the object with the most.
 * Source: "MosaicThinker", arXiv 2602.07082; thresholds of ConceptGraphs, arXiv 2309.16650.
 */
EDGEAI_API edgeai_status edgeai_map_update(edgeai_map *map);

/** Frames of the map as of the last update. @param map Not NULL. */
EDGEAI_API size_t edgeai_map_n_frames(const edgeai_map *map);

/** Frame number `index`; NULL outside. Borrowed until the next update. */
EDGEAI_API const edgeai_mapped_frame *edgeai_map_frame(const edgeai_map *map, size_t index);

/** Objects of the map as of the last update. @param map Not NULL. */
EDGEAI_API size_t edgeai_map_n_objects(const edgeai_map *map);

/** Object number `index`, in the order of ids; NULL outside. Borrowed until the next update. */
EDGEAI_API const edgeai_mapped_object *edgeai_map_object(const edgeai_map *map, size_t index);

/** Places to look at again as of the last update, at most 65536. @param map Not NULL. */
EDGEAI_API size_t edgeai_map_n_requests(const edgeai_map *map);

/** Request number `index`, by frames; NULL outside. Borrowed until the next update. */
EDGEAI_API const edgeai_mapped_request *edgeai_map_request(const edgeai_map *map, size_t index);

/** The whole in numbers as of the last update. Neither argument may be NULL. */
EDGEAI_API void edgeai_map_summarize(const edgeai_map *map, edgeai_map_summary *summary);

/** Bytes that the map and what is kept of its frames take now, without what finding poses keeps.
 *  @param map Not NULL. */
EDGEAI_API size_t edgeai_map_memory(const edgeai_map *map);

/* ---- Files of a map ---------------------------------------------------------------------- */

/**
 * Reads a map that edgeai_map_save() wrote as EDGEAI_MAP_JSON (docs/formats/map-json.md). It takes
 * no frames, but all else that is made of a map can be made of it.
 *
 * @param[out] out     Yours, free with edgeai_map_free(). NULL on failure.
 * @param[in]  context Not NULL; must outlive the map.
 * @param[in]  path    Not NULL.
 * @return EDGEAI_OK; EDGEAI_E_NOT_FOUND, EDGEAI_E_IO; EDGEAI_E_FORMAT (no map, damaged, or a value
 *         outside its range; the text names path, byte and key); EDGEAI_E_VERSION (written by a
 *         later version); EDGEAI_E_LIMIT (more than EDGEAI_MAP_FRAMES_MAX frames or
 *         131072 objects);
 *         EDGEAI_E_MEMORY; EDGEAI_E_INVALID.
 * Threads: safe.
 */
EDGEAI_API edgeai_status edgeai_map_open(edgeai_map **out, edgeai_context *context,
                                         const char *path);

/**
 * As edgeai_map_open(), from the bytes of such a file.
 * @param[out] out     Yours, free with edgeai_map_free(). NULL on failure.
 * @param[in]  context Not NULL; must outlive the map.
 * @param[in]  json    [n_bytes] UTF-8, not NULL; not needed any more afterwards.
 * @param      n_bytes At least 1.
 * @return As edgeai_map_open(), but for what concerns files.
 */
EDGEAI_API edgeai_status edgeai_map_open_memory(edgeai_map **out, edgeai_context *context,
                                                const void *json, size_t n_bytes);

/** What a map can be written as. */
typedef enum edgeai_map_file {
    EDGEAI_MAP_JSON = 0, /**< All of it; edgeai_map_open() reads it. */
    EDGEAI_MAP_PLY = 1,  /**< Boxes and cameras as a coloured mesh, ASCII; Z up. */
    EDGEAI_MAP_GLTF = 2, /**< glTF 2.0, one file: a node for each object, and the camera's path. */
    /** Occupancy for ROS map_server: the YAML file at `path`, the picture beside it with the ending
     *  .pgm in place of the path's own. EDGEAI_E_NOT_FOUND when the map has no grid. */
    EDGEAI_MAP_ROS = 3,
    /** TUM trajectory: `time x y z qx qy qz qw`, camera to map, of the connected frames. */
    EDGEAI_MAP_TUM = 4
} edgeai_map_file;

/**
 * Writes a map as of the last edgeai_map_update(). Nothing appears at `path` until it is complete.
 *
 * @param[in] map  Not NULL.
 * @param     kind Of file.
 * @param[in] path Not NULL, not empty. A file that is there is replaced.
 * @return EDGEAI_OK; EDGEAI_E_INVALID; EDGEAI_E_NOT_FOUND (no grid for EDGEAI_MAP_ROS);
 *         EDGEAI_E_IO (the text names the path and the system's reason); EDGEAI_E_MEMORY. After an
 *         error an older file at path is untouched.
 * Memory: the text of the file, given back. Numerics: numbers in JSON read back to the same bits.
 * Threads: safe, as all that takes a const edgeai_map.
 */
EDGEAI_API edgeai_status edgeai_map_save(const edgeai_map *map, edgeai_map_file kind,
                                         const char *path);

#ifdef __cplusplus
}
#endif
#endif
