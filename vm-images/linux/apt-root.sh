# SPDX-License-Identifier: BSD-2-Clause
# A private apt root for one suite: the machine's own mirror, keyring and proxy, but none of its state, so that
# looking at another suite never changes what the machine installs.
# shellcheck shell=bash

readonly DEBIAN_KEYRING=/usr/share/keyrings/debian-archive-keyring.gpg

# Sites that the machine's apt uses for Debian itself: "URI archive" or "URI security", one a line.
debian_sites() {
    apt-get indextargets --format '$(SITE) $(RELEASE) $(COMPONENT)' 'Created-By: Packages' |
        awk '$3 == "main" && $1 ~ /\/debian(-security)?\/?$/ {
                kind = $2 ~ /-security$/ ? "security" : "archive"
                if (!seen[$1 kind]++) print $1, kind
        }'
}

# write_sources SUITE: the sources.list of that suite
write_sources() {
    local suite=$1 uri kind options='[arch=amd64]'
    [[ -f $DEBIAN_KEYRING ]] && options="[arch=amd64 signed-by=$DEBIAN_KEYRING]"
    debian_sites | while read -r uri kind; do
        case $kind:$suite in
        security:sid | security:unstable | security:experimental | security:*-backports) ;;
        security:*) echo "deb $options $uri $suite-security main" ;;
        *) echo "deb $options $uri $suite main" ;;
        esac
    done
}

# Hooks are left out: those of the machine clean or announce its own caches.
write_apt_conf() {
    local root=$1
    apt-config dump | grep '^Acquire::' | grep -v -e '^Acquire::IndexTargets' -e '^Acquire::Languages' || true
    cat <<EOF
Acquire::Languages "none";
Acquire::Retries "3";
Acquire::http::Timeout "30";
Acquire::https::Timeout "30";
APT::Architecture "amd64";
APT::Architectures { "amd64"; };
APT::Sandbox::User "";
Dir::Etc::main "/dev/null";
Dir::Etc::parts "$root/none";
Dir::Etc::sourcelist "$root/sources.list";
Dir::Etc::sourceparts "$root/none";
Dir::Etc::preferences "/dev/null";
Dir::Etc::preferencesparts "$root/none";
Dir::State "$root/state";
Dir::State::status "$root/status";
Dir::Cache "$root/cache";
EOF
}

# apt_root SUITE: makes the root and points APT_CONFIG at it; the package lists are not fetched yet
apt_root() {
    local suite=$1 root=$cache/apt/$1
    need apt-get apt
    unset APT_CONFIG
    mkdir -p "$root/state/lists/partial" "$root/cache/archives/partial" "$root/none"
    : >"$root/status"
    write_sources "$suite" >"$root/sources.list"
    [[ -s $root/sources.list ]] ||
        die $EXIT_MISSING "this machine's apt has no Debian mirror configured; add one to /etc/apt/sources.list"
    write_apt_conf "$root" >"$root/apt.conf"
    export APT_CONFIG=$root/apt.conf
}

# apt_update SUITE: fetches and verifies the package lists of the root that apt_root made, one process at a time
apt_update() {
    local log=$cache/apt/$1/update.log status=0
    say "fetching the package lists of $1"
    flock -w "$LOCK_WAIT_SECONDS" -E $EXIT_TIMEOUT "$cache/apt/$1/update.lock" sh -c 'exec apt-get -q update >"$0" 2>&1' "$log" || status=$?
    ((status == EXIT_TIMEOUT)) &&
        die $EXIT_TIMEOUT "waited $LOCK_WAIT_SECONDS s for another run to fetch the package lists of $1; end that run and try again"
    ((status == 0)) && ! grep -q '^[EW]: .*\(Failed to fetch\|NO_PUBKEY\)' "$log" && return
    die $EXIT_MISSING "cannot fetch the package lists of suite '$1': $(grep -m1 '^[EW]:' "$log" || tail -n1 "$log"); check the suite's name and the network"
}

# apt_field PACKAGE FIELD: one field of the newest version of a package; nothing when unknown
apt_field() {
    { apt-cache show --no-all-versions "$1" 2>/dev/null || true; } | sed -n "0,/^$2: /s/^$2: //p"
}

# apt_fetch DIR PACKAGE...: the .deb files, verified against the signed lists
apt_fetch() {
    local dir=$1 log=$1/download.log
    shift
    mkdir -p "$dir"
    (cd "$dir" && apt-get -q download "$@" >"$log" 2>&1) && return
    die $EXIT_MISSING "cannot fetch $*: $(grep -m1 '^E:' "$log" || tail -n1 "$log"); check the network and try again"
}
