/* SPDX-License-Identifier: MIT */

/* The value types of GGUF metadata, once their bytes are known to be there. */

#include <string.h>

#include "io/gguf_parse.h"

static const struct {
    const char *name;
    size_t bytes;
} types[] = {
    [EDGEAI_VALUE_U8] = {"u8", 1},         [EDGEAI_VALUE_I8] = {"i8", 1},
    [EDGEAI_VALUE_U16] = {"u16", 2},       [EDGEAI_VALUE_I16] = {"i16", 2},
    [EDGEAI_VALUE_U32] = {"u32", 4},       [EDGEAI_VALUE_I32] = {"i32", 4},
    [EDGEAI_VALUE_F32] = {"f32", 4},       [EDGEAI_VALUE_BOOL] = {"bool", 1},
    [EDGEAI_VALUE_STRING] = {"string", 0}, [EDGEAI_VALUE_ARRAY] = {"array", 0},
    [EDGEAI_VALUE_U64] = {"u64", 8},       [EDGEAI_VALUE_I64] = {"i64", 8},
    [EDGEAI_VALUE_F64] = {"f64", 8},
};
enum { N_TYPES = sizeof types / sizeof types[0] };

size_t eai_value_bytes(edgeai_value_type type)
{
    return (unsigned)type < N_TYPES ? types[type].bytes : 0;
}

const char *eai_value_type_name(edgeai_value_type type)
{
    return (unsigned)type < N_TYPES ? types[type].name : "?";
}

bool eai_value_integer(edgeai_value_type type, const unsigned char *bytes, uint64_t *value,
                       bool *negative)
{
    size_t n = eai_value_bytes(type);
    uint64_t bits = 0;
    bool is_signed = false;
    switch (type) {
    case EDGEAI_VALUE_I8:
    case EDGEAI_VALUE_I16:
    case EDGEAI_VALUE_I32:
    case EDGEAI_VALUE_I64:
        is_signed = true;
        break;
    case EDGEAI_VALUE_U8:
    case EDGEAI_VALUE_U16:
    case EDGEAI_VALUE_U32:
    case EDGEAI_VALUE_U64:
    case EDGEAI_VALUE_BOOL:
        break;
    default:
        return false;
    }
    memcpy(&bits, bytes, n);
    *negative = is_signed && bits >> (8 * n - 1);
    if (*negative && n < 8) bits |= ~UINT64_C(0) << (8 * n);
    *value = bits;
    return true;
}

edgeai_string eai_value_string(const unsigned char **bytes)
{
    uint64_t n;
    memcpy(&n, *bytes, sizeof n);
    edgeai_string string = {(const char *)*bytes + sizeof n, (size_t)n};
    *bytes += sizeof n + (size_t)n;
    return string;
}
