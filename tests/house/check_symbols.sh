#!/bin/sh
# SPDX-License-Identifier: MIT
# The shared library exports exactly the functions that the public headers declare, and those are
# exactly the ones listed in symbols.expected, so that a change of the interface is seen in review.
#   check_symbols.sh LIBRARY.so INCLUDE-FOLDER symbols.expected [--write]
set -eu
library=$1
include=$2
expected=$3
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

# The sanitizers' marks on global objects are not ours.
nm -D --defined-only "$library" | awk '$3 !~ /^__(odr_)?asan/ { print $3 }' | LC_ALL=C sort \
    >"$folder/exported"
# A declaration starts with EDGEAI_API; its name is the word before the first parenthesis.
cat "$include"/edgeai/*.h | awk '
    /^EDGEAI_API/ { open = 1 }
    open && match($0, /edgeai_[a-z0-9_]+\(/) {
        print substr($0, RSTART, RLENGTH - 1)
        open = 0
    }' | LC_ALL=C sort >"$folder/declared"

if test "${4:-}" = --write; then
    cp "$folder/exported" "$expected"
fi
diff -u "$folder/declared" "$folder/exported" ||
    { echo "exported symbols (+) differ from the headers' declarations (-)" >&2; exit 1; }
diff -u "$expected" "$folder/exported" || {
    echo "exported symbols (+) differ from $expected (-); when that is meant, run" >&2
    echo "  tests/house/check_symbols.sh $library include tests/house/symbols.expected --write" >&2
    exit 1
}
echo "$(wc -l <"$folder/exported") symbols are exported, as declared"
