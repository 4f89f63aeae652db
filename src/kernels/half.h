/* SPDX-License-Identifier: MIT */
#ifndef EAI_KERNELS_HALF_H
#define EAI_KERNELS_HALF_H

/*
 * IEEE binary16 and bfloat16 to float32 and back, in plain C: the same bits on every machine, with
 * or without conversion instructions. Rounding is to nearest, ties to even; too large becomes
 * infinity; NaNs stay NaNs and become quiet, as the instructions of x86 and Arm do it. Widening
 * selects by masks: with branches, or with ?: around an addition that might trap, gcc does not
 * vectorise loops over it (a third of the speed), and SSE2 compares signed integers only.
 */

#include <stdint.h>
#include <string.h>

static inline uint32_t eai_float_bits(float value)
{
    uint32_t bits;
    memcpy(&bits, &value, sizeof bits);
    return bits;
}

static inline float eai_bits_float(uint32_t bits)
{
    float value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

static inline float eai_half_to_float(uint16_t half)
{
    uint32_t sign = (uint32_t)(half & 0x8000u) << 16;
    int32_t magnitude = (int32_t)(half & 0x7fffu) << 13;
    /* Normal: move the exponent from bias 15 to bias 127; infinity and NaN: to the top. */
    uint32_t special = 0u - (uint32_t)(magnitude >= 31 << 23);
    uint32_t nan = 0u - (uint32_t)(magnitude > 31 << 23);
    uint32_t normal = (uint32_t)magnitude + (112u << 23) + (special & 112u << 23);
    normal |= nan & 1u << 22;
    /* Subnormal, m * 2^-24: as mantissa of 2^-14 * (1 + m / 1024), less 2^-14; exact. */
    float small = eai_bits_float((uint32_t)magnitude + (113u << 23)) - 0x1p-14f;
    uint32_t subnormal = 0u - (uint32_t)(magnitude < 1 << 23);
    uint32_t bits = (eai_float_bits(small) & subnormal) | (normal & ~subnormal);
    return eai_bits_float(bits | sign);
}

static inline uint16_t eai_float_to_half(float value)
{
    uint32_t bits = eai_float_bits(value);
    uint32_t sign = (bits >> 16) & 0x8000u;
    uint32_t magnitude = bits & 0x7fffffffu;
    /* Normal: add just below half of the last kept bit, plus that bit for ties to even. */
    uint32_t normal = (magnitude - (112u << 23) + 0xfffu + ((magnitude >> 13) & 1u)) >> 13;
    /* Below 2^-14: the last bit of 0.5 + x counts 2^-24, so the addition rounds as wanted. */
    uint32_t below = magnitude < 0x38800000u ? magnitude : 0u;
    uint32_t small = eai_float_bits(eai_bits_float(below) + 0.5f) - 0x3f000000u;
    uint32_t half = magnitude < 0x38800000u ? small : normal;
    half = magnitude >= 0x477ff000u ? 0x7c00u : half; /* 65520 and more */
    half = magnitude > 0x7f800000u ? 0x7e00u | ((magnitude >> 13) & 0x3ffu) : half;
    return (uint16_t)(half | sign);
}

static inline float eai_bfloat_to_float(uint16_t bfloat)
{
    uint32_t bits = (uint32_t)bfloat << 16;
    return eai_bits_float((bits & 0x7fffffffu) > 0x7f800000u ? bits | 0x00400000u : bits);
}

static inline uint16_t eai_float_to_bfloat(float value)
{
    uint32_t bits = eai_float_bits(value);
    uint32_t rounded = (bits + 0x7fffu + ((bits >> 16) & 1u)) >> 16;
    return (uint16_t)((bits & 0x7fffffffu) > 0x7f800000u ? (bits >> 16) | 0x40u : rounded);
}

/* The same from two little-endian bytes at any address, as blocks store their scales. */
static inline float eai_load_half(const uint8_t bytes[2])
{
    return eai_half_to_float((uint16_t)(bytes[0] | bytes[1] << 8));
}

static inline void eai_store_half(uint8_t bytes[2], uint16_t half)
{
    bytes[0] = (uint8_t)(half & 0xffu);
    bytes[1] = (uint8_t)(half >> 8);
}

#endif
