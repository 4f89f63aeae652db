/* SPDX-License-Identifier: MIT */
#include "quantize/tensor_patterns.h"

#include <string.h>

#include "base/fail.h"
#include "base/memory.h"
#include "base/text.h"
#include "quantize/type_rules.h"

enum { SHOWN_BYTES = 80 };

static edgeai_status fail_pattern(const char *pattern, int code)
{
    char shown[SHOWN_BYTES];
    PCRE2_UCHAR text[128] = "";
    pcre2_get_error_message(code, text, sizeof text);
    return eai_fail(EDGEAI_E_INVALID, "tensor pattern '%s': %s",
                    eai_printable(pattern, strlen(pattern), shown, sizeof shown),
                    (const char *)text);
}

static edgeai_status compile(eai_tensor_patterns *self, const edgeai_tensor_rule *rule)
{
    if (!rule->pattern || !rule->type)
        return eai_fail(EDGEAI_E_INVALID, "tensor rule: pattern or type is NULL");
    eai_tensor_pattern *pattern = &self->patterns[self->n];
    EAI_TRY(eai_written_type(rule->type, "type of a tensor rule", &pattern->dtype));
    pcre2_compile_context *context = pcre2_compile_context_create(self->general);
    if (!context) return EDGEAI_E_MEMORY;
    int code = 0;
    PCRE2_SIZE offset;
    pattern->code =
        pcre2_compile((PCRE2_SPTR)rule->pattern, PCRE2_ZERO_TERMINATED, 0, &code, &offset, context);
    pcre2_compile_context_free(context);
    if (pattern->code) {
        self->n++;
        return EDGEAI_OK;
    }
    return atomic_load(&self->memory.failed) ? EDGEAI_E_MEMORY : fail_pattern(rule->pattern, code);
}

edgeai_status eai_tensor_patterns_init(eai_tensor_patterns *self, const edgeai_allocator *allocator,
                                       const edgeai_tensor_rule *rules, size_t n)
{
    *self = (eai_tensor_patterns){.memory.allocator = allocator};
    if (n == 0) return EDGEAI_OK;
    if (!rules) return eai_fail(EDGEAI_E_INVALID, "tensor rules: expected %zu, found NULL", n);
    self->patterns =
        eai_allocate_array(allocator, n, sizeof *self->patterns, "patterns of tensors");
    if (!self->patterns) return EDGEAI_E_MEMORY;
    self->n_allocated = n;
    self->general = eai_pcre_general_context(&self->memory);
    if (self->general) self->match = pcre2_match_context_create(self->general);
    if (self->match) self->data = pcre2_match_data_create(1, self->general);
    if (!self->data) return EDGEAI_E_MEMORY;
    for (size_t i = 0; i < n; i++)
        EAI_TRY(compile(self, &rules[i]));
    return EDGEAI_OK;
}

void eai_tensor_patterns_free(eai_tensor_patterns *self)
{
    if (!self->patterns) return;
    for (size_t i = 0; i < self->n; i++)
        pcre2_code_free(self->patterns[i].code);
    pcre2_match_data_free(self->data);
    pcre2_match_context_free(self->match);
    pcre2_general_context_free(self->general);
    eai_release(self->memory.allocator, self->patterns, self->n_allocated * sizeof *self->patterns);
    *self = (eai_tensor_patterns){0};
}

edgeai_status eai_tensor_patterns_find(const eai_tensor_patterns *self, const char *name,
                                       edgeai_dtype *dtype)
{
    for (size_t i = 0; i < self->n; i++) {
        int result = pcre2_match(self->patterns[i].code, (PCRE2_SPTR)name, strlen(name), 0, 0,
                                 self->data, self->match);
        if (result >= 0) {
            *dtype = self->patterns[i].dtype;
            return EDGEAI_OK;
        }
        if (atomic_load(&self->memory.failed)) return EDGEAI_E_MEMORY;
        /* PCRE2's own bound on steps, which an expression can exceed. */
        if (result != PCRE2_ERROR_NOMATCH) return fail_pattern(name, result);
    }
    return EDGEAI_OK;
}
