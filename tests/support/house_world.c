/* SPDX-License-Identifier: MIT */
#include "support/house_world.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

#define HOUSE_FILE EDGEAI_TEST_DATA "/rgbd/scene_graph/example_mp3d_scene.house"
#define PI         3.14159265358979323846

enum { CATEGORIES = 2048, WORDS = 24 };

typedef struct category {
    char label[EDGEAI_LABEL_BYTES], group[32];
} category;

static int split(char *line, char *words[WORDS])
{
    int n = 0;
    for (char *word = strtok(line, " \n"); word && n < WORDS; word = strtok(NULL, " \n"))
        words[n++] = word;
    return n;
}

static void read_category(category *categories, char *words[WORDS])
{
    const int index = atoi(words[1]);
    if (index < 0 || index >= CATEGORIES) return;
    snprintf(categories[index].label, sizeof categories[index].label, "%s", words[3]);
    snprintf(categories[index].group, sizeof categories[index].group, "%s", words[5]);
    for (char *c = categories[index].label; *c; c++)
        if (*c == '#') *c = ' ';
}

static void read_region(house_world *world, char *words[WORDS])
{
    const int index = atoi(words[1]);
    if (index < 0 || index >= HOUSE_REGIONS) return;
    house_region *region = &world->regions[index];
    region->kind = words[5][0];
    region->floor = atof(words[11]);
    region->ceiling = atof(words[14]);
    if (index >= world->n_regions) world->n_regions = index + 1;
}

static void read_corner(house_world *world, char *words[WORDS])
{
    const int surface = atoi(words[2]); /* one for each region, of the same number */
    if (surface < 0 || surface >= HOUSE_REGIONS) return;
    house_region *region = &world->regions[surface];
    if (region->n_corners == HOUSE_CORNERS) return;
    region->corners[region->n_corners][0] = atof(words[4]);
    region->corners[region->n_corners][1] = atof(words[5]);
    region->n_corners++;
}

static bool is_object(const category *c)
{
    static const char *const none[] = {"wall", "ceiling", "floor", "void", ""};
    for (size_t i = 0; i < sizeof none / sizeof *none; i++)
        if (strcmp(c->group, none[i]) == 0) return false;
    return strcmp(c->label, "unknown") != 0;
}

/* One of the box's axes is vertical: the other two give its turn. */
static void read_object(house_world *world, const category *categories, char *words[WORDS])
{
    const int index = atoi(words[3]);
    if (index < 0 || index >= CATEGORIES || !is_object(&categories[index])) return;
    if (world->n_objects == HOUSE_OBJECTS) return;
    house_object *object = &world->objects[world->n_objects++];
    double axes[3][3], half[3];
    memcpy(object->label, categories[index].label, sizeof object->label);
    object->region = atoi(words[2]);
    for (int i = 0; i < 3; i++) {
        object->center[i] = atof(words[4 + i]);
        axes[0][i] = atof(words[7 + i]);
        axes[1][i] = atof(words[10 + i]);
        half[i] = atof(words[13 + i]);
    }
    for (int i = 0; i < 3; i++)
        axes[2][i] = axes[0][(i + 1) % 3] * axes[1][(i + 2) % 3] -
                     axes[0][(i + 2) % 3] * axes[1][(i + 1) % 3];
    int level[2], n = 0;
    for (int i = 0; i < 3; i++) {
        if (fabs(axes[i][2]) > 0.5)
            object->size[2] = 2 * half[i];
        else if (n < 2)
            level[n++] = i;
    }
    object->size[0] = 2 * fmax(half[level[0]], 0.01);
    object->size[1] = 2 * fmax(half[level[1]], 0.01);
    object->size[2] = fmax(object->size[2], 0.02);
    object->yaw = atan2(axes[level[0]][1], axes[level[0]][0]);
    if (object->yaw > PI / 2) object->yaw -= PI;
    if (object->yaw <= -PI / 2) object->yaw += PI;
    object->cosine = cos(object->yaw);
    object->sine = sin(object->yaw);
}

static void corner_of(const house_object *object, int corner, double out[2])
{
    const double x = (corner & 1 ? 0.5 : -0.5) * object->size[0];
    const double y = (corner & 2 ? 0.5 : -0.5) * object->size[1];
    out[0] = object->center[0] + object->cosine * x - object->sine * y;
    out[1] = object->center[1] + object->sine * x + object->cosine * y;
}

/* How far behind an edge something sticks out that hangs on it. */
static double protrusion(const house_world *world, int region, const double a[2], const double b[2])
{
    const double length = hypot(b[0] - a[0], b[1] - a[1]);
    const double along[2] = {(b[0] - a[0]) / length, (b[1] - a[1]) / length};
    double most = 0;
    for (int i = 0; i < world->n_objects; i++) {
        const house_object *object = &world->objects[i];
        if (object->region != region) continue;
        const double x = object->center[0] - a[0], y = object->center[1] - a[1];
        const double at = x * along[0] + y * along[1], out = x * along[1] - y * along[0];
        if (at < 0 || at > length || fabs(out) > 0.35) continue;
        for (int k = 0; k < 4; k++) {
            double corner[2];
            corner_of(object, k, corner);
            most = fmax(most, (corner[0] - a[0]) * along[1] - (corner[1] - a[1]) * along[0]);
        }
    }
    return fmin(most > 0 ? most + 0.02 : 0, 0.5);
}

static double polygon_area(const house_region *region)
{
    double twice = 0;
    for (int i = 0; i < region->n_corners; i++) {
        const double *a = region->corners[i], *b = region->corners[(i + 1) % region->n_corners];
        twice += a[0] * b[1] - a[1] * b[0];
    }
    return twice / 2;
}

static void push_walls(house_world *world, int index)
{
    house_region *region = &world->regions[index];
    const int n = region->n_corners;
    double lines[HOUSE_CORNERS][3]; /* outward normal and offset */
    if (polygon_area(region) < 0)
        for (int i = 0; i < n / 2; i++)
            for (int axis = 0; axis < 2; axis++) {
                const double swapped = region->corners[i][axis];
                region->corners[i][axis] = region->corners[n - 1 - i][axis];
                region->corners[n - 1 - i][axis] = swapped;
            }
    for (int i = 0; i < n; i++) {
        const double *a = region->corners[i], *b = region->corners[(i + 1) % n];
        const double length = hypot(b[0] - a[0], b[1] - a[1]);
        lines[i][0] = (b[1] - a[1]) / length;
        lines[i][1] = -(b[0] - a[0]) / length;
        lines[i][2] = lines[i][0] * a[0] + lines[i][1] * a[1] + protrusion(world, index, a, b);
    }
    for (int i = 0; i < n; i++) {
        const double *p = lines[(i + n - 1) % n], *q = lines[i];
        const double det = p[0] * q[1] - p[1] * q[0];
        if (fabs(det) < 0.1) continue; /* nearly one wall */
        region->corners[i][0] = (p[2] * q[1] - q[2] * p[1]) / det;
        region->corners[i][1] = (p[0] * q[2] - q[0] * p[2]) / det;
    }
    region->ceiling += 0.3;
    region->area = polygon_area(region);
}

bool house_world_read(house_world *world)
{
    static category categories[CATEGORIES];
    memset(world, 0, sizeof *world);
    char line[512], *words[WORDS];
    for (int pass = 0; pass < 2; pass++) { /* categories come behind objects */
        FILE *file = fopen(HOUSE_FILE, "r");
        if (!file) return false;
        while (fgets(line, sizeof line, file)) {
            const int n = split(line, words);
            if (pass == 0 && n >= 6 && strcmp(words[0], "C") == 0) read_category(categories, words);
            if (pass == 0 && n >= 15 && strcmp(words[0], "R") == 0) read_region(world, words);
            if (pass == 0 && n >= 7 && strcmp(words[0], "V") == 0) read_corner(world, words);
            if (pass == 1 && n >= 16 && strcmp(words[0], "O") == 0)
                read_object(world, categories, words);
        }
        fclose(file);
    }
    for (int i = 0; i < world->n_regions; i++)
        push_walls(world, i);
    return world->n_objects > 0 && world->n_regions > 0;
}

/* Slabs in the box's own axes (Kay and Kajiya 1986); INFINITY when missed, or from inside. */
double house_world_cast_object(const house_object *object, const double from[3],
                               const double direction[3])
{
    const double c = object->cosine, s = object->sine;
    const double x = from[0] - object->center[0], y = from[1] - object->center[1];
    const double at[3] = {c * x + s * y, c * y - s * x, from[2] - object->center[2]};
    const double way[3] = {c * direction[0] + s * direction[1], c * direction[1] - s * direction[0],
                           direction[2]};
    double enter = 0, leave = INFINITY;
    for (int i = 0; i < 3; i++) { /* a ray along a side has ends at plus and minus infinity */
        const double inverse = 1 / way[i], half = object->size[i] / 2;
        const double a = (-half - at[i]) * inverse, b = (half - at[i]) * inverse;
        const double near = a < b ? a : b, far = a < b ? b : a;
        enter = near > enter ? near : enter;
        leave = far < leave ? far : leave;
    }
    return enter > 0 && enter <= leave ? enter : INFINITY;
}

double house_world_cast_room(const house_region *room, const double from[3],
                             const double direction[3])
{
    double nearest = INFINITY;
    for (int i = 0; i < room->n_corners; i++) {
        const double *a = room->corners[i], *b = room->corners[(i + 1) % room->n_corners];
        const double ex = b[0] - a[0], ey = b[1] - a[1];
        const double det = ex * direction[1] - ey * direction[0];
        if (fabs(det) < 1e-12) continue;
        const double wx = from[0] - a[0], wy = from[1] - a[1];
        const double t = (ey * wx - ex * wy) / det;
        const double at = (direction[1] * wx - direction[0] * wy) / det;
        if (t > 0 && t < nearest && at >= 0 && at <= 1) nearest = t;
    }
    if (direction[2] < 0) nearest = fmin(nearest, (room->floor - from[2]) / direction[2]);
    if (direction[2] > 0) nearest = fmin(nearest, (room->ceiling - from[2]) / direction[2]);
    return nearest;
}

static bool in_polygon(const house_region *room, double x, double y)
{
    bool inside = false;
    for (int i = 0, j = room->n_corners - 1; i < room->n_corners; j = i++) {
        const double *a = room->corners[i], *b = room->corners[j];
        if ((a[1] > y) != (b[1] > y) && x < (b[0] - a[0]) * (y - a[1]) / (b[1] - a[1]) + a[0])
            inside = !inside;
    }
    return inside;
}

static double distance_to_walls(const house_region *room, double x, double y)
{
    double least = INFINITY;
    for (int i = 0; i < room->n_corners; i++) {
        const double *a = room->corners[i], *b = room->corners[(i + 1) % room->n_corners];
        const double ex = b[0] - a[0], ey = b[1] - a[1];
        const double t =
            fmin(fmax(((x - a[0]) * ex + (y - a[1]) * ey) / (ex * ex + ey * ey), 0), 1);
        least = fmin(least, hypot(x - a[0] - t * ex, y - a[1] - t * ey));
    }
    return least;
}

static bool in_box(const house_object *object, const double at[3], double margin)
{
    const double c = object->cosine, s = object->sine;
    const double x = at[0] - object->center[0], y = at[1] - object->center[1];
    return fabs(c * x + s * y) < object->size[0] / 2 + margin &&
           fabs(c * y - s * x) < object->size[1] / 2 + margin &&
           fabs(at[2] - object->center[2]) < object->size[2] / 2 + margin;
}

bool house_world_is_free(const house_world *world, int region, const double at[3], double margin)
{
    const house_region *room = &world->regions[region];
    if (!in_polygon(room, at[0], at[1]) || distance_to_walls(room, at[0], at[1]) < margin)
        return false;
    for (int i = 0; i < world->n_objects; i++)
        if (world->objects[i].region == region && in_box(&world->objects[i], at, margin))
            return false;
    return true;
}

/* 5 cm cells: floors are free, what stands between ankle and head is occupied. */
static bool draw_grid(eai_map_grid *grid, const house_world *world, const house_truth *truth,
                      const edgeai_allocator *allocator)
{
    double low[2] = {INFINITY, INFINITY}, high[2] = {-INFINITY, -INFINITY};
    for (int r = 0; r < world->n_regions; r++)
        for (int i = 0; truth->rooms[r] && i < world->regions[r].n_corners; i++)
            for (int axis = 0; axis < 2; axis++) {
                low[axis] = fmin(low[axis], world->regions[r].corners[i][axis]);
                high[axis] = fmax(high[axis], world->regions[r].corners[i][axis]);
            }
    if (!(low[0] < high[0])) return true;
    grid->cell_m = 0.05;
    grid->x0 = low[0];
    grid->y0 = low[1];
    grid->width = (int)ceil((high[0] - low[0]) / grid->cell_m);
    grid->height = (int)ceil((high[1] - low[1]) / grid->cell_m);
    grid->cells = eai_allocate(allocator, (size_t)grid->width * (size_t)grid->height, "a grid");
    if (!grid->cells) return false;
    for (int row = 0; row < grid->height; row++)
        for (int column = 0; column < grid->width; column++) {
            const double at[3] = {grid->x0 + (column + 0.5) * grid->cell_m,
                                  grid->y0 + (row + 0.5) * grid->cell_m, 0};
            uint8_t *cell = &grid->cells[(size_t)row * (size_t)grid->width + (size_t)column];
            for (int r = 0; r < world->n_regions; r++)
                if (truth->rooms[r] && in_polygon(&world->regions[r], at[0], at[1]))
                    *cell = EAI_CELL_FREE;
            for (int i = 0; i < world->n_objects && *cell == EAI_CELL_FREE; i++) {
                const house_object *object = &world->objects[i];
                const double under = object->center[2] - object->size[2] / 2;
                const double above = object->center[2] + object->size[2] / 2;
                const double probe[3] = {at[0], at[1], object->center[2]};
                if (under < 1.8 && above > 0.1 && in_box(object, probe, 0))
                    *cell = EAI_CELL_OCCUPIED;
            }
        }
    return true;
}

static void write_object(eai_map_object *out, const house_world *world, const house_truth *truth,
                         int i)
{
    const house_object *object = &world->objects[i];
    *out = (eai_map_object){.id = i + 1, .yaw = object->yaw, .confidence = 1, .n_views = 2};
    memcpy(out->label, object->label, sizeof out->label);
    memcpy(out->center, object->center, sizeof out->center);
    memcpy(out->size, object->size, sizeof out->size);
    out->first_frame = truth->first_frame[i];
    if (out->first_frame >= 0 && (size_t)out->first_frame < truth->n_frames)
        out->first_seen_s = truth->frames[out->first_frame].time_s;
}

bool house_world_content(eai_map_content *content, const house_world *world,
                         const house_truth *truth, const edgeai_allocator *allocator)
{
    *content = (eai_map_content){.allocator = allocator, .n_components = 1, .metric = true};
    size_t n = 0;
    for (int i = 0; i < world->n_objects; i++)
        n += truth->wanted[i];
    if (n > 0)
        content->objects = eai_allocate_array(allocator, n, sizeof *content->objects, "truth");
    content->n_objects = content->objects ? n : 0;
    if (truth->n_frames > 0)
        content->frames =
            eai_allocate_array(allocator, truth->n_frames, sizeof *content->frames, "truth");
    content->n_frames = content->frames ? truth->n_frames : 0;
    if (content->n_objects != n || content->n_frames != truth->n_frames ||
        !draw_grid(&content->grid, world, truth, allocator)) {
        eai_map_content_free(content);
        return false;
    }
    n = 0;
    for (int i = 0; i < world->n_objects; i++)
        if (truth->wanted[i]) write_object(&content->objects[n++], world, truth, i);
    if (truth->n_frames > 0)
        memcpy(content->frames, truth->frames, truth->n_frames * sizeof *content->frames);
    for (int r = 0; r < world->n_regions; r++)
        if (truth->rooms[r]) content->room_area_m2 += world->regions[r].area;
    content->room_observed = 1;
    return true;
}
