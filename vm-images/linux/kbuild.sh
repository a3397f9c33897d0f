# SPDX-License-Identifier: BSD-2-Clause
# Calling a kernel's build: with the right compiler, warnings as errors, and what the kernel can do found out first.
# shellcheck shell=bash
. "$here/toolchain.sh"

readonly JOBS=2

# The headers name their own folders by whole paths, which are wrong once the project has been moved.
follow_move() {
    local release=$1 file now=$kernels/$1/root/usr/src/
    for file in "$kernels/$release"/root/usr/src/linux-headers-*/Makefile; do
        [[ -f $file ]] && grep -q '^include /.*/root/usr/src/' "$file" && ! grep -qF "include $now" "$file" || continue
        sed -i "s#^\(include \|KBUILD_OUTPUT=\)/.*/root/usr/src/#\1$now#" "$file"
    done
}

# run_kbuild RELEASE DIR [VARIABLE=VALUE|OPTION]...: its "modules" in DIR; toolchain must have been called
run_kbuild() {
    local release=$1 dir=$2 headers arch
    shift 2
    arch=$(release_field "$release" arch)
    headers=$kernels/$release/$(release_field "$release" headers)
    follow_move "$release"
    # No vmlinux comes with the headers, so type information for the module cannot be made: it is switched off,
    # and with it the question which program would make it.
    make -C "$headers" M="$dir" CC="$cc" CONFIG_DEBUG_INFO_BTF_MODULES= PAHOLE_VERSION='$(CONFIG_PAHOLE_VERSION)' \
        ${arch:+ARCH="$arch"} KCFLAGS=-Werror -j$JOBS "$@" modules
}

# build_modules WHAT RELEASE DIR VARIABLE=VALUE...: what fails or warns is shown, and ends the script
build_modules() {
    local what=$1 release=$2 dir=$3 log=$3/build.log
    shift 3
    say "building $what for $release"
    if ! run_kbuild "$release" "$dir" "$@" >"$log" 2>&1; then
        grep -E 'error|warning|undefined|No such' "$log" | head -n 20 >&2 || tail -n 20 "$log" >&2
        die $EXIT_FAILED "$what does not build against $release; the whole log is $log"
    fi
    if grep -qi 'warning' "$log"; then
        grep -i 'warning' "$log" >&2
        rm -f "$dir"/*.ko
        die $EXIT_FAILED "$what builds against $release with warnings; the whole log is $log"
    fi
}

# Every probe: what the modules ask about a kernel, a file a question.
probes() {
    find "$top/kmod" -path '*/probes/*.c' | sort
}

# link_probes DIR: they are compiled side by side, under their bare names
link_probes() {
    local dir=$1 file
    rm -rf "$dir"
    mkdir -p "$dir"
    probes | while read -r file; do
        ln -s "$file" "$dir/"
    done
    echo 'obj-m := $(patsubst $(src)/%.c,%.o,$(wildcard $(src)/*.c))' >"$dir/Kbuild"
    echo 'ccflags-y := -Wno-missing-prototypes -Wno-missing-declarations' >>"$dir/Kbuild"
}

# answers DIR: the text of features.h, after those that fail have failed
answers() {
    local file name
    echo '/* Made by vm-images/linux/build-module: which of the probes compile for this kernel. */'
    probes | while read -r file; do
        name=$(basename "$file" .c)
        [[ ! -f $1/$name.o ]] || echo "#define HAVE_${name^^} 1"
    done
}

# features RELEASE DIR: DIR/features.h says HAVE_NAME for each probe NAME.c that compiles for the kernel. It is only
# written when it changes, so that nothing is compiled again for nothing. toolchain must have been called.
features() {
    local release=$1 dir=$2 try=$2/probes from
    from=$(echo "$cc" && cat "$kernels/$release/manifest" && probes | xargs -d '\n' sha256sum)
    [[ ! -f $dir/features.h || $from != "$(cat "$dir/.features-from" 2>/dev/null)" ]] || return 0
    say "finding out what $release can do"
    link_probes "$try"
    run_kbuild "$release" "$try" -k >"$dir/features.log" 2>&1 || true
    [[ -f $try/can_compile.o && ! -f $try/cannot_compile.o ]] ||
        die $EXIT_FAILED "cannot find out what $release can do: $(grep -m1 -E 'can_compile.*error|Error|not found|No such file' "$dir/features.log" || tail -n1 "$dir/features.log"); the whole log is $dir/features.log"
    answers "$try" >"$dir/.features.h"
    cmp -s "$dir/.features.h" "$dir/features.h" || mv "$dir/.features.h" "$dir/features.h"
    echo "$from" >"$dir/.features-from"
    rm -rf "$try" "$dir/.features.h"
}
