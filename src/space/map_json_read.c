/* SPDX-License-Identifier: MIT */

/* A map from JSON: every number is checked, for all that is made of a map trusts it. */

#include <math.h>
#include <string.h>

#include "base/fail.h"
#include "base/memory.h"
#include "space/json_members.h"
#include "space/map_files.h"
#include "space/pose.h"

#define N(fields) (sizeof(fields) / sizeof *(fields))
#define METRES    EAI_MAP_METRES_MAX
#define SECONDS   1e15
#define INTEGERS  2e9
#define CLOSE     1e-12 /* rotations that were written as such keep their bits */

typedef struct reader {
    eai_map_content *content;
    eai_json_scan scan; /* its `what` is for all others */
} reader;

static edgeai_status read_camera(eai_json_scan scan, edgeai_camera *camera)
{
    double numbers[4];
    eai_json_member fields[] = {
        {"width", EAI_MEMBER_INT, &camera->width, 1, 0, EDGEAI_IMAGE_SIDE_MAX, true, false},
        {"height", EAI_MEMBER_INT, &camera->height, 1, 0, EDGEAI_IMAGE_SIDE_MAX, true, false},
        {"fx_fy_cx_cy", EAI_MEMBER_REAL, numbers, 4, -METRES, METRES, true, false}};
    EAI_TRY(eai_json_read_members(&scan, fields, N(fields)));
    camera->fx = numbers[0];
    camera->fy = numbers[1];
    camera->cx = numbers[2];
    camera->cy = numbers[3];
    const bool is_absent = camera->width == 0 && camera->height == 0;
    if (!is_absent &&
        (camera->width < 1 || camera->height < 1 || camera->fx <= 0 || camera->fy <= 0))
        return eai_json_fail(&scan, "a camera without pixels, or with a focal length of 0 or less");
    return EDGEAI_OK;
}

static edgeai_status check_rotation(eai_json_scan *scan, edgeai_pose *pose)
{
    edgeai_pose straight = *pose;
    if (!eai_pose_orthonormalize(&straight))
        return eai_json_fail(scan, "key \"rotation\": no rotation");
    double most = 0;
    for (int i = 0; i < 9; i++)
        most = fmax(most, fabs(straight.rotation[i] - pose->rotation[i]));
    if (most > CLOSE) *pose = straight;
    return EDGEAI_OK;
}

static edgeai_status read_frame(reader *self, eai_json_scan *scan, size_t i)
{
    eai_map_frame *frame = &self->content->frames[i];
    eai_json_scan camera = {0};
    frame->reliability = 1;
    eai_json_member fields[] = {
        {"name", EAI_MEMBER_STRING, frame->name, sizeof frame->name, 0, 0, false, false},
        {"time_s", EAI_MEMBER_REAL, &frame->time_s, 1, -SECONDS, SECONDS, false, false},
        {"rotation", EAI_MEMBER_REAL, frame->pose.rotation, 9, -2, 2, true, false},
        {"translation", EAI_MEMBER_REAL, frame->pose.translation, 3, -METRES, METRES, true, false},
        {"component", EAI_MEMBER_INT, &frame->component, 1, 0, EDGEAI_MAP_FRAMES_MAX, false, false},
        {"reliability", EAI_MEMBER_REAL, &frame->reliability, 1, 0, 1, false, false},
        {"key", EAI_MEMBER_BOOL, &frame->key, 1, 0, 0, false, false},
        {"camera", EAI_MEMBER_VALUE, &camera, 1, 0, 0, false, false}};
    EAI_TRY(eai_json_read_members(scan, fields, N(fields)));
    EAI_TRY(check_rotation(scan, &frame->pose));
    return camera.text ? read_camera(camera, &frame->camera) : EDGEAI_OK;
}

static edgeai_status read_object(reader *self, eai_json_scan *scan, size_t i)
{
    eai_map_object *object = &self->content->objects[i];
    object->confidence = 1;
    object->n_views = 1;
    eai_json_member fields[] = {
        {"id", EAI_MEMBER_INT, &object->id, 1, 1, INTEGERS, true, false},
        {"label", EAI_MEMBER_STRING, object->label, sizeof object->label, 0, 0, true, false},
        {"center", EAI_MEMBER_REAL, object->center, 3, -METRES, METRES, true, false},
        {"size", EAI_MEMBER_REAL, object->size, 3, 1e-9, METRES, true, false},
        {"yaw_rad", EAI_MEMBER_REAL, &object->yaw, 1, -1e3, 1e3, false, false},
        {"confidence", EAI_MEMBER_REAL, &object->confidence, 1, 0, 1, false, false},
        {"first_seen_s", EAI_MEMBER_REAL, &object->first_seen_s, 1, -SECONDS, SECONDS, false,
         false},
        {"first_frame", EAI_MEMBER_INT, &object->first_frame, 1, -1, EDGEAI_MAP_FRAMES_MAX, false,
         false},
        {"n_views", EAI_MEMBER_INT, &object->n_views, 1, 0, INTEGERS, false, false},
        {"truncated", EAI_MEMBER_BOOL, &object->truncated, 1, 0, 0, false, false}};
    EAI_TRY(eai_json_read_members(scan, fields, N(fields)));
    if (i > 0 && object->id <= object[-1].id)
        return eai_json_fail(scan, "objects: expected ids that rise, found %d after %d", object->id,
                             object[-1].id);
    return EDGEAI_OK;
}

static edgeai_status read_request(reader *self, eai_json_scan *scan, size_t i)
{
    eai_map_request *request = &self->content->requests[i];
    const double last = (double)self->content->n_frames - 1;
    eai_json_member fields[] = {
        {"frame", EAI_MEMBER_INT, &request->frame, 1, 0, last, true, false},
        {"object_id", EAI_MEMBER_INT, &request->object_id, 1, 1, INTEGERS, true, false},
        {"box", EAI_MEMBER_REAL, request->box, 4, -METRES, METRES, true, false}};
    return eai_json_read_members(scan, fields, N(fields));
}

/* The array at `scan`: memory for its items in *items, and their number. */
static edgeai_status make_array(reader *self, const eai_json_scan *scan, size_t limit,
                                size_t item_bytes, void **items, size_t *n, const char *name)
{
    size_t found;
    EAI_TRY(eai_json_count_items(*scan, '[', &found));
    if (found > limit)
        return eai_fail(EDGEAI_E_LIMIT, "%s: at most %zu %s, found %zu", scan->what, limit, name,
                        found);
    if (found == 0) return EDGEAI_OK;
    *items = eai_allocate_array(self->content->allocator, found, item_bytes, "map");
    if (!*items) return EDGEAI_E_MEMORY;
    *n = found;
    return EDGEAI_OK;
}

static edgeai_status read_array(reader *self, eai_json_scan scan,
                                edgeai_status (*read)(reader *, eai_json_scan *, size_t))
{
    bool is_first = true, more;
    EAI_TRY(eai_json_open(&scan, '['));
    for (size_t i = 0;; i++) {
        EAI_TRY(eai_json_next(&scan, ']', &is_first, &more));
        if (!more) return EDGEAI_OK;
        EAI_TRY(read(self, &scan, i));
    }
}

static edgeai_status read_row(reader *self, eai_json_scan *scan, size_t row)
{
    static const char signs[] = "?.#"; /* in the order of eai_cell */
    const eai_map_grid *grid = &self->content->grid;
    const char *raw;
    size_t n;
    EAI_TRY(eai_json_raw_string(scan, &raw, &n));
    if (row >= (size_t)grid->height || n != (size_t)grid->width)
        return eai_json_fail(scan, "grid: expected %d rows of %d cells, found another size",
                             grid->height, grid->width);
    for (size_t i = 0; i < n; i++) {
        const char *sign = memchr(signs, raw[i], 3);
        if (!sign) return eai_json_fail(scan, "grid: expected cells of ?, . and #");
        grid->cells[row * n + i] = (uint8_t)(sign - signs);
    }
    return EDGEAI_OK;
}

static edgeai_status read_grid(reader *self, eai_json_scan scan)
{
    eai_map_grid found = {0}, *grid = &self->content->grid;
    eai_json_scan rows;
    size_t n_rows;
    eai_json_member fields[] = {
        {"cell_m", EAI_MEMBER_REAL, &found.cell_m, 1, 1e-4, 1e3, true, false},
        {"x0", EAI_MEMBER_REAL, &found.x0, 1, -METRES, METRES, true, false},
        {"y0", EAI_MEMBER_REAL, &found.y0, 1, -METRES, METRES, true, false},
        {"width", EAI_MEMBER_INT, &found.width, 1, 1, EAI_MAP_GRID_SIDE_MAX, true, false},
        {"height", EAI_MEMBER_INT, &found.height, 1, 1, EAI_MAP_GRID_SIDE_MAX, true, false},
        {"rows", EAI_MEMBER_VALUE, &rows, 1, 0, 0, true, false}};
    EAI_TRY(eai_json_read_members(&scan, fields, N(fields)));
    EAI_TRY(eai_json_count_items(rows, '[', &n_rows));
    const size_t n_cells = (size_t)found.width * (size_t)found.height;
    /* Every cell is a byte of the text, so no more memory is asked for than that has. */
    if (n_rows != (size_t)found.height || n_cells > scan.n)
        return eai_json_fail(&scan, "grid: expected %d rows of %d cells, found %zu rows",
                             found.height, found.width, n_rows);
    uint8_t *cells = eai_allocate(self->content->allocator, n_cells, "map's grid");
    if (!cells) return EDGEAI_E_MEMORY;
    *grid = found;
    grid->cells = cells;
    return read_array(self, rows, read_row);
}

static edgeai_status check_version(const eai_json_scan *scan, const char *format, int version)
{
    if (strcmp(format, "edgeai-map") != 0)
        return eai_json_fail(scan, "key \"format\": expected \"edgeai-map\"");
    if (version != EAI_MAP_JSON_VERSION)
        return eai_fail(EDGEAI_E_VERSION, "%s: expected version %d of a map, found %d", scan->what,
                        EAI_MAP_JSON_VERSION, version);
    return EDGEAI_OK;
}

static edgeai_status read_room(eai_json_scan scan, eai_map_content *content)
{
    eai_json_member fields[] = {
        {"area_m2", EAI_MEMBER_REAL, &content->room_area_m2, 1, 0, METRES, false, false},
        {"observed", EAI_MEMBER_REAL, &content->room_observed, 1, 0, 1, false, false}};
    return eai_json_read_members(&scan, fields, N(fields));
}

typedef struct parts {
    eai_json_scan frames, objects, requests, grid, room;
} parts;

static edgeai_status read_arrays(reader *self, const parts *found)
{
    eai_map_content *content = self->content;
    void *items = NULL;
    if (found->frames.text) {
        EAI_TRY(make_array(self, &found->frames, EDGEAI_MAP_FRAMES_MAX, sizeof *content->frames,
                           &items, &content->n_frames, "frames"));
        content->frames = items;
        EAI_TRY(read_array(self, found->frames, read_frame));
    }
    items = NULL;
    EAI_TRY(make_array(self, &found->objects, EAI_MAP_OBJECTS_READ_MAX, sizeof *content->objects,
                       &items, &content->n_objects, "objects"));
    content->objects = items;
    EAI_TRY(read_array(self, found->objects, read_object));
    items = NULL;
    if (found->requests.text) {
        EAI_TRY(make_array(self, &found->requests, EAI_MAP_OBJECTS_READ_MAX,
                           sizeof *content->requests, &items, &content->n_requests, "requests"));
        content->requests = items;
        EAI_TRY(read_array(self, found->requests, read_request));
    }
    return found->grid.text ? read_grid(self, found->grid) : EDGEAI_OK;
}

static edgeai_status read_all(reader *self)
{
    eai_map_content *content = self->content;
    char format[32] = "";
    int version = 0;
    parts found = {0};
    content->metric = true;
    content->n_components = 1;
    content->root = -1;
    eai_json_member fields[] = {
        {"format", EAI_MEMBER_STRING, format, sizeof format, 0, 0, true, false},
        {"version", EAI_MEMBER_INT, &version, 1, -INTEGERS, INTEGERS, true, false},
        {"metric", EAI_MEMBER_BOOL, &content->metric, 1, 0, 0, false, false},
        {"root", EAI_MEMBER_INT, &content->root, 1, -1, EDGEAI_MAP_FRAMES_MAX, false, false},
        {"n_components", EAI_MEMBER_INT, &content->n_components, 1, 0, EDGEAI_MAP_FRAMES_MAX, false,
         false},
        {"room", EAI_MEMBER_VALUE, &found.room, 1, 0, 0, false, false},
        {"frames", EAI_MEMBER_VALUE, &found.frames, 1, 0, 0, false, false},
        {"objects", EAI_MEMBER_VALUE, &found.objects, 1, 0, 0, false, false},
        {"requests", EAI_MEMBER_VALUE, &found.requests, 1, 0, 0, false, false},
        {"grid", EAI_MEMBER_VALUE, &found.grid, 1, 0, 0, false, false}};
    EAI_TRY(eai_json_read_members(&self->scan, fields, N(fields)));
    EAI_TRY(eai_json_end(&self->scan));
    EAI_TRY(check_version(&self->scan, format, version));
    if (!found.objects.text) return eai_json_fail(&self->scan, "key \"objects\" is missing");
    if (found.room.text) EAI_TRY(read_room(found.room, content));
    EAI_TRY(read_arrays(self, &found));
    if (content->root >= (int)content->n_frames)
        return eai_json_fail(&self->scan, "key \"root\": expected one of %zu frames, found %d",
                             content->n_frames, content->root);
    for (size_t i = 0; i < content->n_objects; i++)
        if (content->objects[i].first_frame >= (int)content->n_frames)
            content->objects[i].first_frame = -1; /* frames may have been left out */
    return EDGEAI_OK;
}

edgeai_status eai_map_read_json(eai_map_content *content, const edgeai_allocator *allocator,
                                const char *text, size_t n, const char *what)
{
    reader self = {content, {text, n, 0, what}};
    *content = (eai_map_content){.allocator = allocator};
    const edgeai_status status = read_all(&self);
    if (status != EDGEAI_OK) eai_map_content_free(content);
    return status;
}
