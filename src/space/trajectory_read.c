/* SPDX-License-Identifier: MIT */

/* Trajectory files: TUM's text, Open3D's .log and JSON. */

#include <math.h>
#include <string.h>

#include "base/fail.h"
#include "platform/mapped_file.h"
#include "space/matrix_pose.h"
#include "space/open3d_json.h"
#include "space/text_lines.h"
#include "space/trajectory.h"

/* time tx ty tz qx qy qz qw */
static edgeai_status read_tum(edgeai_trajectory *trajectory, eai_text_lines *lines)
{
    double before = -INFINITY;
    while (eai_text_lines_next(lines)) {
        double values[8];
        size_t n;
        edgeai_pose pose;
        const char *why;
        EAI_TRY(eai_text_lines_all_numbers(lines, values, 8, &n));
        if (n < 8)
            return eai_text_lines_fail(lines, EDGEAI_E_FORMAT, "expected 8 numbers, found %zu", n);
        if (!isfinite(values[0]) || values[0] < before)
            return eai_text_lines_fail(lines, EDGEAI_E_FORMAT,
                                       "expected a time of at least %.6f, found %.6f", before,
                                       values[0]);
        if (!eai_quaternion_pose(values + 1, values + 4, &pose, &why))
            return eai_text_lines_fail(lines, EDGEAI_E_FORMAT, "%s", why);
        EAI_TRY(eai_trajectory_add(trajectory, before = values[0], &pose));
    }
    return EDGEAI_OK;
}

/* "i j k", then four rows of four; the numbers in front are counters or pairs, which say no more
 * than the order does. */
static edgeai_status read_log(edgeai_trajectory *trajectory, eai_text_lines *lines)
{
    while (eai_text_lines_next(lines)) {
        double head[3], m[16];
        edgeai_pose pose;
        const char *why;
        EAI_TRY(eai_text_lines_numbers(lines, head, 3));
        for (int row = 0; row < 4; row++) {
            if (!eai_text_lines_next(lines))
                return eai_text_lines_fail(lines, EDGEAI_E_FORMAT,
                                           "expected four rows of a pose, found %d", row);
            EAI_TRY(eai_text_lines_numbers(lines, m + 4 * row, 4));
        }
        if (!eai_matrix_pose(m, false, &pose, &why))
            return eai_text_lines_fail(lines, EDGEAI_E_FORMAT, "%s", why);
        EAI_TRY(eai_trajectory_add(trajectory, (double)trajectory->n / EAI_FRAMES_PER_S, &pose));
    }
    return EDGEAI_OK;
}

/* JSON begins with a bracket; else three numbers begin a .log, eight are TUM's. */
static edgeai_status find_format(const eai_text_lines *from, eai_trajectory_format *format)
{
    eai_text_lines lines = *from;
    const char *field;
    size_t n = 0, n_bytes;
    for (size_t i = 0; i < lines.n; i++) {
        if (strchr(" \t\r\n", lines.text[i]) && lines.text[i] != '\0') continue;
        if (lines.text[i] != '{') break;
        *format = EAI_TRAJECTORY_JSON;
        return EDGEAI_OK;
    }
    if (!eai_text_lines_next(&lines))
        return eai_fail(EDGEAI_E_FORMAT, "%s: expected a trajectory, found no pose", lines.name);
    while (n < 9 && eai_text_lines_field(&lines, &field, &n_bytes))
        n++;
    *format = n == 3 ? EAI_TRAJECTORY_LOG : EAI_TRAJECTORY_TUM;
    if (n == 3 || n == 8) return EDGEAI_OK;
    return eai_text_lines_fail(&lines, EDGEAI_E_FORMAT,
                               "expected time tx ty tz qx qy qz qw, or an Open3D .log or JSON, "
                               "found %zu fields",
                               n);
}

edgeai_status eai_trajectory_read(edgeai_trajectory *trajectory, const char *text, size_t n,
                                  const char *name, edgeai_pose_convention convention,
                                  eai_trajectory_format *format)
{
    eai_text_lines lines = {.text = text, .n = n, .name = name};
    const size_t first = trajectory->n;
    EAI_TRY(find_format(&lines, format));
    if (*format == EAI_TRAJECTORY_JSON)
        EAI_TRY(eai_open3d_trajectory(trajectory, text, n, name));
    else if (*format == EAI_TRAJECTORY_LOG)
        EAI_TRY(read_log(trajectory, &lines));
    else
        EAI_TRY(read_tum(trajectory, &lines));
    if (convention == EDGEAI_POSE_BY_KIND)
        convention = *format == EAI_TRAJECTORY_JSON ? EDGEAI_POSE_WORLD_TO_CAMERA
                                                    : EDGEAI_POSE_CAMERA_TO_WORLD;
    for (size_t i = first; i < trajectory->n; i++)
        trajectory->items[i].pose = eai_pose_to_world(&trajectory->items[i].pose, convention);
    return EDGEAI_OK;
}

edgeai_status eai_trajectory_read_file(edgeai_trajectory *trajectory, const char *path,
                                       edgeai_pose_convention convention,
                                       eai_trajectory_format *format)
{
    eai_mapped_file file;
    EAI_TRY(eai_mapped_file_open(&file, path));
    const edgeai_status status = eai_trajectory_read(trajectory, (const char *)file.bytes,
                                                     file.n_bytes, path, convention, format);
    eai_mapped_file_close(&file);
    return status;
}
