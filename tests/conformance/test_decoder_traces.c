/* SPDX-License-Identifier: MIT */
/*
 * The decoders beside DiCo against a second implementation, make_decoder_traces.py, on rows with
 * and without gaps: every pass's commits.
 */
#include "support/check.h"
#include "support/decode_traces.h"

#define TRACES EDGEAI_TEST_SOURCE "/tests/conformance/decoder_traces.json"

static void every_trace_is_replayed_pass_by_pass(void **state)
{
    (void)state;
    assert_true(decode_traces_replay(TRACES, 24));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_trace_is_replayed_pass_by_pass),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
