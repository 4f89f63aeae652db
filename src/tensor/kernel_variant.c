/* SPDX-License-Identifier: MIT */
#include <edgeai/context.h>
#include <edgeai/tensor.h>

#include "base/fail.h"
#include "kernels/kernels.h"
#include "platform/context_internal.h"

edgeai_status edgeai_kernel_variant(const edgeai_context *context, size_t index, const char **op,
                                    const char **variant)
{
    if (!context || !op || !variant)
        return eai_fail(EDGEAI_E_INVALID, "kernel variant: an argument is NULL");
    if (!eai_kernels_choice(context->cpu, index, op, variant))
        return eai_fail(EDGEAI_E_NOT_FOUND, "kernel variant: no operation number %zu", index);
    return EDGEAI_OK;
}
