-- +goose Up
-- A bank, from top to bottom: its accounts and how their owners sign in, the ledger, the requests that it remembers, and its audit
-- trail. schema/sqlite has the same tables, columns and rules in SQLite's types. sqlc takes the types for the queries from this file.
--
-- Times are microseconds since 1970-01-01 UTC, and money is in minor units.

-- Accounts

-- An account with its owner's name and PIN. What is wrong with a PIN is a matter of signing in; whether the account may be used is a
-- matter of its status. Neither changes the other.
CREATE TABLE accounts (
    account_number      BIGINT  PRIMARY KEY,
    account_holder_name TEXT    NOT NULL,
    holder_name_folded  TEXT    NOT NULL, -- in the form for searching
    role                TEXT    NOT NULL,
    created_at          BIGINT  NOT NULL,
    status              TEXT    NOT NULL, -- 'open'; the place for 'frozen' and 'closed', which do not exist yet
    pin_hash            TEXT    NOT NULL,
    failed_attempts     BIGINT  NOT NULL, -- wrong PINs in a row
    sign_in_locked      BOOLEAN NOT NULL, -- no PIN is accepted; sessions go on
    currency            TEXT    NOT NULL,
    balance             BIGINT  NOT NULL,
    last_sequence       BIGINT  NOT NULL, -- from here on, the newest entry's
    last_id             UUID, -- NULL before the first
    last_hash           BYTEA   NOT NULL,
    last_timestamp      BIGINT  NOT NULL
) WITH (fillfactor = 70); -- room for an account's next version on the same page, so that a posting updates no index

CREATE INDEX accounts_by_age ON accounts (created_at, account_number);

-- PostgreSQL parses the definition of each CHECK anew for each statement, and text in it is slow to parse: as CHECKs, these
-- rules and those of an entry's type took a quarter of a transfer's cost. So they are in triggers, and what an entry's own trigger
-- sets is not checked again.
-- +goose StatementBegin
CREATE FUNCTION check_account() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.account_number NOT BETWEEN 100000000000 AND 999999999999
       OR NEW.balance NOT BETWEEN 0 AND 9007199254740991
       OR NEW.currency !~ '^[A-Z]{3}$'
       OR NEW.role NOT IN ('customer', 'admin')
       OR NEW.status <> 'open'
       OR NEW.failed_attempts < 0
       OR NEW.last_sequence < 0
       OR length(NEW.last_hash) <> 32 THEN
        RAISE EXCEPTION 'the account violates a constraint' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END;
$$;
-- +goose StatementEnd

CREATE TRIGGER accounts_are_checked BEFORE INSERT OR UPDATE ON accounts
    FOR EACH ROW WHEN (pg_trigger_depth() = 0) EXECUTE FUNCTION check_account();

-- Together with the trigger of an entry, these replace foreign keys from the history. Those would look up each account once more, at
-- an eighth of what a transfer costs the database.
-- +goose StatementBegin
CREATE FUNCTION refuse_loss_of_account() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'an account has a history: it keeps its number and cannot be deleted';
END;
$$;
-- +goose StatementEnd

CREATE TRIGGER accounts_are_never_deleted BEFORE DELETE ON accounts
    FOR EACH ROW EXECUTE FUNCTION refuse_loss_of_account();

CREATE TRIGGER accounts_keep_their_number BEFORE UPDATE OF account_number ON accounts
    FOR EACH ROW EXECUTE FUNCTION refuse_loss_of_account();

CREATE TRIGGER accounts_are_never_truncated BEFORE TRUNCATE ON accounts
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_loss_of_account();

-- Counts the sign-ins that named no account, so that they cost the same durable write as a wrong PIN, and timing does not
-- tell them apart.
CREATE TABLE unknown_account_attempts (
    id       BIGINT  PRIMARY KEY CHECK (id = 1),
    attempts BIGINT  NOT NULL
);

INSERT INTO unknown_account_attempts (id, attempts) VALUES (1, 0);

-- Sessions

CREATE TABLE sessions (
    id             UUID    NOT NULL PRIMARY KEY,
    account_number BIGINT  NOT NULL REFERENCES accounts (account_number),
    refresh_jti    UUID    NOT NULL, -- the one refresh token that is not spent
    created_at     BIGINT  NOT NULL,
    expires_at     BIGINT  NOT NULL,
    ended_at       BIGINT,
    client_address TEXT    NOT NULL, -- who uses it, as of the last renewal of tokens
    user_agent     TEXT    NOT NULL,
    last_used_at   BIGINT  NOT NULL,
    wrong_pins     BIGINT  NOT NULL, -- in a row, given inside the session; the third one ends it
    second_factor  BOOLEAN NOT NULL, -- what it has proved; an administrator's rights depend on it
    long_pin       BOOLEAN NOT NULL
);

CREATE INDEX sessions_by_account ON sessions (account_number);
CREATE INDEX sessions_by_expiry ON sessions (expires_at);
CREATE INDEX sessions_by_use ON sessions (last_used_at);

-- Refresh tokens that are spent.
CREATE TABLE token_blacklist (
    jti           UUID   NOT NULL PRIMARY KEY,
    successor_jti UUID, -- NULL when the session ended with this token
    revoked_at    BIGINT NOT NULL,
    expires_at    BIGINT NOT NULL
);

CREATE INDEX token_blacklist_by_expiry ON token_blacklist (expires_at);

-- Second factors and codes

-- Secrets of authenticator apps, encrypted under the key that key_id names. A secret is in use once it is confirmed.
CREATE TABLE second_factors (
    account_number BIGINT PRIMARY KEY REFERENCES accounts (account_number),
    sealed_secret  BYTEA  NOT NULL CHECK (length(sealed_secret) = 60), -- nonce, 20 bytes of secret, tag
    key_id         TEXT   NOT NULL,
    tries_left     BIGINT NOT NULL CHECK (tries_left >= 0), -- for its confirmation
    confirmed_at   BIGINT,
    last_used_step BIGINT NOT NULL -- codes up to this time step are used up
);

-- Codes that replace one of the app's, once each. Here and in the tables below, only the hash of a code is stored.
CREATE TABLE recovery_codes (
    account_number BIGINT NOT NULL REFERENCES accounts (account_number),
    code_hash      BYTEA  NOT NULL CHECK (length(code_hash) = 32),
    PRIMARY KEY (account_number, code_hash)
);

-- One-time codes with which customers who have forgotten their PIN set a new one.
CREATE TABLE pin_reset_codes (
    account_number BIGINT PRIMARY KEY REFERENCES accounts (account_number),
    code_hash      BYTEA  NOT NULL CHECK (length(code_hash) = 32),
    tries_left     BIGINT NOT NULL CHECK (tries_left >= 0),
    expires_at     BIGINT NOT NULL
);

CREATE INDEX pin_reset_codes_by_expiry ON pin_reset_codes (expires_at);

-- Codes that open accounts where not everyone may.
CREATE TABLE invitations (
    id         UUID   NOT NULL PRIMARY KEY,
    code_hash  BYTEA  NOT NULL UNIQUE CHECK (length(code_hash) = 32),
    uses_left  BIGINT NOT NULL CHECK (uses_left >= 0),
    expires_at BIGINT NOT NULL
);

-- The ledger

-- What an entry can do to its account. A new type is a row here and a new version of the trigger below: a CHECK that lists the types
-- would make SQLite write the whole history anew for each, and cost every entry more. The program knows the same types, and
-- `bankcore verify` compares the two.
CREATE TABLE transaction_types (
    number    BIGINT PRIMARY KEY,
    name      TEXT   NOT NULL UNIQUE, -- as in the contract, and in an entry's hash
    direction BIGINT NOT NULL CHECK (direction IN (-1, 1)) -- of the money, as seen from the account
);

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
    id                   UUID   NOT NULL PRIMARY KEY, -- time-ordered
    account_number       BIGINT NOT NULL, -- the trigger below has the rules that involve other rows
    sequence             BIGINT NOT NULL CHECK (sequence >= 1), -- 1, 2, 3 … within the account
    previous_id          UUID, -- the account's previous entry
    transaction_type     BIGINT NOT NULL,
    amount               BIGINT NOT NULL CHECK (amount BETWEEN 0 AND 1000000000000),
    currency             TEXT   NOT NULL,
    balance_after        BIGINT NOT NULL CHECK (balance_after BETWEEN 0 AND 9007199254740991),
    timestamp            BIGINT NOT NULL,
    description          TEXT   NOT NULL,
    transfer_id          UUID, -- shared by both legs
    counterparty_account BIGINT,
    hash                 BYTEA  NOT NULL CHECK (length(hash) = 32),
    CHECK ((sequence = 1) = (previous_id IS NULL)),
    CHECK (amount > 0 OR sequence = 1),
    CHECK ((transfer_id IS NULL) = (counterparty_account IS NULL)),
    CHECK (counterparty_account <> account_number)
);

-- A walk along the links can begin at any of these, and passes one after at most 64 entries.
CREATE INDEX transactions_milestones ON transactions (account_number, timestamp, sequence) WHERE sequence % 64 = 0;

-- The rules of an entry's type: an account's first entry, and no other, is its opening, and the legs of transfers alone have a transfer's
-- id. They are written with numbers, since a look-up in transaction_types would cost a fifth of an entry. Then the only way in which a
-- balance moves: by one entry, on top of the account's last one.
-- +goose StatementBegin
CREATE FUNCTION move_account() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.transaction_type NOT BETWEEN 1 AND 5
       OR (NEW.transaction_type = 1) <> (NEW.sequence = 1)
       OR (NEW.transaction_type IN (4, 5)) <> (NEW.transfer_id IS NOT NULL) THEN
        RAISE EXCEPTION 'the transaction violates a constraint of its type' USING ERRCODE = 'check_violation';
    END IF;
    UPDATE accounts
    SET balance = NEW.balance_after, last_sequence = NEW.sequence, last_id = NEW.id, last_hash = NEW.hash,
        last_timestamp = NEW.timestamp
    WHERE account_number = NEW.account_number AND last_sequence = NEW.sequence - 1
      AND last_id IS NOT DISTINCT FROM NEW.previous_id;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'this transaction does not follow the last one of its account';
    END IF;
    IF NEW.counterparty_account IS NOT NULL AND
       NOT EXISTS (SELECT 1 FROM accounts WHERE account_number = NEW.counterparty_account) THEN
        RAISE EXCEPTION 'there is no account with the number of the counterparty';
    END IF;
    RETURN NULL;
END;
$$;
-- +goose StatementEnd

CREATE TRIGGER transactions_move_their_account AFTER INSERT ON transactions
    FOR EACH ROW EXECUTE FUNCTION move_account();

-- +goose StatementBegin
CREATE FUNCTION refuse_change_to_history() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the history is append-only: transactions cannot be changed or deleted';
END;
$$;
-- +goose StatementEnd

CREATE TRIGGER transactions_are_never_changed BEFORE UPDATE OR DELETE ON transactions
    FOR EACH ROW EXECUTE FUNCTION refuse_change_to_history();

CREATE TRIGGER transactions_are_never_truncated BEFORE TRUNCATE ON transactions
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_to_history();

-- Requests

-- The first success under a key, as what it has made: the kind and the id. Kind 1 is an entry of transactions, and the only one yet;
-- an opening's key names the account's first entry. The answer is made again from columns that never change. There is no foreign
-- key: the row is written together with what it names, which is never deleted. With the key first, keys that clients make in the
-- order of time are neighbours in the table.
CREATE TABLE idempotency_keys (
    idempotency_key TEXT   NOT NULL,
    scope           TEXT   NOT NULL,
    fingerprint     BYTEA  NOT NULL CHECK (length(fingerprint) = 32), -- of the request
    kind            BIGINT NOT NULL,
    id              UUID   NOT NULL,
    created_at      BIGINT NOT NULL,
    PRIMARY KEY (idempotency_key, scope)
);

CREATE INDEX idempotency_keys_by_age ON idempotency_keys (created_at);

-- The clock that all servers of a bank share, in microseconds.
CREATE VIEW database_clock AS SELECT CAST(extract(epoch FROM clock_timestamp()) * 1000000 AS BIGINT) AS micros;

-- The requests accepted in the last minute. The column accepted holds the times at which the requests of one key were
-- accepted, at least those of the last minute, oldest first: 8 bytes each, big-endian, by the clock above.
CREATE TABLE rate_limits (
    limit_name TEXT   NOT NULL,
    limit_key  TEXT   NOT NULL CHECK (length(limit_key) <= 64), -- a client's network or an account number
    accepted   BYTEA  NOT NULL DEFAULT '' CHECK (length(accepted) % 8 = 0),
    expires_at BIGINT NOT NULL DEFAULT 0, -- when the last one of them stops counting
    PRIMARY KEY (limit_name, limit_key)
);

CREATE INDEX rate_limits_by_expiry ON rate_limits (expires_at);

-- The audit trail

-- The trail is one chain: each event has the next sequence, and a hash over itself and the previous event's hash. The contract's
-- introduction specifies the hash. There is no foreign key, because a failed sign-in may name an account that does not exist, and no
-- CHECK of the types, so that a new one needs no migration.
CREATE TABLE events (
    sequence          BIGINT NOT NULL UNIQUE CHECK (sequence >= 1),
    id                UUID   NOT NULL PRIMARY KEY,
    event_type        TEXT   NOT NULL,
    account_number    BIGINT NOT NULL, -- 0 for the whole bank
    actor             TEXT   NOT NULL,
    client_address    TEXT   NOT NULL,
    request_id        TEXT   NOT NULL, -- echoed in the response; the client may have chosen it
    server_request_id TEXT   NOT NULL, -- always the server's own
    timestamp         BIGINT NOT NULL,
    count             BIGINT NOT NULL, -- how often it occurred: failures are many, but their events few
    detail            TEXT   NOT NULL,
    previous_hash     BYTEA  NOT NULL CHECK (length(previous_hash) = 32),
    hash              BYTEA  NOT NULL CHECK (length(hash) = 32)
);

CREATE INDEX events_by_account ON events (account_number, id);

-- The end of the chain, which shows when events at the end have been cut off.
CREATE TABLE event_chain (
    id       BIGINT PRIMARY KEY CHECK (id = 1),
    sequence BIGINT NOT NULL, -- of the newest event; 0 before the first
    hash     BYTEA  NOT NULL CHECK (length(hash) = 32)
);

INSERT INTO event_chain (id, sequence, hash) VALUES (1, 0, decode(repeat('00', 32), 'hex'));

-- +goose StatementBegin
CREATE FUNCTION extend_chain() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE event_chain SET sequence = NEW.sequence, hash = NEW.hash WHERE sequence = NEW.sequence - 1 AND hash = NEW.previous_hash;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'this event does not follow the last one';
    END IF;
    RETURN NULL;
END;
$$;
-- +goose StatementEnd

CREATE TRIGGER events_extend_their_chain AFTER INSERT ON events
    FOR EACH ROW EXECUTE FUNCTION extend_chain();

-- The chain's end moves by one event at a time.
-- +goose StatementBegin
CREATE FUNCTION check_chain() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.id <> OLD.id OR NEW.sequence <> OLD.sequence + 1
       OR NOT EXISTS (SELECT 1 FROM events WHERE sequence = NEW.sequence AND hash = NEW.hash) THEN
        RAISE EXCEPTION 'the audit trail is append-only: its end moves by one event';
    END IF;
    RETURN NEW;
END;
$$;
-- +goose StatementEnd

CREATE TRIGGER event_chain_follows_events BEFORE UPDATE ON event_chain
    FOR EACH ROW EXECUTE FUNCTION check_chain();

-- +goose StatementBegin
CREATE FUNCTION refuse_change_to_trail() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the audit trail is append-only: it cannot be changed or deleted';
END;
$$;
-- +goose StatementEnd

CREATE TRIGGER events_are_never_changed BEFORE UPDATE OR DELETE ON events
    FOR EACH ROW EXECUTE FUNCTION refuse_change_to_trail();

CREATE TRIGGER events_are_never_truncated BEFORE TRUNCATE ON events
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_to_trail();

CREATE TRIGGER event_chain_is_never_deleted BEFORE DELETE ON event_chain
    FOR EACH ROW EXECUTE FUNCTION refuse_change_to_trail();

CREATE TRIGGER event_chain_is_never_truncated BEFORE TRUNCATE ON event_chain
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_to_trail();
