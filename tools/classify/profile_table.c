/* SPDX-License-Identifier: MIT */
#include <math.h>
#include <stdio.h>

#include "classify/classify.h"

static const report_column columns[] = {
    {"Node", "name", REPORT_TEXT},
    {"Operator", "op", REPORT_TEXT},
    {"Method", "method", REPORT_TEXT},
    {"Output", "output", REPORT_TEXT},
    {"MMAC", "mmacs", 3},
    {"ms", "ms", 4},
    {"Share %", "share_percent", 1},
};

static void add_output(report *table, const edgeai_port *port)
{
    char text[200];
    int n = snprintf(text, sizeof text, "%s ", edgeai_element_name(port->element));
    for (int i = 0; i < port->n_dims && n < (int)sizeof text - 24; i++)
        n += snprintf(text + n, sizeof text - (size_t)n, i ? " x %lld" : "%lld",
                      (long long)port->dims[i]);
    report_text(table, text);
}

bool profile_table(report *table, const edgeai_session *session)
{
    const size_t n = edgeai_session_n_steps(session);
    edgeai_step_info info;
    double total = 0;
    report_begin(table, columns, sizeof columns / sizeof columns[0]);
    for (size_t i = 0; i < n; i++) {
        if (edgeai_session_step(session, i, &info) != EDGEAI_OK) return false;
        total += info.ms;
    }
    for (size_t i = 0; i < n; i++) {
        if (edgeai_session_step(session, i, &info) != EDGEAI_OK) return false;
        report_text(table, info.name);
        report_text(table, info.op);
        report_text(table, info.method);
        add_output(table, &info.output);
        report_number(table, info.macs > 0 ? 1e-6 * info.macs : NAN);
        report_number(table, info.n_runs ? info.ms / (double)info.n_runs : NAN);
        report_number(table, total > 0 ? 100 * info.ms / total : NAN);
    }
    return true;
}
