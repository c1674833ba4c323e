#!/bin/sh
# usage: bare-root.sh OUT   tries the packages in OUT in a bare Debian 12 that it makes: installs them as people and operators do, uses them, upgrades
# from the single package of once, removes and purges them
#
# SINGLE=FILE is that package, as an earlier commit made it; without, one is put together from these two.
# Needs root, debootstrap and Debian's archive, which it reaches as this machine does. The bare system is kept beside the packages
# (bookworm.tar), so that only the first run makes it. Nothing is changed outside a temporary folder; mounts and processes end with the script.
# shellcheck disable=SC2016
set -eu
out=$(cd "$1" && pwd)
here=$(cd "$(dirname "$0")" && pwd)
[ "$(id -u)" = 0 ] || { echo "bare-root.sh: only root can make a system in a folder: NOT tried; run 'sudo sh $0 $1'" >&2; exit 1; }
# Everything from here on in a process tree and with mounts of its own.
if [ "${BARE_ROOT_INSIDE:-}" != 1 ]; then exec env BARE_ROOT_INSIDE=1 unshare --mount --pid --fork --kill-child --mount-proc sh "$here/bare-root.sh" "$out"; fi
mount --make-rprivate /
export LC_ALL=C DEBIAN_FRONTEND=noninteractive
stage=$(mktemp -d)
chmod 755 "$stage"
root=$stage/root
mkdir "$root"
ended() {
    status=$?
    for place in dev/pts dev proc sys; do umount "$root/$place" 2> /dev/null || umount -l "$root/$place" 2> /dev/null || true; done
    # Never into a file system that is still mounted there.
    rm -rf --one-file-system "$stage"
    exit $status
}
trap ended EXIT
fail() { echo "bare-root.sh: $*" >&2; exit 1; }
say() { echo "bare-root.sh: $*"; }
newest() { find "$out" -maxdepth 1 -name "$1_[0-9]*.deb" -printf '%T@ %f\n' | sort -rn | sed -n '1s/^[^ ]* //p'; }
laptop=$(newest kith)
relay=$(newest kith-relay)
if [ -z "$laptop" ] || [ -z "$relay" ]; then fail "no two packages in $out"; fi

# The bare system.
if [ ! -e "$out/bookworm.tar" ]; then
    archive=$(apt-get indextargets --format '$(REPO_URI) $(CODENAME)' 'Created-By: Packages' | sed -n 's/ bookworm$//p' | sort -u | head -1)
    [ -n "$archive" ] || fail "this machine's apt knows no archive of Debian 12"
    say "making a bare Debian 12"
    debootstrap --variant=minbase bookworm "$root" "$archive" > "$stage/debootstrap.log" 2>&1 || { tail -20 "$stage/debootstrap.log" >&2; fail "debootstrap did not get there"; }
    echo "deb $archive bookworm main" > "$root/etc/apt/sources.list"
    echo 'Acquire::Languages "none";' > "$root/etc/apt/apt.conf.d/99bare"
    cp /etc/resolv.conf "$root/etc/resolv.conf"
    chroot "$root" apt-get update -qq
    # What the packages ask for comes with them, from here.
    chroot "$root" apt-get clean
    tar -C "$root" -cf "$out/bookworm.tar.new" .
    mv "$out/bookworm.tar.new" "$out/bookworm.tar"
    rm -rf "$root"
    mkdir "$root"
fi
tar -C "$root" -xf "$out/bookworm.tar"
cp /etc/resolv.conf "$root/etc/resolv.conf"
mount -t proc proc "$root/proc"
mount --rbind /dev "$root/dev"
mkdir "$root/packages"
cp "$out/$laptop" "$out/$relay" "$root/packages/"

inside() { chroot "$root" env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LC_ALL=C.UTF-8 DEBIAN_FRONTEND=noninteractive "$@"; }
# as NAME COMMAND…   as a person on that machine
as() { who=$1; shift; inside setpriv --reuid "$who" --regid "$who" --init-groups env "HOME=/home/$who" "USER=$who" KITH_LANG=en "$@"; }
apt() { inside apt-get -y -q -o Dpkg::Use-Pty=0 "$@" > "$stage/apt.log" 2>&1 || { cat "$stage/apt.log" >&2; fail "apt-get $*"; }; }
is_installed() { [ "$(inside dpkg-query -W -f '${db:Status-Status}' "$1" 2> /dev/null)" = installed ]; }
# until_there SECONDS COMMAND…
until_there() { left=$(($1 * 10)); shift; while ! "$@" > /dev/null 2>&1; do left=$((left - 1)); [ $left -gt 0 ] || return 1; sleep 0.1; done; }

say "a laptop: $laptop alone"
apt install --no-install-recommends libsqlite3-0 libzstd1 libqrencode4 libstdc++6 libgcc-s1
inside useradd --create-home fatima
inside useradd --create-home jan
apt install --no-install-recommends "./packages/$laptop"
is_installed kith || fail "kith is not installed"
! is_installed systemd || fail "a laptop's package brought systemd"
[ -z "$(inside dpkg --verify kith)" ] || fail "what dpkg wrote is not what the package says"
as fatima kith init --space Zuid --name 'Laptop Fatima' > /dev/null
as fatima kith add person 'Fatima el Amrani' --phone 06-12345678 > /dev/null
as jan kith join --request /tmp/jan.kithrequest --name 'Laptop Jan' > /dev/null
chmod 644 "$root/tmp/jan.kithrequest"
as fatima kith device admit /tmp/jan.kithrequest --yes > /dev/null
as fatima kith bundle export /tmp/zuid.kithbundle > /dev/null
chmod 644 "$root/tmp/zuid.kithbundle"
as jan kith join /tmp/zuid.kithbundle > /dev/null
as jan kith list contact > "$stage/said"
grep -q Amrani "$stage/said" || fail "what Fatima wrote did not reach Jan: $(cat "$stage/said")"
for name in kith kith-rescue; do
    for folder in man man/nl; do [ -s "$root/usr/share/$folder/man1/$name.1.gz" ] || fail "no manual of $name in $folder"; done
done

say "a double click on a bundle"
apt install --no-install-recommends xdg-utils desktop-file-utils shared-mime-info libglib2.0-bin
inside gio info -a standard::content-type /tmp/zuid.kithbundle > "$stage/said"
grep -q 'application/x-kith-bundle' "$stage/said" || fail "a bundle is taken for $(cat "$stage/said")"
cp "$root/tmp/zuid.kithbundle" "$root/tmp/no-ending"
inside gio info -a standard::content-type /tmp/no-ending > "$stage/said"
grep -q 'application/x-kith-bundle' "$stage/said" || fail "a bundle without its ending is taken for $(cat "$stage/said")"
inside gio mime application/x-kith-bundle > "$stage/said"
grep -q 'kith.desktop' "$stage/said" || fail "no program for bundles: $(cat "$stage/said")"
# A browser that only says what it was given.
printf '#!/bin/sh\necho "$1" > "$HOME/opened"\n' > "$root/usr/local/bin/browser"
chmod 755 "$root/usr/local/bin/browser"
cp "$root/tmp/zuid.kithbundle" "$root/home/jan/Zuid, van Fatima.kithbundle"
# As a desktop's file manager does.
as jan env BROWSER=/usr/local/bin/browser gio open '/home/jan/Zuid, van Fatima.kithbundle' > "$stage/open.log" 2>&1 &
until_there 60 test -s "$root/home/jan/opened" || { cat "$stage/open.log" >&2; fail "a double click shows no page"; }
page=$root$(cat "$root/home/jan/opened")
address=$(grep -o 'http://127.0.0.1:[0-9]*/[^"<> ]*' "$page" | head -1)
[ -n "$address" ] || fail "the browser was handed no address but $(cat "$root/home/jan/opened")"
# As a browser does: the code becomes a cookie, and the page that is opened has the bundle.
curl -sS -L -c "$stage/cookies" "$address" > /dev/null
curl -sS -L -b "$stage/cookies" "${address%"/${address#http://*/}"}/" > "$stage/page"
grep -q 'Zuid, van Fatima.kithbundle' "$stage/page" || fail "the page does not show the bundle that was opened: $(head -c 600 "$stage/page")"

say "shells"
apt install --no-install-recommends zsh fish bash-completion
inside bash -ic 'source /usr/share/bash-completion/bash_completion; _completion_loader kith; COMP_WORDS=(kith bundle ex); COMP_CWORD=2; COMP_LINE="kith bundle ex"; COMP_POINT=14; _kith; printf "%s\n" "${COMPREPLY[@]}"' > "$stage/said" 2> /dev/null
grep -q '^export' "$stage/said" || fail "bash does not complete 'kith bundle ex'"
inside fish -c 'complete -C "kith bundle ex"' > "$stage/said"
grep -q '^export' "$stage/said" || fail "fish does not complete 'kith bundle ex'"
inside zsh -c 'autoload -Uz compinit; compinit -u; print ${_comps[kith]}' > "$stage/said"
grep -q '^_kith' "$stage/said" || fail "zsh does not know how to complete kith"

say "gone from the laptop"
# The page's server is Jan's, and ends when its package does: it is asked to.
inside sh -c 'for d in /proc/[0-9]*; do [ "$(readlink "$d/exe")" = /usr/lib/kith/kith ] && kill "${d#/proc/}"; done; true'
wait
apt purge kith
rm -f "$root/usr/local/bin/browser"
apt purge --auto-remove zsh fish bash-completion xdg-utils desktop-file-utils shared-mime-info libglib2.0-bin
! is_installed kith || fail "kith is still installed"
(cd "$root" && find etc usr var/lib -xdev -iname '*kith*' ! -path 'var/lib/apt/*') > "$stage/left"
[ ! -s "$stage/left" ] || fail "a purge left behind: $(cat "$stage/left")"
[ -s "$root/home/fatima/.local/share/kith/zuid.kith" ] || fail "a purge took a person's list"

say "a server: both packages, also where /proc is not mounted, as while an image is made"
umount "$root/proc"
apt install --no-install-recommends "./packages/$laptop" "./packages/$relay"
for name in kith kith-relay; do inside $name --version > /dev/null || fail "$name does not find its runtime without /proc"; done
mount -t proc proc "$root/proc"
[ -z "$(inside dpkg --verify kith kith-relay)" ] || fail "what dpkg wrote is not what the packages say"
state=$root/var/lib/kith-relay
owner=$(inside id -u kith-relay)
[ "$(stat -c '%a %u' "$state")" = "700 $owner" ] || fail "wrong rights of the state folder: $(stat -c '%a %u' "$state")"
inside env KITH_LANG=en kith-relay init --name 'Relay Zuid' > "$stage/said"
inside env KITH_LANG=en kith-relay run --check-config > /dev/null
cp "$state/relay.kithrequest" "$root/tmp/relay.kithrequest"
chmod 644 "$root/tmp/relay.kithrequest"
as fatima kith device admit /tmp/relay.kithrequest --role relay --yes > /dev/null
as fatima kith bundle export /tmp/space.kithbundle > /dev/null
chmod 644 "$root/tmp/space.kithbundle"
inside env KITH_LANG=en kith-relay space add /tmp/space.kithbundle > /dev/null
# As the unit starts it, on a port of its own.
sed -i 's/"port": 7400/"port": 17400/; s/"port": 7401/"port": 17401/' "$root/etc/kith-relay/config.json"
inside setpriv --reuid kith-relay --regid kith-relay --clear-groups kith-relay run --config /etc/kith-relay/config.json > "$stage/relay.log" 2>&1 &
until_there 60 curl -fsS http://127.0.0.1:17401/ready || { cat "$stage/relay.log" >&2; fail "the relay does not answer"; }
address=127.0.0.1:17400#$(sed -n 's/.*HOST:[0-9]*#\([0-9A-Z-]*\).*/\1/p' "$stage/said" | head -1)
as fatima kith relay add "$address" > /dev/null
as fatima kith add person 'Jan Bos' > /dev/null
as fatima kith sync > "$stage/sync" 2>&1 || { [ $? = 2 ] || { cat "$stage/sync" "$stage/relay.log" >&2; fail "Fatima could not sync"; }; }
as jan kith bundle import /tmp/space.kithbundle > /dev/null
as jan kith relay add "$address" > /dev/null
as jan kith sync > "$stage/sync" 2>&1 || { [ $? = 2 ] || { cat "$stage/sync" "$stage/relay.log" >&2; fail "Jan could not sync"; }; }
as jan kith list contact > "$stage/said"
grep -q 'Bos' "$stage/said" || fail "what Fatima brought to the relay did not reach Jan: $(cat "$stage/said" "$stage/sync")"
stop_relay() { inside sh -c 'for d in /proc/[0-9]*; do [ "$(readlink "$d/exe")" = /usr/lib/kith/kith-relay ] && kill "${d#/proc/}"; done; true'; wait; }
stop_relay
mkdir -p "$root/etc/systemd/system/multi-user.target.wants"
ln -s /usr/lib/systemd/system/kith-relay.service "$root/etc/systemd/system/multi-user.target.wants/kith-relay.service"

say "removed and purged"
apt remove kith-relay
is_installed kith || fail "with the relay the laptop's program went"
[ -e "$root/etc/kith-relay/config.json" ] || fail "a removal took the settings"
[ ! -L "$root/etc/systemd/system/multi-user.target.wants/kith-relay.service" ] || fail "a service that is gone is still to be started"
as fatima kith status > /dev/null || [ $? = 2 ] || fail "kith does not run any more"
apt purge kith-relay kith
(cd "$root" && find etc usr -xdev -iname '*kith*' ! -name passwd- ) > "$stage/left"
[ ! -s "$stage/left" ] || fail "a purge left behind: $(cat "$stage/left")"
[ -s "$state/device" ] || fail "a purge took the relay's keys"

say "the service, under systemd"
apt install --no-install-recommends dbus "./packages/$laptop" "./packages/$relay"
sed -i 's/"port": 7400/"port": 17400/; s/"port": 7401/"port": 17401/' "$root/etc/kith-relay/config.json"
cat > "$root/root/try.sh" << 'EOF'
#!/bin/bash
# What an operator does, on a machine that has booted; what is said last is how far it came.
exec > /root/result 2>&1
state() { systemctl show -p "$1" --value kith-relay; }
ready() { for _ in {1..300}; do exec 3<> /dev/tcp/127.0.0.1/17401 && return; sleep 0.1; done 2> /dev/null; return 1; }
set -ex
systemctl enable --now kith-relay
ready
test "$(stat -c %U "/proc/$(state MainPID)")" = kith-relay
systemctl reload kith-relay
first=$(state MainPID)
dpkg --force-confold -i /packages/kith_*.deb /packages/kith-relay_*.deb
ready
test "$(state ActiveState)" = active
test "$(state MainPID)" != "$first"
journalctl -u kith-relay --no-pager -o cat > /root/journal
dpkg -r kith-relay
test "$(systemctl is-active kith-relay)" != active
test ! -L /etc/systemd/system/multi-user.target.wants/kith-relay.service
dpkg -P kith-relay kith
echo through
EOF
chmod 755 "$root/root/try.sh"
printf '[Unit]\nAfter=multi-user.target\n[Service]\nType=oneshot\nExecStart=/root/try.sh\nExecStopPost=/bin/systemctl --no-block poweroff\n' > "$root/etc/systemd/system/try.service"
mkdir -p "$root/etc/systemd/system/graphical.target.wants"
ln -s ../try.service "$root/etc/systemd/system/graphical.target.wants/try.service"
umount -R "$root/dev"
umount "$root/proc"
timeout 300 systemd-nspawn --quiet --register=no --keep-unit --private-network --boot -D "$root" < /dev/null > "$stage/boot.log" 2>&1 || true
mount -t proc proc "$root/proc"
mount --rbind /dev "$root/dev"
[ "$(tail -1 "$root/root/result" 2> /dev/null)" = through ] || { tail -20 "$stage/boot.log" "$root/root/result" >&2; fail "the service does not do under systemd what it should"; }
! grep -v -E '^(info|notice) kith-relay: |^(Starting|Started|Stopping|Stopped|Reloading|Reloaded|Deactivated) ?|kith-relay.service: |^Nothing had changed' "$root/root/journal" || fail "the service says that in its journal"
rm -r "$root/root/try.sh" "$root/etc/systemd/system/graphical.target.wants/try.service" "$root/etc/systemd/system/try.service"

say "an upgrade from the single package that held both"
if [ -n "${SINGLE:-}" ]; then
    cp "$SINGLE" "$root/packages/single.deb"
else
    single=$stage/single
    trait=$(dpkg-deb -f "$out/$laptop" Version | sed -n 's/^[^+-]*\(+[a-z]*\)-.*/\1/p')
    dpkg-deb -R "$out/$laptop" "$single"
    dpkg-deb -x "$out/$relay" "$single"
    dpkg-deb -e "$out/$relay" "$stage/relay-control"
    cp "$stage/relay-control/postinst" "$stage/relay-control/prerm" "$stage/relay-control/conffiles" "$single/DEBIAN/"
    sed -i "s/^Version: .*/Version: 0.1.0$trait/; s/^Depends: .*/&, systemd/" "$single/DEBIAN/control"
    rm "$single/DEBIAN/md5sums"
    dpkg-deb -Zgzip -z1 --root-owner-group --build "$single" "$root/packages/single.deb" > /dev/null
fi
apt install --no-install-recommends ./packages/single.deb
echo '{"listen": {"port": 17555}}' > "$root/etc/kith-relay/config.json"
keys=$(sha256sum < "$state/device")
# Alone, the laptop's package says what has become of the relay.
apt install --no-install-recommends -o Dpkg::Options::=--force-confold "./packages/$laptop"
grep -q 'relay is a package of its own' "$stage/apt.log" || fail "the relay's program went without a word"
apt install --no-install-recommends --allow-downgrades --reinstall ./packages/single.deb
echo '{"listen": {"port": 17555}}' > "$root/etc/kith-relay/config.json"
apt install --no-install-recommends "./packages/$laptop" "./packages/$relay"
grep -q 17555 "$root/etc/kith-relay/config.json" || fail "an upgrade wrote over the settings"
[ "$keys" = "$(sha256sum < "$state/device")" ] || fail "an upgrade touched the keys"
[ "$(inside dpkg-query -S /etc/kith-relay/config.json /usr/bin/kith-relay /usr/lib/systemd/system/kith-relay.service | cut -d: -f1 | sort -u)" = kith-relay ] || fail "the relay's files are not its package's"
! inside dpkg --verify kith kith-relay | grep -v config.json || fail "what dpkg wrote is not what the packages say: $(inside dpkg --verify kith kith-relay)"
inside env KITH_LANG=en kith-relay run --check-config > /dev/null
as jan kith status > /dev/null || [ $? = 2 ] || fail "kith does not run after the upgrade"
# The laptop's package had the relay's settings once (dpkg lists them as obsolete there): its purge leaves them.
inside dpkg --purge --force-depends kith > /dev/null 2>&1
[ -e "$root/etc/kith-relay/config.json" ] || fail "the purge of kith took the relay's settings"
inside dpkg --install "/packages/$laptop" > /dev/null
apt purge kith-relay kith
(cd "$root" && find etc usr -xdev -iname '*kith*') > "$stage/left"
[ ! -s "$stage/left" ] || fail "a purge left behind: $(cat "$stage/left")"
say "installed, used, upgraded, removed and purged: all as it should be"
