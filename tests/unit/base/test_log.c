/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <string.h>

#include "base/log.h"
#include "support/check.h"

typedef struct heard {
    int n_lines;
    edgeai_log_level level;
    char line[2048];
} heard;

static void listen(void *user, edgeai_log_level level, const char *line)
{
    heard *all = user;
    all->n_lines++;
    all->level = level;
    snprintf(all->line, sizeof all->line, "%s", line);
}

static void lines_up_to_the_level_are_delivered(void **state)
{
    (void)state;
    heard all = {0};
    eai_log log = {listen, &all, EDGEAI_LOG_WARNING};
    eai_log_line(&log, EDGEAI_LOG_INFO, "quiet");
    assert_int_equal(all.n_lines, 0);
    eai_log_line(&log, EDGEAI_LOG_WARNING, "unknown name \"%s\"", "x");
    assert_int_equal(all.n_lines, 1);
    assert_int_equal(all.level, EDGEAI_LOG_WARNING);
    assert_string_equal(all.line, "unknown name \"x\"");
    eai_log_line(&log, EDGEAI_LOG_ERROR, "bad");
    assert_int_equal(all.n_lines, 2);
}

static void no_callback_is_silence(void **state)
{
    (void)state;
    eai_log log = {NULL, NULL, EDGEAI_LOG_DEBUG};
    eai_log_line(&log, EDGEAI_LOG_ERROR, "nobody hears %d", 1);
}

static void long_lines_are_cut(void **state)
{
    (void)state;
    heard all = {0};
    eai_log log = {listen, &all, EDGEAI_LOG_DEBUG};
    char text[1500];
    memset(text, 'x', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    eai_log_line(&log, EDGEAI_LOG_DEBUG, "%s", text);
    assert_int_equal(strlen(all.line), 1023);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines_up_to_the_level_are_delivered),
        cmocka_unit_test(no_callback_is_silence),
        cmocka_unit_test(long_lines_are_cut),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
