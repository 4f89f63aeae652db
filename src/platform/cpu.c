/* SPDX-License-Identifier: MIT */
#include "platform/cpu.h"

#include <stdbool.h>
#include <string.h>

#include "base/fail.h"

#if defined(__x86_64__)
#include <cpuid.h>
#elif defined(__aarch64__)
#include <sys/auxv.h>
#ifndef HWCAP_ASIMDDP
#define HWCAP_ASIMDDP (1ul << 20)
#endif
#endif

static const struct {
    const char *name;
    unsigned mask; /* the level and all below it */
} levels[] = {
    {"ref", 0},
    {"avx2", EAI_CPU_AVX2},
    {"neon", EAI_CPU_NEON},
    {"dotprod", EAI_CPU_NEON | EAI_CPU_DOTPROD},
};

#if defined(__x86_64__)
/* clang 14 has no __builtin_cpu_supports("f16c"). */
static bool has_f16c(void)
{
    unsigned eax, ebx, ecx, edx;
    return __get_cpuid(1, &eax, &ebx, &ecx, &edx) && (ecx & bit_F16C);
}
#endif

unsigned eai_cpu_detect(void)
{
    unsigned mask = 0;
#if defined(__x86_64__)
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") && has_f16c())
        mask |= EAI_CPU_AVX2;
#elif defined(__aarch64__)
    mask |= EAI_CPU_NEON;
    if (getauxval(AT_HWCAP) & HWCAP_ASIMDDP) mask |= EAI_CPU_DOTPROD;
#endif
    return mask;
}

edgeai_status eai_cpu_level(const char *name, unsigned detected, unsigned *mask)
{
    for (size_t i = 0; i < sizeof levels / sizeof levels[0]; i++) {
        if (strcmp(levels[i].name, name) != 0) continue;
        if (levels[i].mask & ~detected)
            return eai_fail(EDGEAI_E_UNSUPPORTED, "cpu level \"%s\": this machine has only \"%s\"",
                            name, eai_cpu_name(detected));
        *mask = levels[i].mask;
        return EDGEAI_OK;
    }
    return eai_fail(EDGEAI_E_INVALID,
                    "cpu level: expected ref, avx2, neon or dotprod, found \"%.40s\"", name);
}

const char *eai_cpu_name(unsigned mask)
{
    if (mask & EAI_CPU_DOTPROD) return "dotprod";
    if (mask & EAI_CPU_NEON) return "neon";
    if (mask & EAI_CPU_AVX2) return "avx2";
    return "ref";
}
