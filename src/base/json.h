/* SPDX-License-Identifier: MIT */
#ifndef EAI_BASE_JSON_H
#define EAI_BASE_JSON_H

/* cJSON with our errors: a text with where it broke, and getters that name key and expectation. */

#include <cjson/cJSON.h>
#include <stddef.h>

#include <edgeai/status.h>

/* Longest text accepted; cJSON's own nesting limit (1000) stands beside it. */
#define EAI_JSON_BYTES_MAX ((size_t)1 << 28)

/*
 * Parses all of text[0..n). `what` opens the error text ("tasks.jsonl, line 3").
 * EDGEAI_E_FORMAT, EDGEAI_E_LIMIT or EDGEAI_E_MEMORY. *out is the caller's, freed with
 * cJSON_Delete; NULL on failure.
 */
edgeai_status eai_json_parse(cJSON **out, const char *text, size_t n, const char *what);

/* The string at `key` of an object, borrowed. EDGEAI_E_FORMAT when absent or no string. */
edgeai_status eai_json_string(const cJSON *object, const char *key, const char *what,
                              const char **out);

#endif
