/* SPDX-License-Identifier: MIT */
#ifndef EAI_SPACE_EDGE_TEST_H
#define EAI_SPACE_EDGE_TEST_H

#include <stdbool.h>

#include "space/icp.h"

/* A registration tried in both directions. */
typedef struct eai_edge_evidence {
    eai_icp_fit forward, backward;
    int n_keypoints; /* that agree with it; 0: none were needed */
} eai_edge_evidence;

/* What an edge failed, for reports and tests. */
typedef enum eai_edge_fault {
    EAI_EDGE_GOOD,       /* those below are tested for in their order */
    EAI_EDGE_OVERLAP,    /* too little of the one frame is in the other */
    EAI_EDGE_RESIDUAL,   /* surfaces do not lie on each other */
    EAI_EDGE_CONFLICT,   /* surfaces where the other frame saw through */
    EAI_EDGE_SLIDING,    /* a direction that nothing holds: a wall along itself */
    EAI_EDGE_TWO_ANSWERS /* there and back do not lead to the same place */
} eai_edge_fault;

eai_edge_fault eai_edge_test(const eai_edge_evidence *evidence);

/* How much an edge is worth, 0 to 1. */
double eai_edge_weight(const eai_edge_evidence *evidence);

#endif
