#!/bin/sh
# usage: twice.sh BUILD OUT [TRAIT]   packs the programs in BUILD twice, from two copies of this folder that have nothing in common but what is in them,
# and compares every byte; the packages, packed quickly, are left in OUT
set -eu
build=$(cd "$1" && pwd)
out=$2
top=$(cd "$(dirname "$0")/.." && pwd)
stage=$(mktemp -d)
trap 'rm -rf "$stage"' EXIT
epoch=${SOURCE_DATE_EPOCH:-$(git -C "$top" log -1 --format=%ct 2> /dev/null || stat -c %Y "$top/CHANGELOG.md")}
# pack COPY   as the environment of the caller says
pack() {
    mkdir -p "$1"
    (cd "$top" && cp -r Docs Packaging Sources ./*.md "$1/" && mkdir "$1/Tests" && cp -r Tests/Rescue "$1/Tests/")
    SOURCE_DATE_EPOCH=$epoch KITH_DEB_PACKING='-Zgzip -z1' sh "$1/Packaging/deb.sh" "$build" "$1/out" "${3:-}" > /dev/null
}
(umask 022 && LANG=C.UTF-8 TZ=Europe/Amsterdam pack "$stage/one" '' "${3:-}")
# Other times, modes, zone, language, and another length of every path.
(umask 077 && LANG=nl_NL.UTF-8 KITH_LANG=nl TZ=Asia/Tokyo pack "$stage/somewhere else/two" '' "${3:-}")
count=0
for file in "$stage/one/out/"*; do
    cmp "$file" "$stage/somewhere else/two/out/$(basename "$file")" || { echo "twice.sh: two makings of $(basename "$file") differ" >&2; exit 1; }
    count=$((count + 1))
done
[ "$count" = 3 ] || { echo "twice.sh: $count files were made, not two packages and their list" >&2; exit 1; }
mkdir -p "$out"
cp "$stage/one/out/"* "$out/"
echo "Packed twice in two folders: the same bytes, in two packages and their list."
