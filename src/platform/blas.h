/* SPDX-License-Identifier: MIT */
#ifndef EAI_PLATFORM_BLAS_H
#define EAI_PLATFORM_BLAS_H

/* OpenBLAS made safe to call from the context's threads. */

#include <edgeai/context.h>

/*
 * Sets OpenBLAS to one thread a call and lets it take the working memory of every thread of the
 * context now, after checking that there is so much: OpenBLAS 0.3 tries for ever to map a buffer
 * that it cannot get, so without this a process under a memory limit would hang in its first
 * product instead of failing. EDGEAI_E_MEMORY says how much was asked for.
 */
edgeai_status eai_blas_prepare(const edgeai_context *context);

#endif
