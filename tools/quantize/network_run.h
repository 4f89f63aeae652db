/* SPDX-License-Identifier: MIT */
#ifndef TOOLS_QUANTIZE_NETWORK_RUN_H
#define TOOLS_QUANTIZE_NETWORK_RUN_H

/* What the parts of edgeai-quantize that work on networks share. */

#include <edgeai/graph.h>

#include "common/image_folder.h"
#include "common/picture_run.h"
#include "quantize/quantization.h"

/* A network in the table of both. */
typedef struct network_side {
    const char *name;  /* "before" or "after" */
    const char *path;  /* NULL: not written */
    uint64_t n_bytes;  /* of constants */
    picture_sums sums; /* zero where nothing was classified */
} network_side;

/* One run on a network. */
typedef struct network_run {
    const quantize_settings *settings;
    edgeai_context *context;
    edgeai_graph *graph;
    edgeai_graph_quantizer *quantizer;
    edgeai_graph_quantize_options options;
    image_folder calibration, evaluation;
    network_side sides[2];
    progress bar; /* while correcting */
    size_t n_given;
} network_run;

/* The tables on stdout: layers, then both networks. False when memory was short or stdout failed.
 */
bool network_report(const network_run *self, const char *status);

#endif
