/* SPDX-License-Identifier: MIT */
#include "support/house_walk.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "space/pose.h"

#define PI          3.14159265358979323846
#define EYE_M       1.5
#define UNITS_PER_M 1000
#define RANGE_MIN_M 0.4
#define RANGE_MAX_M 6
#define CLEAR_AREA  0.002  /* of the image */
#define FOUND_AREA  0.0015 /* what a detector needs */
#define FOUND_SHARE 0.3    /* of an object's outline */

enum { CLEAR_FRAMES = 3, TURN_FRAMES = 10 };

/* An object's pixels in the frame at hand. */
typedef struct shown {
    int n, alone, left, top, right, bottom;
} shown;

house_walk_options house_walk_defaults(void)
{
    house_walk_options options = {.seed = 1,
                                  .width = 160,
                                  .height = 120,
                                  .frames_per_room = 60,
                                  .depth_noise = 1,
                                  .holes = 0.03,
                                  .misses = 0.15,
                                  .false_alarms = 0.33,
                                  .jitter = 0.005,
                                  .confusions = 0.02,
                                  .pose_m = 0.01,
                                  .pose_rad = 0.0035};
    for (int i = 0; i < HOUSE_REGIONS; i++)
        options.rooms[i] = true;
    return options;
}

static double gauss(eai_rng *rng)
{
    return sqrt(-2 * log(eai_rng_open(rng))) * cos(2 * PI * eai_rng_uniform(rng));
}

bool house_walk_begin(house_walk *walk, const house_world *world, const house_walk_options *options)
{
    memset(walk, 0, sizeof *walk);
    walk->world = world;
    walk->options = *options;
    walk->region = -1;
    eai_rng_seed(&walk->rng, options->seed);
    const size_t n = (size_t)options->width * (size_t)options->height;
    walk->depth = malloc(n * sizeof *walk->depth);
    walk->objects = malloc(n * sizeof *walk->objects);
    walk->mask_runs = malloc((n + 2) * HOUSE_DETECTIONS * sizeof *walk->mask_runs);
    if (walk->depth && walk->objects && walk->mask_runs) return true;
    house_walk_free(walk);
    return false;
}

void house_walk_free(house_walk *walk)
{
    free(walk->depth);
    free(walk->objects);
    free(walk->mask_runs);
    walk->depth = NULL;
    walk->objects = NULL;
    walk->mask_runs = NULL;
}

/* Places far from each other where a person can stand: each the farthest from those before. */
static bool choose_waypoints(house_walk *walk)
{
    const house_region *room = &walk->world->regions[walk->region];
    double low[2] = {INFINITY, INFINITY}, high[2] = {-INFINITY, -INFINITY};
    for (int i = 0; i < room->n_corners; i++)
        for (int axis = 0; axis < 2; axis++) {
            low[axis] = fmin(low[axis], room->corners[i][axis]);
            high[axis] = fmax(high[axis], room->corners[i][axis]);
        }
    const int wanted = walk->options.frames_per_room / TURN_FRAMES;
    walk->n_waypoints = 0;
    while (walk->n_waypoints < wanted && walk->n_waypoints < 16) {
        double best = 0, chosen[2] = {0};
        for (double x = low[0]; x < high[0]; x += 0.15)
            for (double y = low[1]; y < high[1]; y += 0.15) {
                const double at[3] = {x, y, EYE_M};
                if (!house_world_is_free(walk->world, walk->region, at, 0.3)) continue;
                double least = 100 - hypot(x - (low[0] + high[0]) / 2, y - (low[1] + high[1]) / 2);
                for (int i = 0; i < walk->n_waypoints; i++)
                    least =
                        fmin(least, hypot(x - walk->waypoints[i][0], y - walk->waypoints[i][1]));
                if (least <= best) continue;
                best = least;
                chosen[0] = x;
                chosen[1] = y;
            }
        if (best == 0) break;
        memcpy(walk->waypoints[walk->n_waypoints++], chosen, sizeof chosen);
    }
    return walk->n_waypoints > 0;
}

/* Looks along `yaw`, `pitch` below the horizon: camera x to the right, y down, z forward. */
static edgeai_pose look(const double at[3], double yaw, double pitch, double roll)
{
    const double forward[3] = {cos(yaw) * cos(pitch), sin(yaw) * cos(pitch), -sin(pitch)};
    const double right[3] = {sin(yaw), -cos(yaw), 0};
    const double down[3] = {-cos(yaw) * sin(pitch), -sin(yaw) * sin(pitch), -cos(pitch)};
    edgeai_pose pose;
    for (int i = 0; i < 3; i++) {
        pose.rotation[3 * i] = right[i];
        pose.rotation[3 * i + 1] = down[i];
        pose.rotation[3 * i + 2] = forward[i];
        pose.translation[i] = at[i];
    }
    const double twist[6] = {0, 0, roll};
    const edgeai_pose rolled = eai_pose_exp(twist);
    return eai_pose_compose(&pose, &rolled);
}

/* Turns at a waypoint once around, then goes to the next; looks down by 10 and 30 degrees in turn.
 */
static void take_step(house_walk *walk)
{
    const int i = walk->n_in_room, turn = i / TURN_FRAMES % walk->n_waypoints;
    const double *a = walk->waypoints[turn];
    double at[3] = {a[0] + 0.02 * gauss(&walk->rng), a[1] + 0.02 * gauss(&walk->rng),
                    EYE_M + 0.02 * gauss(&walk->rng)};
    const double yaw = 2 * PI * (i % TURN_FRAMES) / TURN_FRAMES + 0.3 * turn;
    const double pitch = (i % 2 ? 10 : 30) * PI / 180 + 0.03 * gauss(&walk->rng);
    walk->true_pose = look(at, yaw, pitch, 0.02 * gauss(&walk->rng));
    double twist[6];
    for (int k = 0; k < 3; k++) {
        twist[k] = walk->options.pose_rad * gauss(&walk->rng);
        twist[3 + k] = walk->options.pose_m * gauss(&walk->rng);
    }
    const edgeai_pose error = eai_pose_exp(twist);
    walk->given_pose = eai_pose_compose(&walk->true_pose, &error);
}

static void note(shown *s, int x, int y)
{
    if (s->n == 0) {
        s->left = s->right = x;
        s->top = s->bottom = y;
    }
    s->n++;
    s->left = x < s->left ? x : s->left;
    s->right = x > s->right ? x : s->right;
    s->top = y < s->top ? y : s->top;
    s->bottom = y > s->bottom ? y : s->bottom;
}

/* The rectangle around an object's corners in the picture; false when it reaches behind the camera,
 * and all of the picture then. */
static bool outline_of(const house_walk *walk, const edgeai_camera *camera,
                       const edgeai_pose *to_camera, int index, double rectangle[4])
{
    const house_object *object = &walk->world->objects[index];
    double left = INFINITY, top = INFINITY, right = -INFINITY, bottom = -INFINITY;
    for (int k = 0; k < 8; k++) {
        const double x = (k & 1 ? 0.5 : -0.5) * object->size[0];
        const double y = (k & 2 ? 0.5 : -0.5) * object->size[1];
        double p[3] = {object->center[0] + object->cosine * x - object->sine * y,
                       object->center[1] + object->sine * x + object->cosine * y,
                       object->center[2] + (k & 4 ? 0.5 : -0.5) * object->size[2]};
        eai_pose_apply(to_camera, p, p);
        if (p[2] < 0.1) {
            rectangle[0] = rectangle[1] = 0;
            rectangle[2] = camera->width;
            rectangle[3] = camera->height;
            return false;
        }
        left = fmin(left, camera->fx * p[0] / p[2] + camera->cx);
        right = fmax(right, camera->fx * p[0] / p[2] + camera->cx);
        top = fmin(top, camera->fy * p[1] / p[2] + camera->cy);
        bottom = fmax(bottom, camera->fy * p[1] / p[2] + camera->cy);
    }
    rectangle[0] = left;
    rectangle[1] = top;
    rectangle[2] = right;
    rectangle[3] = bottom;
    return true;
}

/* Share of an object's outline, as a box in the picture, that the image holds. */
static double share_in_image(const house_walk *walk, const edgeai_camera *camera, int index)
{
    const edgeai_pose to_camera = eai_pose_inverse(&walk->true_pose);
    double r[4];
    if (!outline_of(walk, camera, &to_camera, index, r)) return 0.3; /* partly behind the camera */
    const double width = fmin(r[2], camera->width) - fmax(r[0], 0);
    const double height = fmin(r[3], camera->height) - fmax(r[1], 0);
    return width > 0 && height > 0 ? width * height / ((r[2] - r[0]) * (r[3] - r[1])) : 0;
}

/* Objects of the room that can be in the picture, and where. */
static int find_outlines(const house_walk *walk, const edgeai_camera *camera,
                         int indices[HOUSE_OBJECTS], double rectangles[HOUSE_OBJECTS][4])
{
    const edgeai_pose to_camera = eai_pose_inverse(&walk->true_pose);
    int n = 0;
    for (int i = 0; i < walk->world->n_objects; i++) {
        if (walk->world->objects[i].region != walk->region) continue;
        outline_of(walk, camera, &to_camera, i, rectangles[n]);
        indices[n++] = i;
    }
    return n;
}

static void render(house_walk *walk, const edgeai_camera *camera, shown views[HOUSE_OBJECTS])
{
    int indices[HOUSE_OBJECTS];
    double rectangles[HOUSE_OBJECTS][4];
    const int n = find_outlines(walk, camera, indices, rectangles);
    const house_region *room = &walk->world->regions[walk->region];
    const double *from = walk->true_pose.translation;
    for (int y = 0; y < camera->height; y++)
        for (int x = 0; x < camera->width; x++) {
            const size_t at = (size_t)y * (size_t)camera->width + (size_t)x;
            double ray[3] = {(x - camera->cx) / camera->fx, (y - camera->cy) / camera->fy, 1};
            eai_pose_rotate(&walk->true_pose, ray, ray);
            double z = house_world_cast_room(room, from, ray);
            int object = -1;
            for (int i = 0; i < n; i++) {
                const double *r = rectangles[i];
                if (x < r[0] - 1 || y < r[1] - 1 || x > r[2] + 1 || y > r[3] + 1) continue;
                const double t =
                    house_world_cast_object(&walk->world->objects[indices[i]], from, ray);
                if (t == INFINITY) continue;
                views[indices[i]].alone++;
                if (t >= z) continue;
                z = t;
                object = indices[i];
            }
            walk->objects[at] = (int16_t)object;
            if (object >= 0) note(&views[object], x, y);
            z += walk->options.depth_noise * gauss(&walk->rng) *
                 (0.0012 + 0.0019 * (z - 0.4) * (z - 0.4));
            const bool hole = eai_rng_uniform(&walk->rng) < walk->options.holes;
            walk->depth[at] = hole || !(z > RANGE_MIN_M && z < RANGE_MAX_M)
                                  ? 0
                                  : (uint16_t)(z * UNITS_PER_M + 0.5);
        }
}

/* Infrared shadows: half of the pixels where something else begins have no depth. */
static void cut_edges(house_walk *walk)
{
    const int width = walk->options.width, height = walk->options.height;
    if (walk->options.holes == 0) return;
    for (int y = 0; y < height; y++)
        for (int x = 1; x < width; x++) {
            const size_t at = (size_t)y * (size_t)width + (size_t)x;
            if (walk->objects[at] != walk->objects[at - 1] && eai_rng_uniform(&walk->rng) < 0.5)
                walk->depth[at] = 0;
        }
}

static void write_mask(house_walk *walk, edgeai_detection *detection, int object)
{
    const int width = walk->options.width, height = walk->options.height;
    uint32_t *runs = walk->mask_runs + walk->n_mask_runs;
    size_t n = 0;
    bool inside = false;
    uint32_t length = 0;
    for (int x = 0; x < width; x++)
        for (int y = 0; y < height; y++) {
            const bool here =
                walk->objects[(size_t)y * (size_t)width + (size_t)x] == (int16_t)object;
            if (here != inside) {
                runs[n++] = length;
                length = 0;
                inside = here;
            }
            length++;
        }
    runs[n++] = length;
    detection->mask_runs = runs;
    detection->n_mask_runs = n;
    walk->n_mask_runs += n;
}

static const char *random_label(house_walk *walk)
{
    return walk->world->objects[eai_rng_below(&walk->rng, (uint64_t)walk->world->n_objects)].label;
}

static void detect(house_walk *walk, int object, const shown *s)
{
    const house_walk_options *options = &walk->options;
    edgeai_detection *detection = &walk->detections[walk->frame.n_detections];
    const double pixels = options->width * (double)options->height;
    if (s->n < FOUND_AREA * pixels || s->n < FOUND_SHARE * s->alone) return;
    if (eai_rng_uniform(&walk->rng) < options->misses) return;
    if (walk->frame.n_detections == HOUSE_DETECTIONS) return;
    double sides[4];
    for (int k = 0; k < 4; k++)
        sides[k] = options->jitter * options->width * gauss(&walk->rng);
    const double left = fmax(s->left - 0.5 + sides[0], 0), top = fmax(s->top - 0.5 + sides[1], 0);
    const double right = fmin(s->right + 0.5 + sides[2], options->width);
    const double bottom = fmin(s->bottom + 0.5 + sides[3], options->height);
    const bool confused = eai_rng_uniform(&walk->rng) < options->confusions;
    *detection = (edgeai_detection){.label = confused ? random_label(walk)
                                                      : walk->world->objects[object].label,
                                    .score = (float)(0.5 + 0.45 * eai_rng_uniform(&walk->rng)),
                                    .box = {(float)left, (float)top, (float)fmax(right - left, 1),
                                            (float)fmax(bottom - top, 1)}};
    if (options->masks) write_mask(walk, detection, object);
    walk->frame.n_detections++;
}

static void alarm_falsely(house_walk *walk)
{
    const house_walk_options *options = &walk->options;
    double left = options->false_alarms;
    for (; left > 0; left -= 1) {
        if (eai_rng_uniform(&walk->rng) >= left) break;
        if (walk->frame.n_detections == HOUSE_DETECTIONS) return;
        const double w = options->width * (0.08 + 0.3 * eai_rng_uniform(&walk->rng));
        const double h = options->height * (0.08 + 0.3 * eai_rng_uniform(&walk->rng));
        const double x = (options->width - w) * eai_rng_uniform(&walk->rng);
        const double y = (options->height - h) * eai_rng_uniform(&walk->rng);
        walk->detections[walk->frame.n_detections++] =
            (edgeai_detection){.label = random_label(walk),
                               .score = (float)(0.3 + 0.4 * eai_rng_uniform(&walk->rng)),
                               .box = {(float)x, (float)y, (float)w, (float)h}};
    }
}

static void keep_truth(house_walk *walk, const edgeai_camera *camera,
                       const shown views[HOUSE_OBJECTS])
{
    const double pixels = camera->width * (double)camera->height;
    for (int i = 0; i < walk->world->n_objects; i++) {
        if (views[i].n == 0) continue;
        if (walk->n_glimpsed[i]++ == 0) walk->first_frame[i] = walk->n_frames;
        walk->n_clear[i] += views[i].n >= CLEAR_AREA * pixels &&
                            views[i].n >= 0.5 * views[i].alone &&
                            share_in_image(walk, camera, i) >= 0.5;
    }
    walk->true_frames[walk->n_frames] = (eai_map_frame){.time_s = walk->frame.time_s,
                                                        .camera = *camera,
                                                        .pose = walk->true_pose,
                                                        .reliability = 1,
                                                        .key = true};
}

static bool enter_next_room(house_walk *walk)
{
    do {
        if (++walk->region >= walk->world->n_regions) return false;
    } while (!walk->options.rooms[walk->region] || !choose_waypoints(walk));
    walk->n_in_room = 0;
    return true;
}

bool house_walk_next(house_walk *walk)
{
    const house_walk_options *options = &walk->options;
    if (walk->n_frames == HOUSE_WALK_FRAMES) return false;
    if (walk->region < 0 || walk->n_in_room == options->frames_per_room)
        if (!enter_next_room(walk)) return false;
    const double focal = 0.9 * options->width; /* 58 degrees, as a Kinect has */
    const edgeai_camera camera = {options->width,
                                  options->height,
                                  focal,
                                  focal,
                                  (options->width - 1) / 2.0,
                                  (options->height - 1) / 2.0};
    shown views[HOUSE_OBJECTS] = {{0}};
    take_step(walk);
    render(walk, &camera, views);
    cut_edges(walk);
    walk->frame = (edgeai_frame)EDGEAI_FRAME_INIT;
    walk->frame.time_s = 0.5 * walk->n_frames;
    walk->frame.camera = walk->frame.depth_camera = camera;
    walk->frame.depth = walk->depth;
    walk->frame.depth_units_per_m = UNITS_PER_M;
    walk->frame.pose = &walk->given_pose;
    walk->frame.detections = walk->detections;
    walk->frame.detector_ran = true;
    walk->n_mask_runs = 0;
    for (int i = 0; i < walk->world->n_objects; i++)
        if (views[i].n > 0) detect(walk, i, &views[i]);
    alarm_falsely(walk);
    keep_truth(walk, &camera, views);
    walk->n_frames++;
    walk->n_in_room++;
    return true;
}

bool house_walk_glimpsed(const house_walk *walk, int object)
{
    return object >= 0 && object < walk->world->n_objects && walk->n_glimpsed[object] > 0;
}

bool house_walk_truth(const house_walk *walk, eai_map_content *content,
                      const edgeai_allocator *allocator)
{
    bool wanted[HOUSE_OBJECTS];
    for (int i = 0; i < walk->world->n_objects; i++)
        wanted[i] = walk->n_clear[i] >= CLEAR_FRAMES;
    const house_truth truth = {wanted, walk->first_frame, walk->true_frames, (size_t)walk->n_frames,
                               walk->options.rooms};
    return house_world_content(content, walk->world, &truth, allocator);
}
