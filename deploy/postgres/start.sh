#!/bin/bash
# Starts one of two PostgreSQL servers in the official image. PRIMARY names the primary, SERVER this server.
# A standby copies the primary at its first start. A server that was the primary and no longer is does not start: it may hold
# what the new primary does not know.
set -euo pipefail

standby() {
  # libpq takes the password from here, so that a new one needs no change to a file.
  export PGPASSWORD=$REPLICATION_PASSWORD
  local primary="host=$PRIMARY port=5432 user=replicator connect_timeout=5"
  chmod 0700 "$PGDATA"
  if [ ! -s "$PGDATA/PG_VERSION" ]; then
    until pg_basebackup --dbname "$primary" --pgdata "$PGDATA" --wal-method stream --checkpoint fast --no-password; do
      find "$PGDATA" -mindepth 1 -delete # what the failed attempt has left
      sleep 2
    done
    touch "$PGDATA/standby.signal"
  elif [ ! -e "$PGDATA/standby.signal" ]; then
    echo "$SERVER holds what was a primary, or half a copy, but PRIMARY names $PRIMARY. Recreate it: see docs/operations.md." >&2
    exit 1
  fi
  # synchronous_standby_names counts servers by this name. A copy that is still being made has none: do not wait for it yet.
  exec postgres -c cluster_name="$SERVER" -c primary_conninfo="$primary application_name=$SERVER" "$@"
}

if [ "$PRIMARY" = "$SERVER" ]; then
  exec docker-entrypoint.sh postgres -c cluster_name="$SERVER" "$@"
fi
standby "$@"
