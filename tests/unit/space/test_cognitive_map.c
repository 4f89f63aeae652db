/* SPDX-License-Identifier: MIT */
#include "space/prompt_parts.h"

#include <edgeai/spatial_prompt.h>

#include <stdlib.h>
#include <string.h>

#include "space/map_internal.h"
#include "support/check.h"
#include "support/flat_map.h"

static edgeai_context *context;

static int start(void **state)
{
    (void)state;
    return edgeai_context_create(&context, NULL);
}

static int stop(void **state)
{
    (void)state;
    edgeai_context_free(context);
    return 0;
}

static void one_scale_for_both_axes(void **state)
{
    (void)state;
    edgeai_map *map = flat_map_parse(
        context, "{\"format\":\"edgeai-map\",\"version\":1,\"objects\":["
                 "{\"id\":1,\"label\":\"bed\",\"center\":[0.5,0.5,0],\"size\":[1,1,1]},"
                 "{\"id\":2,\"label\":\"lamp\",\"center\":[9.5,3.5,0],\"size\":[1,1,1]},"
                 "{\"id\":3,\"label\":\"lamp\",\"center\":[3.2,0.1,0],\"size\":[0.2,0.2,1]}]}");
    edgeai_prompt *prompt;
    edgeai_map_prompt_options options = EDGEAI_MAP_PROMPT_OPTIONS_INIT;
    options.form = EDGEAI_PROMPT_GRID;
    options.json_only = true;
    assert_ok(edgeai_map_prompt(&prompt, map, &options, NULL));
    assert_string_equal(prompt->text, "{\"bed\":[[0,3]],\"lamp\":[[9,6],[3,3]]}\n");
    edgeai_prompt_free(prompt);
    const eai_cognitive_frame frame = eai_cognitive_frame_of(&map->content);
    assert_close(frame.cell_m, 1, 1e-12, 0);
    assert_close(frame.y0, -3, 1e-12, 0);
    edgeai_map_free(map);
}

/* The grid's distances are the map's: within a cell for almost all pairs, as VSI-Bench scores it.
 */
static void distances_are_kept(void **state)
{
    (void)state;
    edgeai_map *map = flat_map_crowd(context, 40);
    const eai_cognitive_frame frame = eai_cognitive_frame_of(&map->content);
    for (size_t i = 0; i < 40; i++)
        for (size_t k = 0; k < i; k++) {
            const double *a = map->content.objects[i].center, *b = map->content.objects[k].center;
            int p[2], q[2];
            eai_cognitive_cell(&frame, a, p);
            eai_cognitive_cell(&frame, b, q);
            for (int axis = 0; axis < 2; axis++)
                assert_true(abs((int)((a[axis] - b[axis]) / frame.cell_m) - (p[axis] - q[axis])) <=
                            1);
        }
    const double outside[2] = {1e9, -1e9};
    int cell[2];
    eai_cognitive_cell(&frame, outside, cell);
    assert_int_equal(cell[0], 9);
    assert_int_equal(cell[1], 0);
    edgeai_map_free(map);
}

static void empty_map(void **state)
{
    (void)state;
    edgeai_map *map =
        flat_map_parse(context, "{\"format\":\"edgeai-map\",\"version\":1,\"objects\":[]}");
    edgeai_prompt *prompt;
    edgeai_map_prompt_options options = EDGEAI_MAP_PROMPT_OPTIONS_INIT;
    options.form = EDGEAI_PROMPT_GRID;
    options.json_only = true;
    assert_ok(edgeai_map_prompt(&prompt, map, &options, NULL));
    assert_string_equal(prompt->text, "{}\n");
    edgeai_prompt_free(prompt);
    edgeai_map_free(map);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(one_scale_for_both_axes),
                                       cmocka_unit_test(distances_are_kept),
                                       cmocka_unit_test(empty_map)};
    return cmocka_run_group_tests(tests, start, stop);
}
