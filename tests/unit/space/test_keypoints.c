/* SPDX-License-Identifier: MIT */
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/rng.h"
#include "space/keypoints.h"
#include "support/check.h"

enum { W = 320, H = 240 };

static edgeai_allocator allocator;
static eai_keypoint_finder *finder;

/* Random squares of 9 pixels, shifted. */
static void draw(uint8_t *pixels, int shift)
{
    for (int i = 0; i < W * H; i++) {
        eai_rng rng;
        eai_rng_seed(&rng, (uint64_t)((i % W + shift) / 9 * 1000 + i / W / 9));
        pixels[i] = (uint8_t)eai_rng_below(&rng, 256);
    }
}

/* A picture shifted by 12 pixels has its keypoints 12 pixels farther left, with the same codes. */
static void keypoints_move_with_the_picture(void **state)
{
    (void)state;
    static eai_keypoint first[EAI_KEYPOINTS_MAX];
    uint8_t *pixels = malloc(W * H);
    edgeai_image image = {pixels, W, H, 1, W};
    draw(pixels, 0);
    assert_ok(eai_keypoint_finder_run(finder, &image));
    size_t n = finder->n, n_same = 0;
    memcpy(first, finder->keypoints, sizeof first);
    assert_true(n > 300);
    draw(pixels, 12);
    assert_ok(eai_keypoint_finder_run(finder, &image));
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < finder->n; k++) {
            const eai_keypoint *a = &first[i], *b = &finder->keypoints[k];
            if (a->u - b->u != 12 || a->v != b->v) continue;
            n_same += memcmp(&a->code, &b->code, sizeof a->code) == 0;
            break;
        }
    assert_true(n_same > n / 8); /* the first level's, but for those near the sides */
    free(pixels);
}

static void keypoints_spread_over_the_picture(void **state)
{
    (void)state;
    uint8_t *pixels = malloc(W * H);
    edgeai_image image = {pixels, W, H, 1, W};
    draw(pixels, 0);
    for (int i = 0; i < W * H; i++) /* the right half has little contrast */
        if (i % W >= W / 2) pixels[i] = (uint8_t)(100 + pixels[i] / 5);
    assert_ok(eai_keypoint_finder_run(finder, &image));
    size_t n_right = 0;
    for (size_t i = 0; i < finder->n; i++)
        n_right += finder->keypoints[i].u >= W / 2;
    assert_true(n_right > finder->n / 10);
    free(pixels);
}

static void pictures_without_any_have_none(void **state)
{
    (void)state;
    uint8_t *pixels = calloc(W * H, 3);
    edgeai_image image = {pixels, W, H, 3, W * 3};
    assert_ok(eai_keypoint_finder_run(finder, &image));
    assert_int_equal(finder->n, 0);
    image = (edgeai_image){pixels, 5, 5, 1, 5};
    assert_ok(eai_keypoint_finder_run(finder, &image));
    assert_int_equal(finder->n, 0);
    assert_true(eai_keypoint_finder_bytes(finder) < 4000000);
    free(pixels);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keypoints_move_with_the_picture),
        cmocka_unit_test(keypoints_spread_over_the_picture),
        cmocka_unit_test(pictures_without_any_have_none),
    };
    allocator = eai_default_allocator();
    if (eai_keypoint_finder_create(&finder, &allocator)) return 1;
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    eai_keypoint_finder_free(finder);
    return failed;
}
