-- +goose Up
-- For deleting sessions that have been idle for too long.
CREATE INDEX sessions_by_use ON sessions (last_used_at);

-- Codes that open accounts where not everyone may. The code itself is not stored.
CREATE TABLE invitations (
    id         TEXT    NOT NULL PRIMARY KEY CHECK (length(id) = 36),
    code_hash  BLOB    NOT NULL UNIQUE CHECK (length(code_hash) = 32),
    uses_left  INTEGER NOT NULL CHECK (uses_left >= 0),
    expires_at INTEGER NOT NULL
) STRICT;
