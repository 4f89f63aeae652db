/* SPDX-License-Identifier: MIT */
#include "base/log.h"

#include <stdarg.h>
#include <stdio.h>

void eai_log_line(const eai_log *log, edgeai_log_level level, const char *format, ...)
{
    if (!log->callback || level > log->level) return;
    char line[1024];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(line, sizeof line, format, arguments);
    va_end(arguments);
    log->callback(log->user, level, line);
}
