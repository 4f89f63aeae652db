/* SPDX-License-Identifier: MIT */
#ifndef TOOLS_COMMON_OPTIONS_H
#define TOOLS_COMMON_OPTIONS_H

/*
 * One table of options for each program: parsing with range checks, environment variables and
 * defaults, --help, the man page's option list and bash completion all come from it.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef enum option_kind {
    OPTION_GROUP,   /* a heading of --help; only `help` is set */
    OPTION_FLAG,    /* bool: becomes true */
    OPTION_COUNT,   /* int: one more each time */
    OPTION_INTEGER, /* int64_t in [min, max] */
    OPTION_INT,     /* int in [min, max] */
    OPTION_REAL,    /* double in [min, max], finite */
    OPTION_TEXT,    /* const char *: borrowed from argv, the environment or the table */
    OPTION_TEXTS,   /* option_texts: may be given several times */
    OPTION_CHOICE   /* int: index into `choices` */
} option_kind;

#define OPTION_TEXTS_MAX 64

/* The values of an option that may be repeated. */
typedef struct option_texts {
    const char *texts[OPTION_TEXTS_MAX];
    size_t n;
} option_texts;

typedef struct tool_option {
    option_kind kind;
    const char *name; /* long name without dashes */
    char letter;      /* 0: none */
    void *target;     /* of the kind's type */
    double min, max;
    const char *argument;       /* what help calls the value: "N" */
    const char *preset;         /* the default, as it would be typed; NULL: target stays as it is */
    const char *shown;          /* what help gives as default where `preset` would not say it */
    const char *environment;    /* variable read when the option is not given */
    const char *const *choices; /* NULL-terminated names of a CHOICE */
    const char *bare;           /* the value may be left out, and then is this */
    const char *help;
} tool_option;

typedef struct tool_program {
    const char *name;
    const char *synopsis; /* behind the name in the usage line */
    const char *summary;  /* one sentence */
    const tool_option *options;
    size_t n_options;
    size_t n_operands_max;
    const char *operand_files; /* completion: "file" when operands are files, else NULL */
} tool_program;

/* Options that every program has. */
typedef struct common_options {
    bool quiet, no_progress;
    int verbose;
    int64_t n_threads;
    const char *cpu; /* NULL: not given */
} common_options;

/* Their entries for a program's table; the environment's EDGEAI_CPU is read by the library. */
/* clang-format off */
#define OPTIONS_COMMON(common)                                                                     \
    {OPTION_GROUP, .help = "Common"},                                                              \
    {OPTION_INTEGER, "threads", .target = &(common).n_threads, .min = 0, .max = 256,               \
     .argument = "N", .preset = "0", .environment = "EDGEAI_THREADS",                              \
     .help = "Threads that work in parallel; 0: the CPUs this process may use."},                  \
    {OPTION_TEXT, "cpu", .target = &(common).cpu, .argument = "LEVEL", .shown = "the best here",   \
     .environment = "EDGEAI_CPU",                                                                  \
     .help = "Highest instruction set of the kernels: ref, avx2, neon or dotprod."},               \
    {OPTION_FLAG, "no-progress", .target = &(common).no_progress,                                  \
     .help = "No progress bar."},                                                                  \
    {OPTION_FLAG, "quiet", 'q', &(common).quiet, .help = "Nothing on stderr but errors."},         \
    {OPTION_COUNT, "verbose", 'v', &(common).verbose,                                              \
     .help = "Say more on stderr; twice: say all."}
/* clang-format on */

/*
 * Sets every target: flag beats environment beats default. Handles --help, --version,
 * --help-scdoc and --completion-bash itself, which need no table entry.
 *
 * Returns -1 to go on, with the operands in argv[*first .. argc-1]; else the program ends with
 * that exit code, everything having been said.
 */
int options_parse(const tool_program *self, int argc, char **argv, int *first);

/* "NAME: message" and a pointer to --help on stderr; returns the exit code for wrong usage. */
int options_usage_error(const tool_program *self, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* The three texts made of the table, on stdout (options_help.c). */
void options_print_help(const tool_program *self, int width);
void options_print_scdoc(const tool_program *self);
void options_print_completion(const tool_program *self);

#endif
