/* SPDX-License-Identifier: MIT */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "classify/classify.h"
#include "common/json_out.h"
#include "common/picture_guess.h"

const char *const classify_fits[] = {"auto", "stretch", "crop", "letterbox", NULL};
const char *const classify_filters[] = {"auto", "bilinear", "nearest", NULL};
const char *const classify_channels[] = {"auto", "rgb", "bgr", "grey", NULL};
const char *const classify_layouts[] = {"auto", "nchw", "nhwc", NULL};
const char *const classify_softmaxes[] = {"auto", "on", "off", NULL};
const char *const classify_weights[] = {"auto", "mapped", "packed", NULL}; /* edgeai_weights */

/* "0.485:0.456:0.406", or one number for all channels. */
static bool read_numbers(const char *text, double out[3])
{
    size_t n = 0;
    for (const char *at = text; n < 3; n++) {
        char *end;
        out[n] = strtod(at, &end);
        if (end == at || !isfinite(out[n])) return false;
        if (*end == '\0') {
            n++;
            break;
        }
        if (*end != ':') return false;
        at = end + 1;
        if (n == 2) return false;
    }
    if (n == 1) out[1] = out[2] = out[0];
    return n != 2;
}

bool picture_input_choose(edgeai_image_input_options *out, const edgeai_image_input_options *given,
                          const edgeai_port *port, const classify_settings *settings,
                          const char **problem)
{
    picture_guess(out, given, port);
    if (settings->fit) out->fit = (edgeai_image_fit)(settings->fit - 1);
    if (settings->filter) out->filter = (edgeai_image_filter)(settings->filter - 1);
    if (settings->channels) out->channels = (edgeai_image_channels)(settings->channels - 1);
    if (settings->layout) out->layout = (edgeai_image_layout)(settings->layout - 1);
    if (settings->width) out->width = settings->width;
    if (settings->height) out->height = settings->height;
    if (settings->shorter_side) out->shorter_side = settings->shorter_side;
    if (settings->scale > 0) out->scale = settings->scale;
    if (out->fit != EDGEAI_IMAGE_CROP && !settings->shorter_side) out->shorter_side = 0;
    picture_guess_size(out, port);
    *problem = NULL;
    if (settings->mean && !read_numbers(settings->mean, out->mean))
        *problem = "--mean: expected one number, or three parted by colons";
    else if (settings->std && !read_numbers(settings->std, out->std))
        *problem = "--std: expected one number, or three parted by colons";
    else if (out->width == 0 || out->height == 0)
        *problem = "the model leaves the size of its input open: give --width and --height";
    return !*problem;
}

/* One number for grey. */
static size_t n_numbers(const edgeai_image_input_options *o)
{
    return o->channels == EDGEAI_IMAGE_GREY ? 1 : 3;
}

static double scale_of(const edgeai_image_input_options *o)
{
    return o->scale > 0 || o->scale < 0 ? o->scale : 1.0 / 255;
}

static double std_of(const edgeai_image_input_options *o, size_t c)
{
    return o->std[c] > 0 ? o->std[c] : 1;
}

cJSON *picture_input_json(const edgeai_image_input_options *o)
{
    cJSON *object = cJSON_CreateObject();
    cJSON_AddNumberToObject(object, "width", o->width);
    cJSON_AddNumberToObject(object, "height", o->height);
    cJSON_AddStringToObject(object, "fit", classify_fits[o->fit + 1]);
    if (o->fit == EDGEAI_IMAGE_CROP)
        cJSON_AddNumberToObject(object, "shorter_side", o->shorter_side);
    cJSON_AddStringToObject(object, "filter", classify_filters[o->filter + 1]);
    cJSON_AddStringToObject(object, "channels", classify_channels[o->channels + 1]);
    cJSON_AddStringToObject(object, "layout", classify_layouts[o->layout + 1]);
    cJSON_AddNumberToObject(object, "scale", scale_of(o));
    cJSON *mean = cJSON_AddArrayToObject(object, "mean");
    cJSON *std = cJSON_AddArrayToObject(object, "std");
    for (size_t c = 0; c < n_numbers(o); c++) {
        cJSON_AddItemToArray(mean, cJSON_CreateNumber(o->mean[c]));
        cJSON_AddItemToArray(std, cJSON_CreateNumber(std_of(o, c)));
    }
    return object;
}

void picture_input_print(const edgeai_image_input_options *o, FILE *out)
{
    fprintf(out, "%d x %d, %s, %s, %s, %s, scale %.6g", o->width, o->height,
            classify_fits[o->fit + 1], classify_filters[o->filter + 1],
            classify_channels[o->channels + 1], classify_layouts[o->layout + 1], scale_of(o));
    for (size_t c = 0; c < n_numbers(o); c++)
        fprintf(out, "%s%.6g", c ? ":" : ", mean ", o->mean[c]);
    for (size_t c = 0; c < n_numbers(o); c++)
        fprintf(out, "%s%.6g", c ? ":" : ", std ", std_of(o, c));
    fputc('\n', out);
}
