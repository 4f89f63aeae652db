/* SPDX-License-Identifier: MIT */
#ifndef TOOLS_INSPECT_METADATA_VALUE_H
#define TOOLS_INSPECT_METADATA_VALUE_H

/* A metadata entry's value, whatever its type, as a list of elements that can be printed. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <edgeai/model_file.h>

typedef struct metadata_value {
    edgeai_metadata entry;
    size_t n;               /* elements below; 0 for arrays of arrays, and where reading failed */
    edgeai_string *strings; /* [n] borrowed from the file, or NULL */
    double *reals;          /* [n], or NULL */
    int64_t *integers;      /* [n], or NULL; of a U64 scalar: its bits */
} metadata_value;

/* Reads entry number `index`. False when memory is short. */
bool metadata_value_read(metadata_value *self, const edgeai_model_file *file, size_t index);

void metadata_value_free(metadata_value *self);

/* Element i of numbers and bools as text: "12", "1e-05", "true". */
void metadata_value_number(const metadata_value *self, size_t i, char out[32]);

/* "u32", "string", "array". */
const char *metadata_value_type_name(edgeai_value_type type);

#endif
