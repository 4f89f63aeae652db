/* SPDX-License-Identifier: MIT */

/* edgeai.preprocess: the options of edgeai_image_to_input() as JSON. */

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/fail.h"
#include "base/json.h"
#include "graph/graph_json.h"

static const char *const fits[] = {"stretch", "crop", "letterbox"};
static const char *const filters[] = {"bilinear", "nearest"};
static const char *const channels[] = {"rgb", "bgr", "grey"};
static const char *const layouts[] = {"nchw", "nhwc"};

#define N(array) (sizeof array / sizeof array[0])

static edgeai_status fail_value(const char *what, const char *key, const char *expected)
{
    return eai_fail(EDGEAI_E_FORMAT, "%s: key \"%s\": expected %s", what, key, expected);
}

static edgeai_status check_keys(const cJSON *root, const char *what)
{
    static const char *const keys[] = {"version",      "width",  "height",   "fit",
                                       "shorter_side", "filter", "channels", "layout",
                                       "fill",         "scale",  "mean",     "std"};
    const cJSON *item;
    char shown[40];
    if (!cJSON_IsObject(root)) return eai_fail(EDGEAI_E_FORMAT, "%s: expected an object", what);
    cJSON_ArrayForEach(item, root)
    {
        size_t k = 0;
        while (k < N(keys) && strcmp(keys[k], item->string) != 0)
            k++;
        if (k == N(keys))
            return eai_fail(EDGEAI_E_FORMAT, "%s: unknown key \"%s\"", what,
                            eai_printable(item->string, strlen(item->string), shown, sizeof shown));
        if (cJSON_GetObjectItemCaseSensitive(root, keys[k]) != item)
            return eai_fail(EDGEAI_E_FORMAT, "%s: key \"%s\" is there twice", what, keys[k]);
    }
    return EDGEAI_OK;
}

/* A whole number in low .. high; unchanged when absent. */
static edgeai_status get_int(const cJSON *root, const char *key, const char *what, int low,
                             int high, int *out)
{
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(root, key);
    if (!item) return EDGEAI_OK;
    const double number = cJSON_IsNumber(item) ? item->valuedouble : NAN;
    if (!(number >= low && number <= high) || number != floor(number))
        return fail_value(what, key, "a whole number in range");
    *out = (int)number;
    return EDGEAI_OK;
}

/* One of the names; 0 when absent. */
static edgeai_status get_choice(const cJSON *root, const char *key, const char *what,
                                const char *const *names, size_t n, size_t *out)
{
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(root, key);
    *out = 0;
    if (!item) return EDGEAI_OK;
    while (*out < n && !(cJSON_IsString(item) && strcmp(item->valuestring, names[*out]) == 0))
        ++*out;
    return *out < n ? EDGEAI_OK : fail_value(what, key, "a name that it may have");
}

/* Up to three numbers; a shorter list leaves the others as they are. */
static edgeai_status get_three(const cJSON *root, const char *key, const char *what, double low,
                               double high, double out[3])
{
    const cJSON *list = cJSON_GetObjectItemCaseSensitive(root, key), *item;
    int n = 0;
    if (!list) return EDGEAI_OK;
    if (!cJSON_IsArray(list) || cJSON_GetArraySize(list) > 3 || cJSON_GetArraySize(list) < 1)
        return fail_value(what, key, "a list of one to three numbers");
    cJSON_ArrayForEach(item, list)
    {
        if (!cJSON_IsNumber(item) || !(item->valuedouble >= low && item->valuedouble <= high))
            return fail_value(what, key, "numbers in range");
        out[n++] = item->valuedouble;
    }
    return EDGEAI_OK;
}

static edgeai_status read_names(edgeai_image_input_options *options, const cJSON *root,
                                const char *what)
{
    size_t choice;
    EAI_TRY(get_choice(root, "fit", what, fits, N(fits), &choice));
    options->fit = (edgeai_image_fit)choice;
    EAI_TRY(get_choice(root, "filter", what, filters, N(filters), &choice));
    options->filter = (edgeai_image_filter)choice;
    EAI_TRY(get_choice(root, "channels", what, channels, N(channels), &choice));
    options->channels = (edgeai_image_channels)choice;
    EAI_TRY(get_choice(root, "layout", what, layouts, N(layouts), &choice));
    options->layout = (edgeai_image_layout)choice;
    return EDGEAI_OK;
}

static edgeai_status read_root(edgeai_image_input_options *options, const cJSON *root,
                               const char *what)
{
    const double most = 1e30;
    double scale[3] = {0}, fill[3] = {0};
    int version = 0;
    EAI_TRY(check_keys(root, what));
    EAI_TRY(get_int(root, "version", what, 0, 1 << 30, &version));
    if (version != EAI_PREPROCESS_VERSION)
        return eai_fail(EDGEAI_E_VERSION, "%s: version %d, expected %d", what, version,
                        EAI_PREPROCESS_VERSION);
    EAI_TRY(get_int(root, "width", what, 1, EDGEAI_IMAGE_SIDE_MAX, &options->width));
    EAI_TRY(get_int(root, "height", what, 1, EDGEAI_IMAGE_SIDE_MAX, &options->height));
    if (!options->width || !options->height)
        return eai_fail(EDGEAI_E_FORMAT, "%s: width or height is missing", what);
    EAI_TRY(get_int(root, "shorter_side", what, 0, EDGEAI_IMAGE_SIDE_MAX, &options->shorter_side));
    EAI_TRY(read_names(options, root, what));
    EAI_TRY(get_three(root, "mean", what, -most, most, options->mean));
    EAI_TRY(get_three(root, "std", what, 0, most, options->std));
    EAI_TRY(get_three(root, "fill", what, 0, 255, fill));
    for (int i = 0; i < 3; i++)
        options->fill[i] = (uint8_t)fill[i];
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(root, "scale");
    if (item && (!cJSON_IsNumber(item) || !(fabs(item->valuedouble) <= most)))
        return fail_value(what, "scale", "a number in range");
    scale[0] = item ? item->valuedouble : 0;
    options->scale = scale[0];
    return EDGEAI_OK;
}

edgeai_status eai_preprocess_read(edgeai_image_input_options *options, const char *text, size_t n,
                                  const char *what)
{
    cJSON *root;
    *options = (edgeai_image_input_options)EDGEAI_IMAGE_INPUT_OPTIONS_INIT;
    EAI_TRY(eai_json_parse(&root, text, n, what));
    edgeai_status status = read_root(options, root, what);
    cJSON_Delete(root);
    return status;
}

static bool put_name(eai_text *text, const char *key, const char *name)
{
    return eai_text_append_string(text, ", \"") && eai_text_append_string(text, key) &&
           eai_text_append_string(text, "\": ") && eai_json_put_string(text, name);
}

static bool put_reals(eai_text *text, const char *key, const double numbers[3], double otherwise)
{
    bool is_ok = eai_text_append_string(text, key);
    for (int i = 0; i < 3; i++)
        is_ok = is_ok && eai_text_append_string(text, i ? ", " : "[") &&
                eai_json_put_real(text, numbers[i] != 0 ? numbers[i] : otherwise, 17);
    return is_ok && eai_text_append_string(text, "]");
}

edgeai_status eai_preprocess_write(const edgeai_image_input_options *options, eai_text *text)
{
    char buffer[160];
    snprintf(buffer, sizeof buffer, "{\"version\": %d, \"width\": %d, \"height\": %d",
             EAI_PREPROCESS_VERSION, options->width, options->height);
    bool is_ok = eai_text_append_string(text, buffer) &&
                 put_name(text, "fit", fits[(size_t)options->fit % N(fits)]);
    if (options->fit == EDGEAI_IMAGE_CROP && options->shorter_side) {
        snprintf(buffer, sizeof buffer, ", \"shorter_side\": %d", options->shorter_side);
        is_ok = is_ok && eai_text_append_string(text, buffer);
    }
    is_ok = is_ok && put_name(text, "filter", filters[(size_t)options->filter % N(filters)]) &&
            put_name(text, "channels", channels[(size_t)options->channels % N(channels)]);
    if (options->layout)
        is_ok = is_ok && put_name(text, "layout", layouts[(size_t)options->layout % N(layouts)]);
    if (options->fit == EDGEAI_IMAGE_LETTERBOX) {
        snprintf(buffer, sizeof buffer, ", \"fill\": [%u, %u, %u]", options->fill[0],
                 options->fill[1], options->fill[2]);
        is_ok = is_ok && eai_text_append_string(text, buffer);
    }
    is_ok = is_ok && eai_text_append_string(text, ", \"scale\": ") &&
            eai_json_put_real(text, options->scale != 0 ? options->scale : 1.0 / 255, 17) &&
            put_reals(text, ", \"mean\": ", options->mean, 0) &&
            put_reals(text, ", \"std\": ", options->std, 1) && eai_text_append_string(text, "}");
    return is_ok ? EDGEAI_OK : EDGEAI_E_MEMORY;
}
