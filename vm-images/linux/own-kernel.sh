# SPDX-License-Identifier: BSD-2-Clause
# Building a kernel of our own configuration from Debian's kernel source into cache/kernels/VERSION-FLAVOUR, in the shape that
# fetch-kernel gives a fetched one, so that modules and initramfs are made for it by the same scripts.
#
# Who sources this sets: flavour, fragments (the configuration), arch (as kbuild names it), targets (of kbuild), image (of the
# kernel, below the build folder), objects (that such a build compiles, by which the time left is told), and defines slim_image
# OUT, which makes the image as small as what starts it needs.
# shellcheck shell=bash disable=SC2154
. "$here/apt-root.sh"

# 7.2 is the first whose User Mode Linux runs on several processors.
readonly SUITE=trixie-backports SOURCE=linux-source-7.2
readonly BUILD_MIB=4000 BUILD_LIMIT_SECONDS=7200 PROGRESS_SECONDS=15

configuration() {
    cat "${fragments[@]}"
    echo "CONFIG_LOCALVERSION=\"-$flavour\""
}

# The kernel made from this configuration, if there is one.
cached_release() {
    local m release
    for m in "$kernels"/*-"$flavour"/manifest; do
        [[ -f $m ]] || continue
        release=$(basename "$(dirname "$m")")
        [[ $(release_field "$release" configuration) == "$1" && $(release_field "$release" place) == "$kernels" ]] && { echo "$release"; return; }
    done
    return 1
}

# Not everything: what no kernel of ours compiles is a third of the tree. Its Kconfig files must be there all the same.
readonly LEFT_OUT=(--exclude='*/drivers/gpu/*.[ch]' --exclude='*/drivers/media/*.[ch]' --exclude='*/sound/*.[ch]'
    --exclude='*/tools/testing/*' --exclude='*/Documentation/*.rst' --exclude='*.dts' --exclude='*.dtsi'
    --exclude='*/drivers/net/wireless/*.[ch]' --exclude='*/drivers/infiniband/*.[ch]')

unpack_source() {
    local dir=$1 debs=$cache/apt/$SUITE/debs/$SOURCE-$flavour
    say "fetching $SOURCE"
    apt_root "$SUITE"
    apt_fetch "$debs" "$SOURCE"
    say "unpacking $SOURCE"
    mkdir -p "$dir"
    dpkg-deb --fsys-tarfile "$debs"/*.deb | tar -xO --wildcards './usr/src/*.tar.xz' |
        tar -xJ -C "$dir" --strip-components=1 --wildcards "${LEFT_OUT[@]}" ||
        die $EXIT_NO_SPACE "cannot unpack $SOURCE; remove $cache/apt and try again"
    rm -rf "$debs"
}

# configure SOURCE OUT: and check that the kernel has all that the configuration asks for
configure() {
    local out=$2 missing
    configuration >"$out.config"
    make -C "$1" ARCH="$arch" O="$out" KCONFIG_ALLCONFIG="$out.config" allnoconfig >>"$out.log" 2>&1 ||
        die $EXIT_FAILED "cannot configure the kernel: $(tail -n1 "$out.log")"
    missing=$(grep '^CONFIG' "$out.config" | { grep -vxFf "$out/.config" || true; } | xargs)
    [[ -z $missing ]] || die $EXIT_FAILED "this kernel source does not offer $missing; take it out of ${fragments[*]}"
}

# Files that the log says were compiled.
compiled() { grep -c '^  \(CC\|AS\) ' "$1" || true; }

# A line now and then while a build runs: how much is done, and how long the rest takes at the pace of this run.
progress() {
    local log=$1 pid=$2 start=$SECONDS before done
    before=$(compiled "$log")
    while sleep $PROGRESS_SECONDS && kill -0 "$pid" 2>/dev/null; do
        done=$(compiled "$log")
        ((done > before && done < objects)) || continue
        say "$((100 * done / objects)) % of the kernel compiled, about $(((SECONDS - start) * (objects - done) / (done - before))) s left"
    done
}

compile() {
    local log=$2.log pid watcher status=0
    # shellcheck disable=SC2086 # one word a target
    # In the foreground: who ends this script by a signal to its group means the compilers too.
    timeout --foreground -k 5 $BUILD_LIMIT_SECONDS make -C "$1" ARCH="$arch" O="$2" -j"$(nproc)" $targets >>"$log" 2>&1 &
    pid=$!
    progress "$log" $pid &
    watcher=$!
    wait $pid || status=$?
    kill $watcher 2>/dev/null || true
    ((status == 0)) || die $EXIT_FAILED "the kernel does not build: $(grep -m1 -i 'error' "$log" || tail -n1 "$log"); the whole log is $log"
}

# Of source and objects only what modules are built against stays: headers, makefiles, kbuild's own programs.
slim() {
    local source=$1 out=$2
    find "$source" "$out" -type f \( -name '*.o' -o -name '*.a' -o -name '*.cmd' -o -name '*.ko' \) \
        ! -path '*/scripts/*' ! -path '*/tools/*' -delete
    find "$source" -type f \( -name '*.c' -o -name '*.S' -o -name '*.rs' \) ! -path '*/scripts/*' ! -path '*/tools/*' -delete
    find "$source/arch" -mindepth 1 -maxdepth 1 -type d ! -name um ! -name x86 -exec rm -rf {} +
    slim_image "$out"
    rm -f "$out"/vmlinux "$out"/vmlinux.unstripped
}

write_manifest() {
    echo "release=$1"
    echo "suite=$SUITE"
    echo "arch=$arch"
    echo "vmlinuz=build/$image"
    echo "modules=root/lib/modules/$1"
    echo "headers=build"
    echo "configuration=$2"
    echo "place=$kernels" # whole paths are in its makefiles
    echo "package=$SOURCE $3"
}

# install_modules SOURCE OUT RELEASE ROOT: those of the kernel itself, and what depmod wants to know of the rest
install_modules() {
    mkdir -p "$4/lib/modules/$3"
    [[ ! -s $2/modules.order ]] ||
        make -s -C "$1" ARCH="$arch" O="$2" INSTALL_MOD_PATH="$4" INSTALL_MOD_STRIP=1 DEPMOD=true modules_install >>"$2.log" 2>&1
    rm -f "$4/lib/modules/$3"/{build,source}
    cp "$2"/modules.{builtin,builtin.modinfo,order} "$4/lib/modules/$3/"
    depmod -b "$4" "$3"
}

# begin DIR MADE_FROM: a fresh source, configured; what an interrupted build of the same source left is gone on with, though
# it be configured anew: kbuild makes again what that changes
begin() {
    local dir=$1 begun
    begun=$(cat "$dir/.begun" 2>/dev/null) || true
    [[ $begun != "$2" ]] || { say "going on with an interrupted build"; return 0; }
    if [[ ${begun% *} != "${2% *}" ]]; then
        rm -rf "$dir"
        mkdir -p "$dir/build"
        unpack_source "$dir/source"
    fi
    configure "$dir/source" "$dir/build"
    echo "$2" >"$dir/.begun"
}

# The version of Debian's package that an interrupted build has its source from: it is gone on with whatever there is today.
begun_version() {
    local file place version rest
    for file in "$kernels"/*-"$flavour"/.begun; do
        [[ -f $file ]] || continue
        read -r place version rest <"$file"
        [[ $place != "$kernels" || ! $rest || $file != "$kernels/${version%%-*}-$flavour/.begun" ]] || { echo "$version"; return; }
    done
}

newest_version() {
    local version
    apt_root "$SUITE"
    apt_update "$SUITE"
    version=$(apt_field "$SOURCE" Version)
    [[ -n $version ]] || die $EXIT_MISSING "suite $SUITE has no package $SOURCE any more; choose another in ${BASH_SOURCE[0]}"
    echo "$version"
}

# Kbuild writes its own paths into the build folder, so it is made where it stays; a manifest says that it is whole.
build() {
    local wanted=$1 version release dir
    version=$(begun_version)
    [[ $version ]] || version=$(newest_version) || exit
    release=${version%%-*}-$flavour dir=$kernels/${version%%-*}-$flavour
    begin "$dir" "$kernels $version $wanted"
    say "building the kernel $release"
    compile "$dir/source" "$dir/build"
    install_modules "$dir/source" "$dir/build" "$release" "$dir/root"
    rm "$dir/.begun"
    slim "$dir/source" "$dir/build"
    write_manifest "$release" "$wanted" "$version" >"$dir/.manifest"
    mv "$dir/.manifest" "$dir/manifest"
    echo "$release"
}

# own_kernel IF_CACHED: says the release, and builds it when it is not there, unless told not to
own_kernel() {
    local wanted program
    wanted=$(configuration | sha256sum | cut -c1-16)
    cached_release "$wanted" && return
    [[ -z $1 ]] || die $EXIT_MISSING "no kernel of flavour $flavour in $kernels; $0 builds it"
    for program in make gcc flex bison bc; do
        need $program $program
    done
    need depmod kmod
    lock "$kernels/.lock-$flavour"
    cached_release "$wanted" && return
    need_space "$kernels" $BUILD_MIB
    build "$wanted"
}
