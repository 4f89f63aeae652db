/* SPDX-License-Identifier: MIT */
#ifndef EAI_SPACE_MAP_INTERNAL_H
#define EAI_SPACE_MAP_INTERNAL_H

/* The map that users hold: its content, and what frames are fused with unless it was read back. */

#include <edgeai/space.h>

#include "space/map_content.h"

typedef struct eai_fusing eai_fusing; /* fusing.h */

struct edgeai_map {
    edgeai_context *context;
    eai_map_content content; /* as of the last update */
    eai_fusing *fusing;      /* NULL: read from a file, takes no frames */
};

#endif
