/* SPDX-License-Identifier: MIT */
/* Tokens to bytes: all at once, and as a stream of whole characters. */
#include <string.h>

#include "base/fail.h"
#include "base/text.h"
#include "lm/tokenizer_internal.h"

/* Where bytes go: the first `capacity` are stored, all are counted. */
typedef struct byte_list {
    char *bytes;
    size_t capacity;
    size_t n;
} byte_list;

static void append(byte_list *list, const void *bytes, size_t n)
{
    if (list->n < list->capacity) {
        size_t room = list->capacity - list->n;
        memcpy(list->bytes + list->n, bytes, n < room ? n : room);
    }
    list->n += n;
}

static edgeai_status finish(const byte_list *list, const char *function)
{
    if (list->n <= list->capacity) return EDGEAI_OK;
    return eai_fail(EDGEAI_E_LIMIT, "%s: expected room for %zu bytes, found %zu", function, list->n,
                    list->capacity);
}

edgeai_status edgeai_tokenizer_decode(const edgeai_tokenizer *tokenizer, const int32_t *tokens,
                                      size_t n_tokens, char *bytes, size_t capacity,
                                      size_t *n_bytes, bool special)
{
    if (!tokenizer || !n_bytes || (!tokens && n_tokens > 0) || (!bytes && capacity > 0))
        return eai_fail(EDGEAI_E_INVALID, "tokenizer_decode: an argument is NULL");
    byte_list list = {bytes, capacity, 0};
    for (size_t i = 0; i < n_tokens; i++) {
        edgeai_string piece = eai_vocabulary_decode(&tokenizer->vocabulary, tokens[i], special);
        append(&list, piece.bytes, piece.n_bytes);
    }
    *n_bytes = list.n;
    return finish(&list, "tokenizer_decode");
}

static void append_replacement(byte_list *list)
{
    append(list, "\xef\xbf\xbd", 3);
}

/*
 * Takes one more byte. What can no longer become a character is replaced by one U+FFFD for its
 * longest part that could have (Unicode Standard 3.9, "U+FFFD substitution of maximal subparts").
 */
static void take_byte(edgeai_detokenizer *state, byte_list *list, unsigned char byte)
{
    uint32_t code_point;
    state->pending[state->n_pending++] = byte;
    int length = eai_utf8_decode(state->pending, (size_t)state->n_pending, &code_point);
    if (length == 0) return;
    if (length > 0) {
        append(list, state->pending, (size_t)length);
        state->n_pending = 0;
        return;
    }
    append_replacement(list);
    bool begins_anew = state->n_pending > 1;
    state->n_pending = 0;
    if (begins_anew) take_byte(state, list, byte);
}

edgeai_status edgeai_detokenizer_next(edgeai_detokenizer *state, const edgeai_tokenizer *tokenizer,
                                      int32_t token, char *bytes, size_t capacity, size_t *n_bytes)
{
    if (!state || !tokenizer || !n_bytes || (!bytes && capacity > 0) || state->n_pending < 0 ||
        state->n_pending > 3)
        return eai_fail(EDGEAI_E_INVALID, "detokenizer_next: an argument is NULL or damaged");
    byte_list list = {bytes, capacity, 0};
    edgeai_detokenizer next = *state;
    if (token == -1) {
        if (next.n_pending > 0) append_replacement(&list);
        next.n_pending = 0;
    }
    edgeai_string piece = eai_vocabulary_decode(&tokenizer->vocabulary, token, false);
    for (size_t i = 0; i < piece.n_bytes; i++)
        take_byte(&next, &list, (unsigned char)piece.bytes[i]);
    *n_bytes = list.n;
    EAI_TRY(finish(&list, "detokenizer_next"));
    *state = next;
    return EDGEAI_OK;
}
