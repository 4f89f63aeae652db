/* SPDX-License-Identifier: MIT */
#include "base/json_scan.h"

#include <locale.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/fail.h"
#include "base/text.h"

edgeai_status eai_json_fail(const eai_json_scan *scan, const char *format, ...)
{
    char text[EAI_ERROR_BYTES];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    return eai_fail(EDGEAI_E_FORMAT, "%s, byte %zu: %s", scan->what, scan->at, text);
}

static void skip_space(eai_json_scan *scan)
{
    while (scan->at < scan->n && strchr(" \t\r\n", scan->text[scan->at]) && scan->text[scan->at])
        scan->at++;
}

/* The next byte that is no space; 0 at the end. */
static char look(eai_json_scan *scan)
{
    skip_space(scan);
    return scan->at < scan->n ? scan->text[scan->at] : '\0';
}

static edgeai_status expect(eai_json_scan *scan, char wanted)
{
    const char found = look(scan);
    if (found != wanted || scan->at == scan->n)
        return eai_json_fail(scan, "expected '%c', found %s", wanted,
                             scan->at == scan->n ? "the end" : "something else");
    scan->at++;
    return EDGEAI_OK;
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* The number at `at`: one past its last byte; 0 when none is there. */
static size_t number_end(const eai_json_scan *scan, bool *is_int)
{
    const char *text = scan->text;
    size_t at = scan->at, digits;
    *is_int = true;
    if (at < scan->n && text[at] == '-') at++;
    for (digits = at; at < scan->n && is_digit(text[at]);)
        at++;
    if (at == digits || (text[digits] == '0' && at > digits + 1)) return 0;
    if (at < scan->n && text[at] == '.') {
        *is_int = false;
        for (digits = ++at; at < scan->n && is_digit(text[at]);)
            at++;
        if (at == digits) return 0;
    }
    if (at < scan->n && (text[at] == 'e' || text[at] == 'E')) {
        *is_int = false;
        at++;
        if (at < scan->n && (text[at] == '+' || text[at] == '-')) at++;
        for (digits = at; at < scan->n && is_digit(text[at]);)
            at++;
        if (at == digits) return 0;
    }
    return at;
}

edgeai_status eai_json_peek(eai_json_scan *scan, eai_json_kind *kind)
{
    bool is_int;
    const char c = look(scan);
    *kind = EAI_JSON_NULL;
    if (c == '"')
        *kind = EAI_JSON_STRING;
    else if (c == '[')
        *kind = EAI_JSON_ARRAY;
    else if (c == '{')
        *kind = EAI_JSON_OBJECT;
    else if (c == 't' || c == 'f')
        *kind = EAI_JSON_BOOL;
    else if (c == '-' || is_digit(c))
        *kind = number_end(scan, &is_int) && is_int ? EAI_JSON_INT : EAI_JSON_FLOAT;
    else if (c != 'n')
        return eai_json_fail(scan, "expected a value");
    return EDGEAI_OK;
}

edgeai_status eai_json_open(eai_json_scan *scan, char bracket)
{
    return expect(scan, bracket);
}

edgeai_status eai_json_next(eai_json_scan *scan, char bracket, bool *is_first, bool *more)
{
    *more = look(scan) != bracket;
    if (!*more)
        scan->at++;
    else if (!*is_first)
        EAI_TRY(expect(scan, ','));
    *is_first = false;
    return EDGEAI_OK;
}

/* Four hexadecimal digits; -1 when they are none. */
static int32_t hex4(const char *text)
{
    int32_t value = 0;
    for (int i = 0; i < 4; i++) {
        const char c = text[i];
        int digit = is_digit(c)            ? c - '0'
                    : c >= 'a' && c <= 'f' ? c - 'a' + 10
                    : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                           : -1;
        if (digit < 0) return -1;
        value = value << 4 | digit;
    }
    return value;
}

/* The escape at text[0..n) (after RFC 8259): its code point and bytes; 0 for a wrong one. */
static size_t read_escape(const char *text, size_t n, uint32_t *code_point)
{
    static const char names[] = "\"\\/bfnrt", values[] = "\"\\/\b\f\n\r\t";
    if (n < 2) return 0;
    const char *at = text[1] ? strchr(names, text[1]) : NULL;
    if (at) {
        *code_point = (unsigned char)values[at - names];
        return 2;
    }
    int32_t high = text[1] == 'u' && n >= 6 ? hex4(text + 2) : -1;
    if (high <= 0 || (high >= 0xdc00 && high < 0xe000)) return 0;
    *code_point = (uint32_t)high;
    if (high < 0xd800 || high >= 0xe000) return 6;
    int32_t low = n >= 12 && text[6] == '\\' && text[7] == 'u' ? hex4(text + 8) : -1;
    if (low < 0xdc00 || low >= 0xe000) return 0;
    *code_point = 0x10000u + ((uint32_t)(high - 0xd800) << 10) + (uint32_t)(low - 0xdc00);
    return 12;
}

edgeai_status eai_json_raw_string(eai_json_scan *scan, const char **raw, size_t *n)
{
    uint32_t code_point;
    EAI_TRY(expect(scan, '"'));
    const size_t begin = scan->at;
    while (scan->at < scan->n && scan->text[scan->at] != '"') {
        const char *at = scan->text + scan->at;
        const size_t left = scan->n - scan->at;
        int length = eai_utf8_decode((const unsigned char *)at, left, &code_point);
        if (*at == '\\')
            length = (int)read_escape(at, left, &code_point);
        else if ((unsigned char)*at < 0x20)
            length = 0;
        if (length <= 0) return eai_json_fail(scan, "no valid character of a string");
        scan->at += (size_t)length;
    }
    if (scan->at == scan->n) return eai_json_fail(scan, "a string does not end");
    *raw = scan->text + begin;
    *n = scan->at++ - begin;
    return EDGEAI_OK;
}

edgeai_status eai_json_raw_key(eai_json_scan *scan, const char **raw, size_t *n)
{
    EAI_TRY(eai_json_raw_string(scan, raw, n));
    return expect(scan, ':');
}

size_t eai_json_unescape(const char *raw, size_t n, char *out)
{
    size_t n_out = 0;
    for (size_t at = 0; at < n;) {
        uint32_t code_point = 0;
        if (raw[at] != '\\') {
            out[n_out++] = raw[at++];
            continue;
        }
        at += read_escape(raw + at, n - at, &code_point);
        unsigned char bytes[4];
        const int length = eai_utf8_encode(code_point, bytes);
        memcpy(out + n_out, bytes, (size_t)length);
        n_out += (size_t)length;
    }
    out[n_out] = '\0';
    return n_out;
}

edgeai_status eai_json_int(eai_json_scan *scan, int64_t *value)
{
    bool is_int;
    skip_space(scan);
    const size_t end = number_end(scan, &is_int);
    if (!end || !is_int) return eai_json_fail(scan, "expected a whole number");
    const bool is_negative = scan->text[scan->at] == '-';
    int64_t sum = 0; /* negative, where int64 reaches one further */
    for (size_t at = scan->at + is_negative; at < end; at++)
        if (__builtin_mul_overflow(sum, 10, &sum) ||
            __builtin_sub_overflow(sum, scan->text[at] - '0', &sum))
            return eai_json_fail(scan, "the number does not fit into 64 bits");
    if (!is_negative && sum == INT64_MIN)
        return eai_json_fail(scan, "the number does not fit into 64 bits");
    *value = is_negative ? sum : -sum;
    scan->at = end;
    return EDGEAI_OK;
}

edgeai_status eai_json_real(eai_json_scan *scan, double *value)
{
    bool is_int;
    char number[64];
    skip_space(scan);
    const size_t end = number_end(scan, &is_int), n = end - scan->at;
    if (!end) return eai_json_fail(scan, "expected a number");
    if (n >= sizeof number) return eai_json_fail(scan, "a number of more than 63 characters");
    memcpy(number, scan->text + scan->at, n);
    number[n] = '\0';
    /* strtod() wants the point of the program's locale. */
    char *point = memchr(number, '.', n);
    if (point) *point = *localeconv()->decimal_point;
    *value = strtod(number, NULL);
    scan->at = end;
    return EDGEAI_OK;
}

edgeai_status eai_json_null(eai_json_scan *scan)
{
    skip_space(scan);
    if (scan->n - scan->at < 4 || memcmp(scan->text + scan->at, "null", 4) != 0)
        return eai_json_fail(scan, "expected null");
    scan->at += 4;
    return EDGEAI_OK;
}

edgeai_status eai_json_skip(eai_json_scan *scan)
{
    char closing[EAI_JSON_DEPTH_MAX];
    int depth = 0;
    const char *raw;
    size_t n;
    do {
        const char c = look(scan);
        if (scan->at == scan->n) return eai_json_fail(scan, "expected a value, found the end");
        if (c == '"') {
            EAI_TRY(eai_json_raw_string(scan, &raw, &n));
        } else if (c == '[' || c == '{') {
            if (depth == EAI_JSON_DEPTH_MAX)
                return eai_json_fail(scan, "nested deeper than %d", EAI_JSON_DEPTH_MAX);
            closing[depth++] = c == '[' ? ']' : '}';
            scan->at++;
        } else if (c == ']' || c == '}') {
            if (depth == 0 || closing[depth - 1] != c)
                return eai_json_fail(scan, "a bracket that opens nowhere");
            depth--;
            scan->at++;
        } else if (c == ',' || c == ':') {
            if (depth == 0) return eai_json_fail(scan, "expected a value");
            scan->at++;
        } else {
            const size_t begin = scan->at;
            while (scan->at < scan->n && !strchr(" \t\r\n,:]}[{\"", scan->text[scan->at]))
                scan->at++;
            if (scan->at == begin) return eai_json_fail(scan, "expected a value");
        }
    } while (depth > 0);
    return EDGEAI_OK;
}

edgeai_status eai_json_end(eai_json_scan *scan)
{
    skip_space(scan);
    if (scan->at < scan->n) return eai_json_fail(scan, "expected nothing more");
    return EDGEAI_OK;
}
