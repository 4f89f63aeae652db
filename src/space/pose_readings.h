/* SPDX-License-Identifier: MIT */
#ifndef EAI_SPACE_POSE_READINGS_H
#define EAI_SPACE_POSE_READINGS_H

#include <edgeai/recording.h>

/* The ways in which files write poses, as they look when read as camera to world, x right, y down,
 * z forward. The first is right; verdicts of the others say what was written instead. */
typedef struct eai_pose_reading {
    edgeai_pose_verdict verdict;
    const char *name; /* "world to camera" */
    edgeai_pose (*read)(const edgeai_pose *given);
} eai_pose_reading;

#define EAI_POSE_READINGS 7

extern const eai_pose_reading eai_pose_readings[EAI_POSE_READINGS];

#endif
