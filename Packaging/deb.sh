#!/bin/sh
# usage: deb.sh BUILD OUT [TRAIT]   makes two packages in OUT of the programs in the folder BUILD, and a list of what they are made of:
#
#   kith_VERSION_ARCH.deb         for laptops: page, icon, bundles by a double click, manual, completions; no service. And Swift's runtime.
#   kith-relay_VERSION_ARCH.deb   for servers: the relay with its user and service; it takes the runtime from the first.
#   kith_VERSION_ARCH.cdx.json    components (CycloneDX)
#
# Both programs are linked to Swift's runtime, which is shipped once (/usr/lib/kith) and found by the RUNPATH; linked statically, each
# would carry its own copy of it. With a trait, VERSION has +TRAIT: which of the builds is installed can be seen.
#
# The same programs give the same bytes, wherever and whenever: times are SOURCE_DATE_EPOCH's, else the last commit's; owners, modes, order
# and compression are fixed. KITH_DEB_PACKING='-Zgzip -z1' packs quickly, for tests.
set -eu
build=$1
out=$2
trait=${3:+$(printf %s "$3" | tr '[:upper:]' '[:lower:]')}
here=$(cd "$(dirname "$0")" && pwd)
top=$(dirname "$here")
export LC_ALL=C TZ=UTC
umask 022
for tool in dpkg-deb dpkg-query dpkg-shlibdeps ldd strip chrpath python3; do
    command -v $tool > /dev/null || { echo "deb.sh: $tool is missing: apt-get install dpkg-dev binutils libc-bin chrpath python3" >&2; exit 1; }
done
epoch=${SOURCE_DATE_EPOCH:-$(git -C "$top" log -1 --format=%ct 2> /dev/null || stat -c %Y "$top/CHANGELOG.md")}
export SOURCE_DATE_EPOCH="$epoch"
day=$(date -u -d "@$epoch" +%F)
program=$("$build/kith" --version)${trait:++$trait}
# The number after the hyphen counts packagings of one version. Before -1 there was a single package.
version=$program-1
first=0.1.0${trait:++$trait}-1~
arch=$(dpkg --print-architecture)
stage=$(mktemp -d)
trap 'rm -rf "$stage"' EXIT
laptop=$stage/kith
relay=$stage/kith-relay
lib=$laptop/usr/lib/kith

# Programs and runtime.
mkdir -p "$lib" "$laptop/usr/bin" "$relay/usr/lib/kith" "$relay/usr/bin"
install -m 755 "$build/kith" "$lib/kith"
install -m 755 "$build/kith-relay" "$relay/usr/lib/kith/kith-relay"
for name in kith kith-relay; do ln -s "../lib/kith/$name" "$stage/$name/usr/bin/$name"; done
# What is the toolchain's comes along; what is Debian's is a dependency.
runtime=$(dirname "$(ldd "$build/kith" | sed -n 's/.*libswiftCore.so => \(.*\) (.*/\1/p')")
for library in $(ldd "$build/kith" "$build/kith-relay" | sed -n "s|.* => \($runtime/.*\) (.*|\1|p" | sort -u); do install -m 644 "$library" "$lib/"; done
for file in "$lib"/*.so; do
    strip --strip-unneeded --remove-section=.comment "$file"
    # shellcheck disable=SC2016
    chrpath -r '$ORIGIN' "$file" > /dev/null 2>&1 || ! chrpath -l "$file" 2> /dev/null | grep -v ORIGIN | grep -q PATH=
done
for file in "$lib/kith" "$relay/usr/lib/kith/kith-relay"; do
    strip --strip-unneeded --remove-section=.comment "$file"
    # Where /proc is not mounted, as while an image is made, a program does not know where it lies.
    # shellcheck disable=SC2016
    chrpath -r '$ORIGIN:/usr/lib/kith' "$file" > /dev/null
done
for file in "$lib/kith" "$relay/usr/lib/kith/kith-relay"; do python3 "$here/normal.py" "$file"; done
if grep -q -a -F "$(cd "$build/../.." && pwd)/" "$lib/kith" "$relay/usr/lib/kith/kith-relay"; then
    echo "deb.sh: these programs carry the name of the folder they were built in: built in another one, they differ ('make deb' without PROGRAMS maps it)" >&2
fi
# depends PROGRAM FILE…   the packages of Debian whose libraries these files call, each from the version on that has what is called
depends() {
    mkdir -p "$stage/depends/debian"
    printf 'Source: kith\n\nPackage: %s\nArchitecture: any\n' "$1" > "$stage/depends/debian/control"
    shift
    (cd "$stage/depends" && dpkg-shlibdeps -O --ignore-missing-info -l"$lib" "$@" 2> log | sed -n 's/^shlibs:Depends=//p') || { cat "$stage/depends/log" >&2; exit 1; }
}
laptop_depends=$(depends kith "$lib"/*)
relay_depends=$(depends kith-relay "$relay/usr/lib/kith/kith-relay")
[ -n "$laptop_depends" ] && [ -n "$relay_depends" ]

# kith: what a desktop needs to know of it, and the second reader with Debian's Python.
icons=$laptop/usr/share/icons/hicolor/scalable
install -D -m 644 "$here/laptop/kith.desktop" "$laptop/usr/share/applications/kith.desktop"
install -D -m 644 "$here/laptop/kith-bundle.xml" "$laptop/usr/share/mime/packages/kith.xml"
install -D -m 644 "$top/Sources/Neighbourhood/Page/Assets/kith.svg" "$icons/apps/kith.svg"
install -D -m 644 "$here/laptop/kith-bundle.svg" "$icons/mimetypes/application-x-kith-bundle.svg"
rescue=$laptop/usr/share/kith/rescue
install -D -m 644 "$top/Tests/Rescue/kith_format.py" "$rescue/kith_format.py"
install -D -m 644 "$top/Tests/Rescue/kith_text.py" "$rescue/kith_text.py"
sed '1s|.*|#!/usr/bin/python3|' "$top/Tests/Rescue/kith-rescue.py" > "$rescue/kith-rescue.py"
chmod 755 "$rescue/kith-rescue.py"
ln -s ../share/kith/rescue/kith-rescue.py "$laptop/usr/bin/kith-rescue"

# kith-relay: user, folder, service, settings.
install -D -m 644 "$here/kith-relay.service" "$relay/usr/lib/systemd/system/kith-relay.service"
install -D -m 644 "$here/kith-relay.sysusers" "$relay/usr/lib/sysusers.d/kith-relay.conf"
install -D -m 644 "$here/kith-relay.tmpfiles" "$relay/usr/lib/tmpfiles.d/kith-relay.conf"
install -D -m 644 "$here/config.json" "$relay/etc/kith-relay/config.json"
install -D -m 644 "$here/config.json" "$relay/usr/share/doc/kith-relay/examples/config.json"
install -D -m 600 "$here/kith-relay.default" "$relay/etc/default/kith-relay"

# Manuals in both languages, and completions for three shells: from what the programs say of themselves.
for language in en nl; do
    case $language in en) man=man/man1 ;; *) man=man/$language/man1 ;; esac
    mkdir -p "$laptop/usr/share/$man" "$relay/usr/share/$man"
    for name in kith kith-relay; do
        KITH_LANG=$language "$build/$name" --experimental-dump-help > "$stage/help"
        VERSION=$program python3 "$here/manual.py" 1 "$day" $language < "$stage/help" | gzip -9n > "$stage/$name/usr/share/$man/$name.1.gz"
    done
    python3 "$top/Tests/Rescue/kith-rescue.py" --lang $language --help > "$stage/help"
    VERSION=$program PROGRAM=kith-rescue python3 "$here/manual.py" 1 "$day" $language < "$stage/help" | gzip -9n > "$laptop/usr/share/$man/kith-rescue.1.gz"
done
for name in kith kith-relay; do
    share=$stage/$name/usr/share
    mkdir -p "$share/bash-completion/completions" "$share/zsh/vendor-completions" "$share/fish/vendor_completions.d"
    # Read by a shell, not run: without the line that names one.
    KITH_LANG=en "$build/$name" --generate-completion-script bash | sed '1{/^#!/d}' > "$share/bash-completion/completions/$name"
    KITH_LANG=en "$build/$name" --generate-completion-script zsh > "$share/zsh/vendor-completions/_$name"
    KITH_LANG=en "$build/$name" --generate-completion-script fish > "$share/fish/vendor_completions.d/$name.fish"
done

# Documents. Those of a relay stand with the others, which link to one another.
install -D -m 644 -t "$laptop/usr/share/doc/kith" "$top/README.md" "$top/Protocol.md" "$top/CONTRIBUTING.md" "$top/SECURITY.md"
install -D -m 644 -t "$laptop/usr/share/doc/kith/Docs" "$top/Docs/"*.md
ln -s ../kith/Docs "$relay/usr/share/doc/kith-relay/Docs"
python3 "$here/components.py" notices "$build" > "$stage/notices"
for name in kith kith-relay; do
    doc=$stage/$name/usr/share/doc/$name
    install -m 644 "$here/copyright" "$doc/copyright"
    gzip -9n < "$stage/notices" > "$doc/NOTICE.gz"
    gzip -9n < "$top/CHANGELOG.md" > "$doc/changelog.gz"
    printf 'kith (%s) unstable; urgency=medium\n\n  * See changelog.gz.\n\n -- Kith <kith@example.org>  %s\n' "$version" "$(date -R -u -d "@$epoch")" |
        gzip -9n > "$doc/changelog.Debian.gz"
    if [ -e "$here/debian/$name.overrides" ]; then install -D -m 644 "$here/debian/$name.overrides" "$stage/$name/usr/share/lintian/overrides/$name"; fi
done

# control NAME SECTION DEPENDS   the head of a package; the rest is read from standard input
control() {
    root=$stage/$1
    mkdir -p "$root/DEBIAN"
    # In KiB as dpkg counts them, whatever the file system of this machine.
    size=$(find "$root" -path "$root/DEBIAN" -prune -o -type f -printf '%s\n' -o -printf '0\n' | awk '{ n += $1 ? int(($1 + 1023) / 1024) : 1 } END { print n }')
    printf 'Package: %s\nSource: kith\nVersion: %s\nArchitecture: %s\nMaintainer: Kith <kith@example.org>\nSection: %s\nPriority: optional\nInstalled-Size: %s\nDepends: %s\n' \
        "$1" "$version" "$arch" "$2" "$size" "$3" > "$root/DEBIAN/control"
    cat >> "$root/DEBIAN/control"
    for script in preinst postinst prerm postrm; do
        if [ -e "$here/debian/$1.$script" ]; then
            sed "s|@FIRST@|$first|g" "$here/debian/$1.$script" > "$root/DEBIAN/$script"
            chmod 755 "$root/DEBIAN/$script"
        fi
    done
    (cd "$root" && if [ -d etc ]; then find etc -type f | sort | sed 's|^|/|' > DEBIAN/conffiles; fi)
    (cd "$root" && find . -type f ! -path './DEBIAN/*' ! -path './etc/*' -printf '%P\0' | sort -z | xargs -0 md5sum > DEBIAN/md5sums)
    find "$root" -exec touch -h -d "@$epoch" {} +
    # shellcheck disable=SC2086
    dpkg-deb ${KITH_DEB_PACKING:--Zxz -z9 -Sextreme} --threads-max=1 --root-owner-group --build "$root" "$out/$1_${version}_$arch.deb" > /dev/null
    echo "$out/$1_${version}_$arch.deb"
}
mkdir -p "$out"
control kith net "$laptop_depends" << EOF
Recommends: xdg-utils, python3, python3-cryptography
Suggests: kith-relay, udisks2, chromium | firefox-esr | www-browser
Description: shared contacts and initiatives for volunteers, without steady internet
 Every laptop holds the whole list in one SQLite file; kith merges what is
 edited on several, by USB stick or network. 'kith open', or the icon in the
 menu, shows the list in the browser.
 .
 kith-rescue reads backups and bundles without the program: it needs Python's
 package cryptography.
EOF
# Keys and user are made when it is installed: by systemd's programs, of which there are packages for machines without it.
control kith-relay net "kith (= $version), $relay_depends, systemd | systemd-standalone-sysusers, systemd | systemd-standalone-tmpfiles" << EOF
Breaks: kith (<< $first)
Replaces: kith (<< $first)
Description: passes on what laptops with kith bring, without being able to read it
 The service for a server that is always on, so that laptops which are never
 on at the same hour exchange all the same. It has no key: it sees sizes, times
 and ids of devices, and no name. Run 'kith-relay init' to begin.
EOF
python3 "$here/components.py" list "$build" "$lib" "$epoch" "$out/kith_${version}_$arch.deb" "$out/kith-relay_${version}_$arch.deb" > "$stage/list"
install -m 644 "$stage/list" "$out/kith_${version}_$arch.cdx.json"
echo "$out/kith_${version}_$arch.cdx.json"
