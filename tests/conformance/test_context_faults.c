/* SPDX-License-Identifier: MIT */
/* Each allocation of creating a context fails once, those of the thread pool and the C library
 * included: an error every time, and nothing is lost. */
#include <stdlib.h>
#include <string.h>

#include <edgeai/context.h>

#include "base/json.h"
#include "support/check.h"
#include "support/malloc_fault.h"

static edgeai_status create_and_free(int n_threads)
{
    edgeai_context_options options = EDGEAI_CONTEXT_OPTIONS_INIT;
    options.n_threads = n_threads;
    edgeai_context *context = NULL;
    edgeai_status status = edgeai_context_create(&context, &options);
    if (status == EDGEAI_OK)
        edgeai_context_free(context);
    else
        assert_null(context);
    return status;
}

static void the_interposer_counts_and_fails(void **state)
{
    (void)state;
    long before = malloc_fault_n_live();
    malloc_fault_arm(1);
    char *first = malloc(10), *second = malloc(10), *third = calloc(2, 5);
    malloc_fault_disarm();
    assert_non_null(first);
    assert_null(second);
    assert_non_null(third);
    assert_true(malloc_fault_happened());
    assert_int_equal(malloc_fault_n_calls(), 3);
    assert_int_equal(malloc_fault_n_live() - before, 2);
    first = realloc(first, 1000);
    free(first);
    free(third);
    assert_int_equal(malloc_fault_n_live(), before);
}

static void context_survives_every_failed_allocation(void **state)
{
    (void)state;
    int n_threads_most = MALLOC_FAULT_MAY_START_THREADS ? 3 : 1;
    for (int n_threads = 1; n_threads <= n_threads_most; n_threads += 2) {
        assert_ok(create_and_free(n_threads)); /* what the libraries keep for ever is there now */
        long before = malloc_fault_n_live();
        size_t fail_at = 0;
        for (;; fail_at++) {
            malloc_fault_arm(fail_at);
            edgeai_status status = create_and_free(n_threads);
            malloc_fault_disarm();
            assert_int_equal(malloc_fault_n_live(), before);
            if (!malloc_fault_happened()) break;
            assert_int_equal(status, EDGEAI_E_MEMORY);
        }
        assert_true(fail_at >= (size_t)(n_threads > 1 ? 2 : 1));
    }
}

static void json_tells_memory_from_damage(void **state)
{
    (void)state;
    static const char text[] = "{\"a\": [1, \"two\", {\"b\": null}]}";
    cJSON *root;
    long before = malloc_fault_n_live();
    for (size_t fail_at = 0;; fail_at++) {
        malloc_fault_arm(fail_at);
        edgeai_status status = eai_json_parse(&root, text, strlen(text), "text");
        malloc_fault_disarm();
        cJSON_Delete(root);
        assert_int_equal(malloc_fault_n_live(), before);
        if (!malloc_fault_happened()) {
            assert_int_equal(status, EDGEAI_OK);
            assert_true(fail_at >= 5);
            break;
        }
        assert_int_equal(status, EDGEAI_E_MEMORY);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_interposer_counts_and_fails),
        cmocka_unit_test(context_survives_every_failed_allocation),
        cmocka_unit_test(json_tells_memory_from_damage),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
