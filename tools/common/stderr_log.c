/* SPDX-License-Identifier: MIT */
#include "common/stderr_log.h"

#include <stdio.h>
#include <string.h>

#include "common/safe_text.h"

static void print_line(void *user, edgeai_log_level level, const char *line)
{
    static const char *const kinds[] = {"error: ", "warning: ", "", ""};
    flockfile(stderr); /* lines come from any thread */
    fprintf(stderr, "%s: %s", (const char *)user, kinds[level & 3]);
    safe_text_print(stderr, line, strlen(line));
    fputc('\n', stderr);
    funlockfile(stderr);
}

void log_configure(edgeai_context_options *settings, const char *program,
                   const common_options *common)
{
    static const edgeai_log_level levels[] = {EDGEAI_LOG_WARNING, EDGEAI_LOG_INFO,
                                              EDGEAI_LOG_DEBUG};
    settings->log = print_line;
    settings->log_user = (void *)(size_t)program;
    settings->log_level =
        common->quiet ? EDGEAI_LOG_ERROR : levels[common->verbose > 2 ? 2 : common->verbose];
    settings->n_threads = (int)common->n_threads;
    settings->cpu = common->cpu;
}
