/* SPDX-License-Identifier: MIT */
#include "space/pose_graph.h"

#include <math.h>
#include <string.h>

#include "base/fail.h"
#include "base/memory.h"
#include "space/block_cholesky.h"
#include "space/pose.h"

#define ROUNDS  50
#define REACH_M 0.03 /* surfaces this far apart: an edge's say has fallen to a quarter */
#define GIVEN   1e6  /* against edges that were found */
#define DONE    1e-10
#define STILL   1e-7

/* The twist that is left over, in the frame of `to`. */
static void left_over(const eai_edge *edge, const edgeai_pose *places, double e[6])
{
    edgeai_pose to_inverse = eai_pose_inverse(&places[edge->to]);
    edgeai_pose motion_inverse = eai_pose_inverse(&edge->motion);
    edgeai_pose found = eai_pose_compose(&to_inverse, &places[edge->from]);
    edgeai_pose between = eai_pose_compose(&found, &motion_inverse);
    eai_pose_log(&between, e);
}

static double squared_metres(const eai_edge *edge, const double e[6])
{
    double sum = 0;
    for (int i = 0; i < 6; i++)
        for (int j = 0; j < 6; j++)
            sum += e[i] * edge->information[6 * i + j] * e[j];
    return sum > 0 ? sum : 0;
}

double eai_edge_residual(const eai_edge *edge, const edgeai_pose *places)
{
    double e[6];
    left_over(edge, places, e);
    return sqrt(squared_metres(edge, e));
}

static double trust_at(const eai_edge *edge, double square)
{
    if (edge->kind == EAI_EDGE_GIVEN) return 1;
    double fall = 1 + square / (REACH_M * REACH_M);
    return 1 / (fall * fall);
}

double eai_edge_trust(const eai_edge *edge, const edgeai_pose *places)
{
    double residual = eai_edge_residual(edge, places);
    return trust_at(edge, residual * residual);
}

static double say_of(const eai_edge *edge)
{
    return edge->kind == EAI_EDGE_GIVEN ? GIVEN : edge->weight;
}

/* Geman and McClure's cost, whose weights trust_at() are. */
static double cost_of(const eai_edge_index *index, const edgeai_pose *places)
{
    double cost = 0;
    for (size_t k = 0; k < index->n_edges; k++) {
        const eai_edge *edge = &index->edges[k];
        double e[6];
        left_over(edge, places, e);
        double square = squared_metres(edge, e);
        bool given = edge->kind == EAI_EDGE_GIVEN;
        cost += say_of(edge) * (given ? square : square / (1 + square / (REACH_M * REACH_M)));
    }
    return cost;
}

/* The matrix that takes a twist of the outer frame to one of the camera's: rotation part first. */
static void adjoint_of_inverse(const edgeai_pose *place, double a[36])
{
    edgeai_pose inverse = eai_pose_inverse(place);
    const double *r = inverse.rotation, *t = inverse.translation;
    memset(a, 0, 36 * sizeof *a);
    for (int i = 0; i < 3; i++)
        for (int j = 0; j < 3; j++)
            a[6 * i + j] = a[6 * (i + 3) + j + 3] = r[3 * i + j];
    for (int j = 0; j < 3; j++) { /* t x r, column by column */
        double x = r[j], y = r[3 + j], z = r[6 + j];
        a[18 + j] = t[1] * z - t[2] * y;
        a[24 + j] = t[2] * x - t[0] * z;
        a[30 + j] = t[0] * y - t[1] * x;
    }
}

typedef struct solver {
    const eai_edge_index *index;
    eai_block_system system;
    int *variable;         /* [n]: block of a frame; -1: fixed */
    double *b, *x;         /* [variables][6] */
    edgeai_pose *proposal; /* [n] */
    int n_variables;
} solver;

/* Adds an edge to the normal equations: both ends see the same matrix, with opposite signs. */
static void add_edge(solver *s, const eai_edge *edge, const edgeai_pose *places)
{
    double e[6], a[36], la[36], h[36], minus[36], g[6];
    left_over(edge, places, e);
    double say = say_of(edge) * trust_at(edge, squared_metres(edge, e));
    adjoint_of_inverse(&places[edge->to], a);
    for (int i = 0; i < 6; i++)
        for (int j = 0; j < 6; j++) {
            double sum = 0;
            for (int k = 0; k < 6; k++)
                sum += edge->information[6 * i + k] * a[6 * k + j];
            la[6 * i + j] = say * sum;
        }
    for (int i = 0; i < 6; i++) {
        g[i] = 0;
        for (int k = 0; k < 6; k++)
            g[i] += la[6 * k + i] * e[k];
        for (int j = 0; j < 6; j++) {
            double sum = 0;
            for (int k = 0; k < 6; k++)
                sum += a[6 * k + i] * la[6 * k + j];
            h[6 * i + j] = sum;
            minus[6 * i + j] = -sum;
        }
    }
    int from = s->variable[edge->from], to = s->variable[edge->to];
    if (from >= 0) eai_block_system_add(&s->system, from, from, h);
    if (to >= 0) eai_block_system_add(&s->system, to, to, h);
    if (from >= 0 && to >= 0) eai_block_system_add(&s->system, from, to, minus);
    for (int i = 0; i < 6; i++) {
        if (from >= 0) s->b[6 * from + i] -= g[i];
        if (to >= 0) s->b[6 * to + i] += g[i];
    }
}

/* One damped step from `places` into s->proposal; how far it goes, or -1. */
static double propose(solver *s, const edgeai_pose *places, double damping)
{
    eai_block_system_clear(&s->system);
    memset(s->b, 0, 6 * (size_t)s->n_variables * sizeof *s->b);
    for (size_t k = 0; k < s->index->n_edges; k++)
        add_edge(s, &s->index->edges[k], places);
    for (int i = 0; i < s->n_variables; i++) {
        double *diagonal = s->system.diagonals + 36 * (size_t)s->system.position[i];
        for (int k = 0; k < 6; k++)
            diagonal[7 * k] += damping * diagonal[7 * k] + 1e-9;
    }
    if (!eai_block_system_factor(&s->system)) return -1;
    eai_block_system_solve(&s->system, s->b, s->x);
    double most = 0;
    for (int i = 0; i < s->index->n; i++) {
        s->proposal[i] = places[i];
        if (s->variable[i] < 0) continue;
        const double *twist = s->x + 6 * (size_t)s->variable[i];
        for (int k = 0; k < 6; k++)
            most = fabs(twist[k]) > most ? fabs(twist[k]) : most;
        edgeai_pose move = eai_pose_exp(twist);
        s->proposal[i] = eai_pose_compose(&move, &places[i]);
        if (!eai_pose_orthonormalize(&s->proposal[i])) return -1;
    }
    return most;
}

static void iterate(solver *s, edgeai_pose *places, eai_pose_graph_result *result)
{
    double damping = 1e-6;
    result->cost = cost_of(s->index, places);
    for (; result->n_rounds < ROUNDS && damping < 1e6; result->n_rounds++) {
        double step = propose(s, places, damping);
        double cost = step >= 0 ? cost_of(s->index, s->proposal) : INFINITY;
        if (!(cost <= result->cost)) {
            damping = damping * 10 + 1e-6;
            if (step >= 0 && step < STILL) {
                result->converged = true;
                return;
            }
            continue;
        }
        memcpy(places, s->proposal, (size_t)s->index->n * sizeof *places);
        double gain = result->cost - cost;
        result->cost = cost;
        damping /= 10;
        if (step < STILL || gain < DONE * cost) {
            result->converged = true;
            return;
        }
    }
}

static edgeai_status make_solver(solver *s, const edgeai_allocator *allocator, const bool *fixed)
{
    size_t n = (size_t)s->index->n, m = s->index->n_edges, n_pairs = 0;
    s->variable = eai_allocate_array(allocator, n, sizeof *s->variable, "pose graph");
    s->proposal = eai_allocate_array(allocator, n, sizeof *s->proposal, "pose graph");
    s->b = eai_allocate_array(allocator, n, 6 * sizeof *s->b, "pose graph");
    s->x = eai_allocate_array(allocator, n, 6 * sizeof *s->x, "pose graph");
    int(*pairs)[2] = eai_allocate_array(allocator, m + 1, sizeof *pairs, "pose graph");
    edgeai_status status = EDGEAI_E_MEMORY;
    if (s->variable && s->proposal && s->b && s->x && pairs) {
        for (size_t i = 0; i < n; i++)
            s->variable[i] = fixed[i] ? -1 : s->n_variables++;
        for (size_t k = 0; k < m; k++) {
            int from = s->variable[s->index->edges[k].from],
                to = s->variable[s->index->edges[k].to];
            if (from < 0 || to < 0) continue;
            pairs[n_pairs][0] = from;
            pairs[n_pairs++][1] = to;
        }
        status = s->n_variables == 0
                     ? EDGEAI_OK
                     : eai_block_system_create(&s->system, allocator, s->n_variables,
                                               (const int(*)[2])pairs, n_pairs);
    }
    eai_release(allocator, pairs, (m + 1) * sizeof *pairs);
    return status;
}

edgeai_status eai_pose_graph_solve(const eai_edge_index *index, const edgeai_allocator *allocator,
                                   const bool *fixed, edgeai_pose *places,
                                   eai_pose_graph_result *result)
{
    solver s = {.index = index};
    size_t n = (size_t)index->n;
    *result = (eai_pose_graph_result){.converged = true};
    edgeai_status status = make_solver(&s, allocator, fixed);
    if (!status && s.n_variables > 0) {
        result->converged = false;
        iterate(&s, places, result);
    }
    eai_block_system_free(&s.system);
    eai_release(allocator, s.variable, n * sizeof *s.variable);
    eai_release(allocator, s.proposal, n * sizeof *s.proposal);
    eai_release(allocator, s.b, n * 6 * sizeof *s.b);
    eai_release(allocator, s.x, n * 6 * sizeof *s.x);
    return status;
}
