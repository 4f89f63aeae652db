/* SPDX-License-Identifier: MIT */

/* Where finished rows go: pixels and channels of outputs and residuals of every type. */

#include "conv/conv_internal.h"

#include <string.h>

#include "support/check.h"
#include "support/conv_case.h"

enum { OUT_C = 9, N_PIXELS = 6 };

static void test_rows_go_where_they_belong(void **state)
{
    (void)state;
    edgeai_context *context;
    assert_ok(edgeai_context_create(&context, NULL));
    static const float weights[OUT_C] = {0};
    for (int output = EAI_CONV_F32; output <= EAI_CONV_TRITS; output++)
        for (int residual = EAI_CONV_F32; residual <= EAI_CONV_U8; residual++) {
            eai_conv_problem p = {.shape = conv_case_shape(1, 2, 3, 1, OUT_C, 1, 1, 0),
                                  .weights = weights};
            p.epilogue = (eai_conv_epilogue){.has_residual = true,
                                             .residual_type = (eai_conv_type)residual,
                                             .residual_scale = 1.0f,
                                             .output_type = (eai_conv_type)output,
                                             .output_inverse_scale = 1.0f};
            eai_conv *conv;
            assert_ok(eai_conv_create(&conv, context, &p));
            float sums[2][16] = {{0}};
            sums[0][1] = 3.0f; /* pixel 2, channel 5 */
            sums[1][0] = 4.0f; /* pixel 3, channel 4 */
            union {
                float f[N_PIXELS * OUT_C];
                unsigned char b[N_PIXELS * OUT_C * 4];
            } y, r;
            memset(&y, 0x55, sizeof y);
            memset(&r, 0, sizeof r);
            /* The residual's 2 at pixel 3, channel 6. */
            if (residual == EAI_CONV_F32)
                r.f[3 * OUT_C + 6] = 2.0f;
            else
                r.b[3 * OUT_C + 6] = 2;
            eai_conv_finish(conv, sums, 16, 2, 2, 4, 5, &r, &y);
            for (size_t i = 0; i < N_PIXELS * OUT_C; i++) {
                const size_t pixel = i / OUT_C, c = i % OUT_C;
                const bool is_inside = (pixel == 2 || pixel == 3) && c >= 4;
                const int v = i == 2 * OUT_C + 5   ? 3
                              : i == 3 * OUT_C + 4 ? 4
                              : i == 3 * OUT_C + 6 ? 2
                                                   : 0;
                if (output == EAI_CONV_F32) {
                    if (is_inside)
                        assert_true(y.f[i] == (float)v);
                    else
                        assert_memory_equal(&y.b[4 * i], "\x55\x55\x55\x55", 4);
                } else if (output == EAI_CONV_TRITS) {
                    const int trit = y.b[pixel * 3 + c / 4] >> (c % 4 * 2) & 3;
                    assert_int_equal(trit, is_inside ? (v > 0 ? 1 : 3) : 1);
                } else {
                    assert_int_equal(y.b[i], is_inside ? v : 0x55);
                }
            }
            eai_conv_free(conv);
        }
    edgeai_context_free(context);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_rows_go_where_they_belong)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
