/* SPDX-License-Identifier: MIT */

/* A map as a coloured mesh: every object's box, and a small pyramid for every connected frame, its
 * tip where the camera was. */

#include "space/box.h"
#include "space/map_files.h"
#include "space/palette.h"
#include "space/pose.h"

enum { BOX_CORNERS = 8, BOX_FACES = 6, PYRAMID_CORNERS = 5, PYRAMID_FACES = 5 };

#define PYRAMID_M 0.12 /* height */

static size_t count_pyramids(const eai_map_content *content)
{
    size_t n = 0;
    for (size_t i = 0; i < content->n_frames; i++)
        n += content->frames[i].component == 0;
    return n;
}

static void write_vertex(eai_writer *w, const double p[3], eai_rgb color)
{
    for (int k = 0; k < 3; k++) {
        eai_write_fixed(w, p[k], 4);
        eai_write(w, " ");
    }
    eai_write(w, "%d %d %d\n", color.r, color.g, color.b);
}

/* The image's corners, at the usual proportions. */
static void write_pyramid(eai_writer *w, const edgeai_pose *pose, bool is_last)
{
    static const double points[PYRAMID_CORNERS][3] = {
        {0, 0, 0}, {-0.5, -0.375, 1}, {0.5, -0.375, 1}, {0.5, 0.375, 1}, {-0.5, 0.375, 1}};
    const eai_rgb color = is_last ? (eai_rgb){230, 0, 0} : (eai_rgb){40, 40, 40};
    for (int i = 0; i < PYRAMID_CORNERS; i++) {
        double p[3] = {points[i][0] * PYRAMID_M, points[i][1] * PYRAMID_M,
                       points[i][2] * PYRAMID_M};
        eai_pose_apply(pose, p, p);
        write_vertex(w, p, color);
    }
}

static void write_faces(eai_writer *w, const eai_map_content *content, size_t n_pyramids)
{
    size_t first = 0;
    for (size_t i = 0; i < content->n_objects; i++, first += BOX_CORNERS)
        for (int f = 0; f < BOX_FACES; f++) {
            const unsigned char *face = eai_box_faces[f];
            eai_write(w, "4 %zu %zu %zu %zu\n", first + face[0], first + face[1], first + face[2],
                      first + face[3]);
        }
    for (size_t i = 0; i < n_pyramids; i++, first += PYRAMID_CORNERS) {
        for (size_t k = 0; k < 4; k++)
            eai_write(w, "3 %zu %zu %zu\n", first, first + 1 + k, first + 1 + (k + 1) % 4);
        eai_write(w, "4 %zu %zu %zu %zu\n", first + 1, first + 4, first + 3, first + 2);
    }
}

void eai_map_write_ply(eai_writer *w, const eai_map_content *content)
{
    const size_t n_pyramids = count_pyramids(content);
    size_t last = content->n_frames;
    eai_write(w, "ply\nformat ascii 1.0\ncomment boxes of objects, then cameras; metres, Z up\n");
    eai_write(w, "element vertex %zu\n",
              BOX_CORNERS * content->n_objects + PYRAMID_CORNERS * n_pyramids);
    eai_write(w, "property float x\nproperty float y\nproperty float z\n"
                 "property uchar red\nproperty uchar green\nproperty uchar blue\n");
    eai_write(w, "element face %zu\nproperty list uchar int vertex_indices\nend_header\n",
              BOX_FACES * content->n_objects + PYRAMID_FACES * n_pyramids);
    for (size_t i = 0; i < content->n_objects; i++) {
        double corners[BOX_CORNERS][3];
        eai_box_corners(&content->objects[i], corners);
        for (int k = 0; k < BOX_CORNERS; k++)
            write_vertex(w, corners[k], eai_object_color(content->objects[i].id));
    }
    for (size_t i = 0; i < content->n_frames; i++)
        if (content->frames[i].component == 0) last = i;
    for (size_t i = 0; i < content->n_frames; i++)
        if (content->frames[i].component == 0)
            write_pyramid(w, &content->frames[i].pose, i == last);
    write_faces(w, content, n_pyramids);
}
