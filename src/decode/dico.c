/* SPDX-License-Identifier: MIT */
/*
 * DiCo (arXiv 2602.23792): Divide commits seed tokens and grows clusters around them, Conquer
 * commits many tokens of each cluster at once; they alternate until most of the block is done, and
 * Finalize takes the rest by logit margin.
 *
 * Passes: one that commits nothing ends its phase, and every Divide that hands clusters to Conquer
 * has committed a seed. So each alternation has at most two such passes and one commit, and the
 * last Divide of a block one more: passes <= 3 * masks + 1 a block, whatever is predicted.
 *
 * Where the published code counts positions of the generated part, this counts masks: the same
 * there, and it carries over to text with gaps.
 */
#include "decode/decoding.h"

#include <math.h>

#include "base/fail.h"
#include "decode/dico_seeds.h"
#include "decode/ranking.h"

/* The confidences of this pass by offset. */
static void spread_confidences(edgeai_decoding *decoding)
{
    eai_dico *dico = &decoding->dico;
    size_t n_offsets = decoding->block.end - decoding->block.begin;
    for (size_t i = 0; i < n_offsets; i++) {
        dico->confidences[i] = -INFINITY;
        dico->is_masked[i] = false;
    }
    for (size_t k = 0; k < decoding->n_candidates; k++) {
        size_t offset = (size_t)decoding->positions[k] - decoding->block.begin;
        dico->confidences[offset] = decoding->predictions[k].confidence;
        dico->candidates[offset] = (uint32_t)k;
        dico->is_masked[offset] = true;
    }
}

static edgeai_status look(edgeai_decoding *decoding)
{
    eai_pass_gather(decoding);
    EAI_TRY(eai_pass_predict(decoding));
    spread_confidences(decoding);
    return EDGEAI_OK;
}

static void choose_offset(edgeai_decoding *decoding, size_t offset)
{
    eai_pass_choose(decoding, decoding->dico.candidates[offset]);
}

static bool choose_safe(edgeai_decoding *decoding)
{
    bool any = false;
    for (size_t k = 0; k < decoding->n_candidates; k++) {
        if (decoding->predictions[k].confidence <= decoding->options.dico.safe_confidence) continue;
        eai_pass_choose(decoding, k);
        any = true;
    }
    return any;
}

static void commit(edgeai_decoding *decoding)
{
    for (size_t k = 0; k < decoding->n_candidates; k++)
        if (decoding->chosen[k])
            decoding->dico.is_masked[(size_t)decoding->positions[k] - decoding->block.begin] =
                false;
    eai_pass_commit(decoding);
}

static size_t pick_seeds(edgeai_decoding *decoding)
{
    const edgeai_dico_options *options = &decoding->options.dico;
    eai_dico *dico = &decoding->dico;
    size_t n_offsets = decoding->block.end - decoding->block.begin;
    if (!options->no_guidance) {
        size_t first = (size_t)decoding->positions[0] - decoding->block.begin;
        double ratio = (double)(decoding->n_masks - decoding->n_masked) / (double)decoding->n_masks;
        eai_dico_guide(dico->confidences, first, n_offsets, ratio, options);
    }
    if (options->regular_seeds)
        return eai_dico_seeds_regular(dico->confidences, n_offsets, (size_t)options->n_seeds,
                                      options->seed_threshold, dico->seeds);
    return eai_dico_seeds_soft_nms(dico->confidences, n_offsets, (size_t)options->n_seeds,
                                   options->seed_threshold, dico->scores, dico->seeds);
}

/* Clusters grow from the seeds; true when that is advancement. */
static bool grow_clusters(edgeai_decoding *decoding, size_t n_seeds)
{
    const edgeai_dico_options *options = &decoding->options.dico;
    eai_dico *dico = &decoding->dico;
    size_t n_offsets = decoding->block.end - decoding->block.begin;
    size_t n_before = dico->n_clusters, n = 0;
    bool has_new = false;
    for (size_t k = 0; k < n_before; k++)
        dico->grown[n++] = dico->clusters[k]; /* joined with what grows out of it by the merge */
    for (size_t k = 0; k < n_seeds; k++) {
        size_t home = eai_clusters_find(dico->clusters, n_before, dico->seeds[k]);
        eai_cluster cluster = {dico->seeds[k], dico->seeds[k] + 1};
        if (home < n_before)
            cluster = dico->clusters[home];
        else
            has_new = true;
        eai_cluster_grow(&cluster, dico->confidences, n_offsets, options->seed_threshold,
                         options->tolerance);
        dico->grown[n++] = cluster;
    }
    n = eai_clusters_merge(dico->grown, n);

    bool has_advanced = has_new || n != n_before;
    for (size_t k = 0; k < n && !has_advanced; k++) {
        double before = (double)(dico->clusters[k].end - dico->clusters[k].begin);
        double now = (double)(dico->grown[k].end - dico->grown[k].begin);
        has_advanced = now >= (1 + options->advance_ratio) * before;
    }
    for (size_t k = 0; k < n; k++)
        dico->clusters[k] = dico->grown[k];
    dico->n_clusters = n;
    return has_advanced;
}

static void shrink_clusters(eai_dico *dico)
{
    size_t n = 0;
    for (size_t k = 0; k < dico->n_clusters; k++)
        if (eai_cluster_shrink(&dico->clusters[k], dico->is_masked))
            dico->clusters[n++] = dico->clusters[k];
    dico->n_clusters = n;
}

static double density(const eai_dico *dico)
{
    return eai_clusters_density(dico->clusters, dico->n_clusters, dico->confidences,
                                dico->is_masked);
}

static edgeai_status divide(edgeai_decoding *decoding)
{
    const edgeai_dico_options *options = &decoding->options.dico;
    eai_dico *dico = &decoding->dico;
    dico->n_clusters = 0;
    int n_idle = 0;
    for (int pass = 0; pass < options->n_divide_passes; pass++) {
        if (decoding->block.n_masked == 0 || decoding->n_looks >= decoding->n_masks) break;
        EAI_TRY(look(decoding));
        bool any_safe = options->safe_divide && choose_safe(decoding);
        size_t n_seeds = pick_seeds(decoding);
        bool has_advanced = n_seeds > 0 && grow_clusters(decoding, n_seeds);
        for (size_t k = 0; k < n_seeds; k++)
            choose_offset(decoding, dico->seeds[k]);
        commit(decoding);
        EAI_TRY(eai_pass_report(decoding, EDGEAI_PHASE_DIVIDE));
        if (n_seeds == 0 && !any_safe) break;
        n_idle = has_advanced ? 0 : n_idle + 1;
        if (n_idle >= options->n_idle_passes || density(dico) >= options->low_threshold) break;
    }
    shrink_clusters(dico);
    return EDGEAI_OK;
}

/* The adaptive set of one cluster; returns how many were chosen. */
static size_t choose_in_cluster(edgeai_decoding *decoding, eai_cluster cluster)
{
    const edgeai_dico_options *options = &decoding->options.dico;
    const eai_dico *dico = &decoding->dico;
    size_t n_masked = 0, n = 0;
    for (size_t i = cluster.begin; i < cluster.end; i++)
        if (dico->is_masked[i]) decoding->order[n_masked++] = (uint32_t)i;
    eai_ranking ranking = eai_ranking_of(dico->confidences, decoding->order, n_masked);
    while (ranking.n > 0) {
        size_t offset = eai_ranking_pop(&ranking);
        double doubt = decoding->predictions[dico->candidates[offset]].doubt;
        bool accepted = options->conquer_fixed > 0
                            ? dico->confidences[offset] > options->conquer_fixed
                            : eai_factor_accepts(doubt, options->conquer_factor, n + 1);
        if (!accepted) break;
        choose_offset(decoding, offset);
        n++;
    }
    return n;
}

/* Borders follow this pass's confidences, left to right. */
static void adjust_borders(edgeai_decoding *decoding)
{
    const edgeai_dico_options *options = &decoding->options.dico;
    eai_dico *dico = &decoding->dico;
    size_t n_offsets = decoding->block.end - decoding->block.begin;
    size_t n = 0;
    for (size_t k = 0; k < dico->n_clusters; k++) {
        eai_cluster cluster = dico->clusters[k];
        size_t lowest = k > 0 ? dico->clusters[k - 1].end : 0;
        size_t highest = k + 1 < dico->n_clusters ? dico->clusters[k + 1].begin : n_offsets;
        eai_cluster_extend(&cluster, dico->confidences, lowest, highest, options->low_threshold,
                           options->tolerance);
        if (eai_cluster_shrink(&cluster, dico->is_masked)) dico->grown[n++] = cluster;
    }
    dico->n_clusters = eai_clusters_merge(dico->grown, n);
    for (size_t k = 0; k < dico->n_clusters; k++)
        dico->clusters[k] = dico->grown[k];
}

static edgeai_status conquer(edgeai_decoding *decoding)
{
    const edgeai_dico_options *options = &decoding->options.dico;
    eai_dico *dico = &decoding->dico;
    while (dico->n_clusters > 0) {
        EAI_TRY(look(decoding));
        choose_safe(decoding);
        size_t n_adaptive = 0;
        for (size_t k = 0; k < dico->n_clusters; k++)
            n_adaptive += choose_in_cluster(decoding, dico->clusters[k]);
        if (n_adaptive == 0) {
            size_t best = eai_pass_most_confident(decoding);
            if (decoding->predictions[best].confidence >= options->low_threshold)
                eai_pass_choose(decoding, best);
        }
        commit(decoding);
        adjust_borders(decoding);
        EAI_TRY(eai_pass_report(decoding, EDGEAI_PHASE_CONQUER));
        /* Without commits the density is below, but for the rounding of its mean. */
        if (decoding->n_committed == 0 || density(dico) < options->low_threshold) break;
    }
    return EDGEAI_OK;
}

static edgeai_status finalize(edgeai_decoding *decoding)
{
    const edgeai_dico_options *options = &decoding->options.dico;
    decoding->dico.n_clusters = 0;
    while (decoding->block.n_masked > 0) {
        EAI_TRY(look(decoding));
        bool any = choose_safe(decoding);
        for (size_t k = 0; k < decoding->n_candidates; k++) {
            if (decoding->predictions[k].margin <= options->margin_threshold) continue;
            eai_pass_choose(decoding, k);
            any = true;
        }
        if (!any) {
            eai_pass_key_by_confidence(decoding);
            eai_pass_choose_largest(decoding, decoding->keys, (size_t)options->n_fallback);
        }
        commit(decoding);
        EAI_TRY(eai_pass_report(decoding, EDGEAI_PHASE_FINALIZE));
    }
    return EDGEAI_OK;
}

edgeai_status eai_decode_dico(edgeai_decoding *decoding)
{
    const edgeai_dico_options *options = &decoding->options.dico;
    const eai_block *block = &decoding->block;
    double masks = (double)block->n_masks;
    size_t n_alternations = (size_t)(masks * options->finalize_ratio);
    for (size_t k = 0; k < n_alternations; k++) {
        EAI_TRY(divide(decoding));
        if (decoding->dico.n_clusters == 0) break;
        EAI_TRY(conquer(decoding));
        if ((double)block->n_masked / masks < 1 - options->finalize_ratio) break;
    }
    return finalize(decoding);
}
