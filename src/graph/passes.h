/* SPDX-License-Identifier: MIT */
#ifndef EAI_GRAPH_PASSES_H
#define EAI_GRAPH_PASSES_H

/*
 * Passes rewrite a graph whose shapes are complete into one that computes the same faster:
 * passes.inc lists them in their order. A pass may append nodes and values, mark nodes dead and
 * leave new values without shapes: after each the graph is sorted, inferred and swept.
 */

#include "graph/constants.h"

#define EAI_PASS(name) edgeai_status eai_pass_##name(eai_ir *ir);
#include "graph/passes.inc"
#undef EAI_PASS

/* Sorts, infers, folds and sweeps. */
edgeai_status eai_complete(eai_ir *ir, eai_constants *constants, bool late);

/* All passes; at the end everything is folded that can be. */
edgeai_status eai_passes_run(eai_ir *ir, eai_constants *constants, bool plain);

#endif
