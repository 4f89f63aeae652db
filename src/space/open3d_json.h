/* SPDX-License-Identifier: MIT */
#ifndef EAI_SPACE_OPEN3D_JSON_H
#define EAI_SPACE_OPEN3D_JSON_H

/* Open3D's JSON: matrices are column-major there, and extrinsics take the world to the camera. */

#include <stdbool.h>

#include <edgeai/space.h>

#include "space/trajectory.h"

/* {"width", "height", "intrinsic_matrix": [fx, 0, 0, 0, fy, 0, cx, cy, 1]}. EDGEAI_E_FORMAT. */
edgeai_status eai_open3d_camera(const char *text, size_t n, const char *name,
                                edgeai_camera *camera);

/* A PinholeCameraTrajectory of parameters with extrinsic each, or of an array of extrinsics; poses
 * are added as they are, world to camera, pose i at i / EAI_FRAMES_PER_S. */
edgeai_status eai_open3d_trajectory(edgeai_trajectory *trajectory, const char *text, size_t n,
                                    const char *name);

#endif
