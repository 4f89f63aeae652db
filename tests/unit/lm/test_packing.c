/* SPDX-License-Identifier: MIT */
#include <stdlib.h>
#include <string.h>

#include "lm/lm_model.h"
#include "support/check.h"
#include "support/failing_allocator.h"
#include "support/tiny_model.h"

enum { N = 12, V_MAX = 64 };

static edgeai_lm *load(edgeai_context *context, const tiny_model *model, edgeai_weights weights)
{
    edgeai_lm_options options = EDGEAI_LM_OPTIONS_INIT;
    edgeai_lm *lm;
    options.weights = weights;
    assert_ok(edgeai_lm_load(&lm, context, model->file, &options));
    return lm;
}

static void read_logits(const edgeai_lm *lm, float *logits)
{
    edgeai_lm_denoiser *denoiser;
    edgeai_prediction predictions[N];
    int32_t row[N], positions[N];
    for (int32_t i = 0; i < N; i++) {
        row[i] = i * 3 % 40;
        positions[i] = i;
    }
    assert_ok(edgeai_lm_denoiser_create(&denoiser, lm, NULL));
    const edgeai_denoiser *d = edgeai_lm_denoiser_interface(denoiser);
    assert_ok(d->predict(d->user, row, N, positions, N, predictions, logits));
    edgeai_lm_denoiser_free(denoiser);
}

/* Packing changes no bit, with experts (whose rows are panels or not) and without. */
static void test_same_bits(void **state)
{
    (void)state;
    static const char *const architectures[] = {"llada", "dream", "llada-moe", "rnd1"};
    static const edgeai_dtype dtypes[] = {EDGEAI_DTYPE_Q8_0, EDGEAI_DTYPE_F16, EDGEAI_DTYPE_Q4_0};
    static float mapped_logits[N * V_MAX], packed_logits[N * V_MAX];
    edgeai_context *context;
    assert_ok(edgeai_context_create(&context, NULL));
    for (size_t i = 0; i < 12; i++) {
        tiny_model_spec spec = tiny_model_spec_make(architectures[i % 4]);
        tiny_model model;
        spec.dtype = dtypes[i / 4];
        if (i % 2) spec.n_ff = 64; /* 96 and 64 are panels, and experts' rows with them */
        tiny_model_open(&model, context, &spec);
        edgeai_lm *mapped = load(context, &model, EDGEAI_WEIGHTS_MAPPED);
        edgeai_lm *packed = load(context, &model, EDGEAI_WEIGHTS_PACKED);
        assert_null(mapped->packed);
        assert_non_null(packed->packed);
        assert_in_range(spec.n_vocab, 1, V_MAX);
        read_logits(mapped, mapped_logits);
        read_logits(packed, packed_logits);
        assert_memory_equal(mapped_logits, packed_logits, N * spec.n_vocab * sizeof(float));
        edgeai_lm_free(mapped);
        edgeai_lm_free(packed);
        tiny_model_close(&model);
    }
    edgeai_context_free(context);
}

/* A model in memory is not the library's to give back: its bytes stay. */
static void test_memory_of_the_caller_stays(void **state)
{
    (void)state;
    edgeai_context *context;
    tiny_model_spec spec = tiny_model_spec_make("llada");
    tiny_model model;
    assert_ok(edgeai_context_create(&context, NULL));
    tiny_model_open(&model, context, &spec);
    const size_t n = model.image.n_bytes;
    unsigned char *before = malloc(n);
    assert_non_null(before);
    memcpy(before, model.image.bytes, n);
    edgeai_lm_free(load(context, &model, EDGEAI_WEIGHTS_PACKED));
    assert_memory_equal(before, model.image.bytes, n);
    free(before);
    tiny_model_close(&model);
    edgeai_context_free(context);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_same_bits),
        cmocka_unit_test(test_memory_of_the_caller_stays),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
