/* SPDX-License-Identifier: MIT */
#ifndef TOOLS_REPARAM_REPARAM_REPORT_H
#define TOOLS_REPARAM_REPARAM_REPORT_H

/* What edgeai-reparam prints. */

#include <edgeai/reparam.h>
#include <stdbool.h>
#include <stdio.h>

#include "reparam/verification.h"

typedef struct reparam_results {
    const char *input, *output; /* paths; output NULL: nothing is written */
    const char *mode;
    const edgeai_reparam *reparam;
    edgeai_reparam_totals before, after;
    const verification *verified; /* NULL: it was not */
    double tolerance;             /* not finite: none */
} reparam_results;

/* False when memory was short or `out` failed. */
bool reparam_results_print(const reparam_results *self, FILE *out);
bool reparam_results_json(const reparam_results *self, FILE *out);

#endif
