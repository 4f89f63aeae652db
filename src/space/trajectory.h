/* SPDX-License-Identifier: MIT */
#ifndef EAI_SPACE_TRAJECTORY_H
#define EAI_SPACE_TRAJECTORY_H

#include <edgeai/recording.h>

typedef struct eai_timed_pose {
    double time_s;
    edgeai_pose pose; /* camera to world */
} eai_timed_pose;

struct edgeai_trajectory {
    const edgeai_allocator *allocator;
    eai_timed_pose *items;
    size_t n, capacity;
};

/* Frames of recorders that tell no times. */
#define EAI_FRAMES_PER_S 30.0

/* Adds a pose. EDGEAI_E_LIMIT or EDGEAI_E_MEMORY. */
edgeai_status eai_trajectory_add(edgeai_trajectory *trajectory, double time_s,
                                 const edgeai_pose *pose);

/* Gives back what a trajectory holds, not itself. */
void eai_trajectory_clear(edgeai_trajectory *trajectory);

typedef enum eai_trajectory_format {
    EAI_TRAJECTORY_TUM,
    EAI_TRAJECTORY_LOG,
    EAI_TRAJECTORY_JSON
} eai_trajectory_format;

/*
 * Reads the bytes of a trajectory file and adds its poses; `name` begins error texts. `convention`
 * says which way they go, BY_KIND: Open3D's JSON world to camera, all others camera to world.
 */
edgeai_status eai_trajectory_read(edgeai_trajectory *trajectory, const char *text, size_t n,
                                  const char *name, edgeai_pose_convention convention,
                                  eai_trajectory_format *format);

/* The same of a file. */
edgeai_status eai_trajectory_read_file(edgeai_trajectory *trajectory, const char *path,
                                       edgeai_pose_convention convention,
                                       eai_trajectory_format *format);

#endif
