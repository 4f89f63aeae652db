/* SPDX-License-Identifier: MIT */

/*
 * Binary PPM and PGM of up to 8 bits, after Netpbm's ppm(5) and pgm(5): "P6" or "P5", width, height
 * and maxval as decimal numbers with white space and # comments between, one white space byte, then
 * the rows. Our own: stb leaves values as they are when maxval is not 255.
 */

#include <stdbool.h>

#include "base/fail.h"
#include "io/image_internal.h"

typedef struct cursor {
    const unsigned char *bytes;
    size_t n_bytes, at;
} cursor;

static bool is_space(unsigned char byte)
{
    return byte == ' ' || (byte >= '\t' && byte <= '\r');
}

static void skip_space(cursor *from)
{
    while (from->at < from->n_bytes) {
        const unsigned char byte = from->bytes[from->at];
        if (byte == '#')
            while (from->at < from->n_bytes && from->bytes[from->at] != '\n' &&
                   from->bytes[from->at] != '\r')
                from->at++;
        else if (is_space(byte))
            from->at++;
        else
            break;
    }
}

/* A number of at most nine digits, which fits an int. */
static bool read_number(cursor *from, int *value)
{
    enum { DIGITS_MAX = 9 };
    skip_space(from);
    int n_digits = 0;
    for (*value = 0; from->at < from->n_bytes; from->at++) {
        const unsigned char byte = from->bytes[from->at];
        if (byte < '0' || byte > '9') break;
        if (++n_digits > DIGITS_MAX) return false;
        *value = *value * 10 + (byte - '0');
    }
    return n_digits > 0;
}

edgeai_status eai_pnm_parse_header(const unsigned char *bytes, size_t n_bytes, const char *name,
                                   eai_pnm_header *header)
{
    cursor from = {bytes, n_bytes, 2};
    header->n_channels = bytes[1] == '6' ? 3 : 1;
    if (!read_number(&from, &header->width) || !read_number(&from, &header->height) ||
        !read_number(&from, &header->maxval) || from.at == n_bytes || !is_space(bytes[from.at]))
        return eai_fail(EDGEAI_E_FORMAT,
                        "%s: damaged PNM header: expected width, height, maxval and a space", name);
    header->pixels_at = from.at + 1;
    EAI_TRY(eai_image_check_size(header->width, header->height, name));
    if (header->maxval < 1 || header->maxval > 65535)
        return eai_fail(EDGEAI_E_FORMAT, "%s: PNM: expected a maxval of 1 to 65535, found %d", name,
                        header->maxval);
    const size_t expected = (size_t)header->width * (size_t)header->height *
                            (size_t)header->n_channels * (header->maxval > 255 ? 2 : 1);
    if (n_bytes - header->pixels_at < expected)
        return eai_fail(EDGEAI_E_FORMAT, "%s: PNM: expected %zu bytes of pixels, found %zu", name,
                        expected, n_bytes - header->pixels_at);
    return EDGEAI_OK;
}

edgeai_status eai_pnm_read_header(const unsigned char *bytes, size_t n_bytes, const char *name,
                                  eai_pnm_header *header)
{
    EAI_TRY(eai_pnm_parse_header(bytes, n_bytes, name, header));
    if (header->maxval <= 255) return EDGEAI_OK;
    return eai_fail(EDGEAI_E_UNSUPPORTED,
                    "%s: PNM of 16 bits: expected a maxval up to 255, found %d", name,
                    header->maxval);
}

void eai_pnm_read_pixels(const unsigned char *bytes, const eai_pnm_header *header,
                         unsigned char *pixels)
{
    unsigned char scaled[256];
    for (int value = 0; value < 256; value++) {
        const int inside = value < header->maxval ? value : header->maxval;
        scaled[value] = (unsigned char)((inside * 255 + header->maxval / 2) / header->maxval);
    }
    const size_t n = (size_t)header->width * (size_t)header->height * (size_t)header->n_channels;
    for (size_t i = 0; i < n; i++)
        pixels[i] = scaled[bytes[header->pixels_at + i]];
}
