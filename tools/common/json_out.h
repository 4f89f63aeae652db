/* SPDX-License-Identifier: MIT */
#ifndef TOOLS_COMMON_JSON_OUT_H
#define TOOLS_COMMON_JSON_OUT_H

/* JSON objects on stdout: what they begin with, and values cJSON does not check by itself. */

#include <cjson/cJSON.h>
#include <stdbool.h>
#include <stdio.h>

/* {"schema": schema, "version": the library's}; NULL when memory is short, which all of cJSON's
   adding functions and the two below bear. */
cJSON *json_begin(const char *schema);

/* A string, broken UTF-8 replaced; NULL text becomes null. */
void json_add_text(cJSON *object, const char *key, const char *text);

/* A number with n decimals; null when it is not finite. */
void json_add_real(cJSON *object, const char *key, double number, int n_decimals);

/* Prints the object and a newline. False when memory was short or `out` failed. */
bool json_print(const cJSON *root, FILE *out);

/* The same on one line: a row of JSON lines. */
bool json_print_line(const cJSON *root, FILE *out);

#endif
