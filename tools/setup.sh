#!/bin/sh
# SPDX-License-Identifier: MIT
# Installs those packages of tools/packages.txt that are missing. quickstart.sh and check.sh begin
# with it. With nothing missing it asks for no network and no rights.
#   tools/setup.sh [--arm]         --arm: also those of tools/packages_arm.txt, for tests/arm
set -eu
cd "$(dirname "$0")/.."

lists=tools/packages.txt
case ${1:-} in
'') ;;
--arm) lists="$lists tools/packages_arm.txt" ;;
*)
    sed -n 's/^#   //p' tools/setup.sh >&2
    exit 2
    ;;
esac
# shellcheck disable=SC2086 # a list
packages=$(sed 's/#.*//' $lists)
if ! command -v dpkg-query >/dev/null; then
    echo "== This is not Debian or Ubuntu: install these, by the names they have here:"
    # shellcheck disable=SC2086
    echo $packages
    exit 0
fi

missing=
for package in $packages; do
    state=$(dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null || true)
    test "$state" = installed || missing="$missing $package"
done
if test -z "$missing"; then
    echo "== All packages of $lists are installed."
    exit 0
fi

as_root=
if test "$(id -u)" != 0; then
    as_root=sudo
    command -v sudo >/dev/null || {
        echo "setup.sh: not root and no sudo; let root run: apt-get install$missing" >&2
        exit 1
    }
fi
say_and_run() {
    echo "+ $*"
    "$@"
}
apt="env DEBIAN_FRONTEND=noninteractive apt-get -q -o DPkg::Lock::Timeout=300"
echo "== Installing missing packages:$missing"
# shellcheck disable=SC2086
say_and_run $as_root $apt update
# shellcheck disable=SC2086
say_and_run $as_root $apt install -y --no-install-recommends $missing
