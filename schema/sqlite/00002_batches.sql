-- +goose Up
-- A transfer can carry the sender's own reference, such as an invoice number. It is the sender's for ever, so that the same payment
-- that is sent again is refused.
ALTER TABLE transactions ADD COLUMN reference TEXT NOT NULL DEFAULT '';

CREATE UNIQUE INDEX transactions_references ON transactions (account_number, reference)
WHERE reference <> '' AND transaction_type = 5;

-- Orders for many transfers at once, with what became of each: the answer to the request, and to one that repeats it.
CREATE TABLE transfer_batches (
    id             TEXT    NOT NULL PRIMARY KEY CHECK (length(id) = 36),
    account_number INTEGER NOT NULL REFERENCES accounts (account_number), -- the sender's
    mode           TEXT    NOT NULL CHECK (mode = 'each' OR mode = 'all_or_nothing'),
    created_at     INTEGER NOT NULL,
    total_amount   INTEGER NOT NULL, -- of those posted
    results        TEXT    NOT NULL -- one line for each transfer, in the order of the request: the id of its entry, or why it was refused
) STRICT, WITHOUT ROWID;

-- +goose StatementBegin
CREATE TRIGGER transfer_batches_are_never_changed BEFORE UPDATE ON transfer_batches
BEGIN
    SELECT RAISE(ABORT, 'the history is append-only: batches cannot be changed');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER transfer_batches_are_never_deleted BEFORE DELETE ON transfer_batches
BEGIN
    SELECT RAISE(ABORT, 'the history is append-only: batches cannot be deleted');
END;
-- +goose StatementEnd

-- INSERT OR REPLACE deletes without running the trigger above.
-- +goose StatementBegin
CREATE TRIGGER transfer_batches_are_never_replaced BEFORE INSERT ON transfer_batches
WHEN EXISTS (SELECT 1 FROM transfer_batches WHERE id = NEW.id)
BEGIN
    SELECT RAISE(ABORT, 'the history is append-only: this batch exists');
END;
-- +goose StatementEnd
