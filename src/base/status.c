/* SPDX-License-Identifier: MIT */
/* Status names, and the error text of each thread. */

#include "base/fail.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define STRINGIFY(x)          #x
#define VERSION_TEXT(a, b, c) STRINGIFY(a) "." STRINGIFY(b) "." STRINGIFY(c)

static _Thread_local char error_text[EAI_ERROR_BYTES];

static const struct {
    edgeai_status status;
    const char *name, *text;
} statuses[] = {
    {EDGEAI_OK, "EDGEAI_OK", "success"},
    {EDGEAI_E_INVALID, "EDGEAI_E_INVALID", "invalid argument"},
    {EDGEAI_E_MEMORY, "EDGEAI_E_MEMORY", "out of memory"},
    {EDGEAI_E_SHAPE, "EDGEAI_E_SHAPE", "sizes do not fit together"},
    {EDGEAI_E_DTYPE, "EDGEAI_E_DTYPE", "wrong element type"},
    {EDGEAI_E_FORMAT, "EDGEAI_E_FORMAT", "damaged file or wrong format"},
    {EDGEAI_E_VERSION, "EDGEAI_E_VERSION", "unknown format version"},
    {EDGEAI_E_IO, "EDGEAI_E_IO", "input or output failed"},
    {EDGEAI_E_NOT_FOUND, "EDGEAI_E_NOT_FOUND", "not found"},
    {EDGEAI_E_UNSUPPORTED, "EDGEAI_E_UNSUPPORTED", "not supported"},
    {EDGEAI_E_CANCELLED, "EDGEAI_E_CANCELLED", "cancelled"},
    {EDGEAI_E_LIMIT, "EDGEAI_E_LIMIT", "limit exceeded"},
    {EDGEAI_E_INTERNAL, "EDGEAI_E_INTERNAL", "internal error"},
};

#define N_STATUSES (sizeof statuses / sizeof statuses[0])

const char *edgeai_status_name(edgeai_status status)
{
    for (size_t i = 0; i < N_STATUSES; i++)
        if (statuses[i].status == status) return statuses[i].name;
    return "EDGEAI_E_UNKNOWN";
}

const char *edgeai_status_text(edgeai_status status)
{
    for (size_t i = 0; i < N_STATUSES; i++)
        if (statuses[i].status == status) return statuses[i].text;
    return "unknown status";
}

const char *edgeai_last_error(void)
{
    return error_text;
}

const char *edgeai_version(void)
{
    return VERSION_TEXT(EDGEAI_VERSION_MAJOR, EDGEAI_VERSION_MINOR, EDGEAI_VERSION_PATCH);
}

edgeai_status eai_fail(edgeai_status status, const char *format, ...)
{
    char text[EAI_ERROR_BYTES]; /* an argument may be the text before */
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    memcpy(error_text, text, sizeof text);
    return status;
}

edgeai_status eai_fail_within(edgeai_status status, const char *format, ...)
{
    char outer[EAI_ERROR_BYTES], joined[2 * EAI_ERROR_BYTES + 2];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(outer, sizeof outer, format, arguments);
    va_end(arguments);
    snprintf(joined, sizeof joined, "%s: %s", outer, error_text);
    joined[EAI_ERROR_BYTES - 1] = 0;
    memcpy(error_text, joined, EAI_ERROR_BYTES);
    return status;
}

edgeai_status eai_fail_memory(const char *what, unsigned long long bytes)
{
    return eai_fail(EDGEAI_E_MEMORY, "%s: cannot allocate %llu bytes", what, bytes);
}
