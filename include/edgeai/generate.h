/* SPDX-License-Identifier: MIT */
#ifndef EDGEAI_GENERATE_H
#define EDGEAI_GENERATE_H

/**
 * @file generate.h
 * From prompt to text with one model: chat templates, infilling, stop texts, statistics; and task
 * files, to measure accuracy and speed of decoders.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <edgeai/context.h>
#include <edgeai/decode.h>
#include <edgeai/lm.h>
#include <edgeai/model_file.h>
#include <edgeai/status.h>
#include <edgeai/tensor.h>
#include <edgeai/tokenizer.h>

#ifdef __cplusplus
extern "C" {
#endif

/** How messages are put into a prompt. */
typedef enum edgeai_chat {
    EDGEAI_CHAT_AUTO =
        0,           /**< The file's edgeai.chat, else by its tokenizer.chat_template, else RAW. */
    EDGEAI_CHAT_RAW, /**< The text as it is. */
    EDGEAI_CHAT_PLAIN,    /**< The text and a newline. */
    EDGEAI_CHAT_LLADA,    /**< LLaDA's header tokens. */
    EDGEAI_CHAT_DREAM,    /**< ChatML, with Dream's default system line. */
    EDGEAI_CHAT_LLADA_MOE /**< \<role\>HUMAN\</role\> .. <|role_end|>. */
} edgeai_chat;

/**
 * Name of a template for options and tables: "auto", "raw", "plain", "llada", "dream", "llada-moe".
 * @return A static string; "?" for a value that is none.
 */
EDGEAI_API const char *edgeai_chat_name(edgeai_chat chat);

/** Who says a message. */
typedef enum edgeai_role {
    EDGEAI_ROLE_SYSTEM = 0,
    EDGEAI_ROLE_USER = 1,
    EDGEAI_ROLE_ASSISTANT = 2
} edgeai_role;

/** A message of a conversation. Borrowed. */
typedef struct edgeai_message {
    edgeai_role role; /**< Who says it. */
    const char *text; /**< NUL-terminated UTF-8. */
} edgeai_message;

/** Settings of a generator; 0 is the default of each field. */
typedef struct edgeai_generate_options {
    size_t struct_size; /**< sizeof(edgeai_generate_options). */
    size_t n_tokens;    /**< Masks to append behind the prompt. Default 128, or what still fits. */
    size_t n_row_max;   /**< Longest row, prompt and masks; memory is taken for it at once. Default:
                             the model's context length, memory being taken as rows need it. */
    edgeai_chat chat;   /**< Template of the prompt. */
    edgeai_cache cache; /**< Keys and values reused within a block. */
    bool no_early_stop; /**< true: decode all n_tokens even behind an end token. */
    const char *const *stop_texts; /**< [n_stop_texts] The text is cut before the first of these. */
    size_t n_stop_texts;           /**< 0: none. */
    edgeai_decode_options decode;  /**< end_tokens and n_prompt are filled in by the generator. */
    edgeai_weights weights;        /**< How to keep the weights, for edgeai_lm_load(); only
                                        edgeai_generator_create() reads it. */
    edgeai_activations activations; /**< What products read, likewise. */
} edgeai_generate_options;

/** Initializer with every field at its default. */
#ifdef __cplusplus
#define EDGEAI_GENERATE_OPTIONS_INIT                                                               \
    []() {                                                                                         \
        edgeai_generate_options init = {};                                                         \
        init.struct_size = sizeof(edgeai_generate_options);                                        \
        init.decode.struct_size = sizeof(edgeai_decode_options);                                   \
        return init;                                                                               \
    }()
#else
#define EDGEAI_GENERATE_OPTIONS_INIT                                                               \
    {                                                                                              \
        .struct_size = sizeof(edgeai_generate_options), .decode = EDGEAI_DECODE_OPTIONS_INIT       \
    }
#endif

/** What came out. Text and tokens are borrowed from the generator until its next call. */
typedef struct edgeai_generation {
    const char *text; /**< Up to the first end token or stop text; valid UTF-8, NUL-terminated. */
    size_t n_text_bytes;         /**< Without the NUL. */
    const int32_t *tokens;       /**< [n_row] the whole row. */
    size_t n_row;                /**< Prompt and generated tokens together. */
    size_t n_prompt_tokens;      /**< Tokens in front of the first mask. */
    size_t n_tokens;             /**< Generated tokens up to (not counting) the first end token. */
    bool ended;                  /**< An end token or stop text was reached. */
    double total_ms;             /**< From text in to text out. */
    edgeai_decode_result decode; /**< What the decoding took. */
} edgeai_generation;

/** A model with its tokenizer, denoiser and decoding. Belongs to one thread at a time. */
typedef struct edgeai_generator edgeai_generator;

/**
 * Opens a model file and readies it for generating.
 *
 * @param[out] out     Yours, free with edgeai_generator_free(). NULL on failure.
 * @param[in]  context Not NULL; must outlive the generator.
 * @param[in]  path    A GGUF file. Not NULL.
 * @param[in]  options NULL for all defaults; copied (stop texts too).
 * @return EDGEAI_OK, or the errors of edgeai_model_file_open(), edgeai_tokenizer_create(),
 *         edgeai_lm_load(), edgeai_lm_denoiser_create() and edgeai_decoding_create().
 */
EDGEAI_API edgeai_status edgeai_generator_create(edgeai_generator **out, edgeai_context *context,
                                                 const char *path,
                                                 const edgeai_generate_options *options);

/** Frees it. @param generator NULL is fine. */
EDGEAI_API void edgeai_generator_free(edgeai_generator *generator);

/**
 * Changes decoder, length or cache, keeping the loaded weights as they are. On failure nothing is
 * changed.
 * @param[in] generator Not NULL.
 * @param[in] options NULL for all defaults; copied.
 * @return EDGEAI_OK; EDGEAI_E_INVALID (the text names the field; guidance together with a cache is
 *         one such); EDGEAI_E_UNSUPPORTED (edgeai.chat of the file is none of edgeai_chat);
 *         EDGEAI_E_LIMIT; EDGEAI_E_MEMORY.
 */
EDGEAI_API edgeai_status edgeai_generator_configure(edgeai_generator *generator,
                                                    const edgeai_generate_options *options);

/** The parts, borrowed: for callers that need the tokenizer or the sizes. */
EDGEAI_API const edgeai_tokenizer *edgeai_generator_tokenizer(const edgeai_generator *generator);
/** The loaded model, borrowed. */
EDGEAI_API const edgeai_lm *edgeai_generator_lm(const edgeai_generator *generator);
/** The open file, borrowed. */
EDGEAI_API const edgeai_model_file *edgeai_generator_file(const edgeai_generator *generator);
/** The template in use; never AUTO. */
EDGEAI_API edgeai_chat edgeai_generator_chat(const edgeai_generator *generator);

/**
 * Continues a prompt.
 * @param[in]  generator Not NULL.
 * @param[in]  prompt NUL-terminated UTF-8; goes through the chat template as one user message.
 * @param[out] result NULL is fine.
 * @return EDGEAI_OK; EDGEAI_E_CANCELLED (result holds what was committed so far); EDGEAI_E_LIMIT
 *         (prompt and masks exceed n_row_max; the text gives the numbers); EDGEAI_E_MEMORY.
 */
EDGEAI_API edgeai_status edgeai_generate(edgeai_generator *generator, const char *prompt,
                                         edgeai_generation *result);

/**
 * Answers the last message of a conversation; otherwise as edgeai_generate().
 * @param[in]  generator  Not NULL.
 * @param[in]  messages   [n_messages].
 * @param      n_messages >= 1.
 * @param[out] result     NULL is fine.
 * @return As edgeai_generate().
 */
EDGEAI_API edgeai_status edgeai_generate_chat(edgeai_generator *generator,
                                              const edgeai_message *messages, size_t n_messages,
                                              edgeai_generation *result);

/**
 * Fills in gaps: each [MASK:n] (n 1 to 1024) or [MASK] (n = 1) of the text becomes n masks, and the
 * text around them is kept. `result->text` is the whole text, `n_tokens` counts those of the gaps.
 * No template or stop text applies, and early stop only in a gap that ends the text. Otherwise as
 * edgeai_generate().
 * @param[in]  generator Not NULL.
 * @param[in]  text      NUL-terminated UTF-8. EDGEAI_E_INVALID when it has no gap, or one outside
 *                       1 to 1024.
 * @param[out] result    NULL is fine.
 * @return As edgeai_generate().
 */
EDGEAI_API edgeai_status edgeai_generate_infill(edgeai_generator *generator, const char *text,
                                                edgeai_generation *result);

/** One problem of a task file. Borrowed from the task set. */
typedef struct edgeai_task {
    const char *id;     /**< "" if the file gives none. */
    const char *prompt; /**< What is asked. */
    const char *answer; /**< Expected; for GSM8K the number after "#### ". */
    bool is_number;     /**< GSM8K: compare the last number of the text. */
} edgeai_task;

/** The problems of a task file (docs/formats/task-file.md) or of GSM8K's own. */
typedef struct edgeai_tasks edgeai_tasks;

/**
 * Reads a task file (JSON lines), told apart by its keys: "prompt"/"answer" or "question"/"answer".
 * @return EDGEAI_OK; EDGEAI_E_NOT_FOUND, EDGEAI_E_IO; EDGEAI_E_FORMAT (the text names the line);
 *         EDGEAI_E_VERSION; EDGEAI_E_MEMORY.
 */
EDGEAI_API edgeai_status edgeai_tasks_open(edgeai_tasks **out, edgeai_context *context,
                                           const char *path);
/** Frees it. @param tasks NULL is fine. */
EDGEAI_API void edgeai_tasks_free(edgeai_tasks *tasks);
/** Number of problems. */
EDGEAI_API size_t edgeai_tasks_count(const edgeai_tasks *tasks);
/** Problem number `index` (0 .. count-1), borrowed; NULL outside. */
EDGEAI_API const edgeai_task *edgeai_tasks_get(const edgeai_tasks *tasks, size_t index);

/** Whether a generated text answers the problem: equal after trimming, or equal numbers. */
EDGEAI_API bool edgeai_task_is_correct(const edgeai_task *task, const char *text);

#ifdef __cplusplus
}
#endif
#endif
