# SPDX-License-Identifier: BSD-2-Clause
# Which compiler and which kbuild programs build modules for a fetched kernel: this machine's where they can, else those
# of a build root of the kernel's suite.
# shellcheck shell=bash

# compiler_of HEADERS: the name of the compiler that built the kernel, e.g. gcc-14; nothing when the headers do not say.
# Debian's headers have it in a file of their own; the configuration of a kernel says what it was built with.
compiler_of() {
    {
        sed -n 's/^CC = .*CROSS_COMPILE)\(gcc-[0-9]*\).*/\1/p' "$1/.kernelvariables" 2>/dev/null
        sed -n 's/^CONFIG_CC_VERSION_TEXT="\?\([a-z0-9_-]*-\)\?\(gcc-[0-9]*\) .*/\2/p' "$1/include/config/auto.conf" 2>/dev/null
    } | head -n 1 || true
}

# A gcc of this machine that is the wanted one or newer, or two releases older at most: so far a kernel's flags reach.
own_compiler() {
    local wanted=$1 version
    command -v "${wanted:-gcc}" && return
    version=$(gcc -dumpversion 2>/dev/null) || return 1
    ((${version%%.*} + 2 > ${wanted#gcc-})) && command -v gcc
}

# kbuild_programs KERNEL-FOLDER: the programs that came with the headers
kbuild_programs() {
    [[ -d $1/root/usr/lib ]] || return 0
    find -L "$1/root/usr/lib" -path '*/linux-kbuild-*' -type f -perm -100 -exec \
        sh -c 'for f; do ! head -c 4 "$f" | grep -q ELF || echo "$f"; done' sh {} +
}

# Do the kernel's own programs run on this machine's libraries?
programs_run_here() {
    ! kbuild_programs "$1" | xargs -r -d '\n' -n 1 ldd 2>&1 | grep -q 'not found'
}

# settle_programs KERNEL-FOLDER ROOT
settle_programs() {
    local file
    kbuild_programs "$1" | while read -r file; do
        settle "$file" "$2"
    done
}

# settle FILE ROOT: a program finds its loader and its libraries in that root. What is no dynamic program stays.
settle() {
    patchelf --print-interpreter "$1" >/dev/null 2>&1 || return 0
    patchelf --set-interpreter "$2/usr/lib64/ld-linux-x86-64.so.2" --force-rpath \
        --set-rpath "$2/usr/lib/x86_64-linux-gnu" "$1"
}

# toolchain RELEASE: sets cc, the compiler's path, and puts its helpers first in PATH when they are not this machine's
toolchain() {
    local release=$1 folder=$kernels/$1 headers wanted root packages
    headers=$kernels/$release/$(release_field "$release" headers)
    wanted=$(compiler_of "$headers")
    if [[ ! -f $folder/.root ]]; then
        programs_run_here "$folder" && cc=$(own_compiler "$wanted") && return
    fi
    packages=$(release_field "$release" build-needs)
    [[ $packages && $wanted ]] ||
        die $EXIT_MISSING "kernel $release cannot be built against with this machine's compiler, and its folder does not say what it needs; remove $folder and fetch it again"
    # shellcheck disable=SC2086 # one word a package
    root=$("$here/build-root" "$(release_field "$release" suite)" "$wanted" $packages | tail -n 1) || exit
    if [[ $(cat "$folder/.root" 2>/dev/null) != "$root" ]]; then
        settle_programs "$folder" "$root"
        echo "$root" >"$folder/.root"
    fi
    cc=$root/bin/$wanted
    export PATH=$root/bin:$PATH
}
