-- +goose Up
-- The twin of schema/sqlite: each entry names its account's entry before it, and only every 64th is in an index.

ALTER TABLE accounts ADD COLUMN last_id UUID; -- the newest entry's; NULL before the first

UPDATE accounts SET last_id = (
    SELECT id FROM transactions
    WHERE transactions.account_number = accounts.account_number AND sequence = last_sequence);

ALTER TABLE transactions ADD COLUMN previous_id UUID; -- of the account's entry before this one

ALTER TABLE transactions DISABLE TRIGGER transactions_are_never_changed;
UPDATE transactions SET previous_id = before.id
FROM transactions AS before
WHERE before.account_number = transactions.account_number AND before.sequence = transactions.sequence - 1;
ALTER TABLE transactions ENABLE TRIGGER transactions_are_never_changed;

ALTER TABLE transactions
    ADD CHECK ((sequence = 1) = (previous_id IS NULL)),
    DROP CONSTRAINT transactions_account_number_sequence_key;

-- Where a walk along the links can begin, and where it passes after 64 entries at most.
CREATE INDEX transactions_milestones ON transactions (account_number, timestamp, sequence) WHERE sequence % 64 = 0;

-- The only way in which a balance moves: by one entry, from the account's last one on.
-- +goose StatementBegin
CREATE FUNCTION move_account() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE accounts
    SET balance = NEW.balance_after, last_sequence = NEW.sequence, last_id = NEW.id, last_hash = NEW.hash,
        last_timestamp = NEW.timestamp
    WHERE account_number = NEW.account_number AND last_sequence = NEW.sequence - 1
      AND last_id IS NOT DISTINCT FROM NEW.previous_id;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'this transaction does not follow the last one of its account';
    END IF;
    RETURN NULL;
END;
$$;
-- +goose StatementEnd

CREATE TRIGGER transactions_move_their_account AFTER INSERT ON transactions
    FOR EACH ROW EXECUTE FUNCTION move_account();

-- Keys that clients make in the order of time land next to each other when they come first.
ALTER TABLE idempotency_keys
    DROP CONSTRAINT idempotency_keys_pkey,
    ADD PRIMARY KEY (idempotency_key, scope);
