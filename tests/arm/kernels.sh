#!/bin/sh
# SPDX-License-Identifier: MIT
# The kernel tests on Arm, without a board: cross-compiles src/base, src/kernels and their tests
# and runs them under qemu, on processors without dot products and with them.
#   tests/arm/kernels.sh [TEST ...]      all, or test_rows, test_logits, ...
# Wants the packages of tools/packages_arm.txt, and CMocka for arm64: unpacked in a folder that
# EDGEAI_ARM_SYSROOT names, or in build/sysroot-arm64, where it is downloaded to if absent. The
# system's own lists of packages are left alone.
# Exit status 77: nothing was run, since one of these is absent.
set -u
cd "$(dirname "$0")/../.." || exit 1

compiler=${EDGEAI_ARM_CC:-aarch64-linux-gnu-gcc}
sysroot=${EDGEAI_ARM_SYSROOT:-build/sysroot-arm64}
build=build/arm
cpus='cortex-a57 cortex-a76 max'

skip() {
    echo "skipped: $*"
    exit 77
}

command -v "$compiler" >/dev/null || skip "no $compiler"
command -v qemu-aarch64 >/dev/null || skip "no qemu-aarch64"
libraries=$sysroot/usr/lib/aarch64-linux-gnu

# fetch_cmocka: into $sysroot, with package lists of its own.
fetch_cmocka() {
    lists=$PWD/build/apt-arm64
    mkdir -p "$lists/lists/partial" "$lists/cache/archives/partial" "$sysroot" || return 1
    (
        cd "$lists" || exit 1
        apt_arm64="apt-get -q -o APT::Architecture=arm64 -o APT::Architectures::=arm64
            -o Dir::State=$lists -o Dir::State::lists=$lists/lists -o Dir::Cache=$lists/cache"
        # shellcheck disable=SC2086 # a list
        $apt_arm64 update && $apt_arm64 download libcmocka0 libcmocka-dev
    ) >&2 || return 1
    for package in "$lists"/libcmocka*_arm64.deb; do
        dpkg -x "$package" "$sysroot" || return 1
    done
}

if ! test -e "$libraries/libcmocka.so"; then
    command -v apt-get >/dev/null && fetch_cmocka
    test -e "$libraries/libcmocka.so" || skip "no libcmocka for arm64 in $libraries"
fi

mkdir -p "$build/objects" || exit 1
n_passed=0
n_failed=0
passed() { n_passed=$((n_passed + 1)); }
failed() {
    echo "FAILED: $*"
    n_failed=$((n_failed + 1))
}

# compile SOURCE OBJECT: with the flags of cmake/EdgeaiCompile.cmake.
compile() {
    case $1 in
    *_dotprod.c) isa='-march=armv8.2-a+dotprod' ;;
    *) isa='-march=armv8-a' ;;
    esac
    "$compiler" -std=c11 -O2 -g $isa -ffp-contract=off -D_GNU_SOURCE -Iinclude -Isrc -Itests \
        -I"$sysroot/usr/include" -Wall -Wextra -Wpedantic -Wshadow -Wconversion \
        -Wno-sign-conversion -Wstrict-prototypes -Wmissing-prototypes -Wvla \
        -Wno-missing-field-initializers -Werror -c "$1" -o "$2" || failed "$1 does not compile"
}

# Of the library: all that needs no other library. json.c needs cJSON and pcre_memory.c PCRE2, and no
# kernel needs them.
objects=
for source in src/base/*.c src/kernels/*.c src/platform/cpu.c tests/support/check.c; do
    case $source in
    *_avx2.c | src/base/json.c | src/base/pcre_memory.c) continue ;;
    esac
    object=$build/objects/$(basename "$source" .c).o
    objects="$objects $object"
    compile "$source" "$object"
done
test "$n_failed" = 0 || exit 1

test $# -gt 0 || set -- tests/kernels/test_*.c tests/unit/kernels/test_*.c
for test in "$@"; do
    name=$(basename "$test" .c)
    source=tests/kernels/$name.c
    test -e "$source" || source=tests/unit/kernels/$name.c
    compile "$source" "$build/objects/$name.o"
    # shellcheck disable=SC2086 # a list
    if ! "$compiler" "$build/objects/$name.o" $objects -L"$libraries" -lcmocka -lm -lpthread \
        -o "$build/$name"; then
        failed "$name does not link"
        continue
    fi
    for cpu in $cpus; do
        if LC_ALL=C qemu-aarch64 -cpu "$cpu" -L /usr/aarch64-linux-gnu \
            -E LD_LIBRARY_PATH="$libraries" "$build/$name" >"$build/$name.$cpu.log" 2>&1; then
            passed
        else
            failed "$name on $cpu"
            sed 's/^/    /' "$build/$name.$cpu.log"
        fi
    done
done
echo "$n_passed passed, $n_failed failed"
test "$n_failed" = 0
