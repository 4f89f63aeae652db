/* SPDX-License-Identifier: MIT */
#ifndef EDGEAI_CONTEXT_H
#define EDGEAI_CONTEXT_H

/**
 * @file context.h
 * What everything else runs in: allocator, log callback, threads and the kernels' ISA level.
 *
 * The library has no globals of its own and changes none of other libraries.
 */

#include <stddef.h>

#include <edgeai/status.h>

#ifdef __cplusplus
extern "C" {
#endif

/** Where memory comes from. All three members are set, or all are NULL for the C library's. */
typedef struct edgeai_allocator {
    void *user; /**< Handed to both functions. */
    /** Returns `bytes` (> 0) of memory aligned to `alignment` (a power of two >= 8), or NULL. */
    void *(*allocate)(void *user, size_t bytes, size_t alignment);
    /** Takes back what `allocate` returned for the same `bytes`; never called with NULL. */
    void (*release)(void *user, void *memory, size_t bytes);
} edgeai_allocator;

/** How much a log line matters. */
typedef enum edgeai_log_level {
    EDGEAI_LOG_ERROR = 0,
    EDGEAI_LOG_WARNING = 1,
    EDGEAI_LOG_INFO = 2,
    EDGEAI_LOG_DEBUG = 3
} edgeai_log_level;

/** Receives one line, without newline, valid during the call. May be called from any thread. */
typedef void (*edgeai_log_callback)(void *user, edgeai_log_level level, const char *line);

/** Settings of a context; all zero is the default for each. */
typedef struct edgeai_context_options {
    size_t struct_size;         /**< sizeof(edgeai_context_options). */
    edgeai_allocator allocator; /**< Zero: aligned_alloc and free. */
    edgeai_log_callback log;    /**< NULL: nothing is logged. */
    void *log_user;             /**< Handed to `log`. */
    edgeai_log_level log_level; /**< The least important level delivered; 0: errors only. */
    int n_threads;   /**< 1 to 256; 0: EDGEAI_THREADS, else the CPUs this process may use. */
    const char *cpu; /**< "ref", "avx2", "neon", "dotprod": the highest ISA level to use;
                          NULL: EDGEAI_CPU, else the best this CPU has. */
} edgeai_context_options;

/** Initializer with every field at its default. */
#define EDGEAI_CONTEXT_OPTIONS_INIT EDGEAI_SIZED_INIT(edgeai_context_options)

/** Allocator, log, threads and ISA level. Opaque. */
typedef struct edgeai_context edgeai_context;

/**
 * Creates a context and starts its threads.
 *
 * @param[out] out     The context; yours, free with edgeai_context_free(). NULL on failure.
 * @param[in]  options NULL for all defaults.
 * @return EDGEAI_OK; EDGEAI_E_INVALID (a field outside its range, an unknown `cpu` or a value of
 *         EDGEAI_THREADS or EDGEAI_CPU that is not one); EDGEAI_E_UNSUPPORTED (`cpu` asks for a
 * level that this machine lacks); EDGEAI_E_MEMORY. Threads: safe. The context must outlive all that
 * is created in it; it may be shared by threads, except that its thread pool runs one call at a
 * time (further calls wait).
 */
EDGEAI_API edgeai_status edgeai_context_create(edgeai_context **out,
                                               const edgeai_context_options *options);

/**
 * Stops the threads and frees the context.
 * @param context NULL is fine. Nothing created in it may still exist.
 */
EDGEAI_API void edgeai_context_free(edgeai_context *context);

/**
 * The number of threads that work in parallel.
 * @param context Not NULL.
 * @return 1 to 256.
 * Threads: safe.
 */
EDGEAI_API int edgeai_context_threads(const edgeai_context *context);

/**
 * The ISA level in use.
 * @param context Not NULL.
 * @return "ref", "avx2", "neon" or "dotprod"; a static string.
 * Threads: safe.
 */
EDGEAI_API const char *edgeai_context_cpu(const edgeai_context *context);

#ifdef __cplusplus
}
#endif
#endif
