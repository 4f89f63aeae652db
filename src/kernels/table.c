/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "kernels/kernels.h"
#include "platform/cpu.h"

void eai_kernels_init(eai_kernels *kernels, unsigned cpu)
{
#define EAI_KERNEL(op, isa, needs)                                                                 \
    if (((needs) & ~cpu) == 0) kernels->op = eai_##op##_##isa;
#include "kernels/variants.inc"
#undef EAI_KERNEL
    /* AVX2 has no product of two signed bytes; Arm has. */
    kernels->signed_kind = cpu & EAI_CPU_AVX2 ? EAI_TILE_S16 : EAI_TILE_S8;
    kernels->multiplies_packed = (cpu & EAI_CPU_AVX2) != 0;
}

static const struct {
    const char *op, *variant;
    unsigned needs;
} variants[] = {
#define EAI_KERNEL(op, isa, needs) {#op, #isa, (needs)},
#include "kernels/variants.inc"
#undef EAI_KERNEL
};

int eai_kernels_choice(unsigned cpu, size_t index, const char **op, const char **variant)
{
    size_t n_ops = 0;
    int found = 0;
    for (size_t i = 0; i < sizeof variants / sizeof variants[0]; i++) {
        if (i == 0 || strcmp(variants[i].op, variants[i - 1].op) != 0) n_ops++;
        if (n_ops != index + 1 || (variants[i].needs & ~cpu) != 0) continue;
        *op = variants[i].op;
        *variant = variants[i].variant;
        found = 1;
    }
    return found;
}
