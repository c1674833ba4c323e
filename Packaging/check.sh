#!/bin/sh
# usage: check.sh OUT   installs OUT/kith_*.deb into a folder, runs both programs from there, checks the unit, and removes it again
set -eu
deb=$(ls -t "$1"/kith_*.deb | head -1)
if [ "$(id -u)" != 0 ]; then
    dpkg-deb --info "$deb"
    echo "check.sh: only root can install, even into a folder: installing was NOT checked; run 'sudo sh $0 $1'" >&2
    exit 0
fi
stage=$(mktemp -d)
trap 'rm -rf "$stage"' EXIT
root=$stage/root
mkdir -p "$root/var/lib/dpkg/info" "$root/var/lib/dpkg/updates" "$root/etc"
touch "$root/var/lib/dpkg/status" "$root/var/lib/dpkg/available"
printf 'root:x:0:0:root:/root:/bin/sh\n' > "$root/etc/passwd"
printf 'root:x:0:\n' > "$root/etc/group"
fail() { echo "check.sh: $*" >&2; exit 1; }
package() { dpkg --root="$root" --force-script-chrootless --force-depends --log=/dev/null "$@" > "$stage/dpkg.log" 2>&1 || { cat "$stage/dpkg.log"; fail "dpkg $*"; }; }

package --install "$deb"
owner=$(grep '^kith-relay:' "$root/etc/passwd" | cut -d: -f3)
[ -n "$owner" ] || fail "no user kith-relay"
[ "$(stat -c '%a %u' "$root/var/lib/kith-relay")" = "700 $owner" ] || fail "wrong rights of the state folder: $(stat -c '%a %u' "$root/var/lib/kith-relay")"
[ "$(stat -c %a "$root/etc/default/kith-relay")" = 600 ] || fail "wrong rights of /etc/default/kith-relay"

# The programs run with the runtime that came along, and with no other of Swift's.
for program in kith kith-relay; do
    # Asked of the file itself: only the kernel follows a link before $ORIGIN is found.
    libraries=$(ldd "$root/usr/lib/kith/$program")
    case $libraries in *"not found"*) fail "$program lacks libraries: $libraries" ;; esac
    echo "$libraries" | grep -E 'libswift|Foundation|dispatch' | grep -v "$root/usr/lib/kith/" && fail "$program takes a runtime from elsewhere"
    "$root/usr/bin/$program" --version > /dev/null
done
# The second reader is there; where Python and its package are, it runs.
[ -f "$root/usr/share/kith/rescue/kith_format.py" ] && [ -x "$root/usr/bin/kith-rescue" ] || fail "no kith-rescue"
if python3 -c 'import cryptography' 2> /dev/null; then
    python3 "$root/usr/bin/kith-rescue" --lang en --help | grep -q -- --words || fail "kith-rescue does not run"
else
    echo "check.sh: Python's package cryptography is missing: kith-rescue was NOT run" >&2
fi
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
package --force-confold --install "$deb"
grep -q 7555 "$root/etc/kith-relay/config.json" || fail "an upgrade wrote over the settings"
package --purge kith
[ -f "$state/device" ] || fail "the keys are gone"
[ ! -e "$root/usr/lib/kith" ] || fail "left behind: $(ls "$root/usr/lib/kith")"
command -v lintian > /dev/null && lintian --fail-on error --suppress-tags dir-or-file-in-opt,no-copyright-file,embedded-library,custom-library-search-path,initial-upload-closes-no-bugs,no-manual-page "$deb"
ls -l "$deb" | awk '{ print $5 " bytes: " $9 }'
