#!/bin/sh
# docs.sh BUILD OUTPUT: the pages of the library Kith, from its interface as it was built and its articles. A warning is an error.
# BUILD: a folder of a build that has the room (.build/debug); OUTPUT: a new folder, to be served by any web server.
# The toolchain's own tools are enough; swift-docc-plugin would build every package again in a folder of its own.
set -eu
build=$(readlink -f "$1")
output=$2
graphs=$(mktemp -d)
trap 'rm -rf "$graphs"' EXIT INT TERM
checkouts=$(readlink -f "$build/../../checkouts")
tools=$(dirname "$(command -v swift)")
tools=$(dirname "$(readlink -f "$tools/swift")")
# What the room stands on brings C with it: its module maps lie beside its headers, or were made for the build.
set --
for map in $(find "$checkouts"/*/Sources Sources/System -name module.modulemap) $(find "$build/" -maxdepth 2 -name module.modulemap); do
    set -- "$@" -Xcc "-fmodule-map-file=$map"
done
"$tools/swift-symbolgraph-extract" -module-name Kith -I "$build/Modules" "$@" -target "$(swift -print-target-info | sed -n 's/.*"triple": "\(.*\)",/\1/p' | head -1)" \
    -minimum-access-level public -output-dir "$graphs"
rm -rf "$output"
mkdir -p "$(dirname "$output")"
"$tools/docc" convert Sources/Replica/Kith/Kith.docc --fallback-display-name Kith --fallback-bundle-identifier Kith \
    --additional-symbol-graph-dir "$graphs" --warnings-as-errors --output-path "$output"
echo "the library's pages: $output/index.html"
