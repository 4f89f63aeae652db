/* SPDX-License-Identifier: MIT */
#include "common/options.h"

#include <errno.h>
#include <getopt.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <edgeai/status.h>

#include "common/exit_code.h"
#include "common/terminal.h"

/* What getopt_long returns for entry i is BASE + i, clear of all letters. */
enum { BASE = 1000, HELP = 'h', VERSION = 'V', SCDOC = 2000, COMPLETION = 2001 };

#define TABLE_MAX 128

int options_usage_error(const tool_program *self, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    fprintf(stderr, "%s: ", self->name);
    vfprintf(stderr, format, arguments);
    fprintf(stderr, "\nTry '%s --help'.\n", self->name);
    va_end(arguments);
    return EXIT_CODE_USAGE;
}

/* A value's complaint; `source` is "--name" or the variable. */
static int refuse(const tool_program *self, const char *source, const char *expected,
                  const char *value)
{
    return options_usage_error(self, "%s: expected %s, found '%s'", source, expected, value);
}

static int set_integer(const tool_program *self, const tool_option *entry, const char *source,
                       const char *value)
{
    char expected[96], *end;
    errno = 0;
    long long number = strtoll(value, &end, 10);
    if (end == value || *end || errno || (double)number < entry->min ||
        (double)number > entry->max) {
        snprintf(expected, sizeof expected, "a whole number from %.0f to %.0f", entry->min,
                 entry->max);
        return refuse(self, source, expected, value);
    }
    if (entry->kind == OPTION_INT)
        *(int *)entry->target = (int)number;
    else
        *(int64_t *)entry->target = number;
    return -1;
}

static int set_real(const tool_program *self, const tool_option *entry, const char *source,
                    const char *value)
{
    char expected[96], *end;
    double number = strtod(value, &end);
    if (end == value || *end || !isfinite(number) || number < entry->min || number > entry->max) {
        snprintf(expected, sizeof expected, "a number from %g to %g", entry->min, entry->max);
        return refuse(self, source, expected, value);
    }
    *(double *)entry->target = number;
    return -1;
}

static int set_choice(const tool_program *self, const tool_option *entry, const char *source,
                      const char *value)
{
    char expected[256] = "one of";
    for (int i = 0; entry->choices[i]; i++) {
        if (strcmp(entry->choices[i], value) == 0) {
            *(int *)entry->target = i;
            return -1;
        }
        size_t used = strlen(expected);
        snprintf(expected + used, sizeof expected - used, "%s %s", i ? "," : "", entry->choices[i]);
    }
    return refuse(self, source, expected, value);
}

static int set_value(const tool_program *self, const tool_option *entry, const char *source,
                     const char *value)
{
    switch (entry->kind) {
    case OPTION_FLAG:
        *(bool *)entry->target = true;
        return -1;
    case OPTION_COUNT:
        ++*(int *)entry->target;
        return -1;
    case OPTION_INTEGER:
    case OPTION_INT:
        return set_integer(self, entry, source, value);
    case OPTION_REAL:
        return set_real(self, entry, source, value);
    case OPTION_CHOICE:
        return set_choice(self, entry, source, value);
    case OPTION_TEXT:
        *(const char **)entry->target = value;
        return -1;
    case OPTION_TEXTS: {
        option_texts *texts = entry->target;
        if (texts->n == OPTION_TEXTS_MAX)
            return options_usage_error(self, "%s: at most %d times", source, OPTION_TEXTS_MAX);
        texts->texts[texts->n++] = value;
        return -1;
    }
    case OPTION_GROUP:
        break;
    }
    return -1;
}

/* Defaults, then the environment over them; an empty variable counts as not set. */
static int set_defaults(const tool_program *self)
{
    for (size_t i = 0; i < self->n_options; i++) {
        const tool_option *entry = &self->options[i];
        const char *value = entry->environment ? getenv(entry->environment) : NULL;
        int code = -1;
        if (value && *value)
            code = set_value(self, entry, entry->environment, value);
        else if (entry->preset)
            code = set_value(self, entry, entry->name, entry->preset);
        if (code >= 0) return code;
    }
    return -1;
}

static int takes_argument(const tool_option *entry)
{
    if (entry->kind == OPTION_FLAG || entry->kind == OPTION_COUNT) return no_argument;
    return entry->bare ? optional_argument : required_argument;
}

/* getopt's two forms of the table. */
static void fill_getopt(const tool_program *self, struct option *longs, char *letters)
{
    size_t n = 0;
    *letters++ = ':'; /* a missing argument is told apart from an unknown option */
    for (size_t i = 0; i < self->n_options && n < TABLE_MAX; i++) {
        const tool_option *entry = &self->options[i];
        if (entry->kind == OPTION_GROUP) continue;
        longs[n++] = (struct option){entry->name, takes_argument(entry), NULL, BASE + (int)i};
        if (!entry->letter) continue;
        *letters++ = entry->letter;
        if (takes_argument(entry) == required_argument) *letters++ = ':';
    }
    longs[n++] = (struct option){"help", no_argument, NULL, HELP};
    longs[n++] = (struct option){"version", no_argument, NULL, VERSION};
    longs[n++] = (struct option){"help-scdoc", no_argument, NULL, SCDOC};
    longs[n++] = (struct option){"completion-bash", no_argument, NULL, COMPLETION};
    longs[n] = (struct option){0};
    *letters++ = HELP;
    *letters++ = VERSION;
    *letters = '\0';
}

/* Levenshtein distance of two option names, cut to what the row holds. */
static size_t distance(const char *a, const char *b)
{
    size_t row[40], n = strlen(b);
    if (n >= sizeof row / sizeof row[0]) return SIZE_MAX;
    for (size_t j = 0; j <= n; j++)
        row[j] = j;
    for (size_t i = 1; *a; a++, i++) {
        size_t diagonal = row[0];
        row[0] = i;
        for (size_t j = 1; j <= n; j++) {
            size_t best = diagonal + (*a != b[j - 1]);
            diagonal = row[j];
            if (row[j] + 1 < best) best = row[j] + 1;
            if (row[j - 1] + 1 < best) best = row[j - 1] + 1;
            row[j] = best;
        }
    }
    return row[n];
}

static int unknown_option(const tool_program *self, const char *given)
{
    char name[64];
    const char *nearest = NULL;
    size_t least = 3; /* two typing errors are still recognised */
    if (strncmp(given, "--", 2) == 0) {
        snprintf(name, sizeof name, "%.*s", (int)strcspn(given + 2, "="), given + 2);
        for (size_t i = 0; i < self->n_options; i++) {
            const tool_option *entry = &self->options[i];
            if (entry->kind == OPTION_GROUP) continue;
            size_t d = distance(name, entry->name);
            if (d < least && d < strlen(name)) {
                least = d;
                nearest = entry->name;
            }
        }
    }
    if (nearest)
        return options_usage_error(self, "unknown option '%s'; did you mean '--%s'?", given,
                                   nearest);
    return options_usage_error(self, "unknown option '%s'", given);
}

/* What getopt could not read: '?' or ':'. */
static int bad_option(const tool_program *self, int found, char **argv)
{
    const char *given = argv[optind - 1];
    if (found == ':') {
        char letter[3] = {'-', (char)optopt, '\0'};
        return options_usage_error(self, "option '%s' needs a value",
                                   optopt > 0 && optopt < BASE ? letter : given);
    }
    if (optopt >= BASE || ((optopt == HELP || optopt == VERSION) && given[1] == '-'))
        return options_usage_error(self, "option '%s' takes no value", given);
    if (optopt) {
        char letter[3] = {'-', (char)optopt, '\0'};
        return unknown_option(self, letter);
    }
    return unknown_option(self, given);
}

static int set_found(const tool_program *self, int found, int argc, char **argv)
{
    const tool_option *entry = NULL;
    for (size_t i = 0; i < self->n_options; i++)
        if (found == BASE + (int)i || (self->options[i].letter && found == self->options[i].letter))
            entry = &self->options[i];
    const char *value = optarg;
    if (entry->bare && !value) {
        value = entry->bare;
        /* "--chat llada" as well as "--chat=llada": take the next word when it is a choice. */
        for (int i = 0; optind < argc && entry->choices && entry->choices[i]; i++)
            if (strcmp(entry->choices[i], argv[optind]) == 0) {
                value = argv[optind++];
                break;
            }
    }
    char source[48];
    snprintf(source, sizeof source, "--%s", entry->name);
    return set_value(self, entry, source, value);
}

int options_parse(const tool_program *self, int argc, char **argv, int *first)
{
    struct option longs[TABLE_MAX + 5];
    char letters[2 * TABLE_MAX + 4];
    fill_getopt(self, longs, letters);
    int code = set_defaults(self), found;
    optind = 0; /* glibc: forget the scan of an earlier call */
    opterr = 0;
    /* --help works whatever else is wrong, a bad variable included. */
    int bad_default = code;
    while ((found = getopt_long(argc, argv, letters, longs, NULL)) != -1) {
        switch (found) {
        case HELP:
            options_print_help(self, terminal_width(stdout));
            return EXIT_CODE_OK;
        case VERSION:
            printf("%s %s\n", self->name, edgeai_version());
            return EXIT_CODE_OK;
        case SCDOC:
            options_print_scdoc(self);
            return EXIT_CODE_OK;
        case COMPLETION:
            options_print_completion(self);
            return EXIT_CODE_OK;
        case '?':
        case ':':
            return bad_option(self, found, argv);
        default:
            code = set_found(self, found, argc, argv);
            if (code >= 0) return code;
        }
    }
    if (bad_default >= 0) return bad_default;
    *first = optind;
    if ((size_t)(argc - optind) > self->n_operands_max)
        return options_usage_error(self, "unexpected '%s'",
                                   argv[optind + (int)self->n_operands_max]);
    return -1;
}
