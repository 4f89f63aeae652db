/* SPDX-License-Identifier: MIT */
#include "space/edge_test.h"
#include "space/pose.h"
#include "support/check.h"

static const double twist[6] = {0.1, 0.2, -0.1, 0.3, 0.1, -0.2};

static eai_edge_evidence good(void)
{
    eai_icp_fit fit = {.motion = eai_pose_exp(twist),
                       .overlap = 0.6,
                       .conflict = 0.02,
                       .rmse = 0.006,
                       .steadiness = 0.05};
    eai_edge_evidence evidence = {.forward = fit, .backward = fit, .n_keypoints = 60};
    evidence.backward.motion = eai_pose_inverse(&fit.motion);
    return evidence;
}

static void good_edges_pass(void **state)
{
    (void)state;
    eai_edge_evidence evidence = good();
    assert_int_equal(eai_edge_test(&evidence), EAI_EDGE_GOOD);
    evidence.forward.overlap = 0.21; /* sees much more than the other frame */
    assert_int_equal(eai_edge_test(&evidence), EAI_EDGE_GOOD);
}

/* Each fault in either direction. */
static void every_fault_is_named(void **state)
{
    (void)state;
    for (int back = 0; back < 2; back++) {
        eai_edge_evidence evidence = good();
        eai_icp_fit *fit = back ? &evidence.backward : &evidence.forward;
        fit->overlap = 0.19;
        assert_int_equal(eai_edge_test(&evidence), EAI_EDGE_OVERLAP);
        *fit = good().forward;
        fit->rmse = 0.016;
        assert_int_equal(eai_edge_test(&evidence), EAI_EDGE_RESIDUAL);
        *fit = good().forward;
        fit->conflict = 0.2;
        assert_int_equal(eai_edge_test(&evidence), EAI_EDGE_CONFLICT);
        *fit = good().forward;
        fit->steadiness = 0.01;
        assert_int_equal(eai_edge_test(&evidence), EAI_EDGE_SLIDING);
        evidence = good();
        const double centimetres[6] = {0, 0, 0, 0.04, 0, 0}, degrees[6] = {0, 0.02, 0, 0, 0, 0};
        edgeai_pose off = eai_pose_exp(back ? centimetres : degrees);
        evidence.forward.motion = eai_pose_compose(&off, &evidence.forward.motion);
        assert_int_equal(eai_edge_test(&evidence), EAI_EDGE_TWO_ANSWERS);
    }
    eai_edge_evidence evidence = good();
    evidence.forward.overlap = evidence.backward.overlap = 0.3;
    assert_int_equal(eai_edge_test(&evidence), EAI_EDGE_OVERLAP);
}

static void weights_rise_with_what_speaks_for_an_edge(void **state)
{
    (void)state;
    eai_edge_evidence evidence = good();
    double weight = eai_edge_weight(&evidence);
    assert_close(weight, 0.6 * 0.9139311852712282, 1e-12, 0); /* exp(-0.09) */
    evidence.n_keypoints = 25;
    assert_close(eai_edge_weight(&evidence), weight / 2, 1e-12, 0);
    evidence.n_keypoints = 0; /* surfaces alone */
    assert_close(eai_edge_weight(&evidence), weight / 2, 1e-12, 0);
    evidence = good();
    evidence.backward.overlap = 0.3;
    assert_close(eai_edge_weight(&evidence), weight / 2, 1e-12, 0);
    evidence.backward.rmse = 0.012;
    assert_true(eai_edge_weight(&evidence) < weight / 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(good_edges_pass),
        cmocka_unit_test(every_fault_is_named),
        cmocka_unit_test(weights_rise_with_what_speaks_for_an_edge),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
