/* SPDX-License-Identifier: MIT */
/*
 * The templates are those that the models were tuned with:
 * LLaDA (Llama 3's header tokens, messages trimmed), Dream (ChatML with a default system line, as
 * in Qwen2), LLaDA-MoE (role tags in capitals). Text between two control tokens is encoded in one
 * piece, because pre-tokenizers may join a template's newline with a message's first characters.
 */
#include "generate/chat.h"

#include <string.h>

#include "base/fail.h"
#include "base/text.h"

static const char *const chat_names[] = {"auto", "raw", "plain", "llada", "dream", "llada-moe"};

enum { N_CHATS = sizeof chat_names / sizeof chat_names[0] };

const char *edgeai_chat_name(edgeai_chat chat)
{
    return (size_t)chat < N_CHATS ? chat_names[chat] : "?";
}

static bool contains(edgeai_string text, const char *part)
{
    return memmem(text.bytes, text.n_bytes, part, strlen(part)) != NULL;
}

static edgeai_status from_name(edgeai_string name, edgeai_chat *out)
{
    for (int i = EDGEAI_CHAT_RAW; i < N_CHATS; i++)
        if (strlen(chat_names[i]) == name.n_bytes &&
            memcmp(chat_names[i], name.bytes, name.n_bytes) == 0) {
            *out = (edgeai_chat)i;
            return EDGEAI_OK;
        }
    char shown[40];
    return eai_fail(EDGEAI_E_UNSUPPORTED,
                    "edgeai.chat: expected raw, plain, llada, dream or llada-moe, found \"%s\"",
                    eai_printable(name.bytes, name.n_bytes, shown, sizeof shown));
}

edgeai_status eai_chat_resolve(const edgeai_model_file *file, edgeai_chat asked, edgeai_chat *out)
{
    if ((size_t)asked >= N_CHATS)
        return eai_fail(EDGEAI_E_INVALID, "chat: expected a template's number 0 to %d, found %d",
                        N_CHATS - 1, (int)asked);
    *out = asked;
    if (asked != EDGEAI_CHAT_AUTO) return EDGEAI_OK;
    edgeai_string text;
    if (edgeai_model_file_get_string(file, "edgeai.chat", &text) == EDGEAI_OK)
        return from_name(text, out);
    *out = EDGEAI_CHAT_RAW;
    if (edgeai_model_file_get_string(file, "tokenizer.chat_template", &text) != EDGEAI_OK)
        return EDGEAI_OK;
    if (contains(text, "<|start_header_id|>"))
        *out = EDGEAI_CHAT_LLADA;
    else if (contains(text, "<|im_start|>"))
        *out = EDGEAI_CHAT_DREAM;
    else if (contains(text, "<role>"))
        *out = EDGEAI_CHAT_LLADA_MOE;
    return EDGEAI_OK;
}

/* A prompt being put together. */
typedef struct builder {
    eai_token_list *out;
    const edgeai_tokenizer *tokenizer;
    eai_text pending; /* text since the last control token */
} builder;

static edgeai_status flush(builder *self)
{
    if (self->pending.n == 0) return EDGEAI_OK;
    EAI_TRY(eai_token_list_encode(self->out, self->tokenizer, self->pending.bytes, self->pending.n,
                                  EDGEAI_ENCODE_PLAIN));
    eai_text_clear(&self->pending);
    return EDGEAI_OK;
}

static edgeai_status add_bytes(builder *self, const char *bytes, size_t n)
{
    return eai_text_append(&self->pending, bytes, n) ? EDGEAI_OK : EDGEAI_E_MEMORY;
}

static edgeai_status add_text(builder *self, const char *text)
{
    return add_bytes(self, text, strlen(text));
}

static edgeai_status add_trimmed(builder *self, const char *text)
{
    static const char *const blanks = " \t\r\n\v\f";
    text += strspn(text, blanks);
    size_t n = strlen(text);
    while (n > 0 && strchr(blanks, text[n - 1]))
        n--;
    return add_bytes(self, text, n);
}

/* A control token by its name; plain text in a vocabulary that lacks it. */
static edgeai_status add_mark(builder *self, const char *name)
{
    int32_t token = edgeai_tokenizer_find(self->tokenizer, name);
    if (token < 0) return add_text(self, name);
    EAI_TRY(flush(self));
    return eai_token_list_append(self->out, token, 1);
}

/* BOS where the file wants it, or where the template has it and the vocabulary too. */
static edgeai_status add_bos(builder *self, bool always)
{
    int32_t bos = edgeai_tokenizer_special(self->tokenizer, EDGEAI_TOKEN_BOS);
    if (always && bos >= 0) return eai_token_list_append(self->out, bos, 1);
    return eai_token_list_encode(self->out, self->tokenizer, "", 0, EDGEAI_ENCODE_BOS);
}

static edgeai_status add_llada_head(builder *self, const char *role)
{
    EAI_TRY(add_mark(self, "<|start_header_id|>"));
    EAI_TRY(add_text(self, role));
    EAI_TRY(add_mark(self, "<|end_header_id|>"));
    return add_text(self, "\n\n");
}

static edgeai_status add_llada(builder *self, const edgeai_message *message)
{
    static const char *const roles[] = {"system", "user", "assistant"};
    EAI_TRY(add_llada_head(self, roles[message->role]));
    EAI_TRY(add_trimmed(self, message->text));
    return add_mark(self, "<|eot_id|>");
}

static edgeai_status add_dream_head(builder *self, const char *role)
{
    EAI_TRY(add_mark(self, "<|im_start|>"));
    EAI_TRY(add_text(self, role));
    return add_text(self, "\n");
}

static edgeai_status add_dream(builder *self, const edgeai_message *message)
{
    static const char *const roles[] = {"system", "user", "assistant"};
    EAI_TRY(add_dream_head(self, roles[message->role]));
    EAI_TRY(add_text(self, message->text));
    EAI_TRY(add_mark(self, "<|im_end|>"));
    return add_text(self, "\n");
}

static edgeai_status add_llada_moe_head(builder *self, const char *role)
{
    EAI_TRY(add_mark(self, "<role>"));
    EAI_TRY(add_text(self, role));
    return add_mark(self, "</role>");
}

static edgeai_status add_llada_moe(builder *self, const edgeai_message *message)
{
    static const char *const roles[] = {"SYSTEM", "HUMAN", "ASSISTANT"};
    EAI_TRY(add_llada_moe_head(self, roles[message->role]));
    EAI_TRY(add_text(self, message->text));
    /* Vocabularies before it existed let the next <role> end a turn. */
    if (edgeai_tokenizer_find(self->tokenizer, "<|role_end|>") < 0) return EDGEAI_OK;
    return add_mark(self, "<|role_end|>");
}

static edgeai_status add_message(builder *self, edgeai_chat chat, const edgeai_message *message)
{
    switch (chat) {
    case EDGEAI_CHAT_LLADA:
        return add_llada(self, message);
    case EDGEAI_CHAT_DREAM:
        return add_dream(self, message);
    case EDGEAI_CHAT_LLADA_MOE:
        return add_llada_moe(self, message);
    case EDGEAI_CHAT_PLAIN:
        EAI_TRY(add_text(self, message->text));
        return add_text(self, "\n");
    case EDGEAI_CHAT_AUTO:
    case EDGEAI_CHAT_RAW:
        break;
    }
    return add_text(self, message->text);
}

static edgeai_status add_all(builder *self, edgeai_chat chat, const edgeai_message *messages,
                             size_t n_messages)
{
    static const edgeai_message dream_system = {EDGEAI_ROLE_SYSTEM, "You are a helpful assistant."};
    EAI_TRY(add_bos(self, chat == EDGEAI_CHAT_LLADA));
    if (chat == EDGEAI_CHAT_DREAM && messages[0].role != EDGEAI_ROLE_SYSTEM)
        EAI_TRY(add_dream(self, &dream_system));
    for (size_t i = 0; i < n_messages; i++)
        EAI_TRY(add_message(self, chat, &messages[i]));
    if (chat == EDGEAI_CHAT_LLADA) EAI_TRY(add_llada_head(self, "assistant"));
    if (chat == EDGEAI_CHAT_DREAM) EAI_TRY(add_dream_head(self, "assistant"));
    if (chat == EDGEAI_CHAT_LLADA_MOE) EAI_TRY(add_llada_moe_head(self, "ASSISTANT"));
    return flush(self);
}

edgeai_status eai_chat_encode(eai_token_list *out, const edgeai_tokenizer *tokenizer,
                              edgeai_chat chat, const edgeai_message *messages, size_t n_messages)
{
    if (!messages || n_messages == 0)
        return eai_fail(EDGEAI_E_INVALID, "chat: expected at least one message");
    for (size_t i = 0; i < n_messages; i++)
        if (!messages[i].text || (unsigned)messages[i].role > EDGEAI_ROLE_ASSISTANT)
            return eai_fail(EDGEAI_E_INVALID, "chat: message %zu: %s", i,
                            messages[i].text ? "role is none" : "text is NULL");
    builder self = {out, tokenizer, {.allocator = out->allocator}};
    edgeai_status status = add_all(&self, chat, messages, n_messages);
    eai_text_free(&self.pending);
    return status;
}
