/* SPDX-License-Identifier: MIT */
#ifndef TESTS_SUPPORT_ALPHABET_MODEL_H
#define TESTS_SUPPORT_ALPHABET_MODEL_H

/*
 * A working llada model of 300 kB whose answers are known: it recites the alphabet. Its one head
 * looks at the token in front of each position, and the letter after it in the alphabet comes out
 * with a probability above 0.999: "A" after a newline, "." after "Z", then <|endoftext|> for good.
 * Where the token in front is a mask or another one, all tokens are equally likely.
 *
 * Tokens 0 to 255 are the bytes; names of control tokens follow.
 */

#include "support/gguf_image.h"

/* Fits rows of this many tokens. */
#define ALPHABET_MODEL_CONTEXT 128

/* The file's bytes. `chat` (edgeai.chat) and `chat_template` may be NULL: the key is left out. */
void alphabet_model_make(gguf_image *image, const char *chat, const char *chat_template);

/* The same, written to a file. */
void alphabet_model_write(const char *path, const char *chat, const char *chat_template);

#endif
