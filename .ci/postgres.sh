# To be sourced: a PostgreSQL server of one's own, in a folder that goes away with it. PostgreSQL is installed where it is
# missing, which takes Debian and root.
# shellcheck shell=bash

. "$(dirname "${BASH_SOURCE[0]}")/debian.sh"

cluster=""

# PostgreSQL refuses to run as root.
as_postgres() {
  if [ "$(id -u)" = 0 ]; then runuser -u postgres -- "$@"; else "$@"; fi
}

find_postgres() {
  ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -n 1
}

# Names it in TEST_DATABASE_URL.
start_postgres() {
  bin=$(find_postgres)
  if [ -z "$bin" ]; then
    install_packages postgresql
    bin=$(find_postgres)
  fi
  cluster=$(mktemp -d)
  chmod 755 "$cluster"
  if [ "$(id -u)" = 0 ]; then chown postgres "$cluster"; fi
  local port
  port=$(node -e 'const s = require("node:net").createServer().listen(0, "127.0.0.1", () => { console.log(s.address().port); s.close(); })')
  as_postgres "$bin/initdb" -D "$cluster/data" -U postgres -A trust -E UTF8 --locale=C.UTF-8 >/dev/null
  as_postgres "$bin/pg_ctl" -D "$cluster/data" -w -l "$cluster/log" \
    -o "-p $port -c listen_addresses=127.0.0.1 -c unix_socket_directories=$cluster -c max_connections=200" start >/dev/null
  # As in production: a role that is no superuser and cannot step over row security.
  as_postgres "$bin/psql" -q -h 127.0.0.1 -p "$port" -U postgres \
    -c 'create role porthole login createdb createrole' -c 'create database porthole owner porthole'
  export TEST_DATABASE_URL="postgres://porthole@127.0.0.1:$port/porthole"
}

# Ends it, and leaves nothing behind.
remove_postgres() {
  if [ -z "$cluster" ]; then return; fi
  as_postgres "$bin/pg_ctl" -D "$cluster/data" -m immediate stop >/dev/null 2>&1 || true
  rm -rf "$cluster"
  cluster=""
}
