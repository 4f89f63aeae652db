/* SPDX-License-Identifier: MIT */
#include "decode/dico_clusters.h"

size_t eai_clusters_find(const eai_cluster *clusters, size_t n, size_t offset)
{
    size_t k = 0;
    while (k < n && (offset < clusters[k].begin || offset >= clusters[k].end))
        k++;
    return k;
}

void eai_cluster_grow(eai_cluster *cluster, const double *confidences, size_t n_offsets,
                      double threshold, int tolerance)
{
    int n_misses = 0;
    for (size_t i = cluster->begin; i-- > 0 && n_misses <= tolerance;) {
        n_misses = confidences[i] >= threshold ? 0 : n_misses + 1;
        if (n_misses == 0) cluster->begin = i;
    }
    n_misses = 0;
    for (size_t i = cluster->end; i < n_offsets && n_misses <= tolerance; i++) {
        n_misses = confidences[i] >= threshold ? 0 : n_misses + 1;
        if (n_misses == 0) cluster->end = i + 1;
    }
}

void eai_cluster_extend(eai_cluster *cluster, const double *confidences, size_t lowest,
                        size_t highest, double threshold, int tolerance)
{
    int n_misses = 0;
    for (size_t i = cluster->begin; i-- > lowest && n_misses <= tolerance;) {
        n_misses = confidences[i] > threshold ? 0 : n_misses + 1;
        if (n_misses == 0) cluster->begin = i;
    }
    n_misses = 0;
    for (size_t i = cluster->end; i + 1 < highest && n_misses <= tolerance; i++) {
        n_misses = confidences[i] > threshold ? 0 : n_misses + 1;
        if (n_misses == 0) cluster->end = i + 1;
    }
}

bool eai_cluster_shrink(eai_cluster *cluster, const bool *is_masked)
{
    while (cluster->begin < cluster->end && !is_masked[cluster->begin])
        cluster->begin++;
    while (cluster->begin < cluster->end && !is_masked[cluster->end - 1])
        cluster->end--;
    return cluster->begin < cluster->end;
}

size_t eai_clusters_merge(eai_cluster *clusters, size_t n)
{
    if (n == 0) return 0;
    /* Insertion: a handful of clusters, nearly in order. */
    for (size_t i = 1; i < n; i++) {
        eai_cluster moved = clusters[i];
        size_t k = i;
        for (; k > 0 && clusters[k - 1].begin > moved.begin; k--)
            clusters[k] = clusters[k - 1];
        clusters[k] = moved;
    }
    size_t last = 0;
    for (size_t i = 1; i < n; i++) {
        if (clusters[i].begin > clusters[last].end)
            clusters[++last] = clusters[i];
        else if (clusters[i].end > clusters[last].end)
            clusters[last].end = clusters[i].end;
    }
    return last + 1;
}

double eai_clusters_density(const eai_cluster *clusters, size_t n, const double *confidences,
                            const bool *is_masked)
{
    double sum = 0;
    size_t n_masked = 0;
    for (size_t k = 0; k < n; k++) {
        for (size_t i = clusters[k].begin; i < clusters[k].end; i++) {
            if (!is_masked[i]) continue;
            sum += confidences[i];
            n_masked++;
        }
    }
    return n_masked ? sum / (double)n_masked : 0;
}
