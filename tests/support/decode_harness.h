/* SPDX-License-Identifier: MIT */
#ifndef TESTS_SUPPORT_DECODE_HARNESS_H
#define TESTS_SUPPORT_DECODE_HARNESS_H

/*
 * Decodes short rows written as text and writes down what happened as text, while it checks what
 * holds for every decoder: commits happen once, given tokens stay, events agree with the row.
 */

#include <stddef.h>
#include <stdint.h>

#include <edgeai/decode.h>

#include "support/scripted_denoiser.h"

/* Letters of a row are the tokens 0 .. 25, '?' is the mask. */
#define HARNESS_VOCAB      32
#define HARNESS_MASK       31
#define HARNESS_TOKENS_MAX 512

typedef struct decode_record {
    edgeai_status status;
    edgeai_decode_result result;
    size_t n_tokens;
    int32_t before[HARNESS_TOKENS_MAX]; /* the row as given */
    int32_t row[HARNESS_TOKENS_MAX];    /* and as it came back */
    /* Each pass: S, D, C or F, the positions it committed or '-', a space: "D0,3 D- F1,2 ". */
    char passes[1 << 14];
    size_t n_passes_chars;
    size_t n_events;
    size_t cancel_at;                 /* the callback cancels at this event (from 1); 0: never */
    edgeai_decode_step last;          /* of the last event; its pointers are void */
    int32_t seen[HARNESS_TOKENS_MAX]; /* the row as the events tell it */
    double confidences[HARNESS_TOKENS_MAX]; /* as committed, by position */
} decode_record;

/*
 * Decodes `text` by a fresh context and decoding. Fails the test on a broken promise; whether the
 * decoding succeeded is in record->status. `options` may set everything but the callback.
 */
void harness_run(decode_record *record, scripted_denoiser *script,
                 const edgeai_decode_options *options, const char *text);

/* The same for tokens; `context` NULL: a fresh one. */
void harness_run_row(decode_record *record, scripted_denoiser *script,
                     const edgeai_decode_options *options, const int32_t *row, size_t n_tokens,
                     edgeai_context *context);

/* The row as text again: letters, '?', or '#' for other tokens. */
const char *harness_text(const decode_record *record);

/* Options of one decoder, all else default. */
edgeai_decode_options harness_options(edgeai_decoder decoder);

/* Predictions of these confidences, the token 'a' + position % 26, doubt and margin to match. */
void harness_confidences(edgeai_prediction *predictions, const double *confidences, size_t n);

#endif
