/* SPDX-License-Identifier: MIT */
#include "space/camera_fit.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <edgeai/recording.h>

#include "base/fail.h"
#include "platform/mapped_file.h"
#include "space/open3d_json.h"
#include "space/text_lines.h"

edgeai_status eai_camera_check(const edgeai_camera *camera, const char *name, bool needs_size)
{
    const int least = needs_size ? 1 : 0;
    if (camera->width < least || camera->height < least || camera->width > EDGEAI_IMAGE_SIDE_MAX ||
        camera->height > EDGEAI_IMAGE_SIDE_MAX || (camera->width == 0) != (camera->height == 0))
        return eai_fail(EDGEAI_E_FORMAT,
                        "%s: camera: expected sides of %d to %d pixels, found %d "
                        "x %d",
                        name, least, EDGEAI_IMAGE_SIDE_MAX, camera->width, camera->height);
    if (!(camera->fx > 0 && camera->fx < 1e6 && camera->fy > 0 && camera->fy < 1e6))
        return eai_fail(EDGEAI_E_FORMAT,
                        "%s: camera: expected focal lengths above 0, found %g and %g", name,
                        camera->fx, camera->fy);
    if (!(fabs(camera->cx) < 1e6 && fabs(camera->cy) < 1e6))
        return eai_fail(EDGEAI_E_FORMAT, "%s: camera: expected a principal point, found %g, %g",
                        name, camera->cx, camera->cy);
    return EDGEAI_OK;
}

edgeai_status eai_camera_fit(const edgeai_camera *camera, int width, int height, const char *name,
                             edgeai_camera *out)
{
    const edgeai_camera from = *camera;
    *out = from;
    out->width = width;
    out->height = height;
    if (from.width == 0 || (from.width == width && from.height == height)) return EDGEAI_OK;
    const double sx = (double)width / from.width, sy = (double)height / from.height;
    if (sx > 1.05 * sy || sy > 1.05 * sx)
        return eai_fail(EDGEAI_E_SHAPE,
                        "%s: expected the proportions of the camera's %d x %d, found %d x %d", name,
                        from.width, from.height, width, height);
    out->fx = from.fx * sx;
    out->fy = from.fy * sy;
    out->cx = (from.cx + 0.5) * sx - 0.5;
    out->cy = (from.cy + 0.5) * sy - 0.5;
    return EDGEAI_OK;
}

/* The TUM RGB-D benchmark's calibrations without their distortion, and 7-Scenes' Kinect. */
static const struct {
    const char *name;
    edgeai_camera camera;
} named[] = {
    {"ros", {640, 480, 525, 525, 319.5, 239.5}},
    {"fr1", {640, 480, 517.3, 516.5, 318.6, 255.3}},
    {"fr2", {640, 480, 520.9, 521.0, 325.1, 249.7}},
    {"fr3", {640, 480, 535.4, 539.2, 320.1, 247.6}},
    {"kinect", {640, 480, 585, 585, 320, 240}},
};

/* "WxH," in front of the numbers, or nothing. */
static const char *read_size(const char *text, edgeai_camera *camera)
{
    char *end;
    const long width = strtol(text, &end, 10);
    if (end == text || *end != 'x') return text;
    const char *second = end + 1;
    const long height = strtol(second, &end, 10);
    const bool is_ok = end != second && *end == ',' && width > 0 && height > 0 &&
                       width <= EDGEAI_IMAGE_SIDE_MAX && height <= EDGEAI_IMAGE_SIDE_MAX;
    if (!is_ok) return NULL;
    camera->width = (int)width;
    camera->height = (int)height;
    return end + 1;
}

static bool read_numbers(edgeai_camera *camera, const char *text)
{
    double *const values[] = {&camera->fx, &camera->fy, &camera->cx, &camera->cy};
    const char *at = read_size(text, camera);
    for (int i = 0; i < 4 && at; i++) {
        const char *comma = strchr(at, ',');
        const size_t n = comma ? (size_t)(comma - at) : strlen(at);
        if ((i < 3) != (comma != NULL) || !eai_field_number(at, n, values[i])) return false;
        at = comma ? comma + 1 : at;
    }
    return at != NULL;
}

static edgeai_status read_file(edgeai_camera *camera, const char *path)
{
    eai_mapped_file file;
    EAI_TRY(eai_mapped_file_open(&file, path));
    const edgeai_status status =
        eai_open3d_camera((const char *)file.bytes, file.n_bytes, path, camera);
    eai_mapped_file_close(&file);
    return status;
}

edgeai_status edgeai_camera_read(edgeai_camera *camera, edgeai_context *context, const char *text)
{
    if (!camera || !context || !text)
        return eai_fail(EDGEAI_E_INVALID, "camera_read: camera, context or text is NULL");
    *camera = (edgeai_camera){0};
    for (size_t i = 0; i < sizeof named / sizeof *named; i++)
        if (strcmp(text, named[i].name) == 0) {
            *camera = named[i].camera;
            return EDGEAI_OK;
        }
    const size_t n = strlen(text);
    if (n > 5 && strcmp(text + n - 5, ".json") == 0) return read_file(camera, text);
    if (read_numbers(camera, text) && eai_camera_check(camera, text, false) == EDGEAI_OK)
        return EDGEAI_OK;
    *camera = (edgeai_camera){0};
    return eai_fail(EDGEAI_E_INVALID,
                    "camera: expected ros, fr1, fr2, fr3, kinect, FX,FY,CX,CY, WxH,FX,FY,CX,CY or "
                    "a .json file, found '%.64s'",
                    text);
}
