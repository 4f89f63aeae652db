/* SPDX-License-Identifier: MIT */
#include "space/patch_code.h"

#include <math.h>
#include <string.h>

#include "base/rng.h"

#define DISC_RADIUS    15
#define PATTERN_RADIUS 13.0
#define PATTERN_SIGMA  6.2 /* a fifth of a patch of 31 pixels, BRIEF's best choice */
#define PATTERN_SEED   UINT64_C(0x6564676561690001)
#define TURN           6.283185307179586

/* Close to normal: twelve uniform numbers. No logarithm, so that all machines draw the same. */
static double draw_normal(eai_rng *rng)
{
    double sum = -6;
    for (int i = 0; i < 12; i++)
        sum += eai_rng_uniform(rng);
    return sum;
}

static void draw_place(eai_rng *rng, double place[2])
{
    do {
        place[0] = PATTERN_SIGMA * draw_normal(rng);
        place[1] = PATTERN_SIGMA * draw_normal(rng);
    } while (place[0] * place[0] + place[1] * place[1] > PATTERN_RADIUS * PATTERN_RADIUS);
}

void eai_code_pattern_make(eai_code_pattern *pattern)
{
    eai_rng rng;
    eai_rng_seed(&rng, PATTERN_SEED);
    for (int i = 0; i < 64 * EAI_CODE_WORDS; i++) {
        double a[2], b[2];
        do { /* two places that are nearly one tell nothing */
            draw_place(&rng, a);
            draw_place(&rng, b);
        } while ((a[0] - b[0]) * (a[0] - b[0]) + (a[1] - b[1]) * (a[1] - b[1]) < 9);
        for (int angle = 0; angle < EAI_CODE_ANGLES; angle++) {
            double c = cos(TURN * angle / EAI_CODE_ANGLES), s = sin(TURN * angle / EAI_CODE_ANGLES);
            int8_t *pair = pattern->pairs[angle][i];
            pair[0] = (int8_t)lrint(c * a[0] - s * a[1]);
            pair[1] = (int8_t)lrint(s * a[0] + c * a[1]);
            pair[2] = (int8_t)lrint(c * b[0] - s * b[1]);
            pair[3] = (int8_t)lrint(s * b[0] + c * b[1]);
        }
    }
}

int eai_patch_direction(const eai_grey_level *level, int x, int y)
{
    static const uint8_t half_widths[DISC_RADIUS + 1] = {15, 15, 15, 15, 14, 14, 14, 13,
                                                         13, 12, 11, 10, 9,  7,  5,  0};
    const uint8_t *middle = level->pixels + (size_t)y * (size_t)level->width + x;
    int along_x = 0, along_y = 0;
    for (int dy = -DISC_RADIUS; dy <= DISC_RADIUS; dy++) {
        const uint8_t *row = middle + dy * level->width;
        int half = half_widths[dy < 0 ? -dy : dy], sum = 0;
        for (int dx = -half; dx <= half; dx++) {
            sum += row[dx];
            along_x += dx * row[dx];
        }
        along_y += dy * sum;
    }
    double turns = atan2(along_y, along_x) / TURN;
    return (int)lrint(turns * EAI_CODE_ANGLES + EAI_CODE_ANGLES) % EAI_CODE_ANGLES;
}

eai_code eai_patch_code(const eai_code_pattern *pattern, const eai_grey_level *smooth, int x, int y,
                        int direction)
{
    const uint8_t *middle = smooth->pixels + (size_t)y * (size_t)smooth->width + x;
    const int8_t(*pairs)[4] = pattern->pairs[direction];
    eai_code code;
    for (int w = 0; w < EAI_CODE_WORDS; w++) {
        uint64_t bits = 0;
        for (int i = 0; i < 64; i++, pairs++) {
            int a = middle[(*pairs)[1] * smooth->width + (*pairs)[0]];
            int b = middle[(*pairs)[3] * smooth->width + (*pairs)[2]];
            bits |= (uint64_t)(a < b) << i;
        }
        code.words[w] = bits;
    }
    return code;
}

void eai_smooth_level(const eai_grey_level *level, uint8_t *smooth, uint16_t *sums)
{
    const int width = level->width, height = level->height;
    const size_t stride = (size_t)width;
    memcpy(smooth, level->pixels, stride * (size_t)height);
    for (int y = 2; y < height - 2; y++) {
        const uint8_t *row = level->pixels + (size_t)y * stride;
        for (int x = 0; x < width; x++)
            sums[x] = (uint16_t)(row[x - 2 * width] + row[x - width] + row[x] + row[x + width] +
                                 row[x + 2 * width]);
        uint8_t *out = smooth + (size_t)y * stride;
        for (int x = 2; x < width - 2; x++) {
            unsigned sum =
                (unsigned)sums[x - 2] + sums[x - 1] + sums[x] + sums[x + 1] + sums[x + 2];
            out[x] = (uint8_t)((sum * 5243 + 65536) >> 17); /* sum / 25, rounded */
        }
    }
}
