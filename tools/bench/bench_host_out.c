/* SPDX-License-Identifier: MIT */
#include "bench/bench_host.h"

#include <string.h>

#include "common/json_out.h"
#include "common/safe_text.h"

/* "- key: value", nothing where there is no value. */
static void print_text(FILE *out, const char *key, const char *value)
{
    if (!*value) return;
    fprintf(out, "- %s: ", key);
    safe_text_print(out, value, strlen(value));
    fputc('\n', out);
}

void bench_host_print(const bench_host *self, FILE *out)
{
    print_text(out, "cpu", self->cpu);
    fprintf(out, "- cores: %ld, kernels: %s\n", self->n_cores, self->isa);
    print_text(out, "board", self->board);
    print_text(out, "kernel", self->kernel);
    if (self->memory_bytes > 0)
        fprintf(out, "- memory: %.0f MiB\n", self->memory_bytes / (1 << 20));
    print_text(out, "governor", self->governor);
    if (self->frequency_mhz > 0) fprintf(out, "- frequency: %.0f MHz", self->frequency_mhz);
    if (self->frequency_mhz > 0 && self->frequency_max_mhz > 0)
        fprintf(out, " of %.0f", self->frequency_max_mhz);
    if (self->frequency_mhz > 0) fputc('\n', out);
    print_text(out, "power mode", self->power_mode);
    for (size_t i = 0; i < self->n_zones; i++) {
        const bench_zone *zone = &self->zones[i];
        fputs(i ? ", " : "- temperatures before and after: ", out);
        safe_text_print(out, zone->name, strlen(zone->name));
        fprintf(out, " %.1f %.1f", zone->before_c, zone->after_c);
    }
    fputs(self->n_zones ? "\n\n" : "\n", out);
}

static void add_text(cJSON *object, const char *key, const char *value)
{
    if (*value) json_add_text(object, key, value);
}

static void add_positive(cJSON *object, const char *key, double number)
{
    if (number > 0) json_add_real(object, key, number, 0);
}

cJSON *bench_host_json(const bench_host *self)
{
    cJSON *host = cJSON_CreateObject();
    cJSON_AddStringToObject(host, "isa", self->isa);
    cJSON_AddNumberToObject(host, "n_cores", (double)self->n_cores);
    add_text(host, "kernel", self->kernel);
    add_text(host, "cpu", self->cpu);
    add_text(host, "board", self->board);
    add_positive(host, "memory_bytes", self->memory_bytes);
    add_text(host, "governor", self->governor);
    add_positive(host, "frequency_mhz", self->frequency_mhz);
    add_positive(host, "frequency_max_mhz", self->frequency_max_mhz);
    add_text(host, "power_mode", self->power_mode);
    if (self->n_zones == 0) return host;
    cJSON *zones = cJSON_AddArrayToObject(host, "temperatures");
    for (size_t i = 0; i < self->n_zones; i++) {
        cJSON *zone = cJSON_CreateObject();
        json_add_text(zone, "zone", self->zones[i].name);
        json_add_real(zone, "before_c", self->zones[i].before_c, 1);
        json_add_real(zone, "after_c", self->zones[i].after_c, 1);
        cJSON_AddItemToArray(zones, zone);
    }
    return host;
}
