/* SPDX-License-Identifier: MIT */
/*
 * Which activations to drop for speed. A block is a layer that merging makes when all marked ones
 * are gone: it keeps its activations and its time, or loses both. The choice is a walk for
 * eai_plan_budget(): from place 2 b to 2 b + 2 at once without them, or by 2 b + 1 with them.
 */

#include <math.h>
#include <string.h>

#include "base/fail.h"
#include "base/memory.h"
#include "reparam/planner.h"
#include "reparam/reparam_internal.h"

enum { BLOCKS_MAX = 500, TICKS = 4096 };

typedef struct block {
    int32_t layer;
    double kept_ms, dropped_ms, importance;
    bool is_dropped;
} block;

typedef struct choice {
    const eai_ir *ir;
    const eai_merge *merge;
    const edgeai_allocator *allocator;
    block *blocks; /* [n_layers] */
    size_t n;
    double rest_ms; /* all other layers */
} choice;

/* How much a node's activation matters; 1 unless the model says. */
static double importance_of(const eai_node *node)
{
    const eai_attribute *attribute = eai_node_attribute(node, "edgeai_importance");
    if (!attribute) return 1;
    if (attribute->kind == EAI_ATTRIBUTE_INT) return (double)attribute->i;
    return attribute->kind == EAI_ATTRIBUTE_FLOAT && isfinite(attribute->f) ? (double)attribute->f
                                                                            : 1;
}

/* Sums over the marked nodes of each layer; 0 where it has none. */
static edgeai_status find_blocks(choice *c)
{
    const eai_merge *merge = c->merge;
    for (size_t i = 0; i < merge->n_layers; i++)
        c->blocks[i] = (block){.layer = -1};
    for (size_t i = 0; i < merge->n_nodes; i++) {
        const int32_t owner = eai_merge_owner(merge, i);
        if (owner < 0 || !eai_is_linearizable(&c->ir->nodes[i])) continue;
        c->blocks[owner].layer = owner;
        c->blocks[owner].importance += importance_of(&c->ir->nodes[i]);
    }
    for (size_t i = 0; i < merge->n_layers; i++) {
        const eai_linear *layer = &merge->layers[i];
        if (layer->is_dead) continue;
        double ms;
        if (c->blocks[i].layer < 0 || layer->is_pointwise) {
            EAI_TRY(layer->is_pointwise ? EDGEAI_OK : eai_merge_time(&merge->timer, layer, &ms));
            c->rest_ms += layer->is_pointwise ? 0 : ms;
            continue;
        }
        EAI_TRY(eai_merge_time(&merge->timer, layer, &ms));
        const bool is_faster = !merge->timer.time || ms < layer->ms;
        if (!is_faster) c->rest_ms += layer->ms;
        if (!is_faster) continue;
        c->blocks[c->n] = (block){(int32_t)i, layer->ms, ms, c->blocks[i].importance, true};
        c->n++;
    }
    return EDGEAI_OK;
}

/* Fills the table for the walk; see above. */
static void lay_out(const choice *c, size_t places, double *best, double *gain)
{
    for (size_t k = 0; k < places * places; k++)
        best[k] = INFINITY;
    for (size_t k = 0; k < places * places * 4; k++)
        gain[k] = -INFINITY;
    for (size_t b = 0; b < c->n; b++) {
        const size_t from = 2 * b, by = from + 1, to = from + 2;
        best[from * places + to] = c->blocks[b].dropped_ms;
        best[from * places + by] = c->blocks[b].kept_ms;
        best[by * places + to] = 0;
        gain[(from * places + to) * 4 + 3] = -c->blocks[b].importance;
        gain[(from * places + by) * 4 + 3] = gain[(by * places + to) * 4 + 3] = 0;
    }
}

/* What is needed at least: nothing but the dropped ones' and the others' times. */
static double least_ms(const choice *c)
{
    double ms = c->rest_ms;
    for (size_t b = 0; b < c->n; b++)
        ms += c->blocks[b].dropped_ms;
    return ms;
}

static edgeai_status choose_within(choice *c, double budget_ms)
{
    const size_t places = 2 * c->n + 1, squares = places * places;
    if (c->n > BLOCKS_MAX)
        return eai_fail(EDGEAI_E_LIMIT,
                        "reparam: expected at most %d blocks to choose from, found %zu", BLOCKS_MAX,
                        c->n);
    double *best = eai_allocate_array(c->allocator, 5 * squares, sizeof *best, "reparam: plan"), ms,
           quality;
    eai_plan_place *chosen =
        eai_allocate_array(c->allocator, places, sizeof *chosen, "reparam: plan");
    edgeai_status status = EDGEAI_E_MEMORY;
    if (best && chosen) {
        const eai_plan_gains gains = {best + squares};
        lay_out(c, places, best, best + squares);
        status = eai_plan_budget(places, best, &gains, budget_ms, TICKS / budget_ms, c->allocator,
                                 chosen, &ms, &quality);
    }
    for (size_t b = 0; b < c->n && status == EDGEAI_OK; b++)
        c->blocks[b].is_dropped = chosen[2 * b + 1] == EAI_PLAN_INSIDE;
    eai_release(c->allocator, best, 5 * squares * sizeof *best);
    eai_release(c->allocator, chosen, places * sizeof *chosen);
    return status;
}

static void mark(const choice *c, bool *chosen)
{
    for (size_t i = 0; i < c->merge->n_nodes; i++) {
        const int32_t owner = eai_merge_owner(c->merge, i);
        chosen[i] = false;
        for (size_t b = 0; b < c->n && owner >= 0; b++)
            if (c->blocks[b].layer == owner)
                chosen[i] = c->blocks[b].is_dropped && eai_is_linearizable(&c->ir->nodes[i]);
    }
}

edgeai_status eai_choose_linear(const eai_ir *ir, const eai_merge *merge, double ms_before,
                                const edgeai_reparam_options *options, bool *chosen)
{
    choice c = {.ir = ir, .merge = merge, .allocator = merge->allocator};
    const size_t bytes = (merge->n_layers + 1) * sizeof *c.blocks;
    c.blocks = eai_allocate(c.allocator, bytes, "reparam: blocks");
    if (!c.blocks) return EDGEAI_E_MEMORY;
    edgeai_status status = find_blocks(&c);
    double budget_ms = options->budget_ms > 0 ? options->budget_ms : INFINITY;
    if (options->target_speedup > 0)
        budget_ms = fmin(budget_ms, ms_before / options->target_speedup);
    if (status == EDGEAI_OK && budget_ms < least_ms(&c))
        status = eai_fail(EDGEAI_E_NOT_FOUND,
                          "reparam: layers need at least %.4g ms, the budget is %.4g ms",
                          least_ms(&c), budget_ms);
    if (status == EDGEAI_OK && budget_ms < INFINITY && c.n > 0)
        status = choose_within(&c, budget_ms - c.rest_ms);
    if (status == EDGEAI_OK) mark(&c, chosen);
    eai_release(c.allocator, c.blocks, bytes);
    return status;
}
