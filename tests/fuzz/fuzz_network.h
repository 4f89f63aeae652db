/* SPDX-License-Identifier: MIT */
#ifndef TESTS_FUZZ_FUZZ_NETWORK_H
#define TESTS_FUZZ_FUZZ_NETWORK_H

/* Opens a network from memory and plans it, with an allocator that gives little, and looks for what
 * is left over. */

#include <stdlib.h>

#include <edgeai/graph.h>

/* What a session of a hostile network may take; more is an error that it has to bear. */
enum { FUZZ_NETWORK_MEMORY = 16 << 20 };

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
    edgeai_session *session;
    if (edgeai_graph_open_memory(&graph, context, data, n) == EDGEAI_OK) {
        edgeai_session_options options = EDGEAI_SESSION_OPTIONS_INIT;
        options.plain = true;
        if (edgeai_session_create(&session, graph, &options) == EDGEAI_OK)
            edgeai_session_free(session);
        else if (session || !*edgeai_last_error())
            abort();
        edgeai_graph_free(graph);
    } else if (graph || !*edgeai_last_error()) {
        abort();
    }
    if (memory.used != before) abort(); /* a leak */
}

#endif
