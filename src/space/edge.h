/* SPDX-License-Identifier: MIT */
#ifndef EAI_SPACE_EDGE_H
#define EAI_SPACE_EDGE_H

/* What is known of two frames' relative pose, and graphs of that. */

#include <stddef.h>

#include <edgeai/context.h>
#include <edgeai/space.h>
#include <edgeai/status.h>

typedef enum eai_edge_kind {
    EAI_EDGE_KEYPOINTS, /* keypoints found it, surfaces refined it */
    EAI_EDGE_SURFACES,  /* surfaces alone, from where the frame was expected */
    EAI_EDGE_GIVEN      /* both poses came with the frames: exact, never doubted here */
} eai_edge_kind;

typedef struct eai_edge {
    int from, to; /* indices of frames; `to` came before `from` */
    eai_edge_kind kind;
    edgeai_pose motion; /* points of `from` to those of `to` */
    double
        information[36]; /* mean squared metres by which a twist after the motion moves surfaces */
    double weight;       /* 0 to 1: overlap, residual and number of keypoints */
    double overlap;      /* the smaller of both directions */
    double rmse;         /* metres */
    int n_keypoints;     /* pairs that agree */
} eai_edge;

/* Edges of every frame, found quickly. */
typedef struct eai_edge_index {
    int n;                 /* frames */
    size_t n_edges;        /* edges */
    const eai_edge *edges; /* borrowed */
    size_t *offsets;       /* [n + 1] */
    size_t *items;         /* [2 * n_edges]: those of frame i from offsets[i] on, in their order */
} eai_edge_index;

edgeai_status eai_edge_index_create(eai_edge_index *index, const edgeai_allocator *allocator,
                                    const eai_edge *edges, size_t n_edges, int n);
void eai_edge_index_free(eai_edge_index *index, const edgeai_allocator *allocator);

/* The frame at the other end. */
int eai_edge_other(const eai_edge *edge, int frame);

/* Where an edge puts `frame`, given where the frame at its other end is. */
edgeai_pose eai_edge_place(const eai_edge *edge, int frame, const edgeai_pose *other);

#endif
