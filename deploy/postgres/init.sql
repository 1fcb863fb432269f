-- What a new primary needs. The official image runs it with psql, once.
\getenv database_password DATABASE_PASSWORD
\getenv migrate_password MIGRATE_PASSWORD
\getenv replication_password REPLICATION_PASSWORD

-- The servers' role owns nothing: bankcore migrate, as the owner, grants it what a server needs.
CREATE ROLE bankcore LOGIN PASSWORD :'database_password';
CREATE ROLE bankcore_owner LOGIN PASSWORD :'migrate_password';
CREATE DATABASE bankcore OWNER bankcore_owner;
REVOKE ALL ON DATABASE bankcore FROM PUBLIC;
GRANT CONNECT ON DATABASE bankcore TO bankcore;

CREATE ROLE replicator LOGIN REPLICATION PASSWORD :'replication_password';
COPY (SELECT 'host replication replicator samenet scram-sha-256') TO PROGRAM 'cat >>"$PGDATA/pg_hba.conf"';

-- A commit is confirmed once the other server has it on its disk. Both names, so that it holds whichever is the primary; a
-- server never waits for itself. Not an option of the start: nothing could be committed while there is no standby yet.
ALTER SYSTEM SET synchronous_standby_names = 'ANY 1 (postgres1, postgres2)';
