#!/bin/sh
# SPDX-License-Identifier: MIT
# Unpacks what the library, its programs and its tests need for arm64 into a folder, for building
# on another machine (cmake/aarch64-linux-gnu.cmake). The system's own packages and lists are left
# alone.
#   tools/sysroot.sh [FOLDER]      build/sysroot-arm64 when left out
set -eu
cd "$(dirname "$0")/.."

sysroot=${1:-build/sysroot-arm64}
packages="libcjson1 libcjson-dev libpthreadpool0 libpthreadpool-dev libpcre2-8-0 libpcre2-dev
    libpcre2-16-0 libpcre2-32-0 libpcre2-posix3 libopenblas0-pthread libopenblas-pthread-dev
    libgfortran5 libcmocka0 libcmocka-dev libstb0 libstb-dev"

complete=$sysroot/complete
list=$(echo "$packages" | tr -s ' \n' ' ')
if test "$(cat "$complete" 2>/dev/null)" = "$list"; then
    echo "== $sysroot is complete."
    exit 0
fi
command -v apt-get >/dev/null || {
    echo "sysroot.sh: no apt-get; unpack these for arm64 into $sysroot: $list" >&2
    exit 1
}

echo "== Unpacking packages for arm64 into $sysroot"
mkdir -p "$sysroot"
sysroot=$(cd "$sysroot" && pwd)
state=$sysroot/apt
mkdir -p "$state/lists/partial" "$state/cache/archives/partial" "$state/packages"
(
    cd "$state/packages"
    apt="apt-get -q -o APT::Architecture=arm64 -o APT::Architectures=arm64 -o Dir::State=$state
        -o Dir::State::lists=$state/lists -o Dir::Cache=$state/cache
        -o Dir::State::status=$state/status"
    : >"$state/status"
    # shellcheck disable=SC2086 # lists
    $apt update && $apt download $packages
) >&2
for package in "$state"/packages/*.deb; do
    dpkg -x "$package" "$sysroot"
done
rm -rf "$state"

# What the package's scripts would do: one of several BLAS libraries becomes the one in use.
libraries=$sysroot/usr/lib/aarch64-linux-gnu
ln -sf openblas-pthread/libopenblas.so.0 "$libraries/libopenblas.so.0"
echo "$list" >"$sysroot/complete"
