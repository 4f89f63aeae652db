/* SPDX-License-Identifier: MIT */
#include "space/spanning_tree.h"

#include <stdbool.h>

#include "base/memory.h"
#include "base/sort.h"
#include "space/pose.h"

/* What making a tree works in. */
typedef struct work {
    size_t *sorted; /* [n_edges + 1] edges, strongest first */
    bool *chosen;   /* [n_edges + 1] */
    int *joined;    /* [n] union-find: the frame above, or the frame itself */
    int *sizes;     /* [n] of the component a top frame stands for */
    int *roots;     /* [n] likewise */
    double *sums;   /* [n] of a frame's weights */
} work;

static void free_work(work *w, const edgeai_allocator *allocator, size_t n, size_t m)
{
    eai_release(allocator, w->sorted, (m + 1) * sizeof *w->sorted);
    eai_release(allocator, w->chosen, (m + 1) * sizeof *w->chosen);
    eai_release(allocator, w->joined, n * sizeof *w->joined);
    eai_release(allocator, w->sizes, n * sizeof *w->sizes);
    eai_release(allocator, w->roots, n * sizeof *w->roots);
    eai_release(allocator, w->sums, n * sizeof *w->sums);
}

static edgeai_status make_work(work *w, const edgeai_allocator *allocator, size_t n, size_t m)
{
    *w = (work){0};
    w->sorted = eai_allocate_array(allocator, m + 1, sizeof *w->sorted, "spanning tree");
    w->chosen = eai_allocate_array(allocator, m + 1, sizeof *w->chosen, "spanning tree");
    w->joined = eai_allocate_array(allocator, n, sizeof *w->joined, "spanning tree");
    w->sizes = eai_allocate_array(allocator, n, sizeof *w->sizes, "spanning tree");
    w->roots = eai_allocate_array(allocator, n, sizeof *w->roots, "spanning tree");
    w->sums = eai_allocate_array(allocator, n, sizeof *w->sums, "spanning tree");
    if (w->sorted && w->chosen && w->joined && w->sizes && w->roots && w->sums) return EDGEAI_OK;
    free_work(w, allocator, n, m);
    return EDGEAI_E_MEMORY;
}

static bool is_stronger(const void *user, size_t a, size_t b)
{
    const eai_edge *edges = user;
    if (edges[a].weight != edges[b].weight) return edges[a].weight > edges[b].weight;
    return a < b;
}

static int top_of(int *joined, int i)
{
    while (joined[i] != i) {
        joined[i] = joined[joined[i]];
        i = joined[i];
    }
    return i;
}

static void choose_edges(work *w, const eai_edge_index *index)
{
    for (int i = 0; i < index->n; i++)
        w->joined[i] = i;
    for (size_t e = 0; e < index->n_edges; e++)
        w->sorted[e] = e;
    eai_sort_items(w->sorted, index->n_edges, is_stronger, index->edges);
    for (size_t k = 0; k < index->n_edges; k++) {
        const eai_edge *edge = &index->edges[w->sorted[k]];
        int a = top_of(w->joined, edge->from), b = top_of(w->joined, edge->to);
        if (a == b) continue;
        w->joined[a < b ? b : a] = a < b ? a : b; /* the top is the first frame of its part */
        w->chosen[w->sorted[k]] = true;
    }
}

static void choose_roots(work *w, const eai_edge_index *index)
{
    for (int i = 0; i < index->n; i++)
        for (size_t k = index->offsets[i]; k < index->offsets[i + 1]; k++)
            w->sums[i] += index->edges[index->items[k]].weight;
    for (int i = 0; i < index->n; i++) {
        int top = top_of(w->joined, i);
        if (w->sizes[top]++ == 0 || w->sums[i] > w->sums[w->roots[top]]) w->roots[top] = i;
    }
}

/* Appends a component to the order, breadth first. */
static int walk(eai_spanning_tree *tree, const work *w, const eai_edge_index *index, int root,
                int n_done)
{
    int first = n_done;
    tree->order[n_done++] = root;
    tree->component[root] = tree->n_components;
    for (int at = first; at < n_done; at++) {
        int i = tree->order[at];
        for (size_t k = index->offsets[i]; k < index->offsets[i + 1]; k++) {
            size_t e = index->items[k];
            int other = eai_edge_other(&index->edges[e], i);
            if (!w->chosen[e] || tree->component[other] >= 0) continue;
            tree->component[other] = tree->n_components;
            tree->parent_edge[other] = e;
            tree->order[n_done++] = other;
        }
    }
    tree->n_components++;
    return n_done;
}

static bool is_larger(const void *user, size_t a, size_t b)
{
    const int *sizes = user;
    return sizes[a] != sizes[b] ? sizes[a] > sizes[b] : a < b;
}

static edgeai_status walk_all(eai_spanning_tree *tree, work *w, const eai_edge_index *index,
                              const edgeai_allocator *allocator)
{
    size_t n = (size_t)tree->n, n_tops = 0;
    size_t *tops = eai_allocate_array(allocator, n, sizeof *tops, "spanning tree");
    if (!tops) return EDGEAI_E_MEMORY;
    for (size_t i = 0; i < n; i++) {
        tree->component[i] = -1;
        tree->parent_edge[i] = EAI_NO_EDGE;
        if (w->joined[i] == (int)i) tops[n_tops++] = i;
    }
    eai_sort_items(tops, n_tops, is_larger, w->sizes);
    int n_done = 0;
    for (size_t i = 0; i < n_tops; i++)
        n_done = walk(tree, w, index, w->roots[tops[i]], n_done);
    eai_release(allocator, tops, n * sizeof *tops);
    return EDGEAI_OK;
}

edgeai_status eai_spanning_tree_create(eai_spanning_tree *tree, const edgeai_allocator *allocator,
                                       const eai_edge_index *index)
{
    size_t n = (size_t)index->n;
    work w;
    *tree = (eai_spanning_tree){.n = index->n};
    edgeai_status status = make_work(&w, allocator, n, index->n_edges);
    if (status) return status;
    tree->parent_edge = eai_allocate_array(allocator, n, sizeof *tree->parent_edge, "tree");
    tree->component = eai_allocate_array(allocator, n, sizeof *tree->component, "tree");
    tree->order = eai_allocate_array(allocator, n, sizeof *tree->order, "tree");
    if (!tree->parent_edge || !tree->component || !tree->order) status = EDGEAI_E_MEMORY;
    if (!status) {
        choose_edges(&w, index);
        choose_roots(&w, index);
        status = walk_all(tree, &w, index, allocator);
    }
    free_work(&w, allocator, n, index->n_edges);
    if (status) eai_spanning_tree_free(tree, allocator);
    return status;
}

void eai_spanning_tree_free(eai_spanning_tree *tree, const edgeai_allocator *allocator)
{
    size_t n = (size_t)tree->n;
    eai_release(allocator, tree->parent_edge, n * sizeof *tree->parent_edge);
    eai_release(allocator, tree->component, n * sizeof *tree->component);
    eai_release(allocator, tree->order, n * sizeof *tree->order);
    *tree = (eai_spanning_tree){0};
}

void eai_spanning_tree_place(const eai_spanning_tree *tree, const eai_edge_index *index,
                             edgeai_pose *places)
{
    for (int at = 0; at < tree->n; at++) {
        int i = tree->order[at];
        places[i] = eai_pose_identity();
        if (tree->parent_edge[i] == EAI_NO_EDGE) continue;
        const eai_edge *edge = &index->edges[tree->parent_edge[i]];
        places[i] = eai_edge_place(edge, i, &places[eai_edge_other(edge, i)]);
    }
}
