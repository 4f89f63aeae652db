/* SPDX-License-Identifier: MIT */

/* Any text as a question: taken apart, and asked of a small map. Aborts on a leak, on a failure
 * without a text, and on a question that is not as documented. */

#include <stdlib.h>
#include <string.h>

#include <edgeai/spatial_prompt.h>

#include "fuzz_target.h"
#include "support/failing_allocator.h"

static failing_allocator memory = {.fail_at = SIZE_MAX};

static const char flat[] =
    "{\"format\":\"edgeai-map\",\"version\":1,\"room\":{\"area_m2\":20,\"observed\":0.9},"
    "\"objects\":["
    "{\"id\":1,\"label\":\"bed\",\"center\":[1,1,0.3],\"size\":[2,1.6,0.6]},"
    "{\"id\":2,\"label\":\"chair\",\"center\":[3,1,0.4],\"size\":[0.5,0.5,0.9],\"yaw_rad\":0.4,"
    "\"first_seen_s\":3},"
    "{\"id\":3,\"label\":\"chair\",\"center\":[4,3,0.4],\"size\":[0.5,0.5,0.9],\"first_seen_s\":5},"
    "{\"id\":4,\"label\":\"sofa\",\"center\":[1,4,0.4],\"size\":[2,0.9,0.8],\"first_seen_s\":9}]}";

static void start(edgeai_context **context, edgeai_map **map)
{
    edgeai_context_options options = EDGEAI_CONTEXT_OPTIONS_INIT;
    options.allocator = failing_allocator_make(&memory);
    options.n_threads = 1;
    if (edgeai_context_create(context, &options) != EDGEAI_OK) abort();
    if (edgeai_map_open_memory(map, *context, flat, sizeof flat - 1) != EDGEAI_OK) abort();
}

static void check(const edgeai_question *q)
{
    if (q->n_objects > EDGEAI_QUESTION_OBJECTS || q->n_options > EDGEAI_QUESTION_OPTIONS ||
        q->n_steps > EDGEAI_QUESTION_STEPS)
        abort();
    if (q->kind == EDGEAI_QUESTION_UNKNOWN && q->n_objects) abort();
    for (size_t i = 0; i < q->n_objects; i++)
        if (!*q->objects[i] || strlen(q->objects[i]) >= EDGEAI_LABEL_BYTES) abort();
    for (size_t i = 0; i < q->n_options; i++)
        if (!q->options[i]) abort();
    for (size_t i = 0; i < q->n_steps; i++)
        if (q->steps[i] != EDGEAI_STEP_TURN &&
            (q->steps[i] < 0 || (size_t)q->steps[i] >= q->n_objects))
            abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    static edgeai_context *context;
    static edgeai_map *map;
    if (!context) start(&context, &map);
    const size_t before = memory.live_bytes;
    char *text = malloc(n + 1);
    edgeai_question *q;
    edgeai_answer answer;
    if (!text) return 0;
    if (n) memcpy(text, data, n);
    text[n] = '\0';
    if (edgeai_question_parse(&q, context, text, NULL, 0) == EDGEAI_OK) {
        check(q);
        edgeai_question_free(q);
        if (edgeai_map_ask(map, text, NULL, &answer) != EDGEAI_OK) abort();
        if (!(answer.confidence >= 0 && answer.confidence <= 1) || !*answer.reason) abort();
        if (memchr(answer.text, 0, sizeof answer.text) == NULL) abort();
    } else if (q || !*edgeai_last_error()) {
        abort();
    }
    free(text);
    if (memory.live_bytes != before) abort();
    return 0;
}
