#!/bin/bash
# The packages' story on a Debian 12 of their own: tests/installer/story/run.sh [FOLDER OF AN EARLIER BUILD'S PACKAGES]
#
# A bare Debian boots systemd in a container without any network; what apt needs was fetched before. A phone, which is a
# network namespace with one wire to the container, runs story.js there: it installs, uses, upgrades and purges. Without an
# earlier build the upgrade is from these very packages under a lower version. Needs root. Exit status 77: it cannot be told
# on this computer, and why. build/story keeps what was fetched, for the next time; POLYCLINIC_STORY_FOLDER is another place,
# POLYCLINIC_PACKAGES other packages than those in build/packages, POLYCLINIC_STORY_JOURNAL a file for the container's journal.
set -euo pipefail
here=$(realpath "$(dirname "${BASH_SOURCE[0]}")")
project=$(realpath "$here/../../..")
packages=${POLYCLINIC_PACKAGES:-$project/build/packages}
earlier=${1:-$packages}
place=${POLYCLINIC_STORY_FOLDER:-$project/build/story}
root=$place/root
phone=pcphone$$
wire=pcw$$

impossible() { echo "SKIP   : $*"; exit 77; }

[ "$(id -u)" = 0 ] || impossible "only root may start a container"
for program in systemd-nspawn mmdebstrap ip nsenter openssl node chromium dpkg-deb Xvfb xdotool; do
    command -v $program >/dev/null || impossible "$program is not installed (apt-get install systemd-container mmdebstrap xdotool)"
done
[ -f "$(echo "$packages"/polyclinicd_*.deb)" ] || impossible "no packages were made: ./dev package"
[ -d "$project/tests/browser/node_modules" ] || impossible "the browser tests' packages are missing: cd tests/browser && npm ci"

container= display= leader= booted=
leave() {
    set +e
    [ -z "$display" ] || kill "$display"
    if [ -n "$container" ]; then
        [ -z "${POLYCLINIC_STORY_JOURNAL:-}" ] || inside journalctl --no-pager -o short-precise >"$POLYCLINIC_STORY_JOURNAL" 2>&1
        kill -TERM "$container"  # nspawn tells systemd to power off
        timeout 20 tail --pid="$container" -f /dev/null || kill -KILL "$leader" "$container"
    fi
    ip netns del "$phone" 2>/dev/null
    rm -rf "$root" "/run/systemd/nspawn/propagate/$phone"
}
trap leave EXIT

container_words=(systemd-nspawn --quiet --directory="$root" --machine="$phone" --register=no --keep-unit
    --bind="$place/archives:/var/cache/apt/archives")
inside() { nsenter -a -r -w -t "$leader" -- env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C.UTF-8 "$@"; }

# A bare Debian, and beside it what installing the packages will ask for.
mkdir -p "$place/archives/partial"
rm -rf "$root"
if [ ! -f "$place/base.tar" ]; then
    # Also where this computer's clock and Debian's lists do not agree.
    mmdebstrap --quiet --variant=minbase --include=systemd-sysv,dbus,ca-certificates,man-db,procps,iproute2 --format=tar \
        --aptopt='Acquire::Check-Valid-Until "false"' --aptopt='Acquire::Check-Date "false"' bookworm "$place/base.part"
    mv "$place/base.part" "$place/base.tar"
fi
mkdir -p "$root"
tar -xf "$place/base.tar" -C "$root"
mkdir -p "$root/packages/now" "$root/packages/before" "$root/etc/dpkg/dpkg.cfg.d"
echo force-unsafe-io >"$root/etc/dpkg/dpkg.cfg.d/quick"  # nobody cuts its power
cp "$packages"/*.deb "$root/packages/now"
for deb in "$earlier"/*.deb; do
    version=$(dpkg-deb -f "$deb" Version)
    if dpkg --compare-versions "$version" lt "$(dpkg-deb -f "$packages/$(dpkg-deb -f "$deb" Package)"_*.deb Version)"; then
        cp "$deb" "$root/packages/before"
        continue
    fi
    dpkg-deb -R "$deb" "$root/packages/opened"
    sed -i "s/^Version: .*/Version: $version~earlier/" "$root/packages/opened/DEBIAN/control"
    dpkg-deb --root-owner-group -Zgzip -b "$root/packages/opened" "$root/packages/before/$(dpkg-deb -f "$deb" Package).deb" >/dev/null
    rm -r "$root/packages/opened"
done
fetch() { "${container_words[@]}" --resolv-conf=bind-host --pipe "$@" </dev/null >"$place/fetched.log" 2>&1; }
fetch apt-get update -qq || impossible "Debian's servers do not answer: $(tail -n 1 "$place/fetched.log")"
fetch sh -c 'apt-get install -y -qq --download-only /packages/now/*.deb' || {
    echo "FAIL!  : Debian does not have what the packages need"
    cat "$place/fetched.log"
    exit 1
}

# A display for the window.
: >"$place/display"
Xvfb -displayfd 3 -ac -nolisten tcp -screen 0 1280x820x24 3>"$place/display" 2>/dev/null &
display=$!
until [ -s "$place/display" ]; do sleep 0.1; done
screen=$(cat "$place/display")

"${container_words[@]}" --boot --private-network --console=read-only --bind="/tmp/.X11-unix/X$screen" </dev/null >"$place/boot.log" 2>&1 &
container=$!
for _ in $(seq 300); do
    kill -0 "$container" 2>/dev/null || break
    leader=$(pgrep -P "$container" | head -n 1 || true)
    if [ -n "$leader" ] && [[ "$(inside systemctl is-system-running 2>/dev/null || true)" =~ ^(running|degraded)$ ]]; then
        booted=1
        break
    fi
    sleep 0.1
done
[ -n "$booted" ] || { tail "$place/boot.log"; impossible "systemd did not start in a container"; }

# The phone and its wire.
ip netns add "$phone"
ip link add "$wire" type veth peer name wlan0 netns "$phone"
ip link set "$wire" netns "$leader" name clinic0
inside ip addr add 10.213.79.1/24 dev clinic0
inside ip link set clinic0 up
ip -n "$phone" addr add 10.213.79.2/24 dev wlan0
ip -n "$phone" link set wlan0 up
ip -n "$phone" link set lo up

POLYCLINIC_CONTAINER=$leader POLYCLINIC_SCREEN=$screen ip netns exec "$phone" node "$here/story.js"
