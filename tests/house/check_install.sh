#!/bin/sh
# SPDX-License-Identifier: MIT
# Installs the build into a temporary folder, moves it, and builds and runs a project against it
# through find_package and through pkg-config, shared and static.
#   check_install.sh CMAKE C-COMPILER BUILD-FOLDER CONSUMER-FOLDER
set -eu
cmake=$1
cc=$2
build=$3
consumer=$4
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

"$cmake" --install "$build" --prefix "$folder/first" >"$folder/log" || { cat "$folder/log"; exit 1; }
mv "$folder/first" "$folder/installed"
installed=$folder/installed

"$cmake" -S "$consumer" -B "$folder/consumer" -DCMAKE_C_COMPILER="$cc" \
    -DCMAKE_PREFIX_PATH="$installed" >"$folder/log" || { cat "$folder/log"; exit 1; }
"$cmake" --build "$folder/consumer" >"$folder/log" || { cat "$folder/log"; exit 1; }
"$folder/consumer/consumer"
"$folder/consumer/consumer_static"

pc=$(find "$installed" -name edgeai.pc)
PKG_CONFIG_PATH=${pc%/*}
export PKG_CONFIG_PATH
libdir=$(pkg-config --variable=libdir edgeai)
# shellcheck disable=SC2046
"$cc" "$consumer/consumer.c" -o "$folder/shared" $(pkg-config --cflags --libs edgeai) \
    -Wl,-rpath,"$libdir"
"$folder/shared"
# The archive by name, so that the linker cannot take the shared library.
# shellcheck disable=SC2046
"$cc" "$consumer/consumer.c" -o "$folder/static" $(pkg-config --cflags edgeai) \
    $(pkg-config --static --libs edgeai | sed 's/-ledgeai/-l:libedgeai.a/')
"$folder/static"

# Before 1.0 another minor version promises nothing, so it is refused.
if "$cmake" -S "$consumer" -B "$folder/newer" -DCMAKE_C_COMPILER="$cc" -DWANTED=0.99 \
    -DCMAKE_PREFIX_PATH="$installed" >"$folder/log" 2>&1; then
    echo "find_package(edgeai 0.99) was accepted" >&2
    exit 1
fi

# Installed programs find the library and say their version.
for program in "$installed"/bin/edgeai-*; do
    test -x "$program" || continue
    "$program" -V
done
