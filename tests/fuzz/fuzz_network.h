/* SPDX-License-Identifier: MIT */
#ifndef TESTS_FUZZ_FUZZ_NETWORK_H
#define TESTS_FUZZ_FUZZ_NETWORK_H

/* Opens a network from memory, plans it as the file has it and as it is fast, and runs it if it is
 * small; with an allocator that gives little. Looks for what is left over. */

#include <stdlib.h>
#include <string.h>

#include <edgeai/graph.h>

/* What a session of a hostile network may take; more is an error that it has to bear. */
enum { FUZZ_NETWORK_MEMORY = 16 << 20 };
/* Bytes and multiply-adds of those that are run. */
enum { FUZZ_NETWORK_RUN = 64 << 10, FUZZ_NETWORK_MACS = 1 << 20 };

typedef struct fuzz_network_memory {
    size_t used;
} fuzz_network_memory;

static void *fuzz_network_allocate(void *user, size_t bytes, size_t alignment)
{
    fuzz_network_memory *state = user;
    void *memory = NULL;
    if (bytes > FUZZ_NETWORK_MEMORY - state->used) return NULL;
    if (posix_memalign(&memory, alignment, bytes) != 0) return NULL;
    state->used += bytes;
    return memory;
}

static void fuzz_network_release(void *user, void *memory, size_t bytes)
{
    fuzz_network_memory *state = user;
    state->used -= bytes;
    free(memory);
}

/* Small numbers below and above zero. */
static void fuzz_network_fill(edgeai_session *session, size_t n_inputs)
{
    for (size_t k = 0; k < n_inputs; k++) {
        edgeai_port port;
        void *data;
        size_t n = 1;
        if (edgeai_session_input(session, k, &port, &data) != EDGEAI_OK) abort();
        for (int d = 0; d < port.n_dims; d++)
            n *= (size_t)port.dims[d];
        if (!data || n == 0) continue;
        const size_t n_bytes = edgeai_element_bytes(port.element, n), each = n_bytes / n;
        memset(data, 0, n_bytes);
        for (size_t i = 0; i < n && each > 0; i++) {
            const int64_t number = (int64_t)(i % 5) - 2;
            const float real = (float)number * 0.75f;
            if (port.element == EDGEAI_ELEMENT_F32)
                memcpy((char *)data + i * each, &real, sizeof real);
            else if (port.element != EDGEAI_ELEMENT_BOOL)
                memcpy((char *)data + i * each, &number, each < 8 ? each : 8);
        }
    }
}

/* Whether a run takes little: in bytes and in multiply-adds. */
static int fuzz_network_is_small(const edgeai_session *session)
{
    edgeai_session_memory_info memory;
    double macs = 0;
    edgeai_session_memory(session, &memory);
    for (size_t i = 0; i < edgeai_session_n_steps(session); i++) {
        edgeai_step_info step;
        if (edgeai_session_step(session, i, &step) != EDGEAI_OK) abort();
        macs += step.macs;
    }
    return memory.arena_bytes + memory.weight_bytes + memory.scratch_bytes <= FUZZ_NETWORK_RUN &&
           macs <= FUZZ_NETWORK_MACS;
}

static void fuzz_network_session(const edgeai_graph *graph, bool plain)
{
    edgeai_session *session;
    edgeai_session_options options = EDGEAI_SESSION_OPTIONS_INIT;
    options.plain = plain;
    if (edgeai_session_create(&session, graph, &options) != EDGEAI_OK) {
        if (session || !*edgeai_last_error()) abort();
        return;
    }
    if (fuzz_network_is_small(session)) {
        fuzz_network_fill(session, edgeai_graph_n_inputs(graph));
        if (edgeai_session_run(session) == EDGEAI_OK && edgeai_session_run(session) != EDGEAI_OK)
            abort();
    }
    edgeai_session_free(session);
}

static void fuzz_network(const void *data, size_t n)
{
    static fuzz_network_memory memory;
    static edgeai_context *context;
    if (!context) {
        edgeai_context_options options = EDGEAI_CONTEXT_OPTIONS_INIT;
        options.allocator =
            (edgeai_allocator){&memory, fuzz_network_allocate, fuzz_network_release};
        options.n_threads = 1;
        if (edgeai_context_create(&context, &options) != EDGEAI_OK) abort();
    }
    const size_t before = memory.used;
    edgeai_graph *graph;
    if (edgeai_graph_open_memory(&graph, context, data, n) == EDGEAI_OK) {
        fuzz_network_session(graph, true);
        fuzz_network_session(graph, false);
        edgeai_graph_free(graph);
    } else if (graph || !*edgeai_last_error()) {
        abort();
    }
    if (memory.used != before) abort(); /* a leak */
}

#endif
