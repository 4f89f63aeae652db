/* SPDX-License-Identifier: MIT */
#include "support/check.h"

#include <string.h>

#include "common/decode_settings.h"

static decode_settings settings;

static const tool_option table[] = {
    DECODE_SETTINGS_LOADING(settings), DECODE_SETTINGS_LENGTH(settings),
    DECODE_SETTINGS_SAMPLING(settings), DECODE_SETTINGS_DICO(settings)};

static const tool_program self = {.name = "program",
                                  .synopsis = "",
                                  .summary = "",
                                  .options = table,
                                  .n_options = sizeof table / sizeof table[0]};

static edgeai_generate_options parse(char **argv, int argc)
{
    int first;
    edgeai_generate_options options = EDGEAI_GENERATE_OPTIONS_INIT;
    memset(&settings, 0, sizeof settings);
    assert_int_equal(options_parse(&self, argc, argv, &first), -1);
    decode_settings_apply(&settings, &options);
    return options;
}

static void choices_are_the_librarys(void **state)
{
    (void)state;
    int n = 0;
    for (; decode_settings_decoders[n]; n++)
        assert_string_equal(decode_settings_decoders[n], edgeai_decoder_name((edgeai_decoder)n));
    assert_int_equal(n, EDGEAI_N_DECODERS);
    for (n = 0; decode_settings_chats[n]; n++)
        assert_string_equal(decode_settings_chats[n], edgeai_chat_name((edgeai_chat)n));
    assert_string_equal(edgeai_chat_name((edgeai_chat)n), "?");
}

static void presets_are_as_published(void **state)
{
    (void)state;
    char *argv[] = {"program", NULL};
    edgeai_generate_options options = parse(argv, 1);
    const edgeai_decode_options *decode = &options.decode;
    assert_close(decode->threshold, 0.9, 0, 0);
    assert_close(decode->entropy_bound, 0.1, 0, 0);
    assert_close(decode->kl_threshold, 0.01, 0, 0);
    assert_close(decode->eps, 1e-3, 0, 0);
    assert_int_equal(decode->kl_history, 2);
    assert_int_equal(decode->dico.n_seeds, 4);
    assert_int_equal(decode->dico.tolerance, 2);
    assert_int_equal(decode->dico.n_divide_passes, 10);
    assert_close(decode->dico.seed_threshold, 0.3, 0, 0);
    assert_close(decode->dico.guidance_alpha, 0.5, 0, 0);
    assert_close(decode->dico.guidance_beta, 0.05, 0, 0);
    assert_close(decode->dico.low_threshold, 0.6, 0, 0);
    assert_close(decode->dico.safe_confidence, 0.98, 0, 0);
    assert_close(decode->dico.finalize_ratio, 0.8, 0, 0);
    assert_close(decode->dico.margin_threshold, 3, 0, 0);
    assert_int_equal(decode->block_tokens, 0);
    assert_false(options.no_early_stop);
    assert_int_equal(options.weights, EDGEAI_WEIGHTS_AUTO);
    assert_int_equal(options.activations, EDGEAI_ACTIVATIONS_AUTO);
}

static void options_reach_their_fields(void **state)
{
    (void)state;
    char *argv[] = {"program",
                    "-n",
                    "7",
                    "--context",
                    "99",
                    "--block=16",
                    "--seed=5",
                    "--dico-tolerance",
                    "0",
                    "--steps",
                    "3",
                    "--dico-safe-divide",
                    "--no-early-stop",
                    "--dico-seeds",
                    "9",
                    "--dico-no-guidance",
                    "--temp",
                    "0.5",
                    "--top-k=40",
                    "--weights",
                    "packed",
                    "--activations=f32",
                    NULL};
    edgeai_generate_options options = parse(argv, 22);
    assert_int_equal(options.n_tokens, 7);
    assert_int_equal(options.n_row_max, 99);
    assert_int_equal(options.decode.block_tokens, 16);
    assert_int_equal(options.decode.seed, 5);
    assert_int_equal(options.decode.n_steps, 3);
    assert_int_equal(options.decode.top_k, 40);
    assert_close(options.decode.temperature, 0.5, 0, 0);
    assert_int_equal(options.decode.dico.tolerance, -1); /* none; 0 would be the default */
    assert_int_equal(options.decode.dico.n_seeds, 9);
    assert_int_equal(options.decode.dico.safe_divide, 1);
    assert_int_equal(options.decode.dico.no_guidance, 1);
    assert_int_equal(options.decode.dico.linear_guidance, 0);
    assert_true(options.no_early_stop);
    assert_int_equal(options.weights, EDGEAI_WEIGHTS_PACKED);
    assert_int_equal(options.activations, EDGEAI_ACTIVATIONS_F32);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(choices_are_the_librarys),
        cmocka_unit_test(presets_are_as_published),
        cmocka_unit_test(options_reach_their_fields),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
