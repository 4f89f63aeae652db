/* SPDX-License-Identifier: MIT */
#ifndef EAI_SPACE_SPANNING_TREE_H
#define EAI_SPACE_SPANNING_TREE_H

#include <stdint.h>

#include "space/edge.h"

#define EAI_NO_EDGE SIZE_MAX

/* A maximum spanning tree of every component, walked from its root. */
typedef struct eai_spanning_tree {
    int n;
    int n_components;
    size_t *parent_edge; /* [n]; EAI_NO_EDGE for roots */
    int *component;      /* [n]: 0 for the largest, of equal ones for that with the first frame */
    int *order;          /* [n]: frames so that each follows its parent; the root is the first of
                            its component */
} eai_spanning_tree;

/*
 * Kruskal (1956): edges by falling weight, of equal ones the earlier, if they join two parts. The
 * root of a component is the frame with the largest sum of weights. MosaicThinker, equations 2, 3.
 */
edgeai_status eai_spanning_tree_create(eai_spanning_tree *tree, const edgeai_allocator *allocator,
                                       const eai_edge_index *index);
void eai_spanning_tree_free(eai_spanning_tree *tree, const edgeai_allocator *allocator);

/* Places along the tree, roots at the identity. places[n] */
void eai_spanning_tree_place(const eai_spanning_tree *tree, const eai_edge_index *index,
                             edgeai_pose *places);

#endif
