#!/bin/sh
# The main job on real input: two volunteers, two lists, no network; a stick, a cable, conflicts, and one list in the end.
# usage: demo.sh path/to/kith
set -eu
kith=$(cd "$(dirname "$1")" && pwd)/$(basename "$1")
lists=$(cd "$(dirname "$0")" && pwd)/people
work=$(mktemp -d)
listener=
trap 'test -z "$listener" || kill "$listener" 2>/dev/null || true; rm -rf "$work"' EXIT
unset KITH_REPLICA
export KITH_LANG="${KITH_LANG:-en}"

say() { printf '\n\033[1m%s\033[0m\n' "$*"; }
# Each laptop has a home of its own. Exit code 2 means "done, but something needs a person": part of the story here.
laptop() {
    who=$1
    shift
    printf '%s$ kith %s\n' "$who" "$*"
    code=0
    HOME=$work/$who XDG_DATA_HOME=$work/$who/data "$kith" "$@" || code=$?
    test "$code" = 0 || test "$code" = 2 || { echo "The demo failed: exit code $code"; exit 1; }
}
quietly() { HOME=$work/$1 XDG_DATA_HOME=$work/$1/data; export HOME XDG_DATA_HOME; shift; "$kith" "$@"; }
mkdir -p "$work/fatima" "$work/jan" "$work/stick"

say "1. Fatima starts a space on her laptop and imports her list."
laptop fatima init --space Zuid --name 'Laptop Fatima'
laptop fatima import "$lists/fatima.csv"

say "2. She hands Jan a stick. He joins with it, and imports his own list."
laptop fatima bundle export "$work/stick/fatima.kithbundle"
laptop jan join "$work/stick/fatima.kithbundle" --name 'Laptop Jan'
laptop jan import "$lists/jan.csv"
echo "(People who are on both lists appear twice until duplicates can be linked: a later version.)"

say "3. Weeks without a network: both edit, Jan with the program sqlite3. Both change the same person's language."
replica=$(find "$work/jan/data" -name '*.kith')
id=$(quietly fatima list contact --where "family_name = 'Müller' or family_name = 'Muller'" --json | python3 -c 'import json,sys; print(json.load(sys.stdin)[0]["id"])')
laptop fatima edit "$id" language=en
laptop fatima add contact given_name=Noor infix=van family_name=Dijk
printf 'jan$ sqlite3 zuid.kith "update contact set language = %s where id = …"\n' "'tr'"
sqlite3 "$replica" "update contact set language = 'tr' where id = '$id'"
sqlite3 "$replica" "insert into contact (given_name, family_name) values ('Bram', 'de Wit')"

say "4. Jan's stick goes to Fatima: first a look, then the import."
laptop jan bundle export "$work/stick/jan.kithbundle"
laptop fatima bundle import --dry-run "$work/stick/jan.kithbundle"
laptop fatima bundle import "$work/stick/jan.kithbundle"

say "5. The same stick again changes nothing."
laptop fatima bundle import "$work/stick/jan.kithbundle"

say "6. One value was changed on both laptops. Nothing was lost: Fatima chooses."
laptop fatima conflicts
laptop fatima settle --all --take mine

say "7. They meet: Fatima's laptop listens, Jan's syncs."
quietly fatima listen --port 0 --once >"$work/listen" 2>&1 &
listener=$!
port=
for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
    port=$(sed -n 's/.*127\.0\.0\.1:\([0-9][0-9]*\).*/\1/p' "$work/listen" | head -n 1)
    test -n "$port" && break
    sleep 0.25
done
test -n "$port" || { echo "The demo failed: the listener did not start."; cat "$work/listen"; exit 1; }
laptop jan sync "127.0.0.1:$port"
wait "$listener" || true
listener=

say "8. Both have the same list."
laptop fatima status
laptop jan status
quietly fatima list contact --json >"$work/fatima.json"
quietly jan list contact --json >"$work/jan.json"
cmp "$work/fatima.json" "$work/jan.json" || { echo "The demo failed: the lists differ."; exit 1; }
printf '\nDone: %s contacts on both laptops, byte for byte the same.\n' \
    "$(python3 -c 'import json,sys; print(len(json.load(open(sys.argv[1]))))' "$work/jan.json")"
