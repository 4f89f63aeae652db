/* SPDX-License-Identifier: MIT */
#include "space/block_cholesky.h"

#include <math.h>
#include <string.h>

#include "base/fail.h"
#include "base/memory.h"
#include "space/elimination.h"

#define BLOCK 36

static void set_bit(uint64_t *table, size_t n_words, int row, int column)
{
    table[(size_t)row * n_words + (size_t)column / 64] |= UINT64_C(1) << column % 64;
}

/* Columns of the factor, in the order of elimination, from what elimination left of the table. */
static void fill_columns(eai_block_system *system, const uint64_t *table, size_t n_words,
                         int *row_at)
{
    for (int i = 0; i < system->n; i++)
        row_at[system->position[i]] = i;
    size_t at = 0;
    for (int place = 0; place < system->n; place++) {
        const uint64_t *row = table + (size_t)row_at[place] * n_words;
        system->starts[place] = at;
        for (size_t w = 0; w < n_words; w++)
            for (uint64_t bits = row[w]; bits; bits &= bits - 1) {
                int below = system->position[64 * w + (size_t)__builtin_ctzll(bits)];
                size_t to = at++;
                for (; to > system->starts[place] && system->rows[to - 1] > below; to--)
                    system->rows[to] = system->rows[to - 1];
                system->rows[to] = below;
            }
    }
    system->starts[system->n] = at;
}

static edgeai_status make_columns(eai_block_system *system, uint64_t *table, size_t n_words)
{
    const edgeai_allocator *allocator = system->allocator;
    size_t n = (size_t)system->n;
    system->n_blocks = eai_eliminate(table, system->n, system->position);
    if (system->n_blocks > EAI_FACTOR_BLOCKS_MAX)
        return eai_fail(EDGEAI_E_LIMIT, "pose graph: expected at most %d blocks, found %zu",
                        EAI_FACTOR_BLOCKS_MAX, system->n_blocks);
    system->starts = eai_allocate_array(allocator, n + 1, sizeof *system->starts, "pose graph");
    system->rows =
        eai_allocate_array(allocator, system->n_blocks + 1, sizeof *system->rows, "pose graph");
    system->blocks = eai_allocate_array(allocator, system->n_blocks + 1,
                                        BLOCK * sizeof *system->blocks, "pose graph");
    system->diagonals =
        eai_allocate_array(allocator, n, BLOCK * sizeof *system->diagonals, "pose graph");
    int *row_at = eai_allocate_array(allocator, n, sizeof *row_at, "pose graph");
    bool ok = system->starts && system->rows && system->blocks && system->diagonals && row_at;
    if (ok) fill_columns(system, table, n_words, row_at);
    eai_release(allocator, row_at, n * sizeof *row_at);
    return ok ? EDGEAI_OK : EDGEAI_E_MEMORY;
}

edgeai_status eai_block_system_create(eai_block_system *system, const edgeai_allocator *allocator,
                                      int n, const int (*pairs)[2], size_t n_pairs)
{
    *system = (eai_block_system){.allocator = allocator, .n = n};
    size_t n_words = ((size_t)n + 63) / 64, table_words = (size_t)n * n_words;
    uint64_t *table = eai_allocate_array(allocator, table_words, sizeof *table, "pose graph");
    system->position = eai_allocate_array(allocator, (size_t)n, sizeof(int), "pose graph");
    edgeai_status status = table && system->position ? EDGEAI_OK : EDGEAI_E_MEMORY;
    if (!status) {
        for (size_t k = 0; k < n_pairs; k++) {
            if (pairs[k][0] == pairs[k][1]) continue;
            set_bit(table, n_words, pairs[k][0], pairs[k][1]);
            set_bit(table, n_words, pairs[k][1], pairs[k][0]);
        }
        status = make_columns(system, table, n_words);
    }
    eai_release(allocator, table, table_words * sizeof *table);
    if (status) eai_block_system_free(system);
    return status;
}

void eai_block_system_free(eai_block_system *system)
{
    const edgeai_allocator *allocator = system->allocator;
    size_t n = (size_t)system->n, m = system->n_blocks + 1;
    if (!allocator) return;
    eai_release(allocator, system->position, n * sizeof *system->position);
    eai_release(allocator, system->starts, (n + 1) * sizeof *system->starts);
    eai_release(allocator, system->rows, m * sizeof *system->rows);
    eai_release(allocator, system->blocks, m * BLOCK * sizeof *system->blocks);
    eai_release(allocator, system->diagonals, n * BLOCK * sizeof *system->diagonals);
    *system = (eai_block_system){0};
}

void eai_block_system_clear(eai_block_system *system)
{
    memset(system->blocks, 0, system->n_blocks * BLOCK * sizeof *system->blocks);
    memset(system->diagonals, 0, (size_t)system->n * BLOCK * sizeof *system->diagonals);
}

/* The block of a column, both given as positions; it is there. */
static double *find_block(const eai_block_system *system, int row, int column)
{
    size_t low = system->starts[column], high = system->starts[column + 1];
    while (high - low > 1) {
        size_t middle = (low + high) / 2;
        if (system->rows[middle] <= row)
            low = middle;
        else
            high = middle;
    }
    return system->blocks + low * BLOCK;
}

void eai_block_system_add(eai_block_system *system, int row, int column, const double block[36])
{
    int r = system->position[row], c = system->position[column];
    double *to = r == c  ? system->diagonals + (size_t)r * BLOCK
                 : r > c ? find_block(system, r, c)
                         : find_block(system, c, r);
    for (int i = 0; i < 6; i++)
        for (int j = 0; j < 6; j++)
            to[6 * i + j] += r >= c ? block[6 * i + j] : block[6 * j + i];
}

static bool factor_diagonal(double *a)
{
    for (int j = 0; j < 6; j++) {
        double before = a[7 * j], d = before;
        for (int k = 0; k < j; k++)
            d -= a[6 * j + k] * a[6 * j + k];
        if (!(d > 1e-13 * before)) return false;
        a[7 * j] = sqrt(d);
        for (int i = j + 1; i < 6; i++) {
            double sum = a[6 * i + j];
            for (int k = 0; k < j; k++)
                sum -= a[6 * i + k] * a[6 * j + k];
            a[6 * i + j] = sum / a[7 * j];
        }
    }
    return true;
}

/* b <- b l^-T, l lower triangular. */
static void divide_block(double *b, const double *l)
{
    for (int i = 0; i < 6; i++)
        for (int j = 0; j < 6; j++) {
            double sum = b[6 * i + j];
            for (int k = 0; k < j; k++)
                sum -= b[6 * i + k] * l[6 * j + k];
            b[6 * i + j] = sum / l[7 * j];
        }
}

/* c <- c - a b' */
static void subtract_product(double *c, const double *a, const double *b)
{
    for (int i = 0; i < 6; i++)
        for (int j = 0; j < 6; j++) {
            double sum = 0;
            for (int k = 0; k < 6; k++)
                sum += a[6 * i + k] * b[6 * j + k];
            c[6 * i + j] -= sum;
        }
}

bool eai_block_system_factor(eai_block_system *system)
{
    for (int c = 0; c < system->n; c++) {
        double *diagonal = system->diagonals + (size_t)c * BLOCK;
        if (!factor_diagonal(diagonal)) return false;
        size_t first = system->starts[c], end = system->starts[c + 1];
        for (size_t k = first; k < end; k++)
            divide_block(system->blocks + k * BLOCK, diagonal);
        for (size_t k = first; k < end; k++) {
            const double *a = system->blocks + k * BLOCK;
            int row = system->rows[k];
            subtract_product(system->diagonals + (size_t)row * BLOCK, a, a);
            for (size_t m = first; m < k; m++)
                subtract_product(find_block(system, row, system->rows[m]), a,
                                 system->blocks + m * BLOCK);
        }
    }
    return true;
}

/* y <- y - a x, or with `mirrored` y - a' x. */
static void subtract_vector(double y[6], const double *a, const double x[6], bool mirrored)
{
    for (int i = 0; i < 6; i++)
        for (int k = 0; k < 6; k++)
            y[i] -= (mirrored ? a[6 * k + i] : a[6 * i + k]) * x[k];
}

void eai_block_system_solve(const eai_block_system *system, double *b, double *x)
{
    const int n = system->n;
    double *y = x; /* in the order of elimination first */
    for (int i = 0; i < n; i++)
        memcpy(y + 6 * (size_t)system->position[i], b + 6 * (size_t)i, 6 * sizeof *b);
    for (int c = 0; c < n; c++) {
        const double *l = system->diagonals + (size_t)c * BLOCK;
        double *v = y + 6 * (size_t)c;
        for (int i = 0; i < 6; i++) {
            for (int k = 0; k < i; k++)
                v[i] -= l[6 * i + k] * v[k];
            v[i] /= l[7 * i];
        }
        for (size_t k = system->starts[c]; k < system->starts[c + 1]; k++)
            subtract_vector(y + 6 * (size_t)system->rows[k], system->blocks + k * BLOCK, v, false);
    }
    for (int c = n - 1; c >= 0; c--) {
        const double *l = system->diagonals + (size_t)c * BLOCK;
        double *v = y + 6 * (size_t)c;
        for (size_t k = system->starts[c]; k < system->starts[c + 1]; k++)
            subtract_vector(v, system->blocks + k * BLOCK, y + 6 * (size_t)system->rows[k], true);
        for (int i = 5; i >= 0; i--) {
            for (int k = i + 1; k < 6; k++)
                v[i] -= l[6 * k + i] * v[k];
            v[i] /= l[7 * i];
        }
    }
    memcpy(b, y, 6 * (size_t)n * sizeof *b);
    for (int i = 0; i < n; i++)
        memcpy(x + 6 * (size_t)i, b + 6 * (size_t)system->position[i], 6 * sizeof *b);
}
