-- +goose Up
-- Times are microseconds since 1970-01-01 UTC, money is in minor units, ids are UUIDs in their 36-character form, and flags
-- are 0 or 1: types that STRICT tables have, and that the generated code reads from both engines.

PRAGMA application_id = 1650683762; -- "bcor" marks the file as a bank's

CREATE TABLE accounts (
    account_number      INTEGER PRIMARY KEY CHECK (account_number BETWEEN 100000000000 AND 999999999999),
    account_holder_name TEXT    NOT NULL,
    holder_name_folded  TEXT    NOT NULL, -- in the form for searching
    pin_hash            TEXT    NOT NULL,
    balance             INTEGER NOT NULL CHECK (balance BETWEEN 0 AND 9007199254740991),
    currency            TEXT    NOT NULL CHECK (currency GLOB '[A-Z][A-Z][A-Z]'),
    role                TEXT    NOT NULL CHECK (role IN ('customer', 'admin')),
    failed_attempts     INTEGER NOT NULL CHECK (failed_attempts >= 0),
    is_locked           INTEGER NOT NULL CHECK (is_locked IN (0, 1)),
    last_sequence       INTEGER NOT NULL CHECK (last_sequence >= 0), -- the newest entry's
    last_hash           BLOB    NOT NULL CHECK (length(last_hash) = 32),
    last_timestamp      INTEGER NOT NULL,
    created_at          INTEGER NOT NULL
) STRICT;

CREATE INDEX accounts_by_age ON accounts (created_at, account_number);

CREATE TABLE transactions (
    id                   TEXT    NOT NULL PRIMARY KEY CHECK (length(id) = 36),
    account_number       INTEGER NOT NULL REFERENCES accounts (account_number),
    sequence             INTEGER NOT NULL CHECK (sequence >= 1),
    transaction_type     TEXT    NOT NULL
        CHECK (transaction_type IN ('account_opened', 'deposit', 'withdrawal', 'transfer_in', 'transfer_out')),
    amount               INTEGER NOT NULL CHECK (amount BETWEEN 0 AND 1000000000000),
    currency             TEXT    NOT NULL,
    balance_after        INTEGER NOT NULL CHECK (balance_after BETWEEN 0 AND 9007199254740991),
    timestamp            INTEGER NOT NULL,
    description          TEXT    NOT NULL,
    transfer_id          TEXT    CHECK (length(transfer_id) = 36),
    counterparty_account INTEGER REFERENCES accounts (account_number),
    hash                 BLOB    NOT NULL CHECK (length(hash) = 32),
    UNIQUE (account_number, sequence),
    CHECK ((transaction_type = 'account_opened') = (sequence = 1)),
    CHECK (amount > 0 OR transaction_type = 'account_opened'),
    CHECK ((transaction_type IN ('transfer_in', 'transfer_out')) = (transfer_id IS NOT NULL)),
    CHECK ((transfer_id IS NULL) = (counterparty_account IS NULL)),
    CHECK (counterparty_account <> account_number)
) STRICT;

-- +goose StatementBegin
CREATE TRIGGER transactions_are_never_changed BEFORE UPDATE ON transactions
BEGIN
    SELECT RAISE(ABORT, 'the history is append-only: transactions cannot be changed');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER transactions_are_never_deleted BEFORE DELETE ON transactions
BEGIN
    SELECT RAISE(ABORT, 'the history is append-only: transactions cannot be deleted');
END;
-- +goose StatementEnd

-- INSERT OR REPLACE deletes without running the trigger above.
-- +goose StatementBegin
CREATE TRIGGER transactions_are_never_replaced BEFORE INSERT ON transactions
WHEN EXISTS (SELECT 1 FROM transactions WHERE id = NEW.id)
  OR EXISTS (SELECT 1 FROM transactions WHERE rowid = NEW.rowid)
  OR EXISTS (SELECT 1 FROM transactions WHERE account_number = NEW.account_number AND sequence = NEW.sequence)
BEGIN
    SELECT RAISE(ABORT, 'the history is append-only: this transaction exists');
END;
-- +goose StatementEnd

-- The first success under a key. Its answer is made again from the entry, which never changes. There is no foreign key: the
-- row is written together with the entry, and entries are never deleted.
CREATE TABLE idempotency_keys (
    scope           TEXT    NOT NULL,
    idempotency_key TEXT    NOT NULL,
    fingerprint     BLOB    NOT NULL CHECK (length(fingerprint) = 32),
    transaction_id  TEXT    NOT NULL,
    created_at      INTEGER NOT NULL,
    PRIMARY KEY (scope, idempotency_key)
) STRICT, WITHOUT ROWID;

CREATE INDEX idempotency_keys_by_age ON idempotency_keys (created_at);

CREATE TABLE sessions (
    id             TEXT    NOT NULL PRIMARY KEY CHECK (length(id) = 36),
    account_number INTEGER NOT NULL REFERENCES accounts (account_number),
    refresh_jti    TEXT    NOT NULL CHECK (length(refresh_jti) = 36), -- the one refresh token that is not spent
    created_at     INTEGER NOT NULL,
    expires_at     INTEGER NOT NULL,
    ended_at       INTEGER
) STRICT;

CREATE INDEX sessions_by_account ON sessions (account_number);
CREATE INDEX sessions_by_expiry ON sessions (expires_at);

CREATE TABLE token_blacklist (
    jti           TEXT    NOT NULL PRIMARY KEY CHECK (length(jti) = 36),
    successor_jti TEXT    CHECK (length(successor_jti) = 36), -- NULL when the session ended with this token
    revoked_at    INTEGER NOT NULL,
    expires_at    INTEGER NOT NULL
) STRICT;

CREATE INDEX token_blacklist_by_expiry ON token_blacklist (expires_at);

-- No foreign key: a failed sign-in may name an account that does not exist.
CREATE TABLE events (
    id             TEXT    NOT NULL PRIMARY KEY CHECK (length(id) = 36),
    event_type     TEXT    NOT NULL CHECK (event_type IN ('login_failed', 'account_locked', 'account_unlocked',
                                                          'pin_changed', 'role_changed', 'refresh_token_reused')),
    account_number INTEGER NOT NULL,
    actor          TEXT    NOT NULL,
    client_address TEXT    NOT NULL,
    request_id     TEXT    NOT NULL,
    timestamp      INTEGER NOT NULL
) STRICT;

-- Counts the sign-ins that named no account, so that they cost the same durable write as a wrong PIN, and timing does not
-- tell them apart.
CREATE TABLE unknown_account_attempts (
    id       INTEGER PRIMARY KEY CHECK (id = 1),
    attempts INTEGER NOT NULL
) STRICT;

INSERT INTO unknown_account_attempts (id, attempts) VALUES (1, 0);
