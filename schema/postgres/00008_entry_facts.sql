-- +goose Up
-- An entry can name a hold that it captures, or an earlier entry of its account that it reverses. Reversals have types of their own.

INSERT INTO transaction_types (number, name, direction) VALUES
    (6, 'reversal_in', 1),
    (7, 'reversal_out', -1);

ALTER TABLE transactions ADD COLUMN hold_id UUID;
ALTER TABLE transactions ADD COLUMN reverses_id UUID;

-- Few entries reverse one, so the index costs the others nothing.
CREATE INDEX transactions_reversals ON transactions (reverses_id) WHERE reverses_id IS NOT NULL;

-- As before, but with reversals: they alone name what they reverse, and one of a transfer has two legs as the transfer has.
-- +goose StatementBegin
CREATE OR REPLACE FUNCTION move_accounts() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    entry     RECORD;
    formed    BOOLEAN;
    following BOOLEAN;
    known     BOOLEAN;
BEGIN
    IF (SELECT count(*) FROM added) <= 2 THEN
        FOR entry IN SELECT * FROM added ORDER BY sequence LOOP
            IF entry.transaction_type NOT BETWEEN 1 AND 7
               OR (entry.transaction_type = 1) <> (entry.sequence = 1)
               OR (entry.transaction_type >= 6) <> (entry.reverses_id IS NOT NULL)
               OR entry.transaction_type < 6 AND (entry.transaction_type >= 4) <> (entry.transfer_id IS NOT NULL) THEN
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
               transaction_type BETWEEN 1 AND 7
                   AND (transaction_type = 1) = (sequence = 1)
                   AND (transaction_type >= 6) = (reverses_id IS NOT NULL)
                   AND (transaction_type >= 6 OR (transaction_type >= 4) = (transfer_id IS NOT NULL)) AS formed,
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
