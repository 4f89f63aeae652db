/* SPDX-License-Identifier: MIT */
#include <edgeai/spatial_prompt.h>

#include "support/check.h"

static void numbers(void **state)
{
    (void)state;
    static const struct {
        const char *truth, *answer;
        double score;
    } cases[] = {{"2.0", "2.0", 1},   {"2", "about 2.2 meters", 0.8},
                 {"100", "51", 0.1},  {"100", "49", 0},
                 {"100", "150", 0.1}, {"100", "151", 0},
                 {"4", "four", 0},    {"4", "", 0},
                 {"0", "0", 1},       {"0", "1", 0},
                 {"2.5", "-2.5", 0},  {"30.2", "28", 0.9}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_close(edgeai_answer_score(EDGEAI_QUESTION_SIZE, cases[i].truth, cases[i].answer),
                     cases[i].score, 1e-12, 0);
}

static void choices(void **state)
{
    (void)state;
    const edgeai_question_kind kind = EDGEAI_QUESTION_CLOSEST;
    assert_float_equal(edgeai_answer_score(kind, "B", "b. left"), 1, 0);
    assert_float_equal(edgeai_answer_score(kind, "B", " (B) left"), 1, 0);
    assert_float_equal(edgeai_answer_score(kind, "B", "Because"), 0, 0);
    assert_float_equal(edgeai_answer_score(kind, "B", "A"), 0, 0);
    assert_float_equal(edgeai_answer_score(kind, "B", ""), 0, 0);
    assert_float_equal(edgeai_answer_score(kind, "", ""), 0, 0);
    assert_float_equal(edgeai_answer_score(kind, "front-left", "front-right"), 0, 0);
}

static void overall(void **state)
{
    (void)state;
    double sums[EDGEAI_QUESTION_KINDS] = {0};
    size_t counts[EDGEAI_QUESTION_KINDS] = {0};
    assert_float_equal(edgeai_answer_overall(sums, counts), 0, 0);
    counts[EDGEAI_QUESTION_COUNT] = 4;
    sums[EDGEAI_QUESTION_COUNT] = 3; /* 0.75 */
    counts[EDGEAI_QUESTION_DIRECTION_EASY] = 1;
    sums[EDGEAI_QUESTION_DIRECTION_EASY] = 1;
    counts[EDGEAI_QUESTION_DIRECTION_HARD] = 10; /* both levels: 0.5 */
    counts[EDGEAI_QUESTION_UNKNOWN] = 7;
    assert_close(edgeai_answer_overall(sums, counts), 0.625, 1e-12, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(numbers), cmocka_unit_test(choices),
                                       cmocka_unit_test(overall)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
