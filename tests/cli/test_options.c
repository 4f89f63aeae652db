/* SPDX-License-Identifier: MIT */
#include "support/check.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/exit_code.h"
#include "common/options.h"

static bool flag;
static int count, choice;
static int64_t number;
static double real;
static const char *text;
static option_texts texts;

static const char *const colours[] = {"red", "green", "blue", NULL};

static const tool_option table[] = {
    {OPTION_GROUP, .help = "Things"},
    {OPTION_FLAG, "flag", 'f', &flag, .help = "A flag."},
    {OPTION_COUNT, "count", 'c', &count, .help = "Counts."},
    {OPTION_INTEGER, "number", 'n', &number, .min = -5, .max = 100, .argument = "N", .preset = "7",
     .environment = "EDGEAI_TEST_NUMBER", .help = "A number."},
    {OPTION_REAL, "real", .target = &real, .min = 0, .max = 1, .argument = "X", .preset = "0.5",
     .help = "A fraction."},
    {OPTION_TEXT, "text", 't', &text, .argument = "TEXT", .help = "A text."},
    {OPTION_TEXTS, "stop", .target = &texts, .argument = "TEXT", .help = "Texts."},
    {OPTION_CHOICE, "colour", .target = &choice, .argument = "NAME", .preset = "green",
     .choices = colours, .bare = "blue", .help = "A colour."},
};

static const tool_program self = {
    .name = "program",
    .synopsis = "[OPTION]... [FILE]",
    .summary = "Does things.",
    .options = table,
    .n_options = sizeof table / sizeof table[0],
    .n_operands_max = 1,
};

/* Both streams of the parser end up here. */
static char said[8192];

static int parse(int *first, const char *line)
{
    char words[256], *argv[32] = {"program"}, *rest = NULL;
    int argc = 1, ignored;
    flag = false;
    count = 0;
    text = NULL;
    texts.n = 0;
    snprintf(words, sizeof words, "%s", line);
    for (char *word = strtok_r(words, " ", &rest); word; word = strtok_r(NULL, " ", &rest))
        argv[argc++] = strdup(word);

    fflush(stdout);
    fflush(stderr);
    FILE *sink = tmpfile();
    int out = dup(1), err = dup(2);
    dup2(fileno(sink), 1);
    dup2(fileno(sink), 2);
    int code = options_parse(&self, argc, argv, first ? first : &ignored);
    fflush(stdout);
    fflush(stderr);
    dup2(out, 1);
    dup2(err, 2);
    close(out);
    close(err);
    rewind(sink);
    said[fread(said, 1, sizeof said - 1, sink)] = '\0';
    fclose(sink);
    static char kept[64]; /* texts point into argv */
    if (text) {
        snprintf(kept, sizeof kept, "%s", text);
        text = kept;
    }
    for (int i = 1; i < argc; i++)
        free(argv[i]);
    return code;
}

static void says(const char *part)
{
    if (!strstr(said, part)) fail_msg("expected \"%s\" in:\n%s", part, said);
}

static void defaults_are_set(void **state)
{
    (void)state;
    assert_int_equal(parse(NULL, ""), -1);
    assert_int_equal(number, 7);
    assert_close(real, 0.5, 0, 0);
    assert_int_equal(choice, 1);
    assert_false(flag);
    assert_null(text);
    assert_string_equal(said, "");
}

static void every_kind_is_read(void **state)
{
    (void)state;
    assert_int_equal(parse(NULL, "-f -cc -n -5 --real=1 --text hello --stop a --stop b"), -1);
    assert_true(flag);
    assert_int_equal(count, 2);
    assert_int_equal(number, -5);
    assert_close(real, 1, 0, 0);
    assert_string_equal(text, "hello");
    assert_int_equal(texts.n, 2);
}

static void a_choice_may_be_bare(void **state)
{
    (void)state;
    int first;
    assert_int_equal(parse(NULL, "--colour"), -1);
    assert_int_equal(choice, 2);
    assert_int_equal(parse(NULL, "--colour=red"), -1);
    assert_int_equal(choice, 0);
    assert_int_equal(parse(&first, "--colour red file"), -1);
    assert_int_equal(choice, 0);
    assert_int_equal(first, 3);
    /* What is no choice is no value of it. */
    assert_int_equal(parse(&first, "--colour file"), -1);
    assert_int_equal(choice, 2);
    assert_int_equal(first, 2);
}

static void flag_beats_environment_beats_default(void **state)
{
    (void)state;
    setenv("EDGEAI_TEST_NUMBER", "11", 1);
    assert_int_equal(parse(NULL, ""), -1);
    assert_int_equal(number, 11);
    assert_int_equal(parse(NULL, "-n 12"), -1);
    assert_int_equal(number, 12);
    setenv("EDGEAI_TEST_NUMBER", "many", 1);
    assert_int_equal(parse(NULL, ""), EXIT_CODE_USAGE);
    says("EDGEAI_TEST_NUMBER: expected a whole number from -5 to 100, found 'many'");
    assert_int_equal(parse(NULL, "--help"), EXIT_CODE_OK);
    setenv("EDGEAI_TEST_NUMBER", "", 1);
    assert_int_equal(parse(NULL, ""), -1);
    assert_int_equal(number, 7);
    unsetenv("EDGEAI_TEST_NUMBER");
}

static void wrong_values_are_named(void **state)
{
    (void)state;
    static const struct {
        const char *line, *says;
    } cases[] = {
        {"-n 101", "--number: expected a whole number from -5 to 100, found '101'"},
        {"-n 3x", "found '3x'"},
        {"-n 99999999999999999999", "--number: expected"},
        {"--real 1.01", "--real: expected a number from 0 to 1, found '1.01'"},
        {"--real nan", "found 'nan'"},
        {"--colour=pink", "--colour: expected one of red, green, blue, found 'pink'"},
        {"--text", "option '--text' needs a value"},
        {"-n", "option '-n' needs a value"},
        {"--flag=1", "option '--flag=1' takes no value"},
        {"--help=1", "option '--help=1' takes no value"},
        {"--numbr 3", "unknown option '--numbr'; did you mean '--number'?"},
        {"--xyzzy", "unknown option '--xyzzy'\n"},
        {"-z", "unknown option '-z'\n"},
        {"a b", "unexpected 'b'"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        assert_int_equal(parse(NULL, cases[i].line), EXIT_CODE_USAGE);
        says(cases[i].says);
        says("Try 'program --help'.");
    }
}

static void operands_may_stand_anywhere(void **state)
{
    (void)state;
    int first;
    assert_int_equal(parse(&first, "file -f"), -1);
    assert_int_equal(first, 2);
    assert_true(flag);
    assert_int_equal(parse(&first, "-- -f"), -1);
    assert_int_equal(first, 2);
    assert_false(flag);
}

static void help_comes_from_the_table(void **state)
{
    (void)state;
    assert_int_equal(parse(NULL, "--help"), EXIT_CODE_OK);
    says("Usage: program [OPTION]... [FILE]\nDoes things.\n\nThings:\n  -f, --flag");
    says("  -n, --number N            A number. [7] (EDGEAI_TEST_NUMBER)\n");
    says("      --colour[=NAME]       A colour. One of red, green, blue. [green]\n");
    says("  -V, --version             Print the version and exit.\n");
}

static void version_is_the_librarys(void **state)
{
    (void)state;
    assert_int_equal(parse(NULL, "-V"), EXIT_CODE_OK);
    assert_string_equal(said, "program 0.1.0\n");
}

static void man_page_list_comes_from_the_table(void **state)
{
    (void)state;
    assert_int_equal(parse(NULL, "--help-scdoc"), EXIT_CODE_OK);
    says("*-n*, *--number* _N_\n\tA number. [7] (EDGEAI\\_TEST\\_NUMBER)\n\n");
    says("*--colour*[=_NAME_]\n");
}

static void completion_comes_from_the_table(void **state)
{
    (void)state;
    assert_int_equal(parse(NULL, "--completion-bash"), EXIT_CODE_OK);
    says("--colour) COMPREPLY=($(compgen -W 'red green blue' -- \"$word\"))");
    says("'--flag --count --number --real --text --stop --colour --help --version'");
    says("complete -o filenames -F _program program\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(defaults_are_set),
        cmocka_unit_test(every_kind_is_read),
        cmocka_unit_test(a_choice_may_be_bare),
        cmocka_unit_test(flag_beats_environment_beats_default),
        cmocka_unit_test(wrong_values_are_named),
        cmocka_unit_test(operands_may_stand_anywhere),
        cmocka_unit_test(help_comes_from_the_table),
        cmocka_unit_test(version_is_the_librarys),
        cmocka_unit_test(man_page_list_comes_from_the_table),
        cmocka_unit_test(completion_comes_from_the_table),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
