-- +goose Up
-- The counterpart of schema/sqlite: each entry names its account's previous entry, and only every 64th is in an index.

ALTER TABLE accounts ADD COLUMN last_id UUID; -- the newest entry's; NULL before the first

ALTER TABLE transactions ADD COLUMN previous_id UUID; -- the account's previous entry

ALTER TABLE transactions
    ADD CHECK ((sequence = 1) = (previous_id IS NULL)),
    DROP CONSTRAINT transactions_account_number_sequence_key;

-- A walk along the links can begin at any of these, and passes one after at most 64 entries.
CREATE INDEX transactions_milestones ON transactions (account_number, timestamp, sequence) WHERE sequence % 64 = 0;

-- The rules for an entry. This trigger is also the only way in which a balance moves: by one entry, on top of the account's
-- last one.
-- +goose StatementBegin
CREATE FUNCTION move_account() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (CASE NEW.transaction_type
            WHEN 'transfer_out' THEN NEW.transfer_id IS NULL OR NEW.sequence = 1
            WHEN 'transfer_in' THEN NEW.transfer_id IS NULL OR NEW.sequence = 1
            WHEN 'deposit' THEN NEW.transfer_id IS NOT NULL OR NEW.sequence = 1
            WHEN 'withdrawal' THEN NEW.transfer_id IS NOT NULL OR NEW.sequence = 1
            WHEN 'account_opened' THEN NEW.transfer_id IS NOT NULL OR NEW.sequence <> 1
            ELSE TRUE
        END) THEN
        RAISE EXCEPTION 'the transaction violates a constraint' USING ERRCODE = 'check_violation';
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

-- Together with the trigger above, this replaces foreign keys. Those would look up each account once more, at an eighth of
-- what a transfer costs the database.
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

-- With the key first, keys that clients make in the order of time are neighbours in the index.
ALTER TABLE idempotency_keys
    DROP CONSTRAINT idempotency_keys_pkey,
    ADD PRIMARY KEY (idempotency_key, scope);
