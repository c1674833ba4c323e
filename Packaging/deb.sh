#!/bin/sh
# usage: deb.sh BUILD OUT [TRAIT]   makes OUT/kith_VERSION_ARCH.deb of the programs in the folder BUILD; with a trait, VERSION+TRAIT
#
# The programs are those that were built for tests and daily use: no second build. Both are linked to Swift's runtime, which is shipped
# once beside them (/usr/lib/kith) and found by the RUNPATH $ORIGIN; linked statically, each would carry its own copy of it.
set -eu
build=$1
out=$2
here=$(dirname "$0")
for tool in dpkg-deb dpkg-query ldd strip chrpath fakeroot; do
    command -v $tool > /dev/null || { echo "deb.sh: $tool is missing: apt-get install dpkg binutils libc-bin chrpath fakeroot" >&2; exit 1; }
done
# A build with a trait is another package of the same name: which of the two is installed can be seen.
version=$("$build/kith" --version)${3:++$(printf %s "$3" | tr '[:upper:]' '[:lower:]')}
arch=$(dpkg --print-architecture)
stage=$(mktemp -d)
trap 'rm -rf "$stage"' EXIT
root=$stage/root
lib=$root/usr/lib/kith
mkdir -p "$lib" "$root/usr/bin" "$root/usr/share/doc/kith" "$root/usr/lib/systemd/system" "$root/usr/lib/sysusers.d" \
    "$root/usr/lib/tmpfiles.d" "$root/etc/kith-relay" "$root/etc/default" "$root/DEBIAN"

for program in kith kith-relay; do
    install -m 755 "$build/$program" "$lib/$program"
    ln -s "../lib/kith/$program" "$root/usr/bin/$program"
done
# What is the toolchain's comes along; what is Debian's is a dependency.
runtime=$(dirname "$(ldd "$build/kith" | sed -n 's/.*libswiftCore.so => \(.*\) (.*/\1/p')")
# shellcheck disable=SC2046
libraries=$(ldd "$build/kith" "$build/kith-relay" | sed -n 's/.* => \(\/.*\) (.*/\1/p' | sort -u)
packages=
for library in $libraries; do
    case $library in
    "$runtime"/*) [ -e "$lib/$(basename "$library")" ] || install -m 644 "$library" "$lib/" ;;
    *)
        package=$(dpkg-query -S "$(readlink -f "$library")" "$library" 2> /dev/null | head -1 | cut -d: -f1)
        [ -n "$package" ] || { echo "deb.sh: no package has $library" >&2; exit 1; }
        # Built against this version; an older one may lack something.
        packages="$packages$package (>= $(dpkg-query -W -f '${Version}' "$package" | sed 's/-[^-]*$//; s/^[0-9]*://'))
" ;;
    esac
done
for file in "$lib"/*; do
    strip --strip-unneeded "$file"
    # shellcheck disable=SC2016
    chrpath -r '$ORIGIN' "$file" > /dev/null 2>&1 || [ -z "$(chrpath -l "$file" 2> /dev/null | grep -v ORIGIN | grep PATH=)" ]
done
depends=$(printf '%s' "$packages" | sort -u | paste -sd, | sed 's/,/, /g')

install -m 644 "$here/kith-relay.service" "$root/usr/lib/systemd/system/"
install -m 644 "$here/kith-relay.sysusers" "$root/usr/lib/sysusers.d/kith-relay.conf"
install -m 644 "$here/kith-relay.tmpfiles" "$root/usr/lib/tmpfiles.d/kith-relay.conf"
install -m 644 "$here/config.json" "$root/etc/kith-relay/config.json"
install -m 600 "$here/kith-relay.default" "$root/etc/default/kith-relay"
install -m 644 "$here/config.json" "$here/../README.md" "$here/../Protocol.md" "$here/../CHANGELOG.md" \
    "$here/../CONTRIBUTING.md" "$here/../SECURITY.md" "$root/usr/share/doc/kith/"
install -D -m 644 -t "$root/usr/share/doc/kith/Docs" "$here/../Docs/"*.md
# The second reader, with Debian's Python.
install -D -m 644 "$here/../Tests/Rescue/kith_format.py" "$root/usr/share/kith/rescue/kith_format.py"
sed '1s|.*|#!/usr/bin/python3|' "$here/../Tests/Rescue/kith-rescue.py" > "$root/usr/share/kith/rescue/kith-rescue.py"
chmod 755 "$root/usr/share/kith/rescue/kith-rescue.py"
ln -s ../share/kith/rescue/kith-rescue.py "$root/usr/bin/kith-rescue"
# Debian's form of a changelog; what has changed stands in the other one.
printf 'kith (%s) unstable; urgency=medium\n\n  * See CHANGELOG.md.\n\n -- Kith <kith@example.org>  %s\n' \
    "$version" "$(date -R -u -d "@${SOURCE_DATE_EPOCH:-$(date +%s)}")" | gzip -9n > "$root/usr/share/doc/kith/changelog.gz"
for script in postinst prerm postrm; do install -m 755 "$here/debian/$script" "$root/DEBIAN/$script"; done
printf '/etc/kith-relay/config.json\n/etc/default/kith-relay\n' > "$root/DEBIAN/conffiles"
cat > "$root/DEBIAN/control" <<EOF
Package: kith
Version: $version
Architecture: $arch
Maintainer: Kith <kith@example.org>
Section: net
Priority: optional
Installed-Size: $(du -sk "$root" | cut -f1)
Depends: $depends, systemd
Recommends: python3, python3-cryptography
Description: shared contacts and initiatives for volunteers, without steady internet
 Every laptop holds the whole list in one SQLite file; kith merges what is
 edited on several, by USB stick or network.
 .
 kith-relay is the service for a server that is always on: it passes on what
 laptops bring, without being able to read it. Run 'kith-relay init' to begin.
 .
 kith-rescue reads backups and bundles without the programs above: it needs
 Python's package cryptography.
EOF
(cd "$root" && find . -type f ! -path './DEBIAN/*' -printf '%P\0' | sort -z | xargs -0 md5sum > DEBIAN/md5sums)
mkdir -p "$out"
fakeroot dpkg-deb -Zxz --root-owner-group --build "$root" "$out/kith_${version}_$arch.deb" > /dev/null
echo "$out/kith_${version}_$arch.deb"
