/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "base/clock.h"
#include "base/fail.h"
#include "graph/session_internal.h"

/* Operators that set the true shape of their outputs find the bound again. */
static void reset_shapes(const edgeai_session *session, const eai_call *call)
{
    for (size_t k = 0; k < call->n_outputs; k++) {
        if (!call->outputs[k]) continue;
        const eai_value *value = &session->ir->values[call->node->outputs[k]];
        memcpy(call->outputs[k]->dims, value->dims, sizeof value->dims);
        (void)eai_value_elements(value, &call->outputs[k]->n);
    }
}

edgeai_status edgeai_session_run(edgeai_session *session)
{
    double before = session->profile ? eai_clock_ms() : 0;
    for (size_t i = 0; i < session->n_steps; i++) {
        eai_step *step = &session->steps[i];
        const eai_operator *op = step->call.node->op;
        if (op->flags & EAI_OP_DATA_SHAPE) reset_shapes(session, &step->call);
        EAI_TRY(op->run(&step->call));
        if (session->profile) {
            const double now = eai_clock_ms();
            step->ms += now - before;
            before = now;
        }
    }
    session->n_runs++;
    return EDGEAI_OK;
}
