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

-- Entries come in batches, so the rules that involve other rows are checked once for all entries of a statement, and each account is moved
-- once: to the last of its entries, if they link to each other and the first one to the account's last. One or two entries go one by one,
-- which is cheaper for them.
DROP TRIGGER transactions_move_their_account ON transactions;
DROP FUNCTION move_account();

-- +goose StatementBegin
CREATE FUNCTION move_accounts() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    entry     RECORD;
    formed    BOOLEAN;
    following BOOLEAN;
    known     BOOLEAN;
BEGIN
    IF (SELECT count(*) FROM added) <= 2 THEN
        FOR entry IN SELECT * FROM added ORDER BY sequence LOOP
            IF entry.transaction_type NOT BETWEEN 1 AND 5
               OR (entry.transaction_type = 1) <> (entry.sequence = 1)
               OR (entry.transaction_type IN (4, 5)) <> (entry.transfer_id IS NOT NULL) THEN
                RAISE EXCEPTION 'the transaction violates a constraint of its type' USING ERRCODE = 'check_violation';
            END IF;
            UPDATE accounts
            SET balance = entry.balance_after, last_sequence = entry.sequence, last_id = entry.id, last_hash = entry.hash,
                last_timestamp = entry.timestamp
            WHERE account_number = entry.account_number AND last_sequence = entry.sequence - 1
              AND last_id IS NOT DISTINCT FROM entry.previous_id;
            IF NOT FOUND THEN
                RAISE EXCEPTION 'this transaction does not follow the last one of its account';
            END IF;
            IF entry.counterparty_account IS NOT NULL AND
               NOT EXISTS (SELECT 1 FROM accounts WHERE account_number = entry.counterparty_account) THEN
                RAISE EXCEPTION 'there is no account with the number of the counterparty';
            END IF;
        END LOOP;
        RETURN NULL;
    END IF;

    WITH linked AS (
        SELECT account_number, counterparty_account, sequence, id, balance_after, hash, timestamp,
               transaction_type BETWEEN 1 AND 5
                   AND (transaction_type = 1) = (sequence = 1)
                   AND (transaction_type IN (4, 5)) = (transfer_id IS NOT NULL) AS formed,
               lag(id) OVER history IS NULL
                   OR (previous_id IS NOT DISTINCT FROM lag(id) OVER history AND sequence = lag(sequence) OVER history + 1) AS linked,
               first_value(sequence) OVER history AS first_sequence,
               first_value(previous_id) OVER history AS first_previous,
               lead(id) OVER history IS NULL AS newest
        FROM added
        WINDOW history AS (PARTITION BY account_number ORDER BY sequence)
    ), moved AS (
        UPDATE accounts
        SET balance = linked.balance_after, last_sequence = linked.sequence, last_id = linked.id, last_hash = linked.hash,
            last_timestamp = linked.timestamp
        FROM linked
        WHERE linked.newest AND accounts.account_number = linked.account_number
          AND accounts.last_sequence = linked.first_sequence - 1
          AND accounts.last_id IS NOT DISTINCT FROM linked.first_previous
        RETURNING accounts.account_number
    )
    SELECT bool_and(linked.formed),
           bool_and(linked.linked) AND count(*) FILTER (WHERE newest) = (SELECT count(*) FROM moved),
           bool_and(counterparty_account IS NULL OR counterparty_account IN (SELECT account_number FROM moved)
                    OR EXISTS (SELECT 1 FROM accounts WHERE account_number = linked.counterparty_account))
    INTO formed, following, known FROM linked;
    IF NOT formed THEN
        RAISE EXCEPTION 'the transaction violates a constraint of its type' USING ERRCODE = 'check_violation';
    ELSIF NOT following THEN
        RAISE EXCEPTION 'this transaction does not follow the last one of its account';
    ELSIF NOT known THEN
        RAISE EXCEPTION 'there is no account with the number of the counterparty';
    END IF;
    RETURN NULL;
END;
$$;
-- +goose StatementEnd

CREATE TRIGGER transactions_move_their_accounts AFTER INSERT ON transactions
    REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION move_accounts();

-- An account is moved by its entries alone: what moves it is refused unless it comes from the trigger above, which this does not check.
-- +goose StatementBegin
CREATE OR REPLACE FUNCTION check_account() RETURNS trigger LANGUAGE plpgsql AS $$
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
    IF TG_OP = 'UPDATE' AND (NEW.balance, NEW.last_sequence, NEW.last_id, NEW.last_hash, NEW.last_timestamp)
       IS DISTINCT FROM (OLD.balance, OLD.last_sequence, OLD.last_id, OLD.last_hash, OLD.last_timestamp) THEN
        RAISE EXCEPTION 'the account violates a constraint: its entries alone move it' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END;
$$;
-- +goose StatementEnd
