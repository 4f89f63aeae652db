/* SPDX-License-Identifier: MIT */
#ifndef EAI_SPACE_TEXT_WRITER_H
#define EAI_SPACE_TEXT_WRITER_H

/* Text that is put together piece by piece; a failed allocation is asked for once, at the end. */

#include <stdbool.h>

#include <edgeai/context.h>

#include "base/text.h"

typedef struct eai_writer {
    eai_text text;
    bool failed; /* memory was short; what is there is of no use */
} eai_writer;

eai_writer eai_writer_start(const edgeai_allocator *allocator);

void eai_write_bytes(eai_writer *writer, const char *bytes, size_t n);

/* printf's way; no %f, %e or %g, which follow the program's locale. */
void eai_write(eai_writer *writer, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* A number with so many decimals, never "-0.00"; "null" when it is not finite. */
void eai_write_fixed(eai_writer *writer, double value, int decimals);

/* The same without zeros at the end: "1.2", "3". */
void eai_write_trimmed(eai_writer *writer, double value, int decimals);

/* The shortest of 15 to 17 digits that reads back to the same bits; "null" when not finite. */
void eai_write_exact(eai_writer *writer, double value);

/* "[a, b, c]", exactly. */
void eai_write_array(eai_writer *writer, const double *values, int n);

/* A JSON string with its quotes; bytes that are no UTF-8 become U+FFFD. */
void eai_write_json_string(eai_writer *writer, const char *string);

/* The string as it is, lines and all; what is no UTF-8 becomes '?'. */
void eai_write_text(eai_writer *writer, const char *string);

/* The string without quotes and escapes; control characters and what is no UTF-8 become '?'. */
void eai_write_plain(eai_writer *writer, const char *string);

#endif
