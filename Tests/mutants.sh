#!/bin/sh
# Breaks each rule of causal soundness and of relays in turn (see Sources/Core/CRDT/Mutation.swift) and expects the simulator to
# find it within a minute. The switches exist only in this build. sh Tests/mutants.sh FOLDER builds in a folder whose packages serve.
set -eu
export KITH_MUTANTS=1
folder=${1:-.build-mutants}
flags="-c release --explicit-target-dependency-import-check error --scratch-path $folder"
swift build $flags --product kith-sim
sim=$folder/release/kith-sim
found=0
missed=0
cores='--seeds 500 --copy-seeds 10000 --store-seeds 50 --store-copy-seeds 50'
relays='--seeds 0 --copy-seeds 0 --hostile none --community-seeds 60'
if ! $sim --seeds 500 --copy-seeds 500 --store-seeds 20 --store-copy-seeds 20 --community-seeds 10 >/dev/null 2>&1; then
    echo "The simulator fails without any mutation."
    exit 1
fi
for mutation in $(sed -n 's/^ *case .* = "\(.*\)"$/\1/p' Sources/Core/CRDT/Mutation.swift); do
    start=$(date +%s)
    case $mutation in
        relay-drops-removed) seeds="--seeds 0 --copy-seeds 0 --hostile none --community-seed 9000067 --community-seed 9000160 --community-seed 9000294" ;;
        relay-*) seeds=$relays ;;
        # Of SQLite files alone: the core in memory has no rows to go by.
        knows-by-old-rows) seeds='--seeds 0 --copy-seeds 0 --store-seeds 50' ;;
        edits-* | drops-late-edits) seeds="--seeds 0 --copy-seeds 0 --hostile none --text-seeds 200" ;;
        *) seeds=$cores ;;
    esac
    if KITH_MUTATION=$mutation timeout 60 $sim $seeds >/tmp/kith-mutant.$$ 2>&1; then
        echo "MISSED  $mutation"
        missed=$((missed + 1))
    elif [ $(($(date +%s) - start)) -ge 60 ]; then
        echo "MISSED  $mutation (nothing found in a minute)"
        missed=$((missed + 1))
    else
        echo "found   $mutation: $(grep -m 1 -i seed /tmp/kith-mutant.$$ || true)"
        found=$((found + 1))
    fi
    rm -f /tmp/kith-mutant.$$
done
echo "$found found, $missed missed"
[ "$missed" = 0 ]
