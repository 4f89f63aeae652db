/* SPDX-License-Identifier: MIT */
#ifndef EAI_GRAPH_INFER_H
#define EAI_GRAPH_INFER_H

/* From the shapes of inputs to those of everything; what is constant is computed on the way. */

#include "graph/constants.h"
#include "graph/operator.h"

/*
 * Walks the nodes, which are in order, gives every value its type and shape, and folds: nodes with
 * nothing but constants behind them become constants themselves and are marked dead. late: those
 * that are kept for the passes (EAI_OP_FOLD_LATE) too. May be called again after the graph changed.
 */
edgeai_status eai_infer(eai_ir *ir, eai_constants *constants, bool late);

/* An operand of the value's type, shape and constant data. */
eai_operand eai_operand_of(const eai_value *value);

#endif
