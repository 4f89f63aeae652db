/* SPDX-License-Identifier: MIT */
#include "graph/lanes.h"

#include <string.h>

#include "kernels/half.h"

eai_lane eai_lane_of(edgeai_element element)
{
    switch (element) {
    case EDGEAI_ELEMENT_F32:
    case EDGEAI_ELEMENT_F16:
    case EDGEAI_ELEMENT_BF16:
        return EAI_LANE_F32;
    case EDGEAI_ELEMENT_F64:
        return EAI_LANE_F64;
    case EDGEAI_ELEMENT_U64:
        return EAI_LANE_U64;
    default:
        return EAI_LANE_I64;
    }
}

bool eai_lane_is_native(edgeai_element element)
{
    return element == EDGEAI_ELEMENT_F32 || element == EDGEAI_ELEMENT_F64 ||
           element == EDGEAI_ELEMENT_I64 || element == EDGEAI_ELEMENT_U64;
}

static size_t element_size(edgeai_element element)
{
    return edgeai_element_bytes(element, 1);
}

/* Types that are not their own lane: how they lie, which lane, and both ways. */
#define WIDEN_BOOL(x)  ((x) != 0)
#define NARROW_BOOL(x) ((uint8_t)((x) != 0))
#define SMALL_TYPES(X)                                                                             \
    X(F16, uint16_t, f32, eai_half_to_float, eai_float_to_half)                                    \
    X(BF16, uint16_t, f32, eai_bfloat_to_float, eai_float_to_bfloat)                               \
    X(U8, uint8_t, i64, , (uint8_t))                                                               \
    X(I8, int8_t, i64, , (int8_t))                                                                 \
    X(U16, uint16_t, i64, , (uint16_t))                                                            \
    X(I16, int16_t, i64, , (int16_t))                                                              \
    X(U32, uint32_t, i64, , (uint32_t))                                                            \
    X(I32, int32_t, i64, , (int32_t))                                                              \
    X(BOOL, uint8_t, i64, WIDEN_BOOL, NARROW_BOOL)

const void *eai_lane_load(edgeai_element element, const void *data, size_t first, size_t n,
                          eai_lane_block *block)
{
    switch (element) {
#define LOAD(name, storage, lane, widen, narrow)                                                   \
    case EDGEAI_ELEMENT_##name: {                                                                  \
        const storage *x = (const storage *)data + first;                                          \
        for (size_t i = 0; i < n; i++)                                                             \
            block->lane[i] = widen(x[i]);                                                          \
        return block;                                                                              \
    }
        SMALL_TYPES(LOAD)
    default:
        return (const char *)data + first * element_size(element);
    }
}

void *eai_lane_place(edgeai_element element, void *data, size_t first, eai_lane_block *block)
{
    return eai_lane_is_native(element) ? (char *)data + first * element_size(element)
                                       : (void *)block;
}

void eai_lane_store(edgeai_element element, void *data, size_t first, size_t n, const void *lanes)
{
    switch (element) {
#define STORE(name, storage, lane, widen, narrow)                                                  \
    case EDGEAI_ELEMENT_##name: {                                                                  \
        storage *y = (storage *)data + first;                                                      \
        const eai_lane_block *block = lanes;                                                       \
        for (size_t i = 0; i < n; i++)                                                             \
            y[i] = narrow(block->lane[i]);                                                         \
        return;                                                                                    \
    }
        SMALL_TYPES(STORE)
    default: {
        const size_t size = element_size(element);
        char *y = (char *)data + first * size;
        if (n > 0 && y != lanes) memmove(y, lanes, n * size);
        return;
    }
    }
}

int64_t eai_to_i64(double value)
{
    if (value != value) return 0;
    if (value >= 0x1p63) return INT64_MAX;
    return value <= -0x1p63 ? INT64_MIN : (int64_t)value;
}

uint64_t eai_to_u64(double value)
{
    if (!(value > -1)) return 0; /* NaN too */
    return value >= 0x1p64 ? UINT64_MAX : (uint64_t)value;
}

double eai_lane_get(edgeai_element element, const void *data, size_t index)
{
    eai_lane_block block;
    double value = 0;
    const void *lanes = eai_lane_load(element, data, index, 1, &block);
    eai_lane_convert(eai_lane_of(element), lanes, EAI_LANE_F64, &value, 1);
    return value;
}

/* From lane, to lane, its types, and how one value goes over. */
#define CONVERSIONS(X)                                                                             \
    X(F32, F32, float, float, (float))                                                             \
    X(F32, F64, float, double, (double))                                                           \
    X(F32, I64, float, int64_t, eai_to_i64)                                                        \
    X(F32, U64, float, uint64_t, eai_to_u64)                                                       \
    X(F64, F32, double, float, (float))                                                            \
    X(F64, F64, double, double, (double))                                                          \
    X(F64, I64, double, int64_t, eai_to_i64)                                                       \
    X(F64, U64, double, uint64_t, eai_to_u64)                                                      \
    X(I64, F32, int64_t, float, (float))                                                           \
    X(I64, F64, int64_t, double, (double))                                                         \
    X(I64, I64, int64_t, int64_t, (int64_t))                                                       \
    X(I64, U64, int64_t, uint64_t, (uint64_t))                                                     \
    X(U64, F32, uint64_t, float, (float))                                                          \
    X(U64, F64, uint64_t, double, (double))                                                        \
    X(U64, I64, uint64_t, int64_t, (int64_t))                                                      \
    X(U64, U64, uint64_t, uint64_t, (uint64_t))

void eai_lane_convert(eai_lane from, const void *source, eai_lane to, void *target, size_t n)
{
#define CONVERT(from_name, to_name, from_type, to_type, over)                                      \
    if (from == EAI_LANE_##from_name && to == EAI_LANE_##to_name) {                                \
        const from_type *x = source;                                                               \
        to_type *y = target;                                                                       \
        for (size_t i = 0; i < n; i++)                                                             \
            y[i] = over(x[i]);                                                                     \
        return;                                                                                    \
    }
    CONVERSIONS(CONVERT)
}
