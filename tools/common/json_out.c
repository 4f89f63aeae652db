/* SPDX-License-Identifier: MIT */
#include "common/json_out.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <edgeai/status.h>

#include "common/safe_text.h"

cJSON *json_begin(const char *schema)
{
    cJSON *root = cJSON_CreateObject();
    cJSON_AddStringToObject(root, "schema", schema);
    cJSON_AddStringToObject(root, "version", edgeai_version());
    return root;
}

void json_add_text(cJSON *object, const char *key, const char *text)
{
    char *copy = text ? safe_text_copy(text, strlen(text)) : NULL;
    cJSON_AddItemToObject(object, key, copy ? cJSON_CreateString(copy) : cJSON_CreateNull());
    free(copy);
}

void json_add_real(cJSON *object, const char *key, double number, int n_decimals)
{
    char text[64];
    snprintf(text, sizeof text, "%.*f", n_decimals, number);
    cJSON_AddItemToObject(object, key,
                          isfinite(number) ? cJSON_CreateRaw(text) : cJSON_CreateNull());
}

static bool print(char *text, FILE *out)
{
    if (!text) return false;
    fprintf(out, "%s\n", text);
    cJSON_free(text);
    return fflush(out) == 0 && !ferror(out);
}

bool json_print(const cJSON *root, FILE *out)
{
    return print(root ? cJSON_Print(root) : NULL, out);
}

bool json_print_line(const cJSON *root, FILE *out)
{
    return print(root ? cJSON_PrintUnformatted(root) : NULL, out);
}
