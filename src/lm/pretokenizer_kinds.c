/* SPDX-License-Identifier: MIT */
/*
 * The expressions by name. They are those of the models' own tokenizer.json files, in the form in
 * which llama.cpp names and writes them; docs/formats/tokenizer.md explains each.
 */
#include <string.h>

#include "lm/pretokenizer.h"

#define GPT2 "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)"

/* qwen2 and llama-bpe differ in how many digits stay together. */
#define QWEN2_WITH_DIGITS(digits)                                                                  \
    "(?:'[sS]|'[tT]|'[rR][eE]|'[vV][eE]|'[mM]|'[lL][lL]|'[dD])|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+"      \
    "|" digits "| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+"

#define BAILINGMOE                                                                                 \
    "'(?:[sSdDmMtT]|[lL][lL]|[vV][eE]|[rR][eE])|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}"              \
    "| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]|\\s+(?!\\S)|\\s+"

/* The cased letters as DeepSeek's first tokenizer lists them. */
#define DEEPSEEK_LETTERS                                                                           \
    "A-Za-z"                                                                                       \
    "\\x{b5}\\x{c0}-\\x{d6}\\x{d8}-\\x{f6}\\x{f8}-\\x{1ba}\\x{1bc}-\\x{1bf}"                       \
    "\\x{1c4}-\\x{293}\\x{295}-\\x{2af}\\x{370}-\\x{373}\\x{376}\\x{377}"                          \
    "\\x{37b}-\\x{37d}\\x{37f}\\x{386}\\x{388}-\\x{38a}\\x{38c}\\x{38e}-\\x{3a1}"                  \
    "\\x{3a3}-\\x{3f5}\\x{3f7}-\\x{481}\\x{48a}-\\x{52f}\\x{531}-\\x{556}"                         \
    "\\x{10a0}-\\x{10c5}\\x{13a0}-\\x{13f5}\\x{13f8}-\\x{13fd}\\x{1c90}-\\x{1cba}"                 \
    "\\x{1cbd}-\\x{1cbf}\\x{1d00}-\\x{1d2b}\\x{1d6b}-\\x{1d77}\\x{1d79}-\\x{1d9a}"                 \
    "\\x{1e00}-\\x{1f15}\\x{1f18}-\\x{1f1d}\\x{1f20}-\\x{1f45}\\x{1f48}-\\x{1f4d}"                 \
    "\\x{1f50}-\\x{1f57}\\x{1f59}\\x{1f5b}\\x{1f5d}\\x{1f5f}-\\x{1f7d}"                            \
    "\\x{1f80}-\\x{1fb4}\\x{1fb6}-\\x{1fbc}\\x{1fbe}\\x{1fc2}-\\x{1fc4}"                           \
    "\\x{1fc6}-\\x{1fcc}\\x{1fd0}-\\x{1fd3}\\x{1fd6}-\\x{1fdb}\\x{1fe0}-\\x{1fec}"                 \
    "\\x{1ff2}-\\x{1ff4}\\x{1ff6}-\\x{1ffc}\\x{2102}\\x{2107}\\x{210a}-\\x{2113}"                  \
    "\\x{2115}\\x{2119}-\\x{211d}\\x{2124}\\x{2126}\\x{2128}\\x{212a}-\\x{212d}"                   \
    "\\x{212f}-\\x{2134}\\x{2139}\\x{213c}-\\x{213f}\\x{2145}-\\x{2149}\\x{214e}"                  \
    "\\x{2183}\\x{2184}\\x{2c00}-\\x{2c7b}\\x{2c7e}-\\x{2ce4}\\x{2ceb}-\\x{2cee}"                  \
    "\\x{2cf2}\\x{2cf3}\\x{a640}-\\x{a66d}\\x{a680}-\\x{a69b}\\x{a722}-\\x{a76f}"                  \
    "\\x{a771}-\\x{a787}\\x{a78b}-\\x{a78e}\\x{ab70}-\\x{abbf}\\x{fb00}-\\x{fb06}"                 \
    "\\x{fb13}-\\x{fb17}\\x{ff21}-\\x{ff3a}\\x{ff41}-\\x{ff5a}\\x{10400}-\\x{1044f}"               \
    "\\x{104b0}-\\x{104d3}\\x{104d8}-\\x{104fb}\\x{10c80}-\\x{10cb2}"                              \
    "\\x{10cc0}-\\x{10cf2}\\x{118a0}-\\x{118df}\\x{1e900}-\\x{1e943}"

#define DEEPSEEK_PUNCTUATION                                                                       \
    "\\s?[!-/:-~\\x{ff01}-\\x{ff0f}\\x{ff1a}-\\x{ff5e}\\x{2018}-\\x{201f}\\x{3000}-\\x{3002}]+"

#define DEEPSEEK_ASIAN "[\\x{800}-\\x{9fa5}\\x{ac00}-\\x{d7ff}]+"

/*
 * "\s+$" in the original. In a piece with no newline inside, this finds the same without starting
 * anew at each space of a long run: PCRE2's interpreter took 19 s for 50,000 of them, and takes 2
 * ms.
 */
#define DEEPSEEK_TRAILING_SPACE "(?<!\\s)\\s++$"

static const eai_pretokenizer_kind kinds[] = {
    {"default", {"[\\p{P}\\$\\+<=>\\^~\\|]+", GPT2, "\\p{N}+", "[0-9][0-9][0-9]"}, false, false},
    {"qwen2", {QWEN2_WITH_DIGITS("\\p{N}")}, false, false},
    {"bailingmoe", {BAILINGMOE}, false, false},
    {"llama-bpe", {QWEN2_WITH_DIGITS("\\p{N}{1,3}")}, true, true},
    {"gpt-2", {GPT2}, false, false},
    {"starcoder", {"\\p{N}", GPT2}, false, false},
    {"falcon", {"[\\p{P}\\$\\+<=>\\^~\\|`]+", GPT2, "[0-9][0-9][0-9]"}, false, false},
    {"deepseek-coder",
     {"[\\r\\n]", "\\s?\\p{L}+", "\\s?\\p{P}+", DEEPSEEK_ASIAN, "\\p{N}"},
     false,
     false},
    {"deepseek-llm",
     {"[\\r\\n]", "\\s?[" DEEPSEEK_LETTERS "]+", DEEPSEEK_PUNCTUATION, DEEPSEEK_TRAILING_SPACE,
      DEEPSEEK_ASIAN, "\\p{N}+"},
     false,
     false},
};

/* Further names that files use, and the kind that each means. */
static const struct {
    const char *name, *kind;
} aliases[] = {
    {"deepseek-r1-qwen", "qwen2"},
    {"megrez", "qwen2"},
    {"kormo", "qwen2"},
    {"stablelm2", "qwen2"},
    {"hunyuan", "qwen2"},
    {"llada", "bailingmoe"},
    {"llada-moe", "bailingmoe"},
    {"bailingmoe2", "bailingmoe"},
    {"llama3", "llama-bpe"},
    {"llama-v3", "llama-bpe"},
    {"phi-2", "gpt-2"},
    {"mpt", "gpt-2"},
    {"olmo", "gpt-2"},
    {"jais", "gpt-2"},
    {"refact", "starcoder"},
    {"smollm", "starcoder"},
    {"codeshell", "starcoder"},
    {"command-r", "starcoder"},
    {"exaone", "starcoder"},
};

#define N_KINDS   (sizeof(kinds) / sizeof(kinds[0]))
#define N_ALIASES (sizeof(aliases) / sizeof(aliases[0]))

static bool same(const char *string, const char *name, size_t n)
{
    return strlen(string) == n && memcmp(string, name, n) == 0;
}

const eai_pretokenizer_kind *eai_pretokenizer_at(size_t index)
{
    return index < N_KINDS ? &kinds[index] : NULL;
}

const eai_pretokenizer_kind *eai_pretokenizer_find(const char *name, size_t n)
{
    for (size_t i = 0; i < N_ALIASES; i++)
        if (same(aliases[i].name, name, n))
            return eai_pretokenizer_find(aliases[i].kind, strlen(aliases[i].kind));
    for (size_t i = 0; i < N_KINDS; i++)
        if (same(kinds[i].name, name, n)) return &kinds[i];
    return NULL;
}
