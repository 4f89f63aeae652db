/* SPDX-License-Identifier: MIT */

/* How sharp a picture is: the variance of its Laplacian (Pech-Pacheco et al., 2000). */

#include "space/key_frames.h"

static int luma(const edgeai_image *image, int x, int y)
{
    const uint8_t *pixel =
        image->pixels + (size_t)y * image->row_bytes + (size_t)x * (size_t)image->n_channels;
    if (image->n_channels == 1) return pixel[0];
    return (77 * pixel[0] + 150 * pixel[1] + 29 * pixel[2]) >> 8;
}

double eai_image_sharpness(const edgeai_image *image)
{
    double sum = 0, squares = 0;
    if (image->width < 3 || image->height < 3) return 0;
    for (int y = 1; y + 1 < image->height; y++)
        for (int x = 1; x + 1 < image->width; x++) {
            const int value = luma(image, x - 1, y) + luma(image, x + 1, y) +
                              luma(image, x, y - 1) + luma(image, x, y + 1) - 4 * luma(image, x, y);
            sum += value;
            squares += (double)value * value;
        }
    const double n = (double)(image->width - 2) * (double)(image->height - 2);
    return squares / n - sum / n * (sum / n);
}
