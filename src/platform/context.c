/* SPDX-License-Identifier: MIT */
#include <sched.h>
#include <stdlib.h>
#include <string.h>

#include "base/fail.h"
#include "base/memory.h"
#include "platform/context_internal.h"
#include "platform/cpu.h"
#include "platform/threads.h"

/* CPUs that this process may run on: honours taskset and cgroup sets. */
static int usable_cpus(void)
{
    cpu_set_t set;
    if (sched_getaffinity(0, sizeof set, &set) != 0) return 1;
    int n = CPU_COUNT(&set);
    return n < 1 ? 1 : n > EAI_THREADS_MAX ? EAI_THREADS_MAX : n;
}

static edgeai_status choose_threads(int asked, int *n_threads)
{
    if (asked < 0 || asked > EAI_THREADS_MAX)
        return eai_fail(EDGEAI_E_INVALID, "context: n_threads: expected 0 to %d, found %d",
                        EAI_THREADS_MAX, asked);
    *n_threads = asked;
    if (asked > 0) return EDGEAI_OK;
    const char *variable = getenv("EDGEAI_THREADS");
    if (variable && *variable) {
        char *end;
        long value = strtol(variable, &end, 10);
        if (*end || value < 0 || value > EAI_THREADS_MAX)
            return eai_fail(EDGEAI_E_INVALID, "EDGEAI_THREADS: expected 0 to %d, found \"%.40s\"",
                            EAI_THREADS_MAX, variable);
        *n_threads = (int)value;
    }
    if (*n_threads == 0) *n_threads = usable_cpus();
    return EDGEAI_OK;
}

static edgeai_status choose_cpu(const char *asked, unsigned *cpu)
{
    unsigned detected = eai_cpu_detect();
    if (!asked) asked = getenv("EDGEAI_CPU");
    if (asked && *asked) return eai_cpu_level(asked, detected, cpu);
    *cpu = detected;
    return EDGEAI_OK;
}

/* The caller's struct may be older and shorter than ours. */
static edgeai_status read_options(edgeai_context_options *own, const edgeai_context_options *given)
{
    *own = (edgeai_context_options)EDGEAI_CONTEXT_OPTIONS_INIT;
    if (given) {
        if (given->struct_size < sizeof given->struct_size)
            return eai_fail(EDGEAI_E_INVALID, "context: options: struct_size is not set");
        memcpy(own, given, given->struct_size < sizeof *own ? given->struct_size : sizeof *own);
    }
    if (!own->allocator.allocate != !own->allocator.release)
        return eai_fail(EDGEAI_E_INVALID, "context: allocator: set both functions or none");
    if (own->log_level < EDGEAI_LOG_ERROR || own->log_level > EDGEAI_LOG_DEBUG)
        return eai_fail(EDGEAI_E_INVALID, "context: log_level: expected %d to %d, found %d",
                        EDGEAI_LOG_ERROR, EDGEAI_LOG_DEBUG, (int)own->log_level);
    if (!own->allocator.allocate) own->allocator = eai_default_allocator();
    return EDGEAI_OK;
}

edgeai_status edgeai_context_create(edgeai_context **out, const edgeai_context_options *options)
{
    if (!out) return eai_fail(EDGEAI_E_INVALID, "context: out is NULL");
    *out = NULL;
    edgeai_context_options own;
    int n_threads;
    unsigned cpu;
    EAI_TRY(read_options(&own, options));
    EAI_TRY(choose_threads(own.n_threads, &n_threads));
    EAI_TRY(choose_cpu(own.cpu, &cpu));

    edgeai_context *context = eai_allocate(&own.allocator, sizeof *context, "context");
    if (!context) return EDGEAI_E_MEMORY;
    context->allocator = own.allocator;
    context->log = (eai_log){own.log, own.log_user, own.log_level};
    context->n_threads = n_threads;
    context->cpu = cpu;
    if (n_threads > 1) {
        if (eai_threads_can_start((size_t)n_threads - 1))
            context->pool = pthreadpool_create((size_t)n_threads);
        if (!context->pool) {
            edgeai_context_free(context);
            return eai_fail(EDGEAI_E_MEMORY, "context: cannot start %d threads", n_threads);
        }
    }
    eai_log_line(&context->log, EDGEAI_LOG_DEBUG, "context: %d threads, kernels %s", n_threads,
                 eai_cpu_name(cpu));
    *out = context;
    return EDGEAI_OK;
}

void edgeai_context_free(edgeai_context *context)
{
    if (!context) return;
    if (context->pool) pthreadpool_destroy(context->pool);
    edgeai_allocator allocator = context->allocator;
    eai_release(&allocator, context, sizeof *context);
}

int edgeai_context_threads(const edgeai_context *context)
{
    return context->n_threads;
}

const char *edgeai_context_cpu(const edgeai_context *context)
{
    return eai_cpu_name(context->cpu);
}
