/* SPDX-License-Identifier: MIT */

/* Files of questions with their answers: JSON lines, an array, or an object that holds one. */

#include <string.h>

#include <edgeai/spatial_prompt.h>

#include "base/fail.h"
#include "base/memory.h"
#include "platform/context_internal.h"
#include "platform/mapped_file.h"
#include "space/json_members.h"

enum { QUESTIONS_MAX = 1 << 20 };

struct edgeai_question_set {
    const edgeai_allocator *allocator;
    edgeai_question_item *items;
    size_t n, capacity;
    char *text; /* what the items point into: unescaped is never longer than the file */
    size_t text_bytes, used;
};

/* A copy of `n` bytes with a NUL behind them; each value has two quotes or a comma in the file, so
 * that there is room. */
static char *keep(edgeai_question_set *set, size_t n)
{
    char *at = set->text + set->used;
    set->used += n + 1;
    return at;
}

/* A string; a number or anything else that is no string as it stands. */
static edgeai_status read_text(edgeai_question_set *set, eai_json_scan *scan, const char **out)
{
    eai_json_kind kind;
    const char *raw;
    size_t n;
    EAI_TRY(eai_json_peek(scan, &kind));
    if (kind == EAI_JSON_NULL) return eai_json_null(scan);
    if (kind == EAI_JSON_STRING) {
        EAI_TRY(eai_json_raw_string(scan, &raw, &n));
        char *text = keep(set, n);
        eai_json_unescape(raw, n, text);
        *out = text;
        return EDGEAI_OK;
    }
    const size_t begin = scan->at;
    EAI_TRY(eai_json_skip(scan));
    n = scan->at - begin;
    char *text = keep(set, n);
    memcpy(text, scan->text + begin, n);
    text[n] = '\0';
    *out = text;
    return EDGEAI_OK;
}

static edgeai_status read_options(edgeai_question_set *set, eai_json_scan *scan,
                                  edgeai_question_item *item)
{
    eai_json_kind kind;
    bool is_first = true, more;
    EAI_TRY(eai_json_peek(scan, &kind));
    if (kind == EAI_JSON_NULL) return eai_json_null(scan);
    EAI_TRY(eai_json_open(scan, '['));
    for (;;) {
        EAI_TRY(eai_json_next(scan, ']', &is_first, &more));
        if (!more) return EDGEAI_OK;
        if (item->n_options == EDGEAI_QUESTION_OPTIONS)
            return eai_json_fail(scan, "options: at most %d", EDGEAI_QUESTION_OPTIONS);
        const char *option = NULL;
        EAI_TRY(read_text(set, scan, &option));
        if (!option) return eai_json_fail(scan, "options: expected strings, found null");
        item->options[item->n_options++] = option;
    }
}

static edgeai_status add_item(edgeai_question_set *set, const edgeai_question_item *item,
                              const char *what)
{
    if (set->n == QUESTIONS_MAX)
        return eai_fail(EDGEAI_E_LIMIT, "%s: at most %d questions", what, QUESTIONS_MAX);
    if (set->n == set->capacity) {
        const size_t capacity = set->capacity ? 2 * set->capacity : 64;
        void *items = eai_reallocate(set->allocator, set->items, set->capacity * sizeof *item,
                                     capacity * sizeof *item, "questions");
        if (!items) return EDGEAI_E_MEMORY;
        set->items = items;
        set->capacity = capacity;
    }
    set->items[set->n++] = *item;
    return EDGEAI_OK;
}

static edgeai_status read_item(edgeai_question_set *set, eai_json_scan *scan)
{
    eai_json_scan text = {0}, truth = {0}, type = {0}, scene = {0}, id = {0}, options = {0};
    edgeai_question_item item = {0};
    eai_json_member members[] = {{"question", EAI_MEMBER_VALUE, &text, 1, 0, 0, true, false},
                                 {"ground_truth", EAI_MEMBER_VALUE, &truth, 1, 0, 0, false, false},
                                 {"question_type", EAI_MEMBER_VALUE, &type, 1, 0, 0, false, false},
                                 {"scene_name", EAI_MEMBER_VALUE, &scene, 1, 0, 0, false, false},
                                 {"id", EAI_MEMBER_VALUE, &id, 1, 0, 0, false, false},
                                 {"options", EAI_MEMBER_VALUE, &options, 1, 0, 0, false, false}};
    EAI_TRY(eai_json_read_members(scan, members, sizeof members / sizeof *members));
    EAI_TRY(read_text(set, &text, &item.text));
    if (!item.text) return eai_json_fail(&text, "key \"question\": expected a string, found null");
    if (truth.text) EAI_TRY(read_text(set, &truth, &item.truth));
    if (type.text) EAI_TRY(read_text(set, &type, &item.type));
    if (scene.text) EAI_TRY(read_text(set, &scene, &item.scene));
    if (id.text) EAI_TRY(read_text(set, &id, &item.id));
    if (options.text) EAI_TRY(read_options(set, &options, &item));
    return add_item(set, &item, scan->what);
}

static edgeai_status read_array(edgeai_question_set *set, eai_json_scan *scan)
{
    bool is_first = true, more;
    EAI_TRY(eai_json_open(scan, '['));
    for (;;) {
        EAI_TRY(eai_json_next(scan, ']', &is_first, &more));
        if (!more) return EDGEAI_OK;
        EAI_TRY(read_item(set, scan));
    }
}

/* Whether the object that begins here holds "questions". */
static edgeai_status find_questions(eai_json_scan scan, eai_json_scan *questions)
{
    eai_json_member members[] = {{"questions", EAI_MEMBER_VALUE, questions, 1, 0, 0, false, false}};
    *questions = (eai_json_scan){0};
    return eai_json_read_members(&scan, members, 1);
}

static edgeai_status read_all(edgeai_question_set *set, eai_json_scan *scan)
{
    eai_json_kind kind;
    eai_json_scan questions;
    EAI_TRY(eai_json_peek(scan, &kind));
    if (kind == EAI_JSON_ARRAY) {
        EAI_TRY(read_array(set, scan));
        return eai_json_end(scan);
    }
    EAI_TRY(find_questions(*scan, &questions));
    if (questions.text) {
        EAI_TRY(read_array(set, &questions));
        EAI_TRY(eai_json_skip(scan));
        return eai_json_end(scan);
    }
    for (;;) { /* one object after the other */
        EAI_TRY(read_item(set, scan));
        while (scan->at < scan->n && strchr(" \t\r\n", scan->text[scan->at]) &&
               scan->text[scan->at])
            scan->at++;
        if (scan->at == scan->n) return EDGEAI_OK;
    }
}

static edgeai_status read_set(edgeai_question_set *set, const eai_mapped_file *file,
                              const char *path)
{
    eai_json_scan scan = {(const char *)file->bytes, file->n_bytes, 0, path};
    set->text_bytes = file->n_bytes + 1;
    set->text = eai_allocate_unset(set->allocator, set->text_bytes, "questions");
    if (!set->text) return EDGEAI_E_MEMORY;
    EAI_TRY(read_all(set, &scan));
    if (set->n == 0) return eai_fail(EDGEAI_E_FORMAT, "%s: no questions", path);
    return EDGEAI_OK;
}

edgeai_status edgeai_question_set_open(edgeai_question_set **out, edgeai_context *context,
                                       const char *path)
{
    if (!out) return eai_fail(EDGEAI_E_INVALID, "question_set_open: out is NULL");
    *out = NULL;
    if (!context || !path)
        return eai_fail(EDGEAI_E_INVALID, "question_set_open: context or path is NULL");
    eai_mapped_file file;
    EAI_TRY(eai_mapped_file_open(&file, path));
    edgeai_question_set *set = eai_allocate(&context->allocator, sizeof *set, "questions");
    edgeai_status status = EDGEAI_E_MEMORY;
    if (set) {
        set->allocator = &context->allocator;
        status = read_set(set, &file, path);
    }
    eai_mapped_file_close(&file);
    if (status == EDGEAI_OK)
        *out = set;
    else
        edgeai_question_set_free(set);
    return status;
}

void edgeai_question_set_free(edgeai_question_set *set)
{
    if (!set) return;
    eai_release(set->allocator, set->items, set->capacity * sizeof *set->items);
    eai_release(set->allocator, set->text, set->text_bytes);
    eai_release(set->allocator, set, sizeof *set);
}

size_t edgeai_question_set_count(const edgeai_question_set *set)
{
    return set->n;
}

const edgeai_question_item *edgeai_question_set_get(const edgeai_question_set *set, size_t index)
{
    return &set->items[index];
}
