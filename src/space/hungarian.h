/* SPDX-License-Identifier: MIT */
#ifndef EAI_SPACE_HUNGARIAN_H
#define EAI_SPACE_HUNGARIAN_H

/* Who goes with whom, so that the sum of scores is largest (Kuhn 1955; shortest augmenting paths
 * after Jonker and Volgenant 1987). */

#include <edgeai/context.h>
#include <edgeai/status.h>

/*
 * column_of_row[n_rows] becomes each row's column, or -1. No column goes twice. Only pairs with
 * scores[row * n_columns + column] > 0 are made; scores are finite. Of equal sums one is chosen,
 * the same every time. Takes n_rows^2 * (n_rows + n_columns) steps. EDGEAI_E_MEMORY.
 */
edgeai_status eai_assign(const double *scores, int n_rows, int n_columns, int *column_of_row,
                         const edgeai_allocator *allocator);

#endif
