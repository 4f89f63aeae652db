/* SPDX-License-Identifier: MIT */
#include <math.h>
#include <string.h>

#include "base/memory.h"
#include "base/rng.h"
#include "space/pose.h"
#include "space/pose_average.h"
#include "space/pose_graph.h"
#include "support/check.h"

enum { N = 24, EDGES = 3 * N };

typedef struct ring {
    edgeai_pose truth[N], places[N];
    eai_edge edges[EDGES];
    eai_edge_index index;
    bool fixed[N];
} ring;

static edgeai_allocator allocator;

static edgeai_pose random_pose(eai_rng *rng, double radians, double metres)
{
    double twist[6];
    for (int k = 0; k < 6; k++)
        twist[k] = (2 * eai_rng_uniform(rng) - 1) * (k < 3 ? radians : metres);
    return eai_pose_exp(twist);
}

/* Frames on a circle, each with edges to the next three, `noise` metres and radians off; places
 * start `away` from the truth. */
static void make_ring(ring *r, double noise, double away)
{
    eai_rng rng;
    eai_rng_seed(&rng, 17);
    memset(r, 0, sizeof *r);
    for (int i = 0; i < N; i++) {
        const double turn[6] = {0, 6.283185307179586 * i / N, 0, 0, 0, 0};
        r->truth[i] = eai_pose_exp(turn);
        r->truth[i].translation[0] = 2 * cos(turn[1]);
        r->truth[i].translation[2] = 2 * sin(turn[1]);
        edgeai_pose off = random_pose(&rng, i ? away : 0, i ? away : 0);
        r->places[i] = eai_pose_compose(&r->truth[i], &off);
    }
    for (int e = 0; e < EDGES; e++) {
        eai_edge *edge = &r->edges[e];
        edge->to = e / 3;
        edge->from = (e / 3 + 1 + e % 3) % N;
        edge->weight = 0.5;
        edgeai_pose back = eai_pose_inverse(&r->truth[edge->to]);
        edgeai_pose motion = eai_pose_compose(&back, &r->truth[edge->from]);
        edgeai_pose off = random_pose(&rng, noise, noise);
        edge->motion = eai_pose_compose(&off, &motion);
        for (int k = 0; k < 6; k++)
            edge->information[7 * k] = k < 3 ? 2 : 0.33;
    }
    r->fixed[0] = true;
    assert_ok(eai_edge_index_create(&r->index, &allocator, r->edges, EDGES, N));
}

static double most_off(const ring *r)
{
    double most = 0;
    for (int i = 0; i < N; i++)
        for (int k = 0; k < 3; k++)
            most = fmax(most, fabs(r->places[i].translation[k] - r->truth[i].translation[k]));
    return most;
}

static void exact_edges_lead_to_the_truth(void **state)
{
    (void)state;
    ring r;
    eai_pose_graph_result result;
    make_ring(&r, 0, 0.02);
    assert_ok(eai_pose_graph_solve(&r.index, &allocator, r.fixed, r.places, &result));
    assert_true(result.converged && result.cost < 1e-12);
    assert_close(most_off(&r), 0, 1e-5, 0);
    assert_memory_equal(&r.places[0], &r.truth[0], sizeof r.truth[0]);
    eai_edge_index_free(&r.index, &allocator);
}

static void noisy_edges_are_balanced(void **state)
{
    (void)state;
    ring r;
    eai_pose_graph_result result;
    make_ring(&r, 0.01, 0);
    for (int e = 0; e < EDGES; e++) /* a chain of single edges would be off by much more */
        assert_true(eai_edge_residual(&r.edges[e], r.places) > 0);
    assert_ok(eai_pose_graph_solve(&r.index, &allocator, r.fixed, r.places, &result));
    assert_true(result.converged && result.n_rounds < 20);
    assert_close(most_off(&r), 0, 0.03, 0);
    eai_edge_index_free(&r.index, &allocator);
}

static void wrong_edges_are_switched_off(void **state)
{
    (void)state;
    ring r;
    eai_pose_graph_result result;
    make_ring(&r, 0, 0.01);
    r.edges[30].motion.translation[0] += 1;
    r.edges[45].motion.translation[1] -= 0.5;
    eai_pose_average_all(&r.index, r.fixed, 100, r.places);
    assert_ok(eai_pose_graph_solve(&r.index, &allocator, r.fixed, r.places, &result));
    assert_close(most_off(&r), 0, 0.002, 0);
    assert_true(eai_edge_trust(&r.edges[30], r.places) < 0.01);
    assert_true(eai_edge_trust(&r.edges[31], r.places) > 0.9);
    eai_edge_index_free(&r.index, &allocator);
}

/* A direction that an edge knows nothing of is left to others. */
static void information_says_which_way_counts(void **state)
{
    (void)state;
    edgeai_pose places[2] = {eai_pose_identity(), eai_pose_identity()};
    const bool fixed[2] = {true, false};
    eai_edge edges[2] = {{.from = 1, .weight = 1, .motion = eai_pose_identity()},
                         {.from = 1, .weight = 1, .motion = eai_pose_identity()}};
    edges[0].motion.translation[0] = 0.01;
    edges[1].motion.translation[0] = 0.03;
    edges[1].motion.translation[2] = 0.02;
    for (int k = 0; k < 6; k++) {
        edges[0].information[7 * k] = k == 5 ? 0 : 1;
        edges[1].information[7 * k] = k == 3 ? 0 : 1;
    }
    eai_edge_index index;
    eai_pose_graph_result result;
    assert_ok(eai_edge_index_create(&index, &allocator, edges, 2, 2));
    assert_ok(eai_pose_graph_solve(&index, &allocator, fixed, places, &result));
    assert_close(places[1].translation[0], 0.01, 1e-6, 0);
    assert_close(places[1].translation[2], 0.02, 1e-6, 0);
    eai_edge_index_free(&index, &allocator);
}

static void nothing_to_move_is_fine(void **state)
{
    (void)state;
    edgeai_pose place = eai_pose_identity();
    const bool fixed = true;
    eai_edge_index index;
    eai_pose_graph_result result;
    assert_ok(eai_edge_index_create(&index, &allocator, NULL, 0, 1));
    assert_ok(eai_pose_graph_solve(&index, &allocator, &fixed, &place, &result));
    assert_true(result.converged);
    eai_edge_index_free(&index, &allocator);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(exact_edges_lead_to_the_truth),
        cmocka_unit_test(noisy_edges_are_balanced),
        cmocka_unit_test(wrong_edges_are_switched_off),
        cmocka_unit_test(information_says_which_way_counts),
        cmocka_unit_test(nothing_to_move_is_fine),
    };
    allocator = eai_default_allocator();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
