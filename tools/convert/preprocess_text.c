/* SPDX-License-Identifier: MIT */
#include <cjson/cJSON.h>
#include <stdlib.h>
#include <string.h>

#include "convert/convert.h"

/* "0.5" as a number, "0.5:0.4" as a list of them, anything else as a string. */
static cJSON *value_of(char *text)
{
    char *end;
    double number = strtod(text, &end);
    if (end == text) return cJSON_CreateString(text);
    if (!*end) return cJSON_CreateNumber(number);
    if (*end != ':') return cJSON_CreateString(text);
    cJSON *list = cJSON_CreateArray();
    for (char *at = text;; at = end + 1) {
        number = strtod(at, &end);
        if (end == at || (*end && *end != ':')) {
            cJSON_Delete(list);
            return cJSON_CreateString(text);
        }
        cJSON_AddItemToArray(list, cJSON_CreateNumber(number));
        if (!*end) return list;
    }
}

/* Adds the entry; false when it is no key=value, or memory is short. */
static bool add(cJSON *root, char *entry)
{
    char *equals = strchr(entry, '=');
    if (!equals || equals == entry) return false;
    *equals = '\0';
    bool is_ok = cJSON_AddItemToObject(root, entry, value_of(equals + 1));
    *equals = '=';
    return is_ok;
}

char *preprocess_json(const char *text, const char **wrong)
{
    *wrong = NULL;
    if (*text == '{') return strdup(text);
    char *copy = strdup(text), *json = NULL;
    cJSON *root = cJSON_CreateObject();
    bool is_ok = copy && cJSON_AddNumberToObject(root, "version", 1);
    for (char *entry = copy; is_ok && entry;) {
        char *comma = strchr(entry, ',');
        if (comma) *comma = '\0';
        is_ok = add(root, entry);
        if (!is_ok) *wrong = text + (entry - copy);
        entry = comma ? comma + 1 : NULL;
    }
    if (is_ok) json = cJSON_PrintUnformatted(root);
    cJSON_Delete(root);
    free(copy);
    return json;
}
