/* SPDX-License-Identifier: MIT */

/* Operators of two inputs below opset 7: no broadcasting but what "broadcast" and "axis" ask for.
 * The second input is given the dimensions that numpy's rule would need behind its own. */

#include <string.h>

#include "base/fail.h"
#include "graph/upgrade.h"

/* int64 numbers from `first` on, as a constant. */
static edgeai_status axes_behind(eai_draft *draft, int first, int n, int32_t *out)
{
    int64_t axes[EDGEAI_GRAPH_DIMS_MAX];
    for (int i = 0; i < n; i++)
        axes[i] = first + i;
    return eai_draft_ints(draft, axes, (size_t)n, 1, out);
}

/* The same when ranks are not known here: shape(b) and as many ones as dimensions of a lie behind
 * axis + rank(b). All of it follows from shapes alone, so a session computes it beforehand. */
static edgeai_status reshape_by_shapes(eai_draft *draft, int32_t a, int32_t b, int64_t axis,
                                       int32_t *out)
{
    const int64_t end = INT64_MAX;
    int32_t shape_a, shape_b, rank_b, first, start, stop, behind, n_behind, ones, shape, one;
    EAI_TRY(eai_draft_helper(draft, "Shape", "shape", (int32_t[3]){a, -1, -1}, NULL, 0, &shape_a));
    EAI_TRY(
        eai_draft_helper(draft, "Shape", "own_shape", (int32_t[3]){b, -1, -1}, NULL, 0, &shape_b));
    EAI_TRY(eai_draft_helper(draft, "Shape", "own_rank", (int32_t[3]){shape_b, -1, -1}, NULL, 0,
                             &rank_b));
    EAI_TRY(eai_draft_ints(draft, &axis, 1, 1, &first));
    EAI_TRY(eai_draft_ints(draft, &end, 1, 1, &stop));
    EAI_TRY(
        eai_draft_helper(draft, "Add", "start", (int32_t[3]){rank_b, first, -1}, NULL, 0, &start));
    EAI_TRY(eai_draft_helper(draft, "Slice", "behind", (int32_t[3]){shape_a, start, stop}, NULL, 0,
                             &behind));
    EAI_TRY(eai_draft_helper(draft, "Shape", "n_behind", (int32_t[3]){behind, -1, -1}, NULL, 0,
                             &n_behind));
    EAI_TRY(eai_draft_ints(draft, &(int64_t){1}, 1, 1, &one));
    EAI_TRY(
        eai_draft_helper(draft, "Expand", "ones", (int32_t[3]){one, n_behind, -1}, NULL, 0, &ones));
    EAI_TRY(eai_draft_helper(draft, "Concat", "new_shape", (int32_t[3]){shape_b, ones, -1}, "axis",
                             0, &shape));
    return eai_draft_helper(draft, "Reshape", "align", (int32_t[3]){b, shape, -1}, NULL, 0, out);
}

/* Input 1 of the draft, aligned with input 0 so that its first dimension is number `axis`. */
static edgeai_status align(eai_draft *draft, int64_t axis)
{
    const int32_t a = draft->inputs[0], b = draft->inputs[1];
    const int rank_a = eai_draft_rank(draft, a), rank_b = eai_draft_rank(draft, b);
    int32_t axes, aligned;
    if (axis < 0 || axis > EDGEAI_GRAPH_DIMS_MAX)
        return eai_draft_fail(draft, EDGEAI_E_UNSUPPORTED, "axis %lld is not supported",
                              (long long)axis);
    if (rank_b == 0) return EDGEAI_OK;
    if (rank_a < 0 || rank_b < 0) {
        EAI_TRY(reshape_by_shapes(draft, a, b, axis, &aligned));
        draft->inputs[1] = aligned;
        return EDGEAI_OK;
    }
    const int n_behind = rank_a - (int)axis - rank_b;
    if (n_behind < 0)
        return eai_draft_fail(draft, EDGEAI_E_SHAPE,
                              "axis %lld: %d dimensions do not fit into %d there", (long long)axis,
                              rank_b, rank_a);
    if (n_behind == 0) return EDGEAI_OK;
    EAI_TRY(axes_behind(draft, rank_b, n_behind, &axes));
    EAI_TRY(eai_draft_helper(draft, "Unsqueeze", "align", (int32_t[3]){b, axes, -1}, NULL, 0,
                             &aligned));
    draft->inputs[1] = aligned;
    return EDGEAI_OK;
}

edgeai_status eai_upgrade_broadcast(eai_draft *draft)
{
    const eai_attribute *axis = eai_draft_attribute(draft, "axis");
    const bool is_aligned = eai_draft_int(draft, "broadcast", 0) && axis;
    const int64_t at = eai_draft_int(draft, "axis", 0);
    eai_draft_remove(draft, "axis");
    eai_draft_remove(draft, "broadcast");
    if (!is_aligned || !eai_draft_has_input(draft, 0) || !eai_draft_has_input(draft, 1))
        return EDGEAI_OK;
    return align(draft, at);
}

/* The slope is one number, or one for each channel, dimension 1. */
edgeai_status eai_upgrade_prelu(eai_draft *draft)
{
    if (!eai_draft_has_input(draft, 0) || !eai_draft_has_input(draft, 1)) return EDGEAI_OK;
    const eai_value *slope = &draft->ir->values[draft->inputs[1]];
    const bool is_one = slope->n_dims == 0 || (slope->n_dims == 1 && slope->dims[0] == 1);
    return is_one || slope->n_dims > 1 ? EDGEAI_OK : align(draft, 1);
}
