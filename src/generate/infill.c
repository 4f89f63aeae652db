/* SPDX-License-Identifier: MIT */
#include "generate/infill.h"

#include <string.h>

#include "base/fail.h"

#define MARK       "[MASK"
#define MARK_BYTES 5

enum { MASKS_MAX = 1024 };

/* Bytes of the gap that begins at `text`, or 0; *n_masks as written (cut above the range). */
static size_t gap_at(const char *text, size_t *n_masks)
{
    if (strncmp(text, MARK, MARK_BYTES) != 0) return 0;
    const char *at = text + MARK_BYTES;
    *n_masks = 1;
    if (*at == ']') return MARK_BYTES + 1;
    if (*at++ != ':') return 0;
    size_t number = 0, n_digits = strspn(at, "0123456789");
    for (size_t i = 0; i < n_digits; i++)
        if (number <= MASKS_MAX) number = number * 10 + (size_t)(at[i] - '0');
    if (n_digits == 0 || at[n_digits] != ']') return 0;
    *n_masks = number;
    return (size_t)(at - text) + n_digits + 1;
}

edgeai_status eai_infill_next(const char **at, eai_infill_part *part)
{
    size_t n_masks = 0, n = gap_at(*at, &n_masks);
    *part = (eai_infill_part){0};
    if (n > 0) {
        if (n_masks < 1 || n_masks > MASKS_MAX)
            return eai_fail(EDGEAI_E_INVALID, "infill: %.20s: expected 1 to %d masks", *at,
                            MASKS_MAX);
        part->n_masks = n_masks;
    } else {
        part->text = *at;
        while ((*at)[n] && (n == 0 || gap_at(*at + n, &n_masks) == 0))
            n++;
        part->n_bytes = n;
    }
    *at += n;
    return EDGEAI_OK;
}

edgeai_status eai_infill_encode(eai_token_list *out, eai_token_list *gaps,
                                const edgeai_tokenizer *tokenizer, int32_t mask_token,
                                const char *text)
{
    size_t n_gaps = gaps->n;
    EAI_TRY(eai_token_list_encode(out, tokenizer, "", 0, EDGEAI_ENCODE_BOS));
    for (const char *at = text; *at;) {
        eai_infill_part part;
        EAI_TRY(eai_infill_next(&at, &part));
        if (part.text) {
            EAI_TRY(eai_token_list_encode(out, tokenizer, part.text, part.n_bytes,
                                          EDGEAI_ENCODE_PLAIN));
            continue;
        }
        if (out->n > INT32_MAX)
            return eai_fail(EDGEAI_E_LIMIT, "infill: %zu tokens in front of a gap", out->n);
        EAI_TRY(eai_token_list_append(gaps, (int32_t)out->n, 1));
        EAI_TRY(eai_token_list_append(out, mask_token, part.n_masks));
    }
    if (gaps->n == n_gaps)
        return eai_fail(EDGEAI_E_INVALID, "infill: expected [MASK] or [MASK:n] in the text, "
                                          "found none");
    return EDGEAI_OK;
}
