/* SPDX-License-Identifier: MIT */
#include "kernels/kernels.h"

enum { SIDE_MAX = 6, M_MAX = 4 };

/* B^T, the same for floats and integers. */
static const int inputs_of_2[4][4] = {{1, 0, -1, 0}, {0, 1, 1, 0}, {0, -1, 1, 0}, {0, 1, 0, -1}};
static const int inputs_of_4[6][6] = {{4, 0, -5, 0, 1, 0},  {0, -4, -4, 1, 1, 0},
                                      {0, 4, -4, -1, 1, 0}, {0, -2, -1, 2, 1, 0},
                                      {0, 2, -1, -2, 1, 0}, {0, 4, 0, -5, 0, 1}};

/* G: of floats, and with its rows scaled to integers. */
static const double kernels_of_2[4][3] = {{1, 0, 0}, {0.5, 0.5, 0.5}, {0.5, -0.5, 0.5}, {0, 0, 1}};
static const double kernels_of_4[6][3] = {{1.0 / 4, 0, 0},
                                          {-1.0 / 6, -1.0 / 6, -1.0 / 6},
                                          {-1.0 / 6, 1.0 / 6, -1.0 / 6},
                                          {1.0 / 24, 1.0 / 12, 1.0 / 6},
                                          {1.0 / 24, -1.0 / 12, 1.0 / 6},
                                          {0, 0, 1}};
static const int integers_of_2[4][3] = {{1, 0, 0}, {1, 1, 1}, {1, -1, 1}, {0, 0, 1}};
static const int integers_of_4[6][3] = {{1, 0, 0}, {1, 1, 1},  {1, -1, 1},
                                        {1, 2, 4}, {1, -2, 4}, {0, 0, 1}};

/* A^T: of floats, and for the scaled rows. */
static const int outputs_of_2[2][4] = {{1, 1, 1, 0}, {0, 1, -1, -1}};
static const int outputs_of_4[4][6] = {
    {1, 1, 1, 1, 1, 0}, {0, 1, -1, 2, -2, 0}, {0, 1, 1, 4, 4, 0}, {0, 1, -1, 8, -8, 1}};
static const int outputs8_of_2[2][4] = {{2, 1, 1, 0}, {0, 1, -1, -2}};
static const int outputs8_of_4[4][6] = {
    {6, -4, -4, 1, 1, 0}, {0, -2, 2, 1, -1, 0}, {0, -1, -1, 1, 1, 0}, {0, -1, 1, 2, -2, 6}};

/* Powers of two that the integer outputs of a dimension are too large by. */
static const int shifts_of_2[2] = {1, 1}, shifts_of_4[4] = {3, 2, 1, 1};

/* 9 * 954437177 = 2^33 + 1. */
#define INVERSE_OF_9 954437177u

static int input_factor(int m, int i, int k)
{
    return m == 2 ? inputs_of_2[i][k] : inputs_of_4[i][k];
}

static int output_factor(int m, int i, int k)
{
    return m == 2 ? outputs_of_2[i][k] : outputs_of_4[i][k];
}

static int output8_factor(int m, int i, int k)
{
    return m == 2 ? outputs8_of_2[i][k] : outputs8_of_4[i][k];
}

void eai_winograd_weights(float *out, const float *kernel, int m)
{
    for (int i = 0; i < m + 2; i++)
        for (int j = 0; j < m + 2; j++) {
            const double *a = m == 2 ? kernels_of_2[i] : kernels_of_4[i];
            const double *b = m == 2 ? kernels_of_2[j] : kernels_of_4[j];
            double sum = 0.0;
            for (int y = 0; y < 3; y++)
                for (int x = 0; x < 3; x++)
                    sum += a[y] * b[x] * (double)kernel[3 * y + x];
            out[i * (m + 2) + j] = (float)sum;
        }
}

void eai_winograd_weights8(int16_t *out, const int8_t *kernel, int m)
{
    for (int i = 0; i < m + 2; i++)
        for (int j = 0; j < m + 2; j++) {
            const int *a = m == 2 ? integers_of_2[i] : integers_of_4[i];
            const int *b = m == 2 ? integers_of_2[j] : integers_of_4[j];
            int sum = 0;
            for (int y = 0; y < 3; y++)
                for (int x = 0; x < 3; x++)
                    sum += a[y] * b[x] * kernel[3 * y + x];
            out[i * (m + 2) + j] = (int16_t)sum;
        }
}

/* Columns first, then rows: float32 rounds after every operation. */
void eai_winograd_input_ref(float *out, size_t out_stride, const void *const *pixels, size_t first,
                            size_t n, int m)
{
    const int side = m + 2;
    for (size_t c = 0; c < n; c++) {
        float columns[SIDE_MAX][SIDE_MAX];
        for (int i = 0; i < side; i++)
            for (int j = 0; j < side; j++) {
                columns[i][j] = 0.0f;
                for (int k = 0; k < side; k++)
                    columns[i][j] += (float)input_factor(m, i, k) *
                                     ((const float *)pixels[k * side + j])[first + c];
            }
        for (int i = 0; i < side; i++)
            for (int j = 0; j < side; j++) {
                float sum = 0.0f;
                for (int k = 0; k < side; k++)
                    sum += (float)input_factor(m, j, k) * columns[i][k];
                out[(size_t)(i * side + j) * out_stride + c] = sum;
            }
    }
}

void eai_winograd_input8_ref(int16_t *out, size_t out_stride, const void *const *pixels,
                             size_t first, size_t n, int m, int zero, int is_signed)
{
    const int side = m + 2;
    for (size_t c = 0; c < n; c++)
        for (int i = 0; i < side; i++)
            for (int j = 0; j < side; j++) {
                int sum = 0;
                for (int y = 0; y < side; y++)
                    for (int x = 0; x < side; x++) {
                        const uint8_t byte = ((const uint8_t *)pixels[y * side + x])[first + c];
                        const int value = (is_signed ? (int8_t)byte : byte) - zero;
                        sum += input_factor(m, i, y) * input_factor(m, j, x) * value;
                    }
                out[(size_t)(i * side + j) * out_stride + c] = (int16_t)sum;
            }
}

void eai_winograd_output_ref(float *out, size_t out_stride, const float *sums, size_t sums_stride,
                             size_t n, int m)
{
    const int side = m + 2;
    for (size_t c = 0; c < n; c++) {
        float columns[M_MAX][SIDE_MAX];
        for (int i = 0; i < m; i++)
            for (int j = 0; j < side; j++) {
                columns[i][j] = 0.0f;
                for (int k = 0; k < side; k++)
                    columns[i][j] += (float)output_factor(m, i, k) *
                                     sums[(size_t)(k * side + j) * sums_stride + c];
            }
        for (int i = 0; i < m; i++)
            for (int j = 0; j < m; j++) {
                float sum = 0.0f;
                for (int k = 0; k < side; k++)
                    sum += (float)output_factor(m, j, k) * columns[i][k];
                out[(size_t)(i * m + j) * out_stride + c] = sum;
            }
    }
}

void eai_winograd_output8_ref(int32_t *out, size_t out_stride, const int32_t *sums,
                              size_t sums_stride, size_t n, int m)
{
    const int side = m + 2;
    const int *shifts = m == 2 ? shifts_of_2 : shifts_of_4;
    for (size_t c = 0; c < n; c++)
        for (int i = 0; i < m; i++)
            for (int j = 0; j < m; j++) {
                uint32_t sum = 0;
                for (int y = 0; y < side; y++)
                    for (int x = 0; x < side; x++)
                        sum += (uint32_t)(output8_factor(m, i, y) * output8_factor(m, j, x)) *
                               (uint32_t)sums[(size_t)(y * side + x) * sums_stride + c];
                if (m == 4) sum *= INVERSE_OF_9;
                out[(size_t)(i * m + j) * out_stride + c] = (int32_t)sum >> (shifts[i] + shifts[j]);
            }
}
