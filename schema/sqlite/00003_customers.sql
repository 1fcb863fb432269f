-- +goose Up
-- A customer is a person with a PIN, and has any number of accounts. What was kept with an account so far, from the name to the second
-- factor, is its customer's.

CREATE TABLE customers (
    id              TEXT    NOT NULL PRIMARY KEY CHECK (length(id) = 36), -- time-ordered
    name            TEXT    NOT NULL,
    name_folded     TEXT    NOT NULL, -- in the form for searching
    role            TEXT    NOT NULL CHECK (role IN ('customer', 'employee', 'admin')),
    created_at      INTEGER NOT NULL,
    pin_hash        TEXT    NOT NULL,
    failed_attempts INTEGER NOT NULL CHECK (failed_attempts >= 0), -- wrong PINs in a row
    sign_in_locked  INTEGER NOT NULL CHECK (sign_in_locked IN (0, 1)) -- no PIN is accepted; sessions go on
) STRICT, WITHOUT ROWID;

-- So far every account has been a customer. The id is a UUID of version 7: the millisecond of the opening, and the account's number.
INSERT INTO customers (id, name, name_folded, role, created_at, pin_hash, failed_attempts, sign_in_locked)
SELECT printf('%08x-%04x-7000-8000-%012x', created_at / 1000 >> 16, created_at / 1000 & 65535, account_number),
       account_holder_name, holder_name_folded, role, created_at, pin_hash, failed_attempts, sign_in_locked
FROM accounts;

ALTER TABLE accounts ADD COLUMN customer_id TEXT REFERENCES customers (id);
UPDATE accounts
SET customer_id = printf('%08x-%04x-7000-8000-%012x', created_at / 1000 >> 16, created_at / 1000 & 65535, account_number);

ALTER TABLE accounts ALTER COLUMN customer_id SET NOT NULL;
ALTER TABLE accounts DROP COLUMN account_holder_name;
ALTER TABLE accounts DROP COLUMN holder_name_folded;
ALTER TABLE accounts DROP COLUMN role;
ALTER TABLE accounts DROP COLUMN pin_hash;
ALTER TABLE accounts DROP COLUMN failed_attempts;
ALTER TABLE accounts DROP COLUMN sign_in_locked;

ALTER TABLE accounts ADD COLUMN nickname TEXT NOT NULL DEFAULT '' CHECK (length(nickname) <= 50); -- the customer's own name for it

CREATE INDEX accounts_by_customer ON accounts (customer_id);

-- Tokens name the customer now, so those given out so far are worthless, and their sessions are over.
DELETE FROM token_blacklist;
DROP TABLE sessions;

CREATE TABLE sessions (
    id             TEXT    NOT NULL PRIMARY KEY CHECK (length(id) = 36),
    customer_id    TEXT    NOT NULL REFERENCES customers (id),
    account_number INTEGER NOT NULL REFERENCES accounts (account_number), -- the one that the customer signed in with
    refresh_jti    TEXT    NOT NULL CHECK (length(refresh_jti) = 36), -- the one refresh token that is not spent
    created_at     INTEGER NOT NULL,
    expires_at     INTEGER NOT NULL,
    ended_at       INTEGER,
    client_address TEXT    NOT NULL, -- who uses it, as of the last renewal of tokens
    user_agent     TEXT    NOT NULL,
    last_used_at   INTEGER NOT NULL,
    wrong_pins     INTEGER NOT NULL, -- in a row, given inside the session; the third one ends it
    second_factor  INTEGER NOT NULL CHECK (second_factor IN (0, 1)), -- what it has proved; the rights of staff depend on it
    long_pin       INTEGER NOT NULL CHECK (long_pin IN (0, 1))
) STRICT;

CREATE INDEX sessions_by_customer ON sessions (customer_id);
CREATE INDEX sessions_by_expiry ON sessions (expires_at);
CREATE INDEX sessions_by_use ON sessions (last_used_at);

ALTER TABLE second_factors RENAME TO second_factors_of_accounts;

CREATE TABLE second_factors (
    customer_id    TEXT    NOT NULL PRIMARY KEY REFERENCES customers (id),
    sealed_for     TEXT    NOT NULL, -- bound into the seal and the recovery codes: the customer's id, or an account number in older ones
    sealed_secret  BLOB    NOT NULL CHECK (length(sealed_secret) = 60), -- nonce, 20 bytes of secret, tag
    key_id         TEXT    NOT NULL,
    tries_left     INTEGER NOT NULL CHECK (tries_left >= 0), -- for its confirmation
    confirmed_at   INTEGER,
    last_used_step INTEGER NOT NULL -- codes up to this time step are used up
) STRICT;

INSERT INTO second_factors (customer_id, sealed_for, sealed_secret, key_id, tries_left, confirmed_at, last_used_step)
SELECT a.customer_id, CAST(a.account_number AS TEXT), f.sealed_secret, f.key_id, f.tries_left, f.confirmed_at, f.last_used_step
FROM second_factors_of_accounts AS f JOIN accounts AS a ON a.account_number = f.account_number;

DROP TABLE second_factors_of_accounts;

ALTER TABLE recovery_codes RENAME TO recovery_codes_of_accounts;

CREATE TABLE recovery_codes (
    customer_id TEXT NOT NULL REFERENCES customers (id),
    code_hash   BLOB NOT NULL CHECK (length(code_hash) = 32),
    PRIMARY KEY (customer_id, code_hash)
) STRICT;

INSERT INTO recovery_codes (customer_id, code_hash)
SELECT a.customer_id, c.code_hash
FROM recovery_codes_of_accounts AS c JOIN accounts AS a ON a.account_number = c.account_number;

DROP TABLE recovery_codes_of_accounts;

-- A code's hash depends on whom it is for, and each is good for minutes only.
DROP TABLE pin_reset_codes;

CREATE TABLE pin_reset_codes (
    customer_id TEXT    NOT NULL PRIMARY KEY REFERENCES customers (id),
    code_hash   BLOB    NOT NULL CHECK (length(code_hash) = 32),
    tries_left  INTEGER NOT NULL CHECK (tries_left >= 0),
    expires_at  INTEGER NOT NULL
) STRICT;

CREATE INDEX pin_reset_codes_by_expiry ON pin_reset_codes (expires_at);

-- +goose StatementBegin
CREATE TRIGGER accounts_keep_their_customer BEFORE UPDATE OF customer_id ON accounts
WHEN NEW.customer_id <> OLD.customer_id
BEGIN
    SELECT RAISE(ABORT, 'an account keeps its customer');
END;
-- +goose StatementEnd
