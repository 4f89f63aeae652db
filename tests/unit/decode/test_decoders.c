/* SPDX-License-Identifier: MIT */
#include "decode/decoding.h"

#include <string.h>

#include "support/check.h"

static void names_and_numbers_agree(void **state)
{
    (void)state;
    for (int i = 0; i < EDGEAI_N_DECODERS; i++) {
        edgeai_decoder found = EDGEAI_N_DECODERS;
        const char *name = edgeai_decoder_name((edgeai_decoder)i);
        assert_ok(edgeai_decoder_from_name(name, &found));
        assert_int_equal(found, i);
        assert_non_null(eai_decoder_kind_of((edgeai_decoder)i)->decode_block);
    }
    assert_string_equal(edgeai_decoder_name(EDGEAI_DECODER_DICO), "dico");
    assert_string_equal(edgeai_decoder_name(EDGEAI_DECODER_KLASS), "klass");
    assert_string_equal(edgeai_decoder_name((edgeai_decoder)EDGEAI_N_DECODERS), "?");
    assert_string_equal(edgeai_decoder_name((edgeai_decoder)-1), "?");
}

static void an_unknown_name_lists_the_known_ones(void **state)
{
    (void)state;
    edgeai_decoder found = EDGEAI_DECODER_KLASS;
    assert_fails(edgeai_decoder_from_name("greedy", &found), EDGEAI_E_NOT_FOUND);
    assert_error_says("\"greedy\"");
    assert_error_says("dico, low-confidence, random, origin, maskgit-plus, topk-margin, entropy, "
                      "threshold, factor, entropy-bound, klass");
    assert_int_equal(found, EDGEAI_DECODER_KLASS);
    assert_fails(edgeai_decoder_from_name(NULL, &found), EDGEAI_E_INVALID);
    assert_fails(edgeai_decoder_from_name("dico", NULL), EDGEAI_E_INVALID);
}

static void published_blocks_and_dreams_four(void **state)
{
    (void)state;
    assert_int_equal(eai_decoder_kind_of(EDGEAI_DECODER_DICO)->block_tokens, 128);
    assert_int_equal(eai_decoder_kind_of(EDGEAI_DECODER_THRESHOLD)->block_tokens, 32);
    assert_true(eai_decoder_kind_of(EDGEAI_DECODER_ENTROPY)->block_tokens == SIZE_MAX);
    int n_dream = 0;
    for (int i = 0; i < EDGEAI_N_DECODERS; i++)
        n_dream += eai_decoder_is_dream((edgeai_decoder)i);
    assert_int_equal(n_dream, 4);
    assert_true(eai_decoder_is_dream(EDGEAI_DECODER_ORIGIN));
    assert_true(eai_decoder_is_dream(EDGEAI_DECODER_ENTROPY));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_and_numbers_agree),
        cmocka_unit_test(an_unknown_name_lists_the_known_ones),
        cmocka_unit_test(published_blocks_and_dreams_four),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
