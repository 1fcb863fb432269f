-- Prepares a new primary. The official image runs this with psql, once.
\getenv database_password DATABASE_PASSWORD
\getenv migrate_password MIGRATE_PASSWORD
\getenv replication_password REPLICATION_PASSWORD

-- The bank's servers use a role that owns nothing: bankcore migrate, as the owner, grants it what a server needs.
CREATE ROLE bankcore LOGIN PASSWORD :'database_password';
CREATE ROLE bankcore_owner LOGIN PASSWORD :'migrate_password';
CREATE DATABASE bankcore OWNER bankcore_owner;
REVOKE ALL ON DATABASE bankcore FROM PUBLIC;
GRANT CONNECT ON DATABASE bankcore TO bankcore;

CREATE ROLE replicator LOGIN REPLICATION PASSWORD :'replication_password';
COPY (SELECT 'host replication replicator samenet scram-sha-256') TO PROGRAM 'cat >>"$PGDATA/pg_hba.conf"';

-- A commit is confirmed once the other server has it on its disk. Both are named, so that this holds whichever is the primary; a
-- server never waits for itself. This is not a start option: nothing could be committed while there is no standby yet.
ALTER SYSTEM SET synchronous_standby_names = 'ANY 1 (postgres1, postgres2)';
