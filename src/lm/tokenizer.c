/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "base/fail.h"
#include "base/memory.h"
#include "base/text.h"
#include "lm/byte_map.h"
#include "lm/tokenizer_internal.h"

/* Positions are kept in 32 bits. */
#define TEXT_BYTES_MAX ((size_t)1 << 30)

int32_t edgeai_tokenizer_n_tokens(const edgeai_tokenizer *tokenizer)
{
    return tokenizer->vocabulary.n_tokens;
}

int32_t edgeai_tokenizer_special(const edgeai_tokenizer *tokenizer, edgeai_special_token which)
{
    if ((int)which < 0 || (int)which >= EAI_SPECIAL_ROLES) return -1;
    return tokenizer->special[which];
}

bool edgeai_tokenizer_is_end(const edgeai_tokenizer *tokenizer, int32_t token)
{
    for (int i = 0; i < tokenizer->n_ends; i++)
        if (tokenizer->ends[i] == token) return true;
    return false;
}

edgeai_token_type edgeai_tokenizer_type(const edgeai_tokenizer *tokenizer, int32_t token)
{
    if (token < 0 || token >= tokenizer->vocabulary.n_tokens) return EDGEAI_TOKEN_UNKNOWN;
    return (edgeai_token_type)tokenizer->vocabulary.types[token];
}

int32_t edgeai_tokenizer_find(const edgeai_tokenizer *tokenizer, const char *text)
{
    return eai_vocabulary_find(&tokenizer->vocabulary, text, strlen(text));
}

/* One call of edgeai_tokenizer_encode(). */
typedef struct encode_call {
    const edgeai_tokenizer *tokenizer;
    const char *text; /* what the pre-tokenizer cuts: the text between two special tokens */
    eai_text mapped;  /* a piece as tokens are stored, when pieces are looked up whole */
    eai_bpe_work work;
    eai_token_list tokens;
} encode_call;

/* The token that is the whole piece, or -1. */
static edgeai_status find_whole(encode_call *call, const char *piece, size_t n, int32_t *token)
{
    const eai_vocabulary *vocabulary = &call->tokenizer->vocabulary;
    eai_text_clear(&call->mapped);
    for (size_t i = 0; i < n; i++) {
        unsigned char symbol[4];
        int length = eai_utf8_encode(eai_byte_to_code_point((unsigned char)piece[i]), symbol);
        if (!eai_text_append(&call->mapped, (char *)symbol, (size_t)length)) return EDGEAI_E_MEMORY;
    }
    *token = eai_vocabulary_find(vocabulary, call->mapped.bytes, call->mapped.n);
    if (*token >= 0 && vocabulary->types[*token] != EDGEAI_TOKEN_NORMAL) *token = -1;
    return EDGEAI_OK;
}

static edgeai_status encode_piece(void *user, size_t begin, size_t n)
{
    encode_call *call = user;
    const edgeai_tokenizer *tokenizer = call->tokenizer;
    const char *piece = call->text + begin;
    if (tokenizer->pretokenizer.kind->ignore_merges) {
        int32_t token;
        EAI_TRY(find_whole(call, piece, n, &token));
        if (token >= 0) {
            eai_token_list_push(&call->tokens, token);
            return EDGEAI_OK;
        }
    }
    return eai_bpe_encode(&tokenizer->bpe, &tokenizer->vocabulary, &call->work, piece, n,
                          &call->tokens);
}

static edgeai_status encode_between(encode_call *call, const char *text, size_t n)
{
    call->text = text;
    return eai_pretokenizer_split(&call->tokenizer->pretokenizer, text, n, encode_piece, call);
}

static edgeai_status encode_text(encode_call *call, const eai_special_set *set, const char *text,
                                 size_t n)
{
    eai_special_place *places;
    size_t n_places, done = 0;
    EAI_TRY(eai_special_set_search(set, text, n, &places, &n_places));
    edgeai_status status = EDGEAI_OK;
    for (size_t i = 0; i < n_places && status == EDGEAI_OK; i++) {
        if (places[i].index < 0) continue;
        size_t position = places[i].position;
        int32_t token = set->tokens[places[i].index];
        status = encode_between(call, text + done, position - done);
        eai_token_list_push(&call->tokens, token);
        done = position + eai_symbols_get(&set->vocabulary->symbols, token).n_bytes;
    }
    if (status == EDGEAI_OK) status = encode_between(call, text + done, n - done);
    eai_release(set->allocator, places, n_places * sizeof(*places));
    return status;
}

edgeai_status edgeai_tokenizer_encode(const edgeai_tokenizer *tokenizer, const char *text,
                                      size_t n_bytes, unsigned flags, int32_t *tokens,
                                      size_t capacity, size_t *n_tokens)
{
    if (!tokenizer || !n_tokens || (!text && n_bytes > 0) || (!tokens && capacity > 0))
        return eai_fail(EDGEAI_E_INVALID, "tokenizer_encode: an argument is NULL");
    *n_tokens = 0;
    if (n_bytes > TEXT_BYTES_MAX)
        return eai_fail(EDGEAI_E_INVALID, "tokenizer_encode: expected at most %zu bytes, found %zu",
                        TEXT_BYTES_MAX, n_bytes);
    if (flags & ~(unsigned)(EDGEAI_ENCODE_SPECIAL | EDGEAI_ENCODE_BOS))
        return eai_fail(EDGEAI_E_INVALID, "tokenizer_encode: unknown flags in %#x", flags);
    encode_call call = {.tokenizer = tokenizer,
                        .mapped = {.allocator = tokenizer->allocator},
                        .work = {.allocator = tokenizer->allocator},
                        .tokens = {.tokens = tokens, .capacity = capacity}};
    int32_t bos = tokenizer->special[EDGEAI_TOKEN_BOS];
    if ((flags & EDGEAI_ENCODE_BOS) && tokenizer->add_bos && bos >= 0)
        eai_token_list_push(&call.tokens, bos);
    const eai_special_set *set =
        flags & EDGEAI_ENCODE_SPECIAL ? &tokenizer->asked : &tokenizer->always;
    edgeai_status status = encode_text(&call, set, text, n_bytes);
    eai_text_free(&call.mapped);
    eai_bpe_work_free(&call.work);
    if (status != EDGEAI_OK) return status;
    *n_tokens = call.tokens.n;
    if (*n_tokens > capacity)
        return eai_fail(EDGEAI_E_LIMIT, "tokenizer_encode: expected room for %zu tokens, found %zu",
                        *n_tokens, capacity);
    return EDGEAI_OK;
}
