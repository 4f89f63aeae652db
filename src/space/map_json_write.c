/* SPDX-License-Identifier: MIT */

/* A map as JSON: a frame, an object, a row of cells to a line, so that differences can be read. */

#include "space/map_files.h"

static const char *flag(bool is_set)
{
    return is_set ? "true" : "false";
}

static void write_camera(eai_writer *w, const edgeai_camera *camera)
{
    const double values[4] = {camera->fx, camera->fy, camera->cx, camera->cy};
    eai_write(w, "{\"width\": %d, \"height\": %d, \"fx_fy_cx_cy\": ", camera->width,
              camera->height);
    eai_write_array(w, values, 4);
    eai_write(w, "}");
}

static void write_frame(eai_writer *w, const eai_map_frame *frame)
{
    eai_write(w, "{\"name\": ");
    eai_write_json_string(w, frame->name);
    eai_write(w, ", \"time_s\": ");
    eai_write_exact(w, frame->time_s);
    eai_write(w, ", \"camera\": ");
    write_camera(w, &frame->camera);
    eai_write(w, ", \"rotation\": ");
    eai_write_array(w, frame->pose.rotation, 9);
    eai_write(w, ", \"translation\": ");
    eai_write_array(w, frame->pose.translation, 3);
    eai_write(w, ", \"component\": %d, \"reliability\": ", frame->component);
    eai_write_exact(w, frame->reliability);
    eai_write(w, ", \"key\": %s}", flag(frame->key));
}

static void write_object(eai_writer *w, const eai_map_object *object)
{
    eai_write(w, "{\"id\": %d, \"label\": ", object->id);
    eai_write_json_string(w, object->label);
    eai_write(w, ", \"center\": ");
    eai_write_array(w, object->center, 3);
    eai_write(w, ", \"size\": ");
    eai_write_array(w, object->size, 3);
    eai_write(w, ", \"yaw_rad\": ");
    eai_write_exact(w, object->yaw);
    eai_write(w, ", \"confidence\": ");
    eai_write_exact(w, object->confidence);
    eai_write(w, ", \"first_seen_s\": ");
    eai_write_exact(w, object->first_seen_s);
    eai_write(w, ", \"first_frame\": %d, \"n_views\": %d, \"truncated\": %s}", object->first_frame,
              object->n_views, flag(object->truncated));
}

static void write_request(eai_writer *w, const eai_map_request *request)
{
    eai_write(w, "{\"frame\": %d, \"object_id\": %d, \"box\": ", request->frame,
              request->object_id);
    eai_write_array(w, request->box, 4);
    eai_write(w, "}");
}

static const char *between(size_t i)
{
    return i ? ",\n    " : "\n    ";
}

static void write_grid(eai_writer *w, const eai_map_grid *grid)
{
    static const char signs[] = "?.#"; /* in the order of eai_cell */
    eai_write(w, ",\n  \"grid\": {\"cell_m\": ");
    eai_write_exact(w, grid->cell_m);
    eai_write(w, ", \"x0\": ");
    eai_write_exact(w, grid->x0);
    eai_write(w, ", \"y0\": ");
    eai_write_exact(w, grid->y0);
    eai_write(w, ", \"width\": %d, \"height\": %d, \"rows\": [", grid->width, grid->height);
    for (int row = 0; row < grid->height; row++) {
        const uint8_t *cells = grid->cells + (size_t)row * (size_t)grid->width;
        eai_write(w, "%s\"", between((size_t)row));
        for (int i = 0; i < grid->width; i++)
            eai_write_bytes(w, &signs[cells[i] <= EAI_CELL_OCCUPIED ? cells[i] : 0], 1);
        eai_write(w, "\"");
    }
    eai_write(w, "\n  ]}");
}

void eai_map_write_json(eai_writer *w, const eai_map_content *content)
{
    eai_write(w, "{\n  \"format\": \"edgeai-map\",\n  \"version\": %d,\n", EAI_MAP_JSON_VERSION);
    eai_write(w, "  \"metric\": %s,\n  \"root\": %d,\n  \"n_components\": %d,\n",
              flag(content->metric), content->root, content->n_components);
    eai_write(w, "  \"room\": {\"area_m2\": ");
    eai_write_exact(w, content->room_area_m2);
    eai_write(w, ", \"observed\": ");
    eai_write_exact(w, content->room_observed);
    eai_write(w, "},\n  \"frames\": [");
    for (size_t i = 0; i < content->n_frames; i++) {
        eai_write(w, "%s", between(i));
        write_frame(w, &content->frames[i]);
    }
    eai_write(w, "\n  ],\n  \"objects\": [");
    for (size_t i = 0; i < content->n_objects; i++) {
        eai_write(w, "%s", between(i));
        write_object(w, &content->objects[i]);
    }
    eai_write(w, "\n  ],\n  \"requests\": [");
    for (size_t i = 0; i < content->n_requests; i++) {
        eai_write(w, "%s", between(i));
        write_request(w, &content->requests[i]);
    }
    eai_write(w, "\n  ]");
    if (content->grid.width > 0 && content->grid.height > 0) write_grid(w, &content->grid);
    eai_write(w, "\n}\n");
}
