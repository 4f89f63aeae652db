/* SPDX-License-Identifier: MIT */
#include <edgeai/space.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "space/map_internal.h"
#include "space/pose.h"
#include "support/check.h"
#include "support/flat_map.h"

#define FOLDER EDGEAI_TEST_BUILD "/test_map_save"

static edgeai_context *context;
static edgeai_map *flat, *empty;
static char text[1 << 18];
static size_t n_text;

static int start(void **state)
{
    (void)state;
    if (edgeai_context_create(&context, NULL) != EDGEAI_OK) return -1;
    flat = flat_map_open(context);
    empty = flat_map_parse(context, "{\"format\":\"edgeai-map\",\"version\":1,\"objects\":[]}");
    return 0;
}

static int stop(void **state)
{
    (void)state;
    edgeai_map_free(flat);
    edgeai_map_free(empty);
    edgeai_context_free(context);
    return 0;
}

static void read_file(const char *path)
{
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    n_text = fread(text, 1, sizeof text - 1, file);
    text[n_text] = '\0';
    fclose(file);
    remove(path);
}

static void save(const edgeai_map *map, edgeai_map_file kind)
{
    assert_ok(edgeai_map_save(map, kind, FOLDER ".out"));
    read_file(FOLDER ".out");
}

static void json_is_the_same_text(void **state)
{
    (void)state;
    static char first[1 << 18];
    save(flat, EDGEAI_MAP_JSON);
    memcpy(first, text, n_text + 1);
    edgeai_map *again;
    assert_ok(edgeai_map_open_memory(&again, context, first, n_text));
    save(again, EDGEAI_MAP_JSON);
    assert_string_equal(text, first);
    edgeai_map_free(again);
}

static void ply(void **state)
{
    (void)state;
    int n_vertices, n_faces, lines = 0;
    save(flat, EDGEAI_MAP_PLY);
    assert_int_equal(strncmp(text, "ply\nformat ascii 1.0\n", 21), 0);
    assert_int_equal(sscanf(strstr(text, "element vertex"), "element vertex %d", &n_vertices), 1);
    assert_int_equal(sscanf(strstr(text, "element face"), "element face %d", &n_faces), 1);
    assert_int_equal(n_vertices, 8 * 18 + 5 * 16);
    assert_int_equal(n_faces, 6 * 18 + 5 * 16);
    char *line = strstr(text, "end_header\n") + strlen("end_header\n");
    for (; *line; lines++) {
        char *end = strchr(line, '\n');
        assert_non_null(end);
        if (lines == 6) { /* the sofa's upper corner */
            double x, y, z;
            assert_int_equal(sscanf(line, "%lf %lf %lf", &x, &y, &z), 3);
            assert_close(x, 2.25, 1e-9, 0);
            assert_close(y, 1.05, 1e-9, 0);
            assert_close(z, 0.8, 1e-9, 0);
        }
        if (lines >= n_vertices) {
            int n, index;
            char *at = line;
            n = (int)strtol(at, &at, 10);
            for (; n > 0; n--) {
                index = (int)strtol(at, &at, 10);
                assert_true(index >= 0 && index < n_vertices);
            }
            assert_true(at == end);
        }
        line = end + 1;
    }
    assert_int_equal(lines, n_vertices + n_faces);
    save(empty, EDGEAI_MAP_PLY);
    assert_non_null(strstr(text, "element vertex 0\n"));
}

static void gltf(void **state)
{
    (void)state;
    cJSON *json;
    save(flat, EDGEAI_MAP_GLTF);
    assert_ok(eai_json_parse(&json, text, n_text, "glTF"));
    const cJSON *nodes = cJSON_GetObjectItem(json, "nodes"), *sofa = cJSON_GetArrayItem(nodes, 1);
    assert_int_equal(cJSON_GetArraySize(nodes), 20); /* Z to Y, 18 things, the path */
    assert_string_equal(cJSON_GetObjectItem(sofa, "name")->valuestring, "1:sofa");
    assert_close(cJSON_GetArrayItem(cJSON_GetObjectItem(sofa, "scale"), 0)->valuedouble, 2.1, 0, 0);
    const cJSON *meshes = cJSON_GetObjectItem(json, "meshes");
    const cJSON *accessors = cJSON_GetObjectItem(json, "accessors");
    const int n_meshes = cJSON_GetArraySize(meshes);
    const cJSON *node;
    cJSON_ArrayForEach(node, nodes)
    {
        const cJSON *mesh = cJSON_GetObjectItem(node, "mesh");
        if (mesh) assert_true(mesh->valueint >= 0 && mesh->valueint < n_meshes);
    }
    assert_int_equal(cJSON_GetObjectItem(cJSON_GetArrayItem(accessors, 3), "count")->valueint, 16);
    const cJSON *buffer = cJSON_GetArrayItem(cJSON_GetObjectItem(json, "buffers"), 0);
    const int bytes = cJSON_GetObjectItem(buffer, "byteLength")->valueint;
    const char *data = strchr(cJSON_GetObjectItem(buffer, "uri")->valuestring, ',') + 1;
    assert_int_equal(bytes, 96 + 120 + 12 * 16);
    assert_int_equal(strlen(data), (bytes + 2) / 3 * 4);
    assert_int_equal(strncmp(data, "AAAAvwAAAL8AAAC/", 16), 0); /* -0.5 -0.5 -0.5 */
    cJSON_Delete(json);
    save(empty, EDGEAI_MAP_GLTF);
    assert_ok(eai_json_parse(&json, text, n_text, "glTF"));
    cJSON_Delete(json);
}

static void ros(void **state)
{
    (void)state;
    assert_ok(edgeai_map_save(flat, EDGEAI_MAP_ROS, FOLDER ".v1.yaml"));
    read_file(FOLDER ".v1.yaml");
    assert_string_equal(text, "image: \"test_map_save.v1.pgm\"\nresolution: 0.1\norigin: [-0.4, "
                              "-0.3, 0]\nnegate: 0\noccupied_thresh: 0.65\nfree_thresh: 0.196\n"
                              "mode: trinary\n");
    read_file(FOLDER ".v1.pgm");
    assert_int_equal(strncmp(text, "P5\n100 47\n255\n", 14), 0);
    assert_int_equal(n_text, 14 + 100 * 47);
    const unsigned char *rows = (const unsigned char *)text + 14;
    for (int row = 0; row < 47; row++)
        for (int i = 0; i < 100; i++) {
            static const unsigned char values[] = {205, 254, 0};
            const uint8_t cell = flat->content.grid.cells[(46 - row) * 100 + i];
            assert_int_equal(rows[row * 100 + i], values[cell]);
        }
    assert_fails(edgeai_map_save(empty, EDGEAI_MAP_ROS, FOLDER ".yaml"), EDGEAI_E_NOT_FOUND);
    assert_fails(edgeai_map_save(flat, EDGEAI_MAP_ROS, FOLDER ".pgm"), EDGEAI_E_INVALID);
}

static void tum(void **state)
{
    (void)state;
    int n = 0;
    flat->content.frames[3].component = 1; /* elsewhere */
    save(flat, EDGEAI_MAP_TUM);
    flat->content.frames[3].component = 0;
    for (char *line = strchr(text, '\n') + 1; *line; line = strchr(line, '\n') + 1, n++) {
        double time_s, t[3], q[4];
        assert_int_equal(sscanf(line, "%lf %lf %lf %lf %lf %lf %lf %lf", &time_s, &t[0], &t[1],
                                &t[2], &q[0], &q[1], &q[2], &q[3]),
                         8);
        const eai_map_frame *frame = &flat->content.frames[n < 3 ? n : n + 1];
        edgeai_pose pose = {.translation = {t[0], t[1], t[2]}};
        eai_pose_set_quaternion(&pose, q);
        assert_close(time_s, frame->time_s, 1e-6, 0);
        for (int k = 0; k < 9; k++)
            assert_close(pose.rotation[k], frame->pose.rotation[k], 1e-8, 0);
        assert_close(t[0], frame->pose.translation[0], 1e-9, 0);
    }
    assert_int_equal(n, 15);
}

static void arguments(void **state)
{
    (void)state;
    assert_fails(edgeai_map_save(NULL, EDGEAI_MAP_JSON, "x"), EDGEAI_E_INVALID);
    assert_fails(edgeai_map_save(flat, EDGEAI_MAP_JSON, ""), EDGEAI_E_INVALID);
    assert_fails(edgeai_map_save(flat, (edgeai_map_file)9, "x"), EDGEAI_E_INVALID);
    assert_fails(edgeai_map_save(flat, EDGEAI_MAP_JSON, "/nowhere/at/all.json"), EDGEAI_E_IO);
    edgeai_map *map;
    assert_fails(edgeai_map_open(&map, context, "/nowhere/at/all.json"), EDGEAI_E_NOT_FOUND);
    assert_null(map);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(json_is_the_same_text),
                                       cmocka_unit_test(ply),
                                       cmocka_unit_test(gltf),
                                       cmocka_unit_test(ros),
                                       cmocka_unit_test(tum),
                                       cmocka_unit_test(arguments)};
    return cmocka_run_group_tests(tests, start, stop);
}
