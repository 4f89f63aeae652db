/* SPDX-License-Identifier: MIT */
#ifndef EAI_SPACE_CAMERA_FIT_H
#define EAI_SPACE_CAMERA_FIT_H

/* Cameras of recordings: checked, and brought to the size of an image. */

#include <stdbool.h>

#include <edgeai/space.h>

/* EDGEAI_E_FORMAT, naming `name`, for numbers that no camera has. Sizes may be 0 for "those of the
 * image" unless `needs_size`. A negative fy stands for images that are upside down: not supported.
 */
edgeai_status eai_camera_check(const edgeai_camera *camera, const char *name, bool needs_size);

/* The camera for an image of this size: scaled about pixel corners, so that c' = (c + 1/2) s - 1/2;
 * without a size it is the image's. EDGEAI_E_SHAPE when proportions differ by more than 5 %. */
edgeai_status eai_camera_fit(const edgeai_camera *camera, int width, int height, const char *name,
                             edgeai_camera *out);

#endif
