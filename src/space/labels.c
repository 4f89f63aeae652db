/* SPDX-License-Identifier: MIT */
#include "space/labels.h"

#include <edgeai/spatial_prompt.h>

#include <string.h>

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '_' || c == '-' || c == '\0';
}

static bool is_mark(char c)
{
    return c != '\0' && strchr(".,;:?!\"'()[]{}<>*", c) != NULL;
}

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static bool ends_with(const char *word, const char *ending)
{
    const size_t n = strlen(word), n_ending = strlen(ending);
    return n >= n_ending && strcmp(word + n - n_ending, ending) == 0;
}

/* Words that look like plurals and are one thing, or have no singular. */
static bool stays(const char *word)
{
    static const char *const words[] = {"clothes", "scissors", "stairs",  "glasses", "pants",
                                        "jeans",   "trousers", "shorts",  "blinds",  "headphones",
                                        "canvas",  "gas",      "tongs",   "pliers",  "binoculars",
                                        "series",  "chess",    "compass", "atlas",   "lens"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strcmp(word, words[i]) == 0) return true;
    return false;
}

static bool replace_irregular(char *word)
{
    static const char *const pairs[][2] = {
        {"shelves", "shelf"}, {"knives", "knife"},         {"leaves", "leaf"},
        {"loaves", "loaf"},   {"scarves", "scarf"},        {"people", "person"},
        {"mice", "mouse"},    {"children", "child"},       {"men", "man"},
        {"women", "woman"},   {"bookshelves", "bookshelf"}};
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++)
        if (strcmp(word, pairs[i][0]) == 0) {
            strcpy(word, pairs[i][1]); /* each is shorter than or as long as its plural */
            return true;
        }
    return false;
}

/* English plurals of things; what is wrong here is wrong in the same way on both sides. */
static void to_singular(char *word)
{
    const size_t n = strlen(word);
    if (n < 4 || stays(word) || strcmp(word, "people") == 0) {
        if (n >= 3) replace_irregular(word);
        return;
    }
    if (replace_irregular(word) || word[n - 1] != 's') return;
    if (ends_with(word, "ss") || ends_with(word, "us") || ends_with(word, "is")) return;
    if (n > 4 && ends_with(word, "ies"))
        strcpy(word + n - 3, "y");
    else if (ends_with(word, "ches") || ends_with(word, "shes") || ends_with(word, "sses") ||
             ends_with(word, "xes") || ends_with(word, "toes"))
        word[n - 2] = '\0';
    else
        word[n - 1] = '\0';
}

static size_t skip_article(const char *name)
{
    static const char *const articles[] = {"the ", "a ", "an "};
    for (size_t i = 0; i < 3; i++)
        if (strncmp(name, articles[i], strlen(articles[i])) == 0) return strlen(articles[i]);
    return 0;
}

void eai_label_normalize(const char *name, size_t n, char out[EDGEAI_LABEL_BYTES])
{
    while (n > 0 && (is_blank(*name) || is_mark(*name))) {
        name++;
        n--;
    }
    for (;;)
        if (n >= 3 && memcmp(name + n - 3, "(s)", 3) == 0)
            n -= 3;
        else if (n > 0 && (is_blank(name[n - 1]) || is_mark(name[n - 1])))
            n--;
        else
            break;
    size_t at = 0;
    for (size_t i = 0; i < n && at < EDGEAI_LABEL_BYTES - 1; i++)
        if (!is_blank(name[i]))
            out[at++] = lower(name[i]);
        else if (at > 0 && out[at - 1] != ' ')
            out[at++] = ' ';
    while (at > 0 && out[at - 1] == ' ')
        at--;
    out[at] = '\0';
    const size_t article = skip_article(out);
    memmove(out, out + article, at - article + 1);
    char *last = strrchr(out, ' ');
    to_singular(last ? last + 1 : out);
}

static const char *head_of(const char *name)
{
    const char *last = strrchr(name, ' ');
    return last ? last + 1 : name;
}

static bool same(const edgeai_aliases *aliases, const char *a, const char *b)
{
    if (strcmp(a, b) == 0) return true;
    const int group = eai_aliases_group(aliases, a);
    return group >= 0 && group == eai_aliases_group(aliases, b);
}

eai_label_fit eai_label_fits(const edgeai_aliases *aliases, const char *label, const char *name)
{
    if (!*label || !*name) return EAI_FIT_NONE;
    if (same(aliases, label, name)) return EAI_FIT_FULL;
    if (same(aliases, head_of(label), name) || same(aliases, label, head_of(name)))
        return EAI_FIT_HEAD;
    return EAI_FIT_NONE;
}

bool edgeai_aliases_match(const edgeai_aliases *aliases, const char *a, const char *b)
{
    char first[EDGEAI_LABEL_BYTES], second[EDGEAI_LABEL_BYTES];
    eai_label_normalize(a, strlen(a), first);
    eai_label_normalize(b, strlen(b), second);
    return eai_label_fits(aliases, first, second) == EAI_FIT_FULL;
}

/* Puts it behind all that are at least as certain; the last one drops out of a full list. */
static void insert(eai_instances *found, const eai_map_content *content, size_t index)
{
    const double confidence = content->objects[index].confidence;
    int at = found->n;
    found->n_all++;
    while (at > 0 && content->objects[found->index[at - 1]].confidence < confidence)
        at--;
    if (at == EAI_INSTANCES_MAX) return;
    if (found->n < EAI_INSTANCES_MAX) found->n++;
    for (int i = found->n - 1; i > at; i--)
        found->index[i] = found->index[i - 1];
    found->index[at] = index;
}

void eai_find_instances(eai_instances *found, const eai_map_content *content,
                        const edgeai_aliases *aliases, const char *name)
{
    char wanted[EDGEAI_LABEL_BYTES], label[EDGEAI_LABEL_BYTES];
    *found = (eai_instances){0};
    eai_label_normalize(name, strlen(name), wanted);
    for (size_t i = 0; i < content->n_objects; i++) {
        const char *own = content->objects[i].label;
        eai_label_normalize(own, strlen(own), label);
        const eai_label_fit fit = eai_label_fits(aliases, label, wanted);
        if (fit == EAI_FIT_NONE || fit < found->fit) continue;
        if (fit > found->fit) *found = (eai_instances){.fit = fit};
        insert(found, content, i);
    }
}
