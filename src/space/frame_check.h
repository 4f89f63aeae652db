/* SPDX-License-Identifier: MIT */
#ifndef EAI_SPACE_FRAME_CHECK_H
#define EAI_SPACE_FRAME_CHECK_H

/* Whether what a caller hands over is what space.h asks for. */

#include <stddef.h>

#include <edgeai/space.h>

/* `name` is for error texts. Detections and pose apart. */
edgeai_status eai_frame_check(const edgeai_frame *frame, const char *name);

/* Every detection of a frame with that colour camera. */
edgeai_status eai_detections_check(const edgeai_detection *detections, size_t n,
                                   const edgeai_camera *camera, const char *name);

#endif
