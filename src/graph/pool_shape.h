/* SPDX-License-Identifier: MIT */
#ifndef EAI_GRAPH_POOL_SHAPE_H
#define EAI_GRAPH_POOL_SHAPE_H

/* What pools share: the window over input 0 [N, C, ...] and its part inside the input. */

#include "graph/window.h"

/* The window of a pool, with as many axes as input 0 has spatial ones. */
edgeai_status eai_pool_read(const eai_call *call, eai_window *out);

/* Output `index` gets the shape [N, C, out...]. v is not extended. */
edgeai_status eai_pool_output(const eai_call *call, size_t index, const eai_window *v,
                              edgeai_element element);

/* The taps of one window that fall inside the input: n of them from coordinate `at` on, dilation
 * apart. n may be 0. */
typedef struct eai_pool_clip {
    int64_t at[EAI_WINDOW_RUN_AXES], n[EAI_WINDOW_RUN_AXES];
} eai_pool_clip;

/* v is extended; o: the output's coordinates. */
void eai_pool_clip_window(const eai_window *v, const int64_t *o, eai_pool_clip *out);

#endif
