#!/bin/sh
# Runs tests of relays on a PostgreSQL of its own: a temporary cluster on loopback and a socket in a temporary folder, which
# go away with it. What is given is run with KITH_POSTGRES set (see test-postgres in the Makefile).
set -eu
find_programs() { ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -t/ -k5 -n | tail -n 1; }
if [ -z "$(find_programs)" ] || ! [ -e /usr/include/postgresql/libpq-fe.h ]; then
    echo "Installing: postgresql libpq-dev"
    sudo=
    [ "$(id -u)" = 0 ] || sudo=sudo
    # No cluster of the distribution's own is wanted.
    $sudo mkdir -p /etc/postgresql-common
    [ -e /etc/postgresql-common/createcluster.conf ] ||
        echo "create_main_cluster = false" | $sudo tee /etc/postgresql-common/createcluster.conf >/dev/null
    $sudo apt-get update -qq
    DEBIAN_FRONTEND=noninteractive $sudo apt-get install -y -qq postgresql libpq-dev
fi
programs=$(find_programs)
folder=$(mktemp -d /tmp/kith-postgres-XXXXXX)
port=$((20000 + $$ % 20000))
# initdb refuses root.
as() { "$@"; }
if [ "$(id -u)" = 0 ]; then
    chown postgres "$folder"
    as() { (cd "$folder" && setpriv --reuid postgres --regid postgres --init-groups env -u TMPDIR HOME="$folder" "$@"); }
fi
stop() {
    as "$programs/pg_ctl" -D "$folder/data" -m immediate -w stop >/dev/null 2>&1 || true
    rm -rf "$folder"
}
trap stop EXIT
trap 'exit 1' INT TERM HUP
as "$programs/initdb" -D "$folder/data" -U kith -A trust -E UTF8 --locale=C >"$folder/initdb.log" 2>&1 || { cat "$folder/initdb.log"; exit 1; }
# Members of this role have to say their passwords.
printf 'host all +kith_password 127.0.0.1/32 scram-sha-256\n' | cat - "$folder/data/pg_hba.conf" >"$folder/hba"
cat "$folder/hba" >"$folder/data/pg_hba.conf"
as "$programs/pg_ctl" -D "$folder/data" -w -l "$folder/log" \
    -o "-p $port -c listen_addresses=127.0.0.1 -c unix_socket_directories=$folder" start >/dev/null || { cat "$folder/log"; exit 1; }
as "$programs/psql" -q -h 127.0.0.1 -p "$port" -U kith -d postgres -c 'create role kith_password'
KITH_POSTGRES="postgres://kith@127.0.0.1:$port/postgres" "$@"
