/* SPDX-License-Identifier: MIT */
/* DiCo against recorded runs of the published algorithm: every pass's phase and commits. */
#include "support/check.h"
#include "support/decode_traces.h"

#define TRACES EDGEAI_TEST_DATA "/dico/traces.json"

static void every_trace_is_replayed_pass_by_pass(void **state)
{
    (void)state;
    if (decode_traces_replay(TRACES, 16)) return;
    print_message("no %s: nothing to replay\n", TRACES);
    skip();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_trace_is_replayed_pass_by_pass),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
