/* SPDX-License-Identifier: MIT */
/* A conversation: lines from stdin, answers to stdout, the history in the prompt. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/exit_code.h"
#include "common/interrupt.h"
#include "common/terminal.h"
#include "run/run.h"

/* Messages so far; the texts are our own, but for the system's. */
typedef struct history {
    edgeai_message *messages;
    size_t n, capacity, n_system;
} history;

static bool add(history *self, edgeai_role role, const char *text)
{
    if (self->n == self->capacity) {
        size_t capacity = self->capacity ? 2 * self->capacity : 16;
        edgeai_message *bigger = realloc(self->messages, capacity * sizeof *bigger);
        if (!bigger) return false;
        self->messages = bigger;
        self->capacity = capacity;
    }
    char *copy = strdup(text);
    if (!copy) return false;
    self->messages[self->n++] = (edgeai_message){role, copy};
    return true;
}

/* Removes `n` messages behind `first`. */
static void drop(history *self, size_t first, size_t n)
{
    for (size_t i = first; i < first + n; i++)
        free((char *)(size_t)self->messages[i].text);
    memmove(self->messages + first, self->messages + first + n,
            (self->n - first - n) * sizeof *self->messages);
    self->n -= n;
}

/* Answers the last message; where the row is too short for all, the oldest turns are forgotten. */
static edgeai_status answer(run_state *state, history *self, edgeai_generation *result)
{
    for (;;) {
        edgeai_status status = run_answer(state, self->messages, self->n, NULL, result);
        if (status != EDGEAI_E_LIMIT || self->n < self->n_system + 3) return status;
        drop(self, self->n_system, 2);
        if (!state->settings->common.quiet)
            fprintf(stderr, "%s: the oldest turn no longer fits and is forgotten\n",
                    state->program);
    }
}

/* One turn: an exit code when the conversation is over, else -1. */
static int take_turn(run_state *state, history *self, const char *line, bool is_terminal)
{
    edgeai_generation result;
    if (!add(self, EDGEAI_ROLE_USER, line)) return EXIT_CODE_MEMORY;
    edgeai_status status = answer(state, self, &result);
    if (status != EDGEAI_OK && status != EDGEAI_E_CANCELLED) {
        int code = exit_with_error(state->program, status);
        /* A message that is too long is no reason to end; what else went wrong is. */
        if (status != EDGEAI_E_LIMIT || !is_terminal) return code;
        drop(self, self->n - 1, 1);
        return -1;
    }
    int code = run_print(state, &result, status);
    if (code != EXIT_CODE_OK && !(status == EDGEAI_E_CANCELLED && is_terminal)) return code;
    /* On a terminal Ctrl-C ends the answer, not the conversation. */
    interrupt_forget();
    return add(self, EDGEAI_ROLE_ASSISTANT, result.text) ? -1 : EXIT_CODE_MEMORY;
}

int run_converse(run_state *state)
{
    history self = {0};
    bool is_terminal = terminal_is(stdin);
    char *line = NULL;
    size_t capacity = 0;
    int code = -1;
    if (state->settings->system) {
        if (!add(&self, EDGEAI_ROLE_SYSTEM, state->settings->system)) code = EXIT_CODE_MEMORY;
        self.n_system = self.n;
    }
    while (code < 0) {
        if (is_terminal) fputs("> ", stderr);
        ssize_t n = getline(&line, &capacity, stdin);
        if (n < 0) {
            code = interrupt_exit_code(); /* 0 at the end of input */
            if (is_terminal) fputc('\n', stderr);
            break;
        }
        if (n > 0 && line[n - 1] == '\n') line[--n] = '\0';
        if (line[strspn(line, " \t\r")] == '\0') continue;
        code = take_turn(state, &self, line, is_terminal);
    }
    if (code == EXIT_CODE_MEMORY) fprintf(stderr, "%s: out of memory\n", state->program);
    free(line);
    drop(&self, 0, self.n);
    free(self.messages);
    return code;
}
