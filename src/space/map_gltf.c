/* SPDX-License-Identifier: MIT */

/*
 * A map as glTF 2.0 in one file: one unit cube, a mesh of it in each colour, a node for
 * each object that places it, and the camera's path as a line. glTF has Y up, so all hangs on a
 * node that turns Z up to Y up, and below it coordinates are the map's.
 */

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "space/box.h"
#include "space/map_files.h"
#include "space/palette.h"

enum { CORNERS = 8, TRIANGLE_INDICES = 36, EDGE_INDICES = 24 };
enum { CUBE_BYTES = CORNERS * 12, INDEX_BYTES = 2 * (TRIANGLE_INDICES + EDGE_INDICES) };
enum { ACCESSOR_CUBE = 0, ACCESSOR_TRIANGLES, ACCESSOR_EDGES, ACCESSOR_PATH };

/* Bytes become base64 three at a time. */
typedef struct base64 {
    eai_writer *w;
    unsigned char bytes[3];
    int n;
} base64;

static void base64_flush(base64 *self)
{
    static const char signs[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    if (self->n == 0) return;
    const unsigned char *b = self->bytes;
    char out[4] = {signs[b[0] >> 2], signs[(b[0] & 3) << 4 | b[1] >> 4],
                   signs[(b[1] & 15) << 2 | b[2] >> 6], signs[b[2] & 63]};
    for (int i = self->n; i < 3; i++)
        out[i + 1] = '=';
    eai_write_bytes(self->w, out, 4);
    self->n = 0;
    memset(self->bytes, 0, sizeof self->bytes);
}

static void base64_byte(base64 *self, unsigned byte)
{
    self->bytes[self->n++] = (unsigned char)byte;
    if (self->n == 3) base64_flush(self);
}

static void base64_float(base64 *self, double value)
{
    const float number = (float)value;
    uint32_t bits;
    memcpy(&bits, &number, sizeof bits);
    for (int i = 0; i < 4; i++)
        base64_byte(self, bits >> 8 * i & 255);
}

static void base64_index(base64 *self, unsigned index)
{
    base64_byte(self, index & 255);
    base64_byte(self, index >> 8);
}

static size_t count_connected(const eai_map_content *content)
{
    size_t n = 0;
    for (size_t i = 0; i < content->n_frames; i++)
        n += content->frames[i].component == 0;
    return n;
}

static void write_buffer(eai_writer *w, const eai_map_content *content, size_t n_path)
{
    base64 out = {.w = w};
    const eai_map_object unit = {.size = {1, 1, 1}};
    double corners[CORNERS][3];
    static const unsigned char halves[6] = {0, 1, 2, 0, 2, 3};
    eai_box_corners(&unit, corners);
    eai_write(w,
              "  \"buffers\": [{\"byteLength\": %zu, \"uri\": "
              "\"data:application/octet-stream;base64,",
              CUBE_BYTES + INDEX_BYTES + 12 * n_path);
    for (int i = 0; i < CORNERS; i++)
        for (int k = 0; k < 3; k++)
            base64_float(&out, corners[i][k]);
    for (int f = 0; f < 6; f++)
        for (int k = 0; k < 6; k++)
            base64_index(&out, eai_box_faces[f][halves[k]]);
    for (int e = 0; e < 12; e++)
        for (int k = 0; k < 2; k++)
            base64_index(&out, eai_box_edges[e][k]);
    for (size_t i = 0; n_path && i < content->n_frames; i++)
        for (int k = 0; k < 3 && content->frames[i].component == 0; k++)
            base64_float(&out, content->frames[i].pose.translation[k]);
    base64_flush(&out);
    eai_write(w, "\"}],\n");
}

static void write_views(eai_writer *w, size_t n_path)
{
    eai_write(w,
              "  \"bufferViews\": [\n"
              "    {\"buffer\": 0, \"byteLength\": %d, \"target\": 34962},\n"
              "    {\"buffer\": 0, \"byteOffset\": %d, \"byteLength\": %d, \"target\": 34963}",
              CUBE_BYTES, CUBE_BYTES, INDEX_BYTES);
    if (n_path)
        eai_write(w,
                  ",\n    {\"buffer\": 0, \"byteOffset\": %d, \"byteLength\": %zu, "
                  "\"target\": 34962}",
                  CUBE_BYTES + INDEX_BYTES, 12 * n_path);
    eai_write(w, "\n  ],\n");
}

static void write_bounds(eai_writer *w, const eai_map_content *content)
{
    double low[3] = {INFINITY, INFINITY, INFINITY}, high[3] = {-INFINITY, -INFINITY, -INFINITY};
    for (size_t i = 0; i < content->n_frames; i++)
        for (int k = 0; k < 3 && content->frames[i].component == 0; k++) {
            /* The bounds of what is stored, which is float. */
            const double x = (double)(float)content->frames[i].pose.translation[k];
            low[k] = fmin(low[k], x);
            high[k] = fmax(high[k], x);
        }
    eai_write(w, "\"min\": ");
    eai_write_array(w, low, 3);
    eai_write(w, ", \"max\": ");
    eai_write_array(w, high, 3);
}

static void write_accessors(eai_writer *w, const eai_map_content *content, size_t n_path)
{
    eai_write(w,
              "  \"accessors\": [\n"
              "    {\"bufferView\": 0, \"componentType\": 5126, \"count\": %d, \"type\": \"VEC3\", "
              "\"min\": [-0.5, -0.5, -0.5], \"max\": [0.5, 0.5, 0.5]},\n",
              CORNERS);
    eai_write(w,
              "    {\"bufferView\": 1, \"componentType\": 5123, \"count\": %d, "
              "\"type\": \"SCALAR\"},\n"
              "    {\"bufferView\": 1, \"byteOffset\": %d, \"componentType\": 5123, \"count\": %d, "
              "\"type\": \"SCALAR\"}",
              TRIANGLE_INDICES, 2 * TRIANGLE_INDICES, EDGE_INDICES);
    if (n_path) {
        eai_write(w,
                  ",\n    {\"bufferView\": 2, \"componentType\": 5126, \"count\": %zu, "
                  "\"type\": \"VEC3\", ",
                  n_path);
        write_bounds(w, content);
        eai_write(w, "}");
    }
    eai_write(w, "\n  ],\n");
}

/* sRGB to linear light, as baseColorFactor wants it. */
static double linear(uint8_t value)
{
    const double v = value / 255.0;
    return v <= 0.04045 ? v / 12.92 : pow((v + 0.055) / 1.055, 2.4);
}

static void write_material(eai_writer *w, eai_rgb color, bool is_glass)
{
    const uint8_t channels[3] = {color.r, color.g, color.b};
    eai_write(w, "    {\"doubleSided\": true, %s\"pbrMetallicRoughness\": {\"baseColorFactor\": [",
              is_glass ? "\"alphaMode\": \"BLEND\", " : "");
    for (int i = 0; i < 3; i++) {
        eai_write_fixed(w, linear(channels[i]), 4);
        eai_write(w, ", ");
    }
    eai_write(w, "%s], \"metallicFactor\": 0, \"roughnessFactor\": 1}}", is_glass ? "0.4" : "1");
}

/* Materials 2 i and 2 i + 1 are the faces and edges of mesh i, in the palette's i-th colour; the
 * path's come last. Without objects it is alone. */
static void write_meshes(eai_writer *w, const eai_map_content *content, size_t n_path)
{
    const size_t n = content->n_objects ? EAI_PALETTE_SIZE : 0;
    eai_write(w, "  \"materials\": [\n");
    for (size_t i = 0; i < n; i++) {
        write_material(w, eai_palette[i], true);
        eai_write(w, ",\n");
        write_material(w, eai_palette[i], false);
        eai_write(w, i + 1 < n || n_path ? ",\n" : "\n");
    }
    if (n_path) {
        write_material(w, (eai_rgb){30, 30, 30}, false);
        eai_write(w, "\n");
    }
    eai_write(w, "  ],\n  \"meshes\": [\n");
    for (size_t i = 0; i < n; i++) {
        eai_write(w,
                  "    {\"primitives\": [{\"attributes\": {\"POSITION\": %d}, \"indices\": %d, "
                  "\"material\": %zu}, ",
                  ACCESSOR_CUBE, ACCESSOR_TRIANGLES, 2 * i);
        eai_write(w,
                  "{\"attributes\": {\"POSITION\": %d}, \"indices\": %d, \"material\": %zu, "
                  "\"mode\": 1}]}%s\n",
                  ACCESSOR_CUBE, ACCESSOR_EDGES, 2 * i + 1, i + 1 < n || n_path ? "," : "");
    }
    if (n_path)
        eai_write(w,
                  "    {\"primitives\": [{\"attributes\": {\"POSITION\": %d}, \"material\": %zu, "
                  "\"mode\": 3}]}\n",
                  ACCESSOR_PATH, 2 * n);
    eai_write(w, "  ],\n");
}

static void write_object(eai_writer *w, const eai_map_object *object)
{
    const int mesh = (object->id > 0 ? object->id - 1 : 0) % EAI_PALETTE_SIZE;
    const double turn[4] = {0, 0, sin(object->yaw / 2), cos(object->yaw / 2)};
    char name[EDGEAI_LABEL_BYTES + 16];
    snprintf(name, sizeof name, "%d:%s", object->id, object->label);
    eai_write(w, ",\n    {\"name\": ");
    eai_write_json_string(w, name);
    eai_write(w, ", \"mesh\": %d, \"translation\": ", mesh);
    eai_write_array(w, object->center, 3);
    eai_write(w, ", \"rotation\": ");
    eai_write_array(w, turn, 4);
    eai_write(w, ", \"scale\": ");
    eai_write_array(w, object->size, 3);
    eai_write(w, "}");
}

static void write_nodes(eai_writer *w, const eai_map_content *content, size_t n_path)
{
    const size_t n = content->n_objects + (n_path > 0);
    const size_t n_meshes = content->n_objects ? EAI_PALETTE_SIZE : 0;
    eai_write(w, "  \"nodes\": [\n    {\"name\": \"map\", \"rotation\": "
                 "[-0.70710678118654757, 0, 0, 0.70710678118654757], \"children\": [");
    for (size_t i = 0; i < n; i++)
        eai_write(w, "%s%zu", i ? ", " : "", i + 1);
    eai_write(w, "]}");
    for (size_t i = 0; i < content->n_objects; i++)
        write_object(w, &content->objects[i]);
    if (n_path) eai_write(w, ",\n    {\"name\": \"camera path\", \"mesh\": %zu}", n_meshes);
    eai_write(w, "\n  ],\n");
}

void eai_map_write_gltf(eai_writer *w, const eai_map_content *content)
{
    size_t n_path = count_connected(content);
    if (n_path < 2) n_path = 0;
    eai_write(w, "{\n  \"asset\": {\"version\": \"2.0\", \"generator\": \"libedgeai\"},\n"
                 "  \"scene\": 0,\n");
    if (content->n_objects == 0 && n_path == 0) { /* empty arrays are not allowed */
        eai_write(w, "  \"scenes\": [{}]\n}\n");
        return;
    }
    eai_write(w, "  \"scenes\": [{\"nodes\": [0]}],\n");
    write_nodes(w, content, n_path);
    write_meshes(w, content, n_path);
    write_accessors(w, content, n_path);
    write_views(w, n_path);
    write_buffer(w, content, n_path);
    eai_write(w, "  \"extras\": {\"metric\": %s}\n}\n", content->metric ? "true" : "false");
}
