#!/bin/sh
# SPDX-License-Identifier: MIT
# The API example of README.md and the one in edgeai.h compile as they stand, and answer when the
# bundled model is there.
#   check_examples.sh C-COMPILER ROOT LIBRARY.so
set -eu
cc=$1
root=$2
library=$3
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
model=$root/models/edgeai-nano/edgeai-nano.gguf

# The first C block of the README is the inside of main().
awk '/^```c$/ { inside = 1; n++; next } /^```$/ { inside = 0 } inside && n == 1' \
    "$root/README.md" >"$folder/lines"
test -s "$folder/lines" || { echo "README.md has no C example" >&2; exit 1; }
{
    printf '#include <stdio.h>\n#include <edgeai/edgeai.h>\nint main(void)\n{\n'
    cat "$folder/lines"
    printf 'return status ? 1 : 0;\n}\n'
} >"$folder/readme.c"
sed -n '/@code/,/@endcode/p' "$root/include/edgeai/edgeai.h" |
    sed -e '/@code/d' -e '/@endcode/d' -e 's/^ \* \{0,1\}//' >"$folder/header.c"
test -s "$folder/header.c" || { echo "edgeai.h has no example" >&2; exit 1; }

for example in readme header; do
    "$cc" -std=c11 -Wall -Wextra -Wpedantic -Werror -I "$root/include" "$folder/$example.c" \
        "$library" -Wl,-rpath,"${library%/*}" -o "$folder/$example"
done
if ! test -f "$model"; then
    echo "both compile; not run, for $model is not there"
    exit 0
fi
cd "$root"
"$folder/readme" | tee "$folder/answer"
test -s "$folder/answer"
"$folder/header" "$model" "drive to the kitchen" | diff "$folder/answer" -
