/* SPDX-License-Identifier: MIT */
#include "space/hungarian.h"

#include <math.h>
#include <stdbool.h>

#include "base/memory.h"

/* Columns n_columns .. n_columns + n_rows are of score 0: a row there stays alone. */
typedef struct assignment {
    const double *scores;
    int n_rows, n_columns;
    double *row_price, *column_price, *distance; /* columns counted from 1, 0 is the start */
    int *row_of_column, *before;                 /* rows counted from 1, 0: free */
    bool *done;
} assignment;

static double cost(const assignment *self, int row, int column)
{
    if (column > self->n_columns) return 0;
    const double score = self->scores[(long)(row - 1) * self->n_columns + column - 1];
    return score > 0 ? -score : 1e9; /* dearer than staying alone, whatever else that costs */
}

/* One step of Dijkstra from column `at`: shorter ways over its row, and the nearest column left. */
static int nearest_column(assignment *self, int at)
{
    const int row = self->row_of_column[at], n = self->n_columns + self->n_rows;
    double least = INFINITY;
    int best = 0;
    for (int column = 1; column <= n; column++) {
        if (self->done[column]) continue;
        const double reduced =
            cost(self, row, column) - self->row_price[row] - self->column_price[column];
        if (reduced < self->distance[column]) {
            self->distance[column] = reduced;
            self->before[column] = at;
        }
        if (self->distance[column] < least) {
            least = self->distance[column];
            best = column;
        }
    }
    for (int column = 0; column <= n; column++) {
        if (self->done[column]) {
            self->row_price[self->row_of_column[column]] += least;
            self->column_price[column] -= least;
        } else {
            self->distance[column] -= least;
        }
    }
    return best;
}

static void place_row(assignment *self, int row)
{
    const int n = self->n_columns + self->n_rows;
    for (int column = 0; column <= n; column++) {
        self->distance[column] = INFINITY;
        self->done[column] = false;
    }
    self->row_of_column[0] = row;
    int at = 0;
    do {
        self->done[at] = true;
        at = nearest_column(self, at);
    } while (self->row_of_column[at] != 0);
    while (at != 0) {
        self->row_of_column[at] = self->row_of_column[self->before[at]];
        at = self->before[at];
    }
}

edgeai_status eai_assign(const double *scores, int n_rows, int n_columns, int *column_of_row,
                         const edgeai_allocator *allocator)
{
    if (n_rows == 0) return EDGEAI_OK;
    const size_t rows = (size_t)n_rows + 1, columns = (size_t)n_rows + (size_t)n_columns + 1;
    const size_t bytes =
        (rows + 2 * columns) * sizeof(double) + 2 * columns * sizeof(int) + columns * sizeof(bool);
    double *block = eai_allocate(allocator, bytes, "an assignment");
    if (!block) return EDGEAI_E_MEMORY;
    assignment self = {scores, n_rows, n_columns, block, block + rows, block + rows + columns};
    self.row_of_column = (int *)(block + rows + 2 * columns);
    self.before = self.row_of_column + columns;
    self.done = (bool *)(self.before + columns);
    for (int row = 1; row <= n_rows; row++)
        place_row(&self, row);
    for (int row = 0; row < n_rows; row++)
        column_of_row[row] = -1;
    for (int column = 1; column <= n_columns; column++) {
        const int row = self.row_of_column[column] - 1;
        if (row >= 0 && scores[(long)row * n_columns + column - 1] > 0)
            column_of_row[row] = column - 1;
    }
    eai_release(allocator, block, bytes);
    return EDGEAI_OK;
}
