#!/bin/sh
# SPDX-License-Identifier: MIT
# Installs packages, builds, and runs every test: first as users get the library, then once more
# under the address and undefined-behaviour sanitizers. The last line is "N passed, N failed".
#   tools/check.sh                 all of the above
#   tools/check.sh --quick         without the sanitizers
#   tools/check.sh --tsan          also the unit tests under the thread sanitizer
#   tools/check.sh --arm           also the kernel tests on Arm, under qemu
#   tools/check.sh --fuzz SECONDS  also each fuzz target for so long (needs clang)
set -u
cd "$(dirname "$0")/.." || exit 1

quick=no
tsan=no
arm=
fuzz_seconds=0
usage() {
    sed -n 's/^#   //p' tools/check.sh >&2
    exit 2
}
while test $# -gt 0; do
    case $1 in
    --quick) quick=yes ;;
    --tsan) tsan=yes ;;
    --arm) arm=--arm ;;
    --fuzz)
        case ${2:-} in
        '' | *[!0-9]*) usage ;;
        esac
        fuzz_seconds=$2
        shift
        ;;
    *) usage ;;
    esac
    shift
done

log=$(mktemp)
trap 'rm -f "$log"' EXIT
started=$(date +%s)
n_passed=0
n_failed=0
n_skipped=0

# finish: the last line, and the exit status that goes with it.
finish() {
    echo "== $(($(date +%s) - started)) s, $n_skipped tests skipped"
    echo "$n_passed passed, $n_failed failed"
    test "$n_failed" = 0 && exit 0
    exit 1
}

# need COMMAND...: says and runs it; without it nothing further makes sense.
need() {
    echo "+ $*"
    "$@" && return
    echo "check.sh: that failed" >&2
    n_failed=$((n_failed + 1))
    finish
}

# count_tests CTEST-ARGUMENT...: runs tests, shows what ctest says, adds to the counts.
count_tests() {
    echo "+ ctest $*"
    ctest "$@" -j "$(nproc)" --no-tests=error 2>&1 | tee "$log"
    # "97% tests passed, 1 tests failed out of 31"
    counts=$(sed -n 's/^[0-9]*% tests passed, \([0-9]*\) tests failed out of \([0-9]*\)$/\1 \2/p' "$log")
    if test -z "$counts"; then
        echo "check.sh: ctest ran no tests" >&2
        n_failed=$((n_failed + 1))
        return
    fi
    # ctest counts a skipped test among the passed ones.
    skipped=$(grep -c '\*\*\*Skipped' "$log")
    n_skipped=$((n_skipped + skipped))
    n_failed=$((n_failed + ${counts% *}))
    n_passed=$((n_passed + ${counts#* } - ${counts% *} - skipped))
}

# shellcheck disable=SC2086 # nothing, or --arm
need tools/setup.sh $arm
echo "== Tests of the library as users get it (build/release)"
need cmake --preset release -DEDGEAI_BUILD_TESTS=ON
need cmake --build --preset release
count_tests --preset release

if test $quick = no; then
    echo "== The same under the address and undefined-behaviour sanitizers (build/asan-ubsan)"
    need cmake --preset asan-ubsan
    need cmake --build --preset asan-ubsan
    # The rules of the tree are the same for every build.
    count_tests --preset asan-ubsan -LE house
fi
if test $tsan = yes; then
    echo "== Unit tests under the thread sanitizer (build/tsan)"
    need cmake --preset tsan
    need cmake --build --preset tsan
    count_tests --preset tsan -L unit
fi
if test -n "$arm"; then
    echo "== Kernel tests on Arm, under qemu (build/arm)"
    tests/arm/kernels.sh 2>&1 | tee "$log"
    # "48 passed, 0 failed", "skipped: no qemu-aarch64", or what kept it from either
    counts=$(sed -n 's/^\([0-9]*\) passed, \([0-9]*\) failed$/\1 \2/p' "$log")
    if test -n "$counts"; then
        n_passed=$((n_passed + ${counts% *}))
        n_failed=$((n_failed + ${counts#* }))
    elif grep -q '^skipped: ' "$log"; then
        n_skipped=$((n_skipped + 1))
    else
        n_failed=$((n_failed + 1))
    fi
fi
if test "$fuzz_seconds" -gt 0; then
    echo "== Fuzzing (build/fuzz)"
    need cmake --preset fuzz
    need cmake --build --preset fuzz
    for source in tests/fuzz/fuzz_*.c; do
        name=${source##*/fuzz_}
        name=${name%.c}
        target=build/fuzz/tests/fuzz/fuzz_$name
        found=build/fuzz/found/$name
        mkdir -p "$found"
        if (cd "$found" && run=$OLDPWD &&
            "$run/$target" -max_total_time="$fuzz_seconds" -print_final_stats=1 . \
                "$run/tests/fuzz/corpus/$name") >"$log" 2>&1; then
            n_passed=$((n_passed + 1))
        else
            n_failed=$((n_failed + 1))
        fi
        tail -n 12 "$log"
    done
fi
finish
