/* SPDX-License-Identifier: MIT */
#include "space/open3d_json.h"

#include <math.h>

#include "base/fail.h"
#include "space/camera_fit.h"
#include "space/json_fields.h"
#include "space/matrix_pose.h"

static edgeai_status read_matrix(eai_json_scan *scan, edgeai_camera *camera)
{
    double m[9];
    EAI_TRY(eai_fields_numbers(scan, m, 9));
    if (fabs(m[1]) > 1e-9 || fabs(m[2]) > 1e-9 || fabs(m[3]) > 1e-9 || fabs(m[5]) > 1e-9)
        return eai_json_fail(scan, "intrinsic_matrix: expected fx, 0, 0, 0, fy, 0, cx, cy, 1, "
                                   "column by column");
    camera->fx = m[0];
    camera->fy = m[4];
    camera->cx = m[6];
    camera->cy = m[7];
    return EDGEAI_OK;
}

edgeai_status eai_open3d_camera(const char *text, size_t n, const char *name, edgeai_camera *camera)
{
    eai_json_scan scan = {text, n, 0, name};
    eai_fields_object object = {0};
    int64_t side;
    *camera = (edgeai_camera){0};
    while (eai_fields_key(&scan, &object)) {
        if (eai_fields_is(object.key, object.n, "width")) {
            EAI_TRY(eai_fields_count(&scan, EDGEAI_IMAGE_SIDE_MAX, &side));
            camera->width = (int)side;
        } else if (eai_fields_is(object.key, object.n, "height")) {
            EAI_TRY(eai_fields_count(&scan, EDGEAI_IMAGE_SIDE_MAX, &side));
            camera->height = (int)side;
        } else if (eai_fields_is(object.key, object.n, "intrinsic_matrix")) {
            EAI_TRY(read_matrix(&scan, camera));
        } else {
            EAI_TRY(eai_json_skip(&scan));
        }
    }
    EAI_TRY(object.status);
    EAI_TRY(eai_json_end(&scan));
    return eai_camera_check(camera, name, true);
}

static edgeai_status add_extrinsic(edgeai_trajectory *trajectory, eai_json_scan *scan)
{
    double m[16];
    edgeai_pose pose;
    const char *why;
    EAI_TRY(eai_fields_numbers(scan, m, 16));
    if (!eai_matrix_pose(m, true, &pose, &why))
        return eai_json_fail(scan, "pose %zu: %s", trajectory->n, why);
    return eai_trajectory_add(trajectory, (double)trajectory->n / EAI_FRAMES_PER_S, &pose);
}

/* {"extrinsic": [16 numbers], ...}, or an array of 16 numbers alone. */
static edgeai_status read_parameters(edgeai_trajectory *trajectory, eai_json_scan *scan)
{
    eai_json_kind kind;
    EAI_TRY(eai_json_peek(scan, &kind));
    if (kind == EAI_JSON_ARRAY) return add_extrinsic(trajectory, scan);
    eai_fields_object object = {0};
    bool found = false;
    while (eai_fields_key(scan, &object)) {
        const bool is_pose = eai_fields_is(object.key, object.n, "extrinsic");
        if (is_pose && found) return eai_json_fail(scan, "a second extrinsic");
        found = found || is_pose;
        EAI_TRY(is_pose ? add_extrinsic(trajectory, scan) : eai_json_skip(scan));
    }
    EAI_TRY(object.status);
    return found ? EDGEAI_OK : eai_json_fail(scan, "expected an extrinsic");
}

edgeai_status eai_open3d_trajectory(edgeai_trajectory *trajectory, const char *text, size_t n,
                                    const char *name)
{
    eai_json_scan scan = {text, n, 0, name};
    eai_fields_object object = {0};
    while (eai_fields_key(&scan, &object)) {
        if (!eai_fields_is(object.key, object.n, "parameters") &&
            !eai_fields_is(object.key, object.n, "extrinsic")) {
            EAI_TRY(eai_json_skip(&scan));
            continue;
        }
        eai_fields_object array = {0};
        while (eai_fields_item(&scan, &array))
            EAI_TRY(read_parameters(trajectory, &scan));
        EAI_TRY(array.status);
    }
    EAI_TRY(object.status);
    EAI_TRY(eai_json_end(&scan));
    if (trajectory->n > 0) return EDGEAI_OK;
    return eai_fail(EDGEAI_E_FORMAT, "%s: expected a PinholeCameraTrajectory, found no pose", name);
}
