# SPDX-License-Identifier: BSD-2-Clause
# What the scripts of this folder share: where things are, how they fail, how they wait for each other.
# shellcheck shell=bash

set -eEuo pipefail
umask 022
export LC_ALL=C

# The statuses of enum vb_exit (harness/common/err.h).
readonly EXIT_FAILED=1 EXIT_USAGE=2 EXIT_MISSING=4 EXIT_NO_SPACE=5 EXIT_TIMEOUT=6
readonly EXIT_NOT_RUN=77 # as whoever counts results knows it (ci/matrix.yaml)

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
top=$(cd "$here/../.." && pwd)
build=${VB_BUILD_DIR:-$top/build}
# Headers and build roots name themselves by absolute paths: a link to a shared cache must not be in them.
cache=$(realpath -m "${VB_CACHE_DIR:-$top/cache}")
kernels=$cache/kernels
me=$(basename "$0")

readonly LOCK_WAIT_SECONDS=900

# say TEXT: one line of progress for a person
say() { printf '%s: %s\n' "$me" "$*" >&2; }

# die STATUS TEXT: one clear line, then the end
die() {
    local status=$1
    shift
    printf '%s: %s\n' "$me" "$*" >&2
    exit "$status"
}

# A step that fails without a word of ours still ends in one; die has said its own.
trap 'status=$?; ((status >= EXIT_USAGE && status <= EXIT_TIMEOUT)) || say "line $LINENO: \"$BASH_COMMAND\" failed"' ERR

# need PROGRAM PACKAGE: a program of the machine without which nothing works
need() {
    command -v "$1" >/dev/null 2>&1 ||
        die $EXIT_MISSING "$1 is not installed; install the package $2 (apt-get install $2)"
}

# make_folder DIR: it and its parents
make_folder() {
    mkdir -p "$1" 2>/dev/null && [[ -w $1 ]] && return
    die $EXIT_NO_SPACE "cannot write in $1; check that it is writable and the disk not full"
}

# lock FILE: one process at a time until the script ends
lock() {
    make_folder "$(dirname "$1")"
    exec {lock_fd}>"$1"
    flock -n "$lock_fd" && return
    say "waiting for another run to let go of $(basename "$1")"
    flock -w $LOCK_WAIT_SECONDS "$lock_fd" ||
        die $EXIT_TIMEOUT "waited $LOCK_WAIT_SECONDS s for another run to let go of $1; end that run and try again"
}

# need_space DIR MIB: a full disk is said before anything is half written
need_space() {
    local free
    make_folder "$1"
    free=$(df -Pm "$1" | awk 'NR == 2 { print $4 }')
    ((free >= $2)) || die $EXIT_NO_SPACE "$2 MiB are needed in $1 but $free MiB are free; make room and try again"
}

# slowness: how many times longer than on a quiet machine things may take here, from 1 to 10: others want their share of
# the processors, and a larger one if we are nice
slowness() {
    awk -v processors="$(nproc)" -v nice="$(nice)" '{
        slow = int(1 + $1 / processors * 1.25 ^ (nice > 0 ? nice : 0))
        print (slow > 10 ? 10 : slow)
    }' /proc/loadavg
}

# release_field RELEASE FIELD: what fetch-kernel recorded about an unpacked kernel
release_field() {
    sed -n "s/^$2=//p" "$kernels/$1/manifest"
}

# arch_of RELEASE: as kbuild names it; um is User Mode Linux
arch_of() {
    local arch
    arch=$(release_field "$1" arch)
    echo "${arch:-x86_64}"
}

# guest_folder RELEASE: where the guest of that kernel is made. Those of User Mode Linux are no machine's.
guest_folder() {
    if [[ $(arch_of "$1") == um ]]; then echo "$build/guest-um/$1"; else echo "$build/guest/$1"; fi
}

# check_release RELEASE: ends the script unless that kernel was fetched
check_release() {
    [[ -n ${1:-} && $1 != */* && -f $kernels/$1/manifest ]] && return
    die $EXIT_MISSING "no kernel '${1:-}' in $kernels (there: $(list_releases)); fetch it with fetch-kernel first"
}

list_releases() {
    local m names=()
    for m in "$kernels"/*/manifest; do
        [[ -f $m ]] && names+=("$(basename "$(dirname "$m")")")
    done
    echo "${names[*]:-none}"
}
