-- +goose Up
-- Secrets of authenticator apps, encrypted under the key that key_id names. A secret is in use once it is confirmed.
CREATE TABLE second_factors (
    account_number INTEGER PRIMARY KEY REFERENCES accounts (account_number),
    sealed_secret  BLOB    NOT NULL CHECK (length(sealed_secret) = 60), -- nonce, 20 bytes of secret, tag
    key_id         TEXT    NOT NULL,
    tries_left     INTEGER NOT NULL CHECK (tries_left >= 0), -- for its confirmation
    confirmed_at   INTEGER,
    last_used_step INTEGER NOT NULL -- codes up to this time step are used up
) STRICT;

CREATE TABLE recovery_codes (
    account_number INTEGER NOT NULL REFERENCES accounts (account_number),
    code_hash      BLOB    NOT NULL CHECK (length(code_hash) = 32),
    PRIMARY KEY (account_number, code_hash)
) STRICT;

-- What a session has proved. An administrator's rights depend on it.
ALTER TABLE sessions ADD COLUMN second_factor INTEGER NOT NULL DEFAULT 0 CHECK (second_factor IN (0, 1));
ALTER TABLE sessions ADD COLUMN long_pin INTEGER NOT NULL DEFAULT 0 CHECK (long_pin IN (0, 1));
