/* SPDX-License-Identifier: MIT */
#ifndef TOOLS_BENCH_BENCH_HOST_H
#define TOOLS_BENCH_BENCH_HOST_H

/* The machine that measurements come from, as far as it can be read. */

#include <cjson/cJSON.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

enum { BENCH_ZONES_MAX = 16 };

/* A thermal zone; degrees Celsius. */
typedef struct bench_zone {
    char name[32];
    int number; /* of /sys/class/thermal/thermal_zoneN */
    double before_c, after_c;
} bench_zone;

/* Empty texts and zeros are what could not be read. */
typedef struct bench_host {
    const char *root; /* "" but in tests: stands in front of every path */
    const char *isa;
    char cpu[128], board[128], kernel[256], governor[32], power_mode[64];
    long n_cores;
    double memory_bytes, frequency_mhz, frequency_max_mhz;
    bench_zone zones[BENCH_ZONES_MAX];
    size_t n_zones;
} bench_host;

/*
 * Reads everything, temperatures as those before. `power_mode` is a file that holds what
 * `nvpmodel -q` printed; NULL: the mode is looked up in nvpmodel's own files, which not every user
 * may read.
 */
void bench_host_read(bench_host *self, const char *root, const char *isa, const char *power_mode);

/* Reads the temperatures after the measurements. */
void bench_host_read_after(bench_host *self);

/* As lines of a Markdown list (bench_host_out.c). */
void bench_host_print(const bench_host *self, FILE *out);

/* As a JSON object; NULL when memory is short. */
cJSON *bench_host_json(const bench_host *self);

#endif
