-- +goose Up
-- Secrets of authenticator apps, encrypted under the key that key_id names. A secret is in use once it is confirmed.
CREATE TABLE second_factors (
    account_number BIGINT NOT NULL PRIMARY KEY REFERENCES accounts (account_number),
    sealed_secret  BYTEA  NOT NULL CHECK (length(sealed_secret) = 60), -- nonce, 20 bytes of secret, tag
    key_id         TEXT   NOT NULL,
    tries_left     BIGINT NOT NULL CHECK (tries_left >= 0), -- for its confirmation
    confirmed_at   BIGINT,
    last_used_step BIGINT NOT NULL -- codes up to this time step are used up
);

CREATE TABLE recovery_codes (
    account_number BIGINT NOT NULL REFERENCES accounts (account_number),
    code_hash      BYTEA  NOT NULL CHECK (length(code_hash) = 32),
    PRIMARY KEY (account_number, code_hash)
);

-- What a session has proved. An administrator's rights depend on it.
ALTER TABLE sessions ADD COLUMN second_factor BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE sessions ADD COLUMN long_pin BOOLEAN NOT NULL DEFAULT FALSE;
