# SPDX-License-Identifier: BSD-2-Clause
# Kernels and headers whose packages were unpacked into a folder instead of installed: they name each other by the paths that
# they would have when installed.
# shellcheck shell=bash

# unpacked_root PATH: the folder that the package of that path was unpacked into; nothing when it is installed
unpacked_root() {
    local place
    for place in /usr/src/ /usr/lib/modules/ /lib/modules/; do
        [[ $1/ != *"$place"* ]] || { echo "${1%"$place"*}"; return; }
    done
}

# build_tree FOLDER: what the link "build" of a /lib/modules/RELEASE names, else the folder itself
build_tree() {
    local named root
    if [[ -d $1/build ]]; then
        echo "$1/build"
    elif [[ -L $1/build ]]; then
        named=$(readlink "$1/build")
        root=$(unpacked_root "$(realpath -s "$1")")
        [[ -d $root$named ]] ||
            die $EXIT_MISSING "$1/build names $named, which is not there; install or unpack the headers of that kernel (linux-headers-$(basename "$1")) as well"
        echo "$root$named"
    else
        echo "$1"
    fi
}

readonly NAMES_WHOLE_PATH='^(include |KBUILD_OUTPUT=)(/.*)'

# put_tree TREE LINK: the build tree where it is; where its Makefile names files that were unpacked beside it, links to all
# of it but that, which names them where they are
put_tree() {
    local tree=$1 link=$2 root named
    root=$(unpacked_root "$tree")
    while read -r named; do
        [[ ! -e $named ]] || continue
        [[ $root && -e $root$named ]] ||
            die $EXIT_MISSING "$tree/Makefile names $named, which is not there; install or unpack the package that holds it as well"
        [[ -d $link ]] || { mkdir "$link" && find "$tree" -mindepth 1 -maxdepth 1 ! -name Makefile -exec ln -s -t "$link" {} +; }
        sed -E "s#$NAMES_WHOLE_PATH#\1$root\2#" "$tree/Makefile" >"$link/Makefile"
    done < <(sed -nE "s#$NAMES_WHOLE_PATH#\2#p" "$tree/Makefile" 2>/dev/null)
    [[ -d $link ]] || ln -s "$tree" "$link"
}
