/* SPDX-License-Identifier: MIT */

/* What only changed its name, its default, or went. */

#include <string.h>

#include "base/fail.h"
#include "graph/upgrade.h"

/* Below opset 6 types were names, and some exporters kept writing them. */
edgeai_status eai_upgrade_cast(eai_draft *draft)
{
    static const struct {
        const char *name;
        edgeai_element element;
    } types[] = {
        {"FLOAT", EDGEAI_ELEMENT_F32},     {"UINT8", EDGEAI_ELEMENT_U8},
        {"INT8", EDGEAI_ELEMENT_I8},       {"UINT16", EDGEAI_ELEMENT_U16},
        {"INT16", EDGEAI_ELEMENT_I16},     {"INT32", EDGEAI_ELEMENT_I32},
        {"INT64", EDGEAI_ELEMENT_I64},     {"BOOL", EDGEAI_ELEMENT_BOOL},
        {"FLOAT16", EDGEAI_ELEMENT_F16},   {"DOUBLE", EDGEAI_ELEMENT_F64},
        {"UINT32", EDGEAI_ELEMENT_U32},    {"UINT64", EDGEAI_ELEMENT_U64},
        {"BFLOAT16", EDGEAI_ELEMENT_BF16},
    };
    const eai_attribute *to = eai_draft_attribute(draft, "to");
    if (!to || to->kind != EAI_ATTRIBUTE_STRING) return EDGEAI_OK;
    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++) {
        if (strcmp(to->s, types[i].name) != 0) continue;
        eai_draft_set_int(draft, "to", types[i].element);
        return EDGEAI_OK;
    }
    return eai_draft_fail(draft, EDGEAI_E_UNSUPPORTED, "type %.32s is not supported", to->s);
}

/* Broadcasting of C is always allowed today. */
edgeai_status eai_upgrade_gemm(eai_draft *draft)
{
    eai_draft_remove(draft, "broadcast");
    return EDGEAI_OK;
}

/* The default was output_half_pixel, then the only way. */
edgeai_status eai_upgrade_roi_align(eai_draft *draft)
{
    if (!eai_draft_attribute(draft, "coordinate_transformation_mode"))
        eai_draft_set_string(draft, "coordinate_transformation_mode", "output_half_pixel");
    return EDGEAI_OK;
}

edgeai_status eai_upgrade_grid_sample(eai_draft *draft)
{
    const eai_attribute *mode = eai_draft_attribute(draft, "mode");
    if (!mode || mode->kind != EAI_ATTRIBUTE_STRING) return EDGEAI_OK;
    if (strcmp(mode->s, "bilinear") == 0) eai_draft_set_string(draft, "mode", "linear");
    if (strcmp(mode->s, "bicubic") == 0) eai_draft_set_string(draft, "mode", "cubic");
    return EDGEAI_OK;
}

edgeai_status eai_upgrade_scatter(eai_draft *draft)
{
    draft->op_type = "ScatterElements";
    return EDGEAI_OK;
}
