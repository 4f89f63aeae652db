/* SPDX-License-Identifier: MIT */
#include "bench/bench_host.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#define CPUFREQ "/sys/devices/system/cpu/cpu0/cpufreq/"

/* Opens root + path for reading; NULL where there is none. */
__attribute__((format(printf, 2, 3))) static FILE *open_file(const char *root, const char *path,
                                                             ...)
{
    char tail[256], whole[4096];
    va_list arguments;
    va_start(arguments, path);
    vsnprintf(tail, sizeof tail, path, arguments);
    va_end(arguments);
    int n = snprintf(whole, sizeof whole, "%s%s", root, tail);
    return n > 0 && (size_t)n < sizeof whole ? fopen(whole, "re") : NULL;
}

/* The first line of a file that is closed here; a NUL ends it too, as in the device tree. */
static bool read_line(FILE *file, char *line, size_t capacity)
{
    if (!file) return false;
    bool is_read = fgets(line, (int)capacity, file) != NULL;
    fclose(file);
    if (!is_read) return false;
    line[strcspn(line, "\r\n")] = '\0';
    return *line != '\0';
}

/* The number in a file of one, times `scale`; 0 where there is none. */
static double read_scaled(FILE *file, double scale)
{
    char line[64];
    return read_line(file, line, sizeof line) ? strtod(line, NULL) * scale : 0;
}

/* The value of "key : value" or "key: value"; NULL for another key. */
static const char *value_of(const char *line, const char *key)
{
    const size_t n = strlen(key);
    if (strncmp(line, key, n) != 0) return NULL;
    line += n;
    line += strspn(line, " \t");
    if (*line++ != ':') return NULL;
    return line + strspn(line, " \t");
}

/* x86 names its model; Arm gives the numbers of its maker and of the core's design. */
static void read_cpu(bench_host *self)
{
    char line[512], maker[32] = "", part[32] = "";
    const char *value;
    FILE *file = open_file(self->root, "/proc/cpuinfo");
    while (file && fgets(line, sizeof line, file)) {
        line[strcspn(line, "\n")] = '\0';
        if (!*self->cpu && (value = value_of(line, "model name")))
            snprintf(self->cpu, sizeof self->cpu, "%.*s", (int)sizeof self->cpu - 1, value);
        else if (self->frequency_mhz == 0 && (value = value_of(line, "cpu MHz")))
            self->frequency_mhz = strtod(value, NULL);
        else if (!*maker && (value = value_of(line, "CPU implementer")))
            snprintf(maker, sizeof maker, "%.*s", (int)sizeof maker - 1, value);
        else if (!*part && (value = value_of(line, "CPU part")))
            snprintf(part, sizeof part, "%.*s", (int)sizeof part - 1, value);
    }
    if (file) fclose(file);
    if (!*self->cpu && *part)
        snprintf(self->cpu, sizeof self->cpu, "implementer %s, part %s", maker, part);
}

static void read_memory(bench_host *self)
{
    char line[256];
    const char *value;
    FILE *file = open_file(self->root, "/proc/meminfo");
    while (file && fgets(line, sizeof line, file))
        if ((value = value_of(line, "MemTotal"))) self->memory_bytes = strtod(value, NULL) * 1024;
    if (file) fclose(file);
}

/* "NV Power Mode: MAXN" among the lines of `nvpmodel -q`. */
static void read_queried_mode(bench_host *self, const char *path)
{
    char line[256];
    const char *value;
    FILE *file = fopen(path, "re");
    while (file && fgets(line, sizeof line, file)) {
        line[strcspn(line, "\r\n")] = '\0';
        if ((value = value_of(line, "NV Power Mode")))
            snprintf(self->power_mode, sizeof self->power_mode, "%.63s", value);
    }
    if (file) fclose(file);
}

/* "pmode:0002" says the number, "< POWER_MODEL ID=2 NAME=15W >" the name of each. */
static void read_power_mode(bench_host *self)
{
    char line[256], name[64];
    int mode, id;
    if (!read_line(open_file(self->root, "/var/lib/nvpmodel/status"), line, sizeof line)) return;
    const char *value = value_of(line, "pmode");
    if (!value) return;
    mode = (int)strtol(value, NULL, 10);
    snprintf(self->power_mode, sizeof self->power_mode, "%d", mode);
    FILE *file = open_file(self->root, "/etc/nvpmodel.conf");
    while (file && fgets(line, sizeof line, file))
        if (sscanf(line, "< POWER_MODEL ID=%d NAME=%63s", &id, name) == 2 && id == mode)
            snprintf(self->power_mode, sizeof self->power_mode, "%s", name);
    if (file) fclose(file);
}

static bool read_temperature(const bench_host *self, int number, double *celsius)
{
    char line[64], *end;
    FILE *file = open_file(self->root, "/sys/class/thermal/thermal_zone%d/temp", number);
    if (!read_line(file, line, sizeof line)) return false; /* a zone may be asleep */
    *celsius = strtod(line, &end) / 1000;
    return end != line;
}

static void read_zones(bench_host *self)
{
    for (int number = 0; number < 64 && self->n_zones < BENCH_ZONES_MAX; number++) {
        bench_zone *zone = &self->zones[self->n_zones];
        FILE *type = open_file(self->root, "/sys/class/thermal/thermal_zone%d/type", number);
        if (!read_line(type, zone->name, sizeof zone->name)) continue;
        zone->number = number;
        if (!read_temperature(self, number, &zone->before_c)) continue;
        zone->after_c = zone->before_c;
        self->n_zones++;
    }
}

void bench_host_read(bench_host *self, const char *root, const char *isa, const char *power_mode)
{
    struct utsname system;
    *self = (bench_host){.root = root, .isa = isa, .n_cores = sysconf(_SC_NPROCESSORS_ONLN)};
    if (uname(&system) == 0)
        snprintf(self->kernel, sizeof self->kernel, "%s %s %s", system.sysname, system.release,
                 system.machine);
    self->frequency_mhz = read_scaled(open_file(root, CPUFREQ "scaling_cur_freq"), 1e-3);
    self->frequency_max_mhz = read_scaled(open_file(root, CPUFREQ "scaling_max_freq"), 1e-3);
    read_line(open_file(root, CPUFREQ "scaling_governor"), self->governor, sizeof self->governor);
    read_line(open_file(root, "/proc/device-tree/model"), self->board, sizeof self->board);
    read_cpu(self);
    read_memory(self);
    read_power_mode(self);
    if (power_mode) read_queried_mode(self, power_mode);
    read_zones(self);
}

void bench_host_read_after(bench_host *self)
{
    for (size_t i = 0; i < self->n_zones; i++)
        read_temperature(self, self->zones[i].number, &self->zones[i].after_c);
}
