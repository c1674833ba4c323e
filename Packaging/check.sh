#!/bin/sh
# usage: check.sh OUT   examines the packages in OUT, installs them into a folder, runs what is in them there, and removes them again
#
# It needs no network and takes seconds. Tests/bare-root.sh does it in a Debian of its own.
set -eu
fail() { echo "check.sh: $*" >&2; exit 1; }
newest() { ls -t "$1/$2"_[0-9]*.deb 2> /dev/null | head -1; }
laptop=$(newest "$1" kith)
relay=$(newest "$1" kith-relay)
if [ -z "$laptop" ] || [ -z "$relay" ]; then fail "no two packages in $1"; fi
stage=$(mktemp -d)
trap 'rm -rf "$stage"' EXIT
chmod 755 "$stage"
mkdir "$stage/kith" "$stage/kith-relay"
dpkg-deb -x "$laptop" "$stage/kith"
dpkg-deb -x "$relay" "$stage/kith-relay"

# Who has what: nothing twice, no service with a laptop's package, no program of people with the relay's.
for name in kith kith-relay; do (cd "$stage/$name" && find . ! -type d | sort) > "$stage/$name.files"; done
twice=$(comm -12 "$stage/kith.files" "$stage/kith-relay.files")
[ -z "$twice" ] || fail "in both packages: $twice"
! grep -E 'systemd|/etc/|sysusers|tmpfiles|relay' "$stage/kith.files" | grep -v -E '/doc/kith/Docs/Relay.md$' || fail "that is no laptop's"
! grep -E 'applications|/mime/|/icons/|\.so$|rescue' "$stage/kith-relay.files" || fail "that is no server's"
! dpkg-deb -f "$laptop" Depends | grep -q systemd || fail "a laptop's package depends on systemd"
dpkg-deb -f "$relay" Depends | grep -q "^kith (= $(dpkg-deb -f "$laptop" Version))" || fail "the relay does not ask for the runtime of its own version"
for name in kith kith-relay; do
    for page in "$stage/$name/usr/share/man/man1/"*.gz "$stage/$name/usr/share/man/nl/man1/"*.gz; do
        said=$(gzip -dc "$page" | LC_ALL=C.UTF-8 groff -Kutf8 -Tutf8 -man -ww -z 2>&1)
        [ -z "$said" ] || fail "$page: $said"
    done
    bash -n "$stage/$name/usr/share/bash-completion/completions/$name"
    bash -c 'source "$1" && complete -p "$2"' bash "$stage/$name/usr/share/bash-completion/completions/$name" $name > /dev/null || fail "no completion of $name"
    if command -v zsh > /dev/null; then zsh -n "$stage/$name/usr/share/zsh/vendor-completions/_$name"; fi
    if command -v fish > /dev/null; then fish -n "$stage/$name/usr/share/fish/vendor_completions.d/$name.fish"; fi
done

# What a desktop reads: a double click on a bundle runs a command that there is.
desktop=$stage/kith/usr/share/applications/kith.desktop
share=$stage/kith/usr/share
desktop-file-validate "$desktop"
xmllint --noout --nonet "$share/mime/packages/kith.xml" "$share/icons/hicolor/scalable/apps/kith.svg" "$share/icons/hicolor/scalable/mimetypes/application-x-kith-bundle.svg"
mkdir "$stage/mime"
cp -r "$share/mime/packages" "$stage/mime/"
said=$(XDG_DATA_DIRS=$stage update-mime-database "$stage/mime" 2>&1)
[ -z "$said" ] || fail "update-mime-database: $said"
grep -qx '50:application/x-kith-bundle:\*.kithbundle' "$stage/mime/globs2" || fail "*.kithbundle is no kind of file"
grep -q '^MimeType=application/x-kith-bundle;$' "$desktop"
grep -qx 'Exec=kith open %f' "$desktop"
KITH_LANG=en "$stage/kith/usr/bin/kith" open --help > "$stage/help"
grep -q '^USAGE: kith open \[<file>\]' "$stage/help" || fail "the icon calls what there is not"

# The list of components: what is in the packages, with their sums.
python3 - "$(dirname "$laptop")"/kith_"$(dpkg-deb -f "$laptop" Version)"_*.cdx.json "$laptop" "$relay" "$stage/kith/usr/lib/kith" << 'EOF'
import hashlib, json, os, sys
path, laptop, relay, libraries = sys.argv[1:]
answer = json.load(open(path, encoding="utf-8"))
assert answer["bomFormat"] == "CycloneDX" and answer["specVersion"] == "1.5"
parts = {}
def walk(components):
    for part in components:
        assert part["bom-ref"] not in parts, part["bom-ref"]
        parts[part["bom-ref"]] = part
        walk(part.get("components", []))
walk(answer["components"])
sum_of = lambda path: hashlib.sha256(open(path, "rb").read()).hexdigest()
for name, path in [("kith", laptop), ("kith-relay", relay)] + [(f"swift/{file}", os.path.join(libraries, file)) for file in os.listdir(libraries) if ".so" in file]:
    assert parts[name]["hashes"][0]["content"] == sum_of(path), name
for edge in answer["dependencies"]:
    for needed in edge["dependsOn"]: assert needed in parts, needed
assert {"swift:swift-nio", "debian:libsqlite3-0", "debian:libzstd1", "swift/lib_FoundationICU.so"} <= set(parts)
EOF
lintian --allow-root --fail-on error,warning "$laptop" "$relay"
stat -c '%s bytes: %n' "$laptop" "$relay"
if [ "$(id -u)" != 0 ]; then
    echo "check.sh: only root can install, even into a folder: installing was NOT checked; run 'sudo sh $0 $1'" >&2
    exit 0
fi

root=$stage/root
mkdir -p "$root/var/lib/dpkg/info" "$root/var/lib/dpkg/updates" "$root/etc"
touch "$root/var/lib/dpkg/status" "$root/var/lib/dpkg/available"
printf 'root:x:0:0:root:/root:/bin/sh\n' > "$root/etc/passwd"
printf 'root:x:0:\n' > "$root/etc/group"
package() { dpkg --root="$root" --force-script-chrootless --force-depends --log=/dev/null "$@" > "$stage/dpkg.log" 2>&1 || { cat "$stage/dpkg.log"; fail "dpkg $*"; }; }
# The programs run with the runtime that came along, and with no other of Swift's. Asked of the file itself: only the kernel follows a link
# before $ORIGIN is found.
runs() {
    libraries=$(ldd "$root/usr/lib/kith/$1")
    case $libraries in *"not found"*) fail "$1 lacks libraries: $libraries" ;; esac
    ! echo "$libraries" | grep -E 'libswift|Foundation|dispatch' | grep -v "$root/usr/lib/kith/" || fail "$1 takes a runtime from elsewhere"
    "$root/usr/bin/$1" --version > /dev/null
}

# A laptop: the program alone.
package --install "$laptop"
runs kith
if grep -q kith "$root/etc/passwd"; then fail "a laptop has a user for a relay"; fi
# The second reader; where Python and its package are, it runs.
if python3 -c 'import cryptography' 2> /dev/null; then
    python3 "$root/usr/bin/kith-rescue" --lang en --help > "$stage/rescue"
    grep -q -- --words "$stage/rescue" || fail "kith-rescue does not run"
    { sleep 0.3; python3 "$root/usr/bin/kith-rescue" --lang en --help 2> "$stage/rescue"; } | true
    [ ! -s "$stage/rescue" ] || fail "kith-rescue cannot bear a reader who stops: $(tail -1 "$stage/rescue")"
else
    echo "check.sh: Python's package cryptography is missing: kith-rescue was NOT run" >&2
fi

# A server.
package --install "$relay"
runs kith-relay
owner=$(grep '^kith-relay:' "$root/etc/passwd" | cut -d: -f3)
[ -n "$owner" ] || fail "no user kith-relay"
[ "$(stat -c '%a %u' "$root/var/lib/kith-relay")" = "700 $owner" ] || fail "wrong rights of the state folder: $(stat -c '%a %u' "$root/var/lib/kith-relay")"
[ "$(stat -c %a "$root/etc/default/kith-relay")" = 600 ] || fail "wrong rights of /etc/default/kith-relay"
state=$root/var/lib/kith-relay
export KITH_RELAY_STATE_FOLDER="$stage/state" KITH_LANG=en
"$root/usr/bin/kith-relay" run --check-config --config "$root/etc/kith-relay/config.json" > /dev/null
"$root/usr/bin/kith-relay" init --name 'Relay' --config "$root/etc/kith-relay/config.json" > /dev/null
# As an administrator, in the folder of the relay's user: what is made there is that user's.
chmod 755 "$stage" "$root" "$root/var" "$root/var/lib"
KITH_RELAY_STATE_FOLDER=$state "$root/usr/bin/kith-relay" init --name 'Relay' --config "$root/etc/kith-relay/config.json" > /dev/null
[ "$(stat -c '%a %u' "$state/device")" = "600 $owner" ] || fail "root's init left a key file of $(stat -c '%a %u' "$state/device")"

# The same unit with the programs where they are now, since a unit whose program is not there is refused.
mkdir "$stage/unit"
sed "s|/usr/bin/kith-relay|$root/usr/bin/kith-relay|" "$root/usr/lib/systemd/system/kith-relay.service" > "$stage/unit/kith-relay.service"
said=$(systemd-analyze verify --man=no "$stage/unit/kith-relay.service" 2>&1 || true)
[ -z "$said" ] || fail "systemd-analyze: $said"
systemd-analyze security --offline=true "$stage/unit/kith-relay.service" 2> /dev/null | tail -1

# Again, as an upgrade; what the operator changed stays.
echo '{"listen": {"port": 7555}}' > "$root/etc/kith-relay/config.json"
package --force-confold --install "$laptop" "$relay"
grep -q 7555 "$root/etc/kith-relay/config.json" || fail "an upgrade wrote over the settings"
package --purge kith-relay
[ -f "$state/device" ] || fail "the keys are gone"
[ ! -e "$root/etc/kith-relay/config.json" ] || fail "settings stay after a purge"
runs kith
package --purge kith
[ ! -e "$root/usr/lib/kith" ] || fail "left behind: $(ls "$root/usr/lib/kith")"
echo "The packages install, run, and go."
