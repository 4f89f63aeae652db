/* SPDX-License-Identifier: MIT */
#ifndef TESTS_SUPPORT_SCRIPTED_OPERATORS_H
#define TESTS_SUPPORT_SCRIPTED_OPERATORS_H

/* Operators for tests of sessions, each with one trait; all on float32 without broadcasting. */

#include "graph/operator.h"

extern const eai_operator scripted_add;      /* x + y; may lie where either lies */
extern const eai_operator scripted_negate;   /* -x; in place */
extern const eai_operator scripted_copy;     /* x, in memory of its own */
extern const eai_operator scripted_grow;     /* [..., n] to [..., attribute "times" * n] */
extern const eai_operator scripted_flat;     /* an alias: [n] */
extern const eai_operator scripted_positive; /* those elements > 0: how many is seen when it runs */
extern const eai_operator scripted_fill;     /* constant i64 dims -> that shape, all 1 */
extern const eai_operator scripted_shape;    /* dims as i64 */
extern const eai_operator scripted_late;     /* x, folded late */
extern const eai_operator scripted_random;   /* cannot be computed */
extern const eai_operator scripted_prepared; /* x + 1, with state and scratch; fails in run when
                                                x[0] is -1 */
extern const eai_operator scripted_packed;   /* x + y[0]; y is a constant that is packed */
extern const eai_operator scripted_halves;   /* two outputs, both needed: halves of a vector */

#endif
