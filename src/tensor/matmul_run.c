/* SPDX-License-Identifier: MIT */

/* Several products at once: rows prepared once for all that read them, items on all threads. */

#include "platform/threads.h"
#include "tensor/matmul.h"
#include "tensor/prepared_rows.h"

/* Pieces, each a job or some of its rows, that run together. */
enum { PIECES_MAX = 64 };

typedef struct piece {
    const eai_matmul_job *job;
    size_t first; /* of the job's rows */
    eai_rows rows;
    bool shared; /* its rows are those of the piece before */
} piece;

typedef struct wave {
    piece pieces[PIECES_MAX];
    size_t n_pieces, n_items, n_groups;
    double work;
    eai_scratch scratch;
    size_t used_bytes; /* of scratch.prepared */
} wave;

static size_t groups_of(size_t n_rows)
{
    return (n_rows + EAI_ROW_GROUP - 1) / EAI_ROW_GROUP;
}

static void prepare_group(void *opaque, size_t item, size_t slot)
{
    (void)slot;
    const wave *w = opaque;
    const piece *p = w->pieces;
    for (size_t n; p->shared || item >= (n = groups_of(p->rows.n_rows)); p++)
        if (!p->shared) item -= n;
    const eai_matmul *plan = p->job->plan;
    eai_prepared_fill(&p->rows, plan->format.kind, plan->kernels,
                      p->job->x + p->first * p->job->x_stride, p->job->x_stride, item);
}

static void run_item(void *opaque, size_t item, size_t slot)
{
    const wave *w = opaque;
    const piece *p = w->pieces;
    for (size_t n; item >= (n = eai_matmul_items(p->job->plan)); p++)
        item -= n;
    const eai_matmul_job *job = p->job;
    eai_matmul_item(job->plan, item, &p->rows,
                    job->y + p->first * job->y_stride + item * job->plan->item_columns,
                    job->y_stride, job->accumulate,
                    w->scratch.floats + slot * w->scratch.slot_floats);
}

static void flush(const edgeai_context *context, wave *w)
{
    if (w->n_pieces == 0) return;
    eai_parallel_for_work(context, w->n_groups, w->work, prepare_group, w);
    eai_parallel_for_work(context, w->n_items, w->work, run_item, w);
    w->n_pieces = w->n_items = w->n_groups = w->used_bytes = 0;
    w->work = 0.0;
}

/* Whether the last piece's rows are the ones that rows [first, first + n) of the job need. */
static bool same_rows(const wave *w, const eai_matmul_job *job, size_t first, size_t n)
{
    if (w->n_pieces == 0) return false;
    const piece *last = &w->pieces[w->n_pieces - 1];
    const eai_matmul_job *other = last->job;
    return other->x == job->x && other->x_stride == job->x_stride && last->first == first &&
           last->rows.n_rows == n && other->plan->n_in == job->plan->n_in &&
           eai_prepared_alike(other->plan->format.kind, job->plan->format.kind);
}

static void add_piece(wave *w, const eai_matmul_job *job, size_t first, size_t n)
{
    piece *p = &w->pieces[w->n_pieces];
    *p = (piece){.job = job, .first = first, .shared = same_rows(w, job, first, n)};
    if (p->shared) {
        p->rows = w->pieces[w->n_pieces - 1].rows;
    } else {
        p->rows =
            eai_prepared_layout(job->plan->format.kind, (char *)w->scratch.prepared + w->used_bytes,
                                n, job->plan->n_in);
        w->used_bytes += eai_matmul_prepared_bytes(job->plan, n);
        w->n_groups += groups_of(n);
    }
    w->n_pieces++;
    w->n_items += eai_matmul_items(job->plan);
    w->work += (double)n * (double)job->plan->n_in * (double)job->plan->n_out;
}

/* As many of the job's rows from `first` on as fit an empty wave. */
static size_t rows_that_fit(const eai_scratch *scratch, const eai_matmul_job *job, size_t first)
{
    size_t n = job->n - first < EAI_MATMUL_ROWS ? job->n - first : EAI_MATMUL_ROWS;
    while (n > EAI_ROW_GROUP && eai_matmul_prepared_bytes(job->plan, n) > scratch->prepared_bytes)
        n = (n + 1) / 2;
    return n;
}

void eai_matmul_run(const edgeai_context *context, const eai_matmul_job *jobs, size_t n_jobs,
                    eai_scratch scratch)
{
    wave w = {.scratch = scratch};
    for (size_t i = 0; i < n_jobs; i++)
        for (size_t first = 0, n; first < jobs[i].n; first += n) {
            n = rows_that_fit(&scratch, &jobs[i], first);
            const size_t bytes = eai_matmul_prepared_bytes(jobs[i].plan, n);
            if (w.n_pieces == PIECES_MAX || (!same_rows(&w, &jobs[i], first, n) &&
                                             w.used_bytes + bytes > scratch.prepared_bytes))
                flush(context, &w);
            add_piece(&w, &jobs[i], first, n);
        }
    flush(context, &w);
}

typedef struct prepare_loop {
    const eai_matmul *plan;
    const float *x;
    size_t x_stride;
    const eai_rows *rows;
} prepare_loop;

static void prepare_one(void *opaque, size_t group, size_t slot)
{
    (void)slot;
    const prepare_loop *loop = opaque;
    eai_prepared_fill(loop->rows, loop->plan->format.kind, loop->plan->kernels, loop->x,
                      loop->x_stride, group);
}

void eai_matmul_prepare(const edgeai_context *context, const eai_matmul *plan, const float *x,
                        size_t x_stride, size_t n, const eai_scratch *scratch, eai_rows *rows)
{
    *rows = eai_prepared_layout(plan->format.kind, scratch->prepared, n, plan->n_in);
    prepare_loop loop = {plan, x, x_stride, rows};
    eai_parallel_for_work(context, groups_of(n), (double)n * (double)plan->n_in, prepare_one,
                          &loop);
}
