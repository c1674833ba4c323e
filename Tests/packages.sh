#!/bin/sh
# Installs the Debian packages that building and testing need, and those named, if any is missing.
set -eu
missing=
for package in libsqlite3-dev libzstd-dev libqrencode-dev sqlite3 python3 python3-jsonschema "$@"; do
    dpkg -s "$package" >/dev/null 2>&1 || missing="$missing $package"
done
# A Python from elsewhere serves as well.
command -v python3 >/dev/null 2>&1 && missing=$(echo "$missing" | sed 's/ python3\( \|$\)/\1/')
python3 -c 'import jsonschema' 2>/dev/null && missing=$(echo "$missing" | sed 's/ python3-jsonschema//')
python3 -c 'import cryptography' 2>/dev/null && missing=$(echo "$missing" | sed 's/ python3-cryptography//')
[ -z "$missing" ] && exit 0
echo "Installing:$missing"
sudo=
[ "$(id -u)" = 0 ] || sudo=sudo
$sudo apt-get update -qq
DEBIAN_FRONTEND=noninteractive $sudo apt-get install -y -qq $missing
