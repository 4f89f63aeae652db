/* SPDX-License-Identifier: MIT */
#ifndef EAI_GENERATE_CHAT_H
#define EAI_GENERATE_CHAT_H

/* Chat templates by name: messages in, the tokens of a prompt out. */

#include <edgeai/generate.h>

#include "generate/token_list.h"

/*
 * The template to use: `asked`, or for AUTO what the file says (edgeai.chat, then the marks of
 * tokenizer.chat_template, then RAW). EDGEAI_E_INVALID for a value that is none,
 * EDGEAI_E_UNSUPPORTED when edgeai.chat names another one.
 */
edgeai_status eai_chat_resolve(const edgeai_model_file *file, edgeai_chat asked, edgeai_chat *out);

/*
 * Appends the prompt that asks for the next answer. Only the template's own marks become control
 * tokens; what looks like one inside a message stays text.
 */
edgeai_status eai_chat_encode(eai_token_list *out, const edgeai_tokenizer *tokenizer,
                              edgeai_chat chat, const edgeai_message *messages, size_t n_messages);

#endif
