/* SPDX-License-Identifier: MIT */
/*
 * Any bytes through the tokenizer: byte 0 chooses the pre-tokenizer, byte 1 the flags, the rest is
 * the text. What goes in comes out; a stream of tokens gives what the whole gives; counting without
 * room gives the same count.
 */
#include <stdlib.h>
#include <string.h>

#include <edgeai/tokenizer.h>

#include "base/text.h"
#include "lm/pretokenizer.h"
#include "fuzz_target.h"
#include "support/byte_vocabulary.h"

enum { KINDS_MAX = 16, TEXT_MAX = 1 << 16 };

static void require(bool holds)
{
    if (!holds) abort();
}

static edgeai_tokenizer *make(edgeai_context *context, const char *pre)
{
    metadata_image image = metadata_image_make();
    edgeai_model_file *file;
    edgeai_tokenizer *tokenizer;
    byte_vocabulary_add(&image, pre);
    metadata_image_bool(&image, "tokenizer.ggml.add_bos_token", true);
    require(edgeai_model_file_open_memory(&file, context, image.bytes, image.n_bytes) == EDGEAI_OK);
    require(edgeai_tokenizer_create(&tokenizer, context, file) == EDGEAI_OK);
    edgeai_model_file_free(file);
    metadata_image_free(&image);
    return tokenizer;
}

/* One tokenizer for each kind, made once and kept until the process ends. */
static const edgeai_tokenizer *tokenizer_for(uint8_t choice)
{
    static edgeai_context *context;
    static edgeai_tokenizer *tokenizers[KINDS_MAX];
    static size_t n_kinds;
    if (!context) {
        edgeai_context_options options = EDGEAI_CONTEXT_OPTIONS_INIT;
        options.n_threads = 1;
        require(edgeai_context_create(&context, &options) == EDGEAI_OK);
        for (; eai_pretokenizer_at(n_kinds); n_kinds++)
            tokenizers[n_kinds] = make(context, eai_pretokenizer_at(n_kinds)->name);
    }
    return tokenizers[choice % n_kinds];
}

/* Valid UTF-8 out of any bytes: U+FFFD for each maximal subpart. At most 3 * n bytes. */
static size_t replace_invalid(const unsigned char *bytes, size_t n, char *out)
{
    size_t used = 0;
    for (size_t at = 0; at < n;) {
        uint32_t code_point;
        int length = eai_utf8_decode(bytes + at, n - at, &code_point);
        if (length > 0) {
            memcpy(out + used, bytes + at, (size_t)length);
            used += (size_t)length;
            at += (size_t)length;
            continue;
        }
        size_t part = 1;
        while (at + part < n && eai_utf8_decode(bytes + at, part + 1, &code_point) == 0)
            part++;
        memcpy(out + used, "\xef\xbf\xbd", 3);
        used += 3;
        at += part;
    }
    return used;
}

static void check_stream(const edgeai_tokenizer *tokenizer, const int32_t *tokens, size_t n_tokens)
{
    static char whole[TEXT_MAX], expected[3 * TEXT_MAX], streamed[3 * TEXT_MAX + 16];
    edgeai_detokenizer state = EDGEAI_DETOKENIZER_INIT;
    size_t n_whole, n_bytes, used = 0;
    require(edgeai_tokenizer_decode(tokenizer, tokens, n_tokens, whole, sizeof(whole), &n_whole,
                                    false) == EDGEAI_OK);
    for (size_t i = 0; i <= n_tokens; i++) {
        require(edgeai_detokenizer_next(&state, tokenizer, i < n_tokens ? tokens[i] : -1,
                                        streamed + used, sizeof(streamed) - used,
                                        &n_bytes) == EDGEAI_OK);
        require(replace_invalid((unsigned char *)streamed + used, n_bytes, expected) == n_bytes);
        require(memcmp(streamed + used, expected, n_bytes) == 0); /* whole characters only */
        used += n_bytes;
    }
    require(replace_invalid((unsigned char *)whole, n_whole, expected) == used);
    require(memcmp(expected, streamed, used) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    static int32_t tokens[TEXT_MAX + 1];
    static char back[TEXT_MAX];
    if (n < 2 || n - 2 > TEXT_MAX) return 0;
    const edgeai_tokenizer *tokenizer = tokenizer_for(data[0]);
    unsigned flags = data[1] & (EDGEAI_ENCODE_SPECIAL | EDGEAI_ENCODE_BOS);
    const char *text = (const char *)data + 2;
    size_t n_text = n - 2, n_tokens, n_again, n_back;
    require(edgeai_tokenizer_encode(tokenizer, text, n_text, flags, tokens, n_text + 1,
                                    &n_tokens) == EDGEAI_OK);
    edgeai_status status =
        edgeai_tokenizer_encode(tokenizer, text, n_text, flags, NULL, 0, &n_again);
    require(status == (n_tokens > 0 ? EDGEAI_E_LIMIT : EDGEAI_OK) && n_again == n_tokens);

    const int32_t *after_bos = tokens + (flags & EDGEAI_ENCODE_BOS ? 1 : 0);
    size_t n_after_bos = n_tokens - (size_t)(after_bos - tokens);
    require(edgeai_tokenizer_decode(tokenizer, after_bos, n_after_bos, back, sizeof(back), &n_back,
                                    true) == EDGEAI_OK);
    require(n_back == n_text && (n_text == 0 || memcmp(back, text, n_text) == 0));
    check_stream(tokenizer, tokens, n_tokens);
    return 0;
}
