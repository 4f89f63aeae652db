/* SPDX-License-Identifier: MIT */
#ifndef EAI_KERNELS_LOGITS_H
#define EAI_KERNELS_LOGITS_H

#include "kernels/kernels.h"

/* The summary of no logits at all. */
eai_logits_summary eai_logits_nothing(void);

/*
 * Joins the summary of a stretch that begins `offset` ids after the summary's own: the result is
 * that of both stretches in one. Only sums of non-negative terms, so `rest` keeps its relative
 * accuracy however close to 1 the best token's probability is.
 */
void eai_logits_join(eai_logits_summary *whole, const eai_logits_summary *part, int32_t offset);

#endif
