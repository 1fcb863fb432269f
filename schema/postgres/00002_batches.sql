-- +goose Up
-- A transfer can carry the sender's own reference, such as an invoice number. It is the sender's for ever, so that the same payment
-- that is sent again is refused.
ALTER TABLE transactions ADD COLUMN reference TEXT NOT NULL DEFAULT '';

CREATE UNIQUE INDEX transactions_references ON transactions (account_number, reference)
WHERE reference <> '' AND transaction_type = 5;

-- Orders for many transfers at once, with what became of each: the answer to the request, and to one that repeats it.
CREATE TABLE transfer_batches (
    id             UUID   NOT NULL PRIMARY KEY,
    account_number BIGINT NOT NULL REFERENCES accounts (account_number), -- the sender's
    mode           TEXT   NOT NULL CHECK (mode = 'each' OR mode = 'all_or_nothing'),
    created_at     BIGINT NOT NULL,
    total_amount   BIGINT NOT NULL, -- of those posted
    results        TEXT   NOT NULL -- one line for each transfer, in the order of the request: the id of its entry, or why it was refused
);

CREATE TRIGGER transfer_batches_are_never_changed BEFORE UPDATE OR DELETE ON transfer_batches
    FOR EACH ROW EXECUTE FUNCTION refuse_change_to_history();

CREATE TRIGGER transfer_batches_are_never_truncated BEFORE TRUNCATE ON transfer_batches
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_to_history();
