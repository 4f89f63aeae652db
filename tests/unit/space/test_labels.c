/* SPDX-License-Identifier: MIT */
#include "space/labels.h"

#include <edgeai/spatial_prompt.h>

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

static void one_form(void **state)
{
    (void)state;
    static const char *const pairs[][2] = {{"The Trash-Bins", "trash bin"},
                                           {" a  trash_bin(s)?", "trash bin"},
                                           {"chair(s)", "chair"},
                                           {"Shelves", "shelf"},
                                           {"dining  table.", "dining table"},
                                           {"glasses", "glasses"},
                                           {"bus", "bus"},
                                           {"glass", "glass"},
                                           {"benches", "bench"},
                                           {"batteries", "battery"},
                                           {"boxes", "box"},
                                           {"people", "person"},
                                           {"an armchair", "armchair"},
                                           {"another", "another"},
                                           {"the", "the"},
                                           {"stairs", "stairs"},
                                           {"", ""},
                                           {"  -_ ", ""},
                                           {"caf\xc3\xa9s", "caf\xc3\xa9"},
                                           {"\xff\xfe", "\xff\xfe"}};
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        char out[EDGEAI_LABEL_BYTES];
        eai_label_normalize(pairs[i][0], strlen(pairs[i][0]), out);
        assert_string_equal(out, pairs[i][1]);
    }
}

static void long_names_are_cut(void **state)
{
    (void)state;
    char name[500], out[EDGEAI_LABEL_BYTES];
    memset(name, 'x', sizeof name);
    eai_label_normalize(name, sizeof name, out);
    assert_int_equal(strlen(out), EDGEAI_LABEL_BYTES - 1);
}

static void fits(void **state)
{
    (void)state;
    assert_int_equal(eai_label_fits(NULL, "sofa", "couch"), EAI_FIT_FULL);
    assert_int_equal(eai_label_fits(NULL, "tv", "monitor"), EAI_FIT_NONE);
    assert_int_equal(eai_label_fits(NULL, "sink", "bathroom sink"), EAI_FIT_HEAD);
    assert_int_equal(eai_label_fits(NULL, "office chair", "chair"), EAI_FIT_HEAD);
    assert_int_equal(eai_label_fits(NULL, "kitchen sink", "bathroom sink"), EAI_FIT_NONE);
    assert_int_equal(eai_label_fits(NULL, "", ""), EAI_FIT_NONE);
    assert_true(edgeai_aliases_match(NULL, "The Garbage Cans", "trash bin"));
    assert_false(edgeai_aliases_match(NULL, "bathroom sink", "sink"));
}

static void instances(void **state)
{
    (void)state;
    edgeai_map *map = flat_map_parse(
        context, "{\"format\":\"edgeai-map\",\"version\":1,\"objects\":["
                 "{\"id\":1,\"label\":\"office chair\",\"center\":[0,0,0],\"size\":[1,1,1]},"
                 "{\"id\":2,\"label\":\"chairs\",\"center\":[0,0,0],\"size\":[1,1,1],"
                 "\"confidence\":0.5},"
                 "{\"id\":4,\"label\":\"Chair\",\"center\":[0,0,0],\"size\":[1,1,1],"
                 "\"confidence\":0.7}]}");
    eai_instances found;
    const eai_map_content *content = &map->content;
    eai_find_instances(&found, content, NULL, "the chairs");
    assert_int_equal(found.fit, EAI_FIT_FULL); /* not the office chair */
    assert_int_equal(found.n_all, 2);
    assert_int_equal(found.index[0], 2); /* the most certain first */
    assert_int_equal(found.index[1], 1);
    eai_find_instances(&found, content, NULL, "desk chair");
    assert_int_equal(found.fit, EAI_FIT_HEAD);
    assert_int_equal(found.n_all, 2);
    eai_find_instances(&found, content, NULL, "bed");
    assert_int_equal(found.n_all, 0);
    edgeai_map_free(map);
}

static void of_many_the_most_certain(void **state)
{
    (void)state;
    edgeai_map *map = flat_map_crowd(context, 4000);
    eai_instances found;
    const eai_map_content *content = &map->content;
    eai_find_instances(&found, content, NULL, "chair");
    assert_int_equal(found.n, EAI_INSTANCES_MAX);
    assert_true(found.n_all > 100);
    for (int i = 0; i + 1 < found.n; i++)
        assert_true(content->objects[found.index[i]].confidence >=
                    content->objects[found.index[i + 1]].confidence);
    edgeai_map_free(map);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_form), cmocka_unit_test(long_names_are_cut), cmocka_unit_test(fits),
        cmocka_unit_test(instances), cmocka_unit_test(of_many_the_most_certain)};
    return cmocka_run_group_tests(tests, start, stop);
}
