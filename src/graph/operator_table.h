/* SPDX-License-Identifier: MIT */
#ifndef EAI_GRAPH_OPERATOR_TABLE_H
#define EAI_GRAPH_OPERATOR_TABLE_H

/* All operators, to walk through: groups of operators that are sorted by name, then domain. */

#include "graph/operator.h"

size_t eai_operator_n_groups(void);

/* NULL beyond the end of the group. */
const eai_operator *eai_operator_at(size_t group, size_t index);

#endif
