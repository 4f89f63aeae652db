/* SPDX-License-Identifier: MIT */
#ifndef EAI_SPACE_RECORDED_H
#define EAI_SPACE_RECORDED_H

/* A recording from inside: its frames as the readers of the kinds (dataset_*.c) find them. */

#include <stdbool.h>
#include <stddef.h>

#include <edgeai/image.h>
#include <edgeai/recording.h>

#include "base/text.h"
#include "io/depth_image.h"
#include "platform/mapped_file.h"
#include "space/trajectory.h"

#define EAI_NO_FILE SIZE_MAX
enum { EAI_PATH_BYTES = 4096 };

typedef struct eai_recorded_frame {
    char name[EDGEAI_LABEL_BYTES];
    double time_s;
    size_t color, depth; /* in `paths`, relative to the folder; EAI_NO_FILE: none */
    bool has_pose;
    edgeai_pose pose; /* camera to world */
} eai_recorded_frame;

struct edgeai_recording {
    edgeai_context *context;
    const edgeai_allocator *allocator;
    edgeai_recording_options options; /* while it is opened; pointers are the caller's */
    edgeai_recording_info info;
    edgeai_depth_coding depth_coding;
    edgeai_camera camera;       /* of the colour images; fx 0: not known, width 0: of any size */
    edgeai_camera depth_camera; /* of the depth images; fx 0: `camera` scaled */
    char folder[EAI_PATH_BYTES];
    eai_text paths; /* with a NUL each */
    eai_recorded_frame *frames;
    size_t n_frames, capacity;
    edgeai_image *loaded_color;
    eai_depth_image loaded_depth;
};

/* How a folder of a kind is read: cameras left at 0, and depth_units_per_m, get their default
 * here. The names of frames, times and files are added with the functions below. */
edgeai_status eai_dataset_tum(edgeai_recording *recording);
edgeai_status eai_dataset_seven_scenes(edgeai_recording *recording);
edgeai_status eai_dataset_scannet(edgeai_recording *recording);
edgeai_status eai_dataset_open3d(edgeai_recording *recording);
edgeai_status eai_dataset_manifest(edgeai_recording *recording);

/* The manifest's text; `name` begins error texts. */
edgeai_status eai_manifest_read(edgeai_recording *recording, const char *text, size_t n,
                                const char *name);

/* Whether the recording's folder has this file or folder. */
bool eai_recording_has(const edgeai_recording *recording, const char *name);

/* FOLDER/NAME. EDGEAI_E_LIMIT when it is too long. */
edgeai_status eai_recording_path(const edgeai_recording *recording, const char *name,
                                 char path[EAI_PATH_BYTES]);

/* Maps FOLDER/NAME. */
edgeai_status eai_recording_map(const edgeai_recording *recording, const char *name,
                                eai_mapped_file *file, char path[EAI_PATH_BYTES]);

/*
 * Adds a frame without pose, named after `name`, or else after its files; color and depth are
 * relative paths or NULL. `where` begins error texts: EDGEAI_E_FORMAT for a path that leads out of
 * the folder, EDGEAI_E_LIMIT, EDGEAI_E_MEMORY.
 */
edgeai_status eai_recording_add(edgeai_recording *recording, const char *where, const char *name,
                                double time_s, const char *color, const char *depth);

/* Sets the pose of a frame, which goes as `convention` says unless the options know better. */
void eai_recording_set_pose(edgeai_recording *recording, eai_recorded_frame *frame,
                            const edgeai_pose *pose, edgeai_pose_convention convention);

/* Reads FOLDER/NAME, a 4 x 4 matrix in text, camera to world, as the pose of a frame; with
 * `may_be_lost`, values that are not finite count as lost. A missing file is EDGEAI_E_NOT_FOUND. */
edgeai_status eai_recording_read_pose(edgeai_recording *recording, eai_recorded_frame *frame,
                                      const char *name, bool may_be_lost);

/* Poses of a file, joined with all frames: by time (TUM's text) or by their order. */
edgeai_status eai_recording_join_poses(edgeai_recording *recording, const char *path);

/* Reads FOLDER/NAME, a camera matrix of 3 x 3 or 4 x 4 in text, without size. */
edgeai_status eai_recording_read_camera(const edgeai_recording *recording, const char *name,
                                        edgeai_camera *camera);

/* Opens a recording that has no folder and no frames yet, and frees what it holds. */
void eai_recording_init(edgeai_recording *recording, edgeai_context *context,
                        const edgeai_recording_options *options);
void eai_recording_clear(edgeai_recording *recording);

#endif
