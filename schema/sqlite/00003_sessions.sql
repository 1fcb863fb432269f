-- +goose Up
-- Who uses a session, as of its last renewal of tokens; empty if the session is older than this migration.
ALTER TABLE sessions ADD COLUMN client_address TEXT NOT NULL DEFAULT '';
ALTER TABLE sessions ADD COLUMN user_agent TEXT NOT NULL DEFAULT '';
ALTER TABLE sessions ADD COLUMN last_used_at INTEGER NOT NULL DEFAULT 0;
UPDATE sessions SET last_used_at = created_at;

CREATE INDEX events_by_account ON events (account_number, id);
