/* SPDX-License-Identifier: MIT */
#include "lm/pretokenizer.h"

#include <stdint.h>
#include <string.h>

#include "base/fail.h"
#include "base/memory.h"
#include "base/text.h"

static edgeai_status fail_pcre(const char *what, int code)
{
    if (code == PCRE2_ERROR_NOMEMORY || code == PCRE2_ERROR_HEAPLIMIT) return EDGEAI_E_MEMORY;
    PCRE2_UCHAR text[128] = "";
    pcre2_get_error_message(code, text, sizeof(text));
    return eai_fail(EDGEAI_E_INTERNAL, "pretokenizer: %s: %s", what, (const char *)text);
}

static edgeai_status compile(eai_pretokenizer *pretokenizer, const char *expression)
{
    pcre2_compile_context *context = pcre2_compile_context_create(pretokenizer->general);
    if (!context) return EDGEAI_E_MEMORY;
    int code = 0;
    PCRE2_SIZE offset;
    pcre2_code *compiled = pcre2_compile((PCRE2_SPTR)expression, PCRE2_ZERO_TERMINATED,
                                         PCRE2_UTF | PCRE2_UCP, &code, &offset, context);
    pcre2_compile_context_free(context);
    if (!compiled)
        return atomic_load(&pretokenizer->memory->failed) ? EDGEAI_E_MEMORY
                                                          : fail_pcre(expression, code);
    pretokenizer->codes[pretokenizer->n_codes++] = compiled;
    /* Without executable memory there is no JIT; the interpreter finds the same. */
    pcre2_jit_compile(compiled, PCRE2_JIT_COMPLETE);
    return atomic_load(&pretokenizer->memory->failed) ? EDGEAI_E_MEMORY : EDGEAI_OK;
}

static edgeai_status fill(eai_pretokenizer *pretokenizer)
{
    pretokenizer->memory =
        eai_allocate(pretokenizer->allocator, sizeof(*pretokenizer->memory), "regular expressions");
    if (!pretokenizer->memory) return EDGEAI_E_MEMORY;
    pretokenizer->memory->allocator = pretokenizer->allocator;
    pretokenizer->general = eai_pcre_general_context(pretokenizer->memory);
    if (pretokenizer->general)
        pretokenizer->match = pcre2_match_context_create(pretokenizer->general);
    if (!pretokenizer->match) return EDGEAI_E_MEMORY;
    /* The expressions take time in proportion to the text, so no count of steps is too many. */
    pcre2_set_match_limit(pretokenizer->match, UINT32_MAX);
    for (int i = 0; pretokenizer->kind->expressions[i]; i++)
        EAI_TRY(compile(pretokenizer, pretokenizer->kind->expressions[i]));
    return EDGEAI_OK;
}

edgeai_status eai_pretokenizer_create(eai_pretokenizer *pretokenizer,
                                      const edgeai_allocator *allocator,
                                      const eai_pretokenizer_kind *kind)
{
    *pretokenizer =
        (eai_pretokenizer){.allocator = allocator, .kind = kind, .options = PCRE2_NO_UTF_CHECK};
    edgeai_status status = fill(pretokenizer);
    if (status != EDGEAI_OK) eai_pretokenizer_free(pretokenizer);
    return status;
}

void eai_pretokenizer_free(eai_pretokenizer *pretokenizer)
{
    if (!pretokenizer->allocator) return;
    for (int i = 0; i < pretokenizer->n_codes; i++)
        pcre2_code_free(pretokenizer->codes[i]);
    pcre2_match_context_free(pretokenizer->match);
    pcre2_general_context_free(pretokenizer->general);
    eai_release(pretokenizer->allocator, pretokenizer->memory, sizeof(*pretokenizer->memory));
    *pretokenizer = (eai_pretokenizer){0};
}

/* One call of eai_pretokenizer_split(). */
typedef struct split_call {
    const eai_pretokenizer *pretokenizer;
    pcre2_match_data *data;
    const char *subject; /* the text, or a copy as long that PCRE2 can read */
    eai_piece_sink sink;
    void *user;
} split_call;

/* The next match in subject[0..n) from `start`; *found false when there is none. */
static edgeai_status next_match(const split_call *call, int level, const char *subject, size_t n,
                                size_t start, bool *found)
{
    const pcre2_code *code = call->pretokenizer->codes[level];
    pcre2_match_context *context = call->pretokenizer->match;
    uint32_t options = call->pretokenizer->options;
    int result = pcre2_match(code, (PCRE2_SPTR)subject, n, start, options, call->data, context);
    if (result == PCRE2_ERROR_JIT_STACKLIMIT)
        result = pcre2_match(code, (PCRE2_SPTR)subject, n, start, options | PCRE2_NO_JIT,
                             call->data, context);
    *found = result >= 0;
    if (result < 0 && result != PCRE2_ERROR_NOMATCH) return fail_pcre("matching", result);
    return EDGEAI_OK;
}

/* Cuts text[begin .. begin + n) by expression `level` and all after it. */
static edgeai_status split(const split_call *call, int level, size_t begin, size_t n)
{
    if (n == 0) return EDGEAI_OK;
    if (level == call->pretokenizer->n_codes) return call->sink(call->user, begin, n);
    const PCRE2_SIZE *ends = pcre2_get_ovector_pointer(call->data);
    size_t done = 0;
    while (done < n) {
        bool found;
        EAI_TRY(next_match(call, level, call->subject + begin, n, done, &found));
        if (!found) break;
        size_t first = ends[0], last = ends[1];
        EAI_TRY(split(call, level + 1, begin + done, first - done));
        EAI_TRY(split(call, level + 1, begin + first, last - first));
        done = last;
    }
    return split(call, level + 1, begin + done, n - done);
}

/*
 * Same length, but valid UTF-8. Each byte that is no part of a character becomes U+0001, which no
 * expression treats unlike U+FFFD. U+180E, which PCRE2's \s still contains though Unicode took it
 * out of White_Space in version 6.3, becomes U+2060, a format character as well.
 * NULL in *copy: the text can be read as it is.
 */
static edgeai_status make_readable(const edgeai_allocator *allocator, const char *text, size_t n,
                                   char **copy)
{
    *copy = NULL;
    for (size_t at = 0; at < n;) {
        uint32_t code_point = 0;
        int length = eai_utf8_decode((const unsigned char *)text + at, n - at, &code_point);
        if (length <= 0 || code_point == 0x180e) {
            if (!*copy) {
                *copy = eai_allocate(allocator, n, "text");
                if (!*copy) return EDGEAI_E_MEMORY;
                memcpy(*copy, text, n);
            }
            if (length > 0)
                memcpy(*copy + at, "\xe2\x81\xa0", 3);
            else
                (*copy)[at] = 0x01;
        }
        at += length > 0 ? (size_t)length : 1;
    }
    return EDGEAI_OK;
}

edgeai_status eai_pretokenizer_split(const eai_pretokenizer *pretokenizer, const char *text,
                                     size_t n, eai_piece_sink sink, void *user)
{
    if (n == 0) return EDGEAI_OK;
    char *copy;
    EAI_TRY(make_readable(pretokenizer->allocator, text, n, &copy));
    split_call call = {.pretokenizer = pretokenizer,
                       .data = pcre2_match_data_create(1, pretokenizer->general),
                       .subject = copy ? copy : text,
                       .sink = sink,
                       .user = user};
    edgeai_status status = call.data ? split(&call, 0, 0, n) : EDGEAI_E_MEMORY;
    pcre2_match_data_free(call.data);
    eai_release(pretokenizer->allocator, copy, n);
    return status;
}
