/* SPDX-License-Identifier: MIT */
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <edgeai/context.h>

#include "platform/context_internal.h"
#include "support/check.h"
#include "support/failing_allocator.h"

/* Each test starts without the variables, whatever environment it runs in. */
static int forget_variables(void **state)
{
    (void)state;
    unsetenv("EDGEAI_THREADS");
    unsetenv("EDGEAI_CPU");
    return 0;
}

static int threads_of(int asked)
{
    edgeai_context_options options = EDGEAI_CONTEXT_OPTIONS_INIT;
    options.n_threads = asked;
    edgeai_context *context;
    assert_ok(edgeai_context_create(&context, &options));
    int n = edgeai_context_threads(context);
    edgeai_context_free(context);
    return n;
}

static void defaults_use_the_cpus_of_this_process(void **state)
{
    (void)state;
    cpu_set_t set;
    assert_int_equal(sched_getaffinity(0, sizeof set, &set), 0);
    edgeai_context *context;
    assert_ok(edgeai_context_create(&context, NULL));
    assert_int_equal(edgeai_context_threads(context), CPU_COUNT(&set));
    edgeai_context_free(context);
    edgeai_context_free(NULL);
}

static void options_beat_environment_beats_default(void **state)
{
    (void)state;
    setenv("EDGEAI_THREADS", "3", 1);
    assert_int_equal(threads_of(0), 3);
    assert_int_equal(threads_of(2), 2);
    setenv("EDGEAI_THREADS", "", 1);
    assert_int_equal(threads_of(1), 1);
    assert_true(threads_of(0) >= 1);
    setenv("EDGEAI_THREADS", "0", 1);
    assert_true(threads_of(0) >= 1);
}

static void bad_thread_counts_are_refused(void **state)
{
    (void)state;
    static const int counts[] = {-1, 257, 1 << 30};
    edgeai_context_options options = EDGEAI_CONTEXT_OPTIONS_INIT;
    edgeai_context *context = (edgeai_context *)1;
    for (size_t i = 0; i < 3; i++) {
        options.n_threads = counts[i];
        assert_fails(edgeai_context_create(&context, &options), EDGEAI_E_INVALID);
        assert_error_says("n_threads: expected 0 to 256");
        assert_null(context);
    }
    options.n_threads = 0;
    static const char *const texts[] = {"two",  "-1",  "257", "4 ", " ", "99999999999999999999",
                                        "0x10", "1.5", "4,"};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        setenv("EDGEAI_THREADS", texts[i], 1);
        assert_fails(edgeai_context_create(&context, &options), EDGEAI_E_INVALID);
        assert_error_says("EDGEAI_THREADS: expected 0 to 256");
        assert_error_says(texts[i]);
    }
}

static void cpu_level_is_chosen_by_option_then_environment(void **state)
{
    (void)state;
    edgeai_context_options options = EDGEAI_CONTEXT_OPTIONS_INIT;
    edgeai_context *context;
    options.n_threads = 1;
    setenv("EDGEAI_CPU", "ref", 1);
    assert_ok(edgeai_context_create(&context, &options));
    assert_string_equal(edgeai_context_cpu(context), "ref");
    edgeai_context_free(context);

    setenv("EDGEAI_CPU", "turbo", 1);
    assert_fails(edgeai_context_create(&context, &options), EDGEAI_E_INVALID);
    assert_error_says("turbo");
    options.cpu = "ref";
    assert_ok(edgeai_context_create(&context, &options));
    edgeai_context_free(context);

    options.cpu = "fast";
    assert_fails(edgeai_context_create(&context, &options), EDGEAI_E_INVALID);
    assert_error_says("fast");
#if defined(__x86_64__)
    options.cpu = "neon";
    assert_fails(edgeai_context_create(&context, &options), EDGEAI_E_UNSUPPORTED);
#elif defined(__aarch64__)
    options.cpu = "avx2";
    assert_fails(edgeai_context_create(&context, &options), EDGEAI_E_UNSUPPORTED);
#endif
}

static void bad_options_are_refused(void **state)
{
    (void)state;
    assert_fails(edgeai_context_create(NULL, NULL), EDGEAI_E_INVALID);
    edgeai_context *context;
    edgeai_context_options options = EDGEAI_CONTEXT_OPTIONS_INIT;
    options.struct_size = 0;
    assert_fails(edgeai_context_create(&context, &options), EDGEAI_E_INVALID);
    assert_error_says("struct_size");

    failing_allocator counter = {.fail_at = SIZE_MAX};
    options = (edgeai_context_options)EDGEAI_CONTEXT_OPTIONS_INIT;
    options.allocator = failing_allocator_make(&counter);
    options.allocator.release = NULL;
    assert_fails(edgeai_context_create(&context, &options), EDGEAI_E_INVALID);
    assert_error_says("allocator");

    options = (edgeai_context_options)EDGEAI_CONTEXT_OPTIONS_INIT;
    options.log_level = (edgeai_log_level)4;
    assert_fails(edgeai_context_create(&context, &options), EDGEAI_E_INVALID);
    assert_error_says("log_level: expected 0 to 3, found 4");
    options.log_level = (edgeai_log_level)-1;
    assert_fails(edgeai_context_create(&context, &options), EDGEAI_E_INVALID);
}

/* A program built against an older header has a shorter struct; the rest are defaults. */
static void shorter_structs_of_older_callers_are_read(void **state)
{
    (void)state;
    edgeai_context_options options = EDGEAI_CONTEXT_OPTIONS_INIT;
    options.struct_size = offsetof(edgeai_context_options, cpu);
    options.n_threads = 2;
    options.cpu = (const char *)1; /* behind struct_size: must not be read */
    edgeai_context *context;
    assert_ok(edgeai_context_create(&context, &options));
    assert_int_equal(edgeai_context_threads(context), 2);
    edgeai_context_free(context);
}

static void longer_structs_of_newer_callers_are_read(void **state)
{
    (void)state;
    struct {
        edgeai_context_options known;
        int unknown[8];
    } options = {EDGEAI_CONTEXT_OPTIONS_INIT, {0}};
    options.known.struct_size = sizeof options;
    options.known.n_threads = 2;
    edgeai_context *context;
    assert_ok(edgeai_context_create(&context, &options.known));
    assert_int_equal(edgeai_context_threads(context), 2);
    edgeai_context_free(context);
}

static void memory_comes_from_the_given_allocator(void **state)
{
    (void)state;
    failing_allocator counter = {.fail_at = SIZE_MAX};
    edgeai_context_options options = EDGEAI_CONTEXT_OPTIONS_INIT;
    options.n_threads = 2;
    options.allocator = failing_allocator_make(&counter);
    edgeai_context *context;
    assert_ok(edgeai_context_create(&context, &options));
    assert_true(counter.n_live > 0);
    edgeai_context_free(context);
    assert_int_equal(counter.n_live, 0);

    for (size_t n = counter.n_allocations, fail_at = 0; fail_at < n; fail_at++) {
        counter = (failing_allocator){.fail_at = fail_at};
        assert_fails(edgeai_context_create(&context, &options), EDGEAI_E_MEMORY);
        assert_null(context);
        assert_int_equal(counter.n_live, 0);
    }
}

static void count_line(void *user, edgeai_log_level level, const char *line)
{
    assert_int_equal(level, EDGEAI_LOG_DEBUG);
    assert_non_null(strstr(line, "kernels ref"));
    ++*(int *)user;
}

static void log_goes_to_the_callback(void **state)
{
    (void)state;
    int n_lines = 0;
    edgeai_context_options options = EDGEAI_CONTEXT_OPTIONS_INIT;
    options.n_threads = 1;
    options.cpu = "ref";
    options.log = count_line;
    options.log_user = &n_lines;
    edgeai_context *context;
    assert_ok(edgeai_context_create(&context, &options));
    edgeai_context_free(context);
    assert_int_equal(n_lines, 0);
    options.log_level = EDGEAI_LOG_DEBUG;
    assert_ok(edgeai_context_create(&context, &options));
    edgeai_context_free(context);
    assert_int_equal(n_lines, 1);
}

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define CAN_LIMIT_ADDRESSES 0 /* sanitizers reserve terabytes of them */
#else
#define CAN_LIMIT_ADDRESSES 1
#endif

/* 255 stacks do not fit: an error comes back, and soon; a child process, for the limit stays. */
static void threads_that_cannot_start_are_an_error(void **state)
{
    (void)state;
    if (!CAN_LIMIT_ADDRESSES) skip();
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        alarm(20);
        struct rlimit limit = {(rlim_t)1 << 30, (rlim_t)1 << 30};
        edgeai_context_options options = EDGEAI_CONTEXT_OPTIONS_INIT;
        options.n_threads = 256;
        edgeai_context *context = NULL;
        if (setrlimit(RLIMIT_AS, &limit) != 0) _exit(2);
        edgeai_status status = edgeai_context_create(&context, &options);
        _exit(status == EDGEAI_E_MEMORY && strstr(edgeai_last_error(), "256 threads") ? 0 : 1);
    }
    int status = -1;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(defaults_use_the_cpus_of_this_process, forget_variables),
        cmocka_unit_test_setup(options_beat_environment_beats_default, forget_variables),
        cmocka_unit_test_setup(bad_thread_counts_are_refused, forget_variables),
        cmocka_unit_test_setup(cpu_level_is_chosen_by_option_then_environment, forget_variables),
        cmocka_unit_test_setup(bad_options_are_refused, forget_variables),
        cmocka_unit_test_setup(shorter_structs_of_older_callers_are_read, forget_variables),
        cmocka_unit_test_setup(longer_structs_of_newer_callers_are_read, forget_variables),
        cmocka_unit_test_setup(memory_comes_from_the_given_allocator, forget_variables),
        cmocka_unit_test_setup(threads_that_cannot_start_are_an_error, forget_variables),
        cmocka_unit_test_setup(log_goes_to_the_callback, forget_variables),
    };
    return cmocka_run_group_tests(tests, forget_variables, forget_variables);
}
