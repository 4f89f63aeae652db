/* SPDX-License-Identifier: MIT */
#ifndef TOOLS_COMMON_STDERR_LOG_H
#define TOOLS_COMMON_STDERR_LOG_H

/* The library's log lines on stderr, and a context's settings from the common options. */

#include <edgeai/context.h>

#include "common/options.h"

/* Threads, ISA level and log of `common` into `settings`; `program` stands in front of lines. */
void log_configure(edgeai_context_options *settings, const char *program,
                   const common_options *common);

#endif
