/* SPDX-License-Identifier: MIT */
#ifndef EAI_SPACE_DETECTED_H
#define EAI_SPACE_DETECTED_H

/* Detections from inside: what the readers of the formats (detections_*.c) fill. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <edgeai/recording.h>

#include "base/json_scan.h"
#include "base/text.h"
#include "space/mask_runs.h"

enum { EAI_LABELS_MAX = 16384 };

/* Labels, each once. */
typedef struct eai_label_table {
    eai_text bytes; /* with a NUL each */
    uint32_t starts[EAI_LABELS_MAX];
    uint16_t order[EAI_LABELS_MAX]; /* by name */
    size_t n;
} eai_label_table;

/* One detection while it is read. */
typedef struct eai_found {
    size_t frame; /* index */
    size_t label;
    float score, box[4];
    size_t first_run, n_runs; /* 0 runs: no mask */
} eai_found;

typedef struct eai_detected_frame {
    char name[EDGEAI_LABEL_BYTES];
    int mask_width, mask_height; /* 0: no masks */
    size_t first, n;             /* in `items` */
} eai_detected_frame;

struct edgeai_detections {
    edgeai_context *context;
    const edgeai_allocator *allocator;
    edgeai_detections_kind kind;
    double score_min;
    bool covers_all;
    eai_label_table *labels;
    eai_detected_frame *frames;
    size_t n_frames, frames_capacity;
    size_t *order; /* [n_frames] by name, once finished */
    eai_found *found;
    size_t n_found, found_capacity;
    eai_runs runs;
    edgeai_detection *items; /* by frame, once finished */
    size_t n_items, items_capacity;
    eai_text folder;       /* YOLO's */
    size_t n_class_labels; /* YOLO: class i is label class_labels[i] */
    uint16_t class_labels[EAI_LABELS_MAX];
};

/* The label's number, added if it is new. `where` begins error texts: EDGEAI_E_FORMAT when it is
 * empty, EDGEAI_E_LIMIT when it is too long or one too many. */
edgeai_status eai_detections_label(edgeai_detections *detections, const char *label, size_t n,
                                   const char *where, size_t *number);

/* Adds a frame of this name, which becomes the last one. EDGEAI_E_LIMIT, EDGEAI_E_MEMORY. */
edgeai_status eai_detections_add_frame(edgeai_detections *detections, const char *name,
                                       const char *where);

/* Adds a detection, unless its score is too low or its box empty: then its runs, which were the
 * last, go too. */
edgeai_status eai_detections_add(edgeai_detections *detections, const eai_found *found);

/* What is wrong with numbers of a detection, or NULL. */
const char *eai_detection_fault(const eai_found *found);

/* A mask {"size": [h, w], "counts": text or array} for a frame: appends its runs. */
edgeai_status eai_detections_read_mask(edgeai_detections *detections, eai_json_scan *scan,
                                       eai_found *found);

/* Notes the size of a frame's masks; EDGEAI_E_FORMAT when it had one of another size. */
edgeai_status eai_detections_mask_size(edgeai_detections *detections, size_t frame, int width,
                                       int height, const char *where);

/* Sorts detections by frame, frames by name, and sets pointers; the drafts are given back.
 * EDGEAI_E_FORMAT when two frames have one name. */
edgeai_status eai_detections_finish(edgeai_detections *detections, const char *where);

/* The frame of this name, or NULL. */
const eai_detected_frame *eai_detections_find(const edgeai_detections *detections,
                                              const char *name);

/* The formats; `where` begins error texts. They fill frames and found. */
edgeai_status eai_detections_read_ours(edgeai_detections *detections, const char *text, size_t n,
                                       const char *where);
edgeai_status eai_detections_read_coco(edgeai_detections *detections, const char *text, size_t n,
                                       const char *where, const char *names, size_t n_names,
                                       const char *names_where);
edgeai_status eai_detections_read_yolo(edgeai_detections *detections, const char *text, size_t n,
                                       const char *where, const edgeai_frame *frame);

/* YOLO's class names, one a line. */
edgeai_status eai_detections_read_classes(edgeai_detections *detections, const char *text, size_t n,
                                          const char *where);

/* An object without anything, and back. */
edgeai_detections *eai_detections_make(edgeai_context *context);

#endif
