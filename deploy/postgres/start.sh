#!/bin/bash
# Starts one of two PostgreSQL servers in the official image. PRIMARY names the one that is the primary, SERVER this one.
# A standby makes itself from the primary at its first start. A server that was a primary and is not named so any more does
# not start: it may hold what the new primary does not know.
set -euo pipefail

standby() {
  # libpq takes the password from here, so that a new one needs no change of a file.
  export PGPASSWORD=$REPLICATION_PASSWORD
  local primary="host=$PRIMARY port=5432 user=replicator connect_timeout=5"
  chmod 0700 "$PGDATA"
  if [ ! -s "$PGDATA/PG_VERSION" ]; then
    until pg_basebackup --dbname "$primary" --pgdata "$PGDATA" --wal-method stream --checkpoint fast --no-password; do
      find "$PGDATA" -mindepth 1 -delete # what an attempt that failed has left
      sleep 2
    done
    touch "$PGDATA/standby.signal"
  elif [ ! -e "$PGDATA/standby.signal" ]; then
    echo "$SERVER holds what was a primary, or half a copy, and PRIMARY names $PRIMARY. Make it anew: see docs/operations.md." >&2
    exit 1
  fi
  # The name is what synchronous_standby_names counts. A copy in the making has none: it is not yet worth waiting for.
  exec postgres -c cluster_name="$SERVER" -c primary_conninfo="$primary application_name=$SERVER" "$@"
}

if [ "$PRIMARY" = "$SERVER" ]; then
  exec docker-entrypoint.sh postgres -c cluster_name="$SERVER" "$@"
fi
standby "$@"
