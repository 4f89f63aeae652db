/* SPDX-License-Identifier: MIT */

/* Groups of names that mean the same, built in or from a file. */

#include <stdlib.h>
#include <string.h>

#include "base/fail.h"
#include "base/memory.h"
#include "platform/context_internal.h"
#include "platform/mapped_file.h"
#include "space/json_members.h"
#include "space/labels.h"

#include <edgeai/spatial_prompt.h>

enum { WORDS_MAX = 4096, VERSION = 1 };

typedef struct alias {
    char name[EDGEAI_LABEL_BYTES]; /* normalized */
    int group;
} alias;

struct edgeai_aliases {
    const edgeai_allocator *allocator;
    alias *words; /* [n], sorted by name */
    size_t n, capacity;
};

/* What detectors and VSI-Bench call differently: words of the same number. Sorted. "tv" and
 * "monitor" are two classes there. */
static const struct built_in {
    const char *name;
    int group;
} built_in[] = {
    {"backpack", 16},
    {"bath tub", 13},
    {"bathtub", 13},
    {"bedside table", 5},
    {"book shelf", 11},
    {"bookcase", 11},
    {"bookshelf", 11},
    {"cell phone", 10},
    {"cellphone", 10},
    {"closet", 6},
    {"clothes dryer", 9},
    {"clothes washer", 8},
    {"computer monitor", 2},
    {"computer screen", 2},
    {"cooker", 7},
    {"couch", 0},
    {"curtain", 18},
    {"drape", 18},
    {"dryer", 9},
    {"dustbin", 3},
    {"fridge", 4},
    {"garbage bin", 3},
    {"garbage can", 3},
    {"houseplant", 14},
    {"laptop", 17},
    {"laptop computer", 17},
    {"loveseat", 0},
    {"microwave", 15},
    {"microwave oven", 15},
    {"mobile phone", 10},
    {"monitor", 2},
    {"night stand", 5},
    {"nightstand", 5},
    {"notebook computer", 17},
    {"plant", 14},
    {"potted plant", 14},
    {"recycling bin", 3},
    {"refrigerator", 4},
    {"rubbish bin", 3},
    {"rucksack", 16},
    {"settee", 0},
    {"sink", 12},
    {"smartphone", 10},
    {"sofa", 0},
    {"stove", 7},
    {"television", 1},
    {"television set", 1},
    {"trash bin", 3},
    {"trash can", 3},
    {"tub", 13},
    {"tumble dryer", 9},
    {"tv", 1},
    {"tv set", 1},
    {"wardrobe", 6},
    {"wash basin", 12},
    {"washbasin", 12},
    {"washer", 8},
    {"washing machine", 8},
    {"waste basket", 3},
    {"waste bin", 3},
    {"wastebasket", 3},
};

/* Where the word is, or belongs. */
static size_t place_of(const edgeai_aliases *self, const char *name)
{
    size_t low = 0, high = self->n;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (strcmp(self->words[middle].name, name) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static int compare_names(const void *name, const void *word)
{
    return strcmp(name, ((const struct built_in *)word)->name);
}

static int built_in_group(const char *name)
{
    const struct built_in *found = bsearch(name, built_in, sizeof built_in / sizeof *built_in,
                                           sizeof *built_in, compare_names);
    return found ? found->group : -1;
}

int eai_aliases_group(const edgeai_aliases *aliases, const char *name)
{
    if (!aliases) return built_in_group(name);
    const size_t at = place_of(aliases, name);
    const bool is_there = at < aliases->n && strcmp(aliases->words[at].name, name) == 0;
    return is_there ? aliases->words[at].group : -1;
}

static bool has_room(edgeai_aliases *self)
{
    if (self->n < self->capacity) return true;
    const size_t capacity = self->capacity ? 2 * self->capacity : 64;
    alias *words = eai_reallocate(self->allocator, self->words, self->capacity * sizeof *words,
                                  capacity * sizeof *words, "aliases");
    if (!words) return false;
    self->words = words;
    self->capacity = capacity;
    return true;
}

static edgeai_status add(edgeai_aliases *self, const eai_json_scan *scan, const char *name,
                         int group)
{
    if (!*name) return eai_json_fail(scan, "groups: a word without letters");
    const int known = eai_aliases_group(self, name);
    if (known == group) return EDGEAI_OK; /* its plural */
    if (known >= 0) return eai_json_fail(scan, "groups: \"%s\" stands in two groups", name);
    if (self->n == WORDS_MAX)
        return eai_fail(EDGEAI_E_LIMIT, "%s: at most %d words", scan->what, WORDS_MAX);
    if (!has_room(self)) return EDGEAI_E_MEMORY;
    const size_t at = place_of(self, name);
    memmove(&self->words[at + 1], &self->words[at], (self->n - at) * sizeof *self->words);
    memcpy(self->words[at].name, name, EDGEAI_LABEL_BYTES);
    self->words[at].group = group;
    self->n++;
    return EDGEAI_OK;
}

static edgeai_status read_group(edgeai_aliases *self, eai_json_scan *scan, int group)
{
    bool is_first = true, more;
    EAI_TRY(eai_json_open(scan, '['));
    for (;;) {
        const char *raw;
        size_t n;
        char word[EDGEAI_LABEL_BYTES], name[EDGEAI_LABEL_BYTES];
        EAI_TRY(eai_json_next(scan, ']', &is_first, &more));
        if (!more) return EDGEAI_OK;
        EAI_TRY(eai_json_raw_string(scan, &raw, &n));
        if (n >= sizeof word)
            return eai_json_fail(scan, "groups: a word of more than %zu bytes", sizeof word - 1);
        eai_label_normalize(word, eai_json_unescape(raw, n, word), name);
        EAI_TRY(add(self, scan, name, group));
    }
}

static edgeai_status read_aliases(edgeai_aliases *self, eai_json_scan *scan)
{
    int version = 0;
    eai_json_scan groups = {0};
    eai_json_member fields[] = {{"version", EAI_MEMBER_INT, &version, 1, -2e9, 2e9, true, false},
                                {"groups", EAI_MEMBER_VALUE, &groups, 1, 0, 0, false, false}};
    EAI_TRY(eai_json_read_members(scan, fields, 2));
    EAI_TRY(eai_json_end(scan));
    if (version != VERSION)
        return eai_fail(EDGEAI_E_VERSION, "%s: expected version %d of aliases, found %d",
                        scan->what, VERSION, version);
    if (!groups.text) return eai_json_fail(scan, "key \"groups\" is missing");
    bool is_first = true, more;
    EAI_TRY(eai_json_open(&groups, '['));
    for (int group = 0;; group++) {
        EAI_TRY(eai_json_next(&groups, ']', &is_first, &more));
        if (!more) return EDGEAI_OK;
        EAI_TRY(read_group(self, &groups, group));
    }
}

edgeai_status edgeai_aliases_open(edgeai_aliases **out, edgeai_context *context, const char *path)
{
    if (!out) return eai_fail(EDGEAI_E_INVALID, "aliases_open: out is NULL");
    *out = NULL;
    if (!context || !path)
        return eai_fail(EDGEAI_E_INVALID, "aliases_open: context or path is NULL");
    eai_mapped_file file;
    EAI_TRY(eai_mapped_file_open(&file, path));
    edgeai_aliases *self = eai_allocate(&context->allocator, sizeof *self, "aliases");
    edgeai_status status = EDGEAI_E_MEMORY;
    if (self) {
        eai_json_scan scan = {(const char *)file.bytes, file.n_bytes, 0, path};
        self->allocator = &context->allocator;
        status = read_aliases(self, &scan);
    }
    eai_mapped_file_close(&file);
    if (status == EDGEAI_OK)
        *out = self;
    else
        edgeai_aliases_free(self);
    return status;
}

void edgeai_aliases_free(edgeai_aliases *aliases)
{
    if (!aliases) return;
    eai_release(aliases->allocator, aliases->words, aliases->capacity * sizeof *aliases->words);
    eai_release(aliases->allocator, aliases, sizeof *aliases);
}
