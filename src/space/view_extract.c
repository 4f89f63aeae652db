/* SPDX-License-Identifier: MIT */
#include "space/view_extract.h"

#include <math.h>

#include "base/fail.h"
#include "base/memory.h"

#define EDGE_SPREAD                                                                                \
    0.05 /* of the distance among a pixel's neighbours: an edge, whose side of it                  \
            the keypoint is on cannot be told */

/* The distance at a place of the depth image, in its units; 0: not known. */
static double depth_at(const edgeai_frame *frame, double u, double v)
{
    const edgeai_camera *camera = &frame->depth_camera;
    if (!(u > 0.5 && v > 0.5 && u < camera->width - 1.5 && v < camera->height - 1.5)) return 0;
    int x = (int)(u + 0.5), y = (int)(v + 0.5), n = 0;
    double sum = 0, least = 65535, most = 0;
    for (int dy = -1; dy <= 1; dy++)
        for (int dx = -1; dx <= 1; dx++) {
            double d = frame->depth[(size_t)(y + dy) * (size_t)camera->width + (size_t)(x + dx)];
            if (d < 1 || d > 65534) continue;
            sum += d;
            n++;
            least = d < least ? d : least;
            most = d > most ? d : most;
        }
    return n < 5 || most - least > EDGE_SPREAD * least ? 0 : sum / n;
}

/* Lifts a keypoint to where it is in front of the camera; false when that is not known. */
static bool lift(const edgeai_frame *frame, const eai_keypoint *keypoint, float place[3])
{
    const edgeai_camera *color = &frame->camera, *depth = &frame->depth_camera;
    /* the picture may have another size than its camera's numbers are for */
    double u = (keypoint->u + 0.5) * color->width / frame->color->width - 0.5;
    double v = (keypoint->v + 0.5) * color->height / frame->color->height - 0.5;
    double x = (u - color->cx) / color->fx, y = (v - color->cy) / color->fy;
    double units = frame->depth_units_per_m > 0 ? frame->depth_units_per_m : 1000;
    double z = depth_at(frame, depth->fx * x + depth->cx, depth->fy * y + depth->cy) / units;
    if (!(z >= EAI_SURFACE_NEAR_M && z <= EAI_SURFACE_FAR_M)) return false;
    place[0] = (float)(x * z);
    place[1] = (float)(y * z);
    place[2] = (float)z;
    return true;
}

static edgeai_status add_keypoints(eai_view *view, const edgeai_allocator *allocator,
                                   eai_keypoint_finder *finder, const edgeai_frame *frame)
{
    EAI_TRY(eai_keypoint_finder_run(finder, frame->color));
    float place[3];
    size_t n = 0;
    for (size_t i = 0; i < finder->n; i++)
        if (lift(frame, &finder->keypoints[i], place))
            finder->keypoints[n++] = finder->keypoints[i];
    if (n == 0) return EDGEAI_OK;
    view->n_keypoints = n;
    view->words = eai_allocate_array(allocator, n, sizeof(eai_code), "keypoints");
    view->places = eai_allocate_array(allocator, n, sizeof *view->places, "keypoints");
    if (!view->words || !view->places) return EDGEAI_E_MEMORY;
    for (size_t i = 0; i < n; i++) {
        for (size_t w = 0; w < EAI_CODE_WORDS; w++)
            view->words[w * n + i] = finder->keypoints[i].code.words[w];
        lift(frame, &finder->keypoints[i], view->places[i]);
    }
    return EDGEAI_OK;
}

edgeai_status eai_view_create(eai_view *view, const edgeai_allocator *allocator,
                              eai_keypoint_finder *finder, const edgeai_frame *frame)
{
    *view = (eai_view){0};
    if (!frame->depth) return EDGEAI_OK;
    double units = frame->depth_units_per_m > 0 ? frame->depth_units_per_m : 1000;
    edgeai_status status =
        eai_surface_create(&view->surface, allocator, frame->depth, &frame->depth_camera, units);
    if (!status && frame->color && finder && view->surface.n_measured > 0)
        status = add_keypoints(view, allocator, finder, frame);
    if (status) eai_view_free(view, allocator);
    return status;
}

void eai_view_free(eai_view *view, const edgeai_allocator *allocator)
{
    eai_surface_free(&view->surface, allocator);
    eai_release(allocator, view->words, view->n_keypoints * sizeof(eai_code));
    eai_release(allocator, view->places, view->n_keypoints * sizeof *view->places);
    *view = (eai_view){0};
}

size_t eai_view_bytes(const eai_view *view)
{
    return eai_surface_bytes(&view->surface) +
           view->n_keypoints * (sizeof(eai_code) + sizeof *view->places);
}
