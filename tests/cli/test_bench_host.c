/* SPDX-License-Identifier: MIT */
#include "support/check.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "bench/bench_host.h"

static char root[64];

static void put(const char *path, const char *text, size_t n)
{
    char whole[512];
    snprintf(whole, sizeof whole, "%s%s", root, path);
    for (char *slash = whole + strlen(root) + 1; (slash = strchr(slash, '/')); slash++) {
        *slash = '\0';
        mkdir(whole, 0777);
        *slash = '/';
    }
    FILE *file = fopen(whole, "w");
    assert_non_null(file);
    fwrite(text, 1, n, file);
    fclose(file);
}

static void put_text(const char *path, const char *text)
{
    put(path, text, strlen(text));
}

static int make_root(void **state)
{
    (void)state;
    strcpy(root, "/tmp/edgeai-host-XXXXXX");
    return mkdtemp(root) ? 0 : -1;
}

static int remove_root(void **state)
{
    (void)state;
    char command[128];
    snprintf(command, sizeof command, "rm -rf '%s'", root);
    return system(command);
}

static void nothing_readable_is_nothing_said(void **state)
{
    (void)state;
    bench_host host;
    bench_host_read(&host, root, "ref", "/nowhere");
    assert_string_equal(host.cpu, "");
    assert_string_equal(host.board, "");
    assert_string_equal(host.governor, "");
    assert_string_equal(host.power_mode, "");
    assert_close(host.frequency_mhz, 0, 0, 0);
    assert_int_equal(host.n_zones, 0);
    assert_true(host.n_cores >= 1);
}

static void a_jetson_is_described(void **state)
{
    (void)state;
    bench_host host;
    put_text("/proc/cpuinfo", "processor\t: 0\nCPU implementer\t: 0x41\nCPU part\t: 0xd42\n");
    put_text("/proc/meminfo", "MemTotal:        7802536 kB\nMemFree: 1 kB\n");
    put("/proc/device-tree/model", "NVIDIA Jetson Orin Nano", 24);
    put_text("/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor", "schedutil\n");
    put_text("/sys/devices/system/cpu/cpu0/cpufreq/scaling_cur_freq", "729600\n");
    put_text("/sys/devices/system/cpu/cpu0/cpufreq/scaling_max_freq", "1510400\n");
    put_text("/var/lib/nvpmodel/status", "pmode:0001\n");
    put_text("/sys/class/thermal/thermal_zone0/type", "cpu-thermal\n");
    put_text("/sys/class/thermal/thermal_zone0/temp", "48312\n");
    put_text("/sys/class/thermal/thermal_zone1/type", "asleep\n");
    put_text("/sys/class/thermal/thermal_zone1/temp", "");
    put_text("/sys/class/thermal/thermal_zone7/type", "tj-thermal\n");
    put_text("/sys/class/thermal/thermal_zone7/temp", "-500\n");
    bench_host_read(&host, root, "dotprod", NULL);
    assert_string_equal(host.cpu, "implementer 0x41, part 0xd42");
    assert_close(host.memory_bytes, 7802536.0 * 1024, 0, 0);
    assert_string_equal(host.board, "NVIDIA Jetson Orin Nano");
    assert_string_equal(host.governor, "schedutil");
    assert_close(host.frequency_mhz, 729.6, 1e-9, 0);
    assert_close(host.frequency_max_mhz, 1510.4, 1e-9, 0);
    assert_string_equal(host.power_mode, "1");
    assert_int_equal(host.n_zones, 2);
    assert_string_equal(host.zones[0].name, "cpu-thermal");
    assert_close(host.zones[0].before_c, 48.312, 1e-9, 0);
    assert_string_equal(host.zones[1].name, "tj-thermal");
    put_text("/sys/class/thermal/thermal_zone7/temp", "61000\n");
    bench_host_read_after(&host);
    assert_close(host.zones[1].before_c, -0.5, 1e-9, 0);
    assert_close(host.zones[1].after_c, 61, 1e-9, 0);
}

static void power_modes_have_names(void **state)
{
    (void)state;
    bench_host host;
    char query[128];
    put_text("/var/lib/nvpmodel/status", "pmode:0002\n");
    put_text("/etc/nvpmodel.conf", "# < POWER_MODEL ID=2 NAME=NO >\n< POWER_MODEL ID=0 NAME=15W >\n"
                                   "CPU_ONLINE CORE_0 1\n< POWER_MODEL ID=2 NAME=MAXN_SUPER >\n"
                                   "< POWER_MODEL ID=3 NAME=7W >\n");
    bench_host_read(&host, root, "dotprod", NULL);
    assert_string_equal(host.power_mode, "MAXN_SUPER");
    put_text("/query", "NV Fan Mode:cool\nNV Power Mode: 7W\n1\n");
    snprintf(query, sizeof query, "%s/query", root);
    bench_host_read(&host, root, "dotprod", query);
    assert_string_equal(host.power_mode, "7W");
}

static void a_pc_is_described(void **state)
{
    (void)state;
    bench_host host;
    char long_line[400];
    memset(long_line, 'x', sizeof long_line);
    memcpy(long_line, "model name\t: ", 13);
    long_line[sizeof long_line - 1] = '\0';
    put_text("/proc/cpuinfo", "model name\t: Some CPU @ 3 GHz\ncpu MHz\t\t: 2996.5\n"
                              "model name\t: Another\ncpu MHz\t\t: 1\n");
    bench_host_read(&host, root, "avx2", NULL);
    assert_string_equal(host.cpu, "Some CPU @ 3 GHz");
    assert_close(host.frequency_mhz, 2996.5, 1e-9, 0);
    put_text("/proc/cpuinfo", long_line);
    bench_host_read(&host, root, "avx2", NULL);
    assert_int_equal(strlen(host.cpu), sizeof host.cpu - 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(nothing_readable_is_nothing_said, make_root, remove_root),
        cmocka_unit_test_setup_teardown(a_jetson_is_described, make_root, remove_root),
        cmocka_unit_test_setup_teardown(power_modes_have_names, make_root, remove_root),
        cmocka_unit_test_setup_teardown(a_pc_is_described, make_root, remove_root),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
