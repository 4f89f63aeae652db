/* SPDX-License-Identifier: MIT */
#include <stdio.h>

#include "common/interrupt.h"
#include "run/run.h"

int run_on_step(void *user, const edgeai_decode_step *step)
{
    run_state *self = user;
    row_view_draw(&self->view, step);
    if (self->n_masks == 0) {
        self->n_masks = step->n_masked + step->n_committed;
        bool wanted = !self->view.enabled && !self->settings->common.quiet &&
                      !self->settings->common.no_progress;
        progress_begin(&self->bar, self->n_masks, wanted);
    }
    char note[32];
    snprintf(note, sizeof note, "pass %zu", step->n_passes);
    progress_show(&self->bar, self->n_masks - step->n_masked, note);
    return interrupt_came();
}

edgeai_status run_answer(run_state *self, const edgeai_message *messages, size_t n_messages,
                         const char *infill, edgeai_generation *result)
{
    self->n_masks = 0;
    row_view_begin(&self->view, self->settings->show, infill != NULL);
    edgeai_status status =
        infill ? edgeai_generate_infill(self->generator, infill, result)
               : edgeai_generate_chat(self->generator, messages, n_messages, result);
    row_view_end(&self->view);
    progress_end(&self->bar);
    return status;
}
