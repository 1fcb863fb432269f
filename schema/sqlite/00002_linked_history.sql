-- +goose Up
-- An index of all entries by account costs each transfer two pages of its own, most of what a transfer writes. So each entry
-- names its account's previous entry, and the account names its last one; only every 64th entry is in an index.
-- docs/decisions/0014-linked-history.md has the measurements.

ALTER TABLE accounts ADD COLUMN last_id TEXT CHECK (length(last_id) = 36); -- the newest entry's; NULL before the first

UPDATE accounts SET last_id = (
    SELECT id FROM transactions
    WHERE transactions.account_number = accounts.account_number AND sequence = last_sequence);

CREATE TABLE linked_transactions (
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
    previous_id          TEXT    CHECK (length(previous_id) = 36), -- the account's previous entry
    CHECK ((transaction_type = 'account_opened') = (sequence = 1)),
    CHECK ((sequence = 1) = (previous_id IS NULL)),
    CHECK (amount > 0 OR transaction_type = 'account_opened'),
    CHECK ((transaction_type IN ('transfer_in', 'transfer_out')) = (transfer_id IS NOT NULL)),
    CHECK ((transfer_id IS NULL) = (counterparty_account IS NULL)),
    CHECK (counterparty_account <> account_number)
) STRICT, WITHOUT ROWID;

INSERT INTO linked_transactions
SELECT id, account_number, sequence, transaction_type, amount, currency, balance_after, timestamp, description, transfer_id,
       counterparty_account, hash, LAG(id) OVER (PARTITION BY account_number ORDER BY sequence)
FROM transactions
ORDER BY id;

DROP TABLE transactions;
ALTER TABLE linked_transactions RENAME TO transactions;

-- A walk along the links can begin at any of these, and passes one after at most 64 entries.
CREATE INDEX transactions_milestones ON transactions (account_number, timestamp, sequence) WHERE sequence % 64 = 0;

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

-- The only way in which a balance moves: by one entry, on top of the account's last one.
-- +goose StatementBegin
CREATE TRIGGER transactions_move_their_account AFTER INSERT ON transactions
BEGIN
    UPDATE accounts
    SET balance = NEW.balance_after, last_sequence = NEW.sequence, last_id = NEW.id, last_hash = NEW.hash,
        last_timestamp = NEW.timestamp
    WHERE account_number = NEW.account_number AND last_sequence = NEW.sequence - 1 AND last_id IS NEW.previous_id;
    SELECT RAISE(ABORT, 'this transaction does not follow the last one of its account') WHERE changes() = 0;
END;
-- +goose StatementEnd

-- With the key first, keys that clients make in the order of time are neighbours in the index.
CREATE TABLE ordered_keys (
    idempotency_key TEXT    NOT NULL,
    scope           TEXT    NOT NULL,
    fingerprint     BLOB    NOT NULL CHECK (length(fingerprint) = 32),
    transaction_id  TEXT    NOT NULL,
    created_at      INTEGER NOT NULL,
    PRIMARY KEY (idempotency_key, scope)
) STRICT, WITHOUT ROWID;

INSERT INTO ordered_keys
SELECT idempotency_key, scope, fingerprint, transaction_id, created_at FROM idempotency_keys ORDER BY idempotency_key, scope;

DROP TABLE idempotency_keys;
ALTER TABLE ordered_keys RENAME TO idempotency_keys;
CREATE INDEX idempotency_keys_by_age ON idempotency_keys (created_at);
