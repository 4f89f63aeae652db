/* SPDX-License-Identifier: MIT */
#include "decode/decoding.h"

#include <math.h>

#include "support/check.h"

static void zero_is_the_published_default(void **state)
{
    (void)state;
    edgeai_decode_options own;
    assert_ok(eai_decode_options_resolve(&own, NULL));
    assert_int_equal(own.decoder, EDGEAI_DECODER_DICO);
    assert_int_equal(own.block_tokens, 128);
    assert_true(own.temperature == 0 && own.top_p == 1 && own.top_k == 0);
    assert_true(own.threshold == 0.9 && own.factor == 1 && own.entropy_bound == 0.1);
    assert_true(own.kl_threshold == 0.01 && own.kl_history == 2 && own.eps == 1e-3);
    const edgeai_dico_options *dico = &own.dico;
    assert_true(dico->n_seeds == 4 && dico->seed_threshold == 0.3 && dico->tolerance == 2);
    assert_true(dico->n_divide_passes == 10 && dico->guidance_alpha == 0.5);
    assert_true(dico->guidance_beta == 0.05 && dico->guidance_max == 1);
    assert_true(dico->conquer_factor == 1 && dico->conquer_fixed == 0);
    assert_true(dico->low_threshold == 0.6 && dico->safe_confidence == 0.98);
    assert_true(dico->advance_ratio == 0.1 && dico->n_idle_passes == 2);
    assert_true(dico->finalize_ratio == 0.8 && dico->margin_threshold == 3);
    assert_true(dico->n_fallback == 1 && dico->safe_divide == 0 && dico->no_guidance == 0);
}

static void given_values_are_kept(void **state)
{
    (void)state;
    edgeai_decode_options given = EDGEAI_DECODE_OPTIONS_INIT, own;
    given.decoder = EDGEAI_DECODER_KLASS;
    given.block_tokens = 7;
    given.threshold = 0.25;
    given.dico.tolerance = -1;
    given.dico.n_seeds = 9;
    assert_ok(eai_decode_options_resolve(&own, &given));
    assert_int_equal(own.block_tokens, 7);
    assert_true(own.threshold == 0.25);
    assert_int_equal(own.dico.tolerance, 0);
    assert_int_equal(own.dico.n_seeds, 9);
}

static void an_older_shorter_struct_is_read_as_far_as_it_goes(void **state)
{
    (void)state;
    edgeai_decode_options given = EDGEAI_DECODE_OPTIONS_INIT, own;
    given.struct_size = offsetof(edgeai_decode_options, block_tokens);
    given.n_steps = 5;
    given.block_tokens = 9; /* beyond */
    assert_ok(eai_decode_options_resolve(&own, &given));
    assert_int_equal(own.n_steps, 5);
    assert_int_equal(own.block_tokens, 128);
    given.struct_size = 0;
    assert_fails(eai_decode_options_resolve(&own, &given), EDGEAI_E_INVALID);
    assert_error_says("struct_size");
}

/* Sets a field to a bad value and expects the error to name it. */
#define REFUSED(field, value, text)                                                                \
    do {                                                                                           \
        edgeai_decode_options given = EDGEAI_DECODE_OPTIONS_INIT, own;                             \
        given.field = (value);                                                                     \
        assert_fails(eai_decode_options_resolve(&own, &given), EDGEAI_E_INVALID);                  \
        assert_error_says("decode: " text);                                                        \
    } while (0)

static void values_out_of_range_are_named_with_their_range(void **state)
{
    (void)state;
    REFUSED(decoder, (edgeai_decoder)11, "decoder: expected 0 to 10, found 11");
    REFUSED(decoder, (edgeai_decoder)-1, "decoder: expected 0 to 10, found -1");
    REFUSED(n_steps, (size_t)1048577, "n_steps: expected 0 to 1048576, found 1048577");
    REFUSED(temperature, -0.5, "temperature: expected 0 to 1e+06, found -0.5");
    REFUSED(temperature, NAN, "temperature");
    REFUSED(temperature, INFINITY, "temperature");
    REFUSED(top_p, 1.5, "top_p: expected 0 to 1, found 1.5");
    REFUSED(top_k, -1, "top_k: expected 0 to 2147483647, found -1");
    REFUSED(guidance_scale, -1, "guidance_scale");
    REFUSED(threshold, 1.01, "threshold: expected 0 to 1, found 1.01");
    REFUSED(eps, 2, "eps: expected 0 to 1, found 2");
    REFUSED(kl_history, -3, "kl_history");
    REFUSED(alg_temperature, -1, "alg_temperature");
    REFUSED(dico.seed_threshold, NAN, "dico.seed_threshold");
    REFUSED(dico.tolerance, -2, "dico.tolerance: expected -1 to 2147483647, found -2");
    REFUSED(dico.safe_divide, 2, "dico.safe_divide: expected 0 to 1, found 2");
    REFUSED(dico.n_seeds, -4, "dico.n_seeds");
    REFUSED(n_end_tokens, 1, "end_tokens is NULL, n_end_tokens is 1");
}

static unsigned wanted(edgeai_decoder decoder, double temperature, double top_p, double guidance)
{
    edgeai_decode_options given = EDGEAI_DECODE_OPTIONS_INIT;
    given.decoder = decoder;
    given.temperature = temperature;
    given.top_p = top_p;
    given.guidance_scale = guidance;
    unsigned found = 0;
    assert_ok(edgeai_decode_wanted(&given, &found));
    return found;
}

static void only_what_is_read_is_asked_for(void **state)
{
    (void)state;
    const unsigned token = EDGEAI_WANT_TOKEN, confidence = token | EDGEAI_WANT_CONFIDENCE,
                   rows = token | EDGEAI_WANT_LOGITS;
    assert_int_equal(wanted(EDGEAI_DECODER_DICO, 0, 0, 0), confidence | EDGEAI_WANT_MARGIN);
    assert_int_equal(wanted(EDGEAI_DECODER_LOW_CONFIDENCE, 0, 0, 0), confidence);
    assert_int_equal(wanted(EDGEAI_DECODER_TOPK_MARGIN, 0, 0, 0), confidence | EDGEAI_WANT_MARGIN);
    assert_int_equal(wanted(EDGEAI_DECODER_ENTROPY, 0, 0, 0), confidence | EDGEAI_WANT_ENTROPY);
    assert_int_equal(wanted(EDGEAI_DECODER_ENTROPY_BOUND, 0, 0, 0),
                     confidence | EDGEAI_WANT_ENTROPY);
    assert_int_equal(wanted(EDGEAI_DECODER_KLASS, 0, 0, 0), confidence | EDGEAI_WANT_LOGITS);
    assert_int_equal(wanted(EDGEAI_DECODER_DICO, 0.5, 0, 0), rows);
    assert_int_equal(wanted(EDGEAI_DECODER_DICO, 0, 0, 1), rows);
    assert_int_equal(wanted(EDGEAI_DECODER_ENTROPY, 0, 0.9, 0), rows);
    assert_int_equal(wanted(EDGEAI_DECODER_THRESHOLD, 0, 0.9, 0), confidence); /* no sampling */
    assert_fails(edgeai_decode_wanted(NULL, NULL), EDGEAI_E_INVALID);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(zero_is_the_published_default),
        cmocka_unit_test(given_values_are_kept),
        cmocka_unit_test(an_older_shorter_struct_is_read_as_far_as_it_goes),
        cmocka_unit_test(values_out_of_range_are_named_with_their_range),
        cmocka_unit_test(only_what_is_read_is_asked_for),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
