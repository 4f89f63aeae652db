/* SPDX-License-Identifier: MIT */
#include "lm/vocabulary.h"

#include <stdio.h>
#include <string.h>

#include "base/fail.h"
#include "base/memory.h"
#include "base/text.h"
#include "lm/byte_map.h"

#define TOKENS_KEY "tokenizer.ggml.tokens"
#define TYPES_KEY  "tokenizer.ggml.token_type"

static edgeai_status add_texts(eai_vocabulary *vocabulary, const edgeai_string *texts, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (texts[i].n_bytes == 0)
            return eai_fail(EDGEAI_E_FORMAT, TOKENS_KEY "[%zu]: expected a text, found none", i);
        int32_t number;
        edgeai_status status =
            eai_symbols_add(&vocabulary->symbols, texts[i].bytes, texts[i].n_bytes, &number);
        if (status == EDGEAI_E_LIMIT) status = EDGEAI_E_FORMAT;
        if (status != EDGEAI_OK) return eai_fail_within(status, TOKENS_KEY "[%zu]", i);
        char shown[64];
        if ((size_t)number != i)
            return eai_fail(EDGEAI_E_FORMAT, TOKENS_KEY "[%zu]: '%s' is token %d already", i,
                            eai_printable(texts[i].bytes, texts[i].n_bytes, shown, sizeof(shown)),
                            (int)number);
    }
    return EDGEAI_OK;
}

static edgeai_status set_types(eai_vocabulary *vocabulary, const int64_t *types, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        int64_t type = types ? types[i] : EDGEAI_TOKEN_NORMAL;
        if (type < EDGEAI_TOKEN_NORMAL || type > EDGEAI_TOKEN_BYTE)
            return eai_fail(EDGEAI_E_FORMAT, TYPES_KEY "[%zu]: expected %d to %d, found %lld", i,
                            EDGEAI_TOKEN_NORMAL, EDGEAI_TOKEN_BYTE, (long long)type);
        vocabulary->types[i] = (unsigned char)type;
    }
    return EDGEAI_OK;
}

/* The value of "<0x41>", the name of a byte token; -1 for another text. */
static int named_byte(edgeai_string text)
{
    int value = 0;
    if (text.n_bytes != 6 || memcmp(text.bytes, "<0x", 3) != 0 || text.bytes[5] != '>') return -1;
    for (int i = 3; i < 5; i++) {
        char c = text.bytes[i];
        int digit = c >= '0' && c <= '9' ? c - '0' : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
        if (digit < 0) return -1;
        value = value * 16 + digit;
    }
    return value;
}

/* A normal token's bytes. What is no character of the byte map stands for itself. */
static bool append_mapped(eai_text *out, edgeai_string text)
{
    const unsigned char *bytes = (const unsigned char *)text.bytes;
    for (size_t at = 0; at < text.n_bytes;) {
        uint32_t code_point;
        int length = eai_utf8_decode(bytes + at, text.n_bytes - at, &code_point);
        int byte = length > 0 ? eai_code_point_to_byte(code_point) : -1;
        char c = (char)byte;
        if (length <= 0) length = 1;
        bool appended = byte >= 0 ? eai_text_append(out, &c, 1)
                                  : eai_text_append(out, text.bytes + at, (size_t)length);
        if (!appended) return false;
        at += (size_t)length;
    }
    return true;
}

static edgeai_status decode_all(eai_vocabulary *vocabulary)
{
    for (int32_t i = 0; i < vocabulary->n_tokens; i++) {
        edgeai_string text = eai_symbols_get(&vocabulary->symbols, i);
        int byte = vocabulary->types[i] == EDGEAI_TOKEN_BYTE ? named_byte(text) : -1;
        char c = (char)byte;
        bool appended;
        if (byte >= 0)
            appended = eai_text_append(&vocabulary->decoded, &c, 1);
        else if (vocabulary->types[i] == EDGEAI_TOKEN_NORMAL)
            appended = append_mapped(&vocabulary->decoded, text);
        else
            appended = eai_text_append(&vocabulary->decoded, text.bytes, text.n_bytes);
        if (!appended) return EDGEAI_E_MEMORY;
        vocabulary->begin[i + 1] = (uint32_t)vocabulary->decoded.n;
    }
    return EDGEAI_OK;
}

/*
 * A byte's own symbol, else the token <0xNN>, else the unknown token unless that is a control
 * token: in some files it is the end of text, which no text may give.
 */
static void find_byte_tokens(eai_vocabulary *vocabulary, int32_t unknown)
{
    if (unknown >= 0 && vocabulary->types[unknown] == EDGEAI_TOKEN_CONTROL) unknown = -1;
    for (int byte = 0; byte < 256; byte++) {
        unsigned char symbol[4];
        int n = eai_utf8_encode(eai_byte_to_code_point((unsigned char)byte), symbol);
        int32_t token = eai_vocabulary_find(vocabulary, (char *)symbol, (size_t)n);
        if (token >= 0 && vocabulary->types[token] != EDGEAI_TOKEN_NORMAL) token = -1;
        if (token < 0) {
            char name[8];
            snprintf(name, sizeof(name), "<0x%02X>", (unsigned)byte);
            token = eai_vocabulary_find(vocabulary, name, 6);
            if (token >= 0 && vocabulary->types[token] != EDGEAI_TOKEN_BYTE) token = -1;
        }
        vocabulary->byte_token[byte] = token >= 0 ? token : unknown;
    }
}

static edgeai_status fill(eai_vocabulary *vocabulary, const edgeai_string *texts,
                          const int64_t *types, size_t n, int32_t unknown)
{
    const edgeai_allocator *allocator = vocabulary->allocator;
    edgeai_status status = eai_symbols_create(&vocabulary->symbols, allocator, n);
    if (status == EDGEAI_E_LIMIT) status = EDGEAI_E_FORMAT;
    if (status != EDGEAI_OK) return eai_fail_within(status, TOKENS_KEY);
    vocabulary->types = eai_allocate(allocator, n, "token types");
    vocabulary->begin =
        eai_allocate_array(allocator, n + 1, sizeof(*vocabulary->begin), "token offsets");
    if (!vocabulary->types || !vocabulary->begin) return EDGEAI_E_MEMORY;
    EAI_TRY(add_texts(vocabulary, texts, n));
    EAI_TRY(set_types(vocabulary, types, n));
    EAI_TRY(decode_all(vocabulary));
    find_byte_tokens(vocabulary, unknown);
    return EDGEAI_OK;
}

edgeai_status eai_vocabulary_create(eai_vocabulary *vocabulary, const edgeai_allocator *allocator,
                                    const edgeai_string *texts, const int64_t *types, size_t n,
                                    int32_t unknown)
{
    *vocabulary = (eai_vocabulary){.allocator = allocator, .decoded = {.allocator = allocator}};
    if (n == 0 || n > INT32_MAX / 4)
        return eai_fail(EDGEAI_E_FORMAT, TOKENS_KEY ": expected 1 to %d tokens, found %zu",
                        INT32_MAX / 4, n);
    vocabulary->n_tokens = (int32_t)n;
    edgeai_status status = fill(vocabulary, texts, types, n, unknown);
    if (status != EDGEAI_OK) eai_vocabulary_free(vocabulary);
    return status;
}

void eai_vocabulary_free(eai_vocabulary *vocabulary)
{
    if (!vocabulary->allocator) return;
    size_t n = (size_t)vocabulary->n_tokens;
    eai_symbols_free(&vocabulary->symbols);
    eai_release(vocabulary->allocator, vocabulary->types, n);
    eai_release(vocabulary->allocator, vocabulary->begin, (n + 1) * sizeof(*vocabulary->begin));
    eai_text_free(&vocabulary->decoded);
    *vocabulary = (eai_vocabulary){0};
}

int32_t eai_vocabulary_find(const eai_vocabulary *vocabulary, const char *text, size_t n_bytes)
{
    int32_t number = eai_symbols_find(&vocabulary->symbols, text, n_bytes);
    return number < vocabulary->n_tokens ? number : -1;
}

edgeai_string eai_vocabulary_decode(const eai_vocabulary *vocabulary, int32_t token, bool special)
{
    edgeai_string nothing = {"", 0};
    if (token < 0 || token >= vocabulary->n_tokens) return nothing;
    unsigned char type = vocabulary->types[token];
    bool is_text = type == EDGEAI_TOKEN_NORMAL || type == EDGEAI_TOKEN_USER_DEFINED ||
                   type == EDGEAI_TOKEN_BYTE;
    if (!is_text && !special) return nothing;
    uint32_t begin = vocabulary->begin[token];
    return (edgeai_string){vocabulary->decoded.bytes + begin, vocabulary->begin[token + 1] - begin};
}
