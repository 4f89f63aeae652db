/* SPDX-License-Identifier: MIT */
#include "space/edge_test.h"

#include <math.h>

#include "space/pose.h"

/* Measured on 7-Scenes' kitchen; tests/conformance/test_kitchen_alignment.c. */
#define OVERLAP_LEAST    0.20 /* of the frame that sees more */
#define OVERLAP_BETTER   0.35 /* of the other */
#define RMSE_MOST        0.015
#define CONFLICT_MOST    0.10
#define STEADINESS_LEAST 0.015
#define APART_M          0.03
#define APART_RAD        0.01745 /* 1 degree */
#define RMSE_SCALE       0.02
#define KEYPOINTS_FULL   50

static double smaller(double a, double b)
{
    return a < b ? a : b;
}

static double larger(double a, double b)
{
    return a > b ? a : b;
}

static bool comes_back(const eai_edge_evidence *evidence)
{
    edgeai_pose round = eai_pose_compose(&evidence->forward.motion, &evidence->backward.motion);
    const double *t = round.translation;
    return sqrt(t[0] * t[0] + t[1] * t[1] + t[2] * t[2]) < APART_M &&
           eai_pose_angle(&round) < APART_RAD;
}

eai_edge_fault eai_edge_test(const eai_edge_evidence *evidence)
{
    const eai_icp_fit *there = &evidence->forward, *back = &evidence->backward;
    if (smaller(there->overlap, back->overlap) < OVERLAP_LEAST) return EAI_EDGE_OVERLAP;
    if (larger(there->overlap, back->overlap) < OVERLAP_BETTER) return EAI_EDGE_OVERLAP;
    if (larger(there->rmse, back->rmse) > RMSE_MOST) return EAI_EDGE_RESIDUAL;
    if (larger(there->conflict, back->conflict) > CONFLICT_MOST) return EAI_EDGE_CONFLICT;
    if (smaller(there->steadiness, back->steadiness) < STEADINESS_LEAST) return EAI_EDGE_SLIDING;
    return comes_back(evidence) ? EAI_EDGE_GOOD : EAI_EDGE_TWO_ANSWERS;
}

double eai_edge_weight(const eai_edge_evidence *evidence)
{
    double overlap = smaller(evidence->forward.overlap, evidence->backward.overlap);
    double rmse = larger(evidence->forward.rmse, evidence->backward.rmse) / RMSE_SCALE;
    double keypoints = (double)evidence->n_keypoints / KEYPOINTS_FULL;
    if (evidence->n_keypoints == 0) keypoints = 0.5; /* surfaces alone */
    return overlap * exp(-rmse * rmse) * smaller(1, keypoints);
}
