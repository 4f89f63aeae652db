/* SPDX-License-Identifier: MIT */
#include "support/check.h"

#include <stdio.h>
#include <string.h>

#include "generate/infill.h"

/* "text|3|text": gaps by their masks. */
static const char *parts_of(const char *text)
{
    static char out[256];
    out[0] = '\0';
    for (const char *at = text; *at;) {
        eai_infill_part part;
        if (eai_infill_next(&at, &part) != EDGEAI_OK) return "invalid";
        char one[64];
        if (part.text)
            snprintf(one, sizeof one, "%.*s|", (int)part.n_bytes, part.text);
        else
            snprintf(one, sizeof one, "%zu|", part.n_masks);
        strcat(out, one);
    }
    return out;
}

static void gaps_are_told_from_text(void **state)
{
    (void)state;
    assert_string_equal(parts_of("The [MASK:8] is red."), "The |8| is red.|");
    assert_string_equal(parts_of("[MASK][MASK:2]"), "1|2|");
    assert_string_equal(parts_of("[MASK:1024]x"), "1024|x|");
    assert_string_equal(parts_of("none"), "none|");
    assert_string_equal(parts_of("[MASK:] [MASK:x] [MASK:1 [mask]"),
                        "[MASK:] [MASK:x] [MASK:1 [mask]|");
    assert_string_equal(parts_of("[[MASK]]"), "[|1|]|");
    assert_string_equal(parts_of(""), "");
}

static void gaps_out_of_range_are_refused(void **state)
{
    (void)state;
    static const char *const texts[] = {"[MASK:0]", "[MASK:1025]", "[MASK:00000]",
                                        "[MASK:99999999999999999999999]"};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        const char *at = texts[i];
        eai_infill_part part;
        assert_fails(eai_infill_next(&at, &part), EDGEAI_E_INVALID);
        assert_error_says("expected 1 to 1024 masks");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(gaps_are_told_from_text),
        cmocka_unit_test(gaps_out_of_range_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
