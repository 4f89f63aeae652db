/* SPDX-License-Identifier: MIT */
#include "space/frame_check.h"

#include <math.h>
#include <string.h>

#include "base/fail.h"
#include "base/text.h"

enum { SHOWN = 40 };

static edgeai_status check_camera(const edgeai_camera *camera, int side_max, const char *which,
                                  const char *name)
{
    if (camera->width < 1 || camera->height < 1 || camera->width > side_max ||
        camera->height > side_max)
        return eai_fail(EDGEAI_E_INVALID, "%s: %s: expected sides of 1 to %d pixels, found %d x %d",
                        name, which, side_max, camera->width, camera->height);
    if (!(camera->fx > 0 && camera->fy > 0 && isfinite(camera->fx) && isfinite(camera->fy)))
        return eai_fail(EDGEAI_E_INVALID, "%s: %s: expected focal lengths above 0, found %g and %g",
                        name, which, camera->fx, camera->fy);
    if (!isfinite(camera->cx) || !isfinite(camera->cy))
        return eai_fail(EDGEAI_E_INVALID, "%s: %s: the principal point is not finite", name, which);
    return EDGEAI_OK;
}

edgeai_status eai_frame_check(const edgeai_frame *frame, const char *name)
{
    EAI_TRY(check_camera(&frame->camera, EDGEAI_IMAGE_SIDE_MAX, "camera", name));
    if (frame->depth)
        EAI_TRY(check_camera(&frame->depth_camera, EDGEAI_DEPTH_SIDE_MAX, "depth camera", name));
    if (!isfinite(frame->time_s))
        return eai_fail(EDGEAI_E_INVALID, "%s: the time is not finite", name);
    if (!(frame->depth_units_per_m >= 0) || !isfinite(frame->depth_units_per_m))
        return eai_fail(EDGEAI_E_INVALID, "%s: depth_units_per_m: expected above 0, found %g", name,
                        frame->depth_units_per_m);
    if (frame->n_detections > 0 && !frame->detections)
        return eai_fail(EDGEAI_E_INVALID, "%s: %zu detections at NULL", name, frame->n_detections);
    return EDGEAI_OK;
}

static edgeai_status check_label(const char *label, size_t i, const char *name)
{
    const size_t n = label ? strnlen(label, EDGEAI_LABEL_BYTES) : 0;
    if (n == 0 || n == EDGEAI_LABEL_BYTES)
        return eai_fail(EDGEAI_E_INVALID, "%s: detection %zu: expected a label of 1 to %d bytes",
                        name, i, EDGEAI_LABEL_BYTES - 1);
    for (size_t at = 0; at < n;) {
        uint32_t code_point;
        const int used = eai_utf8_decode((const unsigned char *)label + at, n - at, &code_point);
        if (used <= 0) {
            char shown[SHOWN];
            return eai_fail(EDGEAI_E_INVALID, "%s: detection %zu: label \"%s\" is not UTF-8", name,
                            i, eai_printable(label, n, shown, sizeof shown));
        }
        at += (size_t)used;
    }
    return EDGEAI_OK;
}

static edgeai_status check_mask(const edgeai_detection *detection, const edgeai_camera *camera,
                                size_t i, const char *name)
{
    const uint64_t expected = (uint64_t)camera->width * (uint64_t)camera->height;
    uint64_t found = 0;
    if (!detection->mask_runs) return EDGEAI_OK;
    for (size_t k = 0; k < detection->n_mask_runs && found <= expected; k++)
        found += detection->mask_runs[k];
    if (found != expected)
        return eai_fail(EDGEAI_E_SHAPE,
                        "%s: detection %zu: expected a mask of %llu pixels (%d x %d), found %s%llu",
                        name, i, (unsigned long long)expected, camera->width, camera->height,
                        found > expected ? "at least " : "", (unsigned long long)found);
    return EDGEAI_OK;
}

edgeai_status eai_detections_check(const edgeai_detection *detections, size_t n,
                                   const edgeai_camera *camera, const char *name)
{
    if (n > EDGEAI_DETECTIONS_MAX)
        return eai_fail(EDGEAI_E_LIMIT, "%s: expected at most %d detections, found %zu", name,
                        EDGEAI_DETECTIONS_MAX, n);
    for (size_t i = 0; i < n; i++) {
        const edgeai_detection *detection = &detections[i];
        EAI_TRY(check_label(detection->label, i, name));
        if (!(detection->score >= 0 && detection->score <= 1))
            return eai_fail(EDGEAI_E_INVALID,
                            "%s: detection %zu: expected a score of 0 to 1, found %g", name, i,
                            (double)detection->score);
        for (int k = 0; k < 4; k++)
            if (!isfinite(detection->box[k]) || (k >= 2 && detection->box[k] < 0))
                return eai_fail(EDGEAI_E_INVALID,
                                "%s: detection %zu: expected a box of finite numbers, width and "
                                "height not negative, found %g at place %d",
                                name, i, (double)detection->box[k], k);
        EAI_TRY(check_mask(detection, camera, i, name));
    }
    return EDGEAI_OK;
}
