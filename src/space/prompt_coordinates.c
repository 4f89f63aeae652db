/* SPDX-License-Identifier: MIT */

/* The map as JSON for a language model: few keys, at most two decimals, centimetres being all that
 * a map of rooms can promise. */

#include <math.h>

#include "space/draw_parts.h"
#include "space/prompt_parts.h"

static double to_degrees(double radians)
{
    return radians * 180 / acos(-1.0);
}

/* A whole number, never "-0". */
static void write_degrees(eai_writer *w, double radians)
{
    eai_write_fixed(w, fmod(to_degrees(radians), 360), 0);
}

void eai_prompt_write_object(eai_writer *w, const eai_map_object *object, eai_prompt_detail detail)
{
    eai_write(w, "{\"id\":%d,\"label\":", object->id);
    eai_write_json_string(w, object->label);
    for (int k = 0; k < (detail == EAI_DETAIL_ALL ? 3 : 2); k++) {
        eai_write(w, ",\"%c\":", 'x' + k);
        eai_write_trimmed(w, object->center[k], 2);
    }
    for (int k = 0; k < 3 && detail != EAI_DETAIL_FIRST_SEEN; k++) {
        eai_write(w, k ? "," : ",\"size\":[");
        eai_write_trimmed(w, object->size[k], 2);
        if (k == 2) eai_write(w, "]");
    }
    if (detail == EAI_DETAIL_ALL) {
        eai_write(w, ",\"yaw_deg\":");
        write_degrees(w, object->yaw);
    }
    if (detail != EAI_DETAIL_SIZE) {
        eai_write(w, ",\"seen_first_s\":");
        eai_write_trimmed(w, object->first_seen_s, 1);
    }
    if (detail == EAI_DETAIL_ALL) {
        eai_write(w, ",\"views\":%d,\"conf\":", object->n_views);
        eai_write_trimmed(w, object->confidence, 2);
    }
    eai_write(w, "}");
}

static void write_camera(eai_writer *w, const eai_map_content *content)
{
    const eai_map_frame *last = eai_last_frame(content);
    double heading[2];
    if (!last) return;
    eai_write(w, "\"camera\":{\"x\":");
    eai_write_trimmed(w, last->pose.translation[0], 2);
    eai_write(w, ",\"y\":");
    eai_write_trimmed(w, last->pose.translation[1], 2);
    if (eai_frame_heading(last, heading)) {
        eai_write(w, ",\"heading_deg\":");
        write_degrees(w, atan2(heading[1], heading[0]));
    }
    eai_write(w, "},\n");
}

void eai_prompt_write_coordinates(eai_writer *w, const eai_map_content *content,
                                  const eai_ranking *ranking, size_t n, eai_prompt_detail detail)
{
    size_t written = 0;
    eai_write(w, "{");
    write_camera(w, content);
    eai_write(w, "\"objects\":[");
    /* By id, as tags and earlier prompts have them; n is small. */
    for (size_t previous = 0; written < n; written++) {
        size_t next = SIZE_MAX;
        for (size_t i = 0; i < n; i++) {
            const size_t index = ranking->objects[i].index;
            if (index < next && (written == 0 || index > previous)) next = index;
        }
        eai_write(w, written ? ",\n" : "\n");
        eai_prompt_write_object(w, &content->objects[next], detail);
        previous = next;
    }
    eai_write(w, "],\n");
    if (content->room_area_m2 > 0) {
        eai_write(w, "\"room\":{\"area_m2\":");
        eai_write_fixed(w, content->room_area_m2, 1);
        eai_write(w, ",\"observed\":");
        eai_write_fixed(w, content->room_observed, 2);
        eai_write(w, "},");
    }
    eai_write(w, "\"metric\":%s}", content->metric ? "true" : "false");
}
