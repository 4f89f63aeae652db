/* SPDX-License-Identifier: MIT */
#ifndef EDGEAI_TOKENIZER_H
#define EDGEAI_TOKENIZER_H

/**
 * @file tokenizer.h
 * Byte-level BPE as GGUF files carry it (tokenizer.ggml.model = "gpt2"): text to tokens and back.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <edgeai/context.h>
#include <edgeai/model_file.h>
#include <edgeai/status.h>

#ifdef __cplusplus
extern "C" {
#endif

/** A vocabulary with its merges and expressions. Immutable, so it may be shared by threads. */
typedef struct edgeai_tokenizer edgeai_tokenizer;

/** Tokens with a role; asked for by edgeai_tokenizer_special(). */
typedef enum edgeai_special_token {
    EDGEAI_TOKEN_BOS = 0, /**< Start of text. */
    EDGEAI_TOKEN_EOS,     /**< End of text. */
    EDGEAI_TOKEN_EOT,     /**< End of turn; by its key, else by the names <|eot_id|>, <|im_end|>,
                             <|role_end|>, <|end|>, \<end_of_turn\>. */
    EDGEAI_TOKEN_PAD,     /**< Padding. */
    EDGEAI_TOKEN_MASK     /**< MASK; by its key, else by the names <|mdm_mask|>, <|mask|>, <|MASK|>,
                             [MASK]. */
} edgeai_special_token;

/** Token types; the numbers are GGUF's. */
typedef enum edgeai_token_type {
    EDGEAI_TOKEN_NORMAL = 1,
    EDGEAI_TOKEN_UNKNOWN = 2,
    EDGEAI_TOKEN_CONTROL = 3,
    EDGEAI_TOKEN_USER_DEFINED = 4,
    EDGEAI_TOKEN_UNUSED = 5,
    EDGEAI_TOKEN_BYTE = 6
} edgeai_token_type;

/** How to encode; a sum of these. User-defined tokens are found in any case. */
typedef enum edgeai_encode_flags {
    EDGEAI_ENCODE_PLAIN = 0,
    EDGEAI_ENCODE_SPECIAL = 1, /**< Names of control tokens in the text become those tokens;
                                  without it no text gives a control token. */
    EDGEAI_ENCODE_BOS = 2      /**< Put BOS first, if the model has one and says it wants it. */
} edgeai_encode_flags;

/**
 * Reads the tokenizer out of a model file; copies what it needs.
 *
 * An unknown or absent tokenizer.ggml.pre is logged as a warning, and "default" is used.
 * docs/formats/tokenizer.md tells which keys are read, and how.
 *
 * @param[out] out     Yours, free with edgeai_tokenizer_free(). NULL on failure.
 * @param[in]  context Not NULL; must outlive the tokenizer.
 * @param[in]  file    Not NULL; needed only during the call.
 * @return EDGEAI_OK; EDGEAI_E_NOT_FOUND (no vocabulary in the file); EDGEAI_E_UNSUPPORTED (another
 *         tokenizer model); EDGEAI_E_FORMAT (ids out of range, arrays of different lengths, broken
 *         merges; the text names the key); EDGEAI_E_MEMORY.
 */
EDGEAI_API edgeai_status edgeai_tokenizer_create(edgeai_tokenizer **out, edgeai_context *context,
                                                 const edgeai_model_file *file);

/** Frees it. @param tokenizer NULL is fine. */
EDGEAI_API void edgeai_tokenizer_free(edgeai_tokenizer *tokenizer);

/** Number of tokens; ids are 0 .. n-1. */
EDGEAI_API int32_t edgeai_tokenizer_n_tokens(const edgeai_tokenizer *tokenizer);

/** The id of a token with a role, or -1 if the vocabulary has none. */
EDGEAI_API int32_t edgeai_tokenizer_special(const edgeai_tokenizer *tokenizer,
                                            edgeai_special_token which);

/**
 * Whether generation ends at this token: EOS, EOT, the end of message (eom_token_id), and control
 * tokens named <|endoftext|>, <|end_of_text|>, <|eom_id|>, <|eot_id|>, <|im_end|> or <|role_end|>,
 * because a model fills the rest of its answer with any of them, and files name only some by key.
 */
EDGEAI_API bool edgeai_tokenizer_is_end(const edgeai_tokenizer *tokenizer, int32_t token);

/** Type of a token; EDGEAI_TOKEN_UNKNOWN for an id out of range. */
EDGEAI_API edgeai_token_type edgeai_tokenizer_type(const edgeai_tokenizer *tokenizer,
                                                   int32_t token);

/** The id of the token with exactly this stored text (special tokens: their name), or -1. */
EDGEAI_API int32_t edgeai_tokenizer_find(const edgeai_tokenizer *tokenizer, const char *text);

/**
 * Text to tokens.
 *
 * @param[in]  tokenizer Not NULL.
 * @param[in]  text     [n_bytes]; UTF-8 is expected, any bytes are accepted. They come back from
 *                      edgeai_tokenizer_decode(special = true) if each byte has a token; bytes
 *                      without one become the unknown token, or nothing if there is none or
 *                      it is a control token.
 * @param      n_bytes  At most 2^30; 0 is fine.
 * @param      flags    Sum of edgeai_encode_flags.
 * @param[out] tokens   [capacity]; NULL is fine when capacity is 0. On EDGEAI_E_LIMIT the first
 *                      `capacity` tokens are there.
 * @param      capacity Room; n_bytes + 1 is always enough.
 * @param[out] n_tokens How many the text has, also on EDGEAI_E_LIMIT.
 * @return EDGEAI_OK; EDGEAI_E_LIMIT (capacity too small); EDGEAI_E_INVALID; EDGEAI_E_MEMORY.
 * Threads: safe. Memory: working space in proportion to the text, freed on return.
 * Source: byte-level BPE (GPT-2), pre-tokenizers as named in docs/formats/tokenizer.md.
 */
EDGEAI_API edgeai_status edgeai_tokenizer_encode(const edgeai_tokenizer *tokenizer,
                                                 const char *text, size_t n_bytes, unsigned flags,
                                                 int32_t *tokens, size_t capacity,
                                                 size_t *n_tokens);

/**
 * Tokens to bytes, not NUL-terminated. Control, unknown and unused tokens give nothing unless
 * `special`; ids out of range give nothing.
 *
 * @param[in]  tokenizer Not NULL.
 * @param[in]  tokens   [n_tokens].
 * @param      n_tokens 0 is fine.
 * @param[out] bytes    [capacity]; NULL is fine when capacity is 0. On EDGEAI_E_LIMIT the first
 *                      `capacity` bytes are there.
 * @param      capacity Room.
 * @param[out] n_bytes  How many bytes the tokens give, also on EDGEAI_E_LIMIT.
 * @param      special  Write control, unknown and unused tokens by their names.
 * @return EDGEAI_OK; EDGEAI_E_LIMIT; EDGEAI_E_INVALID.
 * Threads: safe. Memory: allocates nothing.
 */
EDGEAI_API edgeai_status edgeai_tokenizer_decode(const edgeai_tokenizer *tokenizer,
                                                 const int32_t *tokens, size_t n_tokens,
                                                 char *bytes, size_t capacity, size_t *n_bytes,
                                                 bool special);

/** State of a streaming detokenization: bytes of a character that is not complete yet. */
typedef struct edgeai_detokenizer {
    unsigned char pending[4]; /**< Its first bytes. */
    int n_pending;            /**< How many, 0 to 3. */
} edgeai_detokenizer;

/** A fresh state. */
#define EDGEAI_DETOKENIZER_INIT                                                                    \
    {                                                                                              \
        {0, 0, 0, 0}, 0                                                                            \
    }

/**
 * The next token's text, whole UTF-8 characters only: bytes of an unfinished character wait in
 * `state` for the next call. Bytes that can never become a character are replaced by U+FFFD, one
 * for each maximal subpart (Unicode Standard, section 3.9). Control tokens and ids out of range
 * give nothing, and do not part a character.
 *
 * @param[in,out] state    From EDGEAI_DETOKENIZER_INIT; unchanged on EDGEAI_E_LIMIT.
 * @param[in]     tokenizer Not NULL.
 * @param         token    -1 flushes: an unfinished character becomes U+FFFD.
 * @param[out]    bytes    [capacity], not NUL-terminated. Three times the token's bytes plus three
 *                         is always enough.
 * @param         capacity Room.
 * @param[out]    n_bytes  Bytes written, or needed on EDGEAI_E_LIMIT.
 * @return EDGEAI_OK; EDGEAI_E_LIMIT; EDGEAI_E_INVALID.
 * Threads: one thread for each state. Memory: allocates nothing.
 */
EDGEAI_API edgeai_status edgeai_detokenizer_next(edgeai_detokenizer *state,
                                                 const edgeai_tokenizer *tokenizer, int32_t token,
                                                 char *bytes, size_t capacity, size_t *n_bytes);

#ifdef __cplusplus
}
#endif
#endif
