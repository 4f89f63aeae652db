#!/bin/sh
# SPDX-License-Identifier: MIT
# The kernel tests on Arm, without a board: cross-compiles src/base, src/kernels and tests/kernels
# and runs them under qemu, once on a processor without dot products and once on one with them.
#   tests/arm/kernels.sh [TEST ...]      all of tests/kernels, or test_rows, test_logits, ...
# Wants the packages gcc-aarch64-linux-gnu, libc6-dev-arm64-cross and qemu-user, and CMocka for
# arm64: installed, or unpacked in a folder that EDGEAI_ARM_SYSROOT names:
#   dpkg --add-architecture arm64 && apt-get update
#   apt-get download libcmocka0:arm64 libcmocka-dev:arm64
#   for package in libcmocka*_arm64.deb; do dpkg -x "$package" FOLDER; done
# Exit status 77: nothing was run, since one of these is absent.
set -u
cd "$(dirname "$0")/../.." || exit 1

compiler=${EDGEAI_ARM_CC:-aarch64-linux-gnu-gcc}
sysroot=${EDGEAI_ARM_SYSROOT:-}
build=build/arm
cpus='cortex-a57 cortex-a76'

skip() {
    echo "skipped: $*"
    exit 77
}

command -v "$compiler" >/dev/null || skip "no $compiler"
command -v qemu-aarch64 >/dev/null || skip "no qemu-aarch64"
libraries=$sysroot/usr/lib/aarch64-linux-gnu
test -e "$libraries/libcmocka.so" || skip "no libcmocka for arm64 in $libraries"

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
        ${sysroot:+-I"$sysroot/usr/include"} -Wall -Wextra -Wpedantic -Wshadow -Wconversion \
        -Wno-sign-conversion -Wstrict-prototypes -Wmissing-prototypes -Wvla \
        -Wno-missing-field-initializers -Werror -c "$1" -o "$2" || failed "$1 does not compile"
}

# Of the library: all that needs no other library. json.c needs cJSON, and no kernel needs it.
objects=
for source in src/base/*.c src/kernels/*.c src/platform/cpu.c tests/support/check.c; do
    case $source in
    *_avx2.c | src/base/json.c) continue ;;
    esac
    object=$build/objects/$(basename "$source" .c).o
    objects="$objects $object"
    compile "$source" "$object"
done
test "$n_failed" = 0 || exit 1

test $# -gt 0 || set -- tests/kernels/test_*.c
for test in "$@"; do
    name=$(basename "$test" .c)
    compile "tests/kernels/$name.c" "$build/objects/$name.o"
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
