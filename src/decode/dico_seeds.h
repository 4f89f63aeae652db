/* SPDX-License-Identifier: MIT */
#ifndef EAI_DECODE_DICO_SEEDS_H
#define EAI_DECODE_DICO_SEEDS_H

/* Where DiCo's Divide starts clusters: trajectory guidance, then seeds that keep their distance. */

#include <stddef.h>

#include <edgeai/decode.h>

/*
 * Trajectory guidance W(j, t): confidences[j] of the offsets `first` .. n_offsets-1 are multiplied
 * by weights that fall from guidance_max at `first` (the first masked offset) to
 * min(1, beta + alpha * unmasked_ratio) at the last.
 */
void eai_dico_guide(double *confidences, size_t first, size_t n_offsets, double unmasked_ratio,
                    const edgeai_dico_options *options);

/*
 * Soft-NMS: up to `n_seeds` offsets of the largest score, where each seed lowers the scores around
 * it by 1 - exp(-(distance / sigma)^2), sigma = n_offsets / 3. Ends at the first whose confidence
 * is below `threshold`. `scores` is room for n_offsets. Returns how many.
 */
size_t eai_dico_seeds_soft_nms(const double *confidences, size_t n_offsets, size_t n_seeds,
                               double threshold, double *scores, size_t *seeds);

/* The best offset of each of n_seeds equal segments, where above `threshold`. */
size_t eai_dico_seeds_regular(const double *confidences, size_t n_offsets, size_t n_seeds,
                              double threshold, size_t *seeds);

#endif
