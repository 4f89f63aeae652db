/* SPDX-License-Identifier: MIT */

/* What prompts cost in real vocabularies: never more than the estimate, and not much less. */

#include <stdio.h>
#include <string.h>

#include <edgeai/model_file.h>
#include <edgeai/spatial_prompt.h>
#include <edgeai/tokenizer.h>

#include "support/check.h"
#include "support/flat_map.h"

enum { TOKENS_MAX = 1 << 15 };

static edgeai_context *context;

static int start(void **state)
{
    (void)state;
    return edgeai_context_create(&context, NULL);
}

static int stop(void **state)
{
    (void)state;
    edgeai_context_free(context);
    return 0;
}

static void check_prompt(const edgeai_tokenizer *tokenizer, const char *name,
                         const edgeai_prompt *prompt)
{
    static int32_t tokens[TOKENS_MAX];
    size_t n;
    assert_ok(edgeai_tokenizer_encode(tokenizer, prompt->text, prompt->n_bytes, EDGEAI_ENCODE_PLAIN,
                                      tokens, TOKENS_MAX, &n));
    print_message("%-16s %3zu objects: estimated %5d, found %5zu\n", name, prompt->n_objects,
                  prompt->n_tokens, n);
    assert_true((size_t)prompt->n_tokens >= n);
    assert_true((size_t)prompt->n_tokens <= 2 * n);
}

static void check_vocabulary(const char *name)
{
    char path[512];
    edgeai_model_file *file;
    edgeai_tokenizer *tokenizer;
    snprintf(path, sizeof path, "%s/vocab/ggml-vocab-%s.gguf", EDGEAI_TEST_DATA, name);
    const edgeai_status status = edgeai_model_file_open(&file, context, path);
    if (status == EDGEAI_E_NOT_FOUND) {
        print_message("%s is not there\n", path);
        skip();
    }
    assert_ok(status);
    assert_ok(edgeai_tokenizer_create(&tokenizer, context, file));
    edgeai_map *map = flat_map_crowd(context, 40);
    static const int budgets[] = {600, 2048, 8000};
    for (int form = 0; form < 2; form++)
        for (int i = 0; i < 3; i++) {
            edgeai_prompt *prompt;
            edgeai_map_prompt_options options = EDGEAI_MAP_PROMPT_OPTIONS_INIT;
            options.form = (edgeai_prompt_form)form;
            options.token_budget = budgets[i];
            assert_ok(
                edgeai_map_prompt(&prompt, map, &options, "How many lamp(s) are in this room?"));
            check_prompt(tokenizer, name, prompt);
            edgeai_prompt_free(prompt);
        }
    edgeai_map_free(map);
    edgeai_tokenizer_free(tokenizer);
    edgeai_model_file_free(file);
}

static void gpt2(void **state)
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
    const struct CMUnitTest tests[] = {cmocka_unit_test(gpt2), cmocka_unit_test(refact),
                                       cmocka_unit_test(deepseek_coder)};
    return cmocka_run_group_tests(tests, start, stop);
}
