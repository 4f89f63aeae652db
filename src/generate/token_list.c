/* SPDX-License-Identifier: MIT */
#include "generate/token_list.h"

#include "base/fail.h"
#include "base/memory.h"

static edgeai_status reserve(eai_token_list *list, size_t n_more)
{
    size_t needed, bytes;
    if (!eai_size_add(list->n, n_more, &needed) ||
        !eai_size_multiply(needed, sizeof *list->tokens, &bytes))
        return eai_fail(EDGEAI_E_LIMIT, "row: %zu more tokens overflow", n_more);
    if (needed <= list->capacity) return EDGEAI_OK;
    size_t capacity = needed < 2 * list->capacity ? 2 * list->capacity : needed;
    int32_t *bigger =
        eai_reallocate(list->allocator, list->tokens, list->capacity * sizeof *list->tokens,
                       capacity * sizeof *list->tokens, "row");
    if (!bigger) return EDGEAI_E_MEMORY;
    list->tokens = bigger;
    list->capacity = capacity;
    return EDGEAI_OK;
}

edgeai_status eai_token_list_append(eai_token_list *list, int32_t token, size_t count)
{
    EAI_TRY(reserve(list, count));
    for (size_t i = 0; i < count; i++)
        list->tokens[list->n++] = token;
    return EDGEAI_OK;
}

edgeai_status eai_token_list_encode(eai_token_list *list, const edgeai_tokenizer *tokenizer,
                                    const char *bytes, size_t n_bytes, unsigned flags)
{
    size_t room, n = 0;
    if (!eai_size_add(n_bytes, 1, &room))
        return eai_fail(EDGEAI_E_LIMIT, "text of %zu bytes", n_bytes);
    EAI_TRY(reserve(list, room));
    EAI_TRY(edgeai_tokenizer_encode(tokenizer, bytes, n_bytes, flags, list->tokens + list->n, room,
                                    &n));
    list->n += n;
    return EDGEAI_OK;
}

void eai_token_list_free(eai_token_list *list)
{
    eai_release(list->allocator, list->tokens, list->capacity * sizeof *list->tokens);
    list->tokens = NULL;
    list->n = list->capacity = 0;
}
