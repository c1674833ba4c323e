#!/bin/sh
# The main job on real input: two volunteers, two lists, no network; sealed sticks, a cable, a conflict, and one list in the end.
# Then what should never happen and does: a stick is lost, a laptop is stolen, somebody wants to be forgotten.
# And a relay that carries for laptops which are never on at the same hour, and can read nothing of it.
# usage: demo.sh path/to/kith, with kith-relay beside it
set -eu
kith=$(cd "$(dirname "$1")" && pwd)/$(basename "$1")
relay=$(dirname "$kith")/kith-relay
lists=$(cd "$(dirname "$0")" && pwd)/people
work=$(mktemp -d)
listener=
carrier=
trap 'for pid in $listener $carrier; do kill "$pid" 2>/dev/null || true; done; rm -rf "$work"' EXIT
unset KITH_REPLICA KITH_DEVICE_FILE KITH_PASSPHRASE_FILE XDG_STATE_HOME
export KITH_LANG="${KITH_LANG:-en}"

say() { printf '\n\033[1m%s\033[0m\n' "$*"; }
fail() { echo "The demo failed: $*"; exit 1; }
# Each laptop has a home of its own. Exit code 2 means "done, but something needs a person": part of the story here.
laptop() {
    who=$1
    shift
    printf '%s$ kith %s\n' "$who" "$*"
    code=0
    quietly "$who" "$@" || code=$?
    test "$code" = 0 || test "$code" = 2 || fail "exit code $code"
}
quietly() (
    HOME=$work/$1
    XDG_DATA_HOME=$HOME/data
    export HOME XDG_DATA_HOME
    shift
    "$kith" "$@"
)
# Whether a word stands in any byte of the files named.
holds() { word=$1; shift; LC_ALL=C grep -rqaiF "$word" "$@"; }
value() { python3 -c 'import json,sys
found = json.load(sys.stdin)
for key in sys.argv[1:]: found = found[int(key) if isinstance(found, list) else key]
print(found)' "$@"; }
listen() {
    : >"$work/listen"
    # By itself, so that the id that is kept is the program's.
    HOME=$work/fatima XDG_DATA_HOME=$work/fatima/data "$kith" listen --port 0 --no-discovery --json >"$work/listen" 2>&1 &
    listener=$!
    port=
    for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
        port=$(sed -n 's/.*"listening": \([0-9][0-9]*\).*/\1/p' "$work/listen" | head -n 1)
        test -n "$port" && return 0
        sleep 0.25
    done
    cat "$work/listen"
    fail "the listener did not start"
}
stop_listening() {
    kill "$listener"
    wait "$listener" || true
    listener=
}
for who in fatima jan omar sanne stranger; do mkdir -p "$work/$who"; done
mkdir -p "$work/stick"
cd "$work/stick"

say "1. Fatima starts a space on her laptop and imports her list."
laptop fatima init --space Zuid --name 'Laptop Fatima'
laptop fatima import "$lists/fatima.csv"

say "2. Jan asks to take part: a request on a stick. Fatima compares the id, admits him, and hands the stick back, sealed."
laptop jan join --request jan.kithrequest --name 'Laptop Jan'
laptop fatima device admit jan.kithrequest --yes
laptop fatima bundle export fatima.kithbundle
laptop jan join fatima.kithbundle
laptop jan import "$lists/jan.csv"
echo "(People who are on both lists appear twice until duplicates can be linked: a later version.)"

say "3. A stranger finds the stick."
laptop stranger bundle inspect fatima.kithbundle
for word in Amrani Zuid Fatima contact; do
    if holds "$word" fatima.kithbundle; then fail "'$word' stands in the bundle"; fi
done
echo "Not one name stands in its bytes."

say "4. Weeks without a network: both edit, Jan with the program sqlite3. Both change the same person's language."
replica=$work/jan/data/kith/zuid.kith
id=$(quietly fatima list contact --where "family_name = 'Müller' or family_name = 'Muller'" --json | value rows 0 id)
laptop fatima edit "$id" language=en
laptop fatima add contact given_name=Noor infix=van family_name=Quispel
printf 'jan$ sqlite3 zuid.kith "update contact set language = %s where id = …"\n' "'tr'"
sqlite3 "$replica" "update contact set language = 'tr' where id = '$id'"
sqlite3 "$replica" "insert into contact (given_name, family_name) values ('Bram', 'de Wit')"

say "5. Jan's stick goes to Fatima: first a look, then the import. The same stick again changes nothing."
laptop jan bundle export jan.kithbundle
laptop fatima bundle import --dry-run jan.kithbundle
laptop fatima bundle import jan.kithbundle
laptop fatima bundle import jan.kithbundle

say "6. One value was changed on both laptops. Nothing was lost: Fatima chooses."
laptop fatima conflicts
laptop fatima settle --all --take mine

say "7. Both write in one description, with the program sqlite3 alone: in two paragraphs, then in the same sentence."
fatimas=$work/fatima/data/kith/zuid.kith
describe() { printf '%s$ sqlite3 zuid.kith "update initiative set description = %s"\n' "$1" "$2" && sqlite3 "$3" "update initiative set description = $2"; }
swap() {
    quietly jan bundle export jan.kithbundle >"$work/said"
    laptop fatima bundle import jan.kithbundle
    quietly fatima bundle export fatima.kithbundle >"$work/said"
    laptop jan bundle import fatima.kithbundle
}
described() { sqlite3 "$1" 'select description from initiative'; }
sqlite3 "$fatimas" "insert into initiative (name, description) values ('Soup', 'We cook on Tuesday.' || char(10, 10) || 'The key is with Anna.')"
swap
describe fatima "replace(description, 'on Tuesday', 'on Wednesday')" "$fatimas"
describe jan "replace(description, 'with Anna', 'under the mat')" "$replica"
swap
described "$replica"
test "$(described "$fatimas")" = "$(described "$replica")" || fail "the descriptions differ"
test "$(described "$replica" | tr '\n' ' ')" = 'We cook on Wednesday.  The key is under the mat. ' || fail "an edit is missing"
quietly fatima conflicts --json >"$work/said" || true
if grep -q '"description"' "$work/said"; then fail "a conflict that is none"; fi
echo "Both edits stand, and nobody is asked anything."
describe fatima "replace(description, 'on Wednesday', 'on Thursday')" "$fatimas"
describe jan "replace(description, 'on Wednesday', 'on Saturday')" "$replica"
swap
laptop fatima conflicts
for words in Thursday Saturday; do described "$fatimas" | grep -q "$words" || fail "'$words' is lost"; done
soup=$(quietly fatima list initiative --json | value rows 0 id)
laptop fatima settle "$soup" --column description --take theirs
swap
described "$replica"
described "$fatimas" | grep -q '^We cook on Saturday.$' || fail "the choice did not arrive"
test "$(described "$fatimas")" = "$(described "$replica")" || fail "the descriptions differ"

say "8. They meet: Fatima's laptop listens, Jan's syncs, over TLS with both keys known. Omar joins there with a code."
invite=$(quietly fatima invite --no-qr --json | value code)
listen
laptop jan sync "127.0.0.1:$port"
printf 'omar$ kith join CODE@127.0.0.1:%s --name "Laptop Omar"\n' "$port"
quietly omar join "$invite@127.0.0.1:$port" --name 'Laptop Omar' || fail "the code was refused"
if quietly stranger join "$invite@127.0.0.1:$port" --name 'Laptop Nobody' 2>"$work/refused"; then fail "the code worked twice"; fi
printf 'stranger$ kith join CODE@127.0.0.1:%s\n' "$port"
cat "$work/refused"
stop_listening

say "9. All have the same list."
laptop fatima status
laptop fatima device list
for who in fatima jan omar; do quietly "$who" list contact --json >"$work/$who.json"; done
cmp "$work/fatima.json" "$work/jan.json" || fail "the lists differ"
cmp "$work/fatima.json" "$work/omar.json" || fail "the lists differ"

say "10. Omar's laptop is stolen. Fatima removes it; what it still writes lands in quarantine."
laptop fatima device revoke 'Laptop Omar' --yes
quietly omar add contact given_name=Forged >"$work/said"
quietly omar bundle export omar.kithbundle >"$work/said"
laptop fatima bundle import omar.kithbundle
laptop fatima quarantine list
for delta in $(quietly fatima quarantine list --json | python3 -c 'import json,sys
for entry in json.load(sys.stdin)["deltas"]: print(entry["id"])'); do
    laptop fatima quarantine discard "$delta" --yes
done
quietly fatima bundle export after.kithbundle >"$work/said"
if quietly omar bundle import after.kithbundle >"$work/said" 2>&1; then fail "a removed laptop read a new stick"; fi
echo "What is written from now on, Omar's laptop cannot open:"
cat "$work/said"

say "11. Noor asks to be forgotten. Fatima erases her; the next stick takes it to Jan, and an old stick does not bring her back."
noor=$(quietly fatima list contact --where "given_name = 'Noor' and family_name = 'Quispel'" --json | value rows 0 id)
quietly jan bundle export old.kithbundle >"$work/said"
laptop fatima erase "$noor" --yes
laptop fatima bundle export fatima.kithbundle
laptop jan bundle import fatima.kithbundle
laptop jan bundle import old.kithbundle
laptop fatima bundle import old.kithbundle
laptop jan bundle export jan.kithbundle
laptop fatima bundle import jan.kithbundle
laptop fatima erase --status
for who in fatima jan; do
    if holds Quispel "$work/$who"; then fail "she still stands in a file of $who"; fi
done
echo "Her name stands in no byte of either laptop."

say "12. The municipality runs a relay: it is admitted like a laptop, gets no key, and carries for those who never meet."
free_port() { python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'; }
KITH_RELAY_LISTEN_PORT=$(free_port)
KITH_RELAY_HEALTH_PORT=$(free_port)
export KITH_RELAY_STATE_FOLDER="$work/relay" KITH_RELAY_LISTEN_HOST=127.0.0.1 KITH_RELAY_LISTEN_PORT KITH_RELAY_HEALTH_PORT
printf 'relay$ kith-relay init --name Relay\n'
"$relay" init --name Relay >"$work/said"
laptop fatima device admit "$work/relay/relay.kithrequest" --role relay --yes
quietly sanne join --request sanne.kithrequest --name 'Laptop Sanne' >"$work/said"
quietly fatima device admit sanne.kithrequest --yes >"$work/said"
laptop fatima bundle export list.kithbundle
printf 'relay$ kith-relay space add list.kithbundle\n'
"$relay" space add list.kithbundle
: >"$work/relay.log"
"$relay" run >"$work/relay.log" 2>&1 &
carrier=$!
tries=0
until grep -q listening "$work/relay.log"; do
    tries=$((tries + 1))
    test "$tries" -lt 80 || { cat "$work/relay.log"; fail "the relay did not start"; }
    sleep 0.25
done
# Sanne joins with the stick; from here on the three are never on at the same time.
quietly sanne join list.kithbundle >"$work/said"
quietly jan bundle import list.kithbundle >"$work/said"
address=$("$relay" init | grep -o 'HOST:[0-9]*#[A-Z0-9-]*' | sed 's/^HOST/127.0.0.1/')
for who in fatima jan sanne; do quietly "$who" relay add "$address" >"$work/said"; done
quietly fatima add contact given_name=Petra family_name=Doorgegeven >"$work/said"
quietly jan add contact given_name=Karim family_name=Meegenomen >"$work/said"
for who in fatima jan sanne fatima; do laptop "$who" sync --no-discovery; done
for word in Doorgegeven Meegenomen Amrani Zuid Fatima given_name; do
    if holds "$word" "$work/relay" "$work/relay.log"; then fail "'$word' stands in the relay's files"; fi
done
echo "Not one name stands in a byte of the relay's files or its log."
printf 'relay$ kith-relay devices\n'
"$relay" devices
kill "$carrier"
wait "$carrier" || fail "the relay did not end well"
carrier=

for who in fatima jan sanne; do quietly "$who" list contact --json >"$work/$who.json"; done
cmp "$work/fatima.json" "$work/jan.json" || fail "the lists differ"
cmp "$work/fatima.json" "$work/sanne.json" || fail "Sanne's list differs"
printf '\nDone: %s contacts on all laptops, byte for byte the same.\n' \
    "$(python3 -c 'import json,sys; print(len(json.load(open(sys.argv[1]))["rows"]))' "$work/jan.json")"
