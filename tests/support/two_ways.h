/* SPDX-License-Identifier: MIT */
#ifndef TESTS_SUPPORT_TWO_WAYS_H
#define TESTS_SUPPORT_TWO_WAYS_H

/* One graph as the file has it and as sessions make it faster: both give the same. */

#include <edgeai/graph.h>

#include "support/graph_builder.h"

/* Random numbers of about one, the same for the same seed; borrowed until the next call but three.
 */
const float *random_floats(size_t n, uint64_t seed);

/*
 * Runs both on the same random inputs and compares all outputs: float32 within `tolerance` of the
 * largest value, others exactly but for `most_off` elements that may differ by one. Frees the
 * graph. Returns the steps of the fast one, "Conv MaxPool ...", valid until the next call.
 */
const char *expect_same_two_ways(edgeai_graph *graph, double tolerance, size_t most_off);

/* A context with one thread, made once. */
edgeai_context *two_ways_context(void);
void two_ways_end(void);

#endif
