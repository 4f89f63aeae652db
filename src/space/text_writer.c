/* SPDX-License-Identifier: MIT */
#include "space/text_writer.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

eai_writer eai_writer_start(const edgeai_allocator *allocator)
{
    return (eai_writer){.text = {.allocator = allocator}};
}

void eai_write_bytes(eai_writer *writer, const char *bytes, size_t n)
{
    if (!writer->failed && !eai_text_append(&writer->text, bytes, n)) writer->failed = true;
}

void eai_write(eai_writer *writer, const char *format, ...)
{
    char buffer[256];
    va_list arguments, again;
    va_start(arguments, format);
    va_copy(again, arguments);
    const int n = vsnprintf(buffer, sizeof buffer, format, arguments);
    if (n >= 0 && (size_t)n < sizeof buffer) {
        eai_write_bytes(writer, buffer, (size_t)n);
    } else if (n >= 0 && !writer->failed) {
        /* Room for the longer text, printed where it belongs. */
        const size_t begin = writer->text.n;
        for (size_t left = (size_t)n; left > 0 && !writer->failed;) {
            const size_t part = left < sizeof buffer ? left : sizeof buffer;
            eai_write_bytes(writer, buffer, part);
            left -= part;
        }
        if (!writer->failed) vsnprintf(writer->text.bytes + begin, (size_t)n + 1, format, again);
    }
    va_end(again);
    va_end(arguments);
}

/* The locale's comma, wherever it stands. */
static void write_number(eai_writer *writer, char *number)
{
    char *comma = strchr(number, ',');
    if (comma) *comma = '.';
    eai_write_bytes(writer, number, strlen(number));
}

static void write_decimals(eai_writer *writer, double value, int decimals, bool is_trimmed)
{
    char number[400];
    if (!isfinite(value)) {
        eai_write_bytes(writer, "null", 4);
        return;
    }
    snprintf(number, sizeof number, "%.*f", decimals, value);
    size_t n = strlen(number);
    while (is_trimmed && decimals > 0 && number[n - 1] == '0')
        number[--n] = '\0';
    if (is_trimmed && decimals > 0 && (number[n - 1] == '.' || number[n - 1] == ','))
        number[--n] = '\0';
    if (number[0] == '-' && strspn(number, "-0.,") == n) memmove(number, number + 1, n);
    write_number(writer, number);
}

void eai_write_fixed(eai_writer *writer, double value, int decimals)
{
    write_decimals(writer, value, decimals, false);
}

void eai_write_trimmed(eai_writer *writer, double value, int decimals)
{
    write_decimals(writer, value, decimals, true);
}

void eai_write_exact(eai_writer *writer, double value)
{
    char number[40];
    if (!isfinite(value)) {
        eai_write_bytes(writer, "null", 4);
        return;
    }
    for (int digits = 15; digits <= 17; digits++) {
        snprintf(number, sizeof number, "%.*g", digits, value);
        const double back = strtod(number, NULL);
        if (memcmp(&back, &value, sizeof back) == 0) break;
    }
    write_number(writer, number);
}

void eai_write_array(eai_writer *writer, const double *values, int n)
{
    eai_write_bytes(writer, "[", 1);
    for (int i = 0; i < n; i++) {
        if (i) eai_write_bytes(writer, ", ", 2);
        eai_write_exact(writer, values[i]);
    }
    eai_write_bytes(writer, "]", 1);
}

/* Bytes of the character at `string`; 0 when it is no UTF-8. */
static int character(const char *string, size_t n)
{
    uint32_t code_point;
    const int length = eai_utf8_decode((const unsigned char *)string, n, &code_point);
    return length > 0 ? length : 0;
}

void eai_write_json_string(eai_writer *writer, const char *string)
{
    eai_write_bytes(writer, "\"", 1);
    for (size_t left = strlen(string); left > 0;) {
        const unsigned char c = (unsigned char)*string;
        const int length = character(string, left);
        if (c == '"' || c == '\\')
            eai_write(writer, "\\%c", c);
        else if (c < 0x20)
            eai_write(writer, "\\u%04x", c);
        else if (length > 0)
            eai_write_bytes(writer, string, (size_t)length);
        else
            eai_write_bytes(writer, "\xef\xbf\xbd", 3);
        string += length > 0 ? length : 1;
        left -= (size_t)(length > 0 ? length : 1);
    }
    eai_write_bytes(writer, "\"", 1);
}

static void write_valid(eai_writer *writer, const char *string, bool has_lines)
{
    for (size_t left = strlen(string); left > 0;) {
        const int length = character(string, left);
        const bool is_line = has_lines && (*string == '\n' || *string == '\t');
        const bool is_fine = length > 0 && ((unsigned char)*string >= 0x20 || is_line);
        eai_write_bytes(writer, is_fine ? string : "?", is_fine ? (size_t)length : 1);
        string += length > 0 ? length : 1;
        left -= (size_t)(length > 0 ? length : 1);
    }
}

void eai_write_text(eai_writer *writer, const char *string)
{
    write_valid(writer, string, true);
}

void eai_write_plain(eai_writer *writer, const char *string)
{
    write_valid(writer, string, false);
}
