/* SPDX-License-Identifier: MIT */
#include "base/json.h"

#include <errno.h>

#include "base/fail.h"

edgeai_status eai_json_parse(cJSON **out, const char *text, size_t n, const char *what)
{
    *out = NULL;
    if (n > EAI_JSON_BYTES_MAX)
        return eai_fail(EDGEAI_E_LIMIT, "%s: %zu bytes of JSON, at most %zu are read", what, n,
                        EAI_JSON_BYTES_MAX);
    const char *end = text;
    errno = 0; /* cJSON does not tell a failed allocation from a damaged text; malloc does */
    cJSON *root = cJSON_ParseWithLengthOpts(text, n, &end, 0);
    if (!root && errno == ENOMEM) return eai_fail_memory(what, n);
    size_t used = end && end >= text ? (size_t)(end - text) : 0;
    if (!root) return eai_fail(EDGEAI_E_FORMAT, "%s: no valid JSON at byte %zu", what, used);
    for (size_t i = used; i < n; i++) {
        if (text[i] == ' ' || text[i] == '\t' || text[i] == '\r' || text[i] == '\n') continue;
        cJSON_Delete(root);
        return eai_fail(EDGEAI_E_FORMAT,
                        "%s: expected nothing after the JSON value, found more at byte %zu", what,
                        i);
    }
    *out = root;
    return EDGEAI_OK;
}

edgeai_status eai_json_string(const cJSON *object, const char *key, const char *what,
                              const char **out)
{
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(object, key);
    if (!cJSON_IsString(item) || !item->valuestring)
        return eai_fail(EDGEAI_E_FORMAT, "%s: key \"%s\": expected a string, found %s", what, key,
                        item ? "another type" : "nothing");
    *out = item->valuestring;
    return EDGEAI_OK;
}
