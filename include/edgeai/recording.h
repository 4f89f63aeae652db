/* SPDX-License-Identifier: MIT */
#ifndef EDGEAI_RECORDING_H
#define EDGEAI_RECORDING_H

/**
 * @file recording.h
 * What comes in from outside for a map: recordings of colour and depth, detections, trajectories.
 *
 * A recording is a folder. Its frames are loaded one at a time, and handed to a map:
 * @code
 * edgeai_recording *recording = NULL;
 * edgeai_detections *detections = NULL;
 * edgeai_frame frame = EDGEAI_FRAME_INIT;
 * edgeai_status status = edgeai_recording_open(&recording, context, "kitchen", NULL);
 * if (!status) status = edgeai_detections_open(&detections, context, "seen.json", NULL);
 * for (size_t i = 0; !status && i < edgeai_recording_frames(recording); i++) {
 *     status = edgeai_recording_load(recording, i, &frame);
 *     if (!status) status = edgeai_detections_apply(detections, &frame);
 *     if (!status) status = edgeai_map_add(map, &frame);
 * }
 * edgeai_detections_free(detections);
 * edgeai_recording_free(recording);
 * @endcode
 *
 * A frame's name joins frames and detections: the name of its colour file, else of its depth file,
 * without folders, without what stands behind the last point, and without ".color", ".rgb",
 * "-color" or ".depth", "-depth" before that. So "color/12.jpg" is "12", and
 * "frame-000025.color.png" is "frame-000025".
 *
 * Formats: docs/formats/recordings.md, docs/formats/rgbd-manifest.md, docs/formats/detections.md.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <edgeai/context.h>
#include <edgeai/space.h>
#include <edgeai/status.h>

#ifdef __cplusplus
extern "C" {
#endif

#define EDGEAI_RECORDING_FRAMES_MAX 1048576          /**< Frames of one recording. */
#define EDGEAI_TRAJECTORY_POSES_MAX 4194304          /**< Poses of one trajectory. */
#define EDGEAI_RECORDING_FILE       "recording.json" /**< The manifest of a plain folder. */

/** How a folder is laid out. */
typedef enum edgeai_recording_kind {
    EDGEAI_RECORDING_AUTO = 0, /**< Found from the files that are there. */
    /** TUM RGB-D: rgb.txt and depth.txt or associations.txt, groundtruth.txt; 5000 a metre; poses
     *  camera-to-world. */
    EDGEAI_RECORDING_TUM = 1,
    /** 7-Scenes: frame-000000.color.*, .depth.png, .pose.txt; camera-intrinsics.txt, else fx = fy =
     *  585, cx = 320, cy = 240 of 640 x 480; millimetres; camera-to-world. */
    EDGEAI_RECORDING_SEVEN_SCENES = 2,
    /** An export of ScanNet: color/, depth/, pose/ with 0.jpg, 0.png, 0.txt ...,
     *  intrinsic/intrinsic_color.txt and intrinsic_depth.txt; millimetres; camera-to-world. */
    EDGEAI_RECORDING_SCANNET = 3,
    /** Open3D: color/ and depth/ or a .match list, camera.json, trajectory.log (camera-to-world) or
     *  camera_trajectory.json (world-to-camera); millimetres. */
    EDGEAI_RECORDING_OPEN3D = 4,
    /** Our manifest EDGEAI_RECORDING_FILE, which says everything. */
    EDGEAI_RECORDING_MANIFEST = 5
} edgeai_recording_kind;

/** Which way poses go. Never guessed from their values. */
typedef enum edgeai_pose_convention {
    EDGEAI_POSE_BY_KIND = 0,         /**< As the kind of the file has it. */
    EDGEAI_POSE_CAMERA_TO_WORLD = 1, /**< p_world = R p_camera + t. */
    EDGEAI_POSE_WORLD_TO_CAMERA = 2  /**< p_camera = R p_world + t. */
} edgeai_pose_convention;

/** What 16 bits of a depth image mean. */
typedef enum edgeai_depth_coding {
    EDGEAI_DEPTH_BY_KIND = 0, /**< The manifest's; else plain. */
    EDGEAI_DEPTH_PLAIN = 1,   /**< Distance times depth_units_per_m. */
    EDGEAI_DEPTH_SUN = 2      /**< SUN RGB-D: the same, turned left by three bits. */
} edgeai_depth_coding;

/** Which frames, as to colour. */
typedef enum edgeai_color_use {
    EDGEAI_COLOR_ANY = 0, /**< Colour where there is any. */
    EDGEAI_COLOR_ONLY,    /**< Only frames with colour. */
    EDGEAI_COLOR_NONE     /**< Depth alone. */
} edgeai_color_use;

/** How a recording is read; all zero is the default for each. */
typedef struct edgeai_recording_options {
    size_t struct_size;          /**< sizeof(edgeai_recording_options). */
    edgeai_recording_kind kind;  /**< 0: found. */
    const edgeai_camera *camera; /**< In place of the recording's; width and height 0: those of its
                                      depth images, else of its colour images. NULL: its own. */
    double depth_units_per_m;    /**< Above 0; 0: 5000 for TUM, the manifest's, else 1000. */
    edgeai_depth_coding depth_coding;       /**< 0: by kind. */
    edgeai_pose_convention pose_convention; /**< 0: by kind. */
    bool ignore_poses;                      /**< Poses are to be found. */
    const char *poses;      /**< A trajectory file in place of the recording's poses, joined by time
                                 (TUM) or by the order of frames (Open3D); NULL: its own. */
    double pair_s;          /**< Largest difference of times that are joined; 0: 0.02. */
    edgeai_color_use color; /**< 0: any. */
    size_t first;           /**< Frames left out at the beginning. */
    size_t step;            /**< Every so many frames, after colour decided; 0: 1. */
    size_t n_max;           /**< Frames at most; 0: all. */
} edgeai_recording_options;

/** Initializer with every field at its default. */
#define EDGEAI_RECORDING_OPTIONS_INIT EDGEAI_SIZED_INIT(edgeai_recording_options)

/** A recording. Opaque. */
typedef struct edgeai_recording edgeai_recording;

/** A frame that is not loaded. */
typedef struct edgeai_recording_frame_info {
    const char *name; /**< As above; the recording's. */
    double time_s;    /**< The recording's; without times its number / 30. */
    bool has_color;   /**< A colour image is named. */
    bool has_depth;   /**< A depth image is named. */
    bool has_pose;    /**< `pose` is set. */
    edgeai_pose pose; /**< Camera to world, orthonormal. */
} edgeai_recording_frame_info;

/** What a recording has. */
typedef struct edgeai_recording_info {
    edgeai_recording_kind kind; /**< Never AUTO. */
    size_t n_frames;            /**< As edgeai_recording_frames(). */
    size_t n_color;             /**< Frames with colour. */
    size_t n_depth;             /**< Frames with depth. */
    size_t n_poses;             /**< Frames with a pose. */
    size_t n_lost;              /**< Frames whose pose ScanNet marks as lost (not finite). */
    size_t n_unpaired;          /**< Colour frames left out: no depth image near them in time. */
    double depth_units_per_m;   /**< In use. */
} edgeai_recording_info;

/**
 * Opens a recording: reads its lists, cameras and poses, but no image.
 *
 * @param[out] out     Yours, free with edgeai_recording_free(). NULL on failure.
 * @param[in]  context Not NULL; must outlive the recording.
 * @param[in]  path    A folder, or a manifest file; not NULL.
 * @param[in]  options NULL for all defaults.
 * @return EDGEAI_OK; EDGEAI_E_NOT_FOUND (no such folder, a file missing that the kind needs, no
 *         kind fits, no camera known; the text says what was expected); EDGEAI_E_IO;
 *         EDGEAI_E_FORMAT (a file is damaged, the text names file and line: also for poses that
 *         are not finite or no rotations, except ScanNet's lost ones); EDGEAI_E_VERSION (of a
 *         manifest); EDGEAI_E_SHAPE (poses and frames differ in number); EDGEAI_E_LIMIT (more
 *         frames than EDGEAI_RECORDING_FRAMES_MAX, a name of EDGEAI_LABEL_BYTES bytes or more);
 *         EDGEAI_E_INVALID; EDGEAI_E_MEMORY.
 * Threads: safe.
 */
EDGEAI_API edgeai_status edgeai_recording_open(edgeai_recording **out, edgeai_context *context,
                                               const char *path,
                                               const edgeai_recording_options *options);

/**
 * Frees a recording and the frame that is loaded.
 * @param recording NULL is fine.
 */
EDGEAI_API void edgeai_recording_free(edgeai_recording *recording);

/**
 * The number of frames.
 * @param recording Not NULL.
 * @return At least 1.
 * Threads: safe.
 */
EDGEAI_API size_t edgeai_recording_frames(const edgeai_recording *recording);

/**
 * What the recording has.
 * @param[in]  recording Not NULL.
 * @param[out] info      Not NULL.
 * Threads: safe.
 */
EDGEAI_API void edgeai_recording_describe(const edgeai_recording *recording,
                                          edgeai_recording_info *info);

/**
 * What is known of a frame without loading it.
 * @param[in]  recording Not NULL.
 * @param      i         Below edgeai_recording_frames().
 * @param[out] info      Not NULL; its pointers are the recording's.
 * @return EDGEAI_OK; EDGEAI_E_INVALID.
 * Threads: safe.
 */
EDGEAI_API edgeai_status edgeai_recording_frame(const edgeai_recording *recording, size_t i,
                                                edgeai_recording_frame_info *info);

/**
 * Loads a frame; the one before it is dropped, so that only one is in memory.
 *
 * Cameras are scaled to the images: pixel centres stay where they are, c' = (c + 1/2) s - 1/2. The
 * frame has no detections: see edgeai_detections_apply().
 *
 * @param[in]     recording Not NULL; changed.
 * @param         i         Below edgeai_recording_frames().
 * @param[in,out] frame     Not NULL, EDGEAI_FRAME_INIT or of an earlier call. Its pointers are
 *                          valid until the recording loads another frame or is freed.
 * @return EDGEAI_OK; what opening its images returns (the text names the file); EDGEAI_E_SHAPE
 *         (image and camera of other proportions, by more than 5 %); EDGEAI_E_INVALID;
 *         EDGEAI_E_MEMORY. After an error no frame is loaded.
 * Memory: the images, and what decoding one takes meanwhile.
 * Threads: one at a time for a recording.
 */
EDGEAI_API edgeai_status edgeai_recording_load(edgeai_recording *recording, size_t i,
                                               edgeai_frame *frame);

/** What depth says of the poses that a recording came with. */
typedef enum edgeai_pose_verdict {
    EDGEAI_POSES_UNTESTED = 0, /**< No two frames with depth and poses that moved between. */
    EDGEAI_POSES_FIT = 1,      /**< Depth of one frame lies on the surfaces of others. */
    EDGEAI_POSES_INVERTED = 2, /**< It would if poses went the other way. */
    EDGEAI_POSES_UNITS = 3, /**< It would if depth, or the poses' lengths, were in other units. */
    EDGEAI_POSES_UNFIT = 4, /**< It does not, and none of these would help. */
    EDGEAI_POSES_Y_UP = 5,  /**< It would if cameras had y up and z backward: OpenGL, ARKit. */
    EDGEAI_POSES_INVERTED_Y_UP = 6, /**< Both of that and of INVERTED. */
    EDGEAI_POSES_TRANSPOSED = 7,    /**< It would with rotations transposed. */
    EDGEAI_POSES_QUATERNION = 8     /**< It would with quaternions' scalar at the other end. */
} edgeai_pose_verdict;

/** A check of poses. */
typedef struct edgeai_pose_check {
    edgeai_pose_verdict verdict; /**< In a word. */
    size_t n_pairs;              /**< Pairs of frames that were compared, at most 16. */
    double fitting;      /**< Share of depth within 2.5 % of the other frame's, with poses as they
                              are. */
    double median_m;     /**< Median difference of depth, where it is below 0.3 m; as they are. */
    double best;         /**< The same share at its best. */
    double depth_factor; /**< What depth has to be multiplied with for that: 1 unless UNITS. */
    const char *reading; /**< What the poses seem to be then, in words; static, "" if UNTESTED. */
} edgeai_pose_check;

/**
 * Checks poses against depth, so that a wrong convention or unit is not believed: depth of a frame
 * is moved to a later one, from which the camera had turned by 8 degrees or moved by 0.15 m, with
 * the poses as they are, read in every other way that the verdicts name, and, as they are and
 * inverted, with depth times 5, 1/5, 1000 and 1/1000. Poses are in doubt when another reading
 * explains half as many depth values again, and a fifth of all; two fifths for the last two
 * factors.
 *
 * @param[in,out] recording Not NULL; frames are loaded.
 * @param[out]    check     Not NULL.
 * @return EDGEAI_OK, whatever the verdict; what edgeai_recording_load() returns; EDGEAI_E_MEMORY;
 *         EDGEAI_E_INVALID.
 * Threads: one at a time for a recording.
 */
EDGEAI_API edgeai_status edgeai_recording_check_poses(edgeai_recording *recording,
                                                      edgeai_pose_check *check);

/**
 * Reads a camera: "ros", "fr1", "fr2", "fr3" (TUM's calibrations), "kinect" (7-Scenes'),
 * "FX,FY,CX,CY" (sizes 0), "WxH,FX,FY,CX,CY", or an Open3D intrinsic file ending in ".json".
 *
 * @param[out] camera  Not NULL.
 * @param[in]  context Not NULL.
 * @param[in]  text    Not NULL.
 * @return EDGEAI_OK; EDGEAI_E_INVALID (none of these, or numbers that no camera has);
 *         EDGEAI_E_NOT_FOUND, EDGEAI_E_IO, EDGEAI_E_FORMAT (the file); EDGEAI_E_MEMORY.
 * Threads: safe.
 */
EDGEAI_API edgeai_status edgeai_camera_read(edgeai_camera *camera, edgeai_context *context,
                                            const char *text);

/** In which format detections are. */
typedef enum edgeai_detections_kind {
    EDGEAI_DETECTIONS_AUTO = 0, /**< A folder: YOLO; an array: COCO; an object: ours. */
    EDGEAI_DETECTIONS_OURS = 1, /**< docs/formats/detections.md. */
    EDGEAI_DETECTIONS_COCO = 2, /**< COCO results: an array of image_id, category_id, bbox ... */
    EDGEAI_DETECTIONS_YOLO = 3  /**< A folder with one .txt for each frame, named as it. */
} edgeai_detections_kind;

/** How detections are read; all zero is the default for each. */
typedef struct edgeai_detections_options {
    size_t struct_size;          /**< sizeof(edgeai_detections_options). */
    edgeai_detections_kind kind; /**< 0: found. */
    const char
        *names;       /**< COCO: the JSON with images and categories, needed. YOLO: the class names,
                           one a line, needed unless the folder has classes.txt. NULL: none. */
    double score_min; /**< Detections below it are left out; 0 to 1. */
    bool covers_all;  /**< The detector ran on frames without an entry too, and saw nothing. */
} edgeai_detections_options;

/** Initializer with every field at its default. */
#define EDGEAI_DETECTIONS_OPTIONS_INIT EDGEAI_SIZED_INIT(edgeai_detections_options)

/** Detections of many frames. Opaque. */
typedef struct edgeai_detections edgeai_detections;

/**
 * Opens detections. JSON is read whole, a YOLO folder frame by frame as it is asked for.
 *
 * @param[out] out     Yours, free with edgeai_detections_free(). NULL on failure.
 * @param[in]  context Not NULL; must outlive them.
 * @param[in]  path    A file, or YOLO's folder; not NULL.
 * @param[in]  options NULL for all defaults.
 * @return EDGEAI_OK; EDGEAI_E_NOT_FOUND or EDGEAI_E_IO; EDGEAI_E_FORMAT (the text names the file
 *         and the byte or line); EDGEAI_E_VERSION; EDGEAI_E_LIMIT (more than EDGEAI_DETECTIONS_MAX
 *         detections of one frame, a label of EDGEAI_LABEL_BYTES bytes or more);
 *         EDGEAI_E_INVALID (an option; `names` missing); EDGEAI_E_MEMORY.
 * Memory: about 48 bytes a detection and 4 for each run of its mask. Threads: safe.
 */
EDGEAI_API edgeai_status edgeai_detections_open(edgeai_detections **out, edgeai_context *context,
                                                const char *path,
                                                const edgeai_detections_options *options);

/**
 * Frees detections.
 * @param detections NULL is fine.
 */
EDGEAI_API void edgeai_detections_free(edgeai_detections *detections);

/**
 * How many there are.
 * @param detections Not NULL.
 * @return 0 for YOLO, whose files are not read before they are asked for.
 * Threads: safe.
 */
EDGEAI_API size_t edgeai_detections_count(const edgeai_detections *detections);

/**
 * How many different labels they have; YOLO: classes that have names.
 * @param detections Not NULL.
 * Threads: safe.
 */
EDGEAI_API size_t edgeai_detections_n_labels(const edgeai_detections *detections);

/**
 * One of their labels.
 * @param detections Not NULL.
 * @param i          Below edgeai_detections_n_labels().
 * @return The detections' own; NULL when there is no such label.
 * Threads: safe.
 */
EDGEAI_API const char *edgeai_detections_label(const edgeai_detections *detections, size_t i);

/**
 * Puts the detections of a frame into it, found by its name: sets detections, n_detections and
 * detector_ran. A frame without an entry gets none.
 *
 * @param[in]     detections Not NULL; changed.
 * @param[in,out] frame      Not NULL; name and camera are read. What is put into it is valid until
 *                           the next call or until the detections are freed.
 * @return EDGEAI_OK; EDGEAI_E_SHAPE (a mask of another size than the colour image);
 *         EDGEAI_E_INVALID (a frame without name or camera); for YOLO what
 *         edgeai_detections_open() returns for a file. After an error the frame has none.
 * Threads: one at a time.
 */
EDGEAI_API edgeai_status edgeai_detections_apply(edgeai_detections *detections,
                                                 edgeai_frame *frame);

/** A row of poses in time. Opaque. */
typedef struct edgeai_trajectory edgeai_trajectory;

/**
 * Reads a trajectory: TUM text (time tx ty tz qx qy qz qw), Open3D .log or Open3D JSON. Which it is
 * is seen from the content; poses of Open3D's JSON are turned to camera-to-world, the others are
 * taken to be that.
 *
 * @param[out] out     Yours, free with edgeai_trajectory_free(). NULL on failure.
 * @param[in]  context Not NULL; must outlive it.
 * @param[in]  path    Not NULL.
 * @return EDGEAI_OK; EDGEAI_E_NOT_FOUND or EDGEAI_E_IO; EDGEAI_E_FORMAT (the text names the line; a
 *         pose that is not finite or no rotation, times that decrease, no pose at all);
 *         EDGEAI_E_LIMIT; EDGEAI_E_INVALID; EDGEAI_E_MEMORY.
 * Threads: safe. Without times in the file, pose i has time i / 30.
 */
EDGEAI_API edgeai_status edgeai_trajectory_open(edgeai_trajectory **out, edgeai_context *context,
                                                const char *path);

/**
 * Makes a trajectory of poses.
 *
 * @param[out] out     Yours, free with edgeai_trajectory_free(). NULL on failure.
 * @param[in]  context Not NULL; must outlive it.
 * @param[in]  times   [n] seconds, finite, not decreasing; not NULL.
 * @param[in]  poses   [n] camera to world, finite; not NULL.
 * @param      n       1 to EDGEAI_TRAJECTORY_POSES_MAX.
 * @return EDGEAI_OK; EDGEAI_E_INVALID; EDGEAI_E_MEMORY.
 * Threads: safe.
 */
EDGEAI_API edgeai_status edgeai_trajectory_create(edgeai_trajectory **out, edgeai_context *context,
                                                  const double *times, const edgeai_pose *poses,
                                                  size_t n);

/**
 * The poses that a recording came with.
 *
 * @param[out] out       Yours, free with edgeai_trajectory_free(). NULL on failure.
 * @param[in]  recording Not NULL.
 * @return EDGEAI_OK; EDGEAI_E_NOT_FOUND (it has none); EDGEAI_E_INVALID; EDGEAI_E_MEMORY.
 * Threads: safe.
 */
EDGEAI_API edgeai_status edgeai_trajectory_of_recording(edgeai_trajectory **out,
                                                        const edgeai_recording *recording);

/**
 * Frees a trajectory.
 * @param trajectory NULL is fine.
 */
EDGEAI_API void edgeai_trajectory_free(edgeai_trajectory *trajectory);

/**
 * The number of poses.
 * @param trajectory Not NULL.
 * @return At least 1.
 * Threads: safe.
 */
EDGEAI_API size_t edgeai_trajectory_size(const edgeai_trajectory *trajectory);

/**
 * One pose.
 * @param[in]  trajectory Not NULL.
 * @param      i          Below edgeai_trajectory_size().
 * @param[out] time_s     Seconds; NULL is fine.
 * @param[out] pose       Camera to world; NULL is fine.
 * @return EDGEAI_OK; EDGEAI_E_INVALID.
 * Threads: safe.
 */
EDGEAI_API edgeai_status edgeai_trajectory_pose(const edgeai_trajectory *trajectory, size_t i,
                                                double *time_s, edgeai_pose *pose);

/**
 * Writes a trajectory as TUM text. Nothing appears at `path` until it is complete.
 * @param[in] trajectory Not NULL.
 * @param[in] path       Not NULL. A file that is there is replaced.
 * @return EDGEAI_OK; EDGEAI_E_IO; EDGEAI_E_MEMORY; EDGEAI_E_INVALID.
 * Threads: safe.
 */
EDGEAI_API edgeai_status edgeai_trajectory_save(const edgeai_trajectory *trajectory,
                                                const char *path);

/** How two trajectories are brought together before they are compared. */
typedef enum edgeai_trajectory_fit {
    EDGEAI_FIT_RIGID = 0,   /**< Turned and moved: SE(3). */
    EDGEAI_FIT_SIMILAR = 1, /**< Also scaled: Sim(3), for estimates of unknown scale. */
    EDGEAI_FIT_NONE = 2     /**< As they are. */
} edgeai_trajectory_fit;

/** How trajectories are compared; all zero is the default for each. */
typedef struct edgeai_trajectory_options {
    size_t struct_size;        /**< sizeof(edgeai_trajectory_options). */
    edgeai_trajectory_fit fit; /**< 0: rigid. */
    bool by_index;             /**< Pose i with pose i; else by time. */
    double pair_s;             /**< Times that differ by less belong together; 0: 0.02. */
    size_t delta;              /**< Pairs between the two poses of a relative error; 0: 1. */
} edgeai_trajectory_options;

/** Initializer with every field at its default. */
#define EDGEAI_TRAJECTORY_OPTIONS_INIT EDGEAI_SIZED_INIT(edgeai_trajectory_options)

/** How far an estimate is from the truth. */
typedef struct edgeai_trajectory_errors {
    size_t n_pairs;        /**< Poses that were compared. */
    double scale;          /**< Of the fit: 1 unless similar. */
    edgeai_pose fit;       /**< Of the fit: p_truth = scale * R p_estimate + t. */
    double ate_rmse_m;     /**< Absolute trajectory error: root mean square of the distances. */
    double ate_median_m;   /**< Their median. */
    double ate_max_m;      /**< The largest of them. */
    size_t n_steps;        /**< Pairs of poses `delta` apart; 0: too few for relative errors. */
    double rpe_rmse_m;     /**< Relative pose error: root mean square of the translations. */
    double rpe_median_m;   /**< Their median. */
    double rpe_rmse_rad;   /**< Root mean square of the angles. */
    double rpe_median_rad; /**< Their median. */
} edgeai_trajectory_errors;

/**
 * Compares an estimated trajectory with the true one.
 *
 * Relative errors are those of E = (Q_i^-1 Q_j)^-1 (P_i^-1 P_j), j = i + delta, with the estimate
 * P scaled as the fit says.
 *
 * @param[in]  estimate Not NULL.
 * @param[in]  truth    Not NULL.
 * @param[in]  options  NULL for all defaults.
 * @param[out] errors   Not NULL.
 * @return EDGEAI_OK; EDGEAI_E_SHAPE (fewer than three poses belong together, two without a fit; by
 *         index: the numbers differ); EDGEAI_E_INVALID; EDGEAI_E_MEMORY.
 * Threads: safe.
 * Source: Sturm et al., "A benchmark for the evaluation of RGB-D SLAM systems", IROS 2012; Horn,
 *         "Closed-form solution of absolute orientation using unit quaternions", 1987; scale after
 *         Umeyama, 1991.
 */
EDGEAI_API edgeai_status edgeai_trajectory_compare(const edgeai_trajectory *estimate,
                                                   const edgeai_trajectory *truth,
                                                   const edgeai_trajectory_options *options,
                                                   edgeai_trajectory_errors *errors);

/** Frames to look at; all zero is the default for each. */
typedef struct edgeai_key_frames_options {
    size_t struct_size;         /**< sizeof(edgeai_key_frames_options). */
    size_t n_wanted;            /**< Key frames at most; 0: 25. */
    int n_rounds;               /**< Rounds of sampling at most; 0: 20. */
    uint64_t seed;              /**< Of the sampling. */
    const char *const *targets; /**< [n_targets] labels to look for, letter case ignored, weight 1.
                                     NULL: all labels alike. */
    size_t n_targets;           /**< Labels in `targets`. */
    const char *const *cues;    /**< [n_cues] labels likely to be seen with them, weight 1/2. */
    size_t n_cues;              /**< Labels in `cues`. */
} edgeai_key_frames_options;

/** Initializer with every field at its default. */
#define EDGEAI_KEY_FRAMES_OPTIONS_INIT EDGEAI_SIZED_INIT(edgeai_key_frames_options)

/**
 * Chooses key frames: frames that show what is asked for, sharp, and apart from each other.
 *
 * Frames are sampled round by round, with a probability that follows the scores of the frames seen
 * so far, spread to their neighbours in time by a Gaussian that narrows; so most frames are never
 * loaded. A frame's score is the sum over labels of weight * highest score of a detection, times
 * its sharpness (variance of the Laplacian by the median of the frames seen, at most 1); without
 * detections sharpness alone. Of the frames seen, those are taken that score well, are not near
 * another one that was taken, and show more instances of a label than those; the rest fills the
 * largest gaps.
 *
 * @param[in]  recording  Not NULL; frames are loaded.
 * @param[in]  detections NULL: sharpness alone decides.
 * @param[in]  options    NULL for all defaults.
 * @param[out] frames     [n_wanted], rising; not NULL.
 * @param[out] n_frames   How many: all, where the recording has no more than wanted. Not NULL.
 * @return EDGEAI_OK; what edgeai_recording_load() and edgeai_detections_apply() return;
 *         EDGEAI_E_INVALID; EDGEAI_E_MEMORY.
 * Determinism: the same frames for the same files and options.
 * Threads: one at a time for a recording.
 * Source: step 5 of MosaicThinker, arXiv 2602.07082; the numbers are our own.
 */
EDGEAI_API edgeai_status edgeai_key_frames(edgeai_recording *recording,
                                           edgeai_detections *detections,
                                           const edgeai_key_frames_options *options, size_t *frames,
                                           size_t *n_frames);

#ifdef __cplusplus
}
#endif
#endif
