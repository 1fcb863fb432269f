-- +goose Up
-- Sessions that were not used for long are deleted by it.
CREATE INDEX sessions_by_use ON sessions (last_used_at);
