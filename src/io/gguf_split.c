/* SPDX-License-Identifier: MIT */
#include "io/gguf_split.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/fail.h"

/* "-00001-of-00003.gguf": the end of a part's name. */
#define SUFFIX_FORMAT "-%05u-of-%05u.gguf"
enum { SUFFIX_BYTES = 20 };

static void format_suffix(char suffix[SUFFIX_BYTES + 1], size_t index, size_t n_parts)
{
    snprintf(suffix, SUFFIX_BYTES + 1, SUFFIX_FORMAT, (unsigned)(index + 1) % 100000u,
             (unsigned)n_parts % 100000u);
}

edgeai_status eai_split_check_first(const char *path, const eai_gguf_part *first)
{
    char suffix[SUFFIX_BYTES + 1];
    if (first->split_count > EAI_GGUF_PARTS_MAX)
        return eai_fail(EDGEAI_E_FORMAT, "key 'split.count': expected at most %d, found %" PRIu64,
                        EAI_GGUF_PARTS_MAX, first->split_count);
    if (first->split_no != 0)
        return eai_fail(EDGEAI_E_INVALID,
                        "this is part %" PRIu64 " of %" PRIu64 "; open the first one",
                        first->split_no + 1, first->split_count);
    format_suffix(suffix, 0, (size_t)first->split_count);
    size_t n = strlen(path);
    if (n < SUFFIX_BYTES || strcmp(path + n - SUFFIX_BYTES, suffix) != 0)
        return eai_fail(EDGEAI_E_FORMAT,
                        "key 'split.count' is %" PRIu64 ": expected a file name that ends in %s",
                        first->split_count, suffix);
    return EDGEAI_OK;
}

void eai_split_rename(char *path, size_t index, size_t n_parts)
{
    format_suffix(path + strlen(path) - SUFFIX_BYTES, index, n_parts);
}

edgeai_status eai_split_check(const eai_gguf_part *part, size_t index, const eai_gguf_part *first)
{
    if (part->split_no != index)
        return eai_fail(EDGEAI_E_FORMAT, "key 'split.no': expected %zu, found %" PRIu64, index,
                        part->split_no);
    if (part->split_count != first->split_count)
        return eai_fail(EDGEAI_E_FORMAT, "key 'split.count': expected %" PRIu64 ", found %" PRIu64,
                        first->split_count, part->split_count);
    return EDGEAI_OK;
}
