-- +goose Up
-- A bank, from top to bottom: its accounts and how their owners sign in, the ledger, the requests that it remembers, and its audit
-- trail. schema/postgres has the same tables, columns and rules in PostgreSQL's types.
--
-- Times are microseconds since 1970-01-01 UTC, money is in minor units, ids are UUIDs in their 36-character form, and flags
-- are 0 or 1: types that STRICT tables have, and that the generated code reads from both engines.

PRAGMA application_id = 1650683762; -- "bcor" marks the file as a bank's

-- Accounts

-- An account with its owner's name and PIN. What is wrong with a PIN is a matter of signing in; whether the account may be used is a
-- matter of its status. Neither changes the other.
CREATE TABLE accounts (
    account_number      INTEGER PRIMARY KEY CHECK (account_number BETWEEN 100000000000 AND 999999999999),
    account_holder_name TEXT    NOT NULL,
    holder_name_folded  TEXT    NOT NULL, -- in the form for searching
    role                TEXT    NOT NULL CHECK (role IN ('customer', 'admin')),
    created_at          INTEGER NOT NULL,
    status              TEXT    NOT NULL CHECK (status = 'open'), -- the place for 'frozen' and 'closed', which do not exist yet
    pin_hash            TEXT    NOT NULL,
    failed_attempts     INTEGER NOT NULL CHECK (failed_attempts >= 0), -- wrong PINs in a row
    sign_in_locked      INTEGER NOT NULL CHECK (sign_in_locked IN (0, 1)), -- no PIN is accepted; sessions go on
    currency            TEXT    NOT NULL CHECK (currency GLOB '[A-Z][A-Z][A-Z]'),
    balance             INTEGER NOT NULL CHECK (balance BETWEEN 0 AND 9007199254740991),
    last_sequence       INTEGER NOT NULL CHECK (last_sequence >= 0), -- from here on, the newest entry's
    last_id             TEXT    CHECK (length(last_id) = 36), -- NULL before the first
    last_hash           BLOB    NOT NULL CHECK (length(last_hash) = 32),
    last_timestamp      INTEGER NOT NULL
) STRICT;

CREATE INDEX accounts_by_age ON accounts (created_at, account_number);

-- Counts the sign-ins that named no account, so that they cost the same durable write as a wrong PIN, and timing does not
-- tell them apart.
CREATE TABLE unknown_account_attempts (
    id       INTEGER PRIMARY KEY CHECK (id = 1),
    attempts INTEGER NOT NULL
) STRICT;

INSERT INTO unknown_account_attempts (id, attempts) VALUES (1, 0);

-- Sessions

CREATE TABLE sessions (
    id             TEXT    NOT NULL PRIMARY KEY CHECK (length(id) = 36),
    account_number INTEGER NOT NULL REFERENCES accounts (account_number),
    refresh_jti    TEXT    NOT NULL CHECK (length(refresh_jti) = 36), -- the one refresh token that is not spent
    created_at     INTEGER NOT NULL,
    expires_at     INTEGER NOT NULL,
    ended_at       INTEGER,
    client_address TEXT    NOT NULL, -- who uses it, as of the last renewal of tokens
    user_agent     TEXT    NOT NULL,
    last_used_at   INTEGER NOT NULL,
    wrong_pins     INTEGER NOT NULL, -- in a row, given inside the session; the third one ends it
    second_factor  INTEGER NOT NULL CHECK (second_factor IN (0, 1)), -- what it has proved; an administrator's rights depend on it
    long_pin       INTEGER NOT NULL CHECK (long_pin IN (0, 1))
) STRICT;

CREATE INDEX sessions_by_account ON sessions (account_number);
CREATE INDEX sessions_by_expiry ON sessions (expires_at);
CREATE INDEX sessions_by_use ON sessions (last_used_at);

-- Refresh tokens that are spent.
CREATE TABLE token_blacklist (
    jti           TEXT    NOT NULL PRIMARY KEY CHECK (length(jti) = 36),
    successor_jti TEXT    CHECK (length(successor_jti) = 36), -- NULL when the session ended with this token
    revoked_at    INTEGER NOT NULL,
    expires_at    INTEGER NOT NULL
) STRICT;

CREATE INDEX token_blacklist_by_expiry ON token_blacklist (expires_at);

-- Second factors and codes

-- Secrets of authenticator apps, encrypted under the key that key_id names. A secret is in use once it is confirmed.
CREATE TABLE second_factors (
    account_number INTEGER PRIMARY KEY REFERENCES accounts (account_number),
    sealed_secret  BLOB    NOT NULL CHECK (length(sealed_secret) = 60), -- nonce, 20 bytes of secret, tag
    key_id         TEXT    NOT NULL,
    tries_left     INTEGER NOT NULL CHECK (tries_left >= 0), -- for its confirmation
    confirmed_at   INTEGER,
    last_used_step INTEGER NOT NULL -- codes up to this time step are used up
) STRICT;

-- Codes that replace one of the app's, once each. Here and in the tables below, only the hash of a code is stored.
CREATE TABLE recovery_codes (
    account_number INTEGER NOT NULL REFERENCES accounts (account_number),
    code_hash      BLOB    NOT NULL CHECK (length(code_hash) = 32),
    PRIMARY KEY (account_number, code_hash)
) STRICT;

-- One-time codes with which customers who have forgotten their PIN set a new one.
CREATE TABLE pin_reset_codes (
    account_number INTEGER PRIMARY KEY REFERENCES accounts (account_number),
    code_hash      BLOB    NOT NULL CHECK (length(code_hash) = 32),
    tries_left     INTEGER NOT NULL CHECK (tries_left >= 0),
    expires_at     INTEGER NOT NULL
) STRICT;

CREATE INDEX pin_reset_codes_by_expiry ON pin_reset_codes (expires_at);

-- Codes that open accounts where not everyone may.
CREATE TABLE invitations (
    id         TEXT    NOT NULL PRIMARY KEY CHECK (length(id) = 36),
    code_hash  BLOB    NOT NULL UNIQUE CHECK (length(code_hash) = 32),
    uses_left  INTEGER NOT NULL CHECK (uses_left >= 0),
    expires_at INTEGER NOT NULL
) STRICT;

-- The ledger

-- What an entry can do to its account. A new type is a row here and a new version of the trigger below: a CHECK that lists the types
-- would make SQLite write the whole history anew for each, and cost every entry more. The program knows the same types, and
-- `bankcore verify` compares the two.
CREATE TABLE transaction_types (
    number    INTEGER PRIMARY KEY,
    name      TEXT    NOT NULL UNIQUE, -- as in the contract, and in an entry's hash
    direction INTEGER NOT NULL CHECK (direction IN (-1, 1)) -- of the money, as seen from the account
) STRICT;

INSERT INTO transaction_types (number, name, direction) VALUES
    (1, 'account_opened', 1),
    (2, 'deposit', 1),
    (3, 'withdrawal', -1),
    (4, 'transfer_in', 1),
    (5, 'transfer_out', -1);

-- The history of all accounts. Each account's entries are a chain: an entry names the account's previous one, its hash covers that
-- one's, and the account names the newest. An index of all entries by account would cost each transfer two pages of its own, most of
-- what it writes (docs/decisions/0014-linked-history.md).
CREATE TABLE transactions (
    id                   TEXT    NOT NULL PRIMARY KEY CHECK (length(id) = 36), -- time-ordered
    account_number       INTEGER NOT NULL REFERENCES accounts (account_number),
    sequence             INTEGER NOT NULL CHECK (sequence >= 1), -- 1, 2, 3 … within the account
    previous_id          TEXT    CHECK (length(previous_id) = 36), -- the account's previous entry
    transaction_type     INTEGER NOT NULL,
    amount               INTEGER NOT NULL CHECK (amount BETWEEN 0 AND 1000000000000),
    currency             TEXT    NOT NULL,
    balance_after        INTEGER NOT NULL CHECK (balance_after BETWEEN 0 AND 9007199254740991),
    timestamp            INTEGER NOT NULL,
    description          TEXT    NOT NULL,
    transfer_id          TEXT    CHECK (length(transfer_id) = 36), -- shared by both legs
    counterparty_account INTEGER REFERENCES accounts (account_number),
    hash                 BLOB    NOT NULL CHECK (length(hash) = 32),
    CHECK ((sequence = 1) = (previous_id IS NULL)),
    CHECK (amount > 0 OR sequence = 1),
    CHECK ((transfer_id IS NULL) = (counterparty_account IS NULL)),
    CHECK (counterparty_account <> account_number)
) STRICT, WITHOUT ROWID;

-- A walk along the links can begin at any of these, and passes one after at most 64 entries.
CREATE INDEX transactions_milestones ON transactions (account_number, timestamp, sequence) WHERE sequence % 64 = 0;

-- The rules of an entry's type: an account's first entry, and no other, is its opening, and the legs of transfers alone have a transfer's
-- id. Then the only way in which a balance moves: by one entry, on top of the account's last one.
-- +goose StatementBegin
CREATE TRIGGER transactions_move_their_account AFTER INSERT ON transactions
BEGIN
    SELECT RAISE(ABORT, 'the transaction violates a constraint of its type')
    WHERE NEW.transaction_type NOT BETWEEN 1 AND 5
       OR (NEW.transaction_type = 1) <> (NEW.sequence = 1)
       OR (NEW.transaction_type IN (4, 5)) <> (NEW.transfer_id IS NOT NULL);
    UPDATE accounts
    SET balance = NEW.balance_after, last_sequence = NEW.sequence, last_id = NEW.id, last_hash = NEW.hash,
        last_timestamp = NEW.timestamp
    WHERE account_number = NEW.account_number AND last_sequence = NEW.sequence - 1 AND last_id IS NEW.previous_id;
    SELECT RAISE(ABORT, 'this transaction does not follow the last one of its account') WHERE changes() = 0;
END;
-- +goose StatementEnd

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
BEGIN
    SELECT RAISE(ABORT, 'the history is append-only: this transaction exists');
END;
-- +goose StatementEnd

-- Requests

-- The first success under a key, as what it has made: the kind and the id. Kind 1 is an entry of transactions, and the only one yet;
-- an opening's key names the account's first entry. The answer is made again from columns that never change. There is no foreign
-- key: the row is written together with what it names, which is never deleted. With the key first, keys that clients make in the
-- order of time are neighbours in the table.
CREATE TABLE idempotency_keys (
    idempotency_key TEXT    NOT NULL,
    scope           TEXT    NOT NULL,
    fingerprint     BLOB    NOT NULL CHECK (length(fingerprint) = 32), -- of the request
    kind            INTEGER NOT NULL,
    id              TEXT    NOT NULL,
    created_at      INTEGER NOT NULL,
    PRIMARY KEY (idempotency_key, scope)
) STRICT, WITHOUT ROWID;

CREATE INDEX idempotency_keys_by_age ON idempotency_keys (created_at);

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

-- The audit trail

-- The trail is one chain: each event has the next sequence, and a hash over itself and the previous event's hash. The contract's
-- introduction specifies the hash. There is no foreign key, because a failed sign-in may name an account that does not exist, and no
-- CHECK of the types, so that a new one needs no migration.
CREATE TABLE events (
    sequence          INTEGER PRIMARY KEY CHECK (sequence >= 1),
    id                TEXT    NOT NULL UNIQUE CHECK (length(id) = 36),
    event_type        TEXT    NOT NULL,
    account_number    INTEGER NOT NULL, -- 0 for the whole bank
    actor             TEXT    NOT NULL,
    client_address    TEXT    NOT NULL,
    request_id        TEXT    NOT NULL, -- echoed in the response; the client may have chosen it
    server_request_id TEXT    NOT NULL, -- always the server's own
    timestamp         INTEGER NOT NULL,
    count             INTEGER NOT NULL, -- how often it occurred: failures are many, but their events few
    detail            TEXT    NOT NULL,
    previous_hash     BLOB    NOT NULL CHECK (length(previous_hash) = 32),
    hash              BLOB    NOT NULL CHECK (length(hash) = 32)
) STRICT;

CREATE INDEX events_by_account ON events (account_number, id);

-- The end of the chain, which shows when events at the end have been cut off.
CREATE TABLE event_chain (
    id       INTEGER PRIMARY KEY CHECK (id = 1),
    sequence INTEGER NOT NULL, -- of the newest event; 0 before the first
    hash     BLOB    NOT NULL CHECK (length(hash) = 32)
) STRICT;

INSERT INTO event_chain (id, sequence, hash) VALUES (1, 0, zeroblob(32));

-- +goose StatementBegin
CREATE TRIGGER events_extend_their_chain AFTER INSERT ON events
BEGIN
    UPDATE event_chain SET sequence = NEW.sequence, hash = NEW.hash WHERE sequence = NEW.sequence - 1 AND hash = NEW.previous_hash;
    SELECT RAISE(ABORT, 'this event does not follow the last one') WHERE changes() = 0;
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER events_are_never_changed BEFORE UPDATE ON events
BEGIN
    SELECT RAISE(ABORT, 'the audit trail is append-only: events cannot be changed');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER events_are_never_deleted BEFORE DELETE ON events
BEGIN
    SELECT RAISE(ABORT, 'the audit trail is append-only: events cannot be deleted');
END;
-- +goose StatementEnd

-- INSERT OR REPLACE deletes without running the trigger above.
-- +goose StatementBegin
CREATE TRIGGER events_are_never_replaced BEFORE INSERT ON events
WHEN EXISTS (SELECT 1 FROM events WHERE id = NEW.id) OR EXISTS (SELECT 1 FROM events WHERE sequence = NEW.sequence)
BEGIN
    SELECT RAISE(ABORT, 'the audit trail is append-only: this event exists');
END;
-- +goose StatementEnd

-- The chain's end moves by one event at a time.
-- +goose StatementBegin
CREATE TRIGGER event_chain_follows_events BEFORE UPDATE ON event_chain
WHEN NEW.id <> OLD.id OR NEW.sequence <> OLD.sequence + 1
  OR NOT EXISTS (SELECT 1 FROM events WHERE sequence = NEW.sequence AND hash = NEW.hash)
BEGIN
    SELECT RAISE(ABORT, 'the audit trail is append-only: its end moves by one event');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER event_chain_is_never_deleted BEFORE DELETE ON event_chain
BEGIN
    SELECT RAISE(ABORT, 'the audit trail is append-only: it has one end');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER event_chain_is_never_replaced BEFORE INSERT ON event_chain
BEGIN
    SELECT RAISE(ABORT, 'the audit trail is append-only: it has one end');
END;
-- +goose StatementEnd
