/* SPDX-License-Identifier: MIT */
/*
 * The tokenizer test vectors that llama.cpp publishes with its vocabularies: NAME.gguf,
 * NAME.gguf.inp (texts between separator lines) and NAME.gguf.out (a line of token ids for each
 * text).
 */
#include "support/check.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <edgeai/tokenizer.h>

#define SEPARATOR  "\n__ggml_vocab_test__\n"
#define N_TEXTS    47
#define TOKENS_MAX 4096

/* The file's text, NUL-terminated; NULL when it is not there. */
static char *read_text(const char *path)
{
    FILE *file = fopen(path, "rb");
    if (!file) return NULL;
    char *text = calloc(1, 1 << 16);
    assert_non_null(text);
    size_t n = fread(text, 1, (1 << 16) - 1, file);
    assert_true(n > 0 && feof(file));
    fclose(file);
    return text;
}

/* Encodes text[0..n) and compares with the ids on the line; prints both where they differ. */
static bool same_tokens(const edgeai_tokenizer *tokenizer, const char *text, size_t n, char *line)
{
    static int32_t found[TOKENS_MAX], expected[TOKENS_MAX];
    size_t n_found, n_expected = 0;
    assert_ok(edgeai_tokenizer_encode(tokenizer, text, n, EDGEAI_ENCODE_PLAIN, found, TOKENS_MAX,
                                      &n_found));
    for (char *word = strtok(line, " "); word; word = strtok(NULL, " "))
        expected[n_expected++] = (int32_t)atoi(word);
    if (n_found == n_expected && memcmp(found, expected, n_found * sizeof(*found)) == 0)
        return true;
    print_error("'%.*s'\n expected", (int)n, text);
    for (size_t i = 0; i < n_expected; i++)
        print_error(" %d", (int)expected[i]);
    print_error("\n found   ");
    for (size_t i = 0; i < n_found; i++)
        print_error(" %d", (int)found[i]);
    print_error("\n");
    return false;
}

static int count_same(const edgeai_tokenizer *tokenizer, char *texts, char *lines, int *n_texts)
{
    int n_same = 0;
    for (char *text = texts, *line = lines; text; (*n_texts)++) {
        char *text_end = strstr(text, SEPARATOR);
        char *line_end = strchr(line, '\n');
        size_t n = text_end ? (size_t)(text_end - text) : strlen(text);
        if (line_end) *line_end = '\0';
        n_same += same_tokens(tokenizer, text, n, line);
        text = text_end ? text_end + strlen(SEPARATOR) : NULL;
        line = line_end ? line_end + 1 : line + strlen(line);
    }
    return n_same;
}

static void check_vocabulary(const char *name)
{
    char path[512], with_suffix[520];
    snprintf(path, sizeof(path), "%s/vocab/ggml-vocab-%s.gguf", EDGEAI_TEST_DATA, name);
    snprintf(with_suffix, sizeof(with_suffix), "%s.inp", path);
    char *texts = read_text(with_suffix);
    snprintf(with_suffix, sizeof(with_suffix), "%s.out", path);
    char *lines = read_text(with_suffix);
    if (!texts || !lines) {
        free(texts);
        free(lines);
        print_message("skipped: no %s\n", with_suffix);
        skip();
    }
    edgeai_context *context;
    edgeai_model_file *file;
    edgeai_tokenizer *tokenizer;
    assert_ok(edgeai_context_create(&context, NULL));
    assert_ok(edgeai_model_file_open(&file, context, path));
    assert_ok(edgeai_tokenizer_create(&tokenizer, context, file));
    edgeai_model_file_free(file);
    int n_texts = 0;
    int n_same = count_same(tokenizer, texts, lines, &n_texts);
    print_message("%s: %d of %d texts\n", name, n_same, n_texts);
    edgeai_tokenizer_free(tokenizer);
    edgeai_context_free(context);
    free(texts);
    free(lines);
    assert_int_equal(n_texts, N_TEXTS);
    assert_int_equal(n_same, N_TEXTS);
}

static void gpt_2(void **state)
{
    (void)state;
    check_vocabulary("gpt-2");
}

static void refact(void **state)
{
    (void)state;
    check_vocabulary("refact");
}

static void deepseek_coder(void **state)
{
    (void)state;
    check_vocabulary("deepseek-coder");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(gpt_2),
        cmocka_unit_test(refact),
        cmocka_unit_test(deepseek_coder),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
