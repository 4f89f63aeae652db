/* SPDX-License-Identifier: MIT */
#include "space/pose_average.h"

#include <math.h>

#include "space/pose.h"

#define REACH_M 0.05 /* where an edge's say has fallen to a quarter */
#define ARM_M   1.0  /* a turn of x moves what is seen by about x metres */
#define STILL_M 1e-6
#define GIVEN   1e6 /* against the weights of edges that were found */

static double apart(const edgeai_pose *a, const edgeai_pose *b)
{
    edgeai_pose back = eai_pose_inverse(a), between = eai_pose_compose(&back, b);
    double sum = 0, angle = ARM_M * eai_pose_angle(&between);
    for (int k = 0; k < 3; k++)
        sum += between.translation[k] * between.translation[k];
    return sqrt(sum + angle * angle);
}

static double say_of(const eai_edge *edge, double metres)
{
    if (edge->kind == EAI_EDGE_GIVEN) return GIVEN;
    double fall = 1 + metres * metres / (REACH_M * REACH_M);
    return edge->weight / (fall * fall);
}

double eai_pose_average(const eai_edge_index *index, int frame, const bool *use,
                        edgeai_pose *places)
{
    edgeai_pose mean = {0};
    double total = 0;
    for (size_t k = index->offsets[frame]; k < index->offsets[frame + 1]; k++) {
        const eai_edge *edge = &index->edges[index->items[k]];
        int other = eai_edge_other(edge, frame);
        if (use && !use[other]) continue;
        edgeai_pose place = eai_edge_place(edge, frame, &places[other]);
        double say = say_of(edge, apart(&places[frame], &place));
        total += say;
        for (int i = 0; i < 9; i++)
            mean.rotation[i] += say * place.rotation[i];
        for (int i = 0; i < 3; i++)
            mean.translation[i] += say * place.translation[i];
    }
    if (!(total > 0)) return 0;
    for (int i = 0; i < 9; i++)
        mean.rotation[i] /= total;
    for (int i = 0; i < 3; i++)
        mean.translation[i] /= total;
    if (!eai_pose_orthonormalize(&mean)) return 0; /* edges contradict each other widely */
    double moved = apart(&places[frame], &mean);
    places[frame] = mean;
    return moved;
}

void eai_pose_average_all(const eai_edge_index *index, const bool *fixed, int n_sweeps,
                          edgeai_pose *places)
{
    for (int sweep = 0; sweep < n_sweeps; sweep++) {
        double most = 0;
        for (int i = 0; i < index->n; i++) {
            if (fixed[i]) continue;
            double moved = eai_pose_average(index, i, NULL, places);
            most = moved > most ? moved : most;
        }
        if (most < STILL_M) return;
    }
}
