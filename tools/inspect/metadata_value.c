/* SPDX-License-Identifier: MIT */
#include "inspect/metadata_value.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *metadata_value_type_name(edgeai_value_type type)
{
    static const char *const names[] = {"u8",   "i8",     "u16",   "i16", "u32", "i32", "f32",
                                        "bool", "string", "array", "u64", "i64", "f64"};
    return (size_t)type < sizeof names / sizeof names[0] ? names[type] : "?";
}

static bool is_real(edgeai_value_type type)
{
    return type == EDGEAI_VALUE_F32 || type == EDGEAI_VALUE_F64;
}

static edgeai_status read_array(metadata_value *self, const edgeai_model_file *file,
                                const char *key)
{
    edgeai_value_type type = self->entry.element_type;
    size_t room = self->n;
    if (type == EDGEAI_VALUE_STRING)
        return edgeai_model_file_get_strings(file, key, self->strings, room, &self->n);
    if (is_real(type)) return edgeai_model_file_get_f64s(file, key, self->reals, room, &self->n);
    return edgeai_model_file_get_i64s(file, key, self->integers, room, &self->n);
}

static edgeai_status read_scalar(metadata_value *self, const edgeai_model_file *file,
                                 const char *key)
{
    edgeai_value_type type = self->entry.type;
    if (type == EDGEAI_VALUE_STRING) return edgeai_model_file_get_string(file, key, self->strings);
    if (is_real(type)) return edgeai_model_file_get_f64(file, key, self->reals);
    if (type == EDGEAI_VALUE_BOOL) {
        bool value = false;
        edgeai_status status = edgeai_model_file_get_bool(file, key, &value);
        *self->integers = value;
        return status;
    }
    uint64_t bits = 0;
    edgeai_status status = edgeai_model_file_get_u64(file, key, &bits);
    if (status == EDGEAI_E_LIMIT) { /* negative: exact as float64 up to 2^53 */
        double value = 0;
        status = edgeai_model_file_get_f64(file, key, &value);
        bits = (uint64_t)(int64_t)value;
    }
    *self->integers = (int64_t)bits;
    return status;
}

bool metadata_value_read(metadata_value *self, const edgeai_model_file *file, size_t index)
{
    *self = (metadata_value){0};
    if (edgeai_model_file_metadata(file, index, &self->entry) != EDGEAI_OK) return true;
    bool is_array = self->entry.type == EDGEAI_VALUE_ARRAY;
    edgeai_value_type type = is_array ? self->entry.element_type : self->entry.type;
    if (type == EDGEAI_VALUE_ARRAY || self->entry.n_elements == 0) return true;

    self->n = (size_t)self->entry.n_elements;
    char *key = strndup(self->entry.key.bytes, self->entry.key.n_bytes);
    void *elements;
    if (type == EDGEAI_VALUE_STRING)
        elements = self->strings = calloc(self->n, sizeof *self->strings);
    else if (is_real(type))
        elements = self->reals = calloc(self->n, sizeof *self->reals);
    else
        elements = self->integers = calloc(self->n, sizeof *self->integers);
    bool is_ok = key && elements;
    if (is_ok && (is_array ? read_array(self, file, key) : read_scalar(self, file, key)))
        self->n = 0;
    if (!is_ok) metadata_value_free(self);
    free(key);
    return is_ok;
}

void metadata_value_free(metadata_value *self)
{
    free(self->strings);
    free(self->reals);
    free(self->integers);
    self->strings = NULL;
    self->reals = NULL;
    self->integers = NULL;
    self->n = 0;
}

/* The fewest digits that read back as the same number. */
static void print_real(double number, bool is_f32, char out[32])
{
    for (int digits = is_f32 ? 6 : 15; digits <= 17; digits++) {
        snprintf(out, 32, "%.*g", digits, number);
        double back = strtod(out, NULL);
        if (is_f32 ? (float)back == (float)number : back == number) return;
    }
}

void metadata_value_number(const metadata_value *self, size_t i, char out[32])
{
    if (self->reals)
        print_real(self->reals[i], self->entry.element_type == EDGEAI_VALUE_F32, out);
    else if (self->entry.element_type == EDGEAI_VALUE_BOOL)
        snprintf(out, 32, "%s", self->integers[i] ? "true" : "false");
    else if (self->entry.element_type == EDGEAI_VALUE_U64)
        snprintf(out, 32, "%llu", (unsigned long long)self->integers[i]);
    else
        snprintf(out, 32, "%lld", (long long)self->integers[i]);
}
