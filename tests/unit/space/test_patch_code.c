/* SPDX-License-Identifier: MIT */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/rng.h"
#include "space/keypoint_matches.h"
#include "space/patch_code.h"
#include "support/check.h"

enum { SIDE = 96 };

static uint8_t pixels[SIDE * SIDE], smooth_pixels[SIDE * SIDE];
static uint16_t sums[SIDE];
static const eai_grey_level level = {SIDE, SIDE, 1, 1, pixels};
static const eai_grey_level smooth = {SIDE, SIDE, 1, 1, smooth_pixels};
static eai_code_pattern pattern;

/* Blobs that change slowly, turned about the middle by an angle. */
static void draw(double angle, uint64_t seed)
{
    eai_rng rng;
    double waves[12][4];
    eai_rng_seed(&rng, seed);
    for (int i = 0; i < 48; i++)
        waves[i / 4][i % 4] = eai_rng_uniform(&rng);
    for (int y = 0; y < SIDE; y++)
        for (int x = 0; x < SIDE; x++) {
            double dx = x - 48, dy = y - 48, sum = 128;
            double u = cos(angle) * dx + sin(angle) * dy, v = cos(angle) * dy - sin(angle) * dx;
            for (int i = 0; i < 12; i++)
                sum += 45 * waves[i][3] *
                       sin(0.7 * (waves[i][0] - 0.5) * u + 0.7 * (waves[i][1] - 0.5) * v +
                           7 * waves[i][2]);
            pixels[y * SIDE + x] = (uint8_t)fmin(fmax(sum + 0.5 * u, 0), 255);
        }
    eai_smooth_level(&level, smooth_pixels, sums);
}

static eai_code code_of_middle(void)
{
    int direction = eai_patch_direction(&level, 48, 48);
    return eai_patch_code(&pattern, &smooth, 48, 48, direction);
}

static int distance(const eai_code *a, const eai_code *b)
{
    int sum = 0;
    for (int w = 0; w < EAI_CODE_WORDS; w++)
        sum += __builtin_popcountll(a->words[w] ^ b->words[w]);
    return sum;
}

static void directions_turn_with_the_picture(void **state)
{
    (void)state;
    for (int i = 0; i < EAI_CODE_ANGLES; i++) {
        double angle = 6.283185307179586 * i / EAI_CODE_ANGLES;
        for (int k = 0; k < SIDE * SIDE; k++) /* a ramp */
            pixels[k] =
                (uint8_t)lrint(128 + cos(angle) * (k % SIDE - 48) + sin(angle) * (k / SIDE - 48));
        assert_int_equal(eai_patch_direction(&level, 48, 48), i);
    }
}

static void codes_stay_when_the_picture_turns(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed < 6; seed++) {
        draw(0, seed);
        eai_code first = code_of_middle();
        for (int i = 1; i < 12; i++) {
            draw(0.55 * i, seed);
            eai_code turned = code_of_middle();
            assert_true(distance(&first, &turned) < 64);
        }
        draw(0, seed + 100);
        eai_code other = code_of_middle();
        assert_true(distance(&first, &other) > 56);
    }
}

static void brightness_and_contrast_do_not_matter(void **state)
{
    (void)state;
    draw(0, 3);
    eai_code first = code_of_middle();
    for (int i = 0; i < SIDE * SIDE; i++)
        pixels[i] = (uint8_t)(40 + pixels[i] / 2);
    eai_smooth_level(&level, smooth_pixels, sums);
    eai_code dim = code_of_middle();
    assert_true(distance(&first, &dim) < 16);
}

static void places_stay_inside_the_border(void **state)
{
    (void)state;
    bool used[64 * EAI_CODE_WORDS] = {false};
    for (int a = 0; a < EAI_CODE_ANGLES; a++)
        for (int i = 0; i < 64 * EAI_CODE_WORDS; i++)
            for (int k = 0; k < 4; k++) {
                assert_true(abs(pattern.pairs[a][i][k]) <= 14);
                used[i] |= pattern.pairs[a][i][0] != pattern.pairs[a][i][2];
            }
    for (int i = 0; i < 64 * EAI_CODE_WORDS; i++)
        assert_true(used[i]);
}

static void smoothing_is_a_mean(void **state)
{
    (void)state;
    memset(pixels, 10, sizeof pixels);
    pixels[50 * SIDE + 50] = 235;
    eai_smooth_level(&level, smooth_pixels, sums);
    assert_int_equal(smooth_pixels[48 * SIDE + 52], 19); /* (24 * 10 + 235) / 25 */
    assert_int_equal(smooth_pixels[48 * SIDE + 53], 10);
    assert_int_equal(smooth_pixels[0], 10);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(directions_turn_with_the_picture),
        cmocka_unit_test(codes_stay_when_the_picture_turns),
        cmocka_unit_test(brightness_and_contrast_do_not_matter),
        cmocka_unit_test(places_stay_inside_the_border),
        cmocka_unit_test(smoothing_is_a_mean),
    };
    eai_code_pattern_make(&pattern);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
