/* SPDX-License-Identifier: MIT */
#include "support/house_file.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"

#define PATH EDGEAI_TEST_DATA "/rgbd/scene_graph/example_mp3d_scene.house"

enum { CATEGORIES = 2048, OBJECTS = 256, CORNERS = 64 };

typedef struct outline {
    double corners[CORNERS][2], box_m2;
    int n;
} outline;

static char names[CATEGORIES][EDGEAI_LABEL_BYTES];

static void read_category(const char *line)
{
    int index;
    char name[EDGEAI_LABEL_BYTES];
    if (sscanf(line, "C %d %*d %63s", &index, name) != 2 || index < 0 || index >= CATEGORIES)
        return;
    for (char *c = name; *c; c++)
        if (*c == '#') *c = ' ';
    memcpy(names[index], name, sizeof name);
}

/* One of the three axes stands upright; its length is the height. */
static bool read_object(const char *line, int wanted, int *category, eai_map_object *object)
{
    int number, region;
    double axes[3][3], half[3], size[3];
    double *c = object->center;
    if (sscanf(line, "O %d %d %d %lf %lf %lf %lf %lf %lf %lf %lf %lf %lf %lf %lf", &number, &region,
               category, &c[0], &c[1], &c[2], &axes[0][0], &axes[0][1], &axes[0][2], &axes[1][0],
               &axes[1][1], &axes[1][2], &half[0], &half[1], &half[2]) != 15)
        return false;
    if ((wanted >= 0 && region != wanted) || *category < 0 || *category >= CATEGORIES) return false;
    for (int k = 0; k < 3; k++)
        axes[2][k] = axes[0][(k + 1) % 3] * axes[1][(k + 2) % 3] -
                     axes[0][(k + 2) % 3] * axes[1][(k + 1) % 3];
    int level = 0, up = 0;
    for (int i = 1; i < 3; i++)
        if (fabs(axes[i][2]) > fabs(axes[up][2])) up = i;
    for (int i = 0; i < 3; i++) {
        size[i] = fmax(2 * half[i], 1e-6);
        if (i == up) continue;
        object->size[level] = size[i];
        if (level++ == 0) object->yaw = atan2(axes[i][1], axes[i][0]);
    }
    object->size[2] = size[up];
    object->id = number + 1;
    object->confidence = 1;
    object->n_views = 1;
    return true;
}

static void read_region(const char *line, int wanted, outline *floor)
{
    int region;
    double low[2], high[2];
    if (sscanf(line, "R %d %*d %*d %*d %*s %*f %*f %*f %lf %lf %*f %lf %lf", &region, &low[0],
               &low[1], &high[0], &high[1]) == 5 &&
        region == wanted)
        floor->box_m2 = (high[0] - low[0]) * (high[1] - low[1]);
}

static void read_corner(const char *line, int wanted, outline *floor)
{
    int surface; /* one for each region, of the same number */
    double x, y;
    if (sscanf(line, "V %*d %d %*s %lf %lf", &surface, &x, &y) != 3) return;
    if (surface != wanted || floor->n == CORNERS) return;
    floor->corners[floor->n][0] = x;
    floor->corners[floor->n++][1] = y;
}

static double area_of(const outline *floor)
{
    double sum = 0;
    for (int i = 0; i < floor->n; i++) {
        const double *a = floor->corners[i], *b = floor->corners[(i + 1) % floor->n];
        sum += a[0] * b[1] - b[0] * a[1];
    }
    return fabs(sum) / 2;
}

bool house_file_read(eai_map_content *content, int region, const edgeai_allocator *allocator,
                     double *box_m2)
{
    char line[512];
    int categories[OBJECTS];
    eai_map_object objects[OBJECTS];
    size_t n = 0;
    outline floor = {.n = 0};
    FILE *file = fopen(PATH, "r");
    if (!file) return false;
    memset(objects, 0, sizeof objects);
    while (fgets(line, sizeof line, file)) {
        if (line[0] == 'C') read_category(line);
        if (line[0] == 'R') read_region(line, region, &floor);
        if (line[0] == 'V') read_corner(line, region, &floor);
        if (line[0] == 'O' && n < OBJECTS && read_object(line, region, &categories[n], &objects[n]))
            n++;
    }
    fclose(file);
    *content = (eai_map_content){.allocator = allocator,
                                 .metric = true,
                                 .root = -1,
                                 .n_components = 1,
                                 .room_area_m2 = area_of(&floor),
                                 .room_observed = 1};
    if (n) content->objects = eai_allocate_array(allocator, n, sizeof *objects, "house");
    if (!content->objects) return false;
    content->n_objects = n;
    for (size_t i = 0; i < n; i++) {
        content->objects[i] = objects[i];
        memcpy(content->objects[i].label, names[categories[i]], EDGEAI_LABEL_BYTES);
    }
    if (box_m2) *box_m2 = floor.box_m2;
    return true;
}
