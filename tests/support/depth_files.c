/* SPDX-License-Identifier: MIT */
#include "support/depth_files.h"

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "support/check.h"

static void put_u32(unsigned char *at, uint32_t value)
{
    for (int i = 0; i < 4; i++)
        at[i] = (unsigned char)(value >> (24 - 8 * i));
}

/* PNG, annex D. */
static uint32_t crc_of(const unsigned char *bytes, size_t n)
{
    uint32_t crc = 0xFFFFFFFFu;
    for (size_t i = 0; i < n; i++) {
        crc ^= bytes[i];
        for (int bit = 0; bit < 8; bit++)
            crc = crc >> 1 ^ (crc & 1 ? 0xEDB88320u : 0);
    }
    return ~crc;
}

static unsigned char *put_chunk(unsigned char *at, const char *type, size_t n)
{
    put_u32(at, (uint32_t)n);
    memcpy(at + 4, type, 4);
    put_u32(at + 8 + n, crc_of(at + 4, n + 4));
    return at + 12 + n;
}

/* zlib with stored blocks, one for each row (RFC 1950, 1951). */
static size_t put_rows(unsigned char *out, const uint16_t *samples, int width, int height)
{
    const size_t row = 1 + 2 * (size_t)width;
    unsigned char *at = out;
    uint32_t a = 1, b = 0;
    *at++ = 0x78;
    *at++ = 0x01;
    for (int y = 0; y < height; y++) {
        *at++ = y == height - 1;
        *at++ = (unsigned char)row;
        *at++ = (unsigned char)(row >> 8);
        *at++ = (unsigned char)~row;
        *at++ = (unsigned char)(~row >> 8);
        unsigned char *begin = at;
        *at++ = 0; /* no filter */
        for (int x = 0; x < width; x++) {
            *at++ = (unsigned char)(samples[y * width + x] >> 8);
            *at++ = (unsigned char)samples[y * width + x];
        }
        for (; begin < at; begin++) {
            a = (a + *begin) % 65521;
            b = (b + a) % 65521;
        }
    }
    put_u32(at, b << 16 | a);
    return (size_t)(at + 4 - out);
}

unsigned char *depth_png_make(const uint16_t *samples, int width, int height, size_t *n_bytes)
{
    unsigned char *png = calloc(1, 128 + (size_t)height * (2 * (size_t)width + 8)), *at = png;
    assert_non_null(png);
    memcpy(at, "\x89PNG\r\n\x1A\n", 8);
    at += 8;
    put_u32(at + 8, (uint32_t)width);
    put_u32(at + 12, (uint32_t)height);
    at[16] = 16; /* bits; all else 0: grey, deflate, no interlacing */
    at = put_chunk(at, "IHDR", 13);
    const size_t n = put_rows(at + 8, samples, width, height);
    at = put_chunk(at, "IDAT", n);
    at = put_chunk(at, "IEND", 0);
    *n_bytes = (size_t)(at - png);
    return png;
}

void folder_put(const char *folder, const char *name, const void *bytes, size_t n_bytes)
{
    char path[1024];
    const int n = snprintf(path, sizeof path, "%s/%s", folder, name);
    assert_true(n > 0 && (size_t)n < sizeof path);
    for (char *slash = strchr(path + strlen(folder) + 1, '/'); slash;
         slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        mkdir(path, 0777);
        *slash = '/';
    }
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_true(fwrite(bytes, 1, n_bytes, file) == n_bytes);
    assert_int_equal(fclose(file), 0);
}

void folder_put_text(const char *folder, const char *name, const char *text)
{
    folder_put(folder, name, text, strlen(text));
}

void folder_put_depth(const char *folder, const char *name, int width, int height, uint16_t value)
{
    const size_t n = (size_t)width * (size_t)height;
    uint16_t *samples = calloc(n, sizeof *samples);
    assert_non_null(samples);
    for (size_t i = 0; i < n; i++)
        samples[i] = value;
    size_t n_bytes;
    unsigned char *png = depth_png_make(samples, width, height, &n_bytes);
    folder_put(folder, name, png, n_bytes);
    free(png);
    free(samples);
}

void folder_put_color(const char *folder, const char *name, int width, int height, uint8_t value)
{
    const size_t n = 3 * (size_t)width * (size_t)height;
    unsigned char *ppm = malloc(n + 64);
    assert_non_null(ppm);
    const int head = snprintf((char *)ppm, 64, "P6\n%d %d\n255\n", width, height);
    memset(ppm + head, value, n);
    folder_put(folder, name, ppm, n + (size_t)head);
    free(ppm);
}

static int remove_one(const char *path, const struct stat *info, int type, struct FTW *place)
{
    (void)info, (void)type, (void)place;
    return remove(path);
}

void folder_remove(const char *folder)
{
    nftw(folder, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}
