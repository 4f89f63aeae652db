/* SPDX-License-Identifier: MIT */
/*
 * How maps of the labelled house fall as noise grows: a table in Markdown.
 *
 *     house_noise [--masks] [--width N] [--seeds N]
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <edgeai/space.h>

#include "platform/context_internal.h"
#include "space/map_internal.h"
#include "support/house_score.h"

typedef enum source { ALL, DEPTH, MISSES, ALARMS, JITTER, LABELS, POSES, N_SOURCES } source;

static const char *const names[N_SOURCES] = {
    [ALL] = "everything",      [DEPTH] = "depth and holes", [MISSES] = "misses",
    [ALARMS] = "false alarms", [JITTER] = "box jitter",     [LABELS] = "wrong labels",
    [POSES] = "poses"};

static house_walk_options with_noise(source what, double times)
{
    house_walk_options options = house_walk_defaults();
    const double k[N_SOURCES] = {[DEPTH] = what == ALL || what == DEPTH ? times : 1,
                                 [MISSES] = what == ALL || what == MISSES ? times : 1,
                                 [ALARMS] = what == ALL || what == ALARMS ? times : 1,
                                 [JITTER] = what == ALL || what == JITTER ? times : 1,
                                 [LABELS] = what == ALL || what == LABELS ? times : 1,
                                 [POSES] = what == ALL || what == POSES ? times : 1};
    options.depth_noise *= k[DEPTH];
    options.holes = fmin(options.holes * k[DEPTH], 0.5);
    options.misses = fmin(options.misses * k[MISSES], 0.9);
    options.false_alarms *= k[ALARMS];
    options.jitter *= k[JITTER];
    options.confusions = fmin(options.confusions * k[LABELS], 0.9);
    options.pose_m *= k[POSES];
    options.pose_rad *= k[POSES];
    return options;
}

/* Adds one walk's scores to the sums. */
static bool measure(house_score *sum, edgeai_context *context, const house_world *world,
                    const house_walk_options *options)
{
    static house_walk walk;
    house_score score;
    edgeai_map *map = NULL;
    if (!house_walk_begin(&walk, world, options)) return false;
    edgeai_status status = edgeai_map_create(&map, context, NULL);
    while (status == EDGEAI_OK && house_walk_next(&walk))
        status = edgeai_map_add(map, &walk.frame);
    if (status == EDGEAI_OK) status = edgeai_map_update(map);
    if (status != EDGEAI_OK) fprintf(stderr, "%s\n", edgeai_last_error());
    const bool ok = status == EDGEAI_OK &&
                    house_score_map(&score, &map->content, &walk, &context->allocator, false);
    edgeai_map_free(map);
    house_walk_free(&walk);
    if (!ok) return false;
    sum->n_true += score.n_true;
    sum->precision += score.precision;
    sum->recall += score.recall;
    sum->joint_f1 += score.joint_f1;
    sum->centroid_median_m += score.centroid_median_m;
    sum->centroid_p90_m += score.centroid_p90_m;
    sum->extent_median_m += score.extent_median_m;
    sum->count_error += score.count_error;
    sum->area_error += score.area_error;
    return true;
}

static bool print_row(edgeai_context *context, const house_world *world, source what, double times,
                      bool masks, int width, int n_seeds)
{
    house_score sum = {0};
    for (int seed = 1; seed <= n_seeds; seed++) {
        house_walk_options options = with_noise(what, times);
        options.seed = (uint64_t)seed;
        options.masks = masks;
        options.width = width;
        options.height = width * 3 / 4;
        if (!measure(&sum, context, world, &options)) return false;
    }
    const double n = n_seeds;
    printf("| %s x %g | %.0f | %.3f | %.3f | %.3f | %.3f | %.3f | %.3f | %.1f %% | %+.1f %% |\n",
           names[what], times, sum.n_true / n, sum.precision / n, sum.recall / n, sum.joint_f1 / n,
           sum.centroid_median_m / n, sum.centroid_p90_m / n, sum.extent_median_m / n,
           100 * sum.count_error / n, 100 * sum.area_error / n);
    fflush(stdout);
    return true;
}

int main(int argc, char **argv)
{
    static house_world world;
    static const double factors[] = {0, 0.5, 1, 1.5, 2, 3, 4};
    bool masks = false, ok = true;
    int width = 160, n_seeds = 1;
    for (int i = 1; i < argc; i++) {
        masks = masks || strcmp(argv[i], "--masks") == 0;
        if (i + 1 < argc && strcmp(argv[i], "--width") == 0) width = atoi(argv[i + 1]);
        if (i + 1 < argc && strcmp(argv[i], "--seeds") == 0) n_seeds = atoi(argv[i + 1]);
    }
    edgeai_context *context = NULL;
    if (!house_world_read(&world) || edgeai_context_create(&context, NULL) != EDGEAI_OK) {
        fprintf(stderr, "the labelled house is not there\n");
        return 1;
    }
    printf("| noise | objects | precision | recall | joint F1 | centre, median m | 90 %% | extent, "
           "median m | count | area |\n|---|---|---|---|---|---|---|---|---|---|\n");
    for (size_t i = 0; i < sizeof factors / sizeof *factors && ok; i++)
        ok = print_row(context, &world, ALL, factors[i], masks, width, n_seeds);
    for (int what = DEPTH; what < N_SOURCES && ok; what++)
        ok = print_row(context, &world, (source)what, 4, masks, width, n_seeds);
    edgeai_context_free(context);
    return ok ? 0 : 1;
}
