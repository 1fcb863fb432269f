-- +goose Up
-- The clock that all servers of a bank share, in microseconds. Here it ticks in milliseconds.
CREATE VIEW database_clock AS SELECT CAST(unixepoch('subsec') * 1000000 AS INTEGER) AS micros;

-- The requests accepted in the last minute. The column accepted holds the times at which the requests of one key were
-- accepted, at least those of the last minute, oldest first: 8 bytes each, big-endian, by the clock above.
CREATE TABLE rate_limits (
    limit_name TEXT    NOT NULL,
    limit_key  TEXT    NOT NULL CHECK (length(limit_key) <= 64), -- a client's network or an account number
    accepted   BLOB    NOT NULL DEFAULT x'' CHECK (length(accepted) % 8 = 0),
    expires_at INTEGER NOT NULL DEFAULT 0, -- when the last one of them stops counting
    PRIMARY KEY (limit_name, limit_key)
) STRICT, WITHOUT ROWID;

CREATE INDEX rate_limits_by_expiry ON rate_limits (expires_at);
