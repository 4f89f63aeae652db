/* SPDX-License-Identifier: MIT */

/* Packing a model's matrices, tensor by tensor. */

#include <stdint.h>

#include "base/memory.h"
#include "io/gguf_file.h"
#include "lm/lm_model.h"
#include "platform/context_internal.h"
#include "platform/free_memory.h"

enum { N_LAYER_MATRICES = 8 };

static eai_matmul *layer_matrix(eai_lm_layer *layer, size_t i)
{
    eai_matmul *matrices[N_LAYER_MATRICES] = {&layer->q,      &layer->k,      &layer->v,
                                              &layer->output, &layer->router, &layer->gate,
                                              &layer->up,     &layer->down};
    return matrices[i];
}

/* Matrix number i of the model, or NULL past the last. The embedding is read row by row and stays
 * as it is. */
static eai_matmul *matrix_at(edgeai_lm *lm, size_t i)
{
    if (i == 0) return &lm->head;
    const size_t layer = (i - 1) / N_LAYER_MATRICES;
    if (layer >= lm->config.n_layers) return NULL;
    return layer_matrix(&lm->layers[layer], (i - 1) % N_LAYER_MATRICES);
}

/* Rows of one expert: parts of a packed matrix begin at whole panels. */
static size_t rows_of_part(const edgeai_lm *lm, const eai_matmul *matrix, size_t i)
{
    const bool experts = i > 0 && (i - 1) % N_LAYER_MATRICES >= 5 && lm->config.n_experts > 0;
    return experts ? matrix->n_out / lm->config.n_experts : matrix->n_out;
}

static size_t bytes_at(edgeai_lm *lm, size_t i)
{
    const eai_matmul *matrix = matrix_at(lm, i);
    if (!matrix->rows) return 0;
    const size_t part = rows_of_part(lm, matrix, i);
    if (part != matrix->n_out && part % EAI_PANEL != 0) return 0;
    return (eai_matmul_packed_bytes(matrix) + 63) & ~(size_t)63;
}

static void pack_all(edgeai_lm *lm, const edgeai_model_file *file, const eai_scratch *scratch)
{
    unsigned char *at = lm->packed;
    for (size_t i = 0; matrix_at(lm, i); i++) {
        const size_t bytes = bytes_at(lm, i);
        eai_matmul *matrix = matrix_at(lm, i);
        if (bytes == 0) continue;
        eai_matmul_pack(matrix, lm->context, at, scratch);
        at += bytes;
        eai_model_file_let_go(file, matrix->rows, matrix->n_out * matrix->row_bytes);
    }
}

edgeai_status eai_lm_weights_pack(edgeai_lm *lm, const edgeai_model_file *file,
                                  edgeai_weights weights)
{
    const edgeai_allocator *allocator = &lm->context->allocator;
    size_t bytes = 0;
    if (weights == EDGEAI_WEIGHTS_MAPPED) return EDGEAI_OK;
    for (size_t i = 0; matrix_at(lm, i); i++)
        bytes += bytes_at(lm, i);
    if (bytes == 0) return EDGEAI_OK;
    if (weights == EDGEAI_WEIGHTS_AUTO && bytes > eai_free_memory() / 2) {
        eai_log_line(&lm->context->log, EDGEAI_LOG_INFO,
                     "lm: packed weights would take %zu MB: they stay mapped", bytes >> 20);
        return EDGEAI_OK;
    }
    eai_scratch scratch = {.slot_floats = (eai_matmul_scratch() + 15) & ~(size_t)15};
    const size_t scratch_bytes =
        (size_t)lm->context->n_threads * scratch.slot_floats * sizeof(float);
    scratch.floats = eai_allocate(allocator, scratch_bytes, "language model: packing");
    if (!scratch.floats) return EDGEAI_E_MEMORY;
    lm->packed = eai_allocate_unset(allocator, bytes, "language model: packed weights");
    if (lm->packed) {
        lm->packed_bytes = bytes;
        pack_all(lm, file, &scratch);
    }
    eai_release(allocator, scratch.floats, scratch_bytes);
    return lm->packed ? EDGEAI_OK : EDGEAI_E_MEMORY;
}
