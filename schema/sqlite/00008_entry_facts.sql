-- +goose Up
-- An entry can name a hold that it captures, or an earlier entry of its account that it reverses. Reversals have types of their own.

INSERT INTO transaction_types (number, name, direction) VALUES
    (6, 'reversal_in', 1),
    (7, 'reversal_out', -1);

ALTER TABLE transactions ADD COLUMN hold_id TEXT;
ALTER TABLE transactions ADD COLUMN reverses_id TEXT;

-- Few entries reverse one, so the index costs the others nothing.
CREATE INDEX transactions_reversals ON transactions (reverses_id) WHERE reverses_id IS NOT NULL;

-- As before, but with reversals: they alone name what they reverse, and one of a transfer has two legs as the transfer has.
DROP TRIGGER transactions_move_their_account;

-- +goose StatementBegin
CREATE TRIGGER transactions_move_their_account AFTER INSERT ON transactions
BEGIN
    SELECT RAISE(ABORT, 'the transaction violates a constraint of its type')
    WHERE NEW.transaction_type NOT BETWEEN 1 AND 7
       OR (NEW.transaction_type = 1) <> (NEW.sequence = 1)
       OR (NEW.transaction_type >= 6) <> (NEW.reverses_id IS NOT NULL)
       OR NEW.transaction_type < 6 AND (NEW.transaction_type >= 4) <> (NEW.transfer_id IS NOT NULL);
    UPDATE accounts
    SET balance = NEW.balance_after, last_sequence = NEW.sequence, last_id = NEW.id, last_hash = NEW.hash,
        last_timestamp = NEW.timestamp
    WHERE account_number = NEW.account_number AND last_sequence = NEW.sequence - 1 AND last_id IS NEW.previous_id;
    SELECT RAISE(ABORT, 'this transaction does not follow the last one of its account') WHERE changes() = 0;
END;
-- +goose StatementEnd
