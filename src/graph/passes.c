/* SPDX-License-Identifier: MIT */
#include "graph/passes.h"

#include "base/fail.h"
#include "graph/infer.h"

edgeai_status eai_complete(eai_ir *ir, eai_constants *constants, bool late)
{
    EAI_TRY(eai_ir_sort(ir));
    EAI_TRY(eai_infer(ir, constants, late));
    EAI_TRY(eai_ir_sweep(ir));
    return eai_constants_sweep(constants, ir);
}

static edgeai_status (*const passes[])(eai_ir *ir) = {
#define EAI_PASS(name) eai_pass_##name,
#include "graph/passes.inc"
#undef EAI_PASS
    NULL};

edgeai_status eai_passes_run(eai_ir *ir, eai_constants *constants, bool plain)
{
    if (plain) return eai_complete(ir, constants, true);
    EAI_TRY(eai_complete(ir, constants, false));
    for (size_t i = 0; passes[i]; i++) {
        EAI_TRY(passes[i](ir));
        EAI_TRY(eai_complete(ir, constants, false));
    }
    return eai_complete(ir, constants, true);
}
