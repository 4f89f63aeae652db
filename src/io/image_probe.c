/* SPDX-License-Identifier: MIT */

/*
 * What can be said of a picture's file without decoding it. stb reads zeros past a file's end, so
 * JPEG and BMP files that are cut off would give pictures that are grey or black below; it also
 * takes a progressive JPEG through any number of scans, each over all blocks of the picture, so
 * that a small file could keep it busy for hours.
 */

#include <inttypes.h>
#include <string.h>

#include "base/fail.h"
#include "io/image_internal.h"

/* libjpeg's encoders write about ten; the most that a script of scans can need for 8 bits in three
 * components, each coefficient bit by bit, is some hundreds, which nobody writes. */
enum { SCANS_MAX = 128 };

const char *eai_image_format_name(eai_image_format format)
{
    static const char *const names[] = {"JPEG", "PNG", "BMP", "PNM"};
    return names[format];
}

edgeai_status eai_image_check_size(long long width, long long height, const char *name)
{
    if (width < 1 || height < 1)
        return eai_fail(EDGEAI_E_FORMAT, "%s: expected at least 1 x 1 pixels, found %lld x %lld",
                        name, width, height);
    if (width > EDGEAI_IMAGE_SIDE_MAX || height > EDGEAI_IMAGE_SIDE_MAX)
        return eai_fail(EDGEAI_E_LIMIT, "%s: expected sides of up to %d pixels, found %lld x %lld",
                        name, EDGEAI_IMAGE_SIDE_MAX, width, height);
    if (width * height > EDGEAI_IMAGE_PIXELS_MAX)
        return eai_fail(EDGEAI_E_LIMIT, "%s: expected up to %d pixels, found %lld x %lld", name,
                        EDGEAI_IMAGE_PIXELS_MAX, width, height);
    return EDGEAI_OK;
}

static size_t skip_scan(const unsigned char *bytes, size_t n_bytes, size_t at)
{
    /* Inside a scan FF stands before 00, before a restart marker, or before another FF. */
    while (at + 1 < n_bytes) {
        const unsigned char *mark = memchr(bytes + at, 0xFF, n_bytes - 1 - at);
        if (!mark) break;
        at = (size_t)(mark - bytes);
        if (mark[1] != 0 && mark[1] != 0xFF && (mark[1] & 0xF8) != 0xD0) return at;
        at += mark[1] == 0xFF ? 1 : 2;
    }
    return n_bytes;
}

/* Frames other than baseline, extended and progressive Huffman: lossless, hierarchical,
 * arithmetic. */
static int is_other_frame(unsigned char marker)
{
    return marker >= 0xC3 && marker <= 0xCF && marker != 0xC4 && marker != 0xC8 && marker != 0xCC;
}

/* Huffman tables: a byte that says which, 16 counts, and as many values. stb writes behind its own
 * table where the counts together pass 256. */
static int are_huffman_tables(const unsigned char *bytes, size_t n_bytes)
{
    enum { COUNTS = 16, VALUES_MAX = 256 };
    while (n_bytes > COUNTS) {
        size_t n_values = 0;
        for (int i = 1; i <= COUNTS; i++)
            n_values += bytes[i];
        if (n_values > VALUES_MAX || n_values > n_bytes - COUNTS - 1) return 0;
        bytes += COUNTS + 1 + n_values;
        n_bytes -= COUNTS + 1 + n_values;
    }
    return n_bytes == 0;
}

/* From marker to marker (ITU-T T.81, annex B), as stb goes or more strictly, until the end of the
 * image. */
static edgeai_status probe_jpeg(const unsigned char *bytes, size_t n_bytes, const char *name)
{
    int n_scans = 0;
    size_t at = 2;
    while (at + 1 < n_bytes) {
        const unsigned char marker = bytes[at + 1];
        if (bytes[at] != 0xFF || marker == 0xFF || marker == 0) {
            at++;
            continue;
        }
        if (marker == 0xD9) return EDGEAI_OK;
        at += 2;
        if (marker == 0x01 || (marker & 0xF8) == 0xD0) continue;
        if (is_other_frame(marker))
            return eai_fail(EDGEAI_E_UNSUPPORTED,
                            "%s: JPEG: expected a baseline or progressive frame, found marker %02X",
                            name, marker);
        const size_t length = n_bytes - at < 2 ? 0 : (size_t)bytes[at] << 8 | bytes[at + 1];
        if (length < 2 || length > n_bytes - at) break;
        if (marker == 0xC4 && !are_huffman_tables(bytes + at + 2, length - 2))
            return eai_fail(EDGEAI_E_FORMAT, "%s: damaged JPEG (Huffman tables)", name);
        at += length;
        if (marker != 0xDA) continue;
        if (++n_scans > SCANS_MAX)
            return eai_fail(EDGEAI_E_LIMIT, "%s: JPEG: expected up to %d scans, found more", name,
                            SCANS_MAX);
        at = skip_scan(bytes, n_bytes, at);
    }
    return eai_fail(EDGEAI_E_FORMAT,
                    "%s: JPEG: expected an end of image, found the end of the file: it is cut off "
                    "or damaged",
                    name);
}

static uint32_t u32_at(const unsigned char *bytes)
{
    return bytes[0] | (uint32_t)bytes[1] << 8 | (uint32_t)bytes[2] << 16 | (uint32_t)bytes[3] << 24;
}

static uint16_t u16_at(const unsigned char *bytes)
{
    return (uint16_t)(bytes[0] | bytes[1] << 8);
}

/* File header of 14 bytes, then the image's, whose first word is its size. Compressed kinds are
 * left to the decoder, which refuses them. */
static edgeai_status probe_bmp(const unsigned char *bytes, size_t n_bytes, const char *name)
{
    enum { CORE_HEADER = 12, INFO_HEADER = 40, FILE_HEADER = 14 };
    const uint32_t header = n_bytes >= FILE_HEADER + 4 ? u32_at(bytes + FILE_HEADER) : 0;
    if (header < CORE_HEADER || n_bytes - FILE_HEADER < header ||
        (header != CORE_HEADER && header < INFO_HEADER))
        return eai_fail(EDGEAI_E_FORMAT, "%s: BMP: the header is cut off or damaged", name);
    const int is_core = header == CORE_HEADER;
    int64_t width = is_core ? u16_at(bytes + 18) : (int32_t)u32_at(bytes + 18);
    int64_t height = is_core ? u16_at(bytes + 20) : (int32_t)u32_at(bytes + 22);
    const uint64_t bits = u16_at(bytes + (is_core ? 24 : 28));
    if (height < 0) height = -height; /* from top to bottom */
    EAI_TRY(eai_image_check_size(width, height, name));
    const uint64_t offset = u32_at(bytes + 10);
    const uint64_t expected = offset + ((uint64_t)width * bits + 31) / 32 * 4 * (uint64_t)height;
    const uint32_t compression = is_core ? 0 : u32_at(bytes + 30);
    if ((compression == 0 || compression == 3) && expected > n_bytes)
        return eai_fail(EDGEAI_E_FORMAT,
                        "%s: BMP: expected %" PRIu64 " bytes, found %zu: it is cut off or damaged",
                        name, expected, n_bytes);
    return EDGEAI_OK;
}

static edgeai_status probe_png(const unsigned char *bytes, size_t n_bytes, const char *name)
{
    /* Apple's own kind: blue first, alpha multiplied in. */
    if (n_bytes >= 16 && memcmp(bytes + 12, "CgBI", 4) == 0)
        return eai_fail(EDGEAI_E_UNSUPPORTED, "%s: PNG: expected IHDR, found CgBI", name);
    return EDGEAI_OK;
}

static int begins_with(const unsigned char *bytes, size_t n_bytes, const char *start, size_t n)
{
    return n_bytes >= n && memcmp(bytes, start, n) == 0;
}

edgeai_status eai_image_probe(const unsigned char *bytes, size_t n_bytes, const char *name,
                              eai_image_format *format)
{
    if (n_bytes > INT32_MAX)
        return eai_fail(EDGEAI_E_LIMIT, "%s: expected less than 2 GiB, found %zu bytes", name,
                        n_bytes);
    if (begins_with(bytes, n_bytes, "\xFF\xD8\xFF", 3)) {
        *format = EAI_IMAGE_JPEG;
        return probe_jpeg(bytes, n_bytes, name);
    }
    if (begins_with(bytes, n_bytes, "\x89PNG\r\n\x1A\n", 8)) {
        *format = EAI_IMAGE_PNG;
        return probe_png(bytes, n_bytes, name);
    }
    if (begins_with(bytes, n_bytes, "BM", 2)) {
        *format = EAI_IMAGE_BMP;
        return probe_bmp(bytes, n_bytes, name);
    }
    if (n_bytes >= 3 && bytes[0] == 'P' && bytes[1] >= '1' && bytes[1] <= '7') {
        *format = EAI_IMAGE_PNM;
        if (bytes[1] == '5' || bytes[1] == '6') return EDGEAI_OK;
        return eai_fail(EDGEAI_E_UNSUPPORTED, "%s: PNM: expected P5 or P6, found P%c", name,
                        bytes[1]);
    }
    return eai_fail(EDGEAI_E_FORMAT, "%s: expected JPEG, PNG, BMP, PPM or PGM, found none of them",
                    name);
}
