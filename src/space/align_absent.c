/* SPDX-License-Identifier: MIT */
#include "space/align.h"

#include "base/fail.h"

/* Stands in until there is finding of poses: weak, so that any other definition takes its place. */
#define WEAK __attribute__((weak))

WEAK edgeai_status eai_align_create(eai_align **out, edgeai_context *context,
                                    const eai_align_options *options)
{
    (void)context;
    (void)options;
    *out = NULL;
    return eai_fail(EDGEAI_E_UNSUPPORTED, "map: frames without poses");
}

WEAK void eai_align_free(eai_align *align)
{
    (void)align;
}

WEAK edgeai_status eai_align_add(eai_align *align, const edgeai_frame *frame)
{
    (void)align;
    (void)frame;
    return EDGEAI_E_UNSUPPORTED;
}

WEAK edgeai_status eai_align_solve(eai_align *align, eai_place *places, int *root,
                                   int *n_components)
{
    (void)align;
    (void)places;
    *root = -1;
    *n_components = 0;
    return EDGEAI_E_UNSUPPORTED;
}
