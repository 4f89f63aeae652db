/* SPDX-License-Identifier: MIT */
/*
 * Any file as a vocabulary: the tokenizer is created or refused; if it was created, it encodes and
 * decodes without harm and in bounds.
 */
#include <stdlib.h>
#include <string.h>

#include <edgeai/tokenizer.h>

#include "fuzz_target.h"

enum { FILE_MAX = 1 << 20 };

static void require(bool holds)
{
    if (!holds) abort();
}

static void use(const edgeai_tokenizer *tokenizer)
{
    static const char text[] = "the [MASK]  a\xc3\xa4\xff <|endoftext|>\n\n 123 it's aaaa";
    int32_t tokens[sizeof(text)];
    char bytes[4096];
    edgeai_detokenizer state = EDGEAI_DETOKENIZER_INIT;
    size_t n_tokens, n_bytes;
    for (unsigned flags = 0; flags < 4; flags++) {
        require(edgeai_tokenizer_encode(tokenizer, text, sizeof(text) - 1, flags, tokens,
                                        sizeof(text), &n_tokens) == EDGEAI_OK);
        for (size_t i = 0; i < n_tokens; i++) {
            require(tokens[i] >= 0 && tokens[i] < edgeai_tokenizer_n_tokens(tokenizer));
            if (!(flags & EDGEAI_ENCODE_SPECIAL) && !(flags & EDGEAI_ENCODE_BOS))
                require(edgeai_tokenizer_type(tokenizer, tokens[i]) != EDGEAI_TOKEN_CONTROL);
            edgeai_detokenizer_next(&state, tokenizer, tokens[i], bytes, sizeof(bytes), &n_bytes);
        }
        edgeai_tokenizer_decode(tokenizer, tokens, n_tokens, bytes, sizeof(bytes), &n_bytes,
                                flags & 1);
    }
    for (int role = EDGEAI_TOKEN_BOS; role <= EDGEAI_TOKEN_MASK; role++) {
        int32_t token = edgeai_tokenizer_special(tokenizer, (edgeai_special_token)role);
        require(token >= -1 && token < edgeai_tokenizer_n_tokens(tokenizer));
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    static edgeai_context *context;
    static uint64_t aligned[FILE_MAX / sizeof(uint64_t)];
    edgeai_model_file *file;
    edgeai_tokenizer *tokenizer;
    if (n > FILE_MAX) return 0;
    if (!context) {
        edgeai_context_options options = EDGEAI_CONTEXT_OPTIONS_INIT;
        options.n_threads = 1;
        require(edgeai_context_create(&context, &options) == EDGEAI_OK);
    }
    memcpy(aligned, data, n);
    if (edgeai_model_file_open_memory(&file, context, aligned, n) != EDGEAI_OK) return 0;
    edgeai_status status = edgeai_tokenizer_create(&tokenizer, context, file);
    edgeai_model_file_free(file);
    require((status == EDGEAI_OK) == (tokenizer != NULL));
    if (tokenizer) use(tokenizer);
    edgeai_tokenizer_free(tokenizer);
    return 0;
}
