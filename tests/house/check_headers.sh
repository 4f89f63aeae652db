#!/bin/sh
# SPDX-License-Identifier: MIT
# Every public header compiles alone, and every EDGEAI_..._INIT macro makes its struct, as C11 and
# as C++17 without a warning.
#   check_headers.sh C-COMPILER C++-COMPILER INCLUDE-FOLDER
set -eu
cc=$1
cxx=$2
include=$3
warnings="-Wall -Wextra -Wpedantic -Werror"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
n=0

# as_both FILE.c FLAG...: reads the file as both languages.
as_both() {
    file=$1
    shift
    # shellcheck disable=SC2086
    "$cc" -std=c11 $warnings -I "$include" "$file" "$@" -o "$folder/c" &&
        "$cxx" -std=c++17 $warnings -I "$include" -x c++ "$file" "$@" -o "$folder/c++"
}

for header in "$include"/edgeai/*.h; do
    name=${header##*/}
    # Included twice: the guard works.
    printf '#include <edgeai/%s>\n#include <edgeai/%s>\n' "$name" "$name" >"$folder/alone.c"
    as_both "$folder/alone.c" -fsyntax-only || { echo "$name does not compile alone" >&2; exit 1; }
    n=$((n + 1))
done

# EDGEAI_NAME_OPTIONS_INIT initializes an edgeai_name_options; struct_size, where there is one, is
# the struct's own size.
sed -n 's/^#define EDGEAI_\([A-Z_]*\)_INIT\([ \\].*\)*$/\1/p' "$include"/edgeai/*.h | sort -u \
    >"$folder/macros"
test -s "$folder/macros" || { echo "no _INIT macros found" >&2; exit 1; }
{
    echo '#include <edgeai/edgeai.h>'
    echo 'int main(void)'
    echo '{'
    echo '    int wrong = 0;'
    while read -r macro; do
        type=edgeai_$(echo "$macro" | tr '[:upper:]' '[:lower:]')
        echo "    $type a_$type = EDGEAI_${macro}_INIT;"
        case $macro in
        *_OPTIONS) echo "    wrong += a_$type.struct_size != sizeof a_$type;" ;;
        *) echo "    (void)a_$type;" ;;
        esac
    done <"$folder/macros"
    echo '    return wrong;'
    echo '}'
} >"$folder/macros.c"
if ! { as_both "$folder/macros.c" && "$folder/c" && "$folder/c++"; }; then
    echo "an _INIT macro is wrong" >&2
    exit 1
fi
echo "$n headers and $(wc -l <"$folder/macros") initializers are C11 and C++17"
