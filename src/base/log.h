/* SPDX-License-Identifier: MIT */
#ifndef EAI_BASE_LOG_H
#define EAI_BASE_LOG_H

/* Log lines go to the context's callback; the library itself prints nothing. */

#include <edgeai/context.h>

typedef struct eai_log {
    edgeai_log_callback callback; /* NULL: nothing is logged */
    void *user;
    edgeai_log_level level; /* least important level delivered */
} eai_log;

void eai_log_line(const eai_log *log, edgeai_log_level level, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

#endif
