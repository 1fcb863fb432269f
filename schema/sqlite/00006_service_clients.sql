-- +goose Up
-- Programs that use the bank, each with permissions of its own, and their keys.

CREATE TABLE service_clients (
    id              TEXT    NOT NULL PRIMARY KEY CHECK (length(id) = 36),
    name            TEXT    NOT NULL,
    permissions     TEXT    NOT NULL, -- separated by spaces
    account_numbers TEXT    NOT NULL, -- the only ones that it may touch, separated by spaces; '' for every account
    ip_networks     TEXT    NOT NULL, -- the only ones that its requests may come from, separated by spaces; '' for every network
    rate_limit      INTEGER NOT NULL CHECK (rate_limit >= 0), -- requests in a minute with each key; 0 for the bank's own limit
    created_at      INTEGER NOT NULL,
    expires_at      INTEGER,
    revoked_at      INTEGER
) STRICT, WITHOUT ROWID;

-- A key is random and long, so a plain hash keeps it secret, and checking one costs a caller nothing that could exhaust the server.
CREATE TABLE client_keys (
    id           TEXT    NOT NULL PRIMARY KEY CHECK (length(id) = 8), -- part of the key, and not secret
    client_id    TEXT    NOT NULL REFERENCES service_clients (id),
    secret_hash  BLOB    NOT NULL CHECK (length(secret_hash) = 32),
    created_at   INTEGER NOT NULL,
    last_used_at INTEGER, -- written now and then
    revoked_at   INTEGER
) STRICT, WITHOUT ROWID;

CREATE INDEX client_keys_by_client ON client_keys (client_id);
