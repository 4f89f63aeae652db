/* SPDX-License-Identifier: MIT */
#include "generate/answer_text.h"

#include <string.h>

#include "base/fail.h"
#include "base/memory.h"

#define REPLACEMENT "\xef\xbf\xbd"

edgeai_status eai_answer_append_bytes(eai_text *out, const char *bytes, size_t n_bytes)
{
    for (size_t i = 0; i < n_bytes;) {
        uint32_t c = 0;
        int length = eai_utf8_decode((const unsigned char *)bytes + i, n_bytes - i, &c);
        bool is_good = length > 0 && c != 0;
        bool is_appended = is_good ? eai_text_append(out, bytes + i, (size_t)length)
                                   : eai_text_append_string(out, REPLACEMENT);
        if (!is_appended) return EDGEAI_E_MEMORY;
        i += is_good ? (size_t)length : 1;
    }
    /* So that an empty text, too, is a string. */
    return eai_text_append(out, "", 0) ? EDGEAI_OK : EDGEAI_E_MEMORY;
}

edgeai_status eai_answer_append_tokens(eai_text *out, const edgeai_tokenizer *tokenizer,
                                       const int32_t *tokens, size_t n_tokens)
{
    size_t n_bytes = 0;
    edgeai_status status =
        edgeai_tokenizer_decode(tokenizer, tokens, n_tokens, NULL, 0, &n_bytes, false);
    if (status != EDGEAI_OK && status != EDGEAI_E_LIMIT) return status;
    if (n_bytes == 0) return eai_answer_append_bytes(out, "", 0);
    char *bytes = eai_allocate(out->allocator, n_bytes, "text");
    if (!bytes) return EDGEAI_E_MEMORY;
    size_t n_written = 0;
    status =
        edgeai_tokenizer_decode(tokenizer, tokens, n_tokens, bytes, n_bytes, &n_written, false);
    if (status == EDGEAI_OK) status = eai_answer_append_bytes(out, bytes, n_written);
    eai_release(out->allocator, bytes, n_bytes);
    return status;
}

bool eai_answer_cut(eai_text *text, const char *const *stops, size_t n_stops)
{
    size_t cut = text->n;
    for (size_t i = 0; i < n_stops; i++) {
        const char *found = *stops[i] && text->bytes ? strstr(text->bytes, stops[i]) : NULL;
        if (found && (size_t)(found - text->bytes) < cut) cut = (size_t)(found - text->bytes);
    }
    if (cut == text->n) return false;
    text->n = cut;
    text->bytes[cut] = '\0';
    return true;
}
