#!/bin/sh
# SPDX-License-Identifier: MIT
# From a fresh Debian or Ubuntu machine to text: installs packages, builds, and lets the bundled
# model answer. Run it again at any time; what is done already is not done twice.
set -eu
cd "$(dirname "$0")/.."

say_and_run() {
    echo "+ $*"
    "$@"
}

tools/setup.sh
echo "== Building the library and the programs in build/release"
say_and_run cmake --preset release -DEDGEAI_BUILD_TESTS=OFF
say_and_run cmake --build --preset release
echo "== An instruction to a robot becomes a plan in JSON, decoded by DiCo"
prompt=${1:-please drive to the kitchen and then pick up the red cup}
echo "+ build/release/tools/edgeai-run --stats -p '$prompt'"
build/release/tools/edgeai-run --stats -p "$prompt"
