/* SPDX-License-Identifier: MIT */
/* What the table of options says of itself: --help, a man page's list, bash completion. */

#include <stdio.h>
#include <string.h>

#include "common/options.h"

enum { INDENT = 28, WIDTH_MIN = 60, WIDTH_MAX = 100 };

/* The two options that stand in no table. */
static const tool_option built_in[] = {
    {OPTION_FLAG, "help", 'h', .help = "Print this and exit."},
    {OPTION_FLAG, "version", 'V', .help = "Print the version and exit."},
};

enum { N_BUILT_IN = sizeof built_in / sizeof built_in[0] };

static size_t n_entries(const tool_program *self)
{
    return self->n_options + N_BUILT_IN;
}

static const tool_option *entry_at(const tool_program *self, size_t i)
{
    return i < self->n_options ? &self->options[i] : &built_in[i - self->n_options];
}

static bool has_value(const tool_option *entry)
{
    return entry->kind != OPTION_FLAG && entry->kind != OPTION_COUNT;
}

/* The help text with what follows from the table: choices, default, environment. */
static void describe(const tool_option *entry, char *out, size_t capacity)
{
    size_t n = (size_t)snprintf(out, capacity, "%s", entry->help);
    if (entry->choices && n < capacity) {
        n += (size_t)snprintf(out + n, capacity - n, " One of");
        for (size_t i = 0; entry->choices[i] && n < capacity; i++)
            n += (size_t)snprintf(out + n, capacity - n, "%s %s", i ? "," : "", entry->choices[i]);
        if (n < capacity) n += (size_t)snprintf(out + n, capacity - n, ".");
    }
    const char *preset = entry->shown ? entry->shown : entry->preset;
    if (preset && n < capacity) n += (size_t)snprintf(out + n, capacity - n, " [%s]", preset);
    if (entry->environment && n < capacity)
        snprintf(out + n, capacity - n, " (%s)", entry->environment);
}

/* Text wrapped at words into lines that begin at column `indent`; the first is there already. */
static void print_wrapped(const char *text, int indent, int width)
{
    int column = indent;
    while (*text) {
        int word = (int)strcspn(text, " ");
        if (column > indent && column + 1 + word > width) {
            printf("\n%*s", indent, "");
            column = indent;
        }
        if (column > indent) {
            putchar(' ');
            column++;
        }
        printf("%.*s", word, text);
        column += word;
        text += word;
        text += strspn(text, " ");
    }
    putchar('\n');
}

static void print_entry(const tool_option *entry, int width)
{
    char head[64], text[1024];
    if (entry->kind == OPTION_GROUP) {
        printf("\n%s:\n", entry->help);
        return;
    }
    const char *value = has_value(entry) ? entry->argument : "";
    const char *open = entry->bare ? "[=" : has_value(entry) ? " " : "";
    char letter[8] = "    ";
    if (entry->letter) snprintf(letter, sizeof letter, "-%c, ", entry->letter);
    int n = snprintf(head, sizeof head, "  %s--%s%s%s%s", letter, entry->name, open, value,
                     entry->bare ? "]" : "");
    describe(entry, text, sizeof text);
    if (n + 2 > INDENT)
        printf("%s\n%*s", head, INDENT, "");
    else
        printf("%-*s", INDENT, head);
    print_wrapped(text, INDENT, width);
}

void options_print_help(const tool_program *self, int width)
{
    if (width > WIDTH_MAX) width = WIDTH_MAX;
    if (width < WIDTH_MIN) width = WIDTH_MIN;
    printf("Usage: %s %s\n", self->name, self->synopsis);
    print_wrapped(self->summary, 0, width);
    for (size_t i = 0; i < n_entries(self); i++)
        print_entry(entry_at(self, i), width);
    printf("\nDefaults stand in brackets, environment variables in parentheses.\n"
           "Manual: man %s\n",
           self->name);
}

/* scdoc takes *, _ and \ for its own. */
static void print_escaped(const char *text)
{
    for (; *text; text++) {
        if (strchr("*_\\#~`", *text)) putchar('\\');
        putchar(*text);
    }
}

void options_print_scdoc(const tool_program *self)
{
    char text[1024];
    for (size_t i = 0; i < n_entries(self); i++) {
        const tool_option *entry = entry_at(self, i);
        if (entry->kind == OPTION_GROUP) {
            printf("## %s\n\n", entry->help);
            continue;
        }
        if (entry->letter) printf("*-%c*, ", entry->letter);
        printf("*--%s*", entry->name);
        if (has_value(entry)) {
            printf(entry->bare ? "[=_" : " _");
            print_escaped(entry->argument);
            printf(entry->bare ? "_]" : "_");
        }
        describe(entry, text, sizeof text);
        printf("\n\t");
        print_escaped(text);
        printf("\n\n");
    }
}

/* The options of a kind of value as a case pattern: "--model|-m". */
static void print_pattern(const tool_option *entry)
{
    printf("    --%s", entry->name);
    if (entry->letter) printf("|-%c", entry->letter);
    printf(") ");
}

static bool wants_file(const tool_option *entry)
{
    return has_value(entry) && entry->argument && strcmp(entry->argument, "FILE") == 0;
}

void options_print_completion(const tool_program *self)
{
    char function[64];
    snprintf(function, sizeof function, "_%s", self->name);
    for (char *c = function; *c; c++)
        if (*c == '-') *c = '_';
    printf("# bash completion of %s\n%s()\n{\n"
           "    local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]}\n"
           "    case $before in\n",
           self->name, function);
    for (size_t i = 0; i < n_entries(self); i++) {
        const tool_option *entry = entry_at(self, i);
        if (entry->kind == OPTION_GROUP || !has_value(entry)) continue;
        print_pattern(entry);
        if (entry->choices) {
            printf("COMPREPLY=($(compgen -W '");
            for (size_t k = 0; entry->choices[k]; k++)
                printf("%s%s", k ? " " : "", entry->choices[k]);
            printf("' -- \"$word\")); return ;;\n");
        } else if (wants_file(entry)) {
            printf("COMPREPLY=($(compgen -f -- \"$word\")); return ;;\n");
        } else {
            printf("return ;;\n");
        }
    }
    printf("    esac\n    if [[ $word == -* ]]; then\n        COMPREPLY=($(compgen -W '");
    for (size_t i = 0, n = 0; i < n_entries(self); i++)
        if (entry_at(self, i)->kind != OPTION_GROUP)
            printf("%s--%s", n++ ? " " : "", entry_at(self, i)->name);
    printf("' -- \"$word\"))\n");
    if (self->operand_files) printf("    else\n        COMPREPLY=($(compgen -f -- \"$word\"))\n");
    printf("    fi\n}\ncomplete -o filenames -F %s %s\n", function, self->name);
}
