/* SPDX-License-Identifier: MIT */
#include "support/byte_vocabulary.h"

#include <string.h>

#include <edgeai/tokenizer.h>

#include "base/text.h"
#include "lm/byte_map.h"

enum { TEXT_MAX = 32 };

/* Both parts as bytes; the last ones are the beginnings of characters of two to four bytes. */
static const char *const merges[BYTE_VOCABULARY_MERGES][2] = {
    {"t", "h"},       {"th", "e"},      {" ", "the"},     {"i", "n"},       {" ", "i"},
    {"l", "l"},       {"he", "ll"},     {"h", "e"},       {" ", " "},       {"  ", "  "},
    {"\n", "\n"},     {"\r", "\n"},     {"a", "a"},       {"aa", "aa"},     {"1", "2"},
    {"12", "3"},      {"'", "s"},       {"\xc3", "\xa4"}, {"\xe4", "\xb8"}, {"\xe4\xb8", "\xad"},
    {"\xf0", "\x9f"}, {"\x9f", "\x98"}, {"\xad", "\xe4"}, {"\xff", "\xff"},
};

static const struct {
    const char *name;
    int32_t type;
} specials[] = {
    {"<|endoftext|>", EDGEAI_TOKEN_CONTROL},     {"<|eot_id|>", EDGEAI_TOKEN_CONTROL},
    {"<|mdm_mask|>", EDGEAI_TOKEN_CONTROL},      {"<tool>", EDGEAI_TOKEN_USER_DEFINED},
    {"<tool><call>", EDGEAI_TOKEN_USER_DEFINED}, {"[PAD]", EDGEAI_TOKEN_UNUSED},
};

/* Appends bytes in their mapped form; returns how many bytes that took. */
static size_t append_mapped(char *out, const char *bytes, size_t n)
{
    size_t used = 0;
    for (size_t i = 0; i < n; i++)
        used += (size_t)eai_utf8_encode(eai_byte_to_code_point((unsigned char)bytes[i]),
                                        (unsigned char *)out + used);
    return used;
}

void byte_vocabulary_add(metadata_image *image, const char *pre)
{
    char texts[BYTE_VOCABULARY_TOKENS][TEXT_MAX], lines[BYTE_VOCABULARY_MERGES][TEXT_MAX];
    edgeai_string tokens[BYTE_VOCABULARY_TOKENS], parts[BYTE_VOCABULARY_MERGES];
    int32_t types[BYTE_VOCABULARY_TOKENS];
    int n = 0;
    for (; n < 256; n++) {
        char byte = (char)n;
        tokens[n] = (edgeai_string){texts[n], append_mapped(texts[n], &byte, 1)};
        types[n] = EDGEAI_TOKEN_NORMAL;
    }
    for (int i = 0; i < BYTE_VOCABULARY_MERGES; i++, n++) {
        const char *left = merges[i][0], *right = merges[i][1];
        size_t used = append_mapped(texts[n], left, strlen(left));
        memcpy(lines[i], texts[n], used);
        lines[i][used] = ' ';
        size_t more = append_mapped(texts[n] + used, right, strlen(right));
        memcpy(lines[i] + used + 1, texts[n] + used, more);
        tokens[n] = (edgeai_string){texts[n], used + more};
        parts[i] = (edgeai_string){lines[i], used + 1 + more};
        types[n] = EDGEAI_TOKEN_NORMAL;
    }
    for (size_t i = 0; i < sizeof(specials) / sizeof(specials[0]); i++, n++) {
        tokens[n] = (edgeai_string){specials[i].name, strlen(specials[i].name)};
        types[n] = specials[i].type;
    }
    metadata_image_string(image, "tokenizer.ggml.model", "gpt2");
    if (pre) metadata_image_string(image, "tokenizer.ggml.pre", pre);
    metadata_image_strings(image, "tokenizer.ggml.tokens", tokens, BYTE_VOCABULARY_TOKENS);
    metadata_image_i32s(image, "tokenizer.ggml.token_type", types, BYTE_VOCABULARY_TOKENS);
    metadata_image_strings(image, "tokenizer.ggml.merges", parts, BYTE_VOCABULARY_MERGES);
    metadata_image_u32(image, "tokenizer.ggml.bos_token_id", BYTE_VOCABULARY_END);
    metadata_image_u32(image, "tokenizer.ggml.eos_token_id", BYTE_VOCABULARY_END);
}
