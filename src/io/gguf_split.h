/* SPDX-License-Identifier: MIT */
#ifndef EAI_IO_GGUF_SPLIT_H
#define EAI_IO_GGUF_SPLIT_H

/* Model files in several parts: NAME-00001-of-0000N.gguf, each a GGUF file of its own. */

#include <stdint.h>

#include <edgeai/status.h>

#include "io/gguf_parse.h"

/* Whether `path` can be the first of n_parts parts: its name must say so too. */
edgeai_status eai_split_check_first(const char *path, const eai_gguf_part *first);

/* Writes the path of part `index` (from 0) over the first part's path, of the same length. */
void eai_split_rename(char *path, size_t index, size_t n_parts);

/* Whether a part belongs where it was found. */
edgeai_status eai_split_check(const eai_gguf_part *part, size_t index, const eai_gguf_part *first);

#endif
