/* SPDX-License-Identifier: MIT */

/* Upsample, and Resize as it was in opset 10: asymmetric coordinates, rounded down. */

#include <string.h>

#include "base/fail.h"
#include "graph/upgrade.h"

/* What the old forms always did, in today's words. */
static void set_old_rules(eai_draft *draft)
{
    const eai_attribute *mode = eai_draft_attribute(draft, "mode");
    if (mode && mode->kind == EAI_ATTRIBUTE_STRING &&
        (strcmp(mode->s, "bilinear") == 0 || strcmp(mode->s, "trilinear") == 0))
        eai_draft_set_string(draft, "mode", "linear");
    eai_draft_set_string(draft, "coordinate_transformation_mode", "asymmetric");
    eai_draft_set_string(draft, "nearest_mode", "floor");
}

/* (x, scales) becomes (x, no roi, scales). */
static void move_scales(eai_draft *draft, int32_t scales)
{
    if (draft->n_inputs > 1) draft->inputs[1] = EAI_IR_NONE;
    draft->n_inputs = draft->n_inputs > 1 ? 1 : draft->n_inputs;
    eai_draft_set_input(draft, 2, scales);
}

/* Opset 6: height_scale and width_scale; 7 and 8: scales; then an input. */
edgeai_status eai_upgrade_upsample(eai_draft *draft)
{
    const eai_attribute *scales = eai_draft_attribute(draft, "scales");
    const eai_attribute *height = eai_draft_attribute(draft, "height_scale");
    const eai_attribute *width = eai_draft_attribute(draft, "width_scale");
    int32_t value;
    if (eai_draft_has_input(draft, 1)) {
        value = draft->inputs[1];
    } else if (scales && scales->kind == EAI_ATTRIBUTE_FLOATS) {
        EAI_TRY(eai_draft_floats(draft, EAI_IR_NONE, scales->floats, scales->n, 1, &value));
    } else if (height && width && height->kind == EAI_ATTRIBUTE_FLOAT &&
               width->kind == EAI_ATTRIBUTE_FLOAT) {
        const float all[4] = {1, 1, height->f, width->f};
        EAI_TRY(eai_draft_floats(draft, EAI_IR_NONE, all, 4, 1, &value));
    } else {
        return eai_draft_fail(draft, EDGEAI_E_FORMAT, "scales are missing");
    }
    eai_draft_remove(draft, "scales");
    eai_draft_remove(draft, "height_scale");
    eai_draft_remove(draft, "width_scale");
    move_scales(draft, value);
    set_old_rules(draft);
    draft->op_type = "Resize";
    return EDGEAI_OK;
}

/*
 * tf_half_pixel_for_nn (opset 11 alone) is floor((x + 1/2) / scale) with nearest_mode floor, which
 * is what half_pixel with round_prefer_ceil gives.
 */
static edgeai_status translate_half_pixel(eai_draft *draft)
{
    const eai_attribute *way = eai_draft_attribute(draft, "coordinate_transformation_mode");
    const eai_attribute *mode = eai_draft_attribute(draft, "mode");
    const eai_attribute *nearest = eai_draft_attribute(draft, "nearest_mode");
    if (!way || way->kind != EAI_ATTRIBUTE_STRING || strcmp(way->s, "tf_half_pixel_for_nn") != 0)
        return EDGEAI_OK;
    if ((mode && (mode->kind != EAI_ATTRIBUTE_STRING || strcmp(mode->s, "nearest") != 0)) ||
        !nearest || nearest->kind != EAI_ATTRIBUTE_STRING || strcmp(nearest->s, "floor") != 0)
        return eai_draft_fail(draft, EDGEAI_E_UNSUPPORTED,
                              "tf_half_pixel_for_nn is supported with mode nearest and "
                              "nearest_mode floor alone");
    eai_draft_set_string(draft, "coordinate_transformation_mode", "half_pixel");
    eai_draft_set_string(draft, "nearest_mode", "round_prefer_ceil");
    return EDGEAI_OK;
}

/* From 11 on, roi and scales that do not count are empty constants in older files. */
edgeai_status eai_upgrade_resize(eai_draft *draft)
{
    if (draft->opset < 11) {
        if (!eai_draft_has_input(draft, 1))
            return eai_draft_fail(draft, EDGEAI_E_FORMAT, "scales are missing");
        move_scales(draft, draft->inputs[1]);
        set_old_rules(draft);
        return EDGEAI_OK;
    }
    for (size_t i = 1; i < draft->n_inputs; i++) {
        if (draft->inputs[i] == EAI_IR_NONE) continue;
        const eai_value *value = &draft->ir->values[draft->inputs[i]];
        if (value->data && value->n_dims == 1 && value->dims[0] == 0)
            draft->inputs[i] = EAI_IR_NONE;
    }
    return translate_half_pixel(draft);
}
