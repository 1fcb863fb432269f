-- +goose Up
-- For deleting sessions that have been idle for too long.
CREATE INDEX sessions_by_use ON sessions (last_used_at);

-- Codes that open accounts where not everyone may. The code itself is not stored.
CREATE TABLE invitations (
    id         UUID   NOT NULL PRIMARY KEY,
    code_hash  BYTEA  NOT NULL UNIQUE CHECK (length(code_hash) = 32),
    uses_left  BIGINT NOT NULL CHECK (uses_left >= 0),
    expires_at BIGINT NOT NULL
);
