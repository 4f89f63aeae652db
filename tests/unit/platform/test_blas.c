/* SPDX-License-Identifier: MIT */
#include "platform/blas.h"

#include <stdio.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "support/check.h"

/* In a process of its own: with room for its code but not for a buffer, creating a context fails.
 */
static int create_with_little_memory(void)
{
    char line[256] = "";
    unsigned long pages = 0;
    FILE *file = fopen("/proc/self/statm", "r");
    if (!file || !fgets(line, sizeof line, file) || sscanf(line, "%lu", &pages) != 1) return 3;
    fclose(file);
    struct rlimit limit;
    limit.rlim_cur = limit.rlim_max = pages * (rlim_t)sysconf(_SC_PAGESIZE) + (32u << 20);
    if (setrlimit(RLIMIT_AS, &limit) != 0) return 3;
    edgeai_context *context;
    edgeai_context_options options = EDGEAI_CONTEXT_OPTIONS_INIT;
    options.n_threads = 1;
    edgeai_status status = edgeai_context_create(&context, &options);
    return status == EDGEAI_E_MEMORY && context == NULL ? 0 : 1;
}

static void too_little_memory_is_an_error_not_a_hang(void **state)
{
    (void)state;
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
    print_message("skipped: sanitizers need all of the address space\n");
    skip();
#endif
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        alarm(20); /* what would hang ends as a signal */
        _exit(create_with_little_memory());
    }
    int outcome = -1;
    assert_true(waitpid(child, &outcome, 0) == child);
    assert_true(WIFEXITED(outcome));
    assert_int_equal(WEXITSTATUS(outcome), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(too_little_memory_is_an_error_not_a_hang),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
