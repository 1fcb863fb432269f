-- +goose Up
-- The counterpart of schema/sqlite: the same tables, columns and rules in PostgreSQL's types. sqlc takes the types for the
-- queries from this file.

CREATE TABLE accounts (
    account_number      BIGINT  PRIMARY KEY,
    account_holder_name TEXT    NOT NULL,
    holder_name_folded  TEXT    NOT NULL, -- in the form for searching
    pin_hash            TEXT    NOT NULL,
    balance             BIGINT  NOT NULL,
    currency            TEXT    NOT NULL,
    role                TEXT    NOT NULL,
    failed_attempts     BIGINT  NOT NULL,
    is_locked           BOOLEAN NOT NULL,
    last_sequence       BIGINT  NOT NULL, -- the newest entry's
    last_hash           BYTEA   NOT NULL,
    last_timestamp      BIGINT  NOT NULL,
    created_at          BIGINT  NOT NULL
) WITH (fillfactor = 70); -- room for an account's next version on the same page, so that a posting updates no index

-- PostgreSQL parses the definition of each CHECK anew for each statement, and text in it is slow to parse: as CHECKs, these
-- rules and those of 00002 took a quarter of a transfer's cost. So they are in triggers, and what an entry's own trigger sets
-- is not checked again.
-- +goose StatementBegin
CREATE FUNCTION check_account() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.account_number NOT BETWEEN 100000000000 AND 999999999999
       OR NEW.balance NOT BETWEEN 0 AND 9007199254740991
       OR NEW.currency !~ '^[A-Z]{3}$'
       OR NEW.role NOT IN ('customer', 'admin')
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

CREATE INDEX accounts_by_age ON accounts (created_at, account_number);

CREATE TABLE transactions (
    id                   UUID   NOT NULL PRIMARY KEY,
    account_number       BIGINT NOT NULL, -- 00002 has the rules that involve other rows or compare text
    sequence             BIGINT NOT NULL CHECK (sequence >= 1),
    transaction_type     TEXT   NOT NULL,
    amount               BIGINT NOT NULL CHECK (amount BETWEEN 0 AND 1000000000000),
    currency             TEXT   NOT NULL,
    balance_after        BIGINT NOT NULL CHECK (balance_after BETWEEN 0 AND 9007199254740991),
    timestamp            BIGINT NOT NULL,
    description          TEXT   NOT NULL,
    transfer_id          UUID,
    counterparty_account BIGINT,
    hash                 BYTEA  NOT NULL CHECK (length(hash) = 32),
    UNIQUE (account_number, sequence),
    CHECK ((transfer_id IS NULL) = (counterparty_account IS NULL)),
    CHECK (amount > 0 OR sequence = 1),
    CHECK (counterparty_account <> account_number)
);

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

-- The first success under a key. Its answer is made again from the entry, which never changes. There is no foreign key: the
-- row is written together with the entry, and entries are never deleted.
CREATE TABLE idempotency_keys (
    scope           TEXT   NOT NULL,
    idempotency_key TEXT   NOT NULL,
    fingerprint     BYTEA  NOT NULL CHECK (length(fingerprint) = 32),
    transaction_id  UUID   NOT NULL,
    created_at      BIGINT NOT NULL,
    PRIMARY KEY (scope, idempotency_key)
);

CREATE INDEX idempotency_keys_by_age ON idempotency_keys (created_at);

CREATE TABLE sessions (
    id             UUID   NOT NULL PRIMARY KEY,
    account_number BIGINT NOT NULL REFERENCES accounts (account_number),
    refresh_jti    UUID   NOT NULL, -- the one refresh token that is not spent
    created_at     BIGINT NOT NULL,
    expires_at     BIGINT NOT NULL,
    ended_at       BIGINT
);

CREATE INDEX sessions_by_account ON sessions (account_number);
CREATE INDEX sessions_by_expiry ON sessions (expires_at);

CREATE TABLE token_blacklist (
    jti           UUID   NOT NULL PRIMARY KEY,
    successor_jti UUID, -- NULL when the session ended with this token
    revoked_at    BIGINT NOT NULL,
    expires_at    BIGINT NOT NULL
);

CREATE INDEX token_blacklist_by_expiry ON token_blacklist (expires_at);

-- No foreign key: a failed sign-in may name an account that does not exist.
CREATE TABLE events (
    id             UUID   NOT NULL PRIMARY KEY,
    event_type     TEXT   NOT NULL CHECK (event_type IN ('login_failed', 'account_locked', 'account_unlocked',
                                                         'pin_changed', 'role_changed', 'refresh_token_reused')),
    account_number BIGINT NOT NULL,
    actor          TEXT   NOT NULL,
    client_address TEXT   NOT NULL,
    request_id     TEXT   NOT NULL,
    timestamp      BIGINT NOT NULL
);

-- Counts the sign-ins that named no account, so that they cost the same durable write as a wrong PIN, and timing does not
-- tell them apart.
CREATE TABLE unknown_account_attempts (
    id       BIGINT PRIMARY KEY CHECK (id = 1),
    attempts BIGINT NOT NULL
);

INSERT INTO unknown_account_attempts (id, attempts) VALUES (1, 0);
