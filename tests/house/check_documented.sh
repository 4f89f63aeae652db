#!/bin/sh
# SPDX-License-Identifier: MIT
# Doxygen reads the public headers without a warning; the reference is left in OUTPUT-FOLDER.
#   check_documented.sh DOXYGEN ROOT OUTPUT-FOLDER
set -eu
mkdir -p "$3"
cd "$2"
{
    cat docs/Doxyfile
    echo "OUTPUT_DIRECTORY = $3"
} | "$1" -
